/**
 * The POP3 client of a mail program (RFC 1939): logs in, lists, retrieves what it is told to, deletes what is safe and
 * quits. One command at a time; every reply is awaited.
 */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Effect, Framing, Machine } from '../machine.ts';
import type { Listed } from './client-listing.ts';
import { entriesOf, readScanListing, readUniqueIds } from './client-listing.ts';
import { pop3Command } from './commands.ts';
import type { Pop3Verb } from './session.ts';
import type { Pop3ClientAnswer, Pop3ClientConfig, Pop3ClientQuestion } from './types.ts';

/** Octets of a multi-line reply at most; every line counts as {@link LINE_WEIGHT} at least. */
export const REPLY_LIMIT = 64 * 1024 * 1024;
/** What keeping a line costs however short it is. */
export const LINE_WEIGHT = 32;
/** Octets of a status line at most; RFC 1939 §3 has 512, and servers have been seen to say more. */
export const STATUS_LIMIT = 4096;
/** Refused RETR commands after which the client gives up. */
export const REFUSAL_LIMIT = 20;
const CR = 13;
const DOT = 46;
/** The reply timer starts anew each time so much of a multi-line reply has come. */
const PROGRESS = 65_536;

/** What the client waits for: the reply to a command, the greeting, or an answer of the mail program. */
type Awaiting = 'greeting' | 'choice' | 'noted' | 'nothing' | Pop3Verb;

export interface Pop3ClientState {
  readonly config: Pop3ClientConfig;
  readonly awaiting: Awaiting;
  /** The multi-line reply so far, dot-unstuffed; null while the status line is awaited. */
  readonly body: Octets | null;
  /** The last line of it ended in a lone LF. */
  readonly lone: boolean;
  /** A letter whose final dot may have been its own; null: there is none. */
  readonly doubtful: Octets | null;
  /** What the body weighs so far. */
  readonly weight: number;
  /** The server has no UIDL: message numbers stand for unique-ids. */
  readonly withoutUids: boolean;
  /** How it refused UIDL, unless it has answered since. */
  readonly refusal: string;
  readonly listed: readonly Listed[];
  readonly retrieve: readonly Listed[];
  readonly remove: readonly Listed[];
  /** Position in `retrieve` or, while deleting, in `remove`. */
  readonly position: number;
  /** Numbers of messages that were to be retrieved and were not: they stay. */
  readonly missed: readonly number[];
  /** The first thing that went wrong; empty when nothing did. */
  readonly error: string;
}

const clientWith = (client: Pop3ClientState, changes: Partial<Pop3ClientState>): Pop3ClientState =>
  edited<Pop3ClientState>(
    {
      config: client.config,
      awaiting: client.awaiting,
      body: client.body,
      lone: client.lone,
      doubtful: client.doubtful,
      weight: client.weight,
      withoutUids: client.withoutUids,
      refusal: client.refusal,
      listed: client.listed,
      retrieve: client.retrieve,
      remove: client.remove,
      position: client.position,
      missed: client.missed,
      error: client.error,
    },
    changes,
  );

type Effects = readonly Effect<Pop3ClientQuestion>[];
type Step = readonly [Pop3ClientState, Effects];

const STATUS_LINE: Framing = { kind: 'line', limit: STATUS_LIMIT };
const BODY_LINES: Framing = { kind: 'text', limit: REPLY_LIMIT };
const HOLD: Framing = { kind: 'hold' };
const NOTHING: Effects = [];
const CLOSE: Effect<Pop3ClientQuestion> = { kind: 'close' };
const STOP_WAITING: Effect<Pop3ClientQuestion> = { kind: 'timer', name: 'reply', after: null };

export const pop3ClientState = (config: Pop3ClientConfig): Pop3ClientState => ({
  config,
  awaiting: 'greeting',
  body: null,
  lone: false,
  doubtful: null,
  weight: 0,
  withoutUids: false,
  refusal: '',
  listed: [],
  retrieve: [],
  remove: [],
  position: 0,
  missed: [],
  error: '',
});

export const pop3Client: Machine<Pop3ClientState, Pop3ClientQuestion, Pop3ClientAnswer> = {
  framing(state) {
    if (state.awaiting === 'choice' || state.awaiting === 'noted') return HOLD;
    return state.body === null ? STATUS_LINE : BODY_LINES;
  },
  step(state, input): Step {
    if (state.awaiting === 'nothing') return [state, NOTHING];
    switch (input.kind) {
      case 'opened':
        return [state, [restartWaiting(state)]];
      case 'unit':
        if (state.body === null) return hearStatus(state, input.octets, input.overlong);
        return hearBody(state, state.body, input.octets, input.overlong);
      case 'answer':
        return hearAnswer(state, input.answer);
      case 'timeout':
        if (input.name !== 'reply') return [state, NOTHING];
        return hangUp(state, `no reply ${toWhat(state)} within ${state.config.replyTimeoutMs / 1000} s`);
      case 'closed':
        // Some servers let one in, then say why not, and are gone.
        return over(state, state.refusal || `connection lost ${whileWhat(state)}`, [STOP_WAITING]);
      case 'secured':
        return [state, NOTHING];
    }
  },
};

