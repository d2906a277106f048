import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { pathOf, rawAddress } from './addresses.ts';

test.each([
  ['djb@silverton.berkeley.edu', 'djb@silverton.berkeley.edu'],
  ['Jan@Example.ORG', 'Jan@Example.ORG'],
  // QMTP §8: what SMTP would write as <Hate.The\ Quoting@…> and <\\Backslashes!@…>.
  ['"Hate.The Quoting"@silverton.berkeley.edu', 'Hate.The Quoting@silverton.berkeley.edu'],
  ['"\\\\Backslashes!"@silverton.berkeley.EDU', '\\Backslashes!@silverton.berkeley.EDU'],
  ['"a@b"@c.example', 'a@b@c.example'],
  ['"say \\"hi\\""@c.example', 'say "hi"@c.example'],
  ['"two words"', 'two words'],
  ['postmaster', 'postmaster'],
  ['""@c.example', '@c.example'],
  ['jos\xc3\xa9@c.example', 'jos\xc3\xa9@c.example'],
  ['a..b.@c.example', 'a..b.@c.example'],
  ['', ''],
])('%j is %j on the wire', (path, raw) => {
  expect(rawAddress(path)).toBe(raw);
  expect(pathOf(raw as Octets)).toBe(path);
});

test('quotes that are not needed go; text that is no octets goes as UTF-8', () => {
  expect(rawAddress('"jan"@c.example')).toBe('jan@c.example');
  expect(rawAddress('\u0161@c.example')).toBe('\xc5\xa1@c.example');
  expect(rawAddress('"no end@c.example')).toBe('"no end@c.example');
});

test('any octets pass through a path unchanged', () => {
  const octet = fc.oneof(
    fc.constantFrom('"', '\\', '@', ' ', '.', '\n'),
    fc.nat(255).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 12 }), (octets) => {
      const raw = octets.join('') as Octets;
      expect(rawAddress(pathOf(raw))).toBe(raw);
    }),
    { numRuns: 2000 },
  );
});
