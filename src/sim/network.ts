/** Who has which address, and how long octets take from one host to another. */
import { draw } from '../base/prng.ts';
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import type {
  Alteration,
  HostId,
  HostSpec,
  LinkQuality,
  LinkSpec,
  ProgramId,
  ProgramSpec,
  Scenario,
  What,
} from './types.ts';
import type { World } from './world-types.ts';

export interface ProgramEntry {
  readonly id: ProgramId;
  readonly spec: ProgramSpec;
  readonly host: HostSpec;
  /** The programs of its host, itself among them, by the names they have there. */
  readonly siblings: ReadonlyMap<string, ProgramEntry>;
  /** What the log says of each datagram that reaches it: one for all, for the log keeps every one. */
  readonly datagramArrived: What;
}

/** What the kernel looks up in a scenario, made once per scenario. */
export interface Topology {
  readonly hosts: ReadonlyMap<HostId, HostSpec>;
  readonly byAddress: ReadonlyMap<string, HostId>;
  readonly programs: ReadonlyMap<ProgramId, ProgramEntry>;
  /** Links by their two ends, both ways round. */
  readonly links: ReadonlyMap<HostId, ReadonlyMap<HostId, LinkSpec>>;
}

const topologies = new WeakMap<Scenario, Topology>();

export function topologyOf(scenario: Scenario): Topology {
  const known = topologies.get(scenario);
  if (known) return known;
  const hosts = new Map<HostId, HostSpec>();
  const byAddress = new Map<string, HostId>();
  const programs = new Map<ProgramId, ProgramEntry>();
  for (const host of scenario.hosts) {
    hosts.set(host.id, host);
    for (const address of host.addresses) byAddress.set(address, host.id);
    const siblings = new Map<string, ProgramEntry>();
    for (const spec of host.programs) {
      const id = `${host.id}/${spec.name}`;
      const entry = {
        id,
        spec,
        host,
        siblings,
        datagramArrived: { kind: 'datagram-arrived', program: id },
      } as const;
      siblings.set(spec.name, entry);
      programs.set(id, entry);
    }
  }
  const links = new Map(scenario.hosts.map(({ id }) => [id, new Map<HostId, LinkSpec>()]));
  for (const link of scenario.links) {
    const [a, b] = link.between;
    links.get(a)?.set(b, link);
    links.get(b)?.set(a, link);
  }
  const topology = { hosts, byAddress, programs, links };
  topologies.set(scenario, topology);
  return topology;
}

/** One key for both directions of a link. */
export const pairKey = (a: HostId, b: HostId): string => (a < b ? `${a}|${b}` : `${b}|${a}`);

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

const SAME_HOST: LinkQuality = { latencyMs: 0 };

export function hostWithAddress(topology: Topology, from: HostId, address: string): HostId | null {
  return isLoopback(address) ? from : (topology.byAddress.get(address) ?? null);
}

/** The address `host` sends from to `to`; null when it has none of that family. */
export function sourceAddress(host: HostSpec, to: string): string | null {
  if (isLoopback(to)) return to;
  const six = to.includes(':');
  return host.addresses.find((address) => address.includes(':') === six) ?? null;
}

const linkBetween = (scenario: Scenario, topology: Topology, a: HostId, b: HostId): LinkQuality =>
  a === b ? SAME_HOST : (topology.links.get(a)?.get(b) ?? scenario.defaultLink);

/** What arrives of octets that leave `from` for `to`: the same, unless somebody sits on the link. */
export function alteredOnPath(topology: Topology, from: HostId, to: HostId, octets: Octets): Octets {
  const alters = topology.links.get(from)?.get(to)?.alters ?? NO_ALTERATIONS;
  let arriving = octets;
  for (const { find, put } of alters) arriving = arriving.replaceAll(find, () => put) as Octets;
  return arriving;
}

const NO_ALTERATIONS: readonly Alteration[] = [];

export const pathIsUp = (world: World, from: HostId, to: HostId): boolean =>
  from === to || world.cut.size === 0 || !world.cut.has(pairKey(from, to));

/** Wait before the (tries+1)th transmission of the same thing (RFC 6298 §5.5 back-off). */
export const retransmitAfter = (tries: number): Millis => 1000 << Math.min(tries, 6);

/** Sent again so often without an answer, a connection counts as dead. */
export const MAX_RETRANSMITS = 8;

/** Octets of IP and TCP or UDP header that go with every packet. */
const HEADER_OCTETS = 40;

export interface Transit {
  readonly arrivesAt: Millis;
  /** Transmissions lost before this one. */
  readonly lost: number;
}

/**
 * When a packet of `size` octets sent now arrives. Draws from the world's word only on lossy links, and keeps the
 * link's direction busy for as long as the packet takes to leave.
 */
export function transit(
  world: World,
  scenario: Scenario,
  topology: Topology,
  from: HostId,
  to: HostId,
  size: number,
): Transit {
  const link = linkBetween(scenario, topology, from, to);
  let leaves = world.now;
  if (link.octetsPerSecond) {
    const key = `${from}>${to}`;
    leaves = Math.max(leaves, world.busyUntil.get(key) ?? 0);
    leaves += Math.ceil(((size + HEADER_OCTETS) * 1000) / link.octetsPerSecond);
    world.busyUntil.set(key, leaves);
  }
  let lost = 0;
  if (link.loss) {
    for (; lost < MAX_RETRANSMITS; lost++) {
      const [value, word] = draw(world.prng);
      world.prng = word;
      if (value >= link.loss) break;
      leaves += retransmitAfter(lost);
    }
  }
  return { arrivesAt: leaves + link.latencyMs, lost };
}
