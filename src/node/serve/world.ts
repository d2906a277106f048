/** The simulated side of `serve`: a scenario with a visitor in it, running at the pace of the real clock. */
import type { Octets } from '../../base/octets.ts';
import type { Fact } from '../../agents/facts.ts';
import { hasRoom } from '../../agents/recording.ts';
import type { Gesture, Recording } from '../../agents/recording.ts';
import { visited } from '../../agents/visited.ts';
import type { Visited, Visiting } from '../../agents/visited.ts';
import type { VisitorInput } from '../../agents/visitor.ts';
import type { Millis } from '../../base/time.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, nextAt, runUntil } from '../../sim/history.ts';
import type { Note } from '../../protocol/note.ts';
import type { ConnId, History, HostSpec, ProgramId, Scenario } from '../../sim/types.ts';
import { readScenarioFiles, readStage, scenarioNames } from '../scenarios.ts';
import type { ServeOptions } from './options.ts';

/** What comes back to a real socket: octets, the end, or word that the server awaits a TLS handshake. */
export type Visit =
  | { readonly kind: 'said' | 'datagram'; readonly call: number; readonly octets: Octets }
  | { readonly kind: 'secure' | 'ended'; readonly call: number };

export interface ServedWorld {
  readonly history: History;
  /** The host that is served. */
  readonly address: string;
  readonly name: string;
  /** Who answers on the DNS port: the resolver of the scenario, or the host itself if that was asked for and it can. */
  readonly dns: { readonly address: string; readonly name: string };
  /** Whether a program of the served host listens on this simulated TCP port. */
  listens(port: number): boolean;
  /** A gesture of a real client; what it brings about at once goes to the listener. */
  tell(input: VisitorInput): void;
  /** Runs what is due by now. */
  catchUp(): void;
  /** Real milliseconds until something is due; null: nothing is. */
  untilNext(): number | null;
  /** With `--record`: what was said by now, as much as a recording holds. */
  recording(): Recording;
}

export class ServeError extends Error {}

/** A scenario of the course with a visitor in it, its clock set to now. */
export function servedScenario(options: ServeOptions, now: Date): Served {
  const files = readScenarioFiles();
  const names = scenarioNames(files);
  if (!names.includes(options.scenario))
    throw new ServeError(`there is no scenario ${options.scenario}; there are: ${names.join(', ')}`);
  const { scenario } = readStage(options.scenario, files);
  const server = hostNamed(scenario, options.at);
  const visiting: Visiting = {
    at: server.id,
    from: options.clientIp,
    plainAuth: options.plainAuth,
    epochMs: Math.floor(now.getTime() / 1000) * 1000,
  };
  return { ...visited(scenario, visiting)!, visiting, server };
}

type Served = Visited & { readonly visiting: Visiting; readonly server: HostSpec };

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

export function openWorld(
  options: ServeOptions,
  listener: (visit: Visit) => void,
  clock: () => number = () => performance.now(),
): ServedWorld {
  const { scenario, visiting, visitor, server } = servedScenario(options, new Date());
  const history = createHistory(scenario, REGISTRY);
  runUntil(history, 0);
  const gestures: Gesture[] = [];
  let until: Millis | null = null;
  const began = clock();
  const simulated = (): number => Math.max(history.world.now, Math.floor(clock() - began));
  const watch: Watch = { history, visitor, conns: new Map(), securing: new Set() };
  let seen = 0;
  const report = (): void => {
    for (; seen < history.log.length; seen++) {
      const visit = visitIn(watch, seen);
      if (!visit) continue;
      listener(visit);
      // The server's yes to STARTTLS (or STLS) is the last thing it says in clear.
      if (watch.securing.delete(visit.call)) listener({ kind: 'secure', call: visit.call });
    }
    // Nobody looks back, and a server may run for long.
    if (history.log.length > 4096) {
      history.log.length = 0;
      history.actions.length = 0;
      history.keyframes.length = 1;
      seen = 0;
    }
  };
  const answersDns = ({ programs }: HostSpec): boolean =>
    programs.some(({ kind }) => kind === 'resolver' || kind === 'ns');
  const resolver = scenario.hosts.find(({ programs }) => programs.some(({ kind }) => kind === 'resolver'));
  const dns = options.at !== '' && answersDns(server) ? server : (resolver ?? server);
  return {
    history,
    address: server.addresses[0]!,
    name: server.name,
    dns: { address: dns.addresses[0]!, name: dns.name },
    listens: (port) => history.world.listeners.has(`${server.id}:tcp:${port}`),
    tell(input) {
      runUntil(history, simulated());
      if (options.record !== '') {
        if (until === null && hasRoom(gestures.length, history.world.now))
          gestures.push({ at: history.world.now, input });
        else until ??= history.world.now;
      }
      act(history, { kind: 'input', program: visitor, input });
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
    recording: () => ({
      format: 'posthorn-recording/1',
      scenario: options.scenario,
      visiting,
      gestures,
      until: until ?? history.world.now,
    }),
  };
}

/** What is watched in the log: which connection is whose, and whose is about to be secured. */
interface Watch {
  readonly history: History;
  readonly visitor: ProgramId;
  readonly conns: Map<ConnId, number>;
  readonly securing: Set<number>;
}

/** What an event means to a real client; null: nothing. */
function visitIn({ history, visitor, conns, securing }: Watch, index: number): Visit | null {
  const { log } = history;
  const { what, cause } = log[index]!;
  if (!('program' in what) || what.program !== visitor) return null;
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
