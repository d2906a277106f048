/**
 * A scenario that somebody from outside the simulation visits: with a host for the visitor, on a clock that shows the
 * visitor's day. `npm run serve` plays it, and the page plays it again from a recording.
 */
import type { Millis } from '../base/time.ts';
import type { HostId, HostSpec, ProgramId, Scenario } from '../sim/types.ts';
import type { ServiceConfig } from './smtp-policy.ts';

export interface Visiting {
  /** Host whose servers are visited. */
  readonly at: HostId;
  /** IP address that the visitor comes from. */
  readonly from: string;
  /** The MSA on 587 lets clients log in before TLS. */
  readonly plainAuth: boolean;
  /** What the clock shows at simulated time 0, in UTC. */
  readonly epochMs: Millis;
}

/** `host` is where the visitor stands; `isNew`: the scenario itself has no host with that address. */
export interface Visited {
  readonly scenario: Scenario;
  readonly visitor: ProgramId;
  readonly host: HostSpec;
  readonly isNew: boolean;
}

export const VISITOR_HOST = { id: 'visitor', name: 'client.example.net' } as const;
const VISITOR = { name: 'visitor', kind: 'visitor', config: {} } as const;

/** The scenario with its visitor; null when it has no host `visiting.at`. */
export function visited(scenario: Scenario, visiting: Visiting): Visited | null {
  const server = scenario.hosts.find(({ id }) => id === visiting.at);
  if (server === undefined) return null;
  const shifted = onDay(visiting.plainAuth ? withPlainAuth(scenario, server) : scenario, visiting.epochMs);
  return withVisitor(shifted, visiting);
}

function withPlainAuth(scenario: Scenario, server: HostSpec): Scenario {
  const programs = server.programs.map((spec) => {
    const config = spec.config as ServiceConfig;
    if (spec.name !== 'msa' || config.auth === null) return spec;
    return { ...spec, config: { ...config, tls: 'may', auth: { ...config.auth, tlsOnly: false } } };
  });
  const hosts = scenario.hosts.map((host) => (host.id === server.id ? { ...host, programs } : host));
  return { ...scenario, hosts };
}

/** Certificates move with the clock: they are as old as they were. */
function onDay(scenario: Scenario, epochMs: Millis): Scenario {
  const by = epochMs - scenario.clock.epochMs;
  return {
    ...scenario,
    clock: { epochMs, offsetMinutes: 0, zone: 'UTC' },
    hosts: scenario.hosts.map((host) => ({
      ...host,
      programs: host.programs.map((spec) => ({ ...spec, config: redated(spec.config, by) })),
    })),
  };
}

/** A program's configuration with the validity of every certificate in it moved by `by` milliseconds. */
function redated(config: unknown, by: Millis): unknown {
  if (Array.isArray(config)) return config.map((part) => redated(part, by));
  if (typeof config !== 'object' || config === null) return config;
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      name === 'notBefore' || name === 'notAfter' ? value + by : redated(value, by),
    ]),
  );
}

/** The visitor's host: the one with this address, or a new one right beside the server. */
function withVisitor(scenario: Scenario, { at, from }: Visiting): Visited {
  const known = scenario.hosts.find(({ addresses }) => addresses.includes(from));
  const host: HostSpec = known
    ? { ...known, programs: [...known.programs, VISITOR] }
    : { ...VISITOR_HOST, addresses: [from], programs: [VISITOR] };
  const hosts = known
    ? scenario.hosts.map((other) => (other.id === known.id ? host : other))
    : [...scenario.hosts, host];
  const near = [at, resolverOf(scenario)].filter((id) => id !== undefined && id !== host.id);
  const others = scenario.links.filter(
    ({ between }) => !(between.includes(host.id) && near.some((id) => between.includes(id!))),
  );
  const links = near.map((id) => ({ between: [host.id, id!] as const, latencyMs: 0 }));
  return {
    scenario: { ...scenario, hosts, links: [...others, ...links] },
    visitor: `${host.id}/${VISITOR.name}`,
    host,
    isNew: known === undefined,
  };
}

const resolverOf = ({ hosts }: Scenario): HostId | undefined =>
  hosts.find(({ programs }) => programs.some(({ kind }) => kind === 'resolver'))?.id;
