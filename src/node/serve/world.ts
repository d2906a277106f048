/** The simulated side of `serve`: a scenario with a visitor in it, running at the pace of the real clock. */
import type { Octets } from '../../base/octets.ts';
import type { Fact } from '../../agents/facts.ts';
import { loadStage } from '../../agents/scenario.ts';
import type { ServiceConfig } from '../../agents/smtp-policy.ts';
import type { VisitorInput } from '../../agents/visitor.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, nextAt, runUntil } from '../../sim/history.ts';
import type { Note } from '../../protocol/note.ts';
import type { ConnId, History, HostSpec, ProgramId, Scenario } from '../../sim/types.ts';
import { readScenarioFiles, scenarioNames } from '../scenarios.ts';
import type { ServeOptions } from './options.ts';

/** What comes back to a real socket: octets, the end, or word that the server awaits a TLS handshake. */
export type Visit =
  | { readonly kind: 'said' | 'datagram'; readonly call: number; readonly octets: Octets }
  | { readonly kind: 'secure' | 'ended'; readonly call: number };

export interface ServedWorld {
  readonly history: History;
  /** Addresses of the host that is served, and of its resolver. */
  readonly address: string;
  readonly name: string;
  readonly resolver: string | null;
  /** A gesture of a real client; what it brings about at once goes to the listener. */
  tell(input: VisitorInput): void;
  /** Runs what is due by now. */
  catchUp(): void;
  /** Real milliseconds until something is due; null: nothing is. */
  untilNext(): number | null;
}

export class ServeError extends Error {}

/** A scenario of the course, its clock set to now. */
export function servedScenario(options: ServeOptions, now: Date): { scenario: Scenario; host: HostSpec } {
  const files = readScenarioFiles();
  const names = scenarioNames(files);
  if (!names.includes(options.scenario))
    throw new ServeError(`there is no scenario ${options.scenario}; there are: ${names.join(', ')}`);
  const clock = `${now.toISOString().slice(0, 19)}+00:00`;
  const loaded = loadStage('served', {
    ...files,
    'served.yaml': `extends: ${options.scenario}\nformat: posthorn-scenario/1\nid: ${options.scenario}\nclock: ${clock}\nzone: UTC\n`,
  });
  if ('problems' in loaded) throw new ServeError(loaded.problems.map(({ message }) => message).join('\n'));
  const { scenario } = loaded.stage;
  const host = hostNamed(scenario, options.at);
  return {
    scenario: withVisitor(withPlainAuth(scenario, host, options.plainAuth), host, options.clientIp),
    host,
  };
}

function hostNamed(scenario: Scenario, name: string): HostSpec {
  const found = scenario.hosts.find((host) =>
    name === '' ? host.programs.some(({ kind }) => kind === 'mta') : host.name === name || host.id === name,
  );
  if (found) return found;
  const names = scenario.hosts.map((host) => host.name).join(', ');
  throw new ServeError(
    name === '' ? 'no host of this scenario takes mail' : `there is no host ${name}; there are: ${names}`,
  );
}

/** `--plain-auth`: the MSA on 587 lets clients log in before TLS. */
function withPlainAuth(scenario: Scenario, host: HostSpec, wanted: boolean): Scenario {
  if (!wanted) return scenario;
  const programs = host.programs.map((spec) => {
    const config = spec.config as ServiceConfig;
    if (spec.name !== 'msa' || config.auth === null) return spec;
    return { ...spec, config: { ...config, tls: 'may', auth: { ...config.auth, tlsOnly: false } } };
  });
  return {
    ...scenario,
    hosts: scenario.hosts.map((other) => (other.id === host.id ? { ...host, programs } : other)),
  };
}

const VISITOR = { name: 'visitor', kind: 'visitor', config: {} } as const;

