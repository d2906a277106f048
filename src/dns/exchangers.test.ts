import { describe, expect, test } from 'vitest';
import { routeFor } from './exchangers.ts';
import { NOTHING_KNOWN, withAnswer } from './known.ts';
import type { Answer, KnownAnswers, Lookup, QueryType, ResourceRecord, Route } from './types.ts';
import { parseZoneFile } from './zone-file.ts';

/** A question's name and type, and an rcode or records in zone-file form with absolute names. */
type Told = readonly [string, QueryType, string];

function answers(...list: readonly Told[]): KnownAnswers {
  const known: Answer[] = [];
  for (const [name, type, content] of list) {
    const question = { name, type };
    const isCode = /^[A-Z]+$|^unavailable$/.test(content);
    known.push({
      question,
      rcode: isCode ? (content as Answer['rcode']) : 'NOERROR',
      records: isCode ? [] : recordsOf(content),
    });
  }
  return known;
}

const but = (known: KnownAnswers, ...list: readonly Told[]): KnownAnswers =>
  answers(...list).reduce(withAnswer, known);

function recordsOf(text: string): readonly ResourceRecord[] {
  const parsed = parseZoneFile(`$TTL 60\n${text.replaceAll(' | ', '\n')}\n`, '.');
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.zone.records;
}

const route = (known: KnownAnswers, chance = 0, own: readonly string[] = []): Lookup<Route> =>
  routeFor('example.org', known, chance, own);

const names = (lookup: Lookup<Route>): readonly string[] | null =>
  'done' in lookup && lookup.done.kind === 'exchangers'
    ? lookup.done.exchangers.map(({ name }) => name)
    : null;

const none = (why: string) => ({ done: { kind: 'none', why } });

/** The notes: two exchangers for example.org, 10 fks1 and 50 lax1. */
const MX = 'example.org MX 50 lax1.example.org. | example.org MX 10 fks1.example.org.';
const TWO = answers(
  ['example.org', 'MX', MX],
  ['fks1.example.org', 'A', 'fks1.example.org A 192.0.2.1'],
  ['fks1.example.org', 'AAAA', 'fks1.example.org AAAA 2001:db8::1'],
  ['lax1.example.org', 'A', 'lax1.example.org A 192.0.2.2 | lax1.example.org A 192.0.2.3'],
  ['lax1.example.org', 'AAAA', 'NOERROR'],
);

