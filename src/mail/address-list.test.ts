import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddressList, parseAddressList } from './address-list.ts';

const list = (text: string) => parseAddressList(text).map(({ name, address }) => [name, address]);

describe('parseAddressList (RFC 5322 §3.4)', () => {
  test('bare, named, quoted, commented', () => {
    expect(list('Walter <walter@example.org>, dude@example.com')).toEqual([
      ['Walter', 'walter@example.org'],
      ['', 'dude@example.com'],
    ]);
    expect(list('"vives3@telenet.be" <vives3@telenet.be>')).toEqual([
      ['vives3@telenet.be', 'vives3@telenet.be'],
    ]);
    expect(list('"Smits, Jan \\"J\\"" <jan@example.org>; piet@example.org (Piet (de) Vries)')).toEqual([
      ['Smits, Jan "J"', 'jan@example.org'],
      ['Piet (de) Vries', 'piet@example.org'],
    ]);
  });

  test('the examples of appendix A.1.2, A.1.3 and A.5', () => {
    expect(list('Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>')).toEqual([
      ['Mary Smith', 'mary@x.test'],
      ['', 'jdoe@example.org'],
      ['Who?', 'one@y.test'],
    ]);
    expect(list('<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>')).toEqual([
      ['', 'boss@nil.test'],
      ['Giant; "Big" Box', 'sysservices@example.net'],
    ]);
    expect(list('A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;')).toEqual([
      ['Ed Jones', 'c@a.test'],
      ['', 'joe@where.test'],
      ['John', 'jdoe@one.test'],
    ]);
    expect(list('Undisclosed recipients:;')).toEqual([]);
    expect(list('Pete(A nice \\) chap) <pete@silly.test>')).toEqual([['Pete', 'pete@silly.test']]);
  });

  test('quoted local parts and literals keep their form', () => {
    expect(list('"jan smits"@example.org, <"a>b"@example.org>, x@[IPv6:2001:db8::1]')).toEqual([
      ['', '"jan smits"@example.org'],
      ['', '"a>b"@example.org'],
      ['', 'x@[IPv6:2001:db8::1]'],
    ]);
  });

  test('nothing, and half of something', () => {
    for (const text of ['', ' ', ',;,', '<>', '(x)']) expect(list(text), text).toEqual([]);
    expect(list('Walter <walter@example.org')).toEqual([['Walter', 'walter@example.org']]);
    expect(list('walter')).toEqual([['', 'walter']]);
  });

  test('any text: no throw, one line each, a thousand at most', () => {
    const likely = fc.string({
      unit: fc.constantFrom('a@b', '<', '>', '"', '(', ')', ',', ';', ':', '[', ']', '\\', ' ', '\r\n', 'ů'),
    });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (text) => {
        for (const { name, address } of parseAddressList(text)) {
          expect(name + address).not.toMatch(/[\x00-\x1f]/);
          expect(address).not.toBe('');
        }
      }),
    );
    expect(parseAddressList('a,'.repeat(50_000))).toHaveLength(1000);
    for (const piece of ['(', '<', '"', '[', '\\', '<"', ':']) parseAddressList(piece.repeat(100_000));
  });
});

describe('formatAddressList', () => {
  const format = (text: string) => formatAddressList(parseAddressList(text));

  test('names plain, in quotes or encoded', () => {
    expect(format('Jeff Lebowski <dude@example.com>')).toBe('Jeff Lebowski <dude@example.com>');
    expect(format('"Lebowski, Jeff" <dude@example.com>')).toBe('"Lebowski, Jeff" <dude@example.com>');
    expect(format('"say \\"hi\\"" <dude@example.com>')).toBe('"say \\"hi\\"" <dude@example.com>');
    expect(format('Jiří <jiri@example.org>')).toBe('=?utf-8?Q?Ji=C5=99=C3=AD?= <jiri@example.org>');
  });

  test('folds between addresses', () => {
    const out = format(Array.from({ length: 9 }, (_, i) => `Person ${i} <person${i}@example.org>`).join(','));
    for (const line of out.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76);
    expect(out.split('\r\n').length).toBeLessThan(9);
  });

  test('any list reads back, names that need no decoding as they were', () => {
    const name = fc.string({
      unit: fc.constantFrom('Jan', ' ', ',', '"', '\\', '<', '(', ';', '.'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), (names) => {
        const people = names.map((each, i) => ({
          name: each.replace(/ +/g, ' ').trim(),
          address: `p${i}@example.org`,
        }));
        expect(parseAddressList(formatAddressList(people))).toEqual(people);
      }),
    );
  });
});
