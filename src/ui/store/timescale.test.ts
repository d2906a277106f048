import { describe, expect, test } from 'vitest';
import { instantAt, LONGEST_SILENCE_MS, positionAt, timescale } from './timescale.ts';

describe('timescale', () => {
  test('short gaps keep their length, long silences are squeezed', () => {
    const scale = timescale([1000, 1000, 2500, 902_500], 902_500);
    expect(positionAt(scale, 1000)).toBe(1000);
    expect(positionAt(scale, 2500)).toBe(2500);
    expect(positionAt(scale, 902_500)).toBe(2500 + LONGEST_SILENCE_MS);
  });

  test('position and instant are each other’s inverse, inside a silence too', () => {
    const scale = timescale([300, 800, 900_000], 900_100);
    for (const now of [0, 150, 300, 799, 800, 450_000, 900_000, 900_050, 900_100]) {
      expect(instantAt(scale, positionAt(scale, now))).toBeCloseTo(now, 3);
    }
  });

  test('an empty log has a scale of its own', () => {
    const scale = timescale([], 0);
    expect(scale.length).toBeGreaterThan(0);
    expect(positionAt(scale, -5)).toBe(0);
  });
});
