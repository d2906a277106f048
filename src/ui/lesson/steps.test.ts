import { describe, expect, test } from 'vitest';
import type { FiredMistake, LessonStatus, QuizStatus, TaskStatus } from '../../lesson/status.ts';
import type { Check, Lesson, MistakeKind, Step, Task } from '../../lesson/types.ts';
import { addPassed, withEarlier } from './score.ts';
import { canOpen, currentItem, firstUncleared, isCleared, leftIn, notesFor, stateOf } from './steps.ts';

const CHECK: Check = { kind: 'none', of: [] };
const task = (id: string, more: Partial<Task> = {}): Task => ({
  id,
  points: 2,
  check: CHECK,
  partial: [],
  hintCosts: [0, 1],
  mistakes: [],
  optional: false,
  withinMs: null,
  hold: false,
  ...more,
});
const ONE: Step = {
  id: 'one',
  tasks: [task('helo'), task('extra', { optional: true })],
  quiz: [{ id: 'code', type: 'fill', points: 1, accept: ['354'], almost: [] }],
  mistakes: [],
};
const TWO: Step = { id: 'two', tasks: [task('mail')], quiz: [], mistakes: [] };
const LESSON = { steps: [ONE, TWO], free: false, pass: 60 } as unknown as Lesson;

const taskStatus = (id: string, more: Partial<TaskStatus> = {}): TaskStatus => ({
  id,
  passed: false,
  at: null,
  event: null,
  points: 0,
  of: 2,
  optional: false,
  hintsShown: 0,
  shown: false,
  ...more,
});
const passedAt = (id: string, event: number): TaskStatus =>
  taskStatus(id, { passed: true, at: 1, event, points: 2 });
const quizStatus = (tries: number): QuizStatus => ({
  id: 'code',
  points: 0,
  of: 1,
  tries,
  outcome: tries > 0 ? 'wrong' : null,
  last: [],
  almost: '',
  predicted: null,
});
const mistake = (id: string, event: number, kind: MistakeKind = 'actionable'): FiredMistake => ({
  id,
  kind,
  about: [],
  shared: false,
  step: 'one',
  at: 1,
  event,
  times: 1,
  read: false,
});

interface Given {
  readonly tasks?: readonly TaskStatus[];
  readonly tries?: number;
  readonly mistakes?: readonly FiredMistake[];
  readonly blockedBy?: readonly string[];
}

function status({ tasks = [], tries = 0, mistakes = [], blockedBy = [] }: Given): LessonStatus {
  const all = [taskStatus('helo'), taskStatus('extra', { optional: true }), taskStatus('mail'), ...tasks];
  const points = tasks.reduce((sum, one) => sum + one.points, 0);
  return {
    lesson: 'toy',
    points,
    of: 5,
    percent: Math.floor((100 * points) / 5),
    passed: false,
    done: false,
    steps: [
      { id: 'one', open: true, passed: false, skipped: false, blockedBy },
      { id: 'two', open: false, passed: false, skipped: false, blockedBy: [] },
    ],
    tasks: Object.fromEntries(all.map((one) => [one.id, one])),
    quizzes: { code: quizStatus(tries) },
    mistakes,
    next: '',
  };
}

