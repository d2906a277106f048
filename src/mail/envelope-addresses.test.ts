import fc from 'fast-check';
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { addressListText, parseEnvelopeAddresses } from './envelope-addresses.ts';

const parse = (value: string) =>
  parseEnvelopeAddresses(octets(value)).map(({ name, route, mailbox, host }) => [name, route, mailbox, host]);
const text = (value: string) => addressListText(parseEnvelopeAddresses(octets(value)));

test('RFC 5322 A.1.2: mailboxes', () => {
  expect(parse('Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>')).toEqual([
    ['Mary Smith', null, 'mary', 'x.test'],
    [null, null, 'jdoe', 'example.org'],
    ['Who?', null, 'one', 'y.test'],
  ]);
  expect(parse('<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>')).toEqual([
    [null, null, 'boss', 'nil.test'],
    ['Giant; "Big" Box', null, 'sysservices', 'example.net'],
  ]);
});

test('RFC 5322 A.1.3: a group begins with its name and ends with nothing (RFC 3501 §7.4.2)', () => {
  expect(parse('A Group:Ed Jones <c@a.test>,joe@where.test;')).toEqual([
    [null, null, 'A Group', null],
    ['Ed Jones', null, 'c', 'a.test'],
    [null, null, 'joe', 'where.test'],
    [null, null, null, null],
  ]);
  expect(parse('Undisclosed recipients:;')).toEqual([
    [null, null, 'Undisclosed recipients', null],
    [null, null, null, null],
  ]);
});

test('RFC 5322 A.5 and A.6: comments and source routes', () => {
  expect(parse('Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>')).toEqual([
    ['Pete', null, 'pete', 'silly.test'],
  ]);
  expect(parse('Mary Smith <@node.test:mary@example.net>, jdoe@test   . example')).toEqual([
    ['Mary Smith', '@node.test', 'mary', 'example.net'],
    [null, null, 'jdoe', 'test.example'],
  ]);
  expect(parse('jdoe@example.org (John Doe)')).toEqual([['John Doe', null, 'jdoe', 'example.org']]);
});

test('an address list written anew, in quotes what needs them', () => {
  expect(text('"Joe Q. Public" <john.q.public@example.com>')).toBe(
    '"Joe Q. Public" <john.q.public@example.com>',
  );
  expect(text('"Mary" <"m s"@example.org> (x), eva@example.org (Eva)')).toBe(
    'Mary <"m s"@example.org>, Eva <eva@example.org>',
  );
  expect(text('A Group: a@b.test, c@d.test;, Undisclosed:;')).toBe(
    '"A Group": <a@b.test>, <c@d.test>;, Undisclosed: ;',
  );
  expect(text('"=?utf-8?Q?x?= y" <a@b.test>')).toBe('=?utf-8?Q?x?= y <a@b.test>');
});

test('whatever comes: no error, and what is no mark of a group has a mailbox and a host', () => {
  const pieces = [
    'a',
    'b c',
    '@',
    '<',
    '>',
    ',',
    ';',
    ':',
    '"',
    '(',
    ')',
    '\\',
    '[',
    ']',
    '.',
    ' ',
    '\n ',
    '\0',
    '\xff',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (chosen) => {
      for (const { host, mailbox } of parseEnvelopeAddresses(octets(chosen.join(''))))
        expect(host !== '' && (host === null || mailbox !== null)).toBe(true);
    }),
    { numRuns: 3000 },
  );
  for (const run of ['(', '"', '<', ':', 'a@b,', 'g:;,', '(a)', 'a ', '\\'])
    parseEnvelopeAddresses(octets(run.repeat(300_000 / run.length)));
});
