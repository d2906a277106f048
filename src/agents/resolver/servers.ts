/** Whom to ask: the zone nearest to a name whose servers are known, and the best of them. */
import type { Millis } from '../../base/time.ts';
import { cacheLookup } from '../../dns/cache.ts';
import { addressesIn, type Cut, cutOf, nearestCut, type ServerName } from '../../dns/cuts.ts';
import { sameQuestion } from '../../dns/known.ts';
import { isSubdomain } from '../../dns/names.ts';
import type { DomainName, Question } from '../../dns/types.ts';
import type { HostSpec } from '../../sim/types.ts';
import type { CachingResolverConfig, CachingResolverState, Job, Shunned, Tried } from './types.ts';

/** Times one server is asked for one thing. */
const MAX_TRIES = 3;
/** How long a server that did not answer comes last. */
const SILENT_MS: Millis = 60_000;
/** How long a lame one does: BIND's old `lame-ttl`. */
const LAME_MS: Millis = 600_000;
const MAX_SHUNNED = 200;

/** The zone nearest above `name` whose servers are known by configuration or from the cache; null without any. */
export function knownCut(state: CachingResolverState, name: DomainName, nowMs: Millis): Cut | null {
  const fixed = configuredCut(state.config, name);
  const cached = nearestCut(state.cache, name, nowMs);
  if (!cached || (fixed && fixed.zone.length >= cached.zone.length)) return fixed;
  return cutOf(cached.zone, cached.records, cached.records);
}

/** The deepest configured zone above `name`: a stub zone, or the root of the hints. */
export function configuredCut({ servers, roots = [] }: CachingResolverConfig, name: DomainName): Cut | null {
  let best: DomainName | null = null;
  for (const zone of Object.keys(servers))
    if (isSubdomain(name, zone) && (best === null || zone.length > best.length)) best = zone;
  if (best !== null) return { zone: best, servers: [{ name: '', addresses: [servers[best]!] }] };
  return roots.length > 0 ? { zone: '', servers: roots } : null;
}

/** The families of address this host can send to. */
export const familiesOf = (host: HostSpec): readonly ('A' | 'AAAA')[] => {
  const six = host.addresses.some((address) => address.includes(':'));
  const four = host.addresses.some((address) => !address.includes(':'));
  return [...(four ? (['A'] as const) : []), ...(six ? (['AAAA'] as const) : [])];
};

export type Choice =
  | { readonly kind: 'ask'; readonly server: string }
  /** The address of a server must be found first. */
  | { readonly kind: 'find'; readonly question: Question }
  | { readonly kind: 'none' };

/**
 * The next server for a job: one not asked yet, those that lately failed last; then one whose address is still to be
 * found; then another round of those that were silent.
 */
export function chooseServer(
  state: CachingResolverState,
  job: Job,
  cut: Cut,
  host: HostSpec,
  nowMs: Millis,
): Choice {
  const families = familiesOf(host);
  let best: { readonly server: string; readonly rank: number } | null = null;
  for (const server of cut.servers)
    for (const address of addressesOf(state, server, families, nowMs)) {
      const tried = triedOf(job, address);
      if (tried.barred || tried.times >= MAX_TRIES) continue;
      const rank = 4 * tried.times + shunRank(state, address, cut.zone, nowMs);
      if (!best || rank < best.rank) best = { server: address, rank };
    }
  if (best && best.rank === 0) return { kind: 'ask', server: best.server };
  const question = unknownAddress(state, job, cut, families, nowMs);
  if (question) return { kind: 'find', question };
  return best ? { kind: 'ask', server: best.server } : { kind: 'none' };
}

/** What to look up to find another server: of one without any known address, the first family not sought yet. */
function unknownAddress(
  state: CachingResolverState,
  job: Job,
  cut: Cut,
  families: readonly ('A' | 'AAAA')[],
  nowMs: Millis,
): Question | null {
  for (const server of cut.servers) {
    const { name } = server;
    if (name === '' || addressesOf(state, server, families, nowMs).length > 0) continue;
    const type = families.find(
      (family) => !job.sought.some((one) => sameQuestion(one, { name, type: family })),
    );
    if (type) return { name, type };
  }
  return null;
}

function addressesOf(
  { cache }: CachingResolverState,
  { name, addresses }: ServerName,
  families: readonly ('A' | 'AAAA')[],
  nowMs: Millis,
): readonly string[] {
  const usable = addresses.filter((address) => families.includes(address.includes(':') ? 'AAAA' : 'A'));
  if (usable.length > 0 || name === '') return usable;
  return families.flatMap((type) => {
    const answer = cacheLookup(cache, { name, type }, nowMs);
    // An alias is no name for a server (RFC 2181 §10.3): only its own addresses count.
    return answer ? addressesIn(answer.records, name) : [];
  });
}

export const triedOf = ({ tried }: Job, address: string): Tried =>
  tried.find(({ id }) => id === address) ?? { id: address, times: 0, barred: false };

function shunRank(
  { shunned }: CachingResolverState,
  address: string,
  zone: DomainName,
  nowMs: Millis,
): number {
  let rank = 0;
  for (const { id, untilMs } of shunned) {
    if (untilMs <= nowMs) continue;
    if (id === address) rank = Math.max(rank, 1);
    if (id === `${address} ${zone}`) rank = 2;
  }
  return rank;
}

/** Remembers for a while that a server was silent. */
export const shunSilent = (shunned: readonly Shunned[], address: string, nowMs: Millis): readonly Shunned[] =>
  withShunned(shunned, { id: address, untilMs: nowMs + SILENT_MS }, nowMs);

/** Remembers for a while that a server does not serve a zone. */
export const shunLame = (
  shunned: readonly Shunned[],
  address: string,
  zone: DomainName,
  nowMs: Millis,
): readonly Shunned[] => withShunned(shunned, { id: `${address} ${zone}`, untilMs: nowMs + LAME_MS }, nowMs);

function withShunned(shunned: readonly Shunned[], added: Shunned, nowMs: Millis): readonly Shunned[] {
  const kept = shunned.filter(({ id, untilMs }) => id !== added.id && untilMs > nowMs);
  return [...kept.slice(-(MAX_SHUNNED - 1)), added];
}

/** It answered: whatever was held against it as silent is forgotten. */
export const forgive = (shunned: readonly Shunned[], address: string): readonly Shunned[] =>
  shunned.some(({ id }) => id === address) ? shunned.filter(({ id }) => id !== address) : shunned;
