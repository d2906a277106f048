/**
 * The IMAP client of a mail program (RFC 3501): logs in, lists its INBOX, retrieves what it is told to, marks and
 * removes, and leaves or stays to hear what happens. One command at a time; every tagged response is awaited.
 */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Framing, Input, Machine } from '../machine.ts';
import { chosen, listed, noted, retrieved, select, selected, wantedNow, workOn } from './client-letters.ts';
import { capabilitiesTold, greeted, invited, loggedIn, secured, startTls } from './client-login.ts';
import { mailboxWith, takeIn } from './client-mailbox.ts';
import type { ClientResponse } from './client-responses.ts';
import { capabilitiesIn, mayHaveLiterals, readResponse, uidValidityIn } from './client-responses.ts';
import type { Awaiting, Effects, ImapClientState, Step } from './client-state.ts';
import {
  clientWith,
  hangUp,
  imapClientState,
  logOut,
  NOTHING,
  over,
  restartWaiting,
  STOP_POLLING,
  STOP_WAITING,
  tagOf,
} from './client-state.ts';
import { endPause, idled, idles, look, rest, stopIdling } from './client-stay.ts';
import { announcedIn } from './client-values.ts';
import type { ImapClientAnswer, ImapClientQuestion } from './types.ts';

export type { ImapClientState };
export { imapClientState };

/** Octets of the responses to one command at most; every line counts as {@link LINE_WEIGHT} at least. */
export const REPLY_LIMIT = 64 * 1024 * 1024;
/** What keeping a line costs however short it is. */
export const LINE_WEIGHT = 32;
/** Octets of a line at most, literals not counted. */
export const LINE_LIMIT = 65_536;
/** The reply timer starts anew each time so much has come. Literals are taken in pieces of this size. */
const PROGRESS = 65_536;

const LINE: Framing = { kind: 'line', limit: LINE_LIMIT };
const HOLD: Framing = { kind: 'hold' };

type Status = Extract<ClientResponse, { kind: 'status' }>;

export const imapClient: Machine<ImapClientState, ImapClientQuestion, ImapClientAnswer> = { framing, step };

function framing({ awaiting, literal }: ImapClientState): Framing {
  if (awaiting === 'choice' || awaiting === 'noted') return HOLD;
  return literal === null ? LINE : { kind: 'octets', count: Math.min(literal, PROGRESS) };
}

function step(state: ImapClientState, input: Input<ImapClientAnswer>): Step {
  if (state.awaiting === 'over') return [state, NOTHING];
  switch (input.kind) {
    case 'opened':
      return [state, [restartWaiting(state)]];
    case 'unit':
      return hearUnit(state, input.octets, input.overlong, input.more ?? false);
    case 'answer':
      return hearAnswer(state, input.answer);
    case 'secured':
      return onward(state, secured(state));
    case 'timeout':
      return timedOut(state, input.name);
    case 'closed':
      return lost(state);
  }
}

/** No command is to be answered. */
const AT_REST: readonly Awaiting[] = ['choice', 'noted', 'idling', 'pause'];

const waits = ({ awaiting }: ImapClientState): boolean => awaiting === 'idling' || awaiting === 'pause';

function timedOut(state: ImapClientState, name: string): Step {
  if (name === 'poll' && waits(state)) return look(state);
  if (name !== 'reply' || AT_REST.includes(state.awaiting)) return [state, NOTHING];
  if (state.awaiting === 'logout') return hangUp(state, '');
  return hangUp(state, `no reply ${toWhat(state)} within ${state.config.replyTimeoutMs / 1000} s`);
}

function toWhat({ awaiting, command }: ImapClientState): string {
  if (awaiting === 'greeting') return 'from the server';
  return `to ${awaiting === 'handshake' ? 'the TLS handshake' : command}`;
}

/** The connection is gone. Behind LOGOUT that is the end there should be. */
function lost(state: ImapClientState): Step {
  const stopped = [STOP_WAITING, STOP_POLLING];
  if (state.awaiting === 'logout') return over(state, '', stopped);
  return over(state, state.bye || `connection lost ${whileWhat(state)}`, stopped);
}

function whileWhat(state: ImapClientState): string {
  if (state.awaiting === 'greeting') return 'before the greeting';
  if (state.awaiting === 'handshake') return 'within the TLS handshake';
  if (AT_REST.includes(state.awaiting)) return 'between two commands';
  return `${state.reading === '' ? 'before' : 'within'} the reply to ${state.command}`;
}