/** The host that real clients come from: the one with this address, or a new one right beside the server. */
function withVisitor(scenario: Scenario, host: HostSpec, address: string): Scenario {
  const known = scenario.hosts.find(({ addresses }) => addresses.includes(address));
  const from: HostSpec = known
    ? { ...known, programs: [...known.programs, VISITOR] }
    : { id: 'visitor', name: 'client.example.net', addresses: [address], programs: [VISITOR] };
  const hosts = known
    ? scenario.hosts.map((other) => (other.id === known.id ? from : other))
    : [...scenario.hosts, from];
  const resolver = scenario.hosts.find(({ programs }) => programs.some(({ kind }) => kind === 'resolver'));
  const near = [host.id, resolver?.id].filter((id) => id !== undefined && id !== from.id);
  const others = scenario.links.filter(
    ({ between }) => !(between.includes(from.id) && near.some((id) => between.includes(id!))),
  );
  const links = near.map((id) => ({ between: [from.id, id!] as const, latencyMs: 0 }));
  return { ...scenario, hosts, links: [...others, ...links] };
}

export function openWorld(
  options: ServeOptions,
  listener: (visit: Visit) => void,
  clock: () => number = () => performance.now(),
): ServedWorld {
  const { scenario, host } = servedScenario(options, new Date());
  const history = createHistory(scenario, REGISTRY);
  const visiting = visitorOf(scenario, options.clientIp);
  const began = clock();
  const simulated = (): number => Math.max(history.world.now, Math.floor(clock() - began));
  const watch: Watch = { history, visiting, conns: new Map(), securing: new Set() };
  let seen = 0;
  const report = (): void => {
    for (; seen < history.log.length; seen++) {
      const visit = visitIn(watch, seen);
      if (!visit) continue;
      listener(visit);
      // The server's yes to STARTTLS (or STLS) is the last thing it says in clear.
      if (watch.securing.delete(visit.call)) listener({ kind: 'secure', call: visit.call });
    }
    // Without a recording nobody looks back, and a server may run for long.
    if (options.record === '' && history.log.length > 4096) {
      history.log.length = 0;
      history.actions.length = 0;
      history.keyframes.length = 1;
      seen = 0;
    }
  };
  const resolver = scenario.hosts.find(({ programs }) => programs.some(({ kind }) => kind === 'resolver'));
  return {
    history,
    address: host.addresses[0]!,
    name: host.name,
    resolver: resolver?.addresses[0] ?? null,
    tell(input) {
      runUntil(history, simulated());
      act(history, { kind: 'input', program: visiting, input });
      report();
    },
    catchUp() {
      runUntil(history, simulated());
      report();
    },
    untilNext() {
      const next = nextAt(history);
      return next === null ? null : Math.max(0, next - (clock() - began));
    },
  };
}

function visitorOf(scenario: Scenario, address: string): ProgramId {
  const host = scenario.hosts.find(({ addresses }) => addresses.includes(address))!;
  return `${host.id}/visitor`;
}

/** What is watched in the log: which connection is whose, and whose is about to be secured. */
interface Watch {
  readonly history: History;
  readonly visiting: ProgramId;
  readonly conns: Map<ConnId, number>;
  readonly securing: Set<number>;
}

/** What an event means to a real client; null: nothing. */
function visitIn({ history, visiting, conns, securing }: Watch, index: number): Visit | null {
  const { log } = history;
  const { what, cause } = log[index]!;
  if (!('program' in what) || what.program !== visiting) return null;
  switch (what.kind) {
    case 'fact': {
      const fact = what.fact as Fact;
      if (fact.kind !== 'visit') return null;
      if (fact.what === 'ended') return { kind: 'ended', call: fact.call };
      return { kind: fact.what, call: fact.call, octets: fact.octets };
    }
    case 'connecting': {
      const handle = history.world.conns.get(what.conn)?.handle;
      if (handle !== undefined) conns.set(what.conn, Number(handle));
      return null;
    }
    case 'closed':
      conns.delete(what.conn);
      return null;
    case 'arrived': {
      const sent = log[cause - log[0]!.id]?.what;
      const call = conns.get(what.conn);
      if (call !== undefined && sent?.kind === 'segment' && invitesTls(sent.note as Note)) securing.add(call);
      return null;
    }
    default:
      return null;
  }
}

const invitesTls = (note: Note): boolean =>
  note.kind === 'reply' &&
  (note.verb === 'STARTTLS' || note.verb === 'STLS') &&
  /^(?:220|\+OK|OK)$/.test(note.code);
