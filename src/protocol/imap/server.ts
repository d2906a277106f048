/** The IMAP server (RFC 3501, RFC 9051): one side of one connection, run from the table in `commands.ts`. */
import type { Octets } from '../../base/octets.ts';
import type { Effect, Framing, Machine } from '../machine.ts';
import { readArguments } from './arguments.ts';
import { beforeLiteral } from './commands/append.ts';
import { hearResponse } from './commands/authenticate.ts';
import { imapCommand } from './commands.ts';
import { heardCommand, hearLine, hearLiteral, NO_COMMAND } from './reading.ts';
import { completed, errorInTag, preLoginCapabilities, timed, WORDS } from './replies.ts';
import type {
  Data,
  Ending,
  HeardCommand,
  ImapCommand,
  ImapServerState,
  ImapStateName,
  Outcome,
  Verdict,
} from './session.ts';
import { bad, hasEnabled, imapServerState, ok, outcome, questionOf, sessionWith } from './session.ts';
import { claiming, tell } from './sync.ts';
import type { ImapAnswer, ImapQuestion } from './types.ts';
import { byeOf, continuation, dataOf, responsesOf } from './wire.ts';

export type { ImapServerState };
export { imapServerState };

/** Octets of a line; Dovecot's `imap_max_line_length`. */
export const LINE_LIMIT = 65_536;
/** The same before login. */
const EARLY_LINE_LIMIT = 8192;
/** RFC 3501 §5.4: at least thirty minutes; before login Dovecot waits three. */
export const IDLE_MS = 1_800_000;
const LOGIN_MS = 180_000;
const BAD_COMMAND_LIMIT = 20;
/** Bad commands before login; the last is answered with BYE alone. */
const EARLY_BAD_LIMIT = 3;

type Effects = readonly Effect<ImapQuestion>[];
export type Step = readonly [ImapServerState, Effects];

const AUTHENTICATE = imapCommand('AUTHENTICATE')!;
const APPEND = imapCommand('APPEND')!;
const LINE: Framing = { kind: 'line', limit: LINE_LIMIT };
const EARLY_LINE: Framing = { kind: 'line', limit: EARLY_LINE_LIMIT };
const HOLD: Framing = { kind: 'hold' };
const CLOSE: Effect<ImapQuestion> = { kind: 'close' };
const STOP_IDLE: Effect<ImapQuestion> = { kind: 'timer', name: 'idle', after: null };
const NOTHING: Effects = [];

const restartIdle = ({ state }: ImapServerState): Effect<ImapQuestion> => ({
  kind: 'timer',
  name: 'idle',
  after: state === 'not-authenticated' ? LOGIN_MS : IDLE_MS,
});

export const imapServer: Machine<ImapServerState, ImapQuestion, ImapAnswer> = {
  framing(session) {
    if (session.state === 'logout') return LINE;
    if (session.pending !== null) return HOLD;
    if (session.literal !== null) return { kind: 'octets', count: session.literal };
    return session.user === '' ? EARLY_LINE : LINE;
  },
  step(session, input): Step {
    if (session.state === 'logout') return [session, NOTHING];
    switch (input.kind) {
      case 'opened':
        return greet(session);
      case 'unit':
        return session.pending === null
          ? heardUnit(session, input.octets, input.overlong)
          : [session, NOTHING];
      case 'answer':
        return answered(session, input.answer);
      case 'secured':
        return [
          sessionWith(session, { secured: true }),
          session.config.tls === 'implicit' ? greet(session)[1] : NOTHING,
        ];
      case 'timeout':
        if (input.name !== 'idle') return [session, NOTHING];
        return [over(session), [byeOf(session, WORDS.idleTooLong), ...unwatched(session), CLOSE]];
      case 'closed':
        return [over(session), [STOP_IDLE, ...unwatched(session)]];
    }
  },
};

const over = (session: ImapServerState): ImapServerState => sessionWith(session, { state: 'logout' });

/** Nobody is left to be told of changes. */
const unwatched = (session: ImapServerState): Effects =>
  session.idling === null
    ? NOTHING
    : [{ kind: 'ask', question: questionOf(session, { kind: 'unwatch' }, false) }];

function greet(session: ImapServerState): Step {
  if (session.config.tls === 'implicit' && !session.secured) return [session, NOTHING];
  const capabilities = preLoginCapabilities(session.config, session.secured);
  const heard: HeardCommand = { ...NO_COMMAND, verb: 'CONNECT', stateBefore: session.state };
  const greeting = ok(session, `[CAPABILITY ${capabilities}] ${WORDS.greeting}`);
  return [session, [...responsesOf(heard, greeting, [], session, 'RFC 3501 §7.1.1'), restartIdle(session)]];
}

