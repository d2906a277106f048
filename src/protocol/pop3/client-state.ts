/**
 * What a POP3 client keeps of its session, and how it speaks: one command at a time, with the reply timer running.
 */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { Listed } from './client-listing.ts';
import { pop3Command } from './commands.ts';
import type { Pop3Verb } from './session.ts';
import type { Pop3ClientConfig, Pop3ClientQuestion } from './types.ts';

/** Octets of a multi-line reply at most; every line counts as {@link LINE_WEIGHT} at least. */
export const REPLY_LIMIT = 64 * 1024 * 1024;
/** What keeping a line costs however short it is. */
export const LINE_WEIGHT = 32;
/** Octets of a status line at most; RFC 1939 §3 has 512, and servers have been seen to say more. */
export const STATUS_LIMIT = 4096;
/** Refused RETR commands after which the client gives up. */
export const REFUSAL_LIMIT = 20;

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

export const clientWith = (client: Pop3ClientState, changes: Partial<Pop3ClientState>): Pop3ClientState =>
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

export type Effects = readonly Effect<Pop3ClientQuestion>[];
export type Step = readonly [Pop3ClientState, Effects];

export const NOTHING: Effects = [];
const CLOSE: Effect<Pop3ClientQuestion> = { kind: 'close' };
export const STOP_WAITING: Effect<Pop3ClientQuestion> = { kind: 'timer', name: 'reply', after: null };

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

export const restartWaiting = (state: Pop3ClientState): Effect<Pop3ClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: state.config.replyTimeoutMs,
});

export const toWhat = ({ awaiting }: Pop3ClientState): string =>
  awaiting === 'greeting' ? 'from the server' : `to ${awaiting}`;

export function whileWhat(state: Pop3ClientState): string {
  if (state.awaiting === 'greeting') return 'before the greeting';
  if (state.awaiting === 'choice' || state.awaiting === 'noted') return 'between two commands';
  return `${state.body === null ? 'before' : 'within'} the reply to ${state.awaiting}`;
}

export function over(state: Pop3ClientState, error: string, before: Effects): Step {
  const first = state.error || error;
  return [
    clientWith(state, { awaiting: 'nothing', body: null, error: first }),
    [...before, { kind: 'ask', question: { kind: 'over', error: first } }],
  ];
}

/** Closes the connection; unless a QUIT went before, the server deletes nothing (RFC 1939 §6). */
export function hangUp(state: Pop3ClientState, error: string): Step {
  const [next, effects] = over(state, error, [STOP_WAITING]);
  return [next, [...effects, CLOSE]];
}

export function command(state: Pop3ClientState, verb: Pop3Verb, argument = ''): Step {
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
export const quit = (state: Pop3ClientState, error: string): Step =>
  command(clientWith(state, { error: state.error || error }), 'QUIT');
