/** The POP3 server (RFC 1939): one side of one connection, run from the table in `commands.ts`. */
import type { Octets } from '../../base/octets.ts';
import type { Effect, Framing, Machine } from '../machine.ts';
import type { Eol } from '../note.ts';
import type { Pop3Command } from './commands.ts';
import { pop3Command } from './commands.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Pop3StateName, Verdict } from './session.ts';
import { err, ok, replied, replyWith, sessionWith } from './session.ts';
import type { Pop3Answer, Pop3Question, Pop3ServerConfig } from './types.ts';

export type { Pop3ServerState } from './session.ts';

/** RFC 2449 §4: octets of a command line, CRLF included. */
export const COMMAND_LINE_LIMIT = 255;
/** RFC 1939 §3: at least ten minutes. */
export const IDLE_MS = 600_000;
export const BAD_COMMAND_LIMIT = 20;

type Effects = readonly Effect<Pop3Question>[];
type Step = readonly [Pop3ServerState, Effects];

const LINE: Framing = { kind: 'line', limit: COMMAND_LINE_LIMIT };
const HOLD: Framing = { kind: 'hold' };
const RESTART_IDLE: Effect<Pop3Question> = { kind: 'timer', name: 'idle', after: IDLE_MS };
const STOP_IDLE: Effect<Pop3Question> = { kind: 'timer', name: 'idle', after: null };
const CLOSE: Effect<Pop3Question> = { kind: 'close' };
const NOTHING: Effects = [];

/** The state before anybody connected. */
export const pop3ServerState = (config: Pop3ServerConfig): Pop3ServerState => ({
  config,
  state: 'authorization',
  user: '',
  entries: [],
  marked: [],
  count: 0,
  octets: 0,
  pending: null,
  badCommands: 0,
});

export const pop3Server: Machine<Pop3ServerState, Pop3Question, Pop3Answer> = {
  framing: (session) => (session.pending === null || session.state === 'closed' ? LINE : HOLD),
  step(session, input): Step {
    switch (input.kind) {
      case 'opened':
        return greet(session);
      case 'unit':
        if (session.state === 'closed' || session.pending !== null) return [session, NOTHING];
        return obey(session, input.octets, input.overlong);
      case 'answer':
        return answered(session, input.answer);
      case 'timeout':
        // RFC 1939 §3: no reply, and no UPDATE.
        if (input.name !== 'idle' || session.state === 'closed') return [session, NOTHING];
        return [closed(session), [...abandonment(session), CLOSE]];
      case 'closed':
        if (session.state === 'closed') return [session, NOTHING];
        return [closed(session), [STOP_IDLE, ...abandonment(session)]];
      case 'secured':
        return [session, NOTHING];
    }
  },
};

const closed = (session: Pop3ServerState): Pop3ServerState => sessionWith(session, { state: 'closed' });

/** Only a session in TRANSACTION holds a lock that nothing else will release. */
const abandonment = (session: Pop3ServerState): Effects =>
  session.state === 'transaction' ? [{ kind: 'ask', question: { kind: 'abandon', user: session.user } }] : [];

function greet(session: Pop3ServerState): Step {
  const connect: HeardCommand = {
    verb: 'CONNECT',
    line: '',
    eol: 'none',
    argument: '',
    words: [],
    stateBefore: session.state,
  };
  return [session, [...wireOf(connect, ok(session, 'greeting'), session.state, 'RFC 1939 §4'), RESTART_IDLE]];
}

/** Answers one command line, or asks what it needs to know first. */
function obey(session: Pop3ServerState, unit: Octets, overlong: boolean): Step {
  const [heard, command] = understood(session, unit, overlong);
  const verdict = judged(session, heard, command, overlong);
  if (verdict.kind === 'reply') return conclude(verdict.session, heard, command, verdict.reply);
  const state = command?.movesAtOnce ? destination(heard, command) : session.state;
  return [
    sessionWith(session, { state, pending: heard, badCommands: 0 }),
    [{ kind: 'ask', question: verdict.question }],
  ];
}

const NO_WORDS: readonly string[] = [];

function understood(
  session: Pop3ServerState,
  unit: Octets,
  overlong: boolean,
): readonly [HeardCommand, Pop3Command | undefined] {
  const eol: Eol = overlong || !unit.endsWith('\n') ? 'none' : unit.endsWith('\r\n') ? 'crlf' : 'lf';
  const length = overlong ? COMMAND_LINE_LIMIT : unit.length - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0);
  const line = unit.slice(0, length);
  const space = line.indexOf(' ');
  const command = pop3Command(space < 0 ? line : line.slice(0, space));
  const rest = space < 0 ? '' : line.slice(space + 1);
  const argument = command?.restOfLine ? rest : rest.trim();
  const words = argument === '' ? NO_WORDS : command?.restOfLine ? [rest] : argument.split(' ');
  return [
    {
      verb: command?.verb ?? 'UNKNOWN',
      line,
      eol,
      argument,
      words: words.includes('') ? words.filter((word) => word !== '') : words,
      stateBefore: session.state,
    },
    command,
  ];
}

