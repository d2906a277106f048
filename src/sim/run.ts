/** What the parts of the kernel share: a world with its scenario, its programs and the log it writes. */
import { draw } from '../base/prng.ts';
import { push } from '../base/queue.ts';
import type { Millis } from '../base/time.ts';
import type { ProgramEntry, Topology } from './network.ts';
import type {
  EventId,
  HostId,
  ProgramEffect,
  ProgramInput,
  Registry,
  Scenario,
  SimEvent,
  What,
} from './types.ts';
import type { Due, World } from './world-types.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly registry: Registry;
  readonly topology: Topology;
  readonly world: World;
  readonly log: SimEvent[];
}

/** Appends to the log. `cause` −1 makes the event its own cause. */
export function emit(run: Run, cause: EventId, host: HostId, what: What): EventId {
  const id = run.world.nextEvent++;
  run.log.push({ id, cause: cause < 0 ? id : cause, at: run.world.now, host, what });
  return id;
}

/** Puts a thing on the queue; returns its id, by which ties break. */
export function schedule(run: Run, at: Millis, cause: EventId, due: Due): number {
  const id = run.world.nextId++;
  push(run.world.queue, { at, id, cause, due });
  return id;
}

export const isUp = (run: Run, host: HostId): boolean => run.world.power.get(host)?.up === true;

export const bootOf = (run: Run, host: HostId): number => run.world.power.get(host)?.boot ?? 0;

/** One step of one program; the caller carries the effects out. */
export function stepProgram(
  run: Run,
  entry: ProgramEntry,
  input: ProgramInput,
  event: EventId,
): readonly ProgramEffect[] {
  const program = run.registry[entry.spec.kind]!;
  const { id } = entry;
  const [chance, word] = draw(run.world.prng);
  run.world.prng = word;
  const [state, effects] = program.step(run.world.states.get(id), input, {
    now: run.world.now,
    clock: run.scenario.clock,
    host: entry.host,
    id,
    event,
    chance,
  });
  run.world.states.set(id, state);
  return effects;
}
