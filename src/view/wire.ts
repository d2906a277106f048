/** What travels between hosts, in a few words: notes, protocols, short wire text. */
import type { Fact } from '../agents/facts.ts';
import type { Stage } from '../agents/stage.ts';
import { decodeUtf8, type Octets } from '../base/octets.ts';
import type { Note, ProtocolName } from '../protocol/note.ts';
import type { SimEvent } from '../sim/types.ts';

/** `other`: a port the stage knows nothing of, or something that stays on one host. */
export type Protocol = ProtocolName | 'other';

export type Ports = Stage['ports'];

/** Characters of a label on the map or in a row. */
export const LABEL_LIMIT = 64;

const NOTE_KINDS = ['command', 'reply', 'body', 'content', 'typed', 'dns', 'tls'];

/** The kernel carries notes without looking at them; null for one that is no note of `protocol/note.ts`. */
export function noteOf(note: object): Note | null {
  return 'kind' in note && NOTE_KINDS.includes(note.kind as string) ? (note as Note) : null;
}

export function factOf(event: SimEvent): Fact | null {
  return event.what.kind === 'fact' && 'kind' in event.what.fact ? (event.what.fact as Fact) : null;
}

/** Protocol of a note that says so itself; null for typed octets and for what is no note. */
export function noteProtocol(note: Note | null): ProtocolName | null {
  if (note === null || note.kind === 'typed') return null;
  return note.kind === 'dns' ? 'dns' : note.protocol;
}

/** IANA's ports of the protocols we speak; LMTP has none of its own, 24 is the custom. */
export const KNOWN_PORTS: Ports = {
  24: 'lmtp',
  25: 'smtp',
  53: 'dns',
  110: 'pop3',
  143: 'imap',
  209: 'qmtp',
  465: 'smtp',
  587: 'smtp',
  993: 'imap',
  995: 'pop3',
};

export const portProtocol = (ports: Ports, port: number): Protocol => ports[port] ?? 'other';

const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;

/** Text for the page: control characters as their pictures (␍, ␛), cut at `limit`. */
export function harmless(text: string, limit = Number.POSITIVE_INFINITY): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  for (let i = 0; i < cut.length; i++) if (isControl(cut.charCodeAt(i))) return pictures(cut);
  return cut;
}

/** The same for octets of the wire, which are UTF-8 where they are text at all. */
export function shown(wire: string, limit = Number.POSITIVE_INFINITY): string {
  // What is cut off is not worth decoding; four octets are the longest UTF-8 sequence.
  const head = wire.length > limit * 4 ? wire.slice(0, limit * 4) : wire;
  return harmless(decodeUtf8(head as Octets), limit);
}

function pictures(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    out += isControl(code) ? String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code) : text[i]!;
  }
  return out;
}

export const replyText = (reply: { code: string; enhanced: string; text: string }): string =>
  [reply.code, reply.enhanced, reply.text].filter((part) => part !== '').join(' ');

/** Short wire text of a note: `RCPT TO:<walter@example.org>`, `250 2.1.5 Ok`, `DATA · 412 octets`, `MX example.org?`. */
export function noteLabel(note: Note, limit = LABEL_LIMIT): string {
  switch (note.kind) {
    case 'command':
      return shown(note.line, limit);
    case 'reply':
      return shown(replyText(note), limit);
    case 'typed':
      return shown(note.text, limit);
    case 'content':
      return `${note.protocol === 'pop3' ? 'RETR' : 'DATA'} · ${note.octets} octets`;
    case 'body':
      return shown(note.lines[0]?.text ?? '', limit);
    case 'dns':
      return shown(dnsLabel(note), limit);
    case 'tls':
      return shown(note.alert?.name ?? note.messages.join(', '), limit);
  }
}

function dnsLabel(note: Extract<Note, { kind: 'dns' }>): string {
  const question = `${note.rrtype} ${note.name === '' ? '.' : note.name}`;
  if (!note.response) return `${question}?`;
  if (note.rcode !== '' && note.rcode !== 'NOERROR') return `${question}: ${note.rcode}`;
  if (note.truncated) return `${question}: TC`;
  if (note.referral)
    return `${question}: ${note.referral.zone}. NS ${note.referral.servers.map((name) => `${name}.`).join(', ')}`;
  return `${question}: ${note.answers.length > 0 ? note.answers.join(', ') : 'NODATA'}`;
}

/** Octets that carry no note still have a size. */
export const octetsLabel = (octets: Octets): string => `${octets.length} octets`;
