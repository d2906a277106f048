import { describe, expect, test } from 'vitest';
import type { Quiz } from '../../../lesson/types.ts';
import { firstAnswer, isComplete, moved, pairOf, toggled, withPair } from './answers.ts';

const MATCH: Quiz = {
  id: 'm',
  type: 'match',
  points: 2,
  left: ['mx', 'a'],
  right: ['x', 'y'],
  pairs: { mx: ['x'], a: ['y'] },
};
const FILL: Quiz = { id: 'f', type: 'fill', points: 1, accept: ['354'], almost: [] };

describe('answers being made', () => {
  test('moving stays within the list', () => {
    expect(moved(['helo', 'mail', 'rcpt'], 'mail', -1)).toEqual(['mail', 'helo', 'rcpt']);
    const answer = ['helo', 'mail'];
    expect(moved(answer, 'helo', -1)).toBe(answer);
    expect(moved(answer, 'mail', 1)).toBe(answer);
    expect(moved(answer, 'quit', 1)).toBe(answer);
  });

  test('a pair is one per left side, and can be taken back', () => {
    const once = withPair([], 'mx', 'x');
    expect(withPair(once, 'mx', 'y')).toEqual(['mx=y']);
    expect(pairOf(['mx=a=b'], 'mx')).toBe('a=b');
    expect(withPair(once, 'mx', '')).toEqual([]);
  });

  test('complete only when every list has a choice, or something was written', () => {
    expect(isComplete(MATCH, ['mx=x'])).toBe(false);
    expect(isComplete(MATCH, ['mx=x', 'a=y'])).toBe(true);
    expect(isComplete(FILL, firstAnswer(FILL))).toBe(false);
    expect(isComplete(FILL, ['  '])).toBe(false);
  });

  test('toggling twice is nothing', () => {
    expect(toggled(toggled(['a'], 'b'), 'b')).toEqual(['a']);
  });
});
