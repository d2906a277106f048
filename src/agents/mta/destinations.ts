/**
 * How many deliveries a destination gets at once, as Postfix's queue manager decides (qmgr(8), SCHEDULER_README): more
 * while all goes well, fewer after failures, and after a whole cohort of failures none at all for a while.
 */
import type { Millis } from '../../base/time.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Trouble } from './entry.ts';
import { scheduleOf } from './schedule.ts';
import type { Delivery, Destination, MtaState } from './types.ts';
import { mtaWith } from './types.ts';
import { wordsOf } from './words.ts';

/** `initial_destination_concurrency`, `default_destination_concurrency_limit`, `…_failed_cohort_limit`. */
const INITIAL_WINDOW = 5;
const WINDOW_LIMIT = 20;
const COHORT_LIMIT = 1;
/** `default_destination_recipient_limit`: recipients of one delivery. */
export const RECIPIENT_LIMIT = 50;
/** `default_process_limit`: deliveries under way at once; the others wait for their turn. */
export const MAX_DELIVERIES = 100;
/** Destinations remembered; the oldest is forgotten. */
const MAX_DESTINATIONS = 1000;

const limitOf = ({ config }: MtaState): number => config.destinationConcurrency ?? WINDOW_LIMIT;

const fresh = (state: MtaState, id: string): Destination => ({
  id,
  window: Math.min(INITIAL_WINDOW, limitOf(state)),
  success: 0,
  failedCohorts: 0,
  deadUntil: 0,
  trouble: null,
});

const destinationOf = (state: MtaState, id: string): Destination =>
  entryOf(state.destinations, id) ?? fresh(state, id);

const keep = (state: MtaState, destination: Destination): MtaState => {
  const destinations = withEntry(state.destinations, destination);
  return mtaWith(state, { destinations: destinations.slice(-MAX_DESTINATIONS) });
};

/** Why nothing goes there at the moment; null when something may. */
export function suspension(
  state: MtaState,
  { destination: id, domain }: Delivery,
  now: Millis,
): Trouble | null {
  const destination = entryOf(state.destinations, id);
  if (!destination || destination.trouble === null || destination.deadUntil <= now) return null;
  return wordsOf(state.config.dialect).suspended(destination.trouble, domain);
}

/** Whether one more delivery may begin. */
export function hasRoom(state: MtaState, id: string): boolean {
  const { window } = destinationOf(state, id);
  let busy = 0;
  let all = 0;
  for (const { startedAt, destination } of state.deliveries) {
    if (startedAt === null) continue;
    all++;
    if (destination === id) busy++;
  }
  return all < MAX_DELIVERIES && busy < Math.max(1, window);
}

/** The destination took a letter, or spoke with us at least: its window grows by one with every window of successes. */
export function praise(state: MtaState, id: string): MtaState {
  const known = entryOf(state.destinations, id);
  const { window, success } = known ?? fresh(state, id);
  // As it was and nothing to gain: most hosts get one letter now and then.
  const busy = state.deliveries.filter(({ destination }) => destination === id).length;
  if (!known && busy < INITIAL_WINDOW) return state;
  if (window === 0) return mtaWith(state, { destinations: withoutEntry(state.destinations, id) });
  const grown = success + 1 / window;
  const wider = grown >= 1 ? 1 : 0;
  return keep(state, {
    id,
    window: Math.min(limitOf(state), window + wider),
    success: grown - wider,
    failedCohorts: 0,
    deadUntil: 0,
    trouble: null,
  });
}

/** The destination could not be reached, or would not talk. */
export function blame(state: MtaState, id: string, trouble: Trouble, now: Millis): MtaState {
  const { window, failedCohorts } = destinationOf(state, id);
  if (window === 0) return state;
  const failed = failedCohorts + 1 / window;
  const { shunMs, shunsAtOnce } = scheduleOf(state.config.dialect);
  const dead = shunMs > 0 && (shunsAtOnce || failed >= COHORT_LIMIT);
  return keep(state, {
    id,
    window: dead ? 0 : Math.max(1, window - 1),
    success: 0,
    failedCohorts: failed,
    deadUntil: dead ? now + shunMs : 0,
    trouble: dead ? trouble : null,
  });
}

/** Those whose time is over begin anew. */
export function revive(state: MtaState, now: Millis): MtaState {
  const over = ({ window, deadUntil }: Destination): boolean => window === 0 && deadUntil <= now;
  return state.destinations.some(over)
    ? mtaWith(state, { destinations: state.destinations.filter((one) => !over(one)) })
    : state;
}
