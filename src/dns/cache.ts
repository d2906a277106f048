/**
 * A resolver's memory (RFC 1034 §3.6, RFC 2308 for negative answers) on simulated milliseconds. Plain data:
 * entries lie in a fixed number of buckets by the hash of their key, so storing copies one bucket and looking
 * up reads one.
 */
import { hashText } from '../base/prng.ts';
import type { Millis } from '../base/time.ts';
import { type Chain, followAliases } from './chain.ts';
import { isSubdomain } from './names.ts';
import type { Answer, DnsMessage, DomainName, QueryType, Question, ResourceRecord } from './types.ts';

const BUCKETS = 64;
const DEFAULT_CAPACITY = 1024;
/**
 * Longer TTLs count as this: a week for data, three hours for negative answers (RFC 2308 §5), as BIND does.
 */
const MAX_TTL_SECONDS = 604_800;
const MAX_NEGATIVE_TTL_SECONDS = 10_800;
/** Aliases followed in one look-up. */
const MAX_ALIASES = 16;

/**
 * The records of one name and type, or the fact that there are none (`records` empty), or that there is no
 * such name.
 */
export interface CacheEntry {
  readonly key: string;
  readonly kind: 'data' | 'noData' | 'noName';
  readonly records: readonly ResourceRecord[];
  readonly storedAtMs: Millis;
  /** From this instant on the entry does not count. */
  readonly expiresAtMs: Millis;
}

export interface CacheState {
  readonly capacity: number;
  /** Number of entries in all buckets. */
  readonly size: number;
  /** Each sorted by expiry, soonest first. */
  readonly buckets: readonly (readonly CacheEntry[])[];
}

/** An empty cache for at most `capacity` entries (names with one type each). */
export const emptyCache = (capacity: number = DEFAULT_CAPACITY): CacheState => ({
  capacity: Math.max(1, capacity),
  size: 0,
  buckets: new Array<readonly CacheEntry[]>(BUCKETS).fill([]),
});

/**
 * What a name has of one type; `NAME` stands for the name's not existing, whatever the type (RFC 2308 §5).
 */
const keyOf = (name: DomainName, type: QueryType | 'NAME'): string => `${name} ${type}`;

const bucketOf = (key: string): number => hashText(key) % BUCKETS;

/**
 * Remembers what a response says of its question: aliases, data, or with an SOA that there is none. Errors,
 * truncated messages, records nobody asked for and negative answers without an SOA are not remembered (RFC
 * 2308 §5, RFC 2181 §9).
 */
export function cacheStore(cache: CacheState, message: DnsMessage, nowMs: Millis): CacheState {
  const { rcode, question } = message;
  if (!message.response || message.truncated || (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN')) return cache;
  const chain = followAliases(question, message.answers);
  let next = cache;
  for (const alias of chain.aliases)
    next = put(next, dataEntry(keyOf(alias.name, 'CNAME'), [alias], nowMs), nowMs);
  if (chain.records.length > 0)
    return put(next, dataEntry(keyOf(chain.name, question.type), chain.records, nowMs), nowMs);
  const entry = negativeEntry(message, chain, nowMs);
  return entry ? put(next, entry, nowMs) : next;
}

function dataEntry(key: string, records: readonly ResourceRecord[], nowMs: Millis): CacheEntry {
  // RFC 2181 §5.2: records of one set have one TTL; if not, the lowest.
  let ttl = MAX_TTL_SECONDS;
  for (const record of records) ttl = Math.min(ttl, record.ttl);
  const aged = records.map((record) => (record.ttl === ttl ? record : { ...record, ttl }));
  return { key, kind: 'data', records: aged, storedAtMs: nowMs, expiresAtMs: nowMs + ttl * 1000 };
}

function negativeEntry(message: DnsMessage, { name }: Chain, nowMs: Millis): CacheEntry | null {
  for (const { name: owner, ttl: soaTtl, data } of message.authority) {
    if (data.type !== 'SOA' || !isSubdomain(name, owner)) continue;
    const ttl = Math.min(soaTtl, data.minimum, MAX_NEGATIVE_TTL_SECONDS);
    const noName = message.rcode === 'NXDOMAIN';
    return {
      key: keyOf(name, noName ? 'NAME' : message.question.type),
      kind: noName ? 'noName' : 'noData',
      records: [],
      storedAtMs: nowMs,
      expiresAtMs: nowMs + ttl * 1000,
    };
  }
  return null;
}

function put(cache: CacheState, entry: CacheEntry, nowMs: Millis): CacheState {
  if (entry.expiresAtMs <= nowMs) return cache;
  const index = bucketOf(entry.key);
  const old = cache.buckets[index]!;
  const bucket = old.filter(({ key, expiresAtMs }) => key !== entry.key && expiresAtMs > nowMs);
  let place = bucket.length;
  while (place > 0 && bucket[place - 1]!.expiresAtMs > entry.expiresAtMs) place--;
  bucket.splice(place, 0, entry);
  const buckets = cache.buckets.slice();
  buckets[index] = bucket;
  let size = cache.size - old.length + bucket.length;
  for (; size > cache.capacity; size--) evictSoonest(buckets);
  return { capacity: cache.capacity, size, buckets };
}

/** Drops the entry that expires soonest of all: the first of its bucket. */
function evictSoonest(buckets: (readonly CacheEntry[])[]): void {
  let soonest = -1;
  for (let i = 0; i < buckets.length; i++) {
    const first = buckets[i]![0];
    if (first && (soonest < 0 || first.expiresAtMs < buckets[soonest]![0]!.expiresAtMs)) soonest = i;
  }
  if (soonest >= 0) buckets[soonest] = buckets[soonest]!.slice(1);
}

/**
 * The answer as far as the cache can give it whole, aliases followed, TTLs less the whole seconds passed;
 * null when any part is missing or has expired.
 */
export function cacheLookup(cache: CacheState, question: Question, nowMs: Millis): Answer | null {
  const records: ResourceRecord[] = [];
  let name = question.name;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const entry = get(cache, keyOf(name, question.type), nowMs);
    const alias = entry || question.type === 'ANY' ? null : get(cache, keyOf(name, 'CNAME'), nowMs);
    const noName = get(cache, keyOf(name, 'NAME'), nowMs);
    // A name that exists again, or does no longer: the last answer heard is right.
    if (noName && noName.storedAtMs >= ((entry ?? alias)?.storedAtMs ?? -Infinity))
      return { question, rcode: 'NXDOMAIN', records };
    if (entry) return { question, rcode: 'NOERROR', records: records.concat(agedRecords(entry, nowMs)) };
    const data = alias?.records[0]?.data;
    if (!alias || data?.type !== 'CNAME') return null;
    records.push(...agedRecords(alias, nowMs));
    name = data.name;
  }
  return null;
}

function get(cache: CacheState, key: string, nowMs: Millis): CacheEntry | null {
  for (const entry of cache.buckets[bucketOf(key)]!)
    if (entry.key === key) return entry.expiresAtMs > nowMs ? entry : null;
  return null;
}

function agedRecords({ records, storedAtMs }: CacheEntry, nowMs: Millis): readonly ResourceRecord[] {
  const seconds = Math.floor((nowMs - storedAtMs) / 1000);
  return seconds === 0 ? records : records.map((record) => ({ ...record, ttl: record.ttl - seconds }));
}
