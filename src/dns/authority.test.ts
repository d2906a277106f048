import { describe, expect, test } from 'vitest';
import { answerAuthoritatively } from './authority.ts';
import { formatRecord } from './records.ts';
import type { DnsMessage, QueryType, Zone } from './types.ts';
import { encodeMessage } from './wire.ts';
import { parseZoneFile } from './zone-file.ts';

function zoneOf(origin: string, text: string): Zone {
  const parsed = parseZoneFile(text, origin);
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  return parsed.zone;
}

const EXAMPLE = zoneOf(
  'example.org',
  `$TTL 3600
@ SOA ns1 hostmaster 1 10800 3600 604800 300
  NS ns1
  NS ns.example.com.
  MX 10 mx1
  MX 20 mx2
  MX 30 mx.example.net.
ns1 A 192.0.2.53
mx1 A 192.0.2.1
    AAAA 2001:db8::1
mx2 A 192.0.2.2
www CNAME web
web A 192.0.2.80
out CNAME www.example.net.
shop CNAME www.example.com.
gone CNAME nothing
a.b.c A 192.0.2.3
*.wild MX 10 mx1
x.wild A 192.0.2.4
loop1 CNAME loop2
loop2 CNAME loop1
dept NS ns.dept
     NS ns1
ns.dept A 192.0.2.60
deeper.dept NS ns1
`,
);
const COM = zoneOf(
  'example.com',
  '$TTL 60\n@ SOA ns h 1 1 1 1 900\n@ NS ns\nns A 198.51.100.53\nwww A 198.51.100.80\n',
);
const SUB = zoneOf('sub.example.org', '$TTL 60\n@ SOA ns1.example.org. h 1 1 1 1 60\nmail A 203.0.113.1\n');
const ZONES = [EXAMPLE, COM, SUB];

function ask(name: string, type: QueryType, zones: readonly Zone[] = ZONES): DnsMessage {
  return answerAuthoritatively(zones, {
    id: 7,
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: { name, type },
    answers: [],
    authority: [],
    additional: [],
  });
}

const summary = (message: DnsMessage) => ({
  rcode: message.rcode,
  aa: message.authoritative,
  answers: message.answers.map(formatRecord),
  authority: message.authority.map(formatRecord),
  additional: message.additional.map(formatRecord),
});

const SOA = 'example.org. 300 IN SOA ns1.example.org. hostmaster.example.org. 1 10800 3600 604800 300';
const NS = ['example.org. 3600 IN NS ns1.example.org.', 'example.org. 3600 IN NS ns.example.com.'];
const NS_ADDRESSES = ['ns1.example.org. 3600 IN A 192.0.2.53', 'ns.example.com. 60 IN A 198.51.100.53'];

test('the notes: dig -t mx firma1.intr', () => {
  const zone = zoneOf('firma1.intr', '$TTL 38400\n@ NS neo.\n@ MX 10 neo\nneo A 195.113.106.168\n');
  const answer = ask('firma1.intr', 'MX', [zone]);
  expect(summary(answer)).toEqual({
    rcode: 'NOERROR',
    aa: true,
    answers: ['firma1.intr. 38400 IN MX 10 neo.firma1.intr.'],
    authority: ['firma1.intr. 38400 IN NS neo.'],
    additional: ['neo.firma1.intr. 38400 IN A 195.113.106.168'],
  });
  expect(encodeMessage(answer)).toHaveLength(82);
  expect(answer).toMatchObject({ id: 7, response: true, recursionDesired: true, recursionAvailable: false });
});

describe('positive answers', () => {
  // The order of the additional records: `recordings/dig-trace.txt`.
  test('MX with addresses of ours, every A before the first AAAA, each once', () => {
    expect(summary(ask('example.org', 'MX'))).toEqual({
      rcode: 'NOERROR',
      aa: true,
      answers: [
        'example.org. 3600 IN MX 10 mx1.example.org.',
        'example.org. 3600 IN MX 20 mx2.example.org.',
        'example.org. 3600 IN MX 30 mx.example.net.',
      ],
      authority: NS,
      additional: [
        'mx1.example.org. 3600 IN A 192.0.2.1',
        'mx2.example.org. 3600 IN A 192.0.2.2',
        ...NS_ADDRESSES,
        'mx1.example.org. 3600 IN AAAA 2001:db8::1',
      ],
    });
  });

  test('NS of the origin stand in the answer only', () => {
    expect(summary(ask('example.org', 'NS'))).toMatchObject({
      answers: NS,
      authority: [],
      additional: NS_ADDRESSES,
    });
  });

  test('what is in the answer is not additional', () => {
    expect(summary(ask('ns1.example.org', 'A'))).toMatchObject({
      answers: [NS_ADDRESSES[0]],
      additional: [NS_ADDRESSES[1]],
    });
  });

  test('ANY', () => {
    expect(summary(ask('mx1.example.org', 'ANY')).answers).toEqual([
      'mx1.example.org. 3600 IN A 192.0.2.1',
      'mx1.example.org. 3600 IN AAAA 2001:db8::1',
    ]);
    expect(ask('example.org', 'ANY')).toMatchObject({ authority: [] });
    expect(ask('example.org', 'ANY').answers).toHaveLength(6);
  });

  test('the longest zone answers', () => {
    expect(summary(ask('mail.sub.example.org', 'A')).answers).toEqual([
      'mail.sub.example.org. 60 IN A 203.0.113.1',
    ]);
    expect(ask('other.sub.example.org', 'A').authority[0]?.name).toBe('sub.example.org');
  });

  test('zones of one array are looked up again after another array had other zones', () => {
    expect(ask('www.example.com', 'A', [COM]).rcode).toBe('NOERROR');
    expect(ask('www.example.com', 'A', [EXAMPLE]).rcode).toBe('REFUSED');
  });
});

