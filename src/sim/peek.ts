/** Asking the programs of a world without anything happening in it. */
import type { ProgramEntry } from './network.ts';
import { topologyOf } from './network.ts';
import type { ProgramId, Registry, Scenario } from './types.ts';
import type { World } from './world-types.ts';

/** Messages after which it is certain that nobody is going to answer. */
const MOST_MESSAGES = 64;

interface Told {
  readonly from: ProgramId;
  /** By its name on the host. */
  readonly to: string;
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
  const own = topologyOf(scenario).programs.get(asker);
  if (!own || world.power.get(own.host.id)?.up !== true) return null;
  const states = new Map<ProgramId, unknown>();
  const told: Told[] = [{ from: asker, to, message }];
  for (let i = 0; i < told.length && i < MOST_MESSAGES; i++) {
    const { from, to: name, message: content } = told[i]!;
    const entry: ProgramEntry | undefined = own.siblings.get(name);
    if (entry === own) return content;
    if (!entry) continue;
    const { id, host } = entry;
    const before = states.has(id) ? states.get(id) : world.states.get(id);
    const [state, effects] = registry[entry.spec.kind]!.step(
      before,
      { kind: 'message', from, message: content },
      { now: world.now, clock: scenario.clock, host, id, event: world.nextEvent, chance: 0 },
    );
    states.set(id, state);
    for (const effect of effects)
      if (effect.kind === 'tell') told.push({ from: id, to: effect.program, message: effect.message });
  }
  return null;
}
