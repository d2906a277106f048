/** When a letter is tried again, in the shape of Postfix's queue manager. */
import type { Millis } from '../../base/time.ts';
import type { QueueEntry } from './entry.ts';

/** `minimal_backoff_time`, `maximal_backoff_time`, `queue_run_delay`. */
export const MIN_BACKOFF_MS: Millis = 300_000;
export const MAX_BACKOFF_MS: Millis = 4_000_000;
export const QUEUE_RUN_MS: Millis = 300_000;
/** `maximal_queue_lifetime`, `bounce_queue_lifetime`; RFC 5321 §4.5.4.1: give up after four to five days. */
export const LIFETIME_MS: Millis = 5 * 86_400_000;

/**
 * The instant of the next try: a letter rests for as long as it has been here, within bounds, and then waits for the next
 * run of the queue; those come at even distances from the start of the host on. Nothing is polled: the run in which a
 * letter will be found ripe is known when it is put aside.
 */
export function nextTry({ arrivedAt }: QueueEntry, startedAt: Millis, now: Millis): Millis {
  const rest = Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, now - arrivedAt));
  const runs = Math.ceil((now + rest - startedAt) / QUEUE_RUN_MS);
  return startedAt + runs * QUEUE_RUN_MS;
}

export const isExpired = ({ arrivedAt }: QueueEntry, now: Millis): boolean => now >= arrivedAt + LIFETIME_MS;

export const isLate = (entry: QueueEntry, warnAfterMs: Millis, now: Millis): boolean =>
  warnAfterMs > 0 && !entry.warned && now >= entry.arrivedAt + warnAfterMs;
