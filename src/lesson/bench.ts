/** A scenario on the kernel, ready for scripts. */
import type { Stage } from '../agents/stage.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import type { History, Registry } from '../sim/types.ts';
import type { Playable } from './player.ts';

/** A new run of the stage. */
export function openBench(stage: Stage, registry: Registry): Playable & { readonly history: History } {
  const history = createHistory(stage.scenario, registry);
  return {
    history,
    hosts: stage.hosts,
    now: () => history.world.now,
    log: () => history.log,
    act: (action) => act(history, action),
    advance: (ms) => runUntil(history, history.world.now + ms),
    idle: () => runIdle(history),
  };
}
