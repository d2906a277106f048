/**
 * The score over all courses of events of one attempt. The grader sees one of them; a task that was passed on another,
 * before the student went back in time, stays passed.
 */
import type { LessonStatus, TaskStatus } from '../../lesson/status.ts';
import type { Lesson, Task } from '../../lesson/types.ts';
import { isCleared } from './steps.ts';

/** `earlier`: ids of tasks passed in this attempt. A task passed there and not here has `passed` with no `event`. */
export function withEarlier(lesson: Lesson, status: LessonStatus, earlier: readonly string[]): LessonStatus {
  const lost = lesson.steps
    .flatMap((step) => step.tasks)
    .filter(({ id }) => earlier.includes(id) && status.tasks[id]?.passed === false);
  if (lost.length === 0) return status;
  const tasks: Record<string, TaskStatus> = { ...status.tasks };
  let { points } = status;
  for (const task of lost) {
    const here = status.tasks[task.id]!;
    const kept = here.shown ? 0 : Math.max(here.points, task.points - hintCost(task, here.hintsShown));
    points += kept - here.points;
    tasks[task.id] = { ...here, passed: true, points: kept };
  }
  const percent = status.of === 0 ? 0 : Math.min(100, Math.floor((100 * points) / status.of + 1e-9));
  const merged: LessonStatus = { ...status, tasks, points, percent, passed: percent >= lesson.pass };
  return { ...merged, done: lesson.steps.every((step) => isCleared(step, merged)) };
}

const hintCost = (task: Task, shown: number): number =>
  task.hintCosts.slice(0, shown).reduce((sum, cost) => sum + cost, 0);

/** What `status` adds to the tasks passed in this attempt; the same list when that is nothing. */
export function addPassed(earlier: readonly string[], status: LessonStatus): readonly string[] {
  const fresh = Object.values(status.tasks).filter(({ id, passed }) => passed && !earlier.includes(id));
  return fresh.length === 0 ? earlier : [...earlier, ...fresh.map(({ id }) => id)];
}
