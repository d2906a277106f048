/**
 * Grades a lesson: a pure function of (lesson, params, log, count, lesson actions), computed incrementally. A grading
 * reads on where it stopped; when the log or the actions are not a continuation of what it has read, it begins again.
 */
import type { Millis } from '../base/time.ts';
import type { EventId, SimEvent } from '../sim/types.ts';
import type { Starts, Watch } from './check.ts';
import { holds, specificity, startAgain, watch } from './check.ts';
import type { Facts, LessonHost } from './facts.ts';
import { foldEvent, noFacts } from './facts.ts';
import { bindLesson } from './params.ts';
import { markAnswer, tryShare } from './quiz.ts';
import { report } from './report.ts';
import type { LessonAction, LessonStatus, QuizStatus } from './status.ts';
import type { Lesson, MistakeRule, Params, Quiz, Task } from './types.ts';

/** Plays `after` of a predict question in a fresh copy of the scenario and says what `ask` asks; null when it cannot. */
export type Simulate = (quiz: Extract<Quiz, { type: 'predict' }>) => string | null;

export interface TaskGrade {
  readonly task: Task;
  readonly check: Watch;
  readonly partial: readonly { readonly points: number; readonly check: Watch; got: boolean }[];
  passed: { readonly at: Millis; readonly event: EventId; readonly events: number } | null;
  hintsShown: number;
  shown: boolean;
}

export interface MistakeGrade {
  readonly rule: MistakeRule;
  readonly watch: Watch;
  readonly weight: number;
  readonly step: StepGrade;
  readonly task: TaskGrade | null;
  first: { readonly at: Millis; readonly event: EventId } | null;
  times: number;
  read: boolean;
}

export interface StepGrade {
  readonly id: string;
  readonly tasks: readonly TaskGrade[];
  readonly quiz: readonly Quiz[];
  /** Lesson events before it opened; null: not open. */
  openedAt: number | null;
  openedMs: Millis;
  skipped: boolean;
}

export interface Grading {
  readonly lesson: Lesson;
  readonly params: Params;
  readonly hosts: readonly LessonHost[];
  readonly simulate: Simulate;
  facts: Facts;
  steps: readonly StepGrade[];
  mistakes: readonly MistakeGrade[];
  /** Fired ones in order. */
  fired: MistakeGrade[];
  quizzes: Record<string, QuizStatus>;
  passedAt: Map<string, number>;
  /** Actions applied so far. */
  done: LessonAction[];
  /** Lesson events and state version at the last look. */
  looked: readonly [events: number, version: number];
  status: LessonStatus | null;
}

/** A grading that has read nothing. `lesson` is as loaded; `params` are put in here. */
export function beginGrading(
  lesson: Lesson,
  params: Params,
  hosts: readonly LessonHost[],
  simulate: Simulate,
): Grading {
  const bound = bindLesson(lesson, params);
  return { lesson: bound, params, hosts, simulate, ...fresh(bound, hosts) };
}

function fresh(lesson: Lesson, hosts: readonly LessonHost[]) {
  const mistakes: MistakeGrade[] = [];
  const rules = (of: readonly MistakeRule[], step: StepGrade, task: TaskGrade | null): void => {
    for (const rule of of)
      mistakes.push({
        rule,
        watch: watch(rule.when),
        // A lesson's own rule knows more of what went wrong than the shared one.
        weight: specificity(rule.when) + (rule.shared ? 0 : 1),
        step,
        task,
        first: null,
        times: 0,
        read: false,
      });
  };
  const steps = lesson.steps.map((given): StepGrade => {
    const tasks = given.tasks.map(taskGrade);
    const step = { id: given.id, tasks, quiz: given.quiz, openedAt: null, openedMs: 0, skipped: false };
    rules(given.mistakes, step, null);
    for (const one of tasks) rules(one.task.mistakes, step, one);
    return step;
  });
  return {
    facts: noFacts(hosts),
    steps,
    mistakes,
    fired: [],
    quizzes: {} as Record<string, QuizStatus>,
    passedAt: new Map<string, number>(),
    done: [] as LessonAction[],
    looked: [-1, -1] as const,
    status: null,
  };
}

function taskGrade(task: Task): TaskGrade {
  const partial = task.partial.map((part) => ({ points: part.points, check: watch(part.check), got: false }));
  return { task, check: watch(task.check), partial, passed: null, hintsShown: 0, shown: false };
}

/** Status after the first `count` events of `log`. `actions` are in the order in which they were made. */
export function grade(
  grading: Grading,
  log: readonly SimEvent[],
  count: number,
  actions: readonly LessonAction[],
): LessonStatus {
  const end = Math.min(count, log.length);
  const due = actions.filter((action) => action.events <= end);
  if (!continues(grading, log, end, due)) Object.assign(grading, fresh(grading.lesson, grading.hosts));
  else if (grading.status && grading.facts.read === end && grading.done.length === due.length)
    return grading.status;
  look(grading, 0);
  while (grading.facts.read < end || grading.done.length < due.length) {
    const action = due[grading.done.length];
    if (action && action.events <= grading.facts.read) {
      apply(grading, action);
      grading.done.push(action);
    } else foldEvent(grading.facts, log, log[grading.facts.read]!);
    look(grading, action?.at ?? 0);
  }
  grading.status = report(grading);
  return grading.status;
}

/** One status from nothing: for hand-ins and tests. */
export function lessonStatus(
  lesson: Lesson,
  params: Params,
  hosts: readonly LessonHost[],
  simulate: Simulate,
  log: readonly SimEvent[],
  count: number,
  actions: readonly LessonAction[],
): LessonStatus {
  return grade(beginGrading(lesson, params, hosts, simulate), log, count, actions);
}

