/** Scenarios to try agents in, gestures at them, and the facts that come of it. */
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import { inboxOf } from '../mail/account.ts';
import { readScenarioFiles, readStage } from '../node/scenarios.ts';
import { REGISTRY } from '../shell/registry.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import type {
  History,
  HostId,
  HostSpec,
  Program,
  ProgramEffect,
  ProgramInput,
  Registry,
  Scenario,
} from '../sim/types.ts';
import type { Fact } from './facts.ts';
import type { StoreState } from './message-store.ts';
import type { MtaConfig, MtaState } from './mta/types.ts';
import type { MuaInput } from './mua-input.ts';

const FILES = readScenarioFiles();

/** A scenario of the course with something on top, in the words of a scenario file. */
export const scenarioWith = (base: string, more = ''): Scenario =>
  readStage('changed', {
    ...FILES,
    'changed.yaml': `extends: ${base}\nformat: posthorn-scenario/1\nid: ${base}\n${more}`,
  }).scenario;

const withHost = (scenario: Scenario, id: HostId, change: (host: HostSpec) => HostSpec): Scenario => ({
  ...scenario,
  hosts: scenario.hosts.map((host) => (host.id === id ? change(host) : host)),
});

/** A scenario in which the MTA of a host is configured otherwise. */
export const withMta = (scenario: Scenario, id: HostId, changes: Partial<MtaConfig>): Scenario =>
  withHost(scenario, id, (host) => ({
    ...host,
    programs: host.programs.map((one) =>
      one.name === 'mta' ? { ...one, config: { ...(one.config as MtaConfig), ...changes } } : one,
    ),
  }));

export function open(base: string, more = ''): History {
  const history = createHistory(scenarioWith(base, more), REGISTRY);
  runIdle(history);
  return history;
}

/** Sends a letter by mail program, and lets it go its way. */
export function send(
  history: History,
  to: string,
  { host = 'pc', account = 'jura@firma1.intr', subject = 'Hello', body = 'Hello.', cc = '', bcc = '' } = {},
): void {
  const input: MuaInput = { kind: 'send', account, to, cc, bcc, subject, body };
  act(history, { kind: 'input', program: `${host}/mua`, input });
  runIdle(history);
}

export function fetch(history: History, host = 'walterpc', account = 'walter@example.org'): void {
  const input: MuaInput = { kind: 'fetch', account };
  act(history, { kind: 'input', program: `${host}/mua`, input });
  runIdle(history);
}

/** Types lines at the shell of a host, each after everything before it has been answered. */
export function type(history: History, host: HostId, ...lines: readonly string[]): void {
  for (const text of lines) {
    act(history, { kind: 'input', program: `${host}/shell`, input: { kind: 'line', text } });
    runIdle(history);
  }
}

export const power = (history: History, host: HostId, up: boolean): void =>
  act(history, { kind: 'power', host, up });

/** Runs to the end of all retries. */
export function runDays(history: History, days: number): void {
  runUntil(history, history.world.now + days * 86_400_000);
}

/** What the host's terminal showed. */
export const screen = (history: History, host: HostId): string =>
  history.log
    .flatMap(({ host: where, what }) => (where === host && what.kind === 'printed' ? [what.text] : []))
    .join('');

export type Recorded<K extends Fact['kind']> = Extract<Fact, { kind: K }> & {
  readonly host: HostId;
  readonly at: Millis;
};

export function facts<K extends Fact['kind']>(history: History, kind: K): readonly Recorded<K>[] {
  return history.log.flatMap(({ at, host, what }) => {
    const fact = what.kind === 'fact' ? (what.fact as Fact) : null;
    return fact?.kind === kind ? [{ ...(fact as Extract<Fact, { kind: K }>), at, host }] : [];
  });
}

/** The commands a host said as a client, a list for each of its connections. */
export function sessionsOf(history: History, client: HostId): readonly (readonly string[])[] {
  const byConn = new Map<number, string[]>();
  for (const { host, what } of history.log) {
    if (host !== client || what.kind !== 'segment' || what.side !== 'client') continue;
    const { verb } = what.note as { readonly verb?: string };
    byConn.set(what.conn, [...(byConn.get(what.conn) ?? []), ...(verb === undefined ? [] : [verb])]);
  }
  return [...byConn.values()];
}

/** The mailboxes of a host: login → letters. */
export function mailbox(history: History, host: HostId, user: string): readonly Octets[] {
  const { accounts } = history.world.states.get(`${host}/store`) as StoreState;
  return inboxOf(accounts.find(({ id }) => id === user)!).messages.map(({ content }) => content);
}

