import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isAddressLiteral,
  isIpv6,
  looksLikeDomain,
  parsePath,
  sameAddress,
  splitAddress,
  subaddress,
  unquoteLocalPart,
} from './address.ts';

const path = (text: string) => parsePath(text, 0)?.path ?? null;

describe('parsePath (RFC 5321 §4.1.2)', () => {
  test('a mailbox in brackets, and where its parameters begin', () => {
    const line = 'MAIL FROM:<Jan@Example.ORG> SIZE=100';
    expect(parsePath(line, 10)).toEqual({ path: 'Jan@Example.ORG', domain: 'example.org', next: 28 });
    expect(line.slice(28)).toBe('SIZE=100');
    expect(parsePath('<a@example.org>', 0)?.next).toBe(15);
  });

  test('blanks before the path are skipped', () => {
    expect(parsePath('MAIL FROM: \t<a@example.org>', 10)?.path).toBe('a@example.org');
  });

  test('the null reverse-path', () => {
    expect(parsePath('<>', 0)).toEqual({ path: '', domain: null, next: 2 });
    expect(parsePath('<> BODY=8BITMIME', 0)?.next).toBe(3);
  });

  test('postmaster without domain (§4.1.1.3)', () => {
    expect(parsePath('<Postmaster>', 0)).toEqual({ path: 'Postmaster', domain: null, next: 12 });
  });

  test('a source route is dropped (appendix C)', () => {
    expect(path('<@hosta.example,@jkl.example:userc@d.bar.example>')).toBe('userc@d.bar.example');
    expect(path('<@a.example:b@c.example>')).toBe('b@c.example');
    for (const bad of [
      '<@a.example>',
      '<@a.example:>',
      '<@:b@c.example>',
      '<@a.example,b@c.example>',
      '<@a.example,:b@c.example>',
    ])
      expect(path(bad), bad).toBeNull();
  });

  test('quoted local parts stay quoted', () => {
    expect(parsePath('<"jan smits"@example.org> X', 0)).toEqual({
      path: '"jan smits"@example.org',
      domain: 'example.org',
      next: 26,
    });
    expect(path('<"a>b@c\\"d"@example.org>')).toBe('"a>b@c\\"d"@example.org');
    expect(path('"jan smits"@example.org')).toBe('"jan smits"@example.org');
    for (const bad of [
      '<"a@example.org>',
      '<"a\\"@example.org>',
      '<"a"b@example.org>',
      '<"a\u0007"@example.org>',
      '<""@example.org>',
    ])
      expect(path(bad), bad).toBeNull();
  });

  test('address literals (§4.1.3)', () => {
    expect(parsePath('<jura@[10.2.3.168]>', 0)?.domain).toBe('[10.2.3.168]');
    expect(parsePath('<a@[IPv6:2001:DB8::1]>', 0)?.domain).toBe('[ipv6:2001:db8::1]');
    for (const bad of [
      '<a@[10.2.3]>',
      '<a@[10.2.3.256]>',
      '<a@[10.2.3.4>',
      '<a@[IPv6:::1::]>',
      '<a@10.2.3.4>',
    ])
      expect(path(bad), bad).toBeNull();
  });

  test('without brackets, as the course notes type it', () => {
    expect(parsePath('MAIL FROM: vives3@telenet.be', 10)?.path).toBe('vives3@telenet.be');
    expect(parsePath('MAIL FROM:nekdo@firma1.intr', 10)?.path).toBe('nekdo@firma1.intr');
    expect(parsePath('a@example.org SIZE=1', 0)?.next).toBe(14);
    expect(path('jan')).toBe('jan');
  });

  test('syntax errors', () => {
    const bad = [
      '',
      ' ',
      '<',
      '>',
      '<a@example.org',
      'a@example.org>',
      '<<a@example.org>>',
      '<a@example.org>x',
      '<a b@example.org>',
      '< a@example.org>',
      '<@>',
      '<@example.org>',
      '<a@>',
      'a@',
      '<a@b@example.org>',
      '<a@example.org.>',
      '<a@-x.org>',
      '<a@x-.org>',
      '<a@a..org>',
      '<a,b@example.org>',
      '<a:b@example.org>',
      '<a\\b@example.org>',
      '<a(b)@example.org>',
      '<a\u0000@example.org>',
      '<a\u007f@example.org>',
      'a@example.org\r',
    ];
    for (const text of bad) expect(path(text), JSON.stringify(text)).toBeNull();
    expect(parsePath('<a@example.org>', 99)).toBeNull();
  });

  test('a local part of 64 and a domain of 255 octets, not more (§4.5.3.1)', () => {
    const domain = (length: number) => `${'a.'.repeat(120)}${'b'.repeat(length - 240)}`;
    expect(path(`<${'x'.repeat(64)}@example.org>`)).not.toBeNull();
    expect(path(`<${'x'.repeat(65)}@example.org>`)).toBeNull();
    expect(path(`<a@${domain(255)}>`)).not.toBeNull();
    expect(path(`<a@${domain(256)}>`)).toBeNull();
    expect(path(`<a@${'b'.repeat(64)}.org>`)).toBeNull();
  });

  test('any text: no throw, and what is accepted parses again to itself', () => {
    const likely = fc.string({
      unit: fc.constantFrom(...'<>@,:."\\[] aZ0-_IPv6\u00e9\u0000'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), fc.integer({ min: 0, max: 5 }), (text, at) => {
        const parsed = parsePath(text, at);
        if (parsed === null) return;
        expect(parsed.next).toBeGreaterThanOrEqual(at);
        expect(parsed.next).toBeLessThanOrEqual(text.length);
        expect(parsePath(`<${parsed.path}>`, 0)).toMatchObject({ path: parsed.path, domain: parsed.domain });
      }),
    );
  });

  test('a very long line takes no time', () => {
    for (const piece of ['<', '@a,', '"', '\\', '[', 'a.', ':'])
      expect(path(`<${piece.repeat(200_000)}`), piece).toBeNull();
  });
});

