/** Marks quiz answers (LESSONS.md 4.2): a share of the points between 0 and 1. */
import { globMatches } from './matcher.ts';
import type { Quiz } from './types.ts';

/** Option ids; for `match` `left=right` pairs; for `fill` one text. */
export type Answer = readonly string[];

export interface Mark {
  /** `almost`: asks again, and does not count as a try. */
  readonly outcome: 'right' | 'partly' | 'wrong' | 'almost';
  readonly share: number;
  /** Text key for `almost`, else empty. */
  readonly almost: string;
}

const mark = (share: number): Mark => {
  const bounded = Math.min(1, Math.max(0, share));
  return { outcome: bounded === 1 ? 'right' : bounded > 0 ? 'partly' : 'wrong', share: bounded, almost: '' };
};

/** `predicted` is the simulator's answer to a `predict` question; null when it could not be worked out. */
export function markAnswer(quiz: Quiz, answer: Answer, predicted: string | null): Mark {
  switch (quiz.type) {
    case 'single':
      return mark(answer.length === 1 && answer[0] === quiz.right ? 1 : 0);
    case 'predict':
      return mark(predicted !== null && answer.length === 1 && same(answer[0]!, predicted) ? 1 : 0);
    case 'multiple':
      return quiz.scoring === 'all'
        ? mark(sameSet(answer, quiz.right) ? 1 : 0)
        : mark(rightLessWrong(answer, quiz.right));
    case 'spot':
      return mark(rightLessWrong(answer, quiz.right));
    case 'ordering':
      return mark(orderShare(answer, quiz.items));
    case 'fill':
      return fillMark(quiz, answer[0] ?? '');
    case 'match': {
      const given = new Map(answer.map((pair) => cutPair(pair)));
      const right = quiz.left.filter((left) => quiz.pairs[left]?.includes(given.get(left) ?? ''));
      return mark(right.length / quiz.left.length);
    }
  }
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

function cutPair(pair: string): [string, string] {
  const cut = pair.indexOf('=');
  return cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  return left.size === new Set(b).size && b.every((one) => left.has(one));
}

/** (right − wrong) / number of right ones. */
function rightLessWrong(answer: Answer, right: readonly string[]): number {
  const chosen = [...new Set(answer)];
  const hits = chosen.filter((one) => right.includes(one)).length;
  return (hits - (chosen.length - hits)) / right.length;
}

/** Whole, or up to half for what is in order: the longest common subsequence beyond the one item that always is. */
function orderShare(answer: Answer, items: readonly string[]): number {
  const given = answer.slice(0, items.length);
  if (given.length === items.length && given.every((one, i) => one === items[i])) return 1;
  if (items.length < 3) return 0;
  let row = new Array<number>(items.length + 1).fill(0);
  for (const one of given) {
    const next = [0];
    for (let j = 1; j <= items.length; j++)
      next.push(one === items[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!));
    row = next;
  }
  return (0.5 * (row[items.length]! - 1)) / (items.length - 1);
}

function fillMark(quiz: Extract<Quiz, { type: 'fill' }>, given: string): Mark {
  const text = given.trim().slice(0, 1000);
  if (quiz.accept.some((glob) => globMatches(glob, text))) return mark(1);
  const near = quiz.almost.find(({ glob }) => globMatches(codeClass(glob), text));
  return near ? { outcome: 'almost', share: 0, almost: near.text } : mark(0);
}

/** `3xx` stands for every code of that class. */
function codeClass(glob: string): string {
  return /^[2-5]xx$/i.test(glob) ? `${glob[0]}*` : glob;
}

/** Part of the points the n-th try (from 1) can still earn. */
export function tryShare(n: number): number {
  return n === 1 ? 1 : n === 2 ? 0.5 : 0;
}

/** The answer that earns everything, as `! answer` takes it; null for a prediction that failed. */
export function rightAnswer(quiz: Quiz, predicted: string | null): Answer | null {
  switch (quiz.type) {
    case 'single':
      return [quiz.right];
    case 'multiple':
    case 'spot':
      return quiz.right;
    case 'ordering':
      return quiz.items;
    case 'fill':
      return [quiz.accept[0] ?? ''];
    case 'match':
      return quiz.left.map((left) => `${left}=${quiz.pairs[left]?.[0] ?? ''}`);
    case 'predict':
      return predicted === null ? null : [predicted];
  }
}
