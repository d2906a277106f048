import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { KEYWORD_LIMIT } from '../../mail/mailbox.ts';
import type { Argument } from './arguments.ts';
import { readFlags } from './flags.ts';

const atoms = (...texts: readonly string[]): readonly Argument[] =>
  texts.map((text) => ({ kind: 'atom', text: text as Octets }));

const SYSTEM = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];
const keywords = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `k${i}`);

test('each flag once, as it was written first', () => {
  expect(readFlags(atoms('work', '\\SEEN', 'Work', '\\seen', 'home'))).toEqual({
    kind: 'flags',
    flags: ['work', '\\Seen', 'home'],
  });
});

test('as many as a mailbox can know, and no more', () => {
  const all = [...SYSTEM, ...keywords(KEYWORD_LIMIT)];
  expect(readFlags(atoms(...all, ...all))).toEqual({ kind: 'flags', flags: all });
  expect(readFlags(atoms(...all, 'more'))).toEqual({
    kind: 'wrong',
    bad: false,
    why: '[LIMIT] Too many flags',
  });
});
