/** A question of a look-up tool on its way: by datagram, or on a connection. */
import { NO_OCTETS, type Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import type { DnsMessage, KnownAnswers } from '../dns/types.ts';
import { encodeMessage } from '../dns/wire.ts';
import type { ConnId, ProgramEffect, StepContext } from '../sim/types.ts';
import type { Ask } from './look-up-types.ts';

/** Port that the tools ask from. */
export const LOOK_UP_PORT = 1056;

/** What a tool waits for. */
export type Waiting =
  | {
      readonly kind: 'reply';
      readonly ask: Ask;
      readonly id: number;
      readonly sentAt: Millis;
      readonly conn: ConnId | null;
      readonly rest: Octets;
    }
  | { readonly kind: 'address'; readonly host: string; readonly known: KnownAnswers }
  | { readonly kind: 'line' };

const idOf = (at: StepContext): number => (at.event % 65_000) + 1;

/** Name of the connection a question goes out on. */
export const handleOf = (id: number): string => `look-up:${id}`;

/** Sends the question, or opens the connection that it goes out on, and sets the timer. */
export function send(ask: Ask, at: StepContext, effects: ProgramEffect[]): Waiting {
  const id = idOf(at);
  if (ask.tcp) effects.push({ kind: 'connect', handle: handleOf(id), to: ask.to, timeoutMs: ask.timeoutMs });
  else {
    const message = queryOf(ask, id);
    const octets = encodeMessage(message);
    const note = noteOfMessage(message);
    effects.push({ kind: 'datagram', from: LOOK_UP_PORT, to: ask.to, octets, note });
  }
  effects.push({ kind: 'timer', name: 'look-up', after: ask.timeoutMs });
  return { kind: 'reply', ask, id, sentAt: at.now, conn: null, rest: NO_OCTETS };
}

/** The query of a question, with recursion or without. */
export const queryOf = (ask: Ask, id: number): DnsMessage => ({
  id,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: ask.recursion,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: ask.question,
  answers: [],
  authority: [],
  additional: [],
});
