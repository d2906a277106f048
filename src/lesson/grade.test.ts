import { describe, expect, test } from 'vitest';
import type { SimEvent } from '../sim/types.ts';
import { beginGrading, grade, lessonStatus } from './grade.ts';
import { loadCourse } from './load.ts';
import { chooseParams } from './params.ts';
import type { LessonAction, LessonGesture } from './status.ts';
import { readFolder, TOY_HOSTS, toyPlay, typeAt } from './toy.testing.ts';
import type { Lesson } from './types.ts';

const FILES: Record<string, string> = {
  ...readFolder(new URL('fixtures', import.meta.url)),
  'scenarios/toy.yaml': 'toy',
};

/** The toy lesson, edited. */
function lesson(...edits: readonly (readonly [string, string])[]): Lesson {
  let source = FILES['toy/lesson.yaml']!;
  for (const [from, to] of edits) {
    expect(source).toContain(from);
    source = source.replace(from, to);
  }
  const { folders } = loadCourse({ ...FILES, 'toy/lesson.yaml': source });
  expect(folders[0]!.schema).toEqual([]);
  return folders[0]!.lesson!.lesson;
}

const PARAMS = { name: 'pc' };
const simulate = () => '503';
const SESSION = ['telnet mail 25', 'HELO pc', 'MAIL FROM:<dude@example.com>', 'RCPT TO:<walter@example.org>'];

function typed(lines: readonly string[]): readonly SimEvent[] {
  const play = toyPlay();
  for (const line of lines) typeAt(play, line);
  return play.log();
}

const did = (...gestures: LessonGesture[]): LessonAction[] =>
  gestures.map((gesture) => ({ at: 0, events: 0, ...gesture }));
const status = (of: Lesson, lines: readonly string[], actions: readonly LessonAction[] = []) => {
  const log = typed(lines);
  return lessonStatus(of, PARAMS, TOY_HOSTS, simulate, log, log.length, actions);
};
const answer = (quiz: string, ...given: string[]): LessonGesture => ({ kind: 'answer', quiz, answer: given });

describe('tasks', () => {
  test('nothing done, nothing gained; the first task is next', () => {
    expect(status(lesson(), [])).toMatchObject({
      points: 0,
      of: 7,
      percent: 0,
      passed: false,
      done: false,
      next: 'open',
    });
  });

  test('points, part of the points, and what comes next', () => {
    const now = status(lesson(), SESSION.slice(0, 3));
    expect(now.tasks.rcpt).toMatchObject({ passed: false, points: 1 });
    expect(now).toMatchObject({ points: 3, next: 'rcpt' });
    expect(status(lesson(), SESSION)).toMatchObject({ points: 4, percent: 57, next: 'code' });
  });

  test("a student's own values", () => {
    expect(status(lesson(), ['telnet mail 25', 'HELO desk']).tasks.hello!.passed).toBe(false);
    expect(chooseParams(lesson(), 'Jura')).toEqual(chooseParams(lesson(), ' jura '));
    const names = ['Anna', 'Jura', 'Walter', 'Bill', 'Linus'].map(
      (name) => chooseParams(lesson(), name).name,
    );
    expect(new Set(names)).toEqual(new Set(['pc', 'desk']));
  });

  test('once passed stays passed, unless it is to hold', () => {
    const check = 'check: { tcp: { from: pc, to: "mail.example.com:25", result: open } }';
    const unpowered = 'check: { host: { name: mail, up: false } }';
    const play = toyPlay();
    play.act({ kind: 'power', host: 'mail', up: false });
    play.act({ kind: 'power', host: 'mail', up: true });
    const passed = (of: Lesson, count: number) =>
      lessonStatus(of, PARAMS, TOY_HOSTS, simulate, play.log(), count, []).tasks.open!.passed;
    const stays = lesson([check, unpowered]);
    expect([0, 2, 4].map((count) => passed(stays, count))).toEqual([false, true, true]);
    const holds = lesson([check, `${unpowered}\n        hold: true`]);
    expect([0, 2, 4].map((count) => passed(holds, count))).toEqual([false, true, false]);
  });

  test('within: too late does not count', () => {
    const limit = (time: string) => lesson(['reply: 250 } }\n', `reply: 250 } }\n        within: ${time}\n`]);
    const slow = typed(SESSION).map((event) => ({ ...event, at: event.at * 1000 }));
    const passes = (of: Lesson) =>
      lessonStatus(of, PARAMS, TOY_HOSTS, simulate, slow, slow.length, []).tasks.hello!.passed;
    expect(passes(limit('1h'))).toBe(true);
    expect(passes(limit('9s'))).toBe(false);
  });

  test('hints cost what they cost, and never more than the task gives', () => {
    const hint: LessonGesture = { kind: 'hint', task: 'open' };
    const points = (...gestures: LessonGesture[]) => status(lesson(), SESSION, did(...gestures)).tasks.open;
    expect(points(hint)).toMatchObject({ hintsShown: 1, points: 1 });
    expect(points(hint, hint)).toMatchObject({ hintsShown: 2, points: 0 });
    expect(points(hint, hint, hint, hint)).toMatchObject({ hintsShown: 2, points: 0 });
  });

  test('shown: no points for it, but the step goes on', () => {
    const now = status(lesson(), SESSION, did({ kind: 'show', task: 'rcpt' }));
    expect(now.tasks.rcpt).toMatchObject({ passed: true, shown: true, points: 0 });
    expect(now.steps[0]!.passed).toBe(true);
  });
});

