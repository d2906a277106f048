import { describe, expect, test } from 'vitest';
import { markAnswer, rightAnswer } from './quiz.ts';
import type { Quiz } from './types.ts';

const share = (quiz: Quiz, ...answer: string[]): number => markAnswer(quiz, answer, null).share;
const base = { id: 'q', points: 4 };

test('single is all or nothing', () => {
  const quiz: Quiz = { ...base, type: 'single', options: ['a', 'b'], right: 'a', why: {} };
  expect(share(quiz, 'a')).toBe(1);
  expect(share(quiz, 'b')).toBe(0);
  expect(share(quiz, 'a', 'b')).toBe(0);
  expect(share(quiz)).toBe(0);
});

test('multiple: all, or (right − wrong) / number of right, not below 0', () => {
  const all: Quiz = {
    ...base,
    type: 'multiple',
    options: ['a', 'b', 'c', 'd'],
    right: ['b', 'c'],
    scoring: 'all',
    why: {},
  };
  expect(share(all, 'c', 'b')).toBe(1);
  expect(share(all, 'b')).toBe(0);
  const each: Quiz = { ...all, scoring: 'per-option' };
  expect(share(each, 'b')).toBe(0.5);
  expect(share(each, 'b', 'c', 'a')).toBe(0.5);
  expect(share(each, 'b', 'a', 'd')).toBe(0);
  expect(share(each, 'b', 'b', 'b')).toBe(0.5);
});

test('ordering: whole, or up to half for what is in order', () => {
  const quiz: Quiz = { ...base, type: 'ordering', items: ['a', 'b', 'c', 'd', 'e'] };
  expect(share(quiz, 'a', 'b', 'c', 'd', 'e')).toBe(1);
  // Four of five in order: three steps of four kept.
  expect(share(quiz, 'b', 'a', 'c', 'd', 'e')).toBe(0.375);
  expect(share(quiz, 'e', 'd', 'c', 'b', 'a')).toBe(0);
  expect(share(quiz)).toBe(0);
});

describe('fill', () => {
  const quiz: Quiz = {
    ...base,
    type: 'fill',
    accept: ['354'],
    almost: [
      { glob: '250', text: 'code-250' },
      { glob: '3xx', text: 'code-class' },
    ],
  };
  test('right, almost and wrong', () => {
    expect(markAnswer(quiz, [' 354 '], null)).toMatchObject({ outcome: 'right' });
    expect(markAnswer(quiz, ['250'], null)).toMatchObject({ outcome: 'almost', almost: 'code-250' });
    expect(markAnswer(quiz, ['301'], null)).toMatchObject({ outcome: 'almost', almost: 'code-class' });
    expect(markAnswer(quiz, ['503'], null)).toMatchObject({ outcome: 'wrong', almost: '' });
  });
});

test('match per pair; several answers may fit one item', () => {
  const quiz: Quiz = {
    ...base,
    type: 'match',
    left: ['dovecot', 'postfix'],
    right: ['mda', 'store', 'mta'],
    pairs: { dovecot: ['mda', 'store'], postfix: ['mta'] },
  };
  expect(share(quiz, 'dovecot=store', 'postfix=mta')).toBe(1);
  expect(share(quiz, 'dovecot=mta', 'postfix=mta')).toBe(0.5);
  expect(share(quiz, 'nonsense')).toBe(0);
});

test('predict: the simulator knows', () => {
  const quiz: Quiz = { ...base, type: 'predict', after: ['> X'], ask: 'reply-code', options: ['250', '503'] };
  expect(markAnswer(quiz, ['503'], '503').outcome).toBe('right');
  expect(markAnswer(quiz, ['503'], '250').outcome).toBe('wrong');
  expect(markAnswer(quiz, ['503'], null).outcome).toBe('wrong');
  expect(rightAnswer(quiz, '503')).toEqual(['503']);
});

test('the right answer of every kind is right', () => {
  const quizzes: Quiz[] = [
    { ...base, type: 'ordering', items: ['a', 'b'] },
    { ...base, type: 'fill', accept: ['x'], almost: [] },
    { ...base, type: 'match', left: ['a'], right: ['b'], pairs: { a: ['b'] } },
    { ...base, type: 'spot', in: 'config', lines: [], right: ['l2'], why: {} },
  ];
  for (const quiz of quizzes) expect(share(quiz, ...rightAnswer(quiz, null)!)).toBe(1);
});
