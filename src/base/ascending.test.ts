import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstNotBelow } from './ascending.ts';

test.each([
  [[], 5, 0],
  [[5], 4, 0],
  [[5], 5, 0],
  [[5], 6, 1],
  [[2, 4, 7, 9], 7, 2],
  [[2, 4, 7, 9], 8, 3],
  [[2, 4, 7, 9], Number.POSITIVE_INFINITY, 4],
])('in %j the first not below %i stands at %i', (numbers, wanted, position) => {
  expect(firstNotBelow(numbers, wanted)).toBe(position);
});

test('what stands before `from` is not looked at', () => {
  expect(firstNotBelow([2, 4, 7, 9], 1, 2)).toBe(2);
  expect(firstNotBelow([2, 4, 7, 9], 9, 2)).toBe(3);
});

test('it is what looking at each of them finds', () => {
  const numbers = fc.uniqueArray(fc.nat(100)).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(numbers, fc.nat(101), (list, wanted) => {
      const found = list.findIndex((number) => number >= wanted);
      expect(firstNotBelow(list, wanted)).toBe(found < 0 ? list.length : found);
    }),
  );
});
