/**
 * Zone cuts a resolver knows (RFC 1034 §4.2.1): which servers a zone was delegated to, and the addresses that came
 * along as glue. Glue is for finding servers and nothing else; it never answers a question (RFC 2181 §5.4.1).
 */
import type { Millis } from '../base/time.ts';
import { MAX_TTL_SECONDS } from './cache.ts';
import {
  agedRecords,
  type CacheEntry,
  type CacheState,
  getEntry,
  putEntry,
  withOneTtl,
} from './cache-entries.ts';
import { parentName } from './names.ts';
import type { DomainName, ResourceRecord } from './types.ts';

/** Servers of one zone that count; whoever delegates to more has told enough. */
const MAX_SERVERS = 13;
/** Addresses of one server that count. */
const MAX_ADDRESSES = 4;

export interface ServerName {
  /** Empty when only its address is known. */
  readonly name: DomainName;
  /** Those known; a server without glue has none. */
  readonly addresses: readonly string[];
}

export interface Cut {
  readonly zone: DomainName;
  readonly servers: readonly ServerName[];
}

/** Names in an additional section that count. */
const MAX_ADDITIONAL = 20;

/** A cut from its NS records and addresses, which may be in any order and of other names too. */
export function cutOf(
  zone: DomainName,
  servers: readonly ResourceRecord[],
  glue: readonly ResourceRecord[],
): Cut {
  const names: DomainName[] = [];
  for (const { data } of servers)
    if (data.type === 'NS' && !names.includes(data.name) && names.length < MAX_SERVERS) names.push(data.name);
  return { zone, servers: names.map((name) => ({ name, addresses: addressesIn(glue, name) })) };
}

/** The addresses that these records give a name, each once. */
export function addressesIn(records: readonly ResourceRecord[], name: DomainName): readonly string[] {
  const addresses: string[] = [];
  for (const { name: owner, data } of records)
    if (owner === name && (data.type === 'A' || data.type === 'AAAA') && !addresses.includes(data.address))
      addresses.push(data.address);
  return addresses.slice(0, MAX_ADDRESSES);
}

/** Remembers a delegation for as long as its shortest-lived record. */
export function storeCut(
  cache: CacheState,
  zone: DomainName,
  servers: readonly ResourceRecord[],
  glue: readonly ResourceRecord[],
  nowMs: Millis,
): CacheState {
  const records = withOneTtl([...servers, ...glue], MAX_TTL_SECONDS);
  const expiresAtMs = nowMs + (records[0]?.ttl ?? 0) * 1000;
  const entry = {
    name: zone,
    type: 'CUT',
    kind: 'cut',
    records,
    soa: null,
    storedAtMs: nowMs,
    expiresAtMs,
  } as const;
  return putEntry(cache, entry, nowMs);
}

/** Addresses that came along with an answer: good for the additional section of ours and for nothing else. */
export function storeAdditional(
  cache: CacheState,
  records: readonly ResourceRecord[],
  nowMs: Millis,
): CacheState {
  let next = cache;
  const names = new Set<DomainName>();
  for (const { name, data } of records) if (data.type === 'A' || data.type === 'AAAA') names.add(name);
  for (const name of [...names].slice(0, MAX_ADDITIONAL)) {
    const own = records.filter((record) => record.name === name);
    const addresses = own.filter(({ data }) => data.type === 'A' || data.type === 'AAAA');
    const set = withOneTtl(addresses, MAX_TTL_SECONDS);
    const expiresAtMs = nowMs + set[0]!.ttl * 1000;
    const entry: CacheEntry = {
      name,
      type: 'ADDITIONAL',
      kind: 'cut',
      records: set,
      soa: null,
      storedAtMs: nowMs,
      expiresAtMs,
    };
    next = putEntry(next, entry, nowMs);
  }
  return next;
}

/** What {@link storeAdditional} remembers of a name. */
export function additionalOf(cache: CacheState, name: DomainName, nowMs: Millis): readonly ResourceRecord[] {
  const entry = getEntry(cache, name, 'ADDITIONAL', nowMs);
  return entry ? agedRecords(entry, nowMs) : [];
}

/** NS records and glue of the cut at or nearest above `name`, TTLs less the seconds passed; null when none is known. */
export function nearestCut(
  cache: CacheState,
  name: DomainName,
  nowMs: Millis,
): { readonly zone: DomainName; readonly records: readonly ResourceRecord[] } | null {
  for (let zone: DomainName | null = name; zone !== null; zone = parentName(zone)) {
    const entry = getEntry(cache, zone, 'CUT', nowMs);
    if (entry) return { zone, records: agedRecords(entry, nowMs) };
  }
  return null;
}
