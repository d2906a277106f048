/**
 * How the view instant moves. Pure on its own data, but for the history, which the kernel grows in place.
 * Playing, `now` runs with real time and the kernel runs to it; rewound, it only moves; acting in the past forks.
 */
import type { Millis } from '../../base/time.ts';
import { act as enter, fork, isIdle, runNext, runUntil } from '../../sim/history.ts';
import type { Action, History } from '../../sim/types.ts';
import { eventsUntil } from '../../view/log.ts';
import type { Branch, Glide } from './store.ts';
import { isTick } from './ticks.ts';

/** Nothing due within this much simulated time: the clock waits rather than run on empty. */
const HORIZON_MS = 60_000;
/** A browser that slept (another tab) does not make the mail leap. */
const LONGEST_FRAME_MS = 100;
/** Real time an animated step takes; longer waits than this in simulated time are cut at their beginning. */
const STEP_REAL_MS = 480;
const STEP_SHOWN_MS = 1500;
/** Things taken in one step at most: a world that only ticks must not hang the page. */
const STEP_LIMIT = 20_000;

export interface Playback {
  readonly history: History | null;
  readonly now: Millis;
  readonly count: number;
  readonly logged: number;
  readonly playing: boolean;
  /** Somebody pressed pause, or steps: gestures do not set the clock going. */
  readonly held: boolean;
  readonly waiting: boolean;
  readonly glide: Glide | null;
  readonly speed: number;
}
type Patch = Partial<Playback>;

const seen = (history: History, now: Millis): Patch => ({
  now,
  count: eventsUntil(history.log, now),
  logged: history.log.length,
});

export function begin(history: History): Patch {
  runUntil(history, 0);
  return { history, playing: true, held: false, waiting: false, glide: null, ...seen(history, 0) };
}

/** An old branch, looked at where it was left. */
export const resume = (history: History, now: Millis): Patch => ({
  history,
  playing: false,
  waiting: false,
  glide: null,
  ...seen(history, now),
});

/** Moves the view only; never past the live end. */
export function look(state: Playback, now: Millis): Patch {
  if (state.history === null) return {};
  return seen(state.history, Math.max(0, Math.min(now, state.history.world.now)));
}

/** Ends an animated step where it was going. */
export const settle = (state: Playback): Patch =>
  state.glide === null ? {} : { glide: null, ...look(state, state.glide.to) };

/** One frame of real time; null when nothing changes. */
export function frame(state: Playback, elapsedMs: number): Patch | null {
  const { history, glide } = state;
  if (history === null) return null;
  if (glide !== null) return glideOn(state, glide, elapsedMs);
  if (!state.playing) return null;
  const liveEnd = history.world.now;
  if (state.now >= liveEnd && isIdle(history, HORIZON_MS)) return state.waiting ? null : { waiting: true };
  const now = state.now + Math.min(elapsedMs, LONGEST_FRAME_MS) * state.speed;
  if (now > liveEnd) runUntil(history, Math.floor(now));
  return { ...seen(history, now), waiting: false };
}

function glideOn(state: Playback, glide: Glide, elapsedMs: number): Patch {
  const elapsed = glide.elapsedMs + elapsedMs;
  if (elapsed >= STEP_REAL_MS || state.history === null) return settle(state);
  const share = elapsed / STEP_REAL_MS;
  const now = glide.from + (glide.to - glide.from) * share;
  return { ...seen(state.history, now), glide: { ...glide, elapsedMs: elapsed } };
}

/** On to the next thing worth seeing: in the log when rewound, else by letting the kernel run to it. */
export function step(before: Playback): Patch {
  const state: Playback = { ...before, ...settle(before), playing: false, waiting: false };
  const { history } = state;
  if (history === null) return {};
  const to = nextStop(history, state.now);
  if (to === null)
    return { ...settle(before), playing: false, held: true, waiting: false, logged: history.log.length };
  const from = Math.max(state.now, to - STEP_SHOWN_MS);
  const glide: Glide = { from, to, elapsedMs: 0 };
  return { playing: false, held: true, waiting: false, glide, ...seen(history, from) };
}

/**
 * Where a step goes: to the next tick, or to the end of what is under way when nothing of it is worth a tick (an
 * arrival, a connection closed). What is far off, a retry or the end of somebody's patience, is a step of its own.
 */
function nextStop(history: History, now: Millis): Millis | null {
  const near = nextInLog(history, now) ?? runToTick(history, HORIZON_MS);
  if (near !== null) return near;
  const far = history.world.now > now ? null : runToTick(history, Number.POSITIVE_INFINITY);
  return far ?? (history.world.now > now ? history.world.now : null);
}

function nextInLog(history: History, now: Millis): Millis | null {
  for (let i = eventsUntil(history.log, now); i < history.log.length; i++) {
    const event = history.log[i]!;
    if (event.at > now && isTick(event)) return event.at;
  }
  return null;
}

function runToTick(history: History, horizonMs: Millis): Millis | null {
  for (let taken = 0; taken < STEP_LIMIT && !isIdle(history, horizonMs); taken++) {
    const before = history.log.length;
    if (!runNext(history)) return null;
    for (let i = before; i < history.log.length; i++) {
      if (isTick(history.log[i]!)) return history.world.now;
    }
  }
  return null;
}

/** A gesture: at the live end as it is, in the past on a fork. `left` is the branch that was left behind. */
export function act(
  before: Playback,
  from: History,
  action: Action,
): { readonly patch: Patch; readonly left: Branch | null } {
  const state: Playback = { ...before, ...settle(before) };
  const now = Math.floor(state.now);
  const past = eventsUntil(from.log, state.now) < from.log.length;
  if (action.kind === 'inspect') {
    // To look changes nothing: it is put on record at the live end, and neither forks nor plays on.
    enter(from, action);
    return {
      patch: { ...settle(before), logged: from.log.length, ...(past ? {} : seen(from, state.now)) },
      left: null,
    };
  }
  const history = past ? fork(from, now) : from;
  enter(history, action);
  const patch: Patch = {
    history,
    // Who has paused means to step through what comes of it; a look elsewhere was no pause.
    playing: !before.held,
    waiting: false,
    glide: null,
    ...seen(history, Math.max(state.now, history.world.now)),
  };
  return { patch, left: past ? { history: from, now: state.now } : null };
}
