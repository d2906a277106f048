/** The wire breaks at any octet, in either direction, once: no letter is lost, and none comes twice without need. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { lostLetters, waitingLetters } from '../../node/swarm-accounts.ts';
import { act, createHistory, runIdle } from '../../sim/history.ts';
import type { ConnId, History, HostSpec, Program, ProgramEffect } from '../../sim/types.ts';
import { facts, mailbox, runDays } from '../world.testing.ts';
import type { Setting } from './post.testing.ts';
import { openPost } from './post.testing.ts';

type Direction = 'there' | 'back';
interface WireConfig {
  readonly to: { readonly address: string; readonly port: number };
  /** The first connection breaks after so many octets in that direction. */
  readonly after: number;
  readonly direction: Direction;
}
interface WireState {
  readonly config: WireConfig;
  /** The two ends of each connection, and what waits for the far end to open. */
  readonly pairs: readonly { readonly near: ConnId; readonly far: ConnId | null; readonly held: Octets }[];
  readonly count: number;
  readonly passed: number;
}

/** Passes on what it hears, until it breaks. */
const wire: Program<WireState> = {
  init: (config) => ({ config: config as WireConfig, pairs: [], count: 0, passed: 0 }),
  step(state, input) {
    const effects: ProgramEffect[] = [];
    const { to, after, direction } = state.config;
    const pairOf = (conn: ConnId) => state.pairs.find(({ near, far }) => near === conn || far === conn);
    const send = (conn: ConnId, octets: Octets) => effects.push({ kind: 'send', conn, octets, note: {} });
    switch (input.kind) {
      case 'start':
        effects.push({ kind: 'listen', protocol: 'tcp', port: 25 });
        return [state, effects];
      case 'opened': {
        if (input.handle === null) {
          effects.push({ kind: 'connect', handle: String(input.conn), to, timeoutMs: 1000 });
          const pair = { near: input.conn, far: null, held: '' as Octets };
          return [{ ...state, pairs: [...state.pairs, pair], count: state.count + 1 }, effects];
        }
        const near = Number(input.handle);
        const held = state.pairs.find((pair) => pair.near === near)?.held ?? '';
        if (held !== '') send(input.conn, held as Octets);
        const pairs = state.pairs.map((pair) => (pair.near === near ? { ...pair, far: input.conn } : pair));
        return [{ ...state, pairs }, effects];
      }
      case 'octets': {
        const pair = pairOf(input.conn);
        if (!pair) return [state, effects];
        const there = pair.near === input.conn;
        const counts = state.count === 1 && there === (direction === 'there');
        const left = counts ? after - state.passed : Number.POSITIVE_INFINITY;
        const octets = input.octets.slice(0, Math.min(left, input.octets.length)) as Octets;
        const passed = state.passed + (counts ? octets.length : 0);
        if (there && pair.far === null) {
          const pairs = state.pairs.map((one) =>
            one === pair ? { ...one, held: (one.held + octets) as Octets } : one,
          );
          return [{ ...state, pairs, passed }, effects];
        }
        if (octets !== '') send(there ? pair.far! : pair.near, octets);
        if (left > input.octets.length) return [{ ...state, passed }, effects];
        effects.push({ kind: 'close', conn: pair.near }, { kind: 'close', conn: pair.far! });
        return [{ ...state, passed, pairs: state.pairs.filter((one) => one !== pair) }, effects];
      }
      case 'closed': {
        const pair = pairOf(input.conn);
        if (!pair) return [state, effects];
        const other = pair.near === input.conn ? pair.far : pair.near;
        if (other !== null) effects.push({ kind: 'close', conn: other });
        return [{ ...state, pairs: state.pairs.filter((one) => one !== pair) }, effects];
      }
      default:
        return [state, effects];
    }
  },
};