/** Where a step has nothing left to say, the next stage begins: behind the login the mailbox, behind that the rest. */
function onward(state: ImapClientState, next: Step | null): Step {
  if (next !== null) return next;
  return state.mailbox.uidValidity === 0 ? select(state) : rest(state);
}

function hearAnswer(state: ImapClientState, answer: ImapClientAnswer): Step {
  switch (answer.kind) {
    case 'chosen':
      return state.awaiting === 'choice' ? onward(state, chosen(state, answer)) : [state, NOTHING];
    case 'noted':
      return state.awaiting === 'noted' ? onward(state, noted(state)) : [state, NOTHING];
    case 'leave':
      return leave(clientWith(state, { leaving: true }));
  }
}

function leave(state: ImapClientState): Step {
  switch (state.awaiting) {
    case 'choice':
    case 'noted':
      return rest(state);
    case 'pause':
      return endPause(state);
    case 'idling':
      return stopIdling(state);
    default:
      return [state, NOTHING];
  }
}

function hearUnit(before: ImapClientState, unit: Octets, overlong: boolean, more: boolean): Step {
  if (overlong) return hangUp(before, `a line of the reply ${toWhat(before)} is too long`);
  const fresh = waits(before) && before.reading === '' && before.news === '';
  const weight = (fresh ? 0 : before.weight) + Math.max(unit.length, LINE_WEIGHT);
  if (weight > REPLY_LIMIT) return hangUp(before, `the reply ${toWhat(before)} is too large`);
  const progress = Math.floor(weight / PROGRESS) > Math.floor(before.weight / PROGRESS);
  const state = clientWith(before, { weight });
  const [next, effects] =
    state.literal === null ? hearLine(state, unit, more) : hearLiteral(state, state.literal, unit);
  // What was said in answer has set the timer anew.
  return progress && effects.length === 0 && !AT_REST.includes(next.awaiting)
    ? [next, [restartWaiting(next)]]
    : [next, effects];
}

const hearLiteral = (state: ImapClientState, left: number, unit: Octets): Step => [
  clientWith(state, {
    reading: (state.reading + unit) as Octets,
    literal: left > unit.length ? left - unit.length : null,
  }),
  NOTHING,
];

function hearLine(state: ImapClientState, unit: Octets, more: boolean): Step {
  const line = unit.slice(0, unit.endsWith('\r\n') ? -2 : -1);
  const text = (state.reading + line) as Octets;
  const literal = state.reading !== '' || mayHaveLiterals(line) ? announcedIn(line) : null;
  if (literal === null) return hear(clientWith(state, { reading: NO_OCTETS }), text, more);
  if (literal > REPLY_LIMIT - state.weight) return hangUp(state, `the reply ${toWhat(state)} is too large`);
  const reading = `${text}\r\n` as Octets;
  return [clientWith(state, { reading, literal: literal === 0 ? null : literal }), NOTHING];
}

/** A whole response, without its last line end. */
function hear(state: ImapClientState, text: Octets, more: boolean): Step {
  if (state.awaiting === 'handshake') return [state, NOTHING];
  const [next, effects] = understand(state, text);
  // What comes together is taken in together: one by one, it would cost the whole list each time.
  const isDue = waits(next) && next.news !== '' && (!more || next.weight >= PROGRESS);
  return isDue && effects.length === 0 ? settled(next, (now) => [now, NOTHING]) : [next, effects];
}

function understand(state: ImapClientState, text: Octets): Step {
  const response = readResponse(text);
  if (state.awaiting === 'greeting') {
    if (response.kind !== 'status' || response.tag !== '*') return senseless(state, text);
    const told = hearCode(state, response.code);
    return state.leaving ? logOut(told) : onward(told, greeted(told, response));
  }
  switch (response.kind) {
    case 'status':
      if (response.tag === '*') return hearUntagged(state, response);
      if (response.tag === tagOf(state)) return completed(state, response, text);
      return senseless(state, text);
    case 'invitation':
      return hearInvitation(state, response.text, text);
    case 'capability':
      return [clientWith(state, { capabilities: response.names }), NOTHING];
    case 'news':
      return hearNews(state, text, response.exists);
    case 'other':
      return [state, NOTHING];
    case 'senseless':
      return senseless(state, text);
  }
}

const senseless = (state: ImapClientState, text: string): Step =>
  hangUp(state, `no IMAP response ${toWhat(state)}: ${text.slice(0, 512)}`);

