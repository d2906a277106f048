/** A toy network for tests of the kernel: puppets that do what they are told and write down what they hear. */
import { octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import { act, createHistory, runIdle } from './history.ts';
import type {
  Address,
  History,
  HostSpec,
  LinkSpec,
  Program,
  ProgramEffect,
  ProgramInput,
  Registry,
  Scenario,
  SimEvent,
  What,
} from './types.ts';

export interface PuppetConfig {
  readonly tcp?: readonly number[];
  readonly udp?: readonly number[];
  /** Answers every `octets` with the same octets in upper case, and `bye` with a close. */
  readonly echoes?: boolean;
  /** Done at every start. */
  readonly atStart?: readonly ProgramEffect[];
}

export interface PuppetState {
  readonly config: PuppetConfig;
  readonly heard: number;
  /** Connections it had, newest first. */
  readonly conns: readonly number[];
}

/** Input: effects to carry out (connection −1 is its newest, −2 the one before). All else it hears becomes a fact. */
function step(state: PuppetState, input: ProgramInput): readonly [PuppetState, readonly ProgramEffect[]] {
  const conns = input.kind === 'opened' ? [input.conn, ...state.conns] : state.conns;
  const next = { ...state, heard: state.heard + 1, conns };
  if (input.kind === 'input') {
    const wanted = input.input as readonly ProgramEffect[];
    const real = (conn: number): number => (conn < 0 ? (conns[-conn - 1] ?? 0) : conn);
    return [next, wanted.map((one) => ('conn' in one ? { ...one, conn: real(one.conn) } : one))];
  }
  const effects: ProgramEffect[] = [{ kind: 'record', fact: input }];
  if (input.kind === 'start') {
    for (const port of state.config.tcp ?? []) effects.push({ kind: 'listen', protocol: 'tcp', port });
    for (const port of state.config.udp ?? []) effects.push({ kind: 'listen', protocol: 'udp', port });
    effects.push(...(state.config.atStart ?? []));
  }
  if (input.kind === 'octets' && state.config.echoes) {
    const { conn } = input;
    if (input.octets === 'bye') effects.push({ kind: 'close', conn });
    else
      effects.push({ kind: 'send', conn, octets: octets(input.octets.toUpperCase()), note: { echo: true } });
  }
  return [next, effects];
}

const init = (config: unknown): PuppetState => ({ config: config as PuppetConfig, heard: 0, conns: [] });
const puppet: Program<PuppetState> = { init, step };
const keeper: Program<PuppetState> = { init, step, survive: (state) => state };

export const TOYS: Registry = { puppet: puppet as Program, keeper: keeper as Program };

/** `a` (192.0.2.1), `b` (192.0.2.2) and `c` (192.0.2.3), each with a puppet `p`; `a` and `b` are 10 ms apart, others 25. */
export function toyScenario(
  configs: Partial<Record<'a' | 'b' | 'c', PuppetConfig>> = {},
  link: Partial<LinkSpec> = {},
  kind = 'puppet',
): Scenario {
  const host = (id: 'a' | 'b' | 'c', number: number): HostSpec => ({
    id,
    name: `${id}.example.org`,
    addresses: [`192.0.2.${number}`],
    programs: [{ name: 'p', kind, config: configs[id] ?? {} }],
  });
  return {
    id: 'toys',
    seed: 1,
    clock: { epochMs: 0, offsetMinutes: 0 },
    hosts: [host('a', 1), host('b', 2), host('c', 3)],
    links: [{ between: ['a', 'b'], latencyMs: 10, ...link }],
    defaultLink: { latencyMs: 25 },
  };
}

/** A history in which every program has started. */
export function started(scenario: Scenario): History {
  const history = createHistory(scenario, TOYS);
  runIdle(history);
  return history;
}

export const tell = (history: History, program: string, ...effects: readonly ProgramEffect[]): void =>
  act(history, { kind: 'input', program, input: effects });

export const power = (history: History, host: string, up: boolean): void =>
  act(history, { kind: 'power', host, up });

export const cut = (history: History, up = false): void =>
  act(history, { kind: 'link', between: ['a', 'b'], up });

export const at = (address: string, port: number): Address => ({ address, port });

export const connectTo = (to: Address, handle = 'h', timeoutMs: Millis = 60_000): ProgramEffect => ({
  kind: 'connect',
  handle,
  to,
  timeoutMs,
});

export const say = (conn: number, text: string): ProgramEffect => ({
  kind: 'send',
  conn,
  octets: octets(text),
  note: { said: text },
});

/** What a program heard: `[instant, input]`, starts left out. */
export function heard(history: History, program: string): readonly (readonly [Millis, ProgramInput])[] {
  return history.log.flatMap((event) => {
    if (event.what.kind !== 'fact' || event.what.program !== program) return [];
    const input = event.what.fact as ProgramInput;
    return input.kind === 'start' ? [] : [[event.at, input] as const];
  });
}

/** The octets a program heard, in order. */
export const text = (history: History, program: string): readonly string[] =>
  heard(history, program).flatMap(([, input]) => (input.kind === 'octets' ? [input.octets] : []));

/** Events of one kind, with what they say. */
export function events<K extends What['kind']>(
  history: History,
  kind: K,
): readonly (SimEvent & { readonly what: Extract<What, { kind: K }> })[] {
  return history.log.filter(
    (event): event is SimEvent & { readonly what: Extract<What, { kind: K }> } => event.what.kind === kind,
  );
}

/** Opens a connection from `a` to port 7 of `b` and returns its number; both sides have it. */
export function openConnection(history: History): number {
  tell(history, 'a/p', connectTo(at('192.0.2.2', 7)));
  runIdle(history);
  return events(history, 'opened').at(-1)!.what.conn;
}