describe('MX (RFC 5321 §5.1)', () => {
  test('first asks MX, then all addresses, best exchanger first', () => {
    expect(route(NOTHING_KNOWN)).toEqual({ need: [{ name: 'example.org', type: 'MX' }] });
    expect(route(answers(['example.org', 'MX', MX]))).toEqual({
      need: [
        { name: 'fks1.example.org', type: 'A' },
        { name: 'fks1.example.org', type: 'AAAA' },
        { name: 'lax1.example.org', type: 'A' },
        { name: 'lax1.example.org', type: 'AAAA' },
      ],
    });
  });

  test('lowest preference first, with its addresses', () => {
    expect(route(TWO)).toEqual({
      done: {
        kind: 'exchangers',
        by: 'mx',
        exchangers: [
          { preference: 10, name: 'fks1.example.org', addresses: ['192.0.2.1', '2001:db8::1'] },
          { preference: 50, name: 'lax1.example.org', addresses: ['192.0.2.2', '192.0.2.3'] },
        ],
      },
    });
  });

  test('the domain in any case, with a final dot', () => {
    expect(names(routeFor('Example.ORG.', TWO, 0))).toEqual(['fks1.example.org', 'lax1.example.org']);
  });

  test.each(['', '.', 'a..b', 'exämple.org', '[192.0.2.1]'])('%j is no domain', (domain) =>
    expect(routeFor(domain, NOTHING_KNOWN, 0)).toEqual(none('noDomain')),
  );

  test('an exchanger without an address is skipped', () => {
    const known = but(TWO, ['fks1.example.org', 'A', 'NXDOMAIN'], ['fks1.example.org', 'AAAA', 'NXDOMAIN']);
    expect(names(route(known))).toEqual(['lax1.example.org']);
  });

  test('one whose address cannot be found now is skipped for now', () => {
    const known = but(
      TWO,
      ['fks1.example.org', 'A', 'SERVFAIL'],
      ['fks1.example.org', 'AAAA', 'unavailable'],
    );
    expect(names(route(known))).toEqual(['lax1.example.org']);
  });

  test('half an answer will do', () => {
    const known = but(TWO, ['fks1.example.org', 'AAAA', 'SERVFAIL']);
    expect(names(route(known))).toEqual(['fks1.example.org', 'lax1.example.org']);
  });

  test('none has an address', () => {
    const mx = answers(['example.org', 'MX', 'example.org MX 10 mx.example.org.']);
    const no = answers(['mx.example.org', 'A', 'NXDOMAIN'], ['mx.example.org', 'AAAA', 'NXDOMAIN']);
    const later = answers(['mx.example.org', 'A', 'NOERROR'], ['mx.example.org', 'AAAA', 'unavailable']);
    expect(route([...mx, ...no])).toEqual(none('noAddress'));
    expect(route([...mx, ...later])).toEqual(none('temporary'));
  });

  test('an exchanger that is an alias is used (RFC 2181 §10.3 forbids it, hosts do it)', () => {
    const known = answers(
      ['example.org', 'MX', 'example.org MX 10 mail.example.org.'],
      ['mail.example.org', 'A', 'mail.example.org CNAME host.example.net. | host.example.net A 192.0.2.9'],
      ['mail.example.org', 'AAAA', 'mail.example.org CNAME host.example.net.'],
      ['host.example.net', 'AAAA', 'NOERROR'],
    );
    expect(route(known)).toMatchObject({
      done: { exchangers: [{ preference: 10, name: 'mail.example.org', addresses: ['192.0.2.9'] }] },
    });
  });

  test('an exchanger written twice counts once, as preferred as it can be', () => {
    const known = but(TWO, [
      'example.org',
      'MX',
      'example.org MX 50 fks1.example.org. | example.org MX 10 fks1.example.org.',
    ]);
    expect(route(known)).toMatchObject({
      done: { exchangers: [{ preference: 10, name: 'fks1.example.org' }] },
    });
  });

  test('an address literal as exchanger is a name without address', () => {
    const known = answers(
      ['example.org', 'MX', 'example.org MX 10 192.0.2.1.'],
      ['192.0.2.1', 'A', 'NXDOMAIN'],
      ['192.0.2.1', 'AAAA', 'NXDOMAIN'],
    );
    expect(route(known)).toEqual(none('noAddress'));
  });

  test('records of other names in the answer do not count', () => {
    const known = answers(
      ['example.org', 'MX', 'example.com MX 1 evil.example.com.'],
      ['example.org', 'A', 'NOERROR'],
      ['example.org', 'AAAA', 'NOERROR'],
    );
    expect(route(known)).toEqual(none('noAddress'));
  });

  test('thousands of exchangers are not all asked for', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `example.org MX ${i % 2} m${i}.example.net.`).join(
      '\n',
    );
    const lookup = route(answers(['example.org', 'MX', many]), 0.7);
    expect('need' in lookup && lookup.need.length).toBe(40);
  });
});

describe('no MX', () => {
  const noMx = answers(['example.org', 'MX', 'NOERROR']);

  test('the domain itself stands in (implicit MX)', () => {
    expect(route(noMx)).toEqual({
      need: [
        { name: 'example.org', type: 'A' },
        { name: 'example.org', type: 'AAAA' },
      ],
    });
    const known = but(
      noMx,
      ['example.org', 'A', 'example.org A 192.0.2.1'],
      ['example.org', 'AAAA', 'NOERROR'],
    );
    expect(route(known)).toEqual({
      done: {
        kind: 'exchangers',
        by: 'implicit',
        exchangers: [{ preference: 0, name: 'example.org', addresses: ['192.0.2.1'] }],
      },
    });
  });

  test('and no address', () => {
    expect(route(but(noMx, ['example.org', 'A', 'NOERROR'], ['example.org', 'AAAA', 'NOERROR']))).toEqual(
      none('noAddress'),
    );
  });

  test('an address that cannot be found now', () => {
    expect(route(but(noMx, ['example.org', 'A', 'unavailable'], ['example.org', 'AAAA', 'NOERROR']))).toEqual(
      none('temporary'),
    );
  });
});

