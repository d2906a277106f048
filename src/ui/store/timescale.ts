/**
 * The timeline's scale: simulated time with its long silences squeezed, so that a letter tried again after a quarter
 * of an hour stands beside its first try. Positions are in milliseconds of that squeezed time.
 */
import type { Millis } from '../../base/time.ts';

export interface Timescale {
  /** Instants where the slope changes, rising, beginning with 0. */
  readonly instants: readonly Millis[];
  /** Squeezed position of each of them. */
  readonly positions: readonly number[];
  /** Squeezed position of the right-hand end. */
  readonly length: number;
}

export const LONGEST_SILENCE_MS = 4000;
const SHORTEST_SCALE_MS = 12_000;

/** `instants` rise (equal ones are welcome); `endMs` is the last instant to be shown. */
export function timescale(instants: Iterable<Millis>, endMs: Millis): Timescale {
  const at: Millis[] = [0];
  const to: number[] = [0];
  let last = 0;
  let position = 0;
  const add = (instant: Millis): void => {
    if (instant <= last) return;
    position += Math.min(instant - last, LONGEST_SILENCE_MS);
    last = instant;
    at.push(instant);
    to.push(position);
  };
  for (const instant of instants) add(instant);
  add(endMs);
  return { instants: at, positions: to, length: Math.max(position, SHORTEST_SCALE_MS) };
}

/** Interpolates in rising `from` to `to`; past the last one it goes on one to one. */
function between(from: readonly number[], to: readonly number[], x: number): number {
  let low = 0;
  let high = from.length - 1;
  if (x <= 0) return 0;
  if (x >= from[high]!) return to[high]! + (x - from[high]!);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= x) low = middle;
    else high = middle;
  }
  const share = (x - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}

export const positionAt = (scale: Timescale, now: Millis): number =>
  between(scale.instants, scale.positions, now);
export const instantAt = (scale: Timescale, position: number): Millis =>
  between(scale.positions, scale.instants, position);
