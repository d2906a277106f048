/** What travels between hosts, in a few words: notes, protocols, short wire text. */
import type { Fact } from '../agents/facts.ts';
import type { Stage } from '../agents/stage.ts';
import { decodeUtf8, type Octets } from '../base/octets.ts';
import { bodyLines } from '../protocol/body-note.ts';
import type { ContentNote, Note, ProtocolName, ReplyNote } from '../protocol/note.ts';
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

/** What of a reply is shown. */
export interface Said {
  readonly tag?: string;
  readonly code: string;
  readonly enhanced: string;
  readonly text: string;
}

/** `250 2.1.5 Ok`; for IMAP, which tags its replies, `a1 OK [READ-WRITE] Select completed`, `* 1 EXPUNGE`, `+ idling`. */
export const replyText = (reply: Said): string =>
  [replyMark(reply), replyWords(reply)].filter((part) => part !== '').join(' ');

/** What a reply begins with: its code, for IMAP with the tag. */
export const replyMark = ({ tag, code }: Said): string =>
  tag === undefined || tag === code || code === '+' ? code : `${tag} ${code}`;

/** What stands behind {@link replyMark}. */
export const replyWords = ({ tag, enhanced, text }: Said): string =>
  [tag === undefined || enhanced === '' ? enhanced : `[${enhanced}]`, text]
    .filter((part) => part !== '')
    .join(' ');

/** Untagged responses that are what a command was given for, or that tell what others did (RFC 3501 §7.2–7.4). */
const TELLING = /^\* (?:\d+ (?:EXISTS|EXPUNGE|FETCH)|E?SEARCH|STATUS|LIST|LSUB|QUOTA)\b/;

/** Of the data an IMAP reply brings, those that tell something. */
const tellingData = ({ data = [] }: ReplyNote): readonly string[] =>
  data.filter((line) => TELLING.test(line));

/** Response codes as long as a list of capabilities are cut. */
const shortCode = (reply: ReplyNote): ReplyNote =>
  reply.tag === undefined || reply.enhanced.length <= SHORT_CODE
    ? reply
    : { ...reply, enhanced: `${reply.enhanced.split(' ', 1)[0]} …` };

const SHORT_CODE = 32;

/** How long a command took, which Dovecot says behind every reply: no matter for a label. */
const TOOK = / \([\d.]{1,9} \+ [\d.]{1,9} secs\)\.$/;

/** `* 3 EXISTS, a2 OK`: of an IMAP reply that brings data, what tells most. */
function replyLabel(reply: ReplyNote): string {
  const telling = reply.code === 'OK' ? tellingData(reply)[0] : undefined;
  if (telling !== undefined) return `${telling}, ${replyMark(reply)}`;
  const text = replyText(shortCode(reply));
  return reply.tag === undefined ? text : text.replace(TOOK, '');
}

/** `* 1 EXPUNGE, a3 OK NOOP completed`: data come before a tagged reply, and behind an untagged one. */
export function answerText(reply: ReplyNote): string {
  const data = tellingData(reply);
  const said = replyText(shortCode(reply));
  return (reply.tag === '*' ? [said, ...data] : [...data, said]).join(', ');
}

/** Short wire text of a note: `RCPT TO:<walter@example.org>`, `250 2.1.5 Ok`, `DATA · 412 B`, `MX example.org?`. */
export function noteLabel(note: Note, limit = LABEL_LIMIT): string {
  switch (note.kind) {
    case 'command':
      return shown(note.line, limit);
    case 'reply':
      return shown(replyLabel(note), limit);
    case 'typed':
      return shown(note.text, limit);
    case 'content':
      return `${contentVerb(note)} · ${note.octets} B`;
    case 'body':
      return shown(bodyLines(note)[0]?.text ?? '', limit);
    case 'dns':
      return shown(dnsLabel(note), limit);
    case 'tls':
      return shown(note.alert?.name ?? note.messages.join(', '), limit);
  }
}

/** The command whose letter this is: POP3 and IMAP servers send one as well as take it. */
function contentVerb({ protocol, text }: ContentNote): string {
  if (protocol === 'pop3') return 'RETR';
  if (protocol !== 'imap') return 'DATA';
  return text.startsWith('*') ? 'FETCH' : 'APPEND';
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

/** Octets that carry no note still have a size; `B` is the same in every language. */
export const octetsLabel = (octets: Octets): string => `${octets.length} B`;
