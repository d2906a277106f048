import { describe, expect, test } from 'vitest';
import { runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { decodeMessage, encodeMessage } from '../../dns/wire.ts';
import {
  answersOf,
  ask,
  type DnsHost,
  openDns,
  probeOf,
  probing,
  queryOf,
  RESOLVER,
  sentUpstream,
  zoneFile,
} from '../dns-world.testing.ts';

const ROOTS = [{ name: 'a.root', addresses: ['192.0.2.1'] }];

/** A root, org and com below it, and example.org and example.com below these; more zones and hosts on top. */
function open(
  more: Readonly<Record<string, string>> = {},
  hosts: Readonly<Record<string, DnsHost>> = {},
): History {
  const zone = (origin: string, records: string) => ({
    [origin]: zoneFile(`${records}${more[origin] ? ` | ${more[origin]}` : ''}`),
  });
  return openDns(
    {
      root: {
        address: '192.0.2.1',
        zones: zone('.', 'org NS a.org | com NS a.com | a.org A 192.0.2.2 | a.com A 192.0.2.3'),
      },
      org: { address: '192.0.2.2', zones: zone('org', 'example NS ns.example | ns.example A 192.0.2.4') },
      com: { address: '192.0.2.3', zones: zone('com', 'example NS ns.example | ns.example A 192.0.2.5') },
      exorg: {
        address: '192.0.2.4',
        zones: zone(
          'example.org',
          '@ NS ns | ns A 192.0.2.4 | www A 198.51.100.1 | out CNAME www.example.com. | a CNAME b | b CNAME a',
        ),
      },
      excom: {
        address: '192.0.2.5',
        zones: zone('example.com', '@ NS ns | ns A 192.0.2.5 | www CNAME web | web A 198.51.100.2'),
      },
      ...hosts,
    },
    ROOTS,
  );
}

describe('down the tree (RFC 1034 §5.3.3)', () => {
  test('by referrals and glue, and the second time by what it remembers', () => {
    const history = open();
    expect(answersOf(ask(history, 'www.example.org'))).toEqual(['198.51.100.1']);
    expect(sentUpstream(history)).toEqual([
      'root: www.example.org A',
      'org: www.example.org A',
      'exorg: www.example.org A',
    ]);
    const from = history.log.length;
    expect(ask(history, 'www.example.org')?.answers[0]).toMatchObject({ ttl: 60 });
    expect(ask(history, 'nobody.example.org')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(ask(history, 'other.org')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(sentUpstream(history, from)).toEqual(['exorg: nobody.example.org A', 'org: other.org A']);
  });

  test('an answer says RA and never AA', () => {
    expect(ask(open(), 'www.example.org')).toMatchObject({
      id: 77,
      recursionAvailable: true,
      authoritative: false,
      recursionDesired: true,
    });
  });

  test('along aliases into other zones', () => {
    const history = open();
    expect(answersOf(ask(history, 'out.example.org'))).toEqual([
      'www.example.com',
      'web.example.com',
      '198.51.100.2',
    ]);
    expect(sentUpstream(history).slice(-3)).toEqual([
      'root: www.example.com A',
      'com: www.example.com A',
      'excom: www.example.com A',
    ]);
  });

  test('the address of a server without glue is looked up first', () => {
    const history = open(
      { org: 'far NS ns.example.com.' },
      {
        far: { address: '192.0.2.9' },
        excom: {
          address: '192.0.2.5',
          zones: {
            'example.com': zoneFile('@ NS ns | ns A 192.0.2.5'),
            'far.org': zoneFile('@ NS ns.example.com. | www A 198.51.100.3'),
          },
        },
      },
    );
    expect(answersOf(ask(history, 'www.far.org'))).toEqual(['198.51.100.3']);
    expect(sentUpstream(history)).toEqual([
      'root: www.far.org A',
      'org: www.far.org A',
      'root: ns.example.com A',
      'com: ns.example.com A',
      'excom: ns.example.com A',
      'excom: www.far.org A',
    ]);
  });

  test('a negative answer brings the SOA along, and is remembered as long as that says (RFC 2308)', () => {
    const history = open();
    const soa = { name: 'example.org', ttl: 30, data: { type: 'SOA' } };
    expect(ask(history, 'no.example.org')).toMatchObject({ rcode: 'NXDOMAIN', authority: [soa] });
    runUntil(history, history.world.now + 20_000);
    const from = history.log.length;
    expect(ask(history, 'no.example.org', 'MX')!.authority[0]!.ttl).toBeLessThanOrEqual(10);
    expect(sentUpstream(history, from)).toEqual([]);
    runUntil(history, history.world.now + 11_000);
    ask(history, 'no.example.org');
    expect(sentUpstream(history, from)).toEqual(['exorg: no.example.org A']);
  });

  test('a referral is forgotten in its time', () => {
    const history = open();
    ask(history, 'www.example.org');
    runUntil(history, history.world.now + 61_000);
    const from = history.log.length;
    ask(history, 'www.example.org');
    expect(sentUpstream(history, from)[0]).toBe('root: www.example.org A');
  });

  test('who wants no recursion gets what is known, or whom to ask', () => {
    const history = open();
    const no = { recursionDesired: false };
    expect(ask(history, 'www.example.org', 'A', no)).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
      authority: [{ name: '', data: { name: 'a.root' } }],
      additional: [{ name: 'a.root', data: { address: '192.0.2.1' } }],
    });
    ask(history, 'www.example.org');
    expect(answersOf(ask(history, 'www.example.org', 'A', no))).toEqual(['198.51.100.1']);
    expect(ask(history, 'ftp.example.org', 'A', no)).toMatchObject({ authority: [{ name: 'example.org' }] });
  });
});

describe('servers that are not what they should be', () => {
  /** example.org has two servers, the first of which is like this. */
  const withFirst = (first: DnsHost | null): History =>
    open(
      {},
      {
        org: {
          address: '192.0.2.2',
          zones: {
            org: zoneFile(
              'example NS bad.example | example NS ns.example | bad.example A 192.0.2.66 | ns.example A 192.0.2.4',
            ),
          },
        },
        ...(first ? { bad: first } : {}),
      },
    );

  test.each<[string, DnsHost | null, number]>([
    ['lame: it refuses', { address: '192.0.2.66' }, 1],
    [
      'lame: it refers upwards',
      {
        address: '192.0.2.66',
        liar: {
          answers: {
            'www.example.org': { authority: [{ name: '', ttl: 1, data: { type: 'NS', name: 'a.root' } }] },
          },
        },
      },
      1,
    ],
    [
      'in trouble: SERVFAIL',
      { address: '192.0.2.66', liar: { answers: { 'www.example.org': { rcode: 'SERVFAIL' } } } },
      1,
    ],
    ['deaf', { address: '192.0.2.66', silent: true }, 1],
    ['not there', null, 1],
  ])('%s: the next one is asked, and this one last from now on', (_, first, times) => {
    const history = withFirst(first);
    expect(answersOf(ask(history, 'www.example.org'))).toEqual(['198.51.100.1']);
    expect(answersOf(ask(history, 'out.example.org'))).toContain('www.example.com');
    const toBad = history.log.filter(
      ({ what }) => what.kind === 'datagram' && what.peer.address === '192.0.2.66',
    );
    expect(toBad).toHaveLength(times);
  });

  test('all of them silent: each asked three times, then SERVFAIL, in less than the patience of a client', () => {
    const history = open({ org: 'lost NS ns.lost | ns.lost A 192.0.2.77' });
    const from = history.world.now;
    expect(ask(history, 'www.lost.org')).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
    expect(history.world.now - from).toBeLessThan(10_000);
    const asked = history.log.filter(
      ({ what }) => what.kind === 'datagram' && what.peer.address === '192.0.2.77',
    );
    expect(asked).toHaveLength(3);
  });

  test('the only one lame: asked once, then SERVFAIL', () => {
    const history = open(
      { org: 'lost NS ns.lost | ns.lost A 192.0.2.66' },
      { lame: { address: '192.0.2.66' } },
    );
    expect(ask(history, 'www.lost.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(sentUpstream(history).filter((query) => query.startsWith('lame'))).toHaveLength(1);
  });

  test('an answer that did not fit is fetched over TCP, for clients of both kinds', () => {
    const long = `long TXT ${Array.from({ length: 4 }, () => `"${'x'.repeat(200)}"`).join(' ')}`;
    const history = open({ 'example.org': long });
    expect(ask(history, 'long.example.org', 'TXT')).toMatchObject({ truncated: true, answers: [] });
    expect(sentUpstream(history).slice(-2)).toEqual([
      'exorg: long.example.org TXT',
      'exorg!: long.example.org TXT',
    ]);
    expect(history.world.conns.size).toBe(0);
  });
});

describe('bounds', () => {
  test('aliases in a circle: SERVFAIL', () => {
    const history = open();
    expect(ask(history, 'a.example.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(sentUpstream(history).length).toBeLessThan(25);
  });

  test('servers that can only be found through each other: SERVFAIL', () => {
    const history = open({ org: 'x NS ns.y | y NS ns.x' });
    expect(ask(history, 'www.x.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(ask(history, 'ns.x.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(sentUpstream(history).length).toBeLessThan(10);
  });

  test('servers behind servers behind servers cost no more than fifty queries', () => {
    const fan = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    const first = fan.map((i) => `evil NS n.e${i}`);
    const second = fan.flatMap((i) => fan.map((k) => `e${i} NS n.f${i}x${k}`));
    const history = open({ org: [...first, ...second].join(' | ') });
    expect(ask(history, 'www.evil.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(sentUpstream(history)).toHaveLength(50);
  });

  test('no job is left behind', () => {
    const history = open({ org: 'x NS ns.y | y NS ns.x | lost NS ns.lost | ns.lost A 192.0.2.77' });
    for (const name of ['www.x.org', 'www.lost.org', 'a.example.org', 'www.example.org']) ask(history, name);
    expect(history.world.states.get('resolver/resolver')).toMatchObject({ jobs: [], sessions: [] });
  });
});

describe('nobody speaks for others', () => {
  const a = (name: string, address: string) => ({ name, ttl: 999, data: { type: 'A' as const, address } });
  const evil = (answers: Readonly<Record<string, object>>): History =>
    open(
      { org: 'evil NS ns.evil | ns.evil A 192.0.2.66' },
      { evil: { address: '192.0.2.66', liar: { answers } } },
    );

  test('an address of another zone beside an answer', () => {
    const history = evil({
      'www.evil.org': {
        authoritative: true,
        answers: [a('www.evil.org', '192.0.2.66'), a('www.example.com', '192.0.2.66')],
        additional: [a('www.example.com', '192.0.2.66')],
        authority: [{ name: 'com', ttl: 999, data: { type: 'NS', name: 'ns.evil.org' } }],
      },
    });
    expect(answersOf(ask(history, 'www.evil.org'))).toEqual(['192.0.2.66']);
    expect(answersOf(ask(history, 'www.example.com'))).toEqual(['web.example.com', '198.51.100.2']);
  });

  test('what an alias into another zone leads to', () => {
    const history = evil({
      'www.evil.org': {
        authoritative: true,
        answers: [
          { name: 'www.evil.org', ttl: 999, data: { type: 'CNAME', name: 'web.example.com' } },
          a('web.example.com', '192.0.2.66'),
        ],
      },
    });
    expect(answersOf(ask(history, 'www.evil.org'))).toEqual(['web.example.com', '198.51.100.2']);
    expect(answersOf(ask(history, 'web.example.com'))).toEqual(['198.51.100.2']);
  });

  test('an answer from an address that was not asked, id and question right', () => {
    const history = open();
    const to = { address: RESOLVER, port: 53 };
    probing(history, { kind: 'ask', to, octets: encodeMessage(queryOf('www.example.org', 'A')) }, 11);
    const query = history.log.flatMap(({ host, what }) =>
      host === 'resolver' && what.kind === 'datagram' ? [what] : [],
    )[0]!;
    const forged = queryOf('www.example.org', 'A', {
      id: decodeMessage(query.octets)!.id,
      response: true,
      authoritative: true,
      answers: [a('www.example.org', '192.0.2.66')],
    });
    const port = { address: RESOLVER, port: query.from.port };
    probing(history, { kind: 'ask', to: port, octets: encodeMessage(forged) });
    expect(probeOf(history).heard.map((octets) => answersOf(decodeMessage(octets)))).toEqual([
      ['198.51.100.1'],
    ]);
  });

  test('glue for a server of another zone', () => {
    const history = evil({
      'x.evil.org': {
        authority: [{ name: 'x.evil.org', ttl: 999, data: { type: 'NS', name: 'ns.example.com' } }],
        additional: [a('ns.example.com', '192.0.2.66')],
      },
    });
    expect(ask(history, 'x.evil.org')).toMatchObject({ rcode: 'SERVFAIL' });
    expect(answersOf(ask(history, 'ns.example.com'))).toEqual(['192.0.2.5']);
  });
});
