/**
 * The receiving side of the mail log: what smtpd(8) writes while it serves a client. It reads the notes of the replies,
 * so it never parses the wire again, and it names the letter from its first recipient on, as Postfix does.
 */
import { edited } from '../base/draft.ts';
import type { Millis } from '../base/time.ts';
import { syslogDate } from '../base/time.ts';
import { queueIdText } from '../mail/queue-id.ts';
import type { Secured } from '../protocol/machine.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { DialectName } from '../protocol/smtp/types.ts';
import type { ConnId, ProgramEffect, StepContext } from '../sim/types.ts';
import type { QueueId } from './facts.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import { hearLogin, loginWords } from './smtp-log-login.ts';
import { complaints, counted, shown, statistics, tlsWords } from './smtp-log-words.ts';
import type { Client, ServiceState } from './smtp-service.ts';

/** What the log remembers of one session. */
export interface SessionLog {
  readonly id: ConnId;
  readonly client: Client;
  readonly helo: string;
  readonly protocol: 'SMTP' | 'ESMTP';
  readonly counts: readonly CommandCount[];
  /** null outside a transaction. */
  readonly sender: string | null;
  /** The letter has a name from its first recipient on. */
  readonly letter: { readonly queueId: QueueId; readonly since: Millis } | null;
  /** The command the session stands behind. */
  readonly after: string;
  readonly secured: boolean;
  readonly login: string;
  readonly mechanism: string;
  /** AUTH under way: how, and who it claims to be; null until it is said. */
  readonly claims: { readonly mechanism: string; readonly user: string | null } | null;
}

/** How many commands of a verb went well, and how many there were. */
export interface CommandCount {
  /** The verb, in small letters. */
  readonly id: string;
  readonly well: number;
  readonly all: number;
}

export const sessionLogWith = (log: SessionLog, changes: Partial<SessionLog>): SessionLog =>
  edited<SessionLog>(
    {
      id: log.id,
      client: log.client,
      helo: log.helo,
      protocol: log.protocol,
      counts: log.counts,
      sender: log.sender,
      letter: log.letter,
      after: log.after,
      secured: log.secured,
      login: log.login,
      mechanism: log.mechanism,
      claims: log.claims,
    },
    changes,
  );

/** Where the lines go and what they begin with. */
export interface LogStyle {
  readonly dialect: DialectName;
  readonly hostname: string;
  /** `postfix/smtpd`, `postfix/submission/smtpd`. */
  readonly daemon: string;
  /** Programs of one host that name letters, each with numbers of its own. */
  readonly lane: 0 | 1 | 2 | 3;
}

const LANES = 4;

/** A letter's id: no other letter of the host has it, whichever program gave it. */
export const laneQueueId = (
  dialect: DialectName,
  lane: LogStyle['lane'],
  number: number,
  { now, clock }: StepContext,
): QueueId => queueIdText(dialect, number * LANES + lane, now, clock);

/** A session log's part of its program's state: the logs, and the number of the next letter. */
export interface Logged {
  readonly logs: readonly SessionLog[];
  readonly nextNumber: number;
}

/** Process ids of a host: the same in every replay, and each connection has its own. */
export const pidOf = (role: number, serial: number): number => 800 + ((role * 7 + serial * 11) % 31_000);
const SMTPD_ROLE = 5;

/** One line as syslog writes it. Whatever a client said stays on it. */
export function syslogLine(
  effects: ProgramEffect[],
  hostname: string,
  daemon: string,
  pid: number,
  text: string,
  at: StepContext,
): void {
  const dot = hostname.indexOf('.');
  const host = dot < 0 ? hostname : hostname.slice(0, dot);
  const line = `${syslogDate(at.clock, at.now)} ${host} ${daemon}[${pid}]: ${text}`;
  const clean = /[\x00-\x1f\x7f]/.test(line) ? line.replace(/[\x00-\x1f\x7f]/g, '?') : line;
  effects.push({ kind: 'record', fact: { kind: 'logged', text: clean } });
}

export function sessionOpened(
  state: Logged,
  style: LogStyle,
  conn: ConnId,
  client: Client,
  at: StepContext,
  effects: ProgramEffect[],
): Logged {
  const log: SessionLog = {
    id: conn,
    client,
    helo: '',
    protocol: 'SMTP',
    counts: [],
    sender: null,
    letter: null,
    after: 'CONNECT',
    secured: false,
    login: '',
    mechanism: '',
    claims: null,
  };
  write(style, log, `connect from ${shown(client)}`, at, effects);
  return { logs: withEntry(state.logs, log), nextNumber: state.nextNumber };
}

function write(
  style: LogStyle,
  log: SessionLog,
  text: string,
  at: StepContext,
  effects: ProgramEffect[],
): void {
  if (style.dialect.startsWith('postfix'))
    syslogLine(effects, style.hostname, style.daemon, pidOf(SMTPD_ROLE, log.id), text, at);
}

/** Why the service heard something. */
export type Occasion = 'octets' | 'closed' | 'timeout' | 'answer' | 'opened';

