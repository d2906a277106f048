/** Chance for tests: a seed throws the same dice each time. */
import { draw, hashText } from './prng.ts';

export interface Dice {
  /** A whole number from 0 on, below `limit`. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** True in `percent` of 100 throws. */
  often(percent: number): boolean;
}

export function diceOf(seed: string): Dice {
  let word = hashText(seed);
  const below = (limit: number): number => {
    const [value, next] = draw(word);
    word = next;
    return Math.floor(value * limit);
  };
  return { below, pick: (items) => items[below(items.length)]!, often: (percent) => below(100) < percent };
}
