/** The POP3 server (RFC 1939): one side of one connection, run from the table in `commands.ts`. */
import type { Octets } from '../../base/octets.ts';
import type { Effect, Framing, Machine } from '../machine.ts';
import { authResponse } from './auth.ts';
import type { Pop3Command } from './commands.ts';
import { pop3Command } from './commands.ts';
import {
  abandonment,
  conclude,
  destination,
  leave,
  restartIdle,
  STOP_IDLE,
  startIdle,
  unasked,
  wireOf,
} from './conclude.ts';
import type { Step } from './conclude.ts';
import { lineOf, responseLine, understood } from './hearing.ts';
import { lowerCase, upperCase } from './letter-case.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import {
  closed,
  dialectOf,
  err,
  filled,
  habitsOf,
  heardOf,
  ok,
  replied,
  replyWith,
  sessionWith,
} from './session.ts';
import type { Pop3Answer, Pop3Question, Pop3ServerConfig } from './types.ts';

export type { Pop3ServerState } from './session.ts';

const HOLD: Framing = { kind: 'hold' };
const CLOSE: Effect<Pop3Question> = { kind: 'close' };
const NOTHING: readonly Effect<Pop3Question>[] = [];

/** The state before anybody connected. */
export const pop3ServerState = (config: Pop3ServerConfig): Pop3ServerState => ({
  config,
  state: 'authorization',
  secured: false,
  awaitsTls: config.tls === 'implicit',
  timestamp: '',
  user: null,
  claims: '',
  exchange: null,
  entries: [],
  marked: [],
  count: 0,
  octets: 0,
  last: 0,
  retrieved: [],
  pending: null,
  badCommands: 0,
});

export const pop3Server: Machine<Pop3ServerState, Pop3Question, Pop3Answer> = {
  framing(session) {
    if ((session.pending !== null || session.awaitsTls) && session.state !== 'closed') return HOLD;
    return { kind: 'line', limit: frameLimit(session) };
  },
  step(session, input): Step {
    switch (input.kind) {
      case 'opened':
        // Where TLS comes first, so does its handshake: the greeting waits for `secured`.
        return session.awaitsTls ? [session, [startIdle(session)]] : opened(session);
      case 'unit':
        if (session.state === 'closed' || session.pending !== null || session.awaitsTls)
          return [session, NOTHING];
        return obey(session, input.octets, input.overlong, input.more === true);
      case 'answer':
        return session.pending === null
          ? [session, NOTHING]
          : answered(session, session.pending, input.answer);
      case 'timeout':
        return input.name !== 'idle' || session.state === 'closed' ? [session, NOTHING] : runOut(session);
      case 'closed':
        if (session.state === 'closed') return [session, NOTHING];
        return [closed(session), [STOP_IDLE, ...abandonment(session)]];
      case 'secured':
        return secured(session);
    }
  },
};

/** Room for `AUTH`, a mechanism's name and what parts them. */
const AUTH_ROOM = 32;

/** A line of AUTH may be longer than any other, and that it is one shows only when it is there. */
function frameLimit(session: Pop3ServerState): number {
  const { lineLimit, responseLimit } = habitsOf(session);
  if (session.exchange !== null) return responseLimit;
  if (session.state !== 'authorization') return lineLimit.transaction;
  return Math.max(lineLimit.authorization, responseLimit + AUTH_ROOM);
}

/** Greets, as soon as there is a timestamp to greet with if APOP is taken. */
function opened(session: Pop3ServerState): Step {
  const connect = heardOf('CONNECT', session.state);
  if (!session.config.apop) return greet(session, connect);
  return [sessionWith(session, { pending: connect }), [{ kind: 'ask', question: { kind: 'challenge' } }]];
}

function greet(session: Pop3ServerState, connect: HeardCommand): Step {
  const greeting = ok(session, session.timestamp === '' ? 'greeting' : 'greetingWithTimestamp');
  return [session, [...wireOf(connect, greeting, session.state, 'RFC 1939 §4'), startIdle(session)]];
}

/** TLS stands: with it a session begins, or goes on. */
function secured(session: Pop3ServerState): Step {
  if (!session.awaitsTls || session.state === 'closed') return [session, NOTHING];
  const safe = sessionWith(session, { secured: true, awaitsTls: false });
  return session.config.tls === 'implicit' ? opened(safe) : [safe, restartIdle(safe)];
}

