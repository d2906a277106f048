/**
 * The event log in the lessons' vocabulary (LESSONS.md 4.3): an incremental fold that gives events with flat fields and
 * the present state of mailboxes, queues and sessions. Grown in place, like the history it reads.
 */
import type { Fact } from '../agents/facts.ts';
import type { Millis } from '../base/time.ts';
import { bodyLines } from '../protocol/body-note.ts';
import type { DnsNote, Note, ReplyNote } from '../protocol/note.ts';
import type { ConnId, EventId, HostId, HostSpec, ProgramId, SimEvent, What } from '../sim/types.ts';
import { foldMail } from './facts-mail.ts';
import type { Kept, Letter } from './letters.ts';
import type { Value, Values } from './matcher.ts';
import type { EventName } from './types.ts';

export interface LessonEvent {
  readonly name: EventName;
  /** The event of the log it comes from. */
  readonly id: EventId;
  readonly at: Millis;
  readonly conn: ConnId | null;
  readonly fields: Values;
}

export interface ConnFacts {
  readonly client: HostId;
  readonly clientProgram: ProgramId;
  readonly server: HostId | null;
  /** `host:25` in every way of naming the host. */
  readonly to: readonly string[];
  /** Names for who is at the client's end; `student` when it is a person at a shell. */
  readonly by: readonly string[];
  /** Key of the letter the client is sending; empty: none seen. */
  letter: string;
  protocol: 'smtp' | 'pop3' | 'imap' | 'other';
  state: string;
  user: string;
  /** The folder an IMAP session has selected; empty: none. */
  mailbox: string;
  open: boolean;
}

export interface Facts {
  readonly hosts: readonly LessonHost[];
  readonly names: ReadonlyMap<HostId, readonly string[]>;
  readonly events: LessonEvent[];
  readonly conns: Map<ConnId, ConnFacts>;
  /** By `host|queue id`. */
  readonly letters: Map<string, Letter>;
  readonly kept: Kept[];
  /** Queue ids waiting at each host, with why the last try failed (empty: not tried in vain). */
  readonly queues: Map<HostId, Map<string, string>>;
  readonly up: Map<HostId, boolean>;
  /** Number of log events folded in, and the last of them. */
  read: number;
  last: SimEvent | null;
  /** Changes with every change of state that has no event. */
  version: number;
}

export type LessonHost = Pick<HostSpec, 'id' | 'name' | 'addresses' | 'down'>;

export function noFacts(hosts: readonly LessonHost[]): Facts {
  return {
    hosts,
    names: new Map(hosts.map((host) => [host.id, [host.id, host.name, ...host.addresses]])),
    events: [],
    conns: new Map(),
    letters: new Map(),
    kept: [],
    queues: new Map(),
    up: new Map(hosts.map((host) => [host.id, host.down !== true])),
    read: 0,
    last: null,
    version: 0,
  };
}

export const namesOf = (facts: Facts, host: HostId): readonly string[] => facts.names.get(host) ?? [host];

export const isShell = (program: ProgramId): boolean => program.endsWith('/shell');

/** Who acts: a person at a shell, or a program by its name; and the host's names. */
export function actor(facts: Facts, host: HostId, program: ProgramId): readonly string[] {
  const name = program.slice(program.indexOf('/') + 1);
  return [isShell(program) ? 'student' : name, ...namesOf(facts, host)];
}

export function emit(
  facts: Facts,
  from: SimEvent,
  name: EventName,
  fields: Values,
  conn: ConnId | null = null,
): void {
  facts.events.push({ name, id: from.id, at: from.at, conn, fields });
}

/** Folds in one more event of the log. */
export function foldEvent(facts: Facts, log: readonly SimEvent[], event: SimEvent): void {
  facts.read++;
  facts.last = event;
  const { what, host } = event;
  switch (what.kind) {
    case 'action':
      if (what.action.kind === 'inspect') emit(facts, event, 'inspect', inspected(what.action.what));
      break;
    case 'power':
      facts.up.set(host, what.up);
      emit(facts, event, 'power', { host: namesOf(facts, host), up: what.up });
      break;
    case 'connecting':
      facts.conns.set(what.conn, connecting(facts, host, what));
      break;
    case 'opened':
      if (what.side === 'client') opened(facts, event, what.conn, 'open');
      break;
    case 'failed':
      opened(facts, event, what.conn, what.why);
      facts.conns.delete(what.conn);
      break;
    case 'closed': {
      const conn = facts.conns.get(what.conn);
      if (conn) conn.open = false;
      facts.version++;
      break;
    }
    case 'segment':
    case 'heard':
      noted(facts, event, what.conn, what.side, what.note as Note);
      break;
    case 'datagram-arrived':
      resolved(facts, log, event, what.program);
      break;
    case 'fact':
      foldMail(facts, log, event, what.fact as Fact);
      break;
    default:
  }
}

/** `received.2` is the thing `received` with id `2`. */
function inspected(what: string): Values {
  const cut = what.search(/[.:]/);
  return { what: cut < 0 ? [what] : [what, what.slice(0, cut)], id: cut < 0 ? '' : what.slice(cut + 1) };
}