export const queueOf = (history: History, host: HostId): MtaState['queue'] =>
  (history.world.states.get(`${host}/mta`) as MtaState).queue;

/** The hosts that stamped a letter, the last one first. */
export const receivedBy = (content: Octets): readonly string[] =>
  Array.from(content.replace(/\r\n[ \t]+/g, ' ').matchAll(/^Received: .*? by (\S+) /gm), ([, host]) => host!);

/** Replies of a server in a test: by verb, `CONNECT` and `END-OF-DATA` as in notes; `close` hangs up, `silence` waits. */
export interface FickleConfig {
  readonly port: number;
  /** One for each session in turn; the last one goes on for ever. */
  readonly sessions: readonly Readonly<Record<string, string>>[];
}

interface FickleState {
  readonly config: FickleConfig;
  readonly count: number;
  readonly sessions: Readonly<
    Record<string, { readonly number: number; readonly line: string; readonly data: boolean }>
  >;
}

const GOOD: Readonly<Record<string, string>> = {
  CONNECT: '220 fickle.example.org ESMTP',
  DATA: '354 Go on',
  QUIT: '221 Bye',
};

/** An SMTP server that says what it is told to say. */
const fickle: Program<FickleState> = {
  init: (config) => ({ config: config as FickleConfig, count: 0, sessions: {} }),
  step(state, input: ProgramInput) {
    const effects: ProgramEffect[] = [];
    if (input.kind === 'start') effects.push({ kind: 'listen', protocol: 'tcp', port: state.config.port });
    if (input.kind !== 'opened' && input.kind !== 'octets') return [state, effects];
    const { conn } = input;
    const { sessions } = state.config;
    let session = state.sessions[conn] ?? { number: state.count, line: '', data: false };
    const answer = (verb: string): void => {
      const replies = sessions[Math.min(session.number, sessions.length - 1)]!;
      const reply = replies[verb] ?? GOOD[verb] ?? '250 Ok';
      if (reply === 'silence') return;
      if (reply !== 'close') {
        effects.push({ kind: 'send', conn, octets: `${reply}\r\n` as Octets, note: {} });
        if (verb === 'DATA' && reply.startsWith('354')) session = { ...session, data: true };
      }
      if (reply === 'close' || verb === 'QUIT') effects.push({ kind: 'close', conn });
    };
    if (input.kind === 'opened') answer('CONNECT');
    else {
      const lines = (session.line + input.octets).split('\r\n');
      session = { ...session, line: lines.pop()! };
      for (const line of lines) {
        if (!session.data) answer(line.split(' ', 1)[0]!.toUpperCase());
        else if (line === '.') {
          session = { ...session, data: false };
          answer('END-OF-DATA');
        }
      }
    }
    const count = state.count + (input.kind === 'opened' ? 1 : 0);
    return [{ ...state, count, sessions: { ...state.sessions, [conn]: session } }, effects];
  },
};

/** Opens a scenario some of whose hosts say what they are told to; on one with `nobody` no program runs. */
export function openTold(
  scenario: Scenario,
  told: Readonly<Record<HostId, FickleConfig['sessions'] | 'nobody'>>,
  registry: Registry = REGISTRY,
): History {
  const programsFor = (sessions: FickleConfig['sessions']) => {
    const config: FickleConfig = { port: 25, sessions };
    return [{ name: 'mta', kind: 'fickle', config }];
  };
  const changed = Object.entries(told).reduce(
    (so, [id, sessions]) =>
      withHost(so, id, (host) => ({ ...host, programs: sessions === 'nobody' ? [] : programsFor(sessions) })),
    scenario,
  );
  const history = createHistory(changed, { ...registry, fickle: fickle as Program });
  runIdle(history);
  return history;
}

/** firma1 in which `mx1` says what it is told to, and `mx2` is what it was, or no exchanger. */
export function openFickle(
  sessions: FickleConfig['sessions'],
  { mx2 = false, reversePath = null as string | null } = {},
): History {
  const scenario = scenarioWith('firma1', mx2 ? '' : 'dns: { example.org: ["MX 10 mx1"] }\n');
  const history = openTold(scenario, { mx1: sessions });
  if (reversePath === null) send(history, 'walter@example.org');
  else
    type(
      history,
      'pc',
      'telnet neo 25',
      'EHLO pc',
      `MAIL FROM:<${reversePath}>`,
      'RCPT TO:<walter@example.org>',
      'DATA',
      'Subject: typed',
      '',
      'Hello.',
      '.',
      'QUIT',
    );
  return history;
}
