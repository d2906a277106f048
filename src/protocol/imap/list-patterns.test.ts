import { expect, test } from 'vitest';
import { matchesPattern } from './list-patterns.ts';

test.each([
  ['*', 'a.b.c', true],
  ['%', 'a', true],
  ['%', 'a.b', false],
  ['a.%', 'a.b', true],
  ['a.%', 'a.b.c', false],
  ['a*c', 'a.b.c', true],
  ['%.%', 'a.b', true],
  ['*b', 'a.b', true],
  ['', '', true],
  ['', 'a', false],
  ['a', 'A', false],
  ['inbox', 'INBOX', true],
  ['InBox.%', 'INBOX.sub', true],
  ['*x', 'INBOX', true],
  ['*b', 'INBOX.sub', true],
  ['*SUB', 'INBOX.sub', false],
])('%j and %j: %s', (pattern, name, matches) => {
  expect(matchesPattern(pattern, name)).toBe(matches);
});

test('wild cards without end take no time', () => {
  expect(matchesPattern(`${'*'.repeat(999)}b`, 'a'.repeat(255))).toBe(false);
});