describe('questions', () => {
  const quizzes = (...gestures: LessonGesture[]) => status(lesson(), SESSION, did(...gestures)).quizzes;

  test('the second try earns half, the third nothing, the best counts', () => {
    const [wrong, right] = [answer('true-or-not', 'b'), answer('true-or-not', 'a')];
    expect(quizzes(right)['true-or-not']).toMatchObject({ points: 1, tries: 1, outcome: 'right' });
    expect(quizzes(wrong, right)['true-or-not']).toMatchObject({ points: 0.5, tries: 2 });
    expect(quizzes(wrong, wrong, right)['true-or-not']).toMatchObject({
      points: 0,
      tries: 3,
      outcome: 'right',
    });
    expect(quizzes(right, wrong)['true-or-not']).toMatchObject({ points: 1, outcome: 'wrong', last: ['b'] });
  });

  test('almost costs nothing', () => {
    expect(quizzes(answer('code', '220')).code).toMatchObject({
      outcome: 'almost',
      almost: 'class',
      tries: 0,
    });
    expect(quizzes(answer('code', '220'), answer('code', '250')).code).toMatchObject({
      points: 1,
      tries: 1,
    });
  });

  test('a prediction shows what the simulator said, and asks it once', () => {
    let asked = 0;
    const log = typed(SESSION);
    const counted = () => `50${++asked}`;
    const actions = did(answer('next', '250'), answer('next', '501'));
    const now = lessonStatus(lesson(), PARAMS, TOY_HOSTS, counted, log, log.length, actions);
    expect(now.quizzes.next).toMatchObject({ predicted: '501', points: 0.5 });
    expect(asked).toBe(1);
  });

  test('answers to what is not asked change nothing', () => {
    expect(status(lesson(), SESSION, did(answer('constructor', 'a'), answer('nothing', 'a'))).points).toBe(4);
  });
});

describe('steps', () => {
  const open = (...args: Parameters<typeof status>) => status(...args).steps.map((step) => step.open);

  test('one opens after the other, by passing or by skipping', () => {
    expect(open(lesson(), SESSION.slice(0, 3))).toEqual([true, false]);
    expect(open(lesson(), SESSION)).toEqual([true, true]);
    expect(open(lesson(), [], did({ kind: 'skip', step: 'talk' }))).toEqual([true, true]);
    expect(open(lesson(['steps:', 'open: free\nsteps:']), [])).toEqual([true, true]);
  });

  test('an essential mistake must be read first', () => {
    const strict = lesson(['{ id: shouting, kind: informative', '{ id: shouting, kind: essential']);
    const lines = [...SESSION, 'NOOP!'];
    const read: LessonGesture = { kind: 'read', mistake: 'shouting' };
    // The step had been passed before; it was still open when it was shouted in.
    const early = ['telnet mail 25', 'NOOP!', ...SESSION.slice(1)];
    expect(status(strict, early).steps[0]).toMatchObject({ passed: false, blockedBy: ['shouting'] });
    expect(status(strict, early, did(read)).steps[0]).toMatchObject({ passed: true, blockedBy: [] });
    expect(status(lesson(), lines).steps[0]).toMatchObject({ passed: true });
  });

  test('done when every step is passed', () => {
    const all = did(answer('code', '250'), answer('next', '503'), answer('true-or-not', 'a'));
    expect(status(lesson(), SESSION, all)).toMatchObject({
      percent: 100,
      passed: true,
      done: true,
      next: '',
    });
  });
});

