/** Asking the programs of a world without anything happening in it. */
import { topologyOf } from './network.ts';
import type { ProgramId, Registry, Scenario } from './types.ts';
import type { World } from './world-types.ts';

/** Messages after which it is certain that nobody is going to answer. */
const MOST_MESSAGES = 64;

interface Told {
  readonly from: ProgramId;
  readonly to: ProgramId;
  readonly message: unknown;
}

/**
 * What `to`, a program beside `asker`, would answer to this message now; null when it would not. The programs' states
 * and the log stay as they are: of what they do, only what they tell each other counts.
 */
export function peek(
  { scenario, registry, world }: { scenario: Scenario; registry: Registry; world: World },
  asker: ProgramId,
  to: string,
  message: unknown,
): unknown {
  const { programs } = topologyOf(scenario);
  const host = programs.get(asker)?.host;
  if (!host || world.power.get(host.id)?.up !== true) return null;
  const states = new Map<ProgramId, unknown>();
  const told: Told[] = [{ from: asker, to: `${host.id}/${to}`, message }];
  for (let i = 0; i < told.length && i < MOST_MESSAGES; i++) {
    const { from, to: id, message: content } = told[i]!;
    if (id === asker) return content;
    const entry = programs.get(id);
    if (!entry) continue;
    const before = states.has(id) ? states.get(id) : world.states.get(id);
    const [state, effects] = registry[entry.spec.kind]!.step(
      before,
      { kind: 'message', from, message: content },
      { now: world.now, clock: scenario.clock, host, id, event: world.nextEvent, chance: 0 },
    );
    states.set(id, state);
    for (const effect of effects)
      if (effect.kind === 'tell')
        told.push({ from: id, to: `${host.id}/${effect.program}`, message: effect.message });
  }
  return null;
}