describe('what a step asks for', () => {
  test('required tasks and questions come before optional tasks', () => {
    expect(currentItem(ONE, status({}))).toBe('helo');
    expect(currentItem(ONE, status({ tasks: [passedAt('helo', 5)] }))).toBe('code');
    expect(currentItem(ONE, status({ tasks: [passedAt('helo', 5)], tries: 1 }))).toBe('extra');
    const all = status({ tasks: [passedAt('helo', 5), passedAt('extra', 6)], tries: 1 });
    expect(currentItem(ONE, all)).toBeNull();
  });

  test('optional tasks do not keep a step open, an unread essential note does', () => {
    const done = { tasks: [passedAt('helo', 5)], tries: 1 };
    expect(leftIn(ONE, status({ tries: 1 }))).toBe(1);
    expect(isCleared(ONE, status(done))).toBe(true);
    expect(isCleared(ONE, status({ ...done, blockedBy: ['no-blank-line'] }))).toBe(false);
  });

  test('the first step with something left is where a lesson goes on; a step opens after those before it', () => {
    const done = status({ tasks: [passedAt('helo', 5)], tries: 1 });
    expect(firstUncleared(LESSON, status({}))).toBe(0);
    expect(firstUncleared(LESSON, done)).toBe(1);
    expect(
      firstUncleared(LESSON, status({ tasks: [passedAt('helo', 5), passedAt('mail', 9)], tries: 1 })),
    ).toBe(2);
    expect(canOpen(LESSON, 1, status({}), 0)).toBe(false);
    expect(canOpen(LESSON, 1, status({}), 1)).toBe(true);
    expect(canOpen(LESSON, 1, done, 0)).toBe(true);
  });

  test('a task the solution was played for is shown, not passed', () => {
    const item = { kind: 'task', id: 'helo', task: task('helo') } as const;
    const shown = status({ tasks: [{ ...passedAt('helo', 5), shown: true, points: 0 }] });
    expect(stateOf(item, null, shown)).toBe('shown');
    expect(stateOf(item, 'helo', status({}))).toBe('current');
  });
});

describe('notes on mistakes', () => {
  const shown = (given: Given, away: Record<string, number> = {}): readonly string[] =>
    notesFor(ONE, status(given), away).map(({ id }) => id);

  test('at most two, of the last thing that went wrong, in the grader’s order', () => {
    const mistakes = [mistake('old', 3), mistake('special', 8), mistake('general', 8), mistake('third', 8)];
    expect(shown({ mistakes })).toEqual(['special', 'general']);
  });

  test('an unread essential note stays in front until it is read', () => {
    const essential = mistake('must', 3, 'essential');
    expect(shown({ mistakes: [essential, mistake('later', 8)] })).toEqual(['must', 'later']);
    expect(shown({ mistakes: [{ ...essential, read: true }, mistake('later', 8)] })).toEqual(['later']);
  });

  test('a note goes when the work went on well, and does not give way to an older one when put away', () => {
    const mistakes = [mistake('old', 3), mistake('new', 8)];
    expect(shown({ mistakes, tasks: [passedAt('extra', 9)] })).toEqual([]);
    expect(shown({ mistakes }, { new: 1 })).toEqual([]);
    expect(shown({ mistakes: [{ ...mistakes[1]!, times: 2 }] }, { new: 1 })).toEqual(['new']);
  });
});

describe('the score over several courses of events', () => {
  test('a task passed before going back keeps its points, less its hints', () => {
    const now = status({ tasks: [taskStatus('helo', { hintsShown: 2 })] });
    const merged = withEarlier(LESSON, now, ['helo']);
    expect(merged.tasks.helo).toMatchObject({ passed: true, event: null, points: 1 });
    expect(merged).toMatchObject({ points: 1, percent: 20, passed: false, done: false });
    expect(stateOf({ kind: 'task', id: 'helo', task: task('helo') }, null, merged)).toBe('earlier');
  });

  test('partial points of this course are not counted twice, and shown tasks earn nothing', () => {
    const partly = status({ tasks: [taskStatus('helo', { points: 1 })] });
    expect(withEarlier(LESSON, partly, ['helo']).points).toBe(2);
    const shown = status({ tasks: [taskStatus('helo', { shown: true })] });
    expect(withEarlier(LESSON, shown, ['helo']).points).toBe(0);
  });

  test('nothing lost, nothing changed', () => {
    const now = status({ tasks: [passedAt('helo', 5)] });
    expect(withEarlier(LESSON, now, ['helo'])).toBe(now);
    expect(addPassed(['helo'], now)).toEqual(['helo']);
    expect(addPassed([], now)).toEqual(['helo']);
  });
});