function heardUnit(session: ImapServerState, unit: Octets, overlong: boolean): Step {
  const { exchange, idling } = session;
  if (session.literal !== null) return [hearLiteral(session, unit), NOTHING];
  if (exchange !== null) {
    const verdict = hearResponse(session, exchange, unit, overlong);
    return verdictOf(sessionWith(session, { exchange: null }), exchange.heard, AUTHENTICATE, verdict);
  }
  if (idling !== null) return idleEnded(session, idling, unit, overlong);
  const heard = hearLine(session, unit, overlong);
  switch (heard.kind) {
    case 'more':
      return heard.invites ? invite(heard.session) : [heard.session, NOTHING];
    case 'refused':
      return conclude(heard.outcome, heard.heard, undefined, null);
    case 'command':
      return obey(session, heard.text);
  }
}

/** A literal may come. For APPEND the mailbox is looked for first, so that nobody sends a message in vain. */
function invite(session: ImapServerState): Step {
  const reading = session.reading!;
  const { heard, why } = reading;
  const command = imapCommand(heard.verb);
  if (session.user !== '' && (why !== '' || command?.moves[session.state] === undefined))
    return obey(sessionWith(session, { literal: null }), reading.text);
  const isMessage = heard.verb === 'APPEND' && session.user !== '';
  const [next, verdict] = isMessage ? beforeLiteral(session, reading) : [session, null];
  if (verdict === null) return [next, [continuation(next, heard, 'OK')]];
  return verdictOf(next, heard, APPEND, verdict);
}

/** Answers one whole command, or asks what it needs to know first. */
function obey(session: ImapServerState, text: Octets): Step {
  const { heard, end, why } = heardCommand(session, text);
  const fresh = sessionWith(session, { reading: null });
  const command = imapCommand(heard.verb);
  if (why !== '' || command === undefined || (heard.uid && !command.uid))
    return conclude(misunderstood(fresh, heard, why || 'Unknown command'), heard, undefined, null);
  if (command.moves[session.state] === undefined)
    return conclude(outOfState(fresh, heard, command), heard, undefined, null);
  if (command.reads === 'none') return verdictOf(fresh, heard, command, command.handle(fresh, heard));
  const read = readArguments(text, end, command.reads);
  if (read.kind === 'wrong') return conclude(misread(fresh, heard, read.why), heard, command, null);
  const whole: HeardCommand = { ...heard, args: read.items };
  return verdictOf(fresh, whole, command, command.handle(fresh, whole));
}

/** What is wrong with the arguments Dovecot says before login, too. */
const misread = (session: ImapServerState, heard: HeardCommand, why: string): Outcome =>
  session.user === '' ? outcome(session, 'BAD', why, { bad: true }) : bad(session, heard, why);

/** Before login Dovecot says nothing but that it did not understand. */
function misunderstood(session: ImapServerState, heard: HeardCommand, why: string): Outcome {
  if (session.state === 'not-authenticated') return outcome(session, 'BAD', WORDS.preLogin, { bad: true });
  if (heard.tag === '*') return outcome(session, 'BAD', errorInTag(why), { bad: true });
  return bad(session, heard, why);
}

function outOfState(session: ImapServerState, heard: HeardCommand, command: ImapCommand): Outcome {
  if (session.state === 'authenticated' && command.moves.selected !== undefined)
    return outcome(session, 'BAD', timed(WORDS.noMailbox), { bad: true });
  return misunderstood(session, heard, 'Unknown command');
}

function verdictOf(
  session: ImapServerState,
  heard: HeardCommand,
  command: ImapCommand,
  verdict: Verdict,
): Step {
  switch (verdict.kind) {
    case 'reply':
      return conclude(verdict.outcome, heard, command, null);
    case 'ask': {
      const { request, plan } = verdict;
      const asking = sessionWith(session, { pending: { heard, plan } });
      return [asking, [{ kind: 'ask', question: questionOf(session, request, command.tells) }]];
    }
    case 'invite': {
      const { request, text } = verdict;
      const invited = continuation(verdict.session, heard, text);
      if (request === null) return [verdict.session, [invited]];
      return [verdict.session, [invited, { kind: 'ask', question: questionOf(session, request, true) }]];
    }
  }
}

/** These answer for themselves when the selected mailbox is not there any more. */
const LEAVES_MAILBOX: readonly string[] = ['SELECT', 'EXAMINE', 'DELETE'];

