/** Zones by name, for answering without walking through all their records. */
import { isSubdomain, parentName } from './names.ts';
import type { DomainName, ResourceRecord, Zone, QueryType } from './types.ts';

export interface ZoneIndex {
  readonly origin: DomainName;
  /**
   * Every name that exists, those that only have names below them too (empty non-terminals, RFC 4592 §2.2.2).
   */
  readonly nodes: ReadonlyMap<DomainName, readonly ResourceRecord[]>;
  readonly soa: ResourceRecord | null;
}

/** Zones by origin. */
export type Catalog = ReadonlyMap<DomainName, ZoneIndex>;

// Zones are immutable data: the same object always has the same index, however often states are copied.
const indexes = new WeakMap<Zone, ZoneIndex>();
const catalogs = new WeakMap<readonly Zone[], Catalog>();

/** Zones by origin; of two with the same origin the first counts. */
export function catalogOf(zones: readonly Zone[]): Catalog {
  const known = catalogs.get(zones);
  if (known) return known;
  const catalog = new Map<DomainName, ZoneIndex>();
  for (const zone of zones) if (!catalog.has(zone.origin)) catalog.set(zone.origin, indexOf(zone));
  catalogs.set(zones, catalog);
  return catalog;
}

function indexOf(zone: Zone): ZoneIndex {
  const known = indexes.get(zone);
  if (known) return known;
  const nodes = new Map<DomainName, ResourceRecord[]>([[zone.origin, []]]);
  let soa: ResourceRecord | null = null;
  for (const record of zone.records) {
    if (!isSubdomain(record.name, zone.origin)) continue;
    if (record.data.type === 'SOA' && record.name === zone.origin) soa ??= record;
    let name: DomainName | null = record.name;
    const node = nodes.get(name);
    if (node) node.push(record);
    else nodes.set(name, [record]);
    for (name = parentName(name); name !== null && !nodes.has(name); name = parentName(name)) {
      if (!isSubdomain(name, zone.origin)) break;
      nodes.set(name, []);
    }
  }
  const index: ZoneIndex = { origin: zone.origin, nodes, soa };
  indexes.set(zone, index);
  return index;
}

/** The zone with the longest origin that `name` is in (RFC 1034 §4.3.2 step 2). */
export function zoneFor(catalog: Catalog, name: DomainName): ZoneIndex | null {
  for (let at: DomainName | null = name; at !== null; at = parentName(at)) {
    const zone = catalog.get(at);
    if (zone) return zone;
  }
  return null;
}

export const recordsOfType = (
  records: readonly ResourceRecord[],
  type: QueryType,
): readonly ResourceRecord[] => records.filter((record) => record.data.type === type);

/**
 * What a zone has at a name (RFC 1034 §4.3.2 step 3): the records of the name or of the wildcard that stands
 * for it, a delegation when the name is at or below a zone cut, or nothing.
 */
export type Found =
  | { readonly kind: 'node'; readonly records: readonly ResourceRecord[] }
  | { readonly kind: 'delegation'; readonly servers: readonly ResourceRecord[] }
  | { readonly kind: 'nothing' };

export function findName(zone: ZoneIndex, name: DomainName): Found {
  let cut: readonly ResourceRecord[] = [];
  let encloser: DomainName | null = null;
  for (let at: DomainName | null = name; at !== null && at !== zone.origin; at = parentName(at)) {
    const node = zone.nodes.get(at);
    if (!node) continue;
    encloser ??= at;
    const servers = recordsOfType(node, 'NS');
    // The cut nearest to the origin counts: what lies below it is another server's.
    if (servers.length > 0) cut = servers;
  }
  if (cut.length > 0) return { kind: 'delegation', servers: cut };
  const node = zone.nodes.get(name);
  if (node) return { kind: 'node', records: node };
  // RFC 4592 §3.3.1: only the wildcard directly below the closest name that exists can stand for it.
  encloser ??= zone.origin;
  const wildcard = zone.nodes.get(encloser === '' ? '*' : `*.${encloser}`);
  if (!wildcard) return { kind: 'nothing' };
  return { kind: 'node', records: wildcard.map((record) => ({ ...record, name })) };
}
