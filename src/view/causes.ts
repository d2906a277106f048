/** Why did this happen? The chain of causes from a gesture (or a start) to an event. */
import type { Millis } from '../base/time.ts';
import type { EventId, HostId, SimEvent } from '../sim/types.ts';
import { describe } from './describe.ts';
import type { Description } from './description.ts';
import { causesOf, eventById } from './log.ts';

export interface Cause extends Description {
  readonly id: EventId;
  readonly at: Millis;
  readonly host: HostId;
  /** Milliseconds since the row before it; 0 for the first. */
  readonly afterMs: Millis;
}

/**
 * The chain, first cause first, the event itself last. Arrivals are left out where what arrived is in the chain: the
 * segment or datagram tells more. Empty when the log holds no such event.
 */
export function why(log: readonly SimEvent[], id: EventId): readonly Cause[] {
  const event = eventById(log, id);
  if (!event) return [];
  const chain = [...causesOf(log, event)].reverse();
  const told = chain.filter((one, i) => i === chain.length - 1 || !isArrival(one));
  return told.map((one, i) => ({
    ...describe(one, log),
    id: one.id,
    at: one.at,
    host: one.host,
    afterMs: i === 0 ? 0 : one.at - told[i - 1]!.at,
  }));
}

const isArrival = ({ what }: SimEvent): boolean =>
  what.kind === 'arrived' || what.kind === 'datagram-arrived';
