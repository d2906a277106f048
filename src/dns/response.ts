/**
 * What the answer of a name server means to the resolver that asked it (RFC 1034 §5.3.3 step 4), with no more belief
 * than its zone deserves: nothing it says of names outside that zone counts (RFC 2181 §5.4.1, RFC 5452 §6).
 */
import { negativeSoa } from './cache.ts';
import { followAliases } from './chain.ts';
import { isSubdomain } from './names.ts';
import type { DnsMessage, DomainName, ResourceRecord } from './types.ts';

/** Aliases one answer may lead through. */
const MAX_ALIASES = 16;

/** What a response comes to; its records are those that the zone may speak of. */
export type Reading =
  /**
   * Aliases and the records asked for; and of what came along, the NS of the answer's zone (a server with authority
   * said them) and addresses.
   */
  | {
      readonly kind: 'data';
      readonly records: readonly ResourceRecord[];
      readonly servers: readonly ResourceRecord[];
      readonly additional: readonly ResourceRecord[];
    }
  /** Aliases to `name`, of which this server says nothing that counts: it must be asked for elsewhere. */
  | { readonly kind: 'alias'; readonly records: readonly ResourceRecord[]; readonly name: DomainName }
  /** Aliases, and then no such name or no such data; without `soa` it is not to be remembered (RFC 2308 §5). */
  | {
      readonly kind: 'negative';
      readonly rcode: 'NOERROR' | 'NXDOMAIN';
      readonly records: readonly ResourceRecord[];
      readonly soa: ResourceRecord | null;
    }
  /** The servers of a zone below, towards the name (RFC 1034 §4.3.1). */
  | {
      readonly kind: 'referral';
      readonly zone: DomainName;
      readonly servers: readonly ResourceRecord[];
      readonly glue: readonly ResourceRecord[];
    }
  /** More than a datagram holds: ask again over TCP (RFC 2181 §9, RFC 7766 §5). */
  | { readonly kind: 'truncated' }
  /** It does not serve the zone it was delegated (RFC 1912 §2.8), or says things that help nobody. */
  | { readonly kind: 'lame' }
  /** SERVFAIL, REFUSED and the like: another server may do better. */
  | { readonly kind: 'failed' };

const LAME: Reading = { kind: 'lame' };

/** Reads the response of a server of `zone`. The message must answer the question that was asked; the caller sees to that. */
export function readResponse(message: DnsMessage, zone: DomainName): Reading {
  if (message.truncated) return { kind: 'truncated' };
  const { rcode, question, authoritative } = message;
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return { kind: 'failed' };
  const own = message.answers.filter(({ name }) => isSubdomain(name, zone));
  const { aliases, name, records } = followAliases(question, own);
  if (records.length > 0)
    return { kind: 'data', records: [...aliases, ...records], ...alongside(message, name, zone) };
  // What an alias leads to outside the zone is not this server's to tell, nor is a chain without end.
  if (aliases.length > 0 && (!isSubdomain(name, zone) || aliases.length >= MAX_ALIASES))
    return { kind: 'alias', records: aliases, name };
  const soa = soaWithin(message, name, zone);
  if (rcode === 'NXDOMAIN')
    return authoritative || soa ? { kind: 'negative', rcode, records: aliases, soa } : LAME;
  if (soa) return { kind: 'negative', rcode, records: aliases, soa };
  const referral = referralIn(message, name, zone);
  if (aliases.length > 0) return { kind: 'alias', records: aliases, name };
  if (referral) return referral;
  // RFC 2308 §2.2.1: no SOA and no NS, and yet an answer, if the server has authority.
  const empty = authoritative && !message.authority.some(({ data }) => data.type === 'NS');
  return empty ? { kind: 'negative', rcode, records: aliases, soa: null } : LAME;
}

function alongside(message: DnsMessage, name: DomainName, zone: DomainName) {
  const servers = message.authority.filter(
    ({ name: owner, data }) =>
      message.authoritative && data.type === 'NS' && isSubdomain(owner, zone) && isSubdomain(name, owner),
  );
  const owner = servers[0]?.name;
  return {
    servers: servers.filter((record) => record.name === owner),
    additional: message.additional.filter((record) => isSubdomain(record.name, zone)),
  };
}

function soaWithin(message: DnsMessage, name: DomainName, zone: DomainName): ResourceRecord | null {
  const soa = negativeSoa(message, name);
  return soa && isSubdomain(soa.name, zone) ? soa : null;
}

/** The referral in the authority section: one that leads down from the zone, towards the name. */
function referralIn(message: DnsMessage, name: DomainName, zone: DomainName): Reading | null {
  const first = message.authority.find(
    ({ name: owner, data }) =>
      data.type === 'NS' && owner !== zone && isSubdomain(owner, zone) && isSubdomain(name, owner),
  );
  if (!first) return null;
  const servers = message.authority.filter(
    ({ name: owner, data }) => data.type === 'NS' && owner === first.name,
  );
  const names = new Set(servers.map(({ data }) => (data.type === 'NS' ? data.name : '')));
  const glue = message.additional.filter(
    ({ name: owner, data }) =>
      (data.type === 'A' || data.type === 'AAAA') && names.has(owner) && isSubdomain(owner, zone),
  );
  return { kind: 'referral', zone: first.name, servers, glue };
}
