import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesMatching } from './list-patterns.ts';

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
  ['**%**b', 'a.b', true],
  ['%%', 'a.b', false],
  ['%%.%%', 'a.b', true],
  ['a%', 'a', true],
  ['%a%b%', 'ab', true],
  ['%a%b%', 'xaxbx', true],
  ['%a%b%', 'a.b', false],
  ['inbox*', 'INBOXES', false],
  ['INBOX*', 'INBOXES', true],
  ['p&AUk-*', 'p&AUkA7Q-', true],
  ['%&AO0-', 'p&AUkA7Q-', true],
  ['&2D3eAA-', '&2D3eAA-', true],
])('%j and %j: %s', (pattern, name, matches) => {
  expect(namesMatching([pattern], [name]).has(name)).toBe(matches);
});

/** By the definition, one pattern and one name at a time. */
function standsFor(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const [first, rest] = [pattern[0]!, pattern.slice(1)];
  if (first === name[0] && standsFor(rest, name.slice(1))) return true;
  if (first !== '*' && first !== '%') return false;
  const passes = name !== '' && (first === '*' || name[0] !== '.');
  return standsFor(rest, name) || (passes && standsFor(pattern, name.slice(1)));
}

const text = (...letters: readonly string[]) =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 8, size: 'max' });

test('many patterns at many names find what each of them would', () => {
  const patterns = fc.array(text('a', 'b', '.', '*', '%'), { maxLength: 20, size: 'max' });
  const names = fc.array(text('a', 'b', '.'), { maxLength: 20, size: 'max' });
  fc.assert(
    fc.property(patterns, names, (some, all) => {
      const each = all.filter((name) => some.some((pattern) => standsFor(pattern, name)));
      expect(namesMatching(some, all)).toEqual(new Set(each));
    }),
  );
});

test('a pattern goes on from one word of bits to the next', () => {
  for (let length = 1; length < 100; length++) {
    const [as, bs] = ['a'.repeat(length), 'b'.repeat(length)];
    expect(namesMatching([`${as}*${bs}`], [`${as}${bs}`, `${as}.x${bs}`, `${as}${bs}c`]).size).toBe(2);
  }
});

test('wildcards without end take no time at deep hierarchies', () => {
  const names = Array.from({ length: 300 }, (_, i) =>
    Array.from({ length: 120 }, (_, level) => `m${i}${'.a'.repeat(level)}`),
  ).flat();
  expect(namesMatching([`${'*'.repeat(2000)}b`], names).size).toBe(0);
  expect(namesMatching(['*a'.repeat(2000), 'm7.%'], names)).toEqual(new Set(['m7.a']));
  expect(namesMatching(Array<string>(2000).fill('%'), names).size).toBe(300);
});
