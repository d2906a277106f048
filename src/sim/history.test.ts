import { describe, expect, test } from 'vitest';
import { draw } from '../base/prng.ts';
import type { Millis } from '../base/time.ts';
import {
  act,
  createHistory,
  fork,
  isIdle,
  nextAt,
  replayActions,
  runIdle,
  runNext,
  runUntil,
  worldAt,
} from './history.ts';
import { at, connectTo, say, TOYS, toyScenario } from './toys.testing.ts';
import type { Action, History, ProgramEffect, TimedAction } from './types.ts';
import { copyWorld, worldFromJson, worldToJson } from './world.ts';

/** Two echo servers behind a slow, lossy link. */
const scenario = toyScenario(
  { b: { tcp: [7], udp: [53], echoes: true }, c: { tcp: [7], echoes: true } },
  { loss: 0.2, octetsPerSecond: 4000 },
);

/** Connects, talk, timers, datagrams, crashes and cuts, drawn from `seed`. */
function randomActions(seed: number, count = 60): readonly TimedAction[] {
  let word = seed;
  const below = (limit: number): number => {
    const [value, next] = draw(word);
    word = next;
    return Math.floor(value * limit);
  };
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const actions: TimedAction[] = [];
  let when = 0;
  for (let i = 0; i < count; i++) {
    when += pick([0, 0, 1, 10, 25, 300, 4000]);
    const effects = (): ProgramEffect =>
      pick<() => ProgramEffect>([
        () => connectTo(at('192.0.2.2', 7), `g${i}`),
        () => say(-1, 'once more'),
        () =>
          connectTo(
            at(pick(['192.0.2.2', '192.0.2.3', '203.0.113.1']), pick([7, 7, 7, 8])),
            `h${i}`,
            pick([15, 60_000]),
          ),
        () => say(-1 - below(4), pick(['hello', 'x'.repeat(500), 'bye'])),
        () => ({ kind: 'timer', name: pick(['s', 't']), after: pick([null, 0, 5, 100, 90_000]) }),
        () => ({ kind: 'datagram', from: 9, to: at('192.0.2.2', 53), octets: 'q' as never, note: {} }),
        () => ({ kind: 'close', conn: -1 - below(4) }),
        () => ({ kind: 'cancel', handle: `h${i - 1}` }),
      ])();
    const action = pick<() => Action>([
      () => ({ kind: 'input', program: pick(['a/p', 'b/p', 'c/p']), input: [effects(), effects()] }),
      () => ({ kind: 'input', program: 'a/p', input: [effects(), effects(), effects()] }),
      () => ({ kind: 'power', host: pick(['b', 'c']), up: pick([true, true, false]) }),
      () => ({ kind: 'link', between: ['a', pick(['b', 'c'])], up: pick([true, true, false]) }),
    ])();
    actions.push({ at: when, action });
  }
  return actions;
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const END: Millis = 400_000;
const logOf = (history: History): string => JSON.stringify(history.log);

function play(actions: readonly TimedAction[]): History {
  const history = replayActions(scenario, TOYS, actions);
  runUntil(history, END);
  return history;
}

describe('same scenario, same actions, same log', () => {
  test.each(SEEDS)('byte for byte (%i)', (seed) => {
    const actions = randomActions(seed);
    const first = play(actions);
    expect(first.log.length).toBeGreaterThan(100);
    expect(logOf(play(actions))).toBe(logOf(first));
  });

  test.each(SEEDS)('however the run is cut into calls, and whoever looks at the clock (%i)', (seed) => {
    const actions = randomActions(seed);
    const whole = play(actions);
    let word = seed + 1000;
    const history = createHistory(scenario, TOYS);
    const advance = (until: Millis): void => {
      while (history.world.now < until) {
        const [value, next] = draw(word);
        word = next;
        if (value < 0.3) isIdle(history);
        if (value < 0.6) nextAt(history);
        const due = nextAt(history);
        if (value < 0.2 && due !== null && due <= until) runNext(history);
        else runUntil(history, Math.min(until, history.world.now + 1 + Math.floor(value * 3000)));
      }
      runUntil(history, until);
    };
    for (const { at: when, action } of actions) {
      advance(when);
      act(history, action);
    }
    advance(END);
    expect(logOf(history)).toBe(logOf(whole));
    expect(worldToJson(history.world)).toBe(worldToJson(whole.world));
  });

  test('another seed, another log', () => {
    const actions = randomActions(3);
    const other = replayActions({ ...scenario, seed: 2 }, TOYS, actions);
    runUntil(other, END);
    expect(logOf(other)).not.toBe(logOf(play(actions)));
  });

  test('a time in the past does nothing', () => {
    const history = play(randomActions(1));
    const before = worldToJson(history.world);
    runUntil(history, 0);
    expect(worldToJson(history.world)).toBe(before);
  });
});

describe('worlds are data', () => {
  test.each(SEEDS)('through JSON and back, a world goes on as it would have (%i)', (seed) => {
    const actions = randomActions(seed);
    const whole = play(actions);
    let history = createHistory(scenario, TOYS);
    for (const { at: when, action } of actions) {
      runUntil(history, when);
      act(history, action);
      const text = worldToJson(history.world);
      const world = worldFromJson(text);
      expect(worldToJson(world)).toBe(text);
      history = { ...history, world };
    }
    runUntil(history, END);
    expect(logOf(history)).toBe(logOf(whole));
  });

  test('a copy stays as it is when the original goes on', () => {
    const connecting = connectTo(at('192.0.2.2', 7));
    const history = replayActions(scenario, TOYS, [
      ...randomActions(5),
      { at: 500_000, action: { kind: 'input', program: 'a/p', input: [connecting] } },
    ]);
    const copy = copyWorld(history.world);
    const before = worldToJson(copy);
    runIdle(history);
    expect(worldToJson(copy)).toBe(before);
    expect(worldToJson(history.world)).not.toBe(before);
  });
});

describe('seeking', () => {
  test.each(SEEDS)('forward and back lands on the worlds that were (%i)', (seed) => {
    const history = createHistory(scenario, TOYS);
    const recorded: [Millis, string][] = [];
    for (const { at: when, action } of randomActions(seed, 600)) {
      runUntil(history, when);
      act(history, action);
      if (recorded.at(-1)?.[0] === when) recorded.pop();
      recorded.push([when, worldToJson(history.world)]);
    }
    runUntil(history, END);
    expect(history.keyframes.length).toBeGreaterThan(2);
    const logged = logOf(history);
    const order = [...recorded, ...[...recorded].reverse()].filter((_, index) => index % 7 === 0);
    for (const [when, text] of order) expect(worldToJson(worldAt(history, when))).toBe(text);
    expect(logOf(history)).toBe(logged);
  });

  test('before the beginning there is the beginning, after the live end the live end', () => {
    const history = play(randomActions(2));
    expect(worldToJson(worldAt(history, -5))).toBe(worldToJson(history.keyframes[0]!.world));
    expect(worldToJson(worldAt(history, END * 2))).toBe(worldToJson(history.world));
  });
});

describe('forking', () => {
  test.each(SEEDS)('shares the past, takes its own way, and leaves the old history alone (%i)', (seed) => {
    const actions = randomActions(seed, 200);
    const history = replayActions(scenario, TOYS, actions);
    runIdle(history);
    const before = { log: logOf(history), world: worldToJson(history.world), actions: [...history.actions] };
    const keyframes = history.keyframes.map(({ world }) => worldToJson(world));
    const middle = actions[120]!.at;
    const branch = fork(history, middle);
    expect(worldToJson(branch.world)).toBe(worldToJson(worldAt(history, middle)));
    expect(branch.log).toEqual(history.log.filter((event) => event.at <= middle));

    act(branch, { kind: 'power', host: 'b', up: false });
    runIdle(branch);
    expect(logOf(history)).toBe(before.log);
    expect(worldToJson(history.world)).toBe(before.world);
    expect(history.actions).toEqual(before.actions);
    expect(history.keyframes.map(({ world }) => worldToJson(world))).toEqual(keyframes);

    const again = replayActions(scenario, TOYS, branch.actions);
    runUntil(again, branch.world.now);
    expect(logOf(again)).toBe(logOf(branch));
  });

  test('a fork where nothing new is done goes the way of the old history', () => {
    const history = play(randomActions(4, 200));
    const branch = fork(history, 1);
    for (const { at: when, action } of history.actions.slice(branch.actions.length)) {
      runUntil(branch, when);
      act(branch, action);
    }
    runUntil(branch, END);
    expect(logOf(branch)).toBe(logOf(history));
  });
});

test('what never comes to rest is stopped', () => {
  const mill = toyScenario({ a: { atStart: [] } });
  const spinning = {
    ...TOYS,
    puppet: { init: () => 0, step: () => [0, [{ kind: 'timer', name: 't', after: 0 }]] } as never,
  };
  const history = createHistory(mill, spinning);
  expect(() => runUntil(history, 1)).toThrow(/never comes to rest/);
}, 20_000);