const POST: Setting = { ports: [25, 25], aliases: {} };
const LETTER = 'Subject: x\r\n\r\nA note.\r\n..dots\r\n.\r\n';
const pieces = (to: string): readonly string[] => [
  'EHLO pc1.firma1.intr\r\n',
  'MAIL FROM:<jura@firma1.intr>\r\n',
  `RCPT TO:<${to}>\r\n`,
  'DATA\r\n',
  LETTER,
  'QUIT\r\n',
];

/** Neo and pobocka with a breaking wire: in front of neo, or between the two. */
function openWire(place: 'neo' | 'pobocka', direction: Direction, after: number): History {
  const plain = openPost(POST);
  const address = place === 'neo' ? '192.0.2.25' : '192.0.2.26';
  const host: HostSpec = {
    id: 'wire',
    name: 'wire.firma1.intr',
    addresses: ['192.0.2.30'],
    programs: [{ name: 'wire', kind: 'wire', config: { to: { address, port: 25 }, direction, after } }],
  };
  const hosts = plain.scenario.hosts.map((one) =>
    one.id === 'neo' && place === 'pobocka' ? { ...one, programs: one.programs.map(overWire) } : one,
  );
  const registry = { ...plain.registry, wire: wire as Program };
  const history = createHistory({ ...plain.scenario, hosts: [...hosts, host] }, registry);
  runIdle(history);
  return history;
}

const overWire = (program: HostSpec['programs'][number]): HostSpec['programs'][number] =>
  program.kind === 'mta'
    ? {
        ...program,
        config: {
          ...(program.config as object),
          transports: { 'pobocka.firma1.intr': { protocol: 'smtp', host: '192.0.2.30', port: 25 } },
        },
      }
    : program;

/** A letter from the desk, by way of the wire or past it. */
function write(history: History, place: 'neo' | 'pobocka'): void {
  const to = place === 'neo' ? 'anna@firma1.intr' : 'karel@pobocka.firma1.intr';
  const address = place === 'neo' ? '192.0.2.30' : '192.0.2.25';
  const input = { port: 25, pieces: pieces(to), closes: false, address };
  act(history, { kind: 'input', program: 'pc1/typist', input });
  runIdle(history);
  runDays(history, 1);
}

/** Everybody who accepted a letter can account for it. The wire itself accepts nothing. */
function expectAccounted(history: History): void {
  expect(lostLetters(history).filter((problem) => !problem.includes('relayed to wire'))).toEqual([]);
  expect(waitingLetters(history)).toEqual([]);
}

/** How many octets went each way when nothing broke. */
function lengthOf(place: 'neo' | 'pobocka', direction: Direction): number {
  const history = openWire(place, direction, Number.MAX_SAFE_INTEGER);
  write(history, place);
  return (history.world.states.get('wire/wire') as WireState).passed;
}

describe.each(['there', 'back'] as const)('%s', (direction) => {
  test('in front of the submission', () => {
    const length = lengthOf('neo', direction);
    expect(length).toBeGreaterThan(100);
    for (let after = 0; after < length; after++) {
      const history = openWire('neo', direction, after);
      write(history, 'neo');
      expectAccounted(history);
      const accepted = facts(history, 'accepted').filter(({ host }) => host === 'neo');
      expect(mailbox(history, 'neo', 'anna')).toHaveLength(accepted.length);
      expect(accepted.length).toBeLessThanOrEqual(1);
    }
  });

  test('between the two hosts', () => {
    const length = lengthOf('pobocka', direction);
    expect(length).toBeGreaterThan(100);
    let twice = 0;
    for (let after = 0; after < length; after++) {
      const history = openWire('pobocka', direction, after);
      write(history, 'pobocka');
      expectAccounted(history);
      const copies = mailbox(history, 'pobocka', 'karel').length;
      expect(copies).toBeGreaterThan(0);
      if (copies === 1) continue;
      // RFC 1047: the reply to the final dot was lost, and only then is a second copy right.
      twice++;
      expect(copies).toBe(2);
      expect(facts(history, 'deferred')[0]!.why).toContain('message may be sent more than once');
    }
    expect(twice).toBeGreaterThan(0);
  });
});
