/** A rough guess of how long a lesson takes: reading at 130 words a minute, a minute for a task, 40 seconds a question. */
import type { CourseLesson } from './load.ts';
import type { Inline } from './markdown.ts';
import { inlinesOf, plainText } from './markdown.ts';

const WORDS_PER_MINUTE = 130;

export function minutesNeeded(one: CourseLesson): number {
  const { texts, lesson } = one;
  const english = texts.en;
  if (!english) return 0;
  let words = 0;
  const read = (of: readonly Inline[]): void => {
    words += plainText(of).split(/\s+/).length;
  };
  const quizzes = Object.values(english.quizzes);
  const passages = [
    english.title,
    english.done,
    ...Object.values(english.steps),
    ...Object.values(english.tasks),
    ...quizzes,
  ];
  for (const passage of passages) {
    read(passage.title);
    for (const block of passage.blocks) for (const line of inlinesOf(block)) read(line);
  }
  for (const quiz of quizzes)
    for (const option of Object.values(quiz.options)) read([...option.text, ...option.chosen]);
  const tasks = lesson.steps.reduce((sum, step) => sum + step.tasks.length, 0);
  const questions = lesson.steps.reduce((sum, step) => sum + step.quiz.length, 0);
  return Math.ceil(words / WORDS_PER_MINUTE + tasks + questions * (2 / 3));
}
