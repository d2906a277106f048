/** Answers before they are given: where each kind of question begins, and when it can be handed in. */
import type { Answer } from '../../../lesson/quiz.ts';
import type { Quiz } from '../../../lesson/types.ts';
import { shuffled } from '../shuffle.ts';

export const firstAnswer = (quiz: Quiz): Answer =>
  quiz.type === 'ordering' ? shuffled(quiz.items, quiz.id) : quiz.type === 'fill' ? [''] : [];

export function isComplete(quiz: Quiz, answer: Answer): boolean {
  switch (quiz.type) {
    case 'fill':
      return (answer[0] ?? '').trim() !== '';
    case 'match':
      return answer.length === quiz.left.length;
    case 'ordering':
      return true;
    default:
      return answer.length > 0;
  }
}

/** The list with `id` moved by one place; as it was when it would leave the list. */
export function moved(answer: Answer, id: string, by: -1 | 1): Answer {
  const from = answer.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= answer.length) return answer;
  const next = [...answer];
  [next[from], next[to]] = [next[to]!, next[from]!];
  return next;
}

/** The right side chosen for `left` in a matching question; empty: none yet. */
export const pairOf = (answer: Answer, left: string): string =>
  answer.find((pair) => pair.startsWith(`${left}=`))?.slice(left.length + 1) ?? '';

export function withPair(answer: Answer, left: string, right: string): Answer {
  const others = answer.filter((pair) => !pair.startsWith(`${left}=`));
  return right === '' ? others : [...others, `${left}=${right}`];
}

export const toggled = (answer: Answer, id: string): Answer =>
  answer.includes(id) ? answer.filter((one) => one !== id) : [...answer, id];
