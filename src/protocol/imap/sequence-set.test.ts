import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundsOf, isWithin, numbersIn, parseSet, positionsIn, setText } from './sequence-set.ts';

describe('RFC 3501 §9 sequence-set', () => {
  test.each([
    ['2,4:7,9,12:*', 15, [2, 4, 5, 6, 7, 9, 12, 13, 14, 15]],
    ['*:4,5:7', 10, [4, 5, 6, 7, 8, 9, 10]],
    ['3:1,2', 3, [1, 2, 3]],
    ['*', 1, [1]],
  ])('%s of %i messages', (text, count, numbers) => {
    expect(numbersIn(parseSet(text)!, count)).toEqual(numbers);
  });
  test.each(['', '0', '1:', ':1', '1:2:3', '1,,2', 'x', '-1', '4294967296', '1 2'])('%j is none', (text) => {
    expect(parseSet(text)).toBeNull();
  });
  test.each([
    ['5', 4],
    ['1:5', 4],
    ['*', 0],
  ])('%s is out of range with %i messages', (text, count) => {
    expect(numbersIn(parseSet(text)!, count)).toBeNull();
  });
});

describe('sets of UIDs (RFC 3501 §6.4.8)', () => {
  const uids = [4, 7, 10, 11, 30];
  test.each([
    ['443:557', []],
    ['559:*', [4]],
    ['*', [4]],
    ['5:10,30', [1, 2, 4]],
    ['1:3', []],
    ['4:4294967295', [0, 1, 2, 3, 4]],
  ])('%s', (text, positions) => {
    expect(positionsIn(parseSet(text)!, uids)).toEqual(positions);
  });
  test('an empty mailbox has none', () => expect(positionsIn(parseSet('1:*')!, [])).toEqual([]));
});

test('numbers as a set name the same numbers again', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (list) => {
      const numbers = list.sort((a, b) => a - b);
      expect(numbersIn(parseSet(setText(numbers))!, 60)).toEqual(numbers);
    }),
  );
});

test.each(['*', '1:*', '*:4', '*:*', '7,1:3,*'])('%s is JSON', (text) => {
  const set = parseSet(text)!;
  expect(JSON.parse(JSON.stringify(set))).toEqual(set);
});

test.each([
  ['*', 9, [9]],
  ['7:*', 9, [7, 8, 9]],
  ['7:*', 5, [5, 6, 7]],
  ['2:3,5,4', 9, [2, 3, 4, 5]],
  ['1,9:*', 9, [1, 9]],
])('%s with %i as the last number', (text, last, within) => {
  const bounds = boundsOf(parseSet(text)!, last);
  expect(Array.from({ length: 12 }, (_, n) => n).filter((n) => isWithin(bounds, n))).toEqual(within);
});
