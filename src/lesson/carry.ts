/** Lesson actions when the past changes. */
import type { Millis } from '../base/time.ts';
import type { LessonAction } from './status.ts';

/**
 * After a fork at log event `count`, instant `at`: what was answered, shown and read stays so (nobody can unsee a hint),
 * but it now stands no later than the fork.
 */
export function carryOver(actions: readonly LessonAction[], count: number, at: Millis): LessonAction[] {
  return actions.map((action) =>
    action.events <= count ? action : { ...action, events: count, at: Math.min(action.at, at) },
  );
}