const restartWaiting = (state: Pop3ClientState): Effect<Pop3ClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: state.config.replyTimeoutMs,
});

const toWhat = ({ awaiting }: Pop3ClientState): string =>
  awaiting === 'greeting' ? 'from the server' : `to ${awaiting}`;

function whileWhat(state: Pop3ClientState): string {
  if (state.awaiting === 'greeting') return 'before the greeting';
  if (state.awaiting === 'choice' || state.awaiting === 'noted') return 'between two commands';
  return `${state.body === null ? 'before' : 'within'} the reply to ${state.awaiting}`;
}

function over(state: Pop3ClientState, error: string, before: Effects): Step {
  const first = state.error || error;
  return [
    clientWith(state, { awaiting: 'nothing', body: null, error: first }),
    [...before, { kind: 'ask', question: { kind: 'over', error: first } }],
  ];
}

/** Closes the connection; unless a QUIT went before, the server deletes nothing (RFC 1939 §6). */
function hangUp(state: Pop3ClientState, error: string): Step {
  const [next, effects] = over(state, error, [STOP_WAITING]);
  return [next, [...effects, CLOSE]];
}

function command(state: Pop3ClientState, verb: Pop3Verb, argument = ''): Step {
  const line = argument === '' ? verb : `${verb} ${argument}`;
  const clause = pop3Command(verb)!.clause;
  return [
    clientWith(state, { awaiting: verb, body: null, weight: 0 }),
    [
      {
        kind: 'send',
        octets: `${line}\r\n` as Octets,
        note: { kind: 'command', protocol: 'pop3', verb, line, clause },
      },
      restartWaiting(state),
    ],
  ];
}

/** Takes leave because of an error. */
const quit = (state: Pop3ClientState, error: string): Step =>
  command(clientWith(state, { error: state.error || error }), 'QUIT');

/** A name or password as an argument; RFC 1939 §3 knows printable ASCII, RFC 2449 §4 at most 255 octets a line. */
function login(state: Pop3ClientState, verb: 'USER' | 'PASS', argument: string, what: string): Step {
  if (argument === '') return quit(state, `there is no ${what}`);
  for (let i = 0; i < argument.length; i++) {
    const code = argument.charCodeAt(i);
    if (code < 32 || code > 126) return quit(state, `the ${what} has characters that POP3 cannot carry`);
  }
  if (argument.length > 248) return quit(state, `the ${what} is too long for POP3`);
  return command(state, verb, argument);
}

function withoutEnding(unit: Octets): Octets {
  const end = unit.endsWith('\r\n') ? -2 : unit.endsWith('\n') ? -1 : unit.length;
  return unit.slice(0, end) as Octets;
}

function hearStatus(state: Pop3ClientState, unit: Octets, overlong: boolean): Step {
  const line = withoutEnding(unit);
  const ok = line === '+OK' || line.startsWith('+OK ');
  if (overlong || (!ok && line !== '-ERR' && !line.startsWith('-ERR '))) {
    return hangUp(state, `no POP3 reply ${toWhat(state)}: ${line.slice(0, 512)}`);
  }
  switch (state.awaiting) {
    case 'greeting':
      return ok ? login(state, 'USER', state.config.user, 'user name') : hangUp(state, line);
    case 'USER':
      return ok ? login(state, 'PASS', state.config.password, 'password') : quit(state, line);
    case 'PASS':
      return ok ? command(state, 'UIDL') : quit(state, line);
    case 'UIDL':
      return ok ? collect(state) : command(clientWith(state, { withoutUids: true, refusal: line }), 'LIST');
    case 'LIST': {
      const heard = clientWith(state, { refusal: '' });
      return ok ? collect(heard) : quit(heard, line);
    }
    case 'RETR':
      return ok ? collect(state) : missed(state, line);
    case 'NOOP':
      return letterComplete(state, state.doubtful!);
    case 'DELE': {
      const error = state.error || (ok ? '' : line);
      return deleteNext(clientWith(state, { error, position: state.position + 1 }));
    }
    default:
      return hangUp(state, ok ? '' : line);
  }
}

const collect = (state: Pop3ClientState): Step => [
  clientWith(state, { body: NO_OCTETS, lone: false, weight: 0 }),
  [restartWaiting(state)],
];

