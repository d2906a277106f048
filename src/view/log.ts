/** Finding one's way in an event log: by id, by instant, up the chain of causes. */
import type { Millis } from '../base/time.ts';
import type { ConnId, EventId, HostId, Side, SimEvent } from '../sim/types.ts';

/** No chain of causes is followed further than this; real ones are far shorter. */
export const LONGEST_CHAIN = 512;

/** Index of the event with this id in the log, or -1. Ids rise by one, so it is found without searching. */
export function indexOf(log: readonly SimEvent[], id: EventId): number {
  const first = log[0];
  if (first === undefined) return -1;
  const index = id - first.id;
  return log[index]?.id === id ? index : -1;
}

export function eventById(log: readonly SimEvent[], id: EventId): SimEvent | null {
  const index = indexOf(log, id);
  return index < 0 ? null : log[index]!;
}

/** Number of events that have happened by simulated instant `now`, those of that very instant included. */
export function eventsUntil(log: readonly SimEvent[], now: Millis): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle]!.at <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The event this one came from; null for actions and starts, and when the log does not hold it. */
export function causeOf(log: readonly SimEvent[], event: SimEvent): SimEvent | null {
  // A cause is always earlier: a log that says otherwise must not send anybody round in circles.
  return event.cause < event.id ? eventById(log, event.cause) : null;
}

/** The event and its causes, nearest first. */
export function* causesOf(log: readonly SimEvent[], event: SimEvent): Generator<SimEvent, void> {
  let at: SimEvent | null = event;
  for (let steps = 0; at !== null && steps < LONGEST_CHAIN; steps++) {
    yield at;
    at = causeOf(log, at);
  }
}

/**
 * The arrival that an event on `host` was handled for: the nearest cause that is an `arrived` event there, on that
 * side of its connection.
 */
export function arrivalBehind(
  log: readonly SimEvent[],
  event: SimEvent,
  host: HostId,
  side: Side,
): { readonly arrived: SimEvent; readonly conn: ConnId } | null {
  let at: SimEvent | null = event;
  for (let steps = 0; at !== null && steps < LONGEST_CHAIN; steps++) {
    const { what } = at;
    if (what.kind === 'arrived' && at.host === host && what.side === side)
      return { arrived: at, conn: what.conn };
    at = causeOf(log, at);
  }
  return null;
}