describe('mistakes', () => {
  const ids = (of: Lesson, lines: readonly string[]) => status(of, lines).mistakes.map((one) => one.id);

  test('once, the most specific first', () => {
    const first = ['telnet mail 25', 'RCPT TO:<a!b@example.org>', 'RCPT TO:<a!b@example.org>'];
    expect(ids(lesson(), first)).toEqual(['rcpt-before-mail', 'shouting']);
    expect(status(lesson(), first).mistakes.map((one) => one.times)).toEqual([1, 1]);
  });

  test('again and again when asked to', () => {
    const often = lesson(['{ id: shouting,', '{ id: shouting, once: false,']);
    expect(status(often, ['telnet mail 25', 'A!', 'B!', 'C']).mistakes).toMatchObject([
      { id: 'shouting', times: 2 },
    ]);
  });

  test('a task that is passed watches no more', () => {
    expect(ids(lesson(), [...SESSION, 'RSET', 'QUIT', 'telnet mail 25', 'RCPT TO:<a@b.example>'])).toEqual(
      [],
    );
  });
});

describe('a grading reads on', () => {
  const actions: LessonAction[] = [
    { at: 0, events: 0, kind: 'hint', task: 'open' },
    { at: 50, events: 5, ...answer('true-or-not', 'b') } as LessonAction,
    { at: 50, events: 5, ...answer('true-or-not', 'a') } as LessonAction,
    { at: 80, events: 8, ...answer('code', '250') } as LessonAction,
  ];
  // Shown before the task was passed: applied later it would change nothing.
  const shown: LessonAction = { at: 20, events: 3, kind: 'show', task: 'rcpt' };
  const log = typed(['telnet mail 25', 'RCPT TO:<x@y.example>', ...SESSION.slice(1), 'NOOP!', 'QUIT']);
  const afresh = (count: number) => lessonStatus(lesson(), PARAMS, TOY_HOSTS, simulate, log, count, actions);

  test('forwards, backwards and by leaps, it says the same as one begun afresh', () => {
    const grading = beginGrading(lesson(), PARAMS, TOY_HOSTS, simulate);
    const order = [0, 1, 2, 3, 5, 8, 4, 4, log.length, 0, 7, log.length + 10, 6];
    for (const count of order) expect(grade(grading, log, count, actions)).toEqual(afresh(count));
  });

  test('an action that comes later takes its place', () => {
    const grading = beginGrading(lesson(), PARAMS, TOY_HOSTS, simulate);
    const all = [actions[0]!, shown];
    expect(grade(grading, log, log.length, all.slice(0, 1)).tasks.rcpt!.points).toBe(2);
    expect(grade(grading, log, log.length, all).tasks.rcpt!.points).toBe(0);
  });

  test('another log of the same length is not taken for this one', () => {
    const grading = beginGrading(lesson(), PARAMS, TOY_HOSTS, simulate);
    grade(grading, log, 4, []);
    const other = typed(['telnet mail 25', 'HELO pc', 'QUIT']);
    const now = grade(grading, other, other.length, []);
    expect(now.tasks.hello!.passed).toBe(true);
    expect(now.mistakes).toEqual([]);
  });

  test('the status is plain data, and stays the same object while nothing happens', () => {
    const grading = beginGrading(lesson(), PARAMS, TOY_HOSTS, simulate);
    const now = grade(grading, log, log.length, actions);
    expect(JSON.parse(JSON.stringify(now))).toEqual(now);
    expect(grade(grading, log, log.length, actions)).toBe(now);
  });
});
