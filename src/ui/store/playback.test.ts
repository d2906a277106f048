import { describe, expect, test } from 'vitest';
import type { Program, Registry, Scenario } from '../../sim/types.ts';
import { createHistory } from '../../sim/history.ts';
import { act, begin, frame, look, type Playback, step } from './playback.ts';

/** A clapper: claps now, and again `after` milliseconds later, each time it is told to; told a negative time, quietly. */
const clapper: Program<null> = {
  init: () => null,
  step: (_, input) => {
    const clap = { kind: 'record', fact: { kind: 'accepted', queueId: 'A1' } } as const;
    if (input.kind === 'input') {
      const after = Number(input.input);
      return [null, [clap, { kind: 'timer', name: after < 0 ? 'quiet' : 'again', after: Math.abs(after) }]];
    }
    return [null, input.kind === 'timer' && input.name === 'again' ? [clap] : []];
  },
};
const REGISTRY: Registry = { clapper: clapper as Program };
const SCENARIO: Scenario = {
  id: 'clap',
  seed: 1,
  clock: { epochMs: 0, offsetMinutes: 0 },
  hosts: [
    {
      id: 'pc',
      name: 'pc.example.org',
      addresses: ['192.0.2.1'],
      programs: [{ name: 'clap', kind: 'clapper', config: {} }],
    },
  ],
  links: [],
  defaultLink: { latencyMs: 10 },
};
const clap = (after: number) => ({ kind: 'input', program: 'pc/clap', input: after }) as const;

const STILL: Playback = {
  history: null,
  now: 0,
  count: 0,
  logged: 0,
  playing: true,
  held: false,
  waiting: false,
  glide: null,
  speed: 1,
};
const start = (): Playback => ({ ...STILL, ...begin(createHistory(SCENARIO, REGISTRY)) });
const acted = (state: Playback, after: number): Playback => ({
  ...state,
  ...act(state, state.history!, clap(after)).patch,
});
const framed = (state: Playback, ms: number): Playback => ({ ...state, ...frame(state, ms) });

describe('the clock', () => {
  test('waits while nothing is under way, and a gesture starts it again', () => {
    const idle = framed(start(), 16);
    expect([idle.now, idle.waiting]).toEqual([0, true]);
    const busy = framed(acted(idle, 500), 16);
    expect([busy.now, busy.waiting]).toEqual([16, false]);
  });

  test('runs with real time times speed, and a sleeping browser does not make it leap', () => {
    const busy = acted(start(), 5000);
    expect(framed({ ...busy, speed: 5 }, 20).now).toBe(100);
    expect(framed(busy, 60_000).now).toBe(100);
  });

  test('waits for something due later than the horizon', () => {
    expect(framed(acted(start(), 61_000), 16).waiting).toBe(true);
  });
});

describe('step', () => {
  test('goes to the next event, however far', () => {
    const stepped = { ...acted(start(), 900_000), playing: false };
    const gliding = { ...stepped, ...step(stepped) };
    expect(gliding.glide?.to).toBe(900_000);
    const there = framed(gliding, 10_000);
    expect([there.now, there.glide, there.playing]).toEqual([900_000, null, false]);
  });

  test('with nothing to come it stays where it is', () => {
    const stepped = step({ ...start(), playing: false });
    expect(stepped.glide ?? null).toBeNull();
  });

  test('goes on to the end of what makes no tick, and is at the live end then', () => {
    // Quiet: the timer rings and says nothing.
    const state = { ...acted(start(), -900), playing: false };
    const gliding = { ...state, ...step(state) };
    const there = framed(gliding, 10_000);
    expect([there.now, there.count, there.count === there.logged]).toEqual([
      900,
      state.history!.log.length,
      true,
    ]);
    expect(step(there).glide ?? null).toBeNull();
  });

  test('what is near and makes no tick is not passed over for what is far', () => {
    let state = { ...acted(start(), -900), playing: false };
    state = { ...acted(state, 500_000), playing: false };
    const near = framed({ ...state, ...step(state) }, 10_000);
    expect([near.now, near.count === near.logged]).toEqual([900, true]);
    const far = framed({ ...near, ...step(near) }, 10_000);
    expect([far.now, far.count === far.logged]).toEqual([500_000, true]);
  });
});

describe('acting', () => {
  test('at the live end grows the same history, and a pause holds', () => {
    const one = acted(start(), 100);
    for (const held of [true, false]) {
      const { patch, left } = act({ ...one, playing: false, held }, one.history!, clap(100));
      expect(left).toBeNull();
      expect(patch.history).toBe(one.history);
      expect(patch.playing).toBe(!held);
    }
  });

  test('in the past forks, and leaves the old branch as it was', () => {
    let state = acted(start(), 200);
    for (let i = 0; i < 10; i++) state = framed(state, 50);
    const old = state.history!;
    const length = old.log.length;
    const back = { ...state, ...look(state, 100) };
    expect(back.count).toBeLessThan(length);
    const { patch, left } = act(back, old, clap(1000));
    expect(left).toEqual({ history: old, now: 100 });
    expect(patch.history).not.toBe(old);
    expect(patch.playing).toBe(true);
    expect(act({ ...back, held: true }, old, clap(1000)).patch.playing).toBe(false);
    expect(old.log).toHaveLength(length);
    expect(patch.history?.actions.map(({ at }) => at)).toEqual([0, 100]);
  });

  test('looking never goes past the live end or before the start', () => {
    const state = acted(start(), 200);
    expect(look(state, 1e9).now).toBe(state.history!.world.now);
    expect(look(state, -5).now).toBe(0);
  });
});
