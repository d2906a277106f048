/** A server's session: its state, and how replies change it. */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { CRLF } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import type { Effect, Secured } from '../machine.ts';
import type { Eol, ReplyNote } from '../note.ts';
import type { SmtpState } from './commands.ts';
import { smtpClause, smtpMove } from './commands.ts';
import type { PathTrouble } from './path-trouble.ts';
import { countReplies, lastWords, patienceOf } from './patience.ts';
import type { ReplyName, ReplyValues } from './replies.ts';
import { REPLIES } from './replies.ts';
import type { SaslExchange } from '../sasl/sasl.ts';
import type { MailParameters, RcptParameters, SmtpQuestion, SmtpServerConfig } from './types.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';
import type { Said } from './wording.ts';
import { NO_VALUES, SERVER, word } from './wording.ts';

export type { Said } from './wording.ts';
export { word } from './wording.ts';

/** What the machine understood of a command (or of the final dot), kept until its reply. */
export interface Heard {
  /** Of the table, or `UNKNOWN`, `CONNECT`, `END-OF-DATA`, `SERVER`. */
  readonly verb: string;
  readonly line: string;
  readonly eol: Eol;
  /** See `ReplyNote.argument`. */
  readonly argument: string;
  /** The argument as typed, for the dialects that echo it. */
  readonly typed: string;
}

/** The same, with its argument understood. */
export const heardAs = ({ verb, line, eol }: Heard, argument: string, typed: string): Heard => ({
  verb,
  line,
  eol,
  argument,
  typed,
});

export interface SmtpServerState {
  readonly config: SmtpServerConfig;
  readonly state: SmtpState;
  readonly peer: string;
  /** The name its address maps back to; empty: none is known. */
  readonly clientName: string;
  /** Argument of HELO, EHLO or LHLO; empty before. */
  readonly helo: string;
  /** EHLO or LHLO was used: parameters are welcome. */
  readonly extended: boolean;
  /** Letters are said to come by ESMTP. */
  readonly esmtp: boolean;
  /** The greeting was 554: only QUIT is left (RFC 5321 §3.1). */
  readonly refused: boolean;
  readonly secured: Secured | null;
  /** Who logged in, and how; empty: nobody. */
  readonly login: string;
  readonly mechanism: string;
  /** An AUTH exchange under way: the next line is a response, not a command (RFC 4954 §4). */
  readonly exchange: SaslExchange | null;
  /** null outside a transaction; empty for the null reverse-path. */
  readonly reversePath: string | null;
  readonly parameters: MailParameters;
  readonly forwardPaths: readonly string[];
  readonly recipientParameters: readonly RcptParameters[];
  /** Parameters of the RCPT that waits for its answer. */
  readonly offered: RcptParameters;
  /** Mail data so far, dot-unstuffed; empty once it is too large. */
  readonly content: string;
  readonly tooLarge: boolean;
  /** The line before ended in CRLF: only then can the next be the final dot. */
  readonly afterCrlf: boolean;
  /** Mail data came since the idle timer was set. */
  readonly stirred: boolean;
  /** The chunk whose octets are being heard (RFC 3030 §2). */
  readonly chunk: Chunk | null;
  /** A chunk of this transaction was refused: the others are heard for nothing. */
  readonly chunksLost: boolean;
  /** What every RCPT of this transaction was refused with; empty: none was; null: with more than one thing. */
  readonly refusal: string | null;
  readonly errors: number;
  readonly unknown: number;
  /** Commands so far that serve no transaction, and those whose next use will not count. */
  readonly junk: number;
  readonly freeJunk: readonly string[];
  /** There was a MAIL, in its turn or not. */
  readonly mailed: boolean;
  /** What waits for the agent's answer. */
  readonly pending: Heard | null;
}

export interface Chunk {
  readonly heard: Heard;
  readonly octets: number;
  readonly remaining: number;
  readonly last: boolean;
  /** What will be said once its octets are heard; null: it is welcome. */
  readonly refusal: ReplyName | null;
}

export type Step = readonly [SmtpServerState, readonly Effect<SmtpQuestion>[]];

export function copyOf(session: SmtpServerState): Draft<SmtpServerState> {
  return {
    config: session.config,
    state: session.state,
    peer: session.peer,
    clientName: session.clientName,
    helo: session.helo,
    extended: session.extended,
    esmtp: session.esmtp,
    refused: session.refused,
    secured: session.secured,
    login: session.login,
    mechanism: session.mechanism,
    exchange: session.exchange,
    reversePath: session.reversePath,
    parameters: session.parameters,
    forwardPaths: session.forwardPaths,
    recipientParameters: session.recipientParameters,
    offered: session.offered,
    content: session.content,
    tooLarge: session.tooLarge,
    afterCrlf: session.afterCrlf,
    stirred: session.stirred,
    chunk: session.chunk,
    chunksLost: session.chunksLost,
    refusal: session.refusal,
    errors: session.errors,
    unknown: session.unknown,
    junk: session.junk,
    freeJunk: session.freeJunk,
    mailed: session.mailed,
    pending: session.pending,
  };
}

