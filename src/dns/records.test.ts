import { expect, test } from 'vitest';
import { formatData, formatRecord, parseQueryType, parseRecordType, sameRecord } from './records.ts';
import type { ResourceRecord } from './types.ts';

const mx: ResourceRecord = {
  name: 'example.org',
  ttl: 3600,
  data: { type: 'MX', preference: 10, exchange: 'mx1.example.org' },
};

test('formatData', () => {
  expect(formatData(mx.data)).toBe('10 mx1.example.org.');
  expect(formatData({ type: 'MX', preference: 0, exchange: '' })).toBe('0 .');
  expect(formatData({ type: 'A', address: '192.0.2.1' })).toBe('192.0.2.1');
  expect(formatData({ type: 'PTR', name: 'mx1.example.org' })).toBe('mx1.example.org.');
  expect(formatData({ type: 'TXT', texts: ['v=spf1 mx -all', 'say "\\"', '\u0001\u00ff'] })).toBe(
    '"v=spf1 mx -all" "say \\"\\\\\\"" "\\001\\255"',
  );
  expect(
    formatData({
      type: 'SOA',
      mname: 'ns1.example.org',
      rname: 'hostmaster.example.org',
      serial: 2006012601,
      refresh: 10800,
      retry: 3600,
      expire: 604800,
      minimum: 38400,
    }),
  ).toBe('ns1.example.org. hostmaster.example.org. 2006012601 10800 3600 604800 38400');
});

test('formatRecord', () => {
  expect(formatRecord(mx)).toBe('example.org. 3600 IN MX 10 mx1.example.org.');
});

test('sameRecord looks at everything but the TTL', () => {
  expect(sameRecord(mx, { ...mx, ttl: 1 })).toBe(true);
  expect(sameRecord(mx, { ...mx, name: 'example.com' })).toBe(false);
  expect(sameRecord(mx, { ...mx, data: { type: 'MX', preference: 20, exchange: 'mx1.example.org' } })).toBe(
    false,
  );
  const ns: ResourceRecord = { ...mx, data: { type: 'NS', name: 'a.example' } };
  expect(sameRecord(ns, { ...mx, data: { type: 'PTR', name: 'a.example' } })).toBe(false);
});

test('type names in any case', () => {
  expect(parseRecordType('mx')).toBe('MX');
  expect(parseRecordType('ANY')).toBeNull();
  expect(parseQueryType('any')).toBe('ANY');
  expect(parseQueryType('WKS')).toBeNull();
});
