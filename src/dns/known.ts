/** Answers a look-up has been given so far. Few at a time, so they lie in a list. */
import type { Answer, KnownAnswers, Question } from './types.ts';

export const NOTHING_KNOWN: KnownAnswers = [];

export const sameQuestion = (one: Question, other: Question): boolean =>
  one.type === other.type && one.name === other.name;

export function knownAnswer(known: KnownAnswers, question: Question): Answer | undefined {
  for (let i = 0; i < known.length; i++) if (sameQuestion(known[i]!.question, question)) return known[i];
  return undefined;
}

/** With this answer, in the place of an earlier one to the same question. */
export function withAnswer(known: KnownAnswers, answer: Answer): KnownAnswers {
  const next = known.slice();
  let i = 0;
  while (i < next.length && !sameQuestion(next[i]!.question, answer.question)) i++;
  next[i] = answer;
  return next;
}
