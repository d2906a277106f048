/**
 * Incremental projection of a log. The views fold the log into a state and remember how far they came, so a frame
 * costs only the events since the last one, and going back costs a checkpoint plus a short replay.
 *
 * The memory is a cache beside the log, never part of it: the same log and count always give the same answer.
 */
import type { SimEvent } from '../sim/types.ts';

type Log = readonly SimEvent[];

/** How a state grows with the log. States are the fold's own: it changes them in place. */
export interface Fold<S> {
  readonly start: () => S;
  readonly step: (state: S, event: SimEvent, log: Log) => void;
  /** A copy that further steps on the original leave as it is; parts that are never changed may be shared. */
  readonly copy: (state: S) => S;
}

interface Point<S> {
  readonly count: number;
  /** The last event taken in. The same object in another log means the same past (a fork shares it). */
  readonly last: SimEvent | null;
  readonly state: S;
}

interface Memory<S> {
  live: Point<S>;
  /** By rising count; their states are never stepped, only copied. */
  checkpoints: Point<S>[];
  spacing: number;
}

export const CHECKPOINT_EVENTS = 1000;
export const MOST_CHECKPOINTS = 64;

const memories = new WeakMap<object, WeakMap<Log, Memory<unknown>>>();
const latest = new WeakMap<object, Memory<unknown>>();

function tableOf<T>(tables: WeakMap<object, WeakMap<Log, T>>, key: object): WeakMap<Log, T> {
  const table = tables.get(key) ?? new WeakMap<Log, T>();
  tables.set(key, table);
  return table;
}

const holds = (log: Log, point: Point<unknown>): boolean =>
  point.count === 0 || log[point.count - 1] === point.last;

/**
 * State of the fold after the first `count` events. It stays as it is only until the next call with the same fold and
 * log: take out what you need.
 */
export function project<S>(fold: Fold<S>, log: Log, count: number): S {
  const until = Math.max(0, Math.min(count, log.length));
  const memory = recall(fold, log);
  if (!holds(log, memory.live)) forget(memory, log);
  if (memory.live.count > until || !holds(log, memory.live)) memory.live = resume(fold, memory, until);
  else if (memory.live.count < until) {
    const near = lastBy(memory.checkpoints, until);
    if (near && near.count > memory.live.count) memory.live = { ...near, state: fold.copy(near.state) };
  }
  return advance(fold, memory, log, until);
}

function recall<S>(fold: Fold<S>, log: Log): Memory<S> {
  const byLog = tableOf(memories, fold);
  let memory = byLog.get(log) as Memory<S> | undefined;
  if (!memory) {
    const other = latest.get(fold) as Memory<S> | undefined;
    const checkpoints = other ? other.checkpoints.filter((point) => holds(log, point)) : [];
    memory = {
      live: { count: 0, last: null, state: fold.start() },
      checkpoints,
      spacing: other && checkpoints.length > 0 ? other.spacing : CHECKPOINT_EVENTS,
    };
    byLog.set(log, memory as Memory<unknown>);
    latest.set(fold, memory as Memory<unknown>);
  }
  return memory;
}

/** The log was cut: what was remembered of the part that is gone goes too. */
function forget<S>(memory: Memory<S>, log: Log): void {
  memory.checkpoints = memory.checkpoints.filter((point) => holds(log, point));
}

const lastBy = <S>(points: readonly Point<S>[], until: number): Point<S> | undefined =>
  points.findLast((point) => point.count <= until);

function resume<S>(fold: Fold<S>, memory: Memory<S>, until: number): Point<S> {
  const near = lastBy(memory.checkpoints, until);
  return near ? { ...near, state: fold.copy(near.state) } : { count: 0, last: null, state: fold.start() };
}

function advance<S>(fold: Fold<S>, memory: Memory<S>, log: Log, until: number): S {
  const { state } = memory.live;
  for (let index = memory.live.count; index < until; index++) {
    const event = log[index]!;
    fold.step(state, event, log);
    if ((index + 1) % memory.spacing === 0) keep(memory, { count: index + 1, last: event, state }, fold);
  }
  if (memory.live.count !== until) memory.live = { count: until, last: log[until - 1] ?? null, state };
  return state;
}

function keep<S>(memory: Memory<S>, point: Point<S>, fold: Fold<S>): void {
  const newest = memory.checkpoints.at(-1);
  if (newest && newest.count >= point.count) return;
  memory.checkpoints.push({ ...point, state: fold.copy(point.state) });
  if (memory.checkpoints.length <= MOST_CHECKPOINTS) return;
  memory.spacing *= 2;
  memory.checkpoints = memory.checkpoints.filter(({ count }) => count % memory.spacing === 0);
}

/**
 * An index of the log that only grows: what later events add never changes what was there, so one state serves every
 * count. Readers leave out entries of events they may not see yet.
 */
export interface Index<S> {
  readonly start: () => S;
  readonly step: (state: S, event: SimEvent, log: Log) => void;
}

const indexes = new WeakMap<object, WeakMap<Log, { point: Point<unknown> }>>();

/** The index of at least the first `count` events. */
export function gather<S>(index: Index<S>, log: Log, count: number): S {
  const byLog = tableOf(indexes, index);
  let memory = byLog.get(log) as { point: Point<S> } | undefined;
  if (!memory || !holds(log, memory.point)) {
    memory = { point: { count: 0, last: null, state: index.start() } };
    byLog.set(log, memory);
  }
  const { point } = memory;
  const until = Math.min(count, log.length);
  if (point.count >= until) return point.state;
  for (let at = point.count; at < until; at++) index.step(point.state, log[at]!, log);
  memory.point = { count: until, last: log[until - 1]!, state: point.state };
  return point.state;
}

/** Number of rows, ordered by event id, that belong to the first `count` events. */
export function rowsWithin(rows: readonly { readonly id: number }[], log: Log, count: number): number {
  const last = log[Math.min(count, log.length) - 1];
  if (last === undefined) return 0;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.id <= last.id) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Remembered<A extends readonly unknown[], R> {
  readonly log: Log;
  readonly count: number;
  readonly last: SimEvent | undefined;
  readonly more: A;
  readonly result: R;
}

const MOST_REMEMBERED = 8;

/**
 * The same view with its latest answers remembered: asked again with the same arguments it gives the very same
 * object, so readers may compare by identity.
 */
export function remembered<A extends readonly unknown[], R>(
  view: (log: Log, count: number, ...more: A) => R,
): (log: Log, count: number, ...more: A) => R {
  const answers: Remembered<A, R>[] = [];
  return (log, count, ...more) => {
    const last = log[count - 1];
    for (const answer of answers) {
      if (answer.log !== log || answer.count !== count || answer.last !== last) continue;
      if (more.length === answer.more.length && more.every((value, i) => value === answer.more[i]))
        return answer.result;
    }
    const result = view(log, count, ...more);
    answers.unshift({ log, count, last, more, result });
    if (answers.length > MOST_REMEMBERED) answers.pop();
    return result;
  };
}
