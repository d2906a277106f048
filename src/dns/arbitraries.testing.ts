/** Arbitrary DNS data for property tests. */
import fc from 'fast-check';
import { formatIpv6 } from './names.ts';
import type { DnsMessage, DomainName, RecordData, ResourceRecord } from './types.ts';

const label = fc
  .array(fc.constantFrom('a', 'b', 'mx', '9', '-', '_', '*', '\\046', '\\255'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

export const name: fc.Arbitrary<DomainName> = fc
  .array(label, { minLength: 0, maxLength: 5 })
  .map((labels) => labels.join('.'));

const seconds = fc.integer({ min: 0, max: 0x7fffffff });
const octet = fc.integer({ min: 0, max: 255 });
const text = fc.array(octet, { maxLength: 255 }).map((codes) => String.fromCharCode(...codes));

export const data: fc.Arbitrary<RecordData> = fc.oneof(
  fc.record({
    type: fc.constant('A' as const),
    address: fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.')),
  }),
  fc.record({
    type: fc.constant('AAAA' as const),
    address: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }).map(formatIpv6),
  }),
  fc.record({
    type: fc.constant('MX' as const),
    preference: fc.integer({ min: 0, max: 65535 }),
    exchange: name,
  }),
  fc.record({ type: fc.constantFrom('NS' as const, 'CNAME' as const, 'PTR' as const), name }),
  fc.record({ type: fc.constant('TXT' as const), texts: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    type: fc.constant('SOA' as const),
    mname: name,
    rname: name,
    serial: fc.integer({ min: 0, max: 0xffffffff }),
    refresh: seconds,
    retry: seconds,
    expire: seconds,
    minimum: seconds,
  }),
);

export const record: fc.Arbitrary<ResourceRecord> = fc.record({ name, ttl: seconds, data });

export const message: fc.Arbitrary<DnsMessage> = fc.record({
  id: fc.integer({ min: 0, max: 65535 }),
  response: fc.boolean(),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  rcode: fc.constantFrom('NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'),
  question: fc.record({
    name,
    type: fc.constantFrom('A', 'AAAA', 'MX', 'NS', 'CNAME', 'TXT', 'PTR', 'SOA', 'ANY'),
  }),
  answers: fc.array(record, { maxLength: 4 }),
  authority: fc.array(record, { maxLength: 2 }),
  additional: fc.array(record, { maxLength: 4 }),
});
