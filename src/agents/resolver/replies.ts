/** What a resolver says to its clients. */
import type { Millis } from '../../base/time.ts';
import { cacheLookup } from '../../dns/cache.ts';
import { additionalOf, nearestCut } from '../../dns/cuts.ts';
import { parentName } from '../../dns/names.ts';
import { namedHosts } from '../../dns/records.ts';
import type { DnsMessage, ResourceRecord } from '../../dns/types.ts';
import type { ProgramEffect } from '../../sim/types.ts';
import { answerTo } from '../dns-sessions.ts';
import { configuredCut } from './servers.ts';
import type { Asker, CachingResolverState, Outcome } from './types.ts';

type Content = Pick<DnsMessage, 'rcode' | 'answers' | 'authority' | 'additional'>;

function say({ client, query }: Asker, content: Content, effects: ProgramEffect[]): void {
  const message: DnsMessage = {
    id: query.id,
    response: true,
    authoritative: false,
    truncated: false,
    recursionDesired: query.recursionDesired,
    recursionAvailable: true,
    rcode: content.rcode,
    question: query.question,
    answers: content.answers,
    authority: content.authority,
    additional: content.additional,
  };
  answerTo(client, message, effects);
}

/**
 * The answer to a question; a negative one brings its SOA, so that the client may remember it too (RFC 2308 §6), a
 * positive one what is known of the servers it names, and unless `minimal` the servers of its zone.
 */
export function sayOutcome(
  state: CachingResolverState,
  asker: Asker,
  { rcode, records, soa }: Outcome,
  nowMs: Millis,
  effects: ProgramEffect[],
): void {
  // BIND's `no-auth-recursive`: who wants no recursion is told of the servers.
  const minimal = state.config.minimal && asker.query.recursionDesired;
  const authority = soa ? [soa] : minimal ? [] : zoneServers(state, records, nowMs);
  const naming = asker.query.question.type === 'ANY' ? authority : [...records, ...authority];
  const additional = addressesFor(state, naming, nowMs);
  say(asker, { rcode, answers: records, authority, additional }, effects);
}

/** The NS records of the zone that the last answer is in; none when they are the answer. */
function zoneServers(
  { cache }: CachingResolverState,
  records: readonly ResourceRecord[],
  nowMs: Millis,
): readonly ResourceRecord[] {
  const last = records.at(-1);
  if (!last) return [];
  for (let zone: string | null = last.name; zone !== null; zone = parentName(zone)) {
    const servers = cacheLookup(cache, { name: zone, type: 'NS' }, nowMs)?.records ?? [];
    if (servers.length > 0)
      return records.some(({ name, data }) => data.type === 'NS' && name === zone) ? [] : servers;
  }
  return [];
}

/** Every A, then every AAAA of the hosts these records name, as far as it is known without asking. */
function addressesFor(
  { cache }: CachingResolverState,
  records: readonly ResourceRecord[],
  nowMs: Millis,
): readonly ResourceRecord[] {
  const hosts = namedHosts(records);
  if (hosts.length === 0) return [];
  return (['A', 'AAAA'] as const).flatMap((type) =>
    hosts.flatMap((name) => {
      const answer = cacheLookup(cache, { name, type }, nowMs);
      const known = answer ? answer.records : additionalOf(cache, name, nowMs);
      return known.filter((record) => record.name === name && record.data.type === type);
    }),
  );
}

/**
 * The answer to who does not want recursion and asks what is not in the cache: a referral to the nearest servers known
 * (RFC 1034 §4.3.1). REFUSED where only addresses are configured, which a referral can't give.
 */
export function sayReferral(
  state: CachingResolverState,
  asker: Asker,
  nowMs: Millis,
  effects: ProgramEffect[],
): void {
  const cached = nearestCut(state.cache, asker.query.question.name, nowMs);
  const records = cached ? cached.records : hints(state);
  const authority = records.filter(({ data }) => data.type === 'NS');
  const additional = records.filter(({ data }) => data.type !== 'NS');
  say(
    asker,
    { rcode: authority.length > 0 ? 'NOERROR' : 'REFUSED', answers: [], authority, additional },
    effects,
  );
}

/** named.root gives its records six days. */
const HINT_TTL_SECONDS = 518_400;

function hints({ config }: CachingResolverState): readonly ResourceRecord[] {
  const root = configuredCut(config, '');
  return (root?.servers ?? []).flatMap(({ name, addresses }): readonly ResourceRecord[] => {
    if (name === '') return [];
    const ttl = HINT_TTL_SECONDS;
    return [
      { name: '', ttl, data: { type: 'NS', name } },
      ...addresses.map((address): ResourceRecord => {
        const type = address.includes(':') ? 'AAAA' : 'A';
        return { name, ttl, data: { type, address } };
      }),
    ];
  });
}
