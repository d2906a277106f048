import { describe, expect, test } from 'vitest';
import { cacheLookup, emptyCache } from './cache.ts';
import { additionalOf, cutOf, nearestCut, storeAdditional, storeCut } from './cuts.ts';
import type { ResourceRecord } from './types.ts';

const ns = (name: string, server: string, ttl = 60): ResourceRecord => ({
  name,
  ttl,
  data: { type: 'NS', name: server },
});
const a = (name: string, address: string, ttl = 60): ResourceRecord => ({
  name,
  ttl,
  data: { type: 'A', address },
});

describe('a cut', () => {
  const servers = [ns('example.org', 'ns1.example.org'), ns('example.org', 'ns2.example.net')];
  const glue = [a('ns1.example.org', '192.0.2.1'), a('ns1.example.org', '192.0.2.2')];
  const cache = storeCut(emptyCache(), 'example.org', servers, glue, 0);

  test('names its servers, with those addresses that came along', () => {
    expect(cutOf('example.org', servers, glue)).toEqual({
      zone: 'example.org',
      servers: [
        { name: 'ns1.example.org', addresses: ['192.0.2.1', '192.0.2.2'] },
        { name: 'ns2.example.net', addresses: [] },
      ],
    });
  });

  test('is found from the names at and below it, and no others', () => {
    expect(nearestCut(cache, 'example.org', 0)?.zone).toBe('example.org');
    expect(nearestCut(cache, 'a.b.example.org', 0)?.zone).toBe('example.org');
    expect(nearestCut(cache, 'org', 0)).toBeNull();
    expect(nearestCut(cache, 'anexample.org', 0)).toBeNull();
    const deeper = storeCut(cache, 'b.example.org', [ns('b.example.org', 'x')], [], 0);
    expect(nearestCut(deeper, 'a.b.example.org', 0)?.zone).toBe('b.example.org');
  });

  test('holds as long as its shortest-lived record', () => {
    const short = storeCut(emptyCache(), 'x', [ns('x', 'n', 100)], [a('n', '192.0.2.1', 10)], 5000);
    expect(nearestCut(short, 'x', 14_999)?.records.map(({ ttl }) => ttl)).toEqual([1, 1]);
    expect(nearestCut(short, 'x', 15_000)).toBeNull();
  });

  test('answers nothing: glue is no data (RFC 2181 §5.4.1)', () => {
    expect(cacheLookup(cache, { name: 'ns1.example.org', type: 'A' }, 0)).toBeNull();
    expect(cacheLookup(cache, { name: 'example.org', type: 'NS' }, 0)).toBeNull();
  });

  test('with hundreds of servers has thirteen', () => {
    const many = Array.from({ length: 300 }, (_, i) => ns('x', `ns${i}`));
    expect(cutOf('x', many, []).servers).toHaveLength(13);
  });
});

test('additional addresses are remembered as such, and answer nothing', () => {
  const cache = storeAdditional(emptyCache(), [a('mx', '192.0.2.1', 9), ns('x', 'mx')], 0);
  expect(additionalOf(cache, 'mx', 8999)).toEqual([a('mx', '192.0.2.1', 1)]);
  expect(additionalOf(cache, 'mx', 9000)).toEqual([]);
  expect(cacheLookup(cache, { name: 'mx', type: 'A' }, 0)).toBeNull();
});
