import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  beginAttempt,
  MAX_ACTIONS,
  mergeProgress,
  noProgress,
  type Progress,
  parseProgress,
  progressOf,
  recordAttempt,
  writeProgress,
} from './progress.ts';
import type { LessonStatus } from './status.ts';

function statusOf(
  percent: number,
  passed: readonly string[] = [],
  mistakes: readonly string[] = [],
): LessonStatus {
  const task = (id: string) => ({
    id,
    passed: true,
    at: 0,
    event: 0,
    points: 1,
    of: 1,
    optional: false,
    hintsShown: 0,
    shown: false,
  });
  return {
    lesson: 'smtp-by-hand',
    points: percent / 10,
    of: 10,
    percent,
    passed: percent >= 60,
    done: false,
    steps: [],
    tasks: Object.fromEntries(passed.map((id) => [id, task(id)])),
    quizzes: {},
    mistakes: mistakes.map((id) => ({
      id,
      kind: 'actionable',
      about: [],
      shared: false,
      step: 's',
      at: 0,
      event: 0,
      times: 1,
      read: false,
    })),
    next: '',
  };
}

const ATTEMPT: Attempt = {
  version: 1,
  actions: [
    {
      at: 0,
      action: { kind: 'input', program: 'pc/shell', input: { kind: 'line', text: 'telnet mail 25' } },
    },
    { at: 5, action: { kind: 'power', host: 'mx', up: false } },
    { at: 5, action: { kind: 'inspect', what: 'host.mx' } },
  ],
  lessonActions: [
    { at: 1, events: 3, kind: 'hint', task: 'helo' },
    { at: 2, events: 9, kind: 'answer', quiz: 'who', answer: ['b', 'c'] },
  ],
};
const some = recordAttempt(noProgress('Jura'), statusOf(50, ['open', 'helo'], ['backspace']), ATTEMPT);

test('the best attempt counts, and nothing is lost by a worse one', () => {
  const worse = recordAttempt(beginAttempt(some, 'smtp-by-hand'), statusOf(20, ['open', 'quit']), ATTEMPT);
  expect(progressOf(worse, 'smtp-by-hand')).toMatchObject({
    bestPercent: 50,
    bestPoints: 5,
    passed: ['open', 'helo', 'quit'],
    attempts: 2,
    mistakes: { backspace: 1 },
  });
  expect(progressOf(recordAttempt(worse, statusOf(90), ATTEMPT), 'smtp-by-hand').bestPercent).toBe(90);
});

test('an attempt of too many gestures keeps its score', () => {
  const long = { ...ATTEMPT, actions: new Array(MAX_ACTIONS + 1).fill(ATTEMPT.actions[0]) };
  const one = progressOf(recordAttempt(noProgress(), statusOf(70), long), 'smtp-by-hand');
  expect(one).toMatchObject({ bestPercent: 70, current: null });
});

test('what is written is read back', () => {
  expect(parseProgress(writeProgress(some))).toEqual({ kind: 'ok', progress: some });
  expect(parseProgress(writeProgress(noProgress()))).toEqual({ kind: 'ok', progress: noProgress() });
});

describe('merging two computers', () => {
  const other = recordAttempt(
    noProgress('Jura'),
    statusOf(80, ['quit'], ['backspace', 'wrong-port']),
    ATTEMPT,
  );

  test('takes the better score and everything passed, whichever way round', () => {
    for (const merged of [mergeProgress(some, other), mergeProgress(other, some)]) {
      const one = progressOf(merged, 'smtp-by-hand');
      expect(one).toMatchObject({
        bestPercent: 80,
        bestPoints: 8,
        mistakes: { backspace: 1, 'wrong-port': 1 },
      });
      expect([...one.passed].sort()).toEqual(['helo', 'open', 'quit']);
    }
  });

  test('twice is the same as once', () => {
    const merged = mergeProgress(some, other);
    expect(mergeProgress(merged, other)).toEqual(merged);
  });
});

describe('damaged text', () => {
  const damaged = (text: string) => {
    const parsed = parseProgress(text);
    expect(parsed.kind).toBe('damaged');
    if (parsed.kind === 'damaged') expect(parsed.text).toBe(text);
    return parsed.kind === 'damaged' ? parsed.why : '';
  };
  const edited = (edit: (progress: { lessons: Record<string, Record<string, unknown>> }) => void): string => {
    const copy = JSON.parse(writeProgress(some));
    edit(copy);
    return damaged(JSON.stringify(copy));
  };

  test('says what is wrong and keeps the text', () => {
    expect(damaged('{')).toBe('not JSON');
    expect(damaged('[]')).toBe('not an object');
    expect(damaged('{"format":"posthorn-progress/2"}')).toContain('format');
    expect(damaged(writeProgress(some).slice(0, -10))).toBe('not JSON');
    const l = 'smtp-by-hand';
    expect(edited((p) => (p.lessons[l]!.bestPercent = '100'))).toContain('score');
    expect(edited((p) => (p.lessons[l]!.bestPercent = 400))).toContain('100 percent');
    expect(edited((p) => (p.lessons[l]!.passed = [1]))).toContain('passed');
    expect(edited((p) => (p.lessons['../x'] = {}))).toContain('no lesson');
    expect(
      edited((p) => (p.lessons[l]!.current = { ...ATTEMPT, actions: [{ at: 0, action: { kind: 'x' } }] })),
    ).toContain('attempt');
    const back = [...ATTEMPT.actions].reverse();
    expect(edited((p) => (p.lessons[l]!.current = { ...ATTEMPT, actions: back }))).toContain('attempt');
  });

  test('nothing throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(['ok', 'damaged']).toContain(parseProgress(text).kind);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (lessons, current) => {
        const text = JSON.stringify({ format: 'posthorn-progress/1', student: '', lessons });
        parseProgress(text);
        const copy = JSON.parse(writeProgress(some)) as { lessons: Record<string, Record<string, unknown>> };
        copy.lessons['smtp-by-hand']!.current = current;
        parseProgress(JSON.stringify(copy));
      }),
    );
  });

  test('a name like __proto__ does no harm', () => {
    const text = '{"format":"posthorn-progress/1","student":"","lessons":{"__proto__":{"polluted":true}}}';
    expect(parseProgress(text).kind).toBe('damaged');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const merged: Progress = mergeProgress(noProgress(), some);
    expect(Object.keys(merged.lessons)).toEqual(['smtp-by-hand']);
  });
});