function missed(state: Pop3ClientState, line: string): Step {
  const missing = [...state.missed, state.retrieve[state.position]!.number];
  if (missing.length >= REFUSAL_LIMIT) return quit(state, line);
  const error = state.error || line;
  return retrieveNext(clientWith(state, { missed: missing, error, position: state.position + 1 }));
}

/** Lines of a multi-line reply, up to the dot that ends it at most: nothing but the next command brings more. */
function hearBody(state: Pop3ClientState, body: Octets, unit: Octets, overlong: boolean): Step {
  let { weight, lone } = state;
  let text: string = body;
  // What is kept as it came is taken in one piece.
  let kept = 0;
  for (let at = 0; at < unit.length; ) {
    const next = unit.indexOf('\n', at) + 1 || unit.length;
    weight += Math.max(next - at, LINE_WEIGHT);
    if (overlong || weight > REPLY_LIMIT) return hangUp(state, `the reply ${toWhat(state)} is too large`);
    const crlf = unit.charCodeAt(next - 2) === CR && next - at > 1;
    const end = next - (crlf ? 2 : 1);
    const stuffed = unit.charCodeAt(at) === DOT;
    if (stuffed && end - at === 1) {
      // Beside a lone LF the dot may be the letter's own (RFC 1939 §3): what follows shows it, and nothing may be deleted.
      if (next < unit.length) return hangUp(state, `the reply ${toWhat(state)} goes on behind its dot`);
      const whole = (text + unit.slice(kept, at)) as Octets;
      return (lone || !crlf) && state.awaiting === 'RETR'
        ? command(clientWith(state, { doubtful: whole }), 'NOOP')
        : bodyComplete(state, whole);
    }
    lone = !crlf;
    if (stuffed || !crlf) {
      text += `${unit.slice(kept, at)}${unit.slice(stuffed ? at + 1 : at, end)}\r\n`;
      kept = next;
    }
    at = next;
  }
  const progress = Math.floor(weight / PROGRESS) > Math.floor(state.weight / PROGRESS);
  const next = clientWith(state, { body: (text + unit.slice(kept)) as Octets, lone, weight });
  return [next, progress ? [restartWaiting(state)] : NOTHING];
}

function bodyComplete(state: Pop3ClientState, body: Octets): Step {
  if (state.awaiting === 'RETR') return letterComplete(state, body);
  const read =
    state.awaiting === 'UIDL'
      ? readUniqueIds(body)
      : readScanListing(body, state.withoutUids ? null : state.listed);
  if (read.kind === 'unreadable') return hangUp(state, `unreadable reply ${toWhat(state)}: ${read.line}`);
  if (state.awaiting === 'UIDL') return command(clientWith(state, { listed: read.listed }), 'LIST');
  const next: Pop3ClientState = clientWith(state, { awaiting: 'choice', body: null, listed: read.listed });
  return ask(next, { kind: 'choose', lasting: !state.withoutUids, entries: entriesOf(read.listed) });
}

function letterComplete(state: Pop3ClientState, content: Octets): Step {
  const { uid } = state.retrieve[state.position]!;
  const lasting = !state.withoutUids;
  const next = clientWith(state, { awaiting: 'noted', body: null, doubtful: null });
  return ask(next, { kind: 'fetched', lasting, uid, content });
}

const ask = (state: Pop3ClientState, question: Pop3ClientQuestion): Step => [
  state,
  [STOP_WAITING, { kind: 'ask', question }],
];

function hearAnswer(state: Pop3ClientState, answer: Pop3ClientAnswer): Step {
  if (state.awaiting === 'choice' && answer.kind === 'chosen') {
    const retrieve = new Set(answer.retrieve);
    const remove = new Set(answer.remove);
    return retrieveNext(
      clientWith(state, {
        retrieve: state.listed.filter(({ uid }) => retrieve.has(uid)),
        remove: state.listed.filter(({ uid }) => remove.has(uid)),
        position: 0,
      }),
    );
  }
  if (state.awaiting === 'noted' && answer.kind === 'noted') {
    return retrieveNext(clientWith(state, { position: state.position + 1 }));
  }
  return [state, NOTHING];
}

function retrieveNext(state: Pop3ClientState): Step {
  const message = state.retrieve[state.position];
  if (message === undefined) return deleteNext(clientWith(state, { position: 0 }));
  return command(state, 'RETR', String(message.number));
}

/** A message that was to be retrieved and was not is never deleted. */
function deleteNext(state: Pop3ClientState): Step {
  let position = state.position;
  while (position < state.remove.length && state.missed.includes(state.remove[position]!.number)) position++;
  const message = state.remove[position];
  if (message === undefined) return command(state, 'QUIT');
  return command(clientWith(state, { position }), 'DELE', String(message.number));
}