function answered(session: ImapServerState, answer: ImapAnswer): Step {
  const { pending } = session;
  if (session.view !== null && answer.view === null && !LEAVES_MAILBOX.includes(pending?.heard.verb ?? ''))
    return vanished(session);
  if (answer.result.kind === 'news') return heardNews(session, answer);
  if (pending === null) return [session, NOTHING];
  const command = imapCommand(pending.heard.verb)!;
  const idle = sessionWith(command.tells ? claiming(session, answer) : session, { pending: null });
  const next = command.answered!(idle, pending, answer);
  if ('kind' in next) return verdictOf(idle, pending.heard, command, next);
  return conclude(next, pending.heard, command, answer);
}

/** Somebody else deleted the selected mailbox. */
const vanished = (session: ImapServerState): Step => [
  over(session),
  [byeOf(session, WORDS.inconsistent), STOP_IDLE, ...unwatched(session), CLOSE],
];

/** IDLE (RFC 2177): what changes is told as it happens; what comes too late for it, with a later command. */
function heardNews(session: ImapServerState, answer: ImapAnswer): Step {
  const { idling } = session;
  if (idling === null) return [claiming(session, answer), NOTHING];
  const [next, data] = tell(session, answer, { expunges: true, silent: null, uid: false });
  return [next, dataOf(idling, data, next, 'RFC 2177 §3')];
}

function idleEnded(session: ImapServerState, heard: HeardCommand, unit: Octets, overlong: boolean): Step {
  const done = !overlong && /^done\r?\n$/i.test(unit);
  const next = sessionWith(session, { idling: null });
  const end = done
    ? ok(next, completed('Idle'))
    : outcome(next, 'BAD', timed('Expected DONE'), { bad: true });
  const [after, effects] = conclude(end, heard, imapCommand('IDLE'), null);
  return [after, [...unwatched(session), ...effects]];
}

/** Sends the tagged response, in front of it the data and what else there is to tell, and goes where it leads. */
function conclude(
  of: Outcome,
  heard: HeardCommand,
  command: ImapCommand | undefined,
  answer: ImapAnswer | null,
): Step {
  const [told, news] = answer === null ? [of.session, NO_NEWS] : newsWith(of, heard, command, answer);
  const badCommands = badCommandsOf(of, told);
  const ending = endingOf(of, told, badCommands);
  const next = sessionWith(told, { badCommands, state: ending === null ? stateOf(told) : 'logout' });
  const effects: Effect<ImapQuestion>[] = [];
  const place = ending?.kind === 'bye' ? ending.place : null;
  const words = ending?.kind === 'bye' ? ending.words : '';
  if (place === 'before') effects.push(byeOf(of.session, words, of.session.state));
  if (ending === null || place === 'before' || place === 'behind') {
    const clause = command?.clause ?? 'RFC 3501 §7.1.3';
    effects.push(...responsesOf(heard, of, [...of.data, ...news], next, clause));
  }
  if (place === 'behind' || place === 'instead') effects.push(byeOf(of.session, words));
  if (of.startsTls) effects.push({ kind: 'startTls' });
  effects.push(...(ending === null ? [restartIdle(next)] : [STOP_IDLE, CLOSE]));
  return [next, effects];
}

/** Before login, a good command forgives no bad one. */
const badCommandsOf = ({ bad: isBad }: Outcome, { user, badCommands }: ImapServerState): number =>
  isBad ? badCommands + 1 : user === '' ? badCommands : 0;

function endingOf({ ending }: Outcome, { user }: ImapServerState, badCommands: number): Ending | null {
  const early = user === '';
  if (badCommands < (early ? EARLY_BAD_LIMIT : BAD_COMMAND_LIMIT)) return ending;
  return { kind: 'bye', words: WORDS.tooManyBad, place: early ? 'instead' : 'behind' };
}

/** What other sessions have changed, as far as it may be said now. */
function newsWith(
  { session, quiet, keepsNumbers, silent }: Outcome,
  heard: HeardCommand,
  command: ImapCommand | undefined,
  answer: ImapAnswer,
): readonly [ImapServerState, readonly Data[]] {
  if (command?.tells !== true || quiet) return [session, NO_NEWS];
  // UID STORE has its UIDs with all it is told, unless it is told nothing of its own.
  const uid = heard.uid && heard.verb === 'STORE' && (silent === null || hasEnabled(session, 'CONDSTORE'));
  const expunges = !keepsNumbers && (!command.keepsNumbers || heard.uid);
  return tell(session, answer, { expunges, silent, uid });
}

const NO_NEWS: readonly Data[] = [];

function stateOf({ user, view }: ImapServerState): ImapStateName {
  if (user === '') return 'not-authenticated';
  return view === null ? 'authenticated' : 'selected';
}
