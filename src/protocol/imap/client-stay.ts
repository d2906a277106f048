/** A client that stays: it waits for what happens, with IDLE (RFC 2177) or by looking now and then (RFC 3501 §6.1.2). */
import { list } from './client-letters.ts';
import type { ClientResponse } from './client-responses.ts';
import type { ImapClientState, Step } from './client-state.ts';
import { clientWith, logOut, offers, say, sayMore, STOP_POLLING, STOP_WAITING } from './client-state.ts';

type Status = Extract<ClientResponse, { kind: 'status' }>;

/** RFC 2177 §3: a server may log out a client that is silent for thirty minutes. */
export const IDLE_MS = 29 * 60_000;

/** There is nothing to do at the moment. */
export function rest(state: ImapClientState): Step {
  if (state.leaving || !state.config.stay) return logOut(state);
  if (state.mailbox.grown) return list(state);
  if (offers(state, 'IDLE')) return say(state, 'idle', 'IDLE');
  const { pollMs } = state.config;
  return [
    clientWith(state, { awaiting: 'pause', weight: 0 }),
    [STOP_WAITING, { kind: 'timer', name: 'poll', after: pollMs }],
  ];
}

/** The server lets the client idle. */
export function idles(state: ImapClientState): Step {
  if (state.mailbox.grown || state.leaving) return stopIdling(state);
  const poll = { kind: 'timer', name: 'poll', after: IDLE_MS } as const;
  return [clientWith(state, { awaiting: 'idling', weight: 0 }), [STOP_WAITING, poll]];
}

export function stopIdling(state: ImapClientState): Step {
  const [next, effects] = sayMore(clientWith(state, { awaiting: 'done', weight: 0 }), 'DONE');
  return [next, [STOP_POLLING, ...effects]];
}

/** IDLE is over. A server that refuses it, or ends it by itself, is not asked to again. */
export function idled(state: ImapClientState, { status }: Status): Step {
  if (state.awaiting === 'done' && status === 'OK') return rest(state);
  const capabilities = state.capabilities?.filter((name) => name !== 'IDLE') ?? null;
  const [next, effects] = rest(clientWith(state, { capabilities }));
  return state.awaiting === 'idling' ? [next, [STOP_POLLING, ...effects]] : [next, effects];
}

/** The time to wait is over. */
export function look(state: ImapClientState): Step {
  return state.awaiting === 'idling' ? stopIdling(state) : say(state, 'noop', 'NOOP');
}

/** The pause ends since something has come, or the mail program leaves. */
export function endPause(state: ImapClientState): Step {
  const [next, effects] = rest(state);
  return [next, [STOP_POLLING, ...effects]];
}
