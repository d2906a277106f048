/** Two computers of one user with nothing but mail programs, and a server in a bad mood. No DNS: names are in their files. */
import type { Dice } from '../../base/dice.testing.ts';
import { act, createHistory, runIdle, runUntil } from '../../sim/history.ts';
import type { History, HostSpec, Program } from '../../sim/types.ts';
import type { MuaInput } from '../mua-input.ts';
import { facts, power } from '../world.testing.ts';
import type { Mood, MoodyConfig } from '../moody.testing.ts';
import { mua } from './mua.ts';
import type { Folder, Incoming, MuaConfig, MuaState } from './types.ts';
import { emptyFolder } from './types.ts';

const USER = 'jura@moody.test';
const SERVER = { name: 'server.moody.test', address: '192.0.2.1' };
/** The user's computers and their addresses. */
export const DESKS = { pc: '192.0.2.2', laptop: '192.0.2.3' } as const;
export type Desk = keyof typeof DESKS;
export const DESK_IDS: readonly Desk[] = ['pc', 'laptop'];
/** By then everybody is in a good mood again. */
export const GOOD_AGAIN_MS = 600_000;
/** Longer than a client idles, and waits for a reply to what it says then. */
const PATIENCE_MS = 2_000_000;

export const moodOf = (dice: Dice, all: readonly Mood[]): MoodyConfig => ({
  seed: dice.below(1_000_000),
  percent: dice.pick([0, 2, 5, 15, 40]),
  moods: all.filter(() => dice.often(50)),
  untilMs: GOOD_AGAIN_MS,
});

type ByDesk = (desk: Desk, server: string) => Incoming;

function deskOf(id: Desk, incoming: ByDesk): HostSpec {
  const submission = { host: SERVER.name, port: 25, tls: 'none', login: false } as const;
  const account = {
    ...{ address: USER, name: 'Jura', user: 'jura', password: 'heslo', submission },
    incoming: incoming(id, SERVER.name),
  };
  const hosts = { [SERVER.name]: SERVER.address };
  const config: MuaConfig = {
    ...{ trust: [], accounts: [account] },
    resolver: { servers: [], search: '', hosts, types: ['A'] },
  };
  const programs = [{ name: 'mua', kind: 'mua', config }];
  return { id, name: `${id}.moody.test`, addresses: [DESKS[id]], programs };
}

/** `kind` and `config` are the server's. */
export function openMoody(
  dice: Dice,
  server: Program,
  config: MoodyConfig,
  incoming: ByDesk,
  lossy: boolean,
): History {
  const programs = [{ name: 'moody', kind: 'moody', config }];
  const host: HostSpec = { id: 'server', name: SERVER.name, addresses: [SERVER.address], programs };
  const scenario = {
    ...{ id: 'moody', seed: dice.below(1_000_000), links: [] },
    clock: { epochMs: 0, offsetMinutes: 0, zone: 'UTC' },
    hosts: [host, ...DESK_IDS.map((id) => deskOf(id, incoming))],
    defaultLink: { latencyMs: dice.pick([1, 20, 300]), ...(lossy && { loss: 0.1 }) },
  };
  const history = createHistory(scenario, { mua: mua as Program, moody: server });
  runIdle(history);
  return history;
}

export const muaOf = (history: History, desk: Desk): MuaState =>
  history.world.states.get(`${desk}/mua`) as MuaState;

export const serverOf = <S>(history: History): S => history.world.states.get('server/moody') as S;

export const folderOf = (history: History, desk: Desk): Folder =>
  muaOf(history, desk).folders[0] ?? emptyFolder(USER);

export const tell = (history: History, input: unknown): void =>
  act(history, { kind: 'input', program: 'server/moody', input });

type Wish<I> = I extends unknown ? Omit<I, 'account'> : never;

/** A gesture at the mail program of a desk. */
export const gesture = (history: History, desk: Desk, input: Wish<MuaInput>): void =>
  act(history, { kind: 'input', program: `${desk}/mua`, input: { ...input, account: USER } });

export function cut(history: History, dice: Dice, host: Desk | 'server'): void {
  power(history, host, false);
  runUntil(history, history.world.now + dice.below(4000));
  power(history, host, true);
}

/** Everybody is in a good mood, and what was under way has come to its end. */
export function comeToRest(history: History): void {
  runUntil(history, Math.max(history.world.now, GOOD_AGAIN_MS) + PATIENCE_MS);
}

export function fetchInPeace(history: History, desk: Desk): void {
  gesture(history, desk, { kind: 'fetch' });
  runUntil(history, history.world.now + PATIENCE_MS);
}

/** What is still there when all is over. */
export function leftovers(history: History): readonly string[] {
  const jobs = DESK_IDS.flatMap((desk) => muaOf(history, desk).jobs.map(({ id }) => `job ${id} of ${desk}`));
  const open = [...history.world.conns.values()].filter(({ client }) => client.phase === 'open');
  return [...jobs, ...open.map(({ id }) => `connection ${id} is open`)];
}

export const subjectIn = (content: string): string => /^Subject: (.*)\r$/m.exec(content)?.[1] ?? '';

/** What both clients' worlds tell of their sessions. */
interface Tally {
  readonly history: History;
  readonly sessions: number;
  /** Sessions of which nobody can tell how they went, after a power cut here or there. */
  readonly forgotten: number;
}

export const failures = ({ history }: Tally): number => facts(history, 'fetch-failed').length;

/** Each session ends well or is told of as failed, and never both. */
export function verdicts(world: Tally): readonly string[] {
  const { history, sessions, forgotten } = world;
  const well = facts(history, 'went-well' as never).length;
  const failed = failures(world);
  const told = well + failed;
  const isWrong = forgotten === 0 ? told !== sessions : told < sessions - forgotten || told > sessions;
  return isWrong ? [`${sessions} sessions, ${forgotten} forgotten: ${well} well, ${failed} failed`] : [];
}

/** Letters that were fetched and are not as they were sent. `sent`: by subject. */
export const damaged = (history: History, sent: ReadonlyMap<string, string>): readonly string[] =>
  facts(history, 'fetched').flatMap(({ host, content }) =>
    sent.get(subjectIn(content)) === content ? [] : [`${host} has ${JSON.stringify(content)}`],
  );
