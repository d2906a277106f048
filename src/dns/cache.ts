/**
 * Answers in a resolver's memory (RFC 1034 §3.6, RFC 2308 for negative ones) on simulated milliseconds. What they lie
 * in is `cache-entries.ts`; zone cuts in the same memory are in `cuts.ts`.
 */
import type { Millis } from '../base/time.ts';
import {
  agedRecords,
  agedSoa,
  type CacheEntry,
  type CacheState,
  entriesNear,
  entryAmong,
  putEntry,
  withOneTtl,
} from './cache-entries.ts';
import { type Chain, followAliases } from './chain.ts';
import { isSubdomain } from './names.ts';
import type {
  Answer,
  DnsMessage,
  DomainName,
  QueryType,
  Question,
  RecordType,
  ResourceRecord,
} from './types.ts';

export { type CacheEntry, type CacheState, emptyCache } from './cache-entries.ts';

/**
 * Longer TTLs count as this: a week for data, three hours for negative answers (RFC 2308 §5), as BIND does.
 */
export const MAX_TTL_SECONDS = 604_800;
const MAX_NEGATIVE_TTL_SECONDS = 10_800;
/** Aliases followed in one look-up. */
const MAX_ALIASES = 16;

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
    next = putEntry(next, dataEntry(alias.name, 'CNAME', [alias], nowMs), nowMs);
  if (chain.records.length > 0)
    return putEntry(next, dataEntry(chain.name, question.type, chain.records, nowMs), nowMs);
  const entry = negativeEntry(message, chain, nowMs);
  return entry ? putEntry(next, entry, nowMs) : next;
}

/** Remembers the records of one name and type, as the authority section of an answer has them. */
export const cacheRecords = (
  cache: CacheState,
  name: DomainName,
  type: RecordType,
  records: readonly ResourceRecord[],
  nowMs: Millis,
): CacheState => putEntry(cache, dataEntry(name, type, records, nowMs), nowMs);

function dataEntry(
  name: DomainName,
  type: QueryType,
  records: readonly ResourceRecord[],
  nowMs: Millis,
): CacheEntry {
  const set = withOneTtl(records, MAX_TTL_SECONDS);
  const expiresAtMs = nowMs + (set[0]?.ttl ?? 0) * 1000;
  return { name, type, kind: 'data', records: set, soa: null, storedAtMs: nowMs, expiresAtMs };
}

function negativeEntry(message: DnsMessage, { name }: Chain, nowMs: Millis): CacheEntry | null {
  const soa = negativeSoa(message, name);
  if (!soa) return null;
  const noName = message.rcode === 'NXDOMAIN';
  return {
    name,
    // The name's not existing counts whatever the type (RFC 2308 §5).
    type: noName ? 'NAME' : message.question.type,
    kind: noName ? 'noName' : 'noData',
    records: [],
    soa,
    storedAtMs: nowMs,
    expiresAtMs: nowMs + soa.ttl * 1000,
  };
}

/** The SOA that makes a negative answer about `name` one to remember, its TTL for how long (RFC 2308 §5). */
export function negativeSoa({ authority }: DnsMessage, name: DomainName): ResourceRecord | null {
  for (const { name: owner, ttl, data } of authority)
    if (data.type === 'SOA' && isSubdomain(name, owner))
      return { name: owner, ttl: Math.min(ttl, data.minimum, MAX_NEGATIVE_TTL_SECONDS), data };
  return null;
}

/** How far the cache goes with a question. */
export interface Followed {
  /** Aliases passed, then the records asked for. TTLs are less the whole seconds passed. */
  readonly records: readonly ResourceRecord[];
  /** Where the aliases lead; the question's own name without any. */
  readonly name: DomainName;
  /** Null: what `name` has must be asked. */
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | null;
  /** Of a negative answer. */
  readonly soa: ResourceRecord | null;
}

/** The answer as far as the cache has it, aliases followed; a circle of them has no end and so no rcode. */
export function cacheFollow(cache: CacheState, question: Question, nowMs: Millis): Followed {
  const records: ResourceRecord[] = [];
  const { type } = question;
  let { name } = question;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const near = entriesNear(cache, name);
    const entry = entryAmong(near, name, type, nowMs);
    const alias = entry || type === 'ANY' ? null : entryAmong(near, name, 'CNAME', nowMs);
    const noName = entryAmong(near, name, 'NAME', nowMs);
    // A name that exists again, or does no longer: the last answer heard is right.
    if (noName && noName.storedAtMs >= ((entry ?? alias)?.storedAtMs ?? -Infinity))
      return { records, name, rcode: 'NXDOMAIN', soa: agedSoa(noName, nowMs) };
    if (entry) {
      const whole = records.concat(agedRecords(entry, nowMs));
      return { records: whole, name, rcode: 'NOERROR', soa: agedSoa(entry, nowMs) };
    }
    const data = alias?.records[0]?.data;
    if (!alias || data?.type !== 'CNAME') break;
    records.push(...agedRecords(alias, nowMs));
    name = data.name;
  }
  return { records, name, rcode: null, soa: null };
}

/**
 * The answer as far as the cache can give it whole, aliases followed, TTLs less the whole seconds passed;
 * null when any part is missing or has expired.
 */
export function cacheLookup(cache: CacheState, question: Question, nowMs: Millis): Answer | null {
  const { rcode, records } = cacheFollow(cache, question, nowMs);
  return rcode === null ? null : { question, rcode, records };
}