test('null MX (RFC 7505)', () => {
  expect(route(answers(['example.org', 'MX', 'example.org MX 0 .']))).toEqual(none('nullMx'));
  const both = but(TWO, ['example.org', 'MX', 'example.org MX 0 . | example.org MX 10 fks1.example.org.']);
  expect(names(route(both))).toEqual(['fks1.example.org']);
});

test.each([
  ['NXDOMAIN', 'noDomain'],
  ['SERVFAIL', 'temporary'],
  ['REFUSED', 'temporary'],
  ['unavailable', 'temporary'],
] as const)('the MX look-up ends with %s: %s', (rcode, why) => {
  expect(route(answers(['example.org', 'MX', rcode]))).toEqual(none(why));
});

describe('an alias at the domain (RFC 5321 §5.1)', () => {
  test('its target’s MX are taken', () => {
    const known = but(TWO, [
      'example.org',
      'MX',
      'example.org CNAME example.net. | example.net MX 10 fks1.example.org.',
    ]);
    expect(names(route(known))).toEqual(['fks1.example.org']);
  });

  test('and asked for when the answer has only the alias', () => {
    const alias = answers(['example.org', 'MX', 'example.org CNAME example.net.']);
    expect(route(alias)).toEqual({ need: [{ name: 'example.net', type: 'MX' }] });
    expect(route(but(alias, ['example.net', 'MX', 'NXDOMAIN']))).toEqual(none('noDomain'));
  });

  test('in a circle', () => {
    const circle = answers(
      ['example.org', 'MX', 'example.org CNAME example.net.'],
      ['example.net', 'MX', 'example.net CNAME example.org.'],
    );
    expect(route(circle)).toEqual(none('temporary'));
  });
});

describe('ourselves in the list (RFC 5321 §5.1)', () => {
  test('we and all that are not preferred to us are dropped', () => {
    expect(names(route(TWO, 0, ['LAX1.example.org.']))).toEqual(['fks1.example.org']);
    expect(route(TWO, 0, ['fks1.example.org'])).toEqual(none('loop'));
    const equal = but(TWO, ['example.org', 'MX', MX.replace('50', '10')]);
    expect(route(equal, 0, ['lax1.example.org'])).toEqual(none('loop'));
  });

  test('addresses of those dropped are not asked for', () => {
    expect(route(answers(['example.org', 'MX', MX]), 0, ['lax1.example.org'])).toMatchObject({
      need: [{ name: 'fks1.example.org' }, { name: 'fks1.example.org' }],
    });
  });

  test('the implicit MX is ourselves', () => {
    expect(route(answers(['example.org', 'MX', 'NOERROR']), 0, ['example.org'])).toEqual(none('loop'));
  });

  test('other names, and no names at all, change nothing', () => {
    expect(names(route(TWO, 0, ['other.example.org', '']))).toHaveLength(2);
  });
});

describe('equal preferences', () => {
  const hosts = ['a', 'b', 'c'];
  const known = answers(
    [
      'example.org',
      'MX',
      'example.org MX 10 a. | example.org MX 10 b. | example.org MX 10 c. | example.org MX 5 z.',
    ],
    ...[...hosts, 'z'].flatMap((name) => [
      [name, 'A', `${name}. A 192.0.2.1`] as const,
      [name, 'AAAA', 'NOERROR'] as const,
    ]),
  );

  test('chance 0 keeps the order of the answer; more preferred ones stay in front', () => {
    expect(names(route(known))).toEqual(['z', 'a', 'b', 'c']);
  });

  test('the same chance gives the same order, all six orders come about as often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 600; i++) {
      const order = names(route(known, i / 600))!;
      expect(order[0]).toBe('z');
      counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(5);
    expect(names(route(known, 0.42))).toEqual(names(route(known, 0.42)));
  });

  test.each([1, -1, Number.NaN, 7, Number.POSITIVE_INFINITY])('a chance of %s does no harm', (chance) =>
    expect(names(route(known, chance))).toHaveLength(4),
  );
});