test('looksLikeDomain', () => {
  for (const good of [
    'localhost',
    'firma1.intr',
    'mail.example.org',
    'a_b.example',
    '3com.example',
    'xn--bcher-kva.example',
  ])
    expect(looksLikeDomain(good), good).toBe(true);
  for (const bad of ['', '.', 'a.', '.a', 'a..b', '-a.b', 'a-.b', 'a b', '10.2.3.168', '[10.2.3.168]'])
    expect(looksLikeDomain(bad), bad).toBe(false);
});

test('isIpv6 (RFC 4291 §2.2)', () => {
  for (const good of [
    '::',
    '::1',
    '2001:db8::',
    '2001:db8:f00:b1a::4711',
    '1:2:3:4:5:6:7:8',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:192.0.2.1',
  ])
    expect(isIpv6(good), good).toBe(true);
  for (const bad of [
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
    '192.0.2.1',
    '192.0.2.1::',
    '1:2:3:4:5:6:7:8::',
  ])
    expect(isIpv6(bad), bad).toBe(false);
  expect(isAddressLiteral('[]')).toBe(false);
});

test('octets of UTF-8 stand in local parts and domains (RFC 6531 §3.3)', () => {
  expect(parsePath('<j\xc3\xbcrgen@b\xc3\xbccher.example>', 0)).toMatchObject({
    path: 'j\xc3\xbcrgen@b\xc3\xbccher.example',
    domain: 'b\xc3\xbccher.example',
  });
});

test('splitAddress parts at the last @', () => {
  expect(splitAddress('Jan@Example.org')).toEqual({ localPart: 'Jan', domain: 'example.org' });
  expect(splitAddress('"a@b"@example.org')).toEqual({ localPart: '"a@b"', domain: 'example.org' });
  expect(splitAddress('"a@b"')).toEqual({ localPart: '"a@b"', domain: '' });
  expect(splitAddress('postmaster')).toEqual({ localPart: 'postmaster', domain: '' });
  expect(splitAddress('')).toEqual({ localPart: '', domain: '' });
});

test('unquoteLocalPart', () => {
  expect(unquoteLocalPart('"jan \\"de\\\\ \\smits"')).toBe('jan "de\\ smits');
  expect(unquoteLocalPart('jan')).toBe('jan');
  expect(unquoteLocalPart('"')).toBe('"');
});

test('sameAddress ignores case and needless quotes', () => {
  expect(sameAddress('Jan@EXAMPLE.org', 'jan@example.ORG')).toBe(true);
  expect(sameAddress('"jan"@example.org', 'jan@example.org')).toBe(true);
  expect(sameAddress('jan@example.org', 'jan@example.com')).toBe(false);
  expect(sameAddress('jan@example.org', 'piet@example.org')).toBe(false);
});

test('subaddress', () => {
  expect(subaddress('jan+lists+x')).toEqual({ user: 'jan', detail: 'lists+x' });
  expect(subaddress('jan')).toEqual({ user: 'jan', detail: '' });
  expect(subaddress('+jan')).toEqual({ user: '+jan', detail: '' });
  expect(subaddress('jan-x', '+-')).toEqual({ user: 'jan', detail: 'x' });
  expect(subaddress('jan+x', '')).toEqual({ user: 'jan+x', detail: '' });
});
