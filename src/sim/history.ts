/**
 * A run of a scenario: `History = f(scenario, actions)`. Grown at its live end by `act` and `runUntil`; any earlier
 * instant is one keyframe plus a short replay away.
 */
import { peek } from '../base/queue.ts';
import type { Millis } from '../base/time.ts';
import { settleHead, takeAction, takeNext } from './kernel.ts';
import { topologyOf } from './network.ts';
import type { Run } from './run.ts';
import type { Action, History, Keyframe, Registry, Scenario, SimEvent, TimedAction } from './types.ts';
import type { Scheduled, World } from './world-types.ts';
import { copyWorld, createWorld } from './world.ts';

/** Fewest log events between two keyframes. Worlds with more programs take them further apart, so the cost per event stays. */
const KEYFRAME_EVENTS = 1024;

/** Things taken at one instant before it is certain that programs chase each other without time passing. */
const RUNAWAY_STEPS = 200_000;

/** Things taken in one call of {@link runIdle} before it is certain that the world is never at rest. */
const RESTLESS_STEPS = 2_000_000;

export function createHistory(scenario: Scenario, registry: Registry): History {
  const world = createWorld(scenario, registry);
  const first: Keyframe = { events: 0, actions: 0, world: copyWorld(world) };
  return { scenario, registry, actions: [], keyframes: [first], log: [], world };
}

const runOf = (history: History, world: World, log: SimEvent[]): Run => ({
  scenario: history.scenario,
  registry: history.registry,
  topology: topologyOf(history.scenario),
  world,
  log,
});

function takeKeyframe(history: History): void {
  const last = history.keyframes.at(-1)!;
  const spacing = Math.max(KEYFRAME_EVENTS, history.world.states.size);
  if (history.log.length - last.events < spacing) return;
  history.keyframes.push({
    events: history.log.length,
    actions: history.actions.length,
    world: copyWorld(history.world),
  });
}

/** Takes the next scheduled thing, at whatever instant it is due; false when nothing is left. */
export function runNext(history: History): boolean {
  takeKeyframe(history);
  settleHead(history.world);
  return takeNext(runOf(history, history.world, history.log));
}

/** Runs everything due up to and including `until` and leaves the clock there. A time in the past does nothing. */
export function runUntil(history: History, until: Millis): void {
  const run = runOf(history, history.world, history.log);
  advance(run, until, () => takeKeyframe(history));
}

function advance(run: Run, until: Millis, beforeEach: () => void): void {
  let steps = 0;
  for (;;) {
    settleHead(run.world);
    const next = peek(run.world.queue);
    if (!next || next.at > until) break;
    if (next.at > run.world.now) steps = 0;
    if (++steps > RUNAWAY_STEPS) throw new Error(`scenario ${run.scenario.id} never comes to rest`);
    beforeEach();
    takeNext(run);
  }
  run.world.now = Math.max(run.world.now, until);
}

/** The next thing that will happen, or null. */
export function nextDue(history: History): Scheduled | null {
  settleHead(history.world);
  return peek(history.world.queue) ?? null;
}

/** Its instant, or null. */
export const nextAt = (history: History): Millis | null => nextDue(history)?.at ?? null;

/** Default horizon: what is due later than this is a far timer (a retry, an idle limit), not something under way. */
export const IDLE_HORIZON_MS = 60_000;

/** Nothing is due within the horizon. */
export function isIdle(history: History, horizonMs: Millis = IDLE_HORIZON_MS): boolean {
  const next = nextAt(history);
  return next === null || next > history.world.now + horizonMs;
}

/** Runs until nothing more is under way (see {@link isIdle}); the clock stands at the last thing that happened. */
export function runIdle(history: History, horizonMs: Millis = IDLE_HORIZON_MS): void {
  const run = runOf(history, history.world, history.log);
  for (let steps = 0; !isIdle(history, horizonMs); steps++) {
    if (steps > RESTLESS_STEPS) throw new Error(`scenario ${history.scenario.id} never comes to rest`);
    takeKeyframe(history);
    takeNext(run);
  }
}

/** A gesture at the live end, after everything that is due by now. */
export function act(history: History, action: Action): void {
  const { now } = history.world;
  runUntil(history, now);
  history.actions.push({ at: now, action });
  takeAction(runOf(history, history.world, history.log), action);
  runUntil(history, now);
}

/**
 * The world as it was at `at`: everything due and done up to and including that instant. The future is not shown: an
 * instant after the live end is the live end.
 */
export function worldAt(history: History, at: Millis): World {
  return replay(history, at).world;
}

function replay(
  history: History,
  instant: Millis,
): { world: World; actions: number; keyframe: Keyframe; log: SimEvent[] } {
  const at = Math.min(instant, history.world.now);
  let low = 0;
  let high = history.keyframes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (history.keyframes[middle]!.world.now <= at) low = middle;
    else high = middle - 1;
  }
  const keyframe = history.keyframes[low]!;
  const world = copyWorld(keyframe.world);
  const log: SimEvent[] = [];
  const run = runOf(history, world, log);
  let actions = keyframe.actions;
  for (; actions < history.actions.length; actions++) {
    const timed = history.actions[actions]!;
    if (timed.at > at) break;
    advance(run, timed.at, nothing);
    takeAction(run, timed.action);
    advance(run, timed.at, nothing);
  }
  advance(run, at, nothing);
  return { world, actions, keyframe, log };
}

const nothing = (): void => {};

/** A new history that shares the past up to and including `at`. The old one is left as it was. */
export function fork(history: History, at: Millis): History {
  const { world, actions, keyframe, log } = replay(history, at);
  return {
    scenario: history.scenario,
    registry: history.registry,
    actions: history.actions.slice(0, actions),
    keyframes: history.keyframes.filter((frame) => frame.events <= keyframe.events),
    log: [...history.log.slice(0, keyframe.events), ...log],
    world,
  };
}

/** The history that these actions make: the same every time. Ends at the last action's instant. */
export function replayActions(
  scenario: Scenario,
  registry: Registry,
  actions: readonly TimedAction[],
): History {
  const history = createHistory(scenario, registry);
  for (const { at, action } of actions) {
    runUntil(history, at);
    act(history, action);
  }
  return history;
}
