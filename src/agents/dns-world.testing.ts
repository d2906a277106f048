/** Small internets of name servers, and a probe that asks them. */
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import type { ServerName } from '../dns/cuts.ts';
import { cutStream } from '../dns/stream.ts';
import type { DnsMessage, QueryType } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import type { DnsNote } from '../protocol/note.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import type {
  Address,
  ConnId,
  History,
  HostSpec,
  LinkSpec,
  Program,
  ProgramEffect,
  Registry,
} from '../sim/types.ts';
import { AGENTS } from './registry.ts';
import type { CachingResolverConfig } from './resolver/resolver.ts';

export const RESOLVER = '192.0.2.99';

/** What the probe does next. */
export type ProbeInput =
  | { readonly kind: 'ask'; readonly to: Address; readonly octets: Octets }
  | { readonly kind: 'connect'; readonly to: Address }
  | { readonly kind: 'send'; readonly octets: Octets }
  | { readonly kind: 'close' };

export interface ProbeState {
  readonly conn: ConnId | null;
  readonly closed: boolean;
  readonly stream: Octets;
  /** Answers in the order they came: by datagram or whole on the connection. */
  readonly heard: readonly Octets[];
}

const probe: Program<ProbeState> = {
  init: () => ({ conn: null, closed: false, stream: '' as Octets, heard: [] }),
  step(state, input) {
    const effects: ProgramEffect[] = [];
    if (input.kind === 'start') effects.push({ kind: 'listen', protocol: 'udp', port: 4000 });
    if (input.kind === 'opened') return [{ ...state, conn: input.conn, closed: false }, effects];
    if (input.kind === 'closed') return [{ ...state, conn: null, closed: true }, effects];
    if (input.kind === 'datagram') return [{ ...state, heard: [...state.heard, input.octets] }, effects];
    if (input.kind === 'octets') {
      const { messages, rest } = cutStream((state.stream + input.octets) as Octets);
      return [{ ...state, stream: rest, heard: [...state.heard, ...messages] }, effects];
    }
    if (input.kind !== 'input') return [state, effects];
    const wish = input.input as ProbeInput;
    if (wish.kind === 'ask')
      effects.push({ kind: 'datagram', from: 4000, to: wish.to, octets: wish.octets, note: {} });
    if (wish.kind === 'connect')
      effects.push({ kind: 'connect', handle: 'probe', to: wish.to, timeoutMs: 5000 });
    if (wish.kind === 'send' && state.conn !== null)
      effects.push({ kind: 'send', conn: state.conn, octets: wish.octets, note: {} });
    if (wish.kind === 'close' && state.conn !== null) effects.push({ kind: 'close', conn: state.conn });
    return [state, effects];
  },
};

/** A server that gives every query the answer in its configuration, by name; made to lie. */
export interface LiarConfig {
  readonly answers: Readonly<Record<string, Partial<DnsMessage>>>;
}
const liar: Program<LiarConfig> = {
  init: (config) => config as LiarConfig,
  step(state, input) {
    if (input.kind === 'start') return [state, [{ kind: 'listen', protocol: 'udp', port: 53 }]];
    const query = input.kind === 'datagram' ? decodeMessage(input.octets) : null;
    const answer = query && state.answers[query.question.name];
    if (input.kind !== 'datagram' || !query || !answer) return [state, []];
    const octets = encodeMessage({ ...query, response: true, ...answer });
    return [state, [{ kind: 'datagram', from: 53, to: input.peer, octets, note: {} }]];
  },
};

const REGISTRY: Registry = { ...AGENTS, probe: probe as Program, liar: liar as Program };

export interface DnsHost {
  readonly address: string;
  /** Zone files by origin; with none it runs a server that has no zone. */
  readonly zones?: Readonly<Record<string, string>>;
  readonly liar?: LiarConfig;
  /** Nothing runs here. */
  readonly silent?: boolean;
}

const program = <C>(kind: string, config: C) => ({ name: kind, kind, config });

/** Hosts by name, a resolver that has `roots` as hints (or another configuration), and the probe. */
export function openDns(
  hosts: Readonly<Record<string, DnsHost>>,
  resolver: readonly ServerName[] | CachingResolverConfig,
  links: readonly LinkSpec[] = [],
  seed = 1,
): History {
  const config: CachingResolverConfig =
    'servers' in resolver ? resolver : { servers: {}, roots: resolver as readonly ServerName[] };
  const specs: HostSpec[] = Object.entries(hosts).map(
    ([id, { address, zones = {}, liar: lies, silent }]) => ({
      id,
      name: id,
      addresses: [address],
      programs: silent ? [] : [lies ? program('liar', lies) : program('ns', { zones })],
    }),
  );
  specs.push({
    id: 'resolver',
    name: 'resolver',
    addresses: [RESOLVER],
    programs: [program('resolver', config)],
  });
  specs.push({ id: 'probe', name: 'probe', addresses: ['192.0.2.98'], programs: [program('probe', {})] });
  const scenario = {
    id: 'dns',
    seed,
    clock: { epochMs: 0, offsetMinutes: 0 },
    hosts: specs,
    links,
    defaultLink: { latencyMs: 10 },
  };
  const history = createHistory(scenario, REGISTRY);
  runIdle(history);
  return history;
}

export const queryOf = (name: string, type: QueryType, more: Partial<DnsMessage> = {}): DnsMessage => ({
  id: 77,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: { name, type },
  answers: [],
  authority: [],
  additional: [],
  ...more,
});

/** Lets the probe do something, then so many milliseconds pass; without them, all that is to happen. */
export function probing(history: History, input: ProbeInput, ms: Millis | null = null): void {
  act(history, { kind: 'input', program: 'probe/probe', input });
  if (ms === null) runIdle(history);
  else runUntil(history, history.world.now + ms);
}

export const probeOf = (history: History): ProbeState =>
  history.world.states.get('probe/probe') as ProbeState;

/** Asks by datagram and waits until nothing happens any more; null when no answer came. */
export function ask(
  history: History,
  name: string,
  type: QueryType = 'A',
  more: Partial<DnsMessage> = {},
  to: string = RESOLVER,
): DnsMessage | null {
  const before = probeOf(history).heard.length;
  probing(history, {
    kind: 'ask',
    to: { address: to, port: 53 },
    octets: encodeMessage(queryOf(name, type, more)),
  });
  const octets = probeOf(history).heard[before];
  return octets === undefined ? null : decodeMessage(octets);
}

/** Data of the answers, in zone-file form without the owner. */
export const answersOf = (message: DnsMessage | null): readonly string[] =>
  message?.answers.map(({ data }) =>
    'address' in data ? data.address : 'name' in data ? data.name : data.type,
  ) ?? [];

/** Queries that the resolver sent from this event on: `host: name type`, `host! …` over TCP. */
export const sentUpstream = (history: History, from = 0): readonly string[] =>
  history.log.slice(from).flatMap(({ host, what }) => {
    if (host !== 'resolver' || (what.kind !== 'datagram' && what.kind !== 'segment')) return [];
    const note = what.note as Partial<DnsNote>;
    if (note.kind !== 'dns' || note.response) return [];
    return [`${what.to}${what.kind === 'segment' ? '!' : ''}: ${note.name} ${note.rrtype}`];
  });

/** A zone file with an SOA whose minimum is 30 seconds, and records that live for 60. */
export const zoneFile = (records: string): string =>
  `$TTL 60\n@ SOA ns.invalid. h.invalid. 1 1 1 1 30\n${records.split(' | ').join('\n')}\n`;