test('a host named twice has its address once', () => {
  const zone = zoneOf('example.org', '$TTL 1\n@ NS mx\n@ MX 10 mx\n@ MX 20 mx\nmx A 192.0.2.1\n');
  expect(ask('example.org', 'MX', [zone]).additional).toHaveLength(1);
});

describe('aliases', () => {
  test('inside a zone, and into another of ours', () => {
    expect(summary(ask('www.example.org', 'A')).answers).toEqual([
      'www.example.org. 3600 IN CNAME web.example.org.',
      'web.example.org. 3600 IN A 192.0.2.80',
    ]);
    expect(summary(ask('shop.example.org', 'A'))).toMatchObject({
      answers: ['shop.example.org. 3600 IN CNAME www.example.com.', 'www.example.com. 60 IN A 198.51.100.80'],
      authority: ['example.com. 60 IN NS ns.example.com.'],
    });
  });

  test('out of our zones', () => {
    expect(summary(ask('out.example.org', 'A'))).toEqual({
      rcode: 'NOERROR',
      aa: true,
      answers: ['out.example.org. 3600 IN CNAME www.example.net.'],
      authority: [],
      additional: [],
    });
  });

  test('asked for by itself', () => {
    expect(summary(ask('www.example.org', 'CNAME')).answers).toEqual([
      'www.example.org. 3600 IN CNAME web.example.org.',
    ]);
    expect(ask('www.example.org', 'ANY').answers).toHaveLength(1);
  });

  test('to no data and to no name: the code is that of the last name (RFC 2308 §2)', () => {
    expect(summary(ask('www.example.org', 'MX'))).toMatchObject({ rcode: 'NOERROR', authority: [SOA] });
    expect(summary(ask('gone.example.org', 'A'))).toMatchObject({
      rcode: 'NXDOMAIN',
      answers: ['gone.example.org. 3600 IN CNAME nothing.example.org.'],
      authority: [SOA],
    });
  });

  test('in a circle', () => {
    expect(ask('loop1.example.org', 'A').answers).toHaveLength(2);
    expect(ask('loop1.example.org', 'A').rcode).toBe('NOERROR');
  });

  test('in a very long chain', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `c${i} CNAME c${i + 1}`).join('\n');
    const long = zoneOf('example.org', `$TTL 1\n${lines}\n`);
    expect(ask('c0.example.org', 'A', [long]).answers.length).toBeLessThan(20);
  });
});

describe('negative answers (RFC 2308)', () => {
  test('NXDOMAIN and NODATA carry the SOA with the smaller of its two TTLs', () => {
    const empty = { aa: true, answers: [], authority: [SOA], additional: [] };
    expect(summary(ask('nobody.example.org', 'A'))).toEqual({ ...empty, rcode: 'NXDOMAIN' });
    expect(summary(ask('mx1.example.org', 'MX'))).toEqual({ ...empty, rcode: 'NOERROR' });
    expect(ask('nobody.example.com', 'A').authority[0]?.ttl).toBe(60);
  });

  test('an empty non-terminal exists (RFC 4592 §2.2.2)', () => {
    expect(ask('b.c.example.org', 'A').rcode).toBe('NOERROR');
    expect(ask('c.example.org', 'A').rcode).toBe('NOERROR');
    expect(ask('d.c.example.org', 'A').rcode).toBe('NXDOMAIN');
  });

  test('REFUSED outside our zones', () => {
    const refused = { rcode: 'REFUSED', aa: false, answers: [], authority: [], additional: [] };
    expect(summary(ask('example.net', 'MX'))).toEqual(refused);
    expect(summary(ask('org', 'NS'))).toEqual(refused);
    expect(summary(ask('', 'NS'))).toEqual(refused);
    expect(summary(ask('badexample.org', 'A'))).toEqual(refused);
  });

  test('a zone without SOA', () => {
    expect(ask('x.example.org', 'A', [{ origin: 'example.org', records: [] }])).toMatchObject({
      rcode: 'NXDOMAIN',
      authority: [],
    });
  });
});

describe('wildcards (RFC 4592)', () => {
  test('stand for names that do not exist', () => {
    expect(summary(ask('any.wild.example.org', 'MX')).answers).toEqual([
      'any.wild.example.org. 3600 IN MX 10 mx1.example.org.',
    ]);
    expect(ask('deep.down.wild.example.org', 'MX').answers).toHaveLength(1);
    expect(ask('any.wild.example.org', 'A')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });

  test('but not for one that exists, nor for names below it', () => {
    expect(ask('x.wild.example.org', 'MX')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask('y.x.wild.example.org', 'MX').rcode).toBe('NXDOMAIN');
    expect(ask('wild.example.org', 'MX')).toMatchObject({ rcode: 'NOERROR', answers: [] });
  });
});

describe('zone cuts (RFC 1034 §4.3.2 step 3b)', () => {
  const referral = {
    rcode: 'NOERROR',
    aa: false,
    answers: [],
    authority: [
      'dept.example.org. 3600 IN NS ns.dept.example.org.',
      'dept.example.org. 3600 IN NS ns1.example.org.',
    ],
    additional: ['ns.dept.example.org. 3600 IN A 192.0.2.60', 'ns1.example.org. 3600 IN A 192.0.2.53'],
  };

  test.each(['dept.example.org', 'x.deeper.dept.example.org', 'a.b.dept.example.org', 'ns.dept.example.org'])(
    '%s is referred',
    (name) => expect(summary(ask(name, 'A'))).toEqual(referral),
  );
});