function continues(
  grading: Grading,
  log: readonly SimEvent[],
  end: number,
  due: readonly LessonAction[],
): boolean {
  const { read, last } = grading.facts;
  if (read > end || grading.done.length > due.length) return false;
  if (read > 0 && log[read - 1] !== last) return false;
  if (!grading.done.every((action, i) => action === due[i])) return false;
  // An action that came in after later events were read has missed its place.
  const next = due[grading.done.length];
  return next === undefined || next.events >= read;
}

function apply(grading: Grading, action: LessonAction): void {
  grading.looked = [-1, -1];
  const tasks = grading.steps.flatMap((step) => step.tasks);
  switch (action.kind) {
    case 'hint': {
      const found = tasks.find((one) => one.task.id === action.task);
      if (found && found.hintsShown < found.task.hintCosts.length) found.hintsShown++;
      return;
    }
    case 'show': {
      const found = tasks.find((one) => one.task.id === action.task);
      if (found && !found.passed) found.shown = true;
      return;
    }
    case 'skip': {
      const step = grading.steps.find((one) => one.id === action.step);
      if (step) step.skipped = true;
      return;
    }
    case 'read':
      for (const mistake of grading.mistakes) if (mistake.rule.id === action.mistake) mistake.read = true;
      return;
    case 'answer':
      answer(grading, action);
      return;
  }
}

function answer(grading: Grading, action: Extract<LessonAction, { kind: 'answer' }>): void {
  const quiz = grading.steps.flatMap((step) => step.quiz).find((one) => one.id === action.quiz);
  if (!quiz) return;
  const before = Object.hasOwn(grading.quizzes, quiz.id) ? grading.quizzes[quiz.id] : undefined;
  const predicted = quiz.type === 'predict' ? (before?.predicted ?? grading.simulate(quiz)) : null;
  const { outcome, share, almost } = markAnswer(quiz, action.answer, predicted);
  const tries = (before?.tries ?? 0) + (outcome === 'almost' ? 0 : 1);
  const earned = Math.round(quiz.points * share * tryShare(tries) * 100) / 100;
  grading.quizzes[quiz.id] = {
    id: quiz.id,
    points: Math.max(before?.points ?? 0, earned),
    of: quiz.points,
    tries,
    outcome,
    last: action.answer,
    almost,
    predicted,
  };
}

/** Looks at everything that may have become true by the last event or action. */
function look(grading: Grading, actionAt: Millis): void {
  const { facts } = grading;
  const [events, version] = grading.looked;
  if (facts.events.length === events && facts.version === version) return;
  grading.looked = [facts.events.length, facts.version];
  const at = facts.last?.at ?? actionAt;
  openSteps(grading, at);
  for (const step of grading.steps) for (const one of step.tasks) lookAtTask(grading, step, one, at);
  lookAtMistakes(grading, at);
  openSteps(grading, at);
}

function startsOf(grading: Grading, step: StepGrade): Starts {
  return { step: step.openedAt, passed: (task) => grading.passedAt.get(task) ?? null };
}

function lookAtTask(grading: Grading, step: StepGrade, one: TaskGrade, at: Millis): void {
  if (one.passed && !one.task.hold) return;
  const { facts } = grading;
  const starts = startsOf(grading, step);
  for (const part of one.partial) if (!part.got || one.task.hold) part.got = holds(part.check, facts, starts);
  const holding = holds(one.check, facts, starts);
  const late = one.task.withinMs !== null && step.openedAt !== null && at - step.openedMs > one.task.withinMs;
  if (!holding) one.passed = null;
  else if (!one.passed && !late) {
    one.passed = { at, event: facts.last?.id ?? 0, events: facts.events.length };
    grading.passedAt.set(one.task.id, facts.events.length);
  }
}

function lookAtMistakes(grading: Grading, at: Millis): void {
  const { facts } = grading;
  const now: MistakeGrade[] = [];
  for (const one of grading.mistakes) {
    if (one.first && one.rule.once) continue;
    // Once the work is done, trying things out is no mistake any more.
    const over = one.task?.passed && one.task.passed.event !== facts.last?.id;
    if (over || !holds(one.watch, facts, startsOf(grading, one.step))) continue;
    one.times++;
    if (!one.rule.once) startAgain(one.watch, facts);
    if (one.first) continue;
    one.first = { at, event: facts.last?.id ?? 0 };
    now.push(one);
  }
  // The same shared rule may be watched by several tasks: it is told once.
  for (const one of now.sort((a, b) => b.weight - a.weight))
    if (!grading.fired.some((other) => other.rule.id === one.rule.id)) grading.fired.push(one);
}

export function isBlocked(grading: Grading, step: StepGrade): readonly string[] {
  return grading.fired
    .filter((one) => one.step === step && one.rule.kind === 'essential' && !one.read)
    .map((one) => one.rule.id);
}

export function isPassed(grading: Grading, step: StepGrade): boolean {
  if (!step.tasks.every((one) => one.task.optional || one.passed || one.shown)) return false;
  if (!step.quiz.every((quiz) => (grading.quizzes[quiz.id]?.tries ?? 0) > 0)) return false;
  return isBlocked(grading, step).length === 0;
}

/** A step opens when the one before is passed or skipped. */
function openSteps(grading: Grading, at: Millis): void {
  let open = true;
  for (const step of grading.steps) {
    if (open && step.openedAt === null) {
      step.openedAt = grading.facts.events.length;
      step.openedMs = at;
    }
    open = grading.lesson.free || (step.openedAt !== null && (step.skipped || isPassed(grading, step)));
  }
}