function hearCode(state: ImapClientState, code: string): ImapClientState {
  const capabilities = capabilitiesIn(code);
  return capabilities === null ? state : clientWith(state, { capabilities });
}

function hearUntagged(before: ImapClientState, { status, code, words }: Status): Step {
  if (status === 'BYE') return [clientWith(before, { bye: words }), NOTHING];
  const state = hearCode(before, code);
  const uidValidity = uidValidityIn(code);
  if (uidValidity === null || uidValidity === state.mailbox.uidValidity) return [state, NOTHING];
  if (state.awaiting === 'select')
    return [clientWith(state, { mailbox: mailboxWith(state.mailbox, { uidValidity }) }), NOTHING];
  // RFC 3501 §2.3.1.1: it must not happen within a session; the next one finds a new mailbox.
  if (state.mailbox.uidValidity > 0) return hangUp(state, 'the server has changed UIDVALIDITY');
  return [state, NOTHING];
}

function hearInvitation(state: ImapClientState, invitation: string, text: string): Step {
  if (state.awaiting !== 'idle') return invited(state, invitation) ?? senseless(state, text);
  return settled(state, (next) => idles(next));
}

function hearNews(state: ImapClientState, text: Octets, exists: boolean): Step {
  if (state.awaiting !== 'select' && state.mailbox.uidValidity === 0) return [state, NOTHING];
  const next = clientWith(state, { news: `${state.news}${text}\r\n` as Octets });
  if (next.awaiting === 'idling' && exists) return stopIdling(next);
  if (next.awaiting !== 'pause' || !exists) return [next, NOTHING];
  return settled(next, (now) => (now.mailbox.grown ? endPause(now) : [now, NOTHING]));
}

/** Takes in what the server has said of the mailbox, tells the mail program, and goes on. */
function settled(
  state: ImapClientState,
  goOn: (state: ImapClientState, taken: ReturnType<typeof takeIn>) => Step,
): Step {
  const taken = takeIn(state.mailbox, state.news, state.awaiting === 'listing', wantedNow(state));
  if (taken.wrong !== '') return hangUp(state, taken.wrong);
  const { uidValidity } = taken.mailbox;
  const told = taken.changes.map(({ uid, flags }): Effects[number] => ({
    kind: 'ask',
    question:
      flags === null ? { kind: 'gone', uidValidity, uid } : { kind: 'changed', uidValidity, uid, flags },
  }));
  const [next, effects] = goOn(clientWith(state, { mailbox: taken.mailbox, news: NO_OCTETS }), taken);
  return told.length === 0 ? [next, effects] : [next, [...told, ...effects]];
}

/** A refusal is remembered, and told of in the end. */
const refusedIn = (state: ImapClientState, { status, words }: Status): ImapClientState =>
  status === 'OK' ? state : clientWith(state, { error: state.error || words });

/** Behind these there is more to say before a client may leave. */
const GO_ON: readonly Awaiting[] = ['starttls', 'idle', 'idling', 'done'];

/** The tagged response to the command under way. */
function completed(before: ImapClientState, status: Status, text: string): Step {
  const state = hearCode(before, status.code);
  // RFC 3501 §7.1.5: behind a BYE the server closes.
  if (state.awaiting === 'logout') return hangUp(state, '');
  if (state.bye !== '') return hangUp(state, state.bye);
  return settled(state, (next, { fresh, content }) => {
    if (next.leaving && !GO_ON.includes(next.awaiting))
      return logOut(next, status.status === 'OK' ? '' : status.words);
    switch (next.awaiting) {
      case 'capability':
        return onward(next, capabilitiesTold(next, status));
      case 'starttls':
        return startTls(next, status);
      case 'challenge':
      case 'login':
        return onward(next, loggedIn(next, status));
      case 'select':
        return selected(next, status);
      case 'listing':
        return onward(next, listed(next, status, fresh, before.mailbox.lastUid === 0));
      case 'letter': {
        const told = refusedIn(next, status);
        return onward(told, retrieved(told, status, content));
      }
      case 'marking':
      case 'expunging': {
        // What is refused is no reason to leave off.
        const told = refusedIn(next, status);
        return onward(told, workOn(told));
      }
      case 'idle':
      case 'idling':
      case 'done':
        return idled(next, status);
      case 'noop':
        return rest(next);
      default:
        return senseless(next, text);
    }
  });
}
