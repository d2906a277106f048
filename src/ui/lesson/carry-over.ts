/** Gestures at a lesson when the student goes on with another course of events. */
import type { LessonAction } from '../../lesson/status.ts';
import type { SimEvent } from '../../sim/types.ts';

/**
 * Answers and hints are the student's, not the simulation's: they are kept, as if made no later than the event number
 * `high` of `log`. Their order stays, and no instant goes back.
 */
export function carryOver(
  actions: readonly LessonAction[],
  log: readonly SimEvent[],
  high: number,
): readonly LessonAction[] {
  if (actions.every((action) => action.events <= high)) return actions;
  const at = Math.floor(log[high - 1]?.at ?? 0);
  let last = 0;
  return actions.map((action) => {
    const moved = action.events <= high ? action : { ...action, events: high, at };
    last = Math.max(last, moved.at);
    return { ...moved, at: last };
  });
}
