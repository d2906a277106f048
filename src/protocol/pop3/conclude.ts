/** How a command ends: the reply on the wire, where the session goes from there, and whether it goes on. */
import type { Octets } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { Pop3Command } from './commands.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Pop3StateName } from './session.ts';
import { closed, err, habitsOf, heardOf, oneLine, sessionWith } from './session.ts';
import type { Pop3Question } from './types.ts';

type Effects = readonly Effect<Pop3Question>[];
export type Step = readonly [Pop3ServerState, Effects];

export const STOP_IDLE: Effect<Pop3Question> = { kind: 'timer', name: 'idle', after: null };
const CLOSE: Effect<Pop3Question> = { kind: 'close' };
const START_TLS: Effect<Pop3Question> = { kind: 'startTls' };
const NOTHING: Effects = [];

export function startIdle(session: Pop3ServerState): Effect<Pop3Question> {
  const { idleMs } = habitsOf(session);
  const after = session.state === 'transaction' ? idleMs.transaction : idleMs.authorization;
  return { kind: 'timer', name: 'idle', after };
}

/** Something was said. */
export const restartIdle = (session: Pop3ServerState): Effects =>
  session.state !== 'transaction' && habitsOf(session).loginIsTimed ? NOTHING : [startIdle(session)];

/** Only a session in TRANSACTION holds a lock that nothing else will release. */
export const abandonment = (session: Pop3ServerState): Effects =>
  session.state === 'transaction'
    ? [{ kind: 'ask', question: { kind: 'abandon', user: session.user ?? '' } }]
    : NOTHING;

export const destination = (heard: HeardCommand, command: Pop3Command): Pop3StateName =>
  command.moves[heard.stateBefore] ?? heard.stateBefore;

/** Sends the reply and moves to where the command leads, or ends the session. */
export function conclude(
  session: Pop3ServerState,
  heard: HeardCommand,
  command: Pop3Command | undefined,
  reply: Pop3Reply,
): Step {
  const { counts } = reply;
  const badCommands =
    counts === 'bad' ? session.badCommands + 1 : counts === 'good' ? 0 : session.badCommands;
  const early = session.state !== 'transaction';
  const { badLimit } = habitsOf(session);
  const tired = counts === 'bad' && badCommands >= (early ? badLimit.authorization : badLimit.transaction);
  const tiredOf = early ? 'tooManyBadEarly' : 'tooManyBad';
  const end = reply.end ?? (tired ? `-ERR ${err(session, tiredOf).text}` : null);
  const moving = command !== undefined && counts !== 'bad' && (reply.moves || command.movesAtOnce);
  const state = end === '' ? 'closed' : moving ? destination(heard, command) : session.state;
  const wire = wireOf(heard, reply, state, reply.clause || (command?.clause ?? 'RFC 1939 §3'));
  if (end !== null) return leave(session, wire, end);
  if (state === 'update' || state === 'closed') return [closed(session), [...wire, STOP_IDLE, CLOSE]];
  const next = sessionWith(session, { state, badCommands });
  const tls = reply.startsTls ? [START_TLS] : NOTHING;
  return [next, [...wire, ...tls, ...restartIdle(next)]];
}

/** Ends the session without UPDATE, after saying a line if it is not empty. */
export const leave = (session: Pop3ServerState, wire: Effects, line: string): Step => [
  closed(session),
  [...wire, ...unasked(session, line), STOP_IDLE, ...abandonment(session), CLOSE],
];

/** The server's last word, that no command asked for; nothing when the line is empty. */
export function unasked(session: Pop3ServerState, line: string): Effects {
  if (line === '') return NOTHING;
  const [code, text] = line.startsWith('+OK ')
    ? (['+OK', line.slice(4)] as const)
    : (['-ERR', line.slice(5)] as const);
  return wireOf(heardOf('SERVER', session.state), oneLine(code, text), 'closed', 'RFC 1939 §3');
}

/** A reply as it goes out; a letter follows its `+OK` line in a segment of its own. */
export function wireOf(heard: HeardCommand, reply: Pop3Reply, state: Pop3StateName, clause: string): Effects {
  const { code, text, letter } = reply;
  // RFC 5034 §4: a challenge without octets still has its space.
  const first = text === '' && code !== '+' ? code : `${code} ${text}`;
  const body = reply.body === null ? '' : `${reply.body}.\r\n`;
  const send: Effect<Pop3Question> = {
    kind: 'send',
    octets: `${first}\r\n${letter !== null ? '' : body}` as Octets,
    note: {
      kind: 'reply',
      protocol: 'pop3',
      verb: heard.verb,
      line: heard.line,
      eol: heard.eol,
      argument: heard.argument,
      code,
      enhanced: '',
      text,
      lines: letter !== null ? 1 : 1 + linesIn(body),
      stateBefore: heard.stateBefore,
      state,
      clause,
    },
  };
  if (letter === null) return [send];
  const { uid, octets } = letter;
  return [
    send,
    {
      kind: 'send',
      octets: body as Octets,
      note: { kind: 'content', protocol: 'pop3', octets, letter: uid, text: first },
    },
  ];
}

function linesIn(body: string): number {
  let lines = 0;
  for (let lf = body.indexOf('\n'); lf >= 0; lf = body.indexOf('\n', lf + 1)) lines++;
  return lines;
}
