import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePath } from '../../mail/address.ts';
import { pathTrouble } from './path-trouble.ts';

test.each([
  ['<ann@example.org', 'open-bracket', '<ann@example.org', ''],
  ['ann@example.org>', 'close-bracket', 'ann@example.org', '>'],
  ['<"ann@example.org>', 'open-quote', '<', '"ann@example.org>'],
  ['<@example.org>', 'no-user', '<', '@example.org>'],
  ['<ann@>', 'no-host', '<ann@', '>'],
  ['<<ann@example.org>>', 'bad-user', '<', '<ann@example.org>>'],
  ['<ann@example..org>', 'bad-host', '<ann@', 'example..org>'],
  ['<@a.example:ann@example..org>', 'bad-host', '<@a.example:ann@', 'example..org>'],
  ['<ann@-example.org>', 'bad-host', '<ann@', '-example.org>'],
  ['<>', 'empty', '<', '>'],
  ['<ann lee@example.org>', 'two-words', 'ann', ' lee@example.org>'],
  ['<ann@[192.0.2.1]>', 'literal', '<ann@', '[192.0.2.1]>'],
  ['<ann@example.org>,<b@b.example>', 'trailing', '<ann@example.org>', ',<b@b.example>'],
  ['<ann@bob@example.org>', 'trailing', '<ann@bob', '@example.org>'],
] as const)('%s: %s', (text, trouble, before, rest) => {
  expect(pathTrouble(text)).toEqual({ trouble, before, rest });
});

test('whatever comes has a trouble, and every path that is none has one of these', () => {
  const text = fc.array(fc.constantFrom('<', '>', '@', '"', '\\', ' ', ':', ',', '[', ']', '.', 'a', 'bc'));
  fc.assert(
    fc.property(text, (parts) => {
      const path = parts.join('').trim();
      const { before, rest } = pathTrouble(path);
      expect(path).toContain(before + rest);
      if (path !== '' && parsePath(path, 0) === null) expect(before + rest).not.toBe('');
    }),
  );
});
