/** The order in which answers are offered: different from the right one, and the same on every visit. */
import { hashText } from '../../base/prng.ts';

export function shuffled<T extends string>(items: readonly T[], seed: string): readonly T[] {
  const order = items
    .map((item) => ({ item, key: hashText(`${seed}\n${item}`) }))
    .sort((a, b) => a.key - b.key || (a.item < b.item ? -1 : 1))
    .map(({ item }) => item);
  const [first, ...rest] = order;
  const unchanged = order.every((item, i) => item === items[i]);
  return unchanged && first !== undefined ? [...rest, first] : order;
}
