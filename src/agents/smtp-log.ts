/**
 * The receiving side of the mail log: what a server writes while it serves a client. It reads the notes of the replies,
 * so it never parses the wire again. A letter has its name from its first recipient on.
 */
import { DIALECTS } from '../protocol/smtp/dialects/dialect.ts';
import type { Secured } from '../protocol/machine.ts';
import { queueIdText } from '../mail/queue-id.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { DialectName } from '../protocol/smtp/types.ts';
import type { ConnId, ProgramEffect, StepContext } from '../sim/types.ts';
import type { QueueId } from './facts.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import { eximLine, pidOf, syslogLine } from './log-writers.ts';
import { eximSessionWords } from './smtp-log-exim.ts';
import { sendmailSessionWords } from './smtp-log-sendmail.ts';
import { postfixSessionWords } from './smtp-log-postfix.ts';
import type { SessionLog, SessionWords } from './smtp-log-session.ts';
import { afterReply, isGood, sessionLogWith } from './smtp-log-session.ts';
import type { Client, ServiceState } from './smtp-service.ts';

export type { SessionLog } from './smtp-log-session.ts';

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

const SMTPD_ROLE = 5;

/** The others write nothing, or not before they have a letter. */
const WORDS: Readonly<Partial<Record<DialectName, SessionWords>>> = {
  postfix3: postfixSessionWords(true),
  postfix2006: postfixSessionWords(false),
  exim4: eximSessionWords,
  sendmail8: sendmailSessionWords,
};

const NOTHING: readonly string[] = [];

function write(
  { dialect, hostname, daemon }: LogStyle,
  conn: ConnId,
  lines: readonly string[],
  at: StepContext,
  effects: ProgramEffect[],
): void {
  const name = dialect === 'sendmail8' ? 'sm-mta' : daemon;
  for (const line of lines) {
    if (dialect === 'exim4') eximLine(effects, line, at);
    else syslogLine(effects, hostname, name, pidOf(SMTPD_ROLE, conn), line, at);
  }
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
    openedAt: at.now,
    client,
    helo: '',
    protocol: 'SMTP',
    counts: [],
    sender: null,
    accepted: 0,
    letter: null,
    commands: NOTHING,
    after: 'CONNECT',
    secured: false,
    login: '',
    mechanism: '',
    claims: null,
  };
  const words = WORDS[style.dialect];
  write(style, conn, words?.opened(log) ?? NOTHING, at, effects);
  const { nextNumber } = state;
  if (words?.names !== 'at-once') return { logs: withEntry(state.logs, log), nextNumber };
  return { logs: withEntry(state.logs, named(log, nextNumber, style, at)), nextNumber: nextNumber + 1 };
}

/** Why the service heard something. */
export type Occasion = 'octets' | 'closed' | 'timeout' | 'answer' | 'opened';

/**
 * Reads what a session said in the effects from `from` on. `service` is as it is now; a session that is gone from it has
 * ended. `before` is what was known of it before.
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
    const after = hearReply(log, nextNumber, style, occasion, note as ReplyNote, service, at, effects);
    if (after.letter !== null && after.letter.queueId !== log.letter?.queueId) nextNumber++;
    log = after;
    if (machine !== null && machine.login !== log.login)
      log = sessionLogWith(log, { login: machine.login, mechanism: machine.mechanism });
  }
  if (machine !== null) return { logs: withEntry(state.logs, log), nextNumber };
  const octets = entryOf(before.sessions, conn)?.link.driven.state.content.length ?? 0;
  const broken = log.after !== '' && (occasion === 'closed' || occasion === 'timeout') ? occasion : null;
  const inside = log.after === 'DATA' && log.letter !== null;
  const lines = WORDS[style.dialect]?.ended(log, { broken, inside, octets, at: at.now }) ?? NOTHING;
  write(style, conn, lines, at, effects);
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
  write(style, log.id, WORDS[style.dialect]?.secured(log, secured) ?? NOTHING, at, effects);
  return sessionLogWith(log, { secured: true });
}

function hearReply(
  log: SessionLog,
  nextNumber: number,
  style: LogStyle,
  occasion: Occasion,
  note: ReplyNote,
  { config }: ServiceState,
  at: StepContext,
  effects: ProgramEffect[],
): SessionLog {
  const words = WORDS[style.dialect];
  if (note.verb === 'SERVER') {
    const timedOut = occasion === 'timeout';
    write(style, log.id, words?.dismissed(log, note, timedOut) ?? NOTHING, at, effects);
    return sessionLogWith(log, { after: timedOut ? log.after : '' });
  }
  const heard = words === undefined || words.remembers === 0 ? log : remembering(log, note, words.remembers);
  write(
    style,
    log.id,
    words?.replied(heard, note, { hostname: style.hostname, limit: config.sizeLimit }) ?? NOTHING,
    at,
    effects,
  );
  const next = afterReply(heard, note, DIALECTS[style.dialect].helloSticks);
  if (words?.names === 'at-once') return namedAtOnce(next, note, nextNumber, style, at);
  if (note.verb !== 'RCPT' || !isGood(note) || next.letter !== null) return next;
  const letter = named(next, nextNumber, style, at);
  write(style, log.id, words?.named(next, letter.letter!.queueId) ?? NOTHING, at, effects);
  return letter;
}

const named = (log: SessionLog, number: number, style: LogStyle, at: StepContext): SessionLog =>
  sessionLogWith(log, {
    letter: { queueId: laneQueueId(style.dialect, style.lane, number, at), since: at.now },
  });

/** A new name once the last letter is done with; its time counts from MAIL on. */
function namedAtOnce(
  log: SessionLog,
  note: ReplyNote,
  number: number,
  style: LogStyle,
  at: StepContext,
): SessionLog {
  if (log.letter === null) return named(log, number, style, at);
  if (note.verb !== 'MAIL' || !isGood(note)) return log;
  return sessionLogWith(log, { letter: { queueId: log.letter.queueId, since: at.now } });
}

const NO_COMMANDS: readonly string[] = ['UNKNOWN', 'CONNECT', 'END-OF-DATA', 'LAST-CHUNK'];

function remembering(log: SessionLog, { verb, line }: ReplyNote, most: number): SessionLog {
  if (NO_COMMANDS.includes(verb) || line.includes('\0')) return log;
  return sessionLogWith(log, { commands: [...log.commands, verb].slice(-most) });
}
