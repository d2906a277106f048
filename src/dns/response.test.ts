import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { message as anyMessage, name as anyName } from './arbitraries.testing.ts';
import { isSubdomain } from './names.ts';
import { readResponse } from './response.ts';
import type { DnsMessage, Rcode, ResourceRecord } from './types.ts';
import { parseZoneFile } from './zone-file.ts';

const records = (text: string): readonly ResourceRecord[] => {
  const lines = text.split(' | ').filter((line) => line !== '');
  return lines.map((line) => {
    const parsed = parseZoneFile(
      line.replace(/^(\S+) /, '$1 60 '),
      line.includes(' SOA ') ? line.split(' ')[0]! : '.',
    );
    if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
    return parsed.zone.records[0]!;
  });
};

interface Said {
  readonly rcode?: Rcode;
  readonly aa?: boolean;
  readonly tc?: boolean;
  readonly answers?: string;
  readonly authority?: string;
  readonly additional?: string;
}

/** What a server of example.org is taken to say of `www.example.org A`. */
function read({
  rcode = 'NOERROR',
  aa = true,
  tc = false,
  answers = '',
  authority = '',
  additional = '',
}: Said) {
  const message: DnsMessage = {
    id: 1,
    response: true,
    authoritative: aa,
    truncated: tc,
    recursionDesired: false,
    recursionAvailable: false,
    rcode,
    question: { name: 'www.example.org', type: 'A' },
    answers: records(answers),
    authority: records(authority),
    additional: records(additional),
  };
  return readResponse(message, 'example.org');
}

const A = 'www.example.org. A 192.0.2.1';
const SOA = 'example.org. SOA ns.example.org. h.example.org. 1 1 1 1 30';

test.each<[string, Said, object]>([
  ['an answer', { answers: A }, { kind: 'data', records: records(A) }],
  [
    'an answer without authority',
    { answers: A, aa: false },
    { kind: 'data', records: records(A), servers: [] },
  ],
  [
    'an alias with what it leads to',
    { answers: `www.example.org. CNAME w.example.org. | w.example.org. A 192.0.2.1` },
    { kind: 'data' },
  ],
  [
    'no such name',
    { rcode: 'NXDOMAIN', authority: SOA },
    { kind: 'negative', rcode: 'NXDOMAIN', soa: { ttl: 30 } },
  ],
  ['no such data', { authority: SOA }, { kind: 'negative', rcode: 'NOERROR', soa: { ttl: 30 } }],
  ['no such data, and no SOA (RFC 2308 §2.2)', {}, { kind: 'negative', rcode: 'NOERROR', soa: null }],
  ['no such name, and no SOA', { rcode: 'NXDOMAIN' }, { kind: 'negative', rcode: 'NXDOMAIN', soa: null }],
  [
    'an alias to no such name',
    { rcode: 'NXDOMAIN', answers: 'www.example.org. CNAME no.example.org.', authority: SOA },
    { kind: 'negative', rcode: 'NXDOMAIN', records: [{ data: { type: 'CNAME' } }] },
  ],
  [
    'a referral',
    {
      aa: false,
      authority: 'www.example.org. NS ns.www.example.org.',
      additional: 'ns.www.example.org. A 192.0.2.53',
    },
    { kind: 'referral', zone: 'www.example.org', glue: [{ name: 'ns.www.example.org' }] },
  ],
  ['TC', { tc: true, answers: A }, { kind: 'truncated' }],
  ['SERVFAIL', { rcode: 'SERVFAIL' }, { kind: 'failed' }],
  ['REFUSED', { rcode: 'REFUSED', aa: false }, { kind: 'failed' }],
  ['nothing, without authority: lame', { aa: false }, { kind: 'lame' }],
  ['no such name, without authority or SOA: lame', { rcode: 'NXDOMAIN', aa: false }, { kind: 'lame' }],
  [
    'a referral upwards: lame (RFC 1912 §2.8)',
    { aa: false, authority: '. NS a.root.example.' },
    { kind: 'lame' },
  ],
  [
    'a referral to itself: lame',
    { aa: false, authority: 'example.org. NS ns.example.org.' },
    { kind: 'lame' },
  ],
  [
    'a referral past the name: lame',
    { aa: false, authority: 'ftp.example.org. NS ns.example.org.' },
    { kind: 'lame' },
  ],
])('%s', (_, said, reading) => {
  expect(read(said)).toMatchObject(reading);
});

describe('what a zone has no say in does not count', () => {
  test('an alias that leads out of it ends there, whatever else is said', () => {
    const answers = 'www.example.org. CNAME www.example.com. | www.example.com. A 192.0.2.66';
    const alias = { kind: 'alias', records: [{ name: 'www.example.org' }], name: 'www.example.com' };
    expect(read({ answers })).toMatchObject(alias);
    expect(read({ answers, rcode: 'NXDOMAIN', authority: SOA })).toMatchObject(alias);
  });

  test('names of others in the answer', () => {
    const reading = read({ answers: `${A} | www.example.com. A 192.0.2.66` });
    expect(reading).toMatchObject({ kind: 'data', records: records(A) });
  });

  test('a referral to others', () => {
    expect(read({ aa: false, authority: 'com. NS ns.example.org.' })).toEqual({ kind: 'lame' });
  });

  test('glue of others, and what is no glue', () => {
    const authority = 'www.example.org. NS ns.example.com. | www.example.org. NS ns.example.org.';
    const additional =
      'ns.example.com. A 192.0.2.66 | ns.example.org. A 192.0.2.53 | mx.example.org. A 192.0.2.67';
    expect(read({ aa: false, authority, additional })).toMatchObject({
      kind: 'referral',
      glue: records('ns.example.org. A 192.0.2.53'),
    });
  });

  test('additional addresses and NS of others beside an answer', () => {
    const authority = 'com. NS ns.example.org. | example.org. NS ns.example.org.';
    const additional = 'www.example.com. A 192.0.2.66 | ns.example.org. A 192.0.2.53';
    expect(read({ answers: A, authority, additional })).toMatchObject({
      servers: records('example.org. NS ns.example.org.'),
      additional: records('ns.example.org. A 192.0.2.53'),
    });
  });

  test('an SOA of others', () => {
    const authority = 'org. SOA ns.example.org. h.example.org. 1 1 1 1 99999';
    expect(read({ authority })).toMatchObject({ kind: 'negative', soa: null });
  });

  test('in no message at all', () => {
    fc.assert(
      fc.property(anyMessage, anyName, (message, zone) => {
        const reading = readResponse(message, zone);
        const kept: readonly ResourceRecord[] = [
          ...('records' in reading ? reading.records : []),
          ...('servers' in reading ? reading.servers : []),
          ...('glue' in reading ? reading.glue : []),
          ...('additional' in reading ? reading.additional : []),
          ...('soa' in reading && reading.soa ? [reading.soa] : []),
        ];
        for (const { name } of kept) expect(isSubdomain(name, zone)).toBe(true);
        if (reading.kind === 'referral') expect(reading.zone).not.toBe(zone);
      }),
    );
  });
});
