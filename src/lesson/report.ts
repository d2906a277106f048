/** A grading put into words and points. */
import type { Grading, StepGrade, TaskGrade } from './grade.ts';
import { isBlocked, isPassed } from './grade.ts';
import type { LessonStatus, QuizStatus, StepStatus, TaskStatus } from './status.ts';
import type { Quiz } from './types.ts';

function taskStatus(one: TaskGrade): TaskStatus {
  const { task, hintsShown } = one;
  const parts = one.partial.reduce((sum, part) => sum + (part.got ? part.points : 0), 0);
  const earned = one.passed ? task.points : Math.min(parts, task.points);
  const cost = task.hintCosts.slice(0, hintsShown).reduce((sum, points) => sum + points, 0);
  return {
    id: task.id,
    passed: one.passed !== null,
    at: one.passed?.at ?? null,
    event: one.passed?.event ?? null,
    points: one.shown ? 0 : Math.max(0, earned - cost),
    of: task.points,
    optional: task.optional,
    hintsShown,
    shown: one.shown,
  };
}

const unanswered = (quiz: Quiz): QuizStatus => ({
  id: quiz.id,
  points: 0,
  of: quiz.points,
  tries: 0,
  outcome: null,
  last: [],
  almost: '',
  predicted: null,
});

function nextOf(grading: Grading, step: StepGrade): string {
  const task = step.tasks.find((one) => !one.passed && !one.shown && !one.task.optional);
  if (task) return task.task.id;
  return step.quiz.find((quiz) => (grading.quizzes[quiz.id]?.tries ?? 0) === 0)?.id ?? '';
}

export function report(grading: Grading): LessonStatus {
  const { lesson } = grading;
  const tasks: Record<string, TaskStatus> = {};
  const quizzes: Record<string, QuizStatus> = {};
  let points = 0;
  let of = 0;
  for (const step of grading.steps) {
    for (const one of step.tasks) {
      const status = taskStatus(one);
      tasks[one.task.id] = status;
      points += status.points;
      // An optional task may make up for points lost elsewhere.
      if (!one.task.optional) of += status.of;
    }
    for (const quiz of step.quiz) {
      const status = grading.quizzes[quiz.id] ?? unanswered(quiz);
      quizzes[quiz.id] = status;
      points += status.points;
      of += status.of;
    }
  }
  const steps = grading.steps.map(
    (step): StepStatus => ({
      id: step.id,
      open: step.openedAt !== null,
      passed: isPassed(grading, step),
      skipped: step.skipped,
      blockedBy: isBlocked(grading, step),
    }),
  );
  const current = grading.steps.find(
    (step, i) => step.openedAt !== null && !steps[i]!.passed && !step.skipped,
  );
  const percent = of === 0 ? 0 : Math.min(100, Math.floor((100 * points) / of + 1e-9));
  return {
    lesson: lesson.id,
    points,
    of,
    percent,
    passed: percent >= lesson.pass,
    done: steps.every((step) => step.passed || step.skipped),
    steps,
    tasks,
    quizzes,
    mistakes: grading.fired.map((one) => ({
      id: one.rule.id,
      kind: one.rule.kind,
      about: one.rule.about,
      shared: one.rule.shared,
      step: one.step.id,
      at: one.first?.at ?? 0,
      event: one.first?.event ?? 0,
      times: one.times,
      read: one.read,
    })),
    next: current ? nextOf(grading, current) : '',
  };
}
