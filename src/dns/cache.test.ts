import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { message as anyMessage } from './arbitraries.testing.ts';
import { type CacheState, cacheFollow, cacheLookup, cacheStore, emptyCache } from './cache.ts';
import type { DnsMessage, QueryType, ResourceRecord } from './types.ts';

function response(name: string, type: QueryType, more: Partial<DnsMessage>): DnsMessage {
  return {
    id: 1,
    response: true,
    authoritative: true,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: { name, type },
    answers: [],
    authority: [],
    additional: [],
    ...more,
  };
}

const a = (name: string, ttl: number, address = '192.0.2.1'): ResourceRecord => ({
  name,
  ttl,
  data: { type: 'A', address },
});
const cname = (name: string, ttl: number, target: string): ResourceRecord => ({
  name,
  ttl,
  data: { type: 'CNAME', name: target },
});
const soa = (name: string, ttl: number, minimum: number): ResourceRecord => ({
  name,
  ttl,
  data: { type: 'SOA', mname: '', rname: '', serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});

const q = (name: string, type: QueryType = 'A') => ({ name, type });
const stored = (message: DnsMessage, nowMs = 0): CacheState => cacheStore(emptyCache(), message, nowMs);

describe('data', () => {
  const cache = stored(response('mx.example.org', 'A', { answers: [a('mx.example.org', 60)] }), 5000);

  test('comes back with what is left of its TTL, in whole seconds', () => {
    const answer = (ttl: number) => ({
      question: q('mx.example.org'),
      rcode: 'NOERROR',
      records: [a('mx.example.org', ttl)],
    });
    expect(cacheLookup(cache, q('mx.example.org'), 5000)).toEqual(answer(60));
    expect(cacheLookup(cache, q('mx.example.org'), 5999)).toEqual(answer(60));
    expect(cacheLookup(cache, q('mx.example.org'), 6000)).toEqual(answer(59));
    expect(cacheLookup(cache, q('mx.example.org'), 64_999)).toEqual(answer(1));
    expect(cacheLookup(cache, q('mx.example.org'), 65_000)).toBeNull();
  });

  test('says nothing of other types and names', () => {
    expect(cacheLookup(cache, q('mx.example.org', 'AAAA'), 5000)).toBeNull();
    expect(cacheLookup(cache, q('example.org'), 5000)).toBeNull();
    expect(cacheLookup(cache, q('mx.example.org', 'ANY'), 5000)).toBeNull();
  });

  test('is replaced by newer data', () => {
    const newer = cacheStore(
      cache,
      response('mx.example.org', 'A', { answers: [a('mx.example.org', 60, '192.0.2.2')] }),
      10_000,
    );
    expect(cacheLookup(newer, q('mx.example.org'), 66_000)?.records).toEqual([
      a('mx.example.org', 4, '192.0.2.2'),
    ]);
    expect(newer.size).toBe(1);
  });

  test('different TTLs in one set count as the lowest (RFC 2181 §5.2)', () => {
    const two = stored(
      response('h', 'A', { answers: [a('h', 60), a('h', 10, '192.0.2.2'), a('h', 30, '192.0.2.3')] }),
    );
    expect(cacheLookup(two, q('h'), 0)?.records.map((record) => record.ttl)).toEqual([10, 10, 10]);
    expect(cacheLookup(two, q('h'), 10_000)).toBeNull();
  });

  test('TTL 0 is for this answer only', () => {
    expect(stored(response('h', 'A', { answers: [a('h', 0)] })).size).toBe(0);
  });

  test('a negative answer keeps its SOA, as old as it is (RFC 2308 §5)', () => {
    const authority = [soa('example.org', 3600, 300)];
    const gone = stored(response('no.example.org', 'A', { rcode: 'NXDOMAIN', authority }));
    expect(cacheFollow(gone, q('no.example.org'), 10_000)).toMatchObject({
      rcode: 'NXDOMAIN',
      soa: { name: 'example.org', ttl: 290 },
    });
  });

  test('a state is plain data', () => {
    expect(JSON.parse(JSON.stringify(cache))).toEqual(cache);
  });
});

describe('aliases', () => {
  const cache = stored(
    response('www.example.org', 'A', {
      answers: [cname('www.example.org', 30, 'web.example.org'), a('web.example.org', 60)],
    }),
  );

  test('are followed, each part with its own time', () => {
    expect(cacheLookup(cache, q('www.example.org'), 1000)?.records).toEqual([
      cname('www.example.org', 29, 'web.example.org'),
      a('web.example.org', 59),
    ]);
    expect(cacheLookup(cache, q('web.example.org'), 30_000)?.records).toEqual([a('web.example.org', 30)]);
    expect(cacheLookup(cache, q('www.example.org'), 30_000)).toBeNull();
  });

  test('are an answer by themselves', () => {
    expect(cacheLookup(cache, q('www.example.org', 'CNAME'), 0)?.records).toEqual([
      cname('www.example.org', 30, 'web.example.org'),
    ]);
  });

  test('without what they lead to they are no answer', () => {
    const open = stored(
      response('x.example.org', 'A', { answers: [cname('x.example.org', 60, 'x.example.net')] }),
    );
    expect(cacheLookup(open, q('x.example.org'), 0)).toBeNull();
    const closed = cacheStore(open, response('x.example.net', 'A', { answers: [a('x.example.net', 60)] }), 0);
    expect(cacheLookup(closed, q('x.example.org'), 0)?.records).toHaveLength(2);
  });

  test('in a circle end', () => {
    const circle = stored(response('a', 'A', { answers: [cname('a', 60, 'b'), cname('b', 60, 'a')] }));
    expect(cacheLookup(circle, q('a'), 0)).toBeNull();
  });
});

describe('negative answers (RFC 2308)', () => {
  const authority = [soa('example.org', 3600, 300)];

  test('NXDOMAIN holds for every type, as long as the SOA minimum', () => {
    const cache = stored(response('no.example.org', 'A', { rcode: 'NXDOMAIN', authority }));
    const answer = { question: q('no.example.org', 'MX'), rcode: 'NXDOMAIN', records: [] };
    expect(cacheLookup(cache, q('no.example.org', 'MX'), 299_999)).toEqual(answer);
    expect(cacheLookup(cache, q('no.example.org', 'MX'), 300_000)).toBeNull();
  });

  test('no data holds for its type', () => {
    const cache = stored(response('h.example.org', 'MX', { authority }));
    expect(cacheLookup(cache, q('h.example.org', 'MX'), 1)).toMatchObject({ rcode: 'NOERROR', records: [] });
    expect(cacheLookup(cache, q('h.example.org', 'A'), 1)).toBeNull();
  });

  test('the TTL of the SOA itself counts when it is less', () => {
    const cache = stored(response('h.example.org', 'MX', { authority: [soa('example.org', 10, 300)] }));
    expect(cacheLookup(cache, q('h.example.org', 'MX'), 10_000)).toBeNull();
  });

  test('an alias to nothing', () => {
    const cache = stored(
      response('www.example.org', 'A', {
        rcode: 'NXDOMAIN',
        answers: [cname('www.example.org', 60, 'no.example.org')],
        authority,
      }),
    );
    expect(cacheLookup(cache, q('www.example.org'), 0)).toEqual({
      question: q('www.example.org'),
      rcode: 'NXDOMAIN',
      records: [cname('www.example.org', 60, 'no.example.org')],
    });
    expect(cacheLookup(cache, q('www.example.org', 'CNAME'), 0)?.rcode).toBe('NOERROR');
    expect(cacheLookup(cache, q('no.example.org', 'MX'), 0)?.rcode).toBe('NXDOMAIN');
  });

  test('a name that ceases to exist', () => {
    const there = stored(response('h.example.org', 'A', { answers: [a('h.example.org', 3600)] }));
    const gone = cacheStore(there, response('h.example.org', 'MX', { rcode: 'NXDOMAIN', authority }), 1000);
    expect(cacheLookup(gone, q('h.example.org'), 2000)?.rcode).toBe('NXDOMAIN');
  });

  test('a name that comes to exist', () => {
    const gone = stored(response('h.example.org', 'A', { rcode: 'NXDOMAIN', authority }));
    const back = cacheStore(
      gone,
      response('h.example.org', 'MX', {
        answers: [
          { name: 'h.example.org', ttl: 60, data: { type: 'MX', preference: 1, exchange: 'h.example.org' } },
        ],
      }),
      1000,
    );
    expect(cacheLookup(back, q('h.example.org', 'MX'), 2000)?.rcode).toBe('NOERROR');
  });
});

test.each([
  ['an error', { rcode: 'SERVFAIL' as const }],
  ['no SOA', {}],
  ['an SOA of another zone', { authority: [soa('example.com', 60, 60)] }],
  ['a truncated message', { truncated: true, answers: [a('h.example.org', 60)] }],
  ['a query', { response: false, answers: [a('h.example.org', 60)] }],
  ['an answer nobody asked for', { answers: [a('victim.example.com', 60)] }],
  ['an additional record', { additional: [a('h.example.org', 60)] }],
])('%s is not remembered', (_, more) => {
  expect(stored(response('h.example.org', 'A', more)).size).toBe(0);
});

describe('size', () => {
  test('is bounded; what expires soonest goes first', () => {
    let cache = emptyCache(50);
    for (let i = 0; i < 200; i++) {
      const name = `h${i}`;
      cache = cacheStore(cache, response(name, 'A', { answers: [a(name, 1000 + ((i * 7) % 200))] }), 0);
    }
    const there = Array.from({ length: 200 }, (_, i) => i).filter((i) => cacheLookup(cache, q(`h${i}`), 0));
    expect(cache.size).toBe(50);
    expect(there).toHaveLength(50);
    expect(there.every((i) => (i * 7) % 200 >= 150)).toBe(true);
  });

  test('a store leaves the old state as it was', () => {
    const one = stored(response('h', 'A', { answers: [a('h', 60)] }));
    const before = JSON.stringify(one);
    cacheStore(one, response('h', 'A', { answers: [a('h', 99)] }), 1);
    expect(JSON.stringify(one)).toBe(before);
  });

  test('no message makes it throw or outgrow', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 12 }), (messages) => {
        let cache = emptyCache(5);
        for (const [i, message] of messages.entries()) {
          cache = cacheStore(cache, message, i * 1000);
          cacheLookup(cache, message.question, i * 1000);
          expect(cache.size).toBeLessThanOrEqual(5);
          expect(cache.size).toBe(cache.buckets.reduce((sum, bucket) => sum + bucket.length, 0));
        }
      }),
    );
  });
});

