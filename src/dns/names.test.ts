import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressFamily,
  formatIpv6,
  formatName,
  isSubdomain,
  parentName,
  parseIpv4,
  parseIpv6,
  parseName,
  reverseName,
} from './names.ts';

describe('parseName', () => {
  test('lower-cases and drops the final dot', () => {
    expect(parseName('MX1.Example.ORG.')).toBe('mx1.example.org');
    expect(parseName('mx1.example.org')).toBe('mx1.example.org');
    expect(parseName('.')).toBe('');
  });

  test('allows underscores, wildcards and RFC 2317 slashes', () => {
    expect(parseName('_dmarc.example.org')).toBe('_dmarc.example.org');
    expect(parseName('*.example.org')).toBe('*.example.org');
    expect(parseName('0/25.2.0.192.in-addr.arpa')).toBe('0/25.2.0.192.in-addr.arpa');
  });

  test.each(['', '..', '.org', 'a..b', 'a b', 'a@b', 'ä.example', 'a\\', 'a\\25', 'a\\256', 'a\n'])(
    'refuses %j',
    (text) => expect(parseName(text)).toBeNull(),
  );

  test('a label has at most 63 octets, a name 255 on the wire (RFC 1035 §2.3.4)', () => {
    const label = 'a'.repeat(63);
    expect(parseName(`${label}.org`)).toBe(`${label}.org`);
    expect(parseName(`${label}a.org`)).toBeNull();
    // 3 × 64 + 62 + 1 = 255
    const longest = `${label}.${label}.${label}.${'a'.repeat(61)}`;
    expect(parseName(longest)).toBe(longest);
    expect(parseName(`${longest}.`)).toBe(longest);
    expect(parseName(`${longest}a`)).toBeNull();
  });

  test('a dot inside a label, as in the mailbox of RFC 1035 §5.3', () => {
    const name = parseName('Action\\.domains.ISI.EDU')!;
    expect(name.split('.')).toHaveLength(3);
    expect(parseName('action\\046domains.isi.edu')).toBe(name);
    expect(formatName(name)).toBe('action\\.domains.isi.edu.');
  });

  test('what it accepts it accepts again, unchanged', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '9', '.', '\\', '-', '_', '*', '0') }),
        (text) => {
          const name = parseName(text);
          if (name === null || name === '') return;
          expect(parseName(name)).toBe(name);
          expect(parseName(formatName(name))).toBe(name);
        },
      ),
    );
  });
});

test('formatName writes the root as a dot', () => {
  expect(formatName('')).toBe('.');
  expect(formatName('example.org')).toBe('example.org.');
});

test('isSubdomain goes by labels', () => {
  expect(isSubdomain('mx.example.org', 'example.org')).toBe(true);
  expect(isSubdomain('example.org', 'example.org')).toBe(true);
  expect(isSubdomain('badexample.org', 'example.org')).toBe(false);
  expect(isSubdomain('org', 'example.org')).toBe(false);
  expect(isSubdomain('example.org', '')).toBe(true);
});

test('parentName ends at the root', () => {
  expect(parentName('mx.example.org')).toBe('example.org');
  expect(parentName('org')).toBe('');
  expect(parentName('')).toBeNull();
});

test('reverseName', () => {
  // RFC 1035 §3.5 and RFC 3596 §2.5 give these two.
  expect(reverseName('10.2.0.52')).toBe('52.0.2.10.in-addr.arpa');
  expect(reverseName('4321:0:1:2:3:4:567:89ab')).toBe(
    'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa',
  );
  expect(reverseName('example.org')).toBeNull();
});

describe('addresses', () => {
  test('parseIpv4', () => {
    expect(parseIpv4('192.0.2.1')).toEqual([192, 0, 2, 1]);
    for (const bad of [
      '192.0.2',
      '192.0.2.256',
      '192.0.2.01',
      '192.0.2.1.',
      '1.2.3.4.5',
      '192.0.2.x',
      '',
      '....',
    ])
      expect(parseIpv4(bad)).toBeNull();
  });

  test('parseIpv6', () => {
    expect(parseIpv6('2001:DB8::25')).toEqual([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x25]);
    expect(parseIpv6('::')).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(parseIpv6('1::')).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(parseIpv6('::ffff:192.0.2.1')).toEqual([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201]);
    expect(parseIpv6('1:2:3:4:5:6:7:8')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const bad of [
      ':',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4::5:6:7:8',
      '12345::',
      'g::',
      ':1::',
      '1:',
      '192.0.2.1::',
      'fe80::1%eth0',
      '',
    ])
      expect(parseIpv6(bad), bad).toBeNull();
  });

  test.each([
    // RFC 5952 §4.2.1–4.2.3, §4.3, §5
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8::AAAA', '2001:db8::aaaa'],
    ['::ffff:c000:0201', '::ffff:192.0.2.1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
  ])('%s is written %s', (text, shortest) => expect(formatIpv6(parseIpv6(text)!)).toBe(shortest));

  test('formatIpv6 round trip', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        expect(parseIpv6(formatIpv6(groups))).toEqual(groups);
      }),
    );
  });

  test('addressFamily', () => {
    expect(addressFamily('192.0.2.1')).toBe(4);
    expect(addressFamily('2001:db8::1')).toBe(6);
    expect(addressFamily('example.org')).toBeNull();
  });
});
