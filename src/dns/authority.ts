/**
 * Answers from zones a server is responsible for (RFC 1034 §4.3.2 without recursion; RFC 2308 for negative
 * ones).
 */
import type { DnsMessage, DomainName, QueryType, Rcode, RecordType, ResourceRecord, Zone } from './types.ts';
import { namedHosts } from './records.ts';
import { type Catalog, catalogOf, findName, recordsOfType, type ZoneIndex, zoneFor } from './zone-index.ts';

/** Aliases followed in one answer: a chain may be endless on purpose. */
const MAX_ALIASES = 16;

/** Sections of an answer under construction. */
interface Found {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
}

/**
 * The answer to a query: AA and data, NODATA or NXDOMAIN with the SOA, a referral below a zone cut, or
 * REFUSED for names in none of the zones. Aliases are followed as far as these zones go, wildcards stand in
 * (RFC 4592), NS records of the zone come in the authority section and addresses of mail and name servers in
 * the additional section. RA is never set: who recurses sets it. A message that is itself a response must not
 * be answered; that is the caller's to see. `minimal` leaves the NS records of the zone out where the client wants
 * recursion and so has no use for them: BIND's `minimal-responses no-auth-recursive`, its default since 9.12.
 */
export function answerAuthoritatively(
  zones: readonly Zone[],
  query: DnsMessage,
  minimal: boolean = false,
): DnsMessage {
  const catalog = catalogOf(zones);
  const found = answerQuestion(catalog, query.question, minimal && query.recursionDesired);
  return {
    id: query.id,
    response: true,
    authoritative: found.authoritative,
    truncated: false,
    recursionDesired: query.recursionDesired,
    recursionAvailable: false,
    rcode: found.rcode,
    question: query.question,
    answers: found.answers,
    authority: found.authority,
    additional: addressesFor(catalog, found, query.question.type),
  };
}

function answerQuestion(
  catalog: Catalog,
  { name: asked, type }: DnsMessage['question'],
  bare: boolean,
): Found {
  const answers: ResourceRecord[] = [];
  const followed = new Set<DomainName>();
  let name = asked;
  for (;;) {
    const zone = zoneFor(catalog, name);
    // After an alias the names so far are an answer, though another server must be asked for the rest.
    const alias = answers.length > 0;
    if (!zone) return { rcode: alias ? 'NOERROR' : 'REFUSED', authoritative: alias, answers, authority: [] };
    const found = findName(zone, name);
    if (found.kind === 'delegation')
      return { rcode: 'NOERROR', authoritative: alias, answers, authority: found.servers };
    // RFC 2308 §2.1: the code tells of the last name of the chain.
    if (found.kind === 'nothing')
      return { rcode: 'NXDOMAIN', authoritative: true, answers, authority: negative(zone) };
    const wanted = type === 'ANY' ? found.records : recordsOfType(found.records, type);
    if (wanted.length > 0) {
      answers.push(...wanted);
      const shown = bare || (name === zone.origin && (type === 'NS' || type === 'ANY'));
      return { rcode: 'NOERROR', authoritative: true, answers, authority: shown ? [] : nameServers(zone) };
    }
    const cname = found.records.find((record) => record.data.type === 'CNAME');
    if (cname?.data.type !== 'CNAME')
      return { rcode: 'NOERROR', authoritative: true, answers, authority: negative(zone) };
    answers.push(cname);
    followed.add(name);
    name = cname.data.name;
    if (followed.has(name) || followed.size > MAX_ALIASES)
      return { rcode: 'NOERROR', authoritative: true, answers, authority: [] };
  }
}

/** The SOA of a negative answer; its TTL says how long the answer holds (RFC 2308 §3). */
function negative({ soa }: ZoneIndex): readonly ResourceRecord[] {
  if (soa?.data.type !== 'SOA') return [];
  return [{ ...soa, ttl: Math.min(soa.ttl, soa.data.minimum) }];
}

const nameServers = (zone: ZoneIndex): readonly ResourceRecord[] =>
  recordsOfType(zone.nodes.get(zone.origin) ?? [], 'NS');

const ADDRESS_TYPES: readonly RecordType[] = ['A', 'AAAA'];

/**
 * Addresses of the mail and name servers an answer names, as far as our zones know them (RFC 1035 §3.3.9,
 * §3.3.11): first every A, then every AAAA, as BIND has them.
 */
function addressesFor(catalog: Catalog, found: Found, type: QueryType): readonly ResourceRecord[] {
  // An answer to ANY is long enough, thinks BIND; a referral is nothing without them.
  const targets = namedHosts(type === 'ANY' ? found.authority : [...found.answers, ...found.authority]);
  if (targets.length === 0) return [];
  const hosts = targets.map((target) => hostRecords(catalog, target));
  const answered = new Set(found.answers);
  return ADDRESS_TYPES.flatMap((type) =>
    hosts.flatMap((records) =>
      records.filter((record) => record.data.type === type && !answered.has(record)),
    ),
  );
}

/** Records at a host's name; below a zone cut too, where they are glue (RFC 1034 §4.2.1). */
function hostRecords(catalog: Catalog, name: DomainName): readonly ResourceRecord[] {
  const zone = zoneFor(catalog, name);
  if (!zone) return [];
  const found = findName(zone, name);
  if (found.kind === 'node') return found.records;
  return found.kind === 'delegation' ? (zone.nodes.get(name) ?? []) : [];
}
