import { expect, test } from 'vitest';
import { clockText } from './clock-text.ts';

test('minutes, seconds, thousandths; hours only when there are any', () => {
  expect(clockText(41_320)).toBe('00:41.320');
  expect(clockText(0.9)).toBe('00:00.000');
  expect(clockText(3_600_000 * 26 + 61_005)).toBe('26:01:01.005');
});