function connecting(facts: Facts, host: HostId, what: Extract<What, { kind: 'connecting' }>): ConnFacts {
  const names = what.to === null ? [what.peer.address] : namesOf(facts, what.to);
  return {
    client: host,
    clientProgram: what.program,
    server: what.to,
    to: names.map((name) => `${name}:${what.peer.port}`),
    by: actor(facts, host, what.program),
    letter: '',
    protocol: 'other',
    state: '',
    user: '',
    mailbox: '',
    open: false,
  };
}

function opened(facts: Facts, event: SimEvent, id: ConnId, result: string): void {
  const conn = facts.conns.get(id);
  if (!conn) return;
  conn.open = result === 'open';
  emit(facts, event, 'tcp', { by: conn.by, from: namesOf(facts, conn.client), to: conn.to, result }, id);
}

function noted(facts: Facts, event: SimEvent, id: ConnId, side: 'client' | 'server', note: Note): void {
  const conn = facts.conns.get(id);
  if (!conn) return;
  if (note.kind === 'content' && side === 'client') conn.letter = `${conn.client}|${note.letter}`;
  if (side !== 'server') return;
  const host = namesOf(facts, event.host);
  if (note.kind === 'dns' && note.response)
    emit(
      facts,
      event,
      'dns',
      { by: conn.by, from: namesOf(facts, conn.client), server: host, ...said(note) },
      id,
    );
  if (note.kind === 'body' && note.protocol === 'smtp') {
    for (const { text, eol } of bodyLines(note)) {
      const fields = { by: conn.by, host, verb: 'BODY', line: text, eol, state: conn.state, address: '' };
      emit(facts, event, 'smtp', fields, id);
    }
  }
  if (note.kind !== 'reply') return;
  conn.state = note.state;
  if (note.protocol === 'smtp') {
    conn.protocol = 'smtp';
    const { verb, line, eol, enhanced, text } = note;
    const shared: Record<string, Value> = { by: conn.by, host, verb, line, eol, enhanced, text };
    emit(
      facts,
      event,
      'smtp',
      { ...shared, address: note.argument, reply: note.code, state: note.stateBefore },
      id,
    );
  } else if (note.protocol === 'pop3') {
    conn.protocol = 'pop3';
    if (note.verb === 'USER' || note.verb === 'APOP') conn.user = note.argument.split(' ', 1)[0]!;
    const { verb, text, argument } = note;
    const fields = {
      by: conn.by,
      host,
      verb,
      arg: argument,
      ok: note.code === '+OK',
      text: [text, `${note.code} ${text}`],
    };
    emit(facts, event, 'pop', { ...fields, state: note.stateBefore }, id);
  } else if (note.protocol === 'imap') imapReplied(facts, event, id, conn, note, host);
}

/**
 * An IMAP reply. `text` is its words, the same with status and response code, the whole line, and each line of untagged
 * data with it; `mailbox` the one the command names, else the one selected.
 */
function imapReplied(
  facts: Facts,
  event: SimEvent,
  id: ConnId,
  conn: ConnFacts,
  note: ReplyNote & { readonly tls?: true },
  host: readonly string[],
): void {
  conn.protocol = 'imap';
  if (note.state !== 'selected') conn.mailbox = '';
  const { verb, tag = '*', line, code, enhanced, text, argument, data = [] } = note;
  const words = enhanced === '' ? text : `[${enhanced}] ${text}`;
  const whole = code === tag || code === '+' ? `${code} ${words}` : `${tag} ${code} ${words}`;
  const fields = {
    by: conn.by,
    host,
    verb,
    tag,
    status: code === '*' ? '' : code,
    text: [text, words, `${code} ${words}`, whole, ...data],
    mailbox: argument === '' ? conn.mailbox : argument,
    tls: note.tls === true,
    line,
  };
  emit(facts, event, 'imap', { ...fields, state: note.stateBefore }, id);
}

/** A DNS answer reached the program that asked. */
function resolved(facts: Facts, log: readonly SimEvent[], event: SimEvent, program: ProgramId): void {
  const datagram = eventById(log, event.cause);
  if (datagram?.what.kind !== 'datagram') return;
  const note = datagram.what.note as Note;
  if (note.kind !== 'dns' || !note.response) return;
  const by = actor(facts, event.host, program);
  const from = namesOf(facts, event.host);
  emit(facts, event, 'dns', { by, from, server: namesOf(facts, datagram.host), ...said(note) });
}

/** What a DNS answer says, over UDP or TCP. */
const said = (note: DnsNote): Values => ({
  name: withoutDot(note.name),
  rrtype: note.rrtype,
  rcode: note.rcode,
  answers: note.answers,
  aa: note.authoritative,
});

const withoutDot = (name: string): string =>
  name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;

/** Ids rise by one, so an event is found by its distance from the first. */
export function eventById(log: readonly SimEvent[], id: EventId): SimEvent | undefined {
  const first = log[0];
  return first && log[id - first.id];
}
