import { expect, test } from 'vitest';
import { modseqOf } from './modseq.ts';

test.each([
  ['0', 0],
  ['715194045007', 715194045007],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9223372036854775807', Number.MAX_SAFE_INTEGER],
  ['18446744073709551615', Number.MAX_SAFE_INTEGER],
  ['100000000000000000000', null],
  ['', null],
  ['-1', null],
  ['1e3', null],
  ['1 ', null],
])('%j is %j', (digits, number) => {
  expect(modseqOf(digits)).toBe(number);
});
