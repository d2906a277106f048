/** What a step still asks for. Pure: the panel's cards, its dots and its Next button all read this. */
import type { FiredMistake, LessonStatus } from '../../lesson/status.ts';
import type { Lesson, Quiz, Step, Task } from '../../lesson/types.ts';

export type Item =
  | { readonly kind: 'task'; readonly id: string; readonly task: Task }
  | { readonly kind: 'quiz'; readonly id: string; readonly quiz: Quiz };

/** Tasks first, then questions: the order in which a step is worked through. */
export const itemsOf = (step: Step): readonly Item[] => [
  ...step.tasks.map((task): Item => ({ kind: 'task', id: task.id, task })),
  ...step.quiz.map((quiz): Item => ({ kind: 'quiz', id: quiz.id, quiz })),
];

/**
 * `passed`: proved on this course of events; `earlier`: on one that was left since (see `score.ts`); `shown`: the
 * solution was played; `answered`: a question with at least one try.
 */
export type ItemState = 'passed' | 'earlier' | 'shown' | 'answered' | 'current' | 'later';

const isClear = (item: Item, status: LessonStatus): boolean => {
  if (item.kind === 'quiz') return (status.quizzes[item.id]?.tries ?? 0) > 0;
  const task = status.tasks[item.id];
  return task?.passed === true || task?.shown === true;
};

const isOptional = (item: Item): boolean => item.kind === 'task' && item.task.optional;

/** The first thing to do in a step; when only optional tasks are left, the first of those. */
export function currentItem(step: Step, status: LessonStatus): string | null {
  const open = itemsOf(step).filter((item) => !isClear(item, status));
  return (open.find((item) => !isOptional(item)) ?? open[0])?.id ?? null;
}

export function stateOf(item: Item, current: string | null, status: LessonStatus): ItemState {
  if (item.kind === 'quiz') {
    if ((status.quizzes[item.id]?.tries ?? 0) > 0) return 'answered';
  } else {
    const task = status.tasks[item.id];
    if (task?.shown) return 'shown';
    if (task?.passed) return task.event === null ? 'earlier' : 'passed';
  }
  return item.id === current ? 'current' : 'later';
}

/** Things left in a step; optional ones do not count. */
export const leftIn = (step: Step, status: LessonStatus): number =>
  itemsOf(step).filter((item) => !isOptional(item) && !isClear(item, status)).length;

/** Essential notes of this step that were not read: they keep it shut. */
export const blockedBy = (step: Step, status: LessonStatus): readonly string[] =>
  status.steps.find(({ id }) => id === step.id)?.blockedBy ?? [];

export function isCleared(step: Step, status: LessonStatus): boolean {
  const skipped = status.steps.find(({ id }) => id === step.id)?.skipped === true;
  return skipped || (leftIn(step, status) === 0 && blockedBy(step, status).length === 0);
}

/** Index of the first step that is not done; the number of steps when all are. */
export function firstUncleared(lesson: Lesson, status: LessonStatus): number {
  const index = lesson.steps.findIndex((step) => !isCleared(step, status));
  return index < 0 ? lesson.steps.length : index;
}

/** A step can be looked at when it is open, was reached before, or everything before it is done. */
export function canOpen(lesson: Lesson, index: number, status: LessonStatus, reached: number): boolean {
  if (index <= reached || lesson.free) return true;
  return lesson.steps.slice(0, index).every((step) => isCleared(step, status));
}

const SHOWN_AT_ONCE = 2;

/**
 * The notes to show now, at most two: unread essential ones first, then those on the last thing that went wrong, the
 * most specific first (the order the grader gives them). A note is gone once it was put away, something else went
 * wrong, or the work went on well after it.
 */
export function notesFor(
  step: Step,
  status: LessonStatus,
  putAway: Readonly<Record<string, number>>,
): readonly FiredMistake[] {
  const here = status.mistakes.filter((one) => one.step === step.id);
  const passedAt = step.tasks.map(({ id }) => status.tasks[id]?.event ?? -1);
  const since = Math.max(-1, ...passedAt, ...here.map(({ event }) => event));
  const isAway = (one: FiredMistake): boolean =>
    (Object.hasOwn(putAway, one.id) ? putAway[one.id]! : one.read ? 1 : 0) >= one.times;
  const essential = here.filter((one) => one.kind === 'essential' && !one.read);
  const over =
    step.tasks.length > 0 && step.tasks.every((task) => isClear({ kind: 'task', id: task.id, task }, status));
  const others = here.filter(
    (one) =>
      one.kind !== 'essential' && one.event >= since && !isAway(one) && (!over || one.kind === 'celebratory'),
  );
  return [...essential, ...others].slice(0, SHOWN_AT_ONCE);
}