/** RFC 1939 §3: what is not recognized, not allowed in this state or not well-formed is refused. */
function judged(
  session: Pop3ServerState,
  heard: HeardCommand,
  command: Pop3Command | undefined,
  overlong: boolean,
): Verdict {
  const bad = (reply: Pop3Reply, clause: string): Verdict =>
    replied(session, replyWith(reply, { clause, bad: true }));
  if (overlong) return bad(err(session, 'tooLong'), 'RFC 2449 §4');
  if (!isPrintable(heard.line)) return bad(err(session, 'unprintable'), 'RFC 1939 §3');
  if (heard.line === '') return bad(err(session, 'emptyLine'), 'RFC 1939 §3');
  if (command === undefined || command.moves[session.state] === undefined) {
    const keyword = heard.line.split(' ', 1)[0]!;
    const names = { verb: keyword.toUpperCase(), command: keyword.toLowerCase() };
    const words = session.state === 'authorization' ? 'unknownEarly' : 'unknown';
    return bad(err(session, words, names), 'RFC 1939 §3');
  }
  const names = { verb: command.verb, command: command.verb.toLowerCase() };
  if (heard.words.length < command.arity[0]) return bad(err(session, 'tooFew', names), command.clause);
  if (heard.words.length > command.arity[1]) return bad(err(session, 'tooMany', names), command.clause);
  return command.handle(session, heard);
}

/** RFC 1939 §3: keywords and arguments are printable ASCII. */
function isPrintable(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

function answered(session: Pop3ServerState, answer: Pop3Answer): Step {
  const heard = session.pending;
  if (heard === null) return [session, NOTHING];
  const idle = sessionWith(session, { pending: null });
  if (session.state === 'closed') {
    // The login came through after the client had gone: only now is there a lock to release.
    const lock = heard.verb === 'PASS' && answer.kind === 'maildrop';
    return [idle, lock ? abandonment(sessionWith(session, { state: 'transaction' })) : NOTHING];
  }
  const command = pop3Command(heard.verb);
  if (!command?.answered) return [idle, NOTHING];
  const [next, reply] = command.answered(idle, heard, answer);
  return conclude(next, heard, command, reply);
}

const destination = (heard: HeardCommand, command: Pop3Command): Pop3StateName =>
  command.moves[heard.stateBefore] ?? heard.stateBefore;

/** Sends the reply and moves to where the command leads. */
function conclude(
  session: Pop3ServerState,
  heard: HeardCommand,
  command: Pop3Command | undefined,
  reply: Pop3Reply,
): Step {
  const badCommands = reply.bad ? session.badCommands + 1 : 0;
  if (badCommands >= BAD_COMMAND_LIMIT) return giveUp(session, heard);
  const moving = command !== undefined && !reply.bad && (reply.ok || command.movesAtOnce);
  const state = moving ? destination(heard, command) : session.state;
  const wire = wireOf(heard, reply, state, reply.clause || (command?.clause ?? 'RFC 1939 §3'));
  if (state === 'update' || state === 'closed') return [closed(session), [...wire, STOP_IDLE, CLOSE]];
  return [sessionWith(session, { state, badCommands }), [...wire, RESTART_IDLE]];
}

function giveUp(session: Pop3ServerState, heard: HeardCommand): Step {
  const wire = wireOf(heard, err(session, 'tooManyBad'), 'closed', 'RFC 1939 §3');
  return [closed(session), [...wire, STOP_IDLE, ...abandonment(session), CLOSE]];
}

/** A reply as it goes out; a letter follows its `+OK` line in a segment of its own. */
function wireOf(heard: HeardCommand, reply: Pop3Reply, state: Pop3StateName, clause: string): Effects {
  const code = reply.ok ? '+OK' : '-ERR';
  const first = reply.text === '' ? code : `${code} ${reply.text}`;
  const apart = reply.letter !== null;
  const body = reply.body === null ? '' : `${reply.body}.\r\n`;
  const send: Effect<Pop3Question> = {
    kind: 'send',
    octets: `${first}\r\n${apart ? '' : body}` as Octets,
    note: {
      kind: 'reply',
      protocol: 'pop3',
      verb: heard.verb,
      line: heard.line,
      eol: heard.eol,
      argument: heard.argument,
      code,
      enhanced: '',
      text: reply.text,
      lines: apart ? 1 : 1 + linesIn(body),
      stateBefore: heard.stateBefore,
      state,
      clause,
    },
  };
  if (reply.letter === null) return [send];
  const { uid, octets } = reply.letter;
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