test('nothing is answered beyond its TTL, and nothing that was not said', () => {
  const quick = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    ttl: fc.integer({ min: 0, max: 30 }),
    alias: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null }),
    after: fc.integer({ min: 0, max: 20_000 }),
  });
  fc.assert(
    fc.property(fc.array(quick, { minLength: 1, maxLength: 12 }), (told) => {
      let cache = emptyCache();
      let now = 0;
      const said: { readonly at: number; readonly record: ResourceRecord }[] = [];
      for (const { name, ttl, alias, after } of told) {
        now += after;
        const record = alias === null ? a(name, ttl, `192.0.2.${said.length}`) : cname(name, ttl, alias);
        cache = cacheStore(cache, response(name, 'A', { answers: [record] }), now);
        said.push({ at: now, record });
        for (const asked of ['a', 'b', 'c'])
          for (const { name: owner, ttl: left, data } of cacheLookup(cache, q(asked), now)?.records ?? []) {
            const sources = said.filter(
              ({ at, record }) =>
                record.name === owner &&
                JSON.stringify(record.data) === JSON.stringify(data) &&
                now < at + record.ttl * 1000 &&
                left === record.ttl - Math.floor((now - at) / 1000),
            );
            expect(sources).not.toEqual([]);
          }
      }
    }),
  );
});