/** No envelope and no mail data any more: RSET, and whatever implies it (RFC 5321 §4.1.1.5). */
export function endTransaction(session: Draft<SmtpServerState>): void {
  session.reversePath = null;
  session.parameters = NO_MAIL_PARAMETERS;
  session.forwardPaths = NOBODY;
  session.recipientParameters = NO_PARAMETERS;
  session.chunk = null;
  session.chunksLost = false;
  session.refusal = '';
  session.content = '';
  session.tooLarge = false;
  session.afterCrlf = true;
  session.stirred = false;
}

export function withoutTransaction(session: SmtpServerState): Draft<SmtpServerState> {
  const next = copyOf(session);
  endTransaction(next);
  return next;
}

const NOBODY: readonly string[] = [];
const NO_PARAMETERS: readonly RcptParameters[] = [];

/** Asks the agent and waits: nothing more is read until the answer comes. */
export function ask(session: SmtpServerState, heard: Heard, question: SmtpQuestion): Step {
  const asking = copyOf(session);
  asking.pending = heard;
  return [asking, [{ kind: 'ask', question }]];
}

/** The command is done: the session, which has what the command changed, moves as the table says. */
export function accept(
  session: SmtpServerState,
  heard: Heard,
  name: ReplyName,
  values: Partial<ReplyValues> = NO_VALUES,
  lines?: readonly string[],
): Step {
  const after = copyOf(session);
  after.state = smtpMove(heard.verb, session.state);
  return conclude(session, after, [{ heard, name, reply: word(session, heard, name, values, '', lines) }]);
}

/** The command is refused: the session stays where it is. `own` words replace the dialect's. */
export function refuse(
  session: SmtpServerState,
  heard: Heard,
  name: ReplyName,
  values: Partial<ReplyValues> = NO_VALUES,
  own = '',
  trouble?: PathTrouble,
): Step {
  const said = { heard, name, reply: word(session, heard, name, values, own, undefined, trouble) };
  return conclude(session, copyOf(session), [said]);
}

/** The command is refused, and the session with it. */
export function refuseAndEnd(
  session: SmtpServerState,
  heard: Heard,
  name: ReplyName,
  values: Partial<ReplyValues> = NO_VALUES,
): Step {
  const after = copyOf(session);
  after.state = 'closed';
  return conclude(session, after, [{ heard, name, reply: word(session, heard, name, values) }]);
}

/** 421, unasked, and the end. */
export const hangUp = (session: SmtpServerState, name: ReplyName): Step =>
  refuseAndEnd(session, SERVER, name);

/** Says the replies and goes from `before` to `after`. A move to `closed` and too many errors end the session. */
export function conclude(
  before: SmtpServerState,
  after: Draft<SmtpServerState>,
  replies: readonly Said[],
): Step {
  countReplies(after, replies);
  const stays = after.state;
  const said = (stays === 'closed' ? null : lastWords(after, replies)) ?? replies;
  if (said !== replies) after.state = 'closed';
  const ends = after.state === 'closed';
  if (ends) endTransaction(after);
  after.pending = null;
  after.stirred = false;
  const last = speak(before, after.state, said[said.length - 1]!);
  const effects = ends ? [last, STOP_IDLE, CLOSE] : [last, idleTimer(patienceOf(before).idleMs)];
  if (said.length === 1) return [after, effects];
  return [after, [...said.slice(0, -1).map((one) => speak(before, stays, one)), ...effects]];
}

export const idleTimer = (after: Millis): Effect<SmtpQuestion> => ({ kind: 'timer', name: 'idle', after });
export const STOP_IDLE: Effect<SmtpQuestion> = { kind: 'timer', name: 'idle', after: null };
const CLOSE: Effect<SmtpQuestion> = { kind: 'close' };

/** One reply as it goes on the wire (RFC 5321 §4.2.1), with its note. */
function speak(before: SmtpServerState, state: SmtpState, said: Said): Effect<SmtpQuestion> {
  const { heard, name, reply } = said;
  const { code, enhanced, lines } = reply;
  const status = enhanced === '' ? '' : `${enhanced} `;
  let text = '';
  for (let i = 0; i < lines.length; i++) {
    text += `${code}${i < lines.length - 1 ? '-' : ' '}${status}${lines[i]}${CRLF}`;
  }
  const note: ReplyNote = {
    kind: 'reply',
    protocol: before.config.variant,
    verb: heard.verb,
    line: heard.line,
    eol: heard.eol,
    argument: heard.argument,
    code: String(code),
    enhanced,
    text: lines[0] ?? '',
    lines: lines.length,
    stateBefore: before.state,
    state,
    clause: REPLIES[name].clause || smtpClause(heard.verb),
  };
  return { kind: 'send', octets: text as Octets, note };
}