/** Nobody has said anything for too long. RFC 1939 §3 wants no reply then, and no UPDATE. */
function runOut(session: Pop3ServerState): Step {
  const { idle, idleEarly } = dialectOf(session);
  const words = session.state === 'transaction' ? idle : idleEarly;
  const line = session.awaitsTls ? '' : filled(session, words);
  return [closed(session), [...unasked(session, line), ...abandonment(session), CLOSE]];
}

/** Answers one line, or asks what it needs to know first. */
function obey(session: Pop3ServerState, unit: Octets, overlong: boolean, more: boolean): Step {
  const { line, eol } = lineOf(unit, overlong);
  const inExchange = session.exchange !== null;
  const [heard, command] = inExchange
    ? ([responseLine(session, line, eol), pop3Command('AUTH')] as const)
    : understood(session, line, eol, more);
  const limit = limitOf(session, heard);
  if (overlong || unit.length > limit) return refuseLength(session, heard, command, unit.slice(0, limit));
  const verdict = inExchange ? authResponse(session, line) : judged(session, heard, command);
  if (verdict.kind === 'reply') return conclude(verdict.session, heard, command, verdict.reply);
  const state = command?.movesAtOnce ? destination(heard, command) : session.state;
  return [
    sessionWith(verdict.session, { state, pending: heard }),
    [{ kind: 'ask', question: verdict.question }],
  ];
}

function limitOf(session: Pop3ServerState, { verb, keyword, words }: HeardCommand): number {
  const { lineLimit, responseLimit } = habitsOf(session);
  if (session.exchange !== null) return responseLimit;
  if (session.state !== 'authorization') return lineLimit.transaction;
  const [mechanism = '', initial] = words;
  if (verb !== 'AUTH' || initial === undefined) return lineLimit.authorization;
  return `${keyword} ${mechanism} `.length + responseLimit;
}

/** RFC 2449 §4. Dovecot, which leaves then, has no words where the line was one of AUTH. */
function refuseLength(
  session: Pop3ServerState,
  heard: HeardCommand,
  command: Pop3Command | undefined,
  kept: string,
): Step {
  const { longLineEnds } = habitsOf(session);
  const over = sessionWith(session, { exchange: null });
  if (longLineEnds && heard.verb === 'AUTH') return leave(over, NOTHING, '');
  const reply = replyWith(err(over, over.state === 'transaction' ? 'tooLong' : 'tooLongEarly'), {
    clause: 'RFC 2449 §4',
    counts: 'bad',
    end: longLineEnds ? '' : null,
  });
  return conclude(over, { ...heard, line: kept, eol: 'none' }, command, reply);
}

/** RFC 1939 §3: what is not recognized, not allowed in this state or not well-formed is refused. */
function judged(session: Pop3ServerState, heard: HeardCommand, command: Pop3Command | undefined): Verdict {
  const bad = (reply: Pop3Reply, clause: string): Verdict =>
    replied(session, replyWith(reply, { clause, counts: 'bad' }));
  const { keyword } = heard;
  if (keyword === '') return bad(err(session, 'emptyLine'), 'RFC 1939 §3');
  const names = { verb: upperCase(keyword), command: lowerCase(keyword) };
  if (command === undefined || command.moves[session.state] === undefined) {
    const words = session.state === 'authorization' ? 'unknownEarly' : 'unknown';
    return bad(err(session, words, names), 'RFC 1939 §3');
  }
  if (habitsOf(session).countsArguments) {
    const count = heard.words.length;
    if (count < command.arity[0]) return bad(err(session, 'tooFew', names), command.clause);
    if (count > command.arity[1]) return bad(err(session, 'tooMany', names), command.clause);
  }
  return command.handle(session, heard);
}

function answered(session: Pop3ServerState, heard: HeardCommand, answer: Pop3Answer): Step {
  const idle = sessionWith(session, { pending: null });
  if (session.state === 'closed') {
    // The login came through after the client had gone: only now is there a lock to release.
    const late = answer.kind === 'maildrop';
    const { claims } = session;
    return [idle, late ? abandonment(sessionWith(session, { state: 'transaction', user: claims })) : NOTHING];
  }
  if (heard.verb === 'CONNECT') {
    const timestamp = answer.kind === 'challenge' ? answer.challenge : '';
    return greet(sessionWith(idle, { timestamp }), heard);
  }
  const command = pop3Command(heard.verb);
  if (!command?.answered) return [idle, NOTHING];
  const [next, reply] = command.answered(idle, heard, answer);
  return conclude(next, heard, command, reply);
}