/**
 * Reads what a session said in the effects from `from` on. `service` is as it is now; a session that is gone from it has
 * ended. `gone` is what was known of it before.
 */
export function logSession(
  state: Logged,
  style: LogStyle,
  conn: ConnId,
  occasion: Occasion,
  before: ServiceState,
  service: ServiceState,
  from: number,
  at: StepContext,
  effects: ProgramEffect[],
): Logged {
  const found = entryOf(state.logs, conn);
  if (!found) return state;
  const machine = entryOf(service.sessions, conn)?.link.driven.state ?? null;
  let log = machine === null ? found : noteTls(style, found, machine.secured, at, effects);
  let { nextNumber } = state;
  const end = effects.length;
  for (let i = from; i < end; i++) {
    const effect = effects[i]!;
    if (effect.kind !== 'send' || effect.conn !== conn) continue;
    const note = effect.note as { readonly kind?: string };
    if (note.kind !== 'reply') continue;
    [log, nextNumber] = hearReply(log, nextNumber, style, occasion, note as ReplyNote, at, effects);
    if (machine !== null && machine.login !== log.login)
      log = sessionLogWith(log, { login: machine.login, mechanism: machine.mechanism });
  }
  if (machine !== null) return { logs: withEntry(state.logs, log), nextNumber };
  const content = entryOf(before.sessions, conn)?.link.driven.state.content.length ?? 0;
  sessionEnded(style, log, occasion, content, at, effects);
  return { logs: withoutEntry(state.logs, conn), nextNumber };
}

function noteTls(
  style: LogStyle,
  log: SessionLog,
  secured: Secured | null,
  at: StepContext,
  effects: ProgramEffect[],
): SessionLog {
  if (secured === null || log.secured) return log;
  const { version, cipher, bits } = secured;
  write(
    style,
    log,
    `Anonymous TLS connection established from ${shown(log.client)}: ${tlsWords(version, cipher, bits)}`,
    at,
    effects,
  );
  return sessionLogWith(log, { secured: true });
}

function hearReply(
  log: SessionLog,
  nextNumber: number,
  style: LogStyle,
  occasion: Occasion,
  note: ReplyNote,
  at: StepContext,
  effects: ProgramEffect[],
): [SessionLog, number] {
  // What is no command is never right, however polite the goodbye.
  const good = note.code < '400' && note.verb !== 'UNKNOWN';
  if (note.verb === 'SERVER') {
    if (occasion !== 'timeout' && note.text.includes('too many errors'))
      write(style, log, `too many errors after ${log.after} from ${shown(log.client)}`, at, effects);
    return [sessionLogWith(log, { after: occasion === 'timeout' ? log.after : '' }), nextNumber];
  }
  const [claimed, words] = hearLogin(log, note);
  let next = counted(claimed, note, good);
  for (const text of words) write(style, next, text, at, effects);
  for (const text of complaints(next, note, good)) write(style, next, text, at, effects);
  switch (note.verb) {
    case 'HELO':
    case 'EHLO':
      if (good)
        next = sessionLogWith(next, {
          helo: note.argument,
          protocol: note.verb === 'EHLO' ? 'ESMTP' : 'SMTP',
          sender: null,
          letter: null,
        });
      break;
    case 'STARTTLS':
    case 'RSET':
      if (good) next = sessionLogWith(next, { sender: null, letter: null });
      break;
    case 'MAIL':
      if (good) next = sessionLogWith(next, { sender: note.argument });
      break;
    case 'RCPT':
      if (good && next.letter === null) {
        const queueId = laneQueueId(style.dialect, style.lane, nextNumber, at);
        next = sessionLogWith(next, { letter: { queueId, since: at.now } });
        const text = `${queueId}: client=${shown(next.client)}${loginWords(next)}`;
        write(style, next, text, at, effects);
        return [next, nextNumber + 1];
      }
      break;
    case 'END-OF-DATA':
    case 'LAST-CHUNK':
      next = sessionLogWith(next, { sender: null, letter: null });
      break;
    case 'QUIT':
      next = sessionLogWith(next, { after: '' });
      break;
  }
  return [next, nextNumber];
}

function sessionEnded(
  style: LogStyle,
  log: SessionLog,
  occasion: Occasion,
  octets: number,
  at: StepContext,
  effects: ProgramEffect[],
): void {
  const broken = log.after !== '' && (occasion === 'closed' || occasion === 'timeout');
  const inside = log.after === 'DATA' && log.letter !== null;
  // A letter that broke off counts as a DATA that failed.
  const whole = broken && inside ? counted(log, { ...NO_NOTE, verb: 'END-OF-DATA' }, false) : log;
  if (broken) {
    const how = occasion === 'timeout' ? 'timeout' : 'lost connection';
    const where = inside ? `DATA (${octets} bytes)` : log.after;
    write(style, log, `${how} after ${where} from ${shown(log.client)}`, at, effects);
  }
  write(style, log, `disconnect from ${shown(log.client)}${statistics(style, whole)}`, at, effects);
}

const NO_NOTE = { code: '451' } as ReplyNote;
