/**
 * What a resolver's memory is made of. Plain data: entries lie in a fixed number of buckets by the hash of their name,
 * so storing copies one bucket and looking up reads one.
 */
import { hashText } from '../base/prng.ts';
import type { Millis } from '../base/time.ts';
import type { DomainName, QueryType, ResourceRecord } from './types.ts';

const BUCKETS = 64;
const DEFAULT_CAPACITY = 1024;

/** Of which type; or `NAME`: whether the name exists at all, `CUT`: a zone cut there, `ADDITIONAL`: what came along. */
export type EntryType = QueryType | 'NAME' | 'CUT' | 'ADDITIONAL';

/**
 * The records of one name and type, or the fact that there are none (`records` empty), or that there is no
 * such name; or, as `cut`, what is no answer to anything: the NS and glue of a zone cut, additional addresses.
 */
export interface CacheEntry {
  readonly name: DomainName;
  readonly type: EntryType;
  readonly kind: 'data' | 'noData' | 'noName' | 'cut';
  readonly records: readonly ResourceRecord[];
  /** Of a negative answer, with the TTL of that answer (RFC 2308 §5). */
  readonly soa: ResourceRecord | null;
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

const bucketOf = (name: DomainName): number => hashText(name) % BUCKETS;

/** Keeps an entry in the place of the one with its key; when the cache is full, what expires soonest goes. */
export function putEntry(cache: CacheState, entry: CacheEntry, nowMs: Millis): CacheState {
  if (entry.expiresAtMs <= nowMs) return cache;
  const index = bucketOf(entry.name);
  const old = cache.buckets[index]!;
  const bucket = old.filter((one) => !isOf(one, entry.name, entry.type) && one.expiresAtMs > nowMs);
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

const isOf = (entry: CacheEntry, name: DomainName, type: EntryType): boolean =>
  entry.type === type && entry.name === name;

/** The entry of this name and type, if its time is not over. */
export const getEntry = (
  cache: CacheState,
  name: DomainName,
  type: EntryType,
  nowMs: Millis,
): CacheEntry | null => entryAmong(entriesNear(cache, name), name, type, nowMs);

/** All entries of this name, and others: for who looks for several types of it. */
export const entriesNear = (cache: CacheState, name: DomainName): readonly CacheEntry[] =>
  cache.buckets[bucketOf(name)]!;

/** As {@link getEntry}, among these. */
export function entryAmong(
  entries: readonly CacheEntry[],
  name: DomainName,
  type: EntryType,
  nowMs: Millis,
): CacheEntry | null {
  for (const entry of entries) if (isOf(entry, name, type)) return entry.expiresAtMs > nowMs ? entry : null;
  return null;
}

const aged = (record: ResourceRecord, seconds: number): ResourceRecord => ({
  name: record.name,
  ttl: record.ttl - seconds,
  data: record.data,
});

/** The entry's records, their TTLs less the whole seconds they have been here. */
export function agedRecords(entry: CacheEntry, nowMs: Millis): readonly ResourceRecord[] {
  const seconds = Math.floor((nowMs - entry.storedAtMs) / 1000);
  return seconds === 0 ? entry.records : entry.records.map((record) => aged(record, seconds));
}

/** The same for the SOA of a negative answer. */
export function agedSoa(entry: CacheEntry, nowMs: Millis): ResourceRecord | null {
  const seconds = Math.floor((nowMs - entry.storedAtMs) / 1000);
  return entry.soa && seconds > 0 ? aged(entry.soa, seconds) : entry.soa;
}

/** RFC 2181 §5.2: records of one set have one TTL; if not, the lowest, and never more than `max` seconds. */
export function withOneTtl(records: readonly ResourceRecord[], max: number): readonly ResourceRecord[] {
  let ttl = max;
  for (const record of records) ttl = Math.min(ttl, record.ttl);
  return records.map((record) =>
    record.ttl === ttl ? record : { name: record.name, ttl, data: record.data },
  );
}
