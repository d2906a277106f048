/**
 * The POP3 client of a mail program (RFC 1939): logs in, lists, retrieves what it is told to, deletes what is safe and
 * quits. One command at a time; every reply is awaited.
 */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Framing, Machine } from '../machine.ts';
import { entriesOf, readScanListing, readUniqueIds } from './client-listing.ts';
import type { Pop3ClientState, Step } from './client-state.ts';
import {
  clientWith,
  command,
  hangUp,
  LINE_WEIGHT,
  NOTHING,
  over,
  quit,
  REFUSAL_LIMIT,
  REPLY_LIMIT,
  restartWaiting,
  STATUS_LIMIT,
  STOP_WAITING,
  toWhat,
  whileWhat,
} from './client-state.ts';
import type { Pop3ClientAnswer, Pop3ClientQuestion } from './types.ts';

const CR = 13;
const DOT = 46;
/** The reply timer starts anew each time so much of a multi-line reply has come. */
const PROGRESS = 65_536;

const STATUS_LINE: Framing = { kind: 'line', limit: STATUS_LIMIT };
const BODY_LINES: Framing = { kind: 'text', limit: REPLY_LIMIT };
const HOLD: Framing = { kind: 'hold' };

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
