/** Texts in the reader's language, English where a translation has none. */
import type { Language } from '../agents/stage.ts';
import type { Course, CourseLesson } from './load.ts';
import type { LessonTexts, Passage } from './texts.ts';
import type { Term } from './types.ts';

const NO_TEXTS: LessonTexts = {
  title: { title: [], blocks: [] },
  done: { title: [], blocks: [] },
  steps: {},
  tasks: {},
  quizzes: {},
  mistakes: {},
  notes: {},
  missing: [],
};

export interface ReadTexts extends LessonTexts {
  /** The language of most of it: `en` when there is no translation. */
  readonly language: Language;
  readonly stale: boolean;
}

export function textsIn(one: CourseLesson, language: Language): ReadTexts {
  const english = one.texts.en ?? NO_TEXTS;
  const own = one.texts[language];
  if (!own || language === 'en') return { ...english, language: 'en', stale: false };
  const lacks = (key: string): boolean => own.missing.includes(key);
  return {
    title: lacks('title') ? english.title : own.title,
    done: lacks('done') ? english.done : own.done,
    steps: { ...english.steps, ...own.steps },
    tasks: { ...english.tasks, ...own.tasks },
    quizzes: { ...english.quizzes, ...own.quizzes },
    mistakes: { ...english.mistakes, ...own.mistakes },
    notes: { ...english.notes, ...own.notes },
    missing: own.missing,
    language,
    stale: one.stale.includes(language),
  };
}

/** The text of a mistake: the lesson's own, else the shared one. */
export function mistakeText(course: Course, texts: ReadTexts, id: string): Passage | null {
  const { language } = texts;
  return texts.mistakes[id] ?? course.mistakes[language]?.[id] ?? course.mistakes.en?.[id] ?? null;
}

export interface ReadTerm {
  readonly word: string;
  readonly meaning: string;
}

export function termIn(terms: readonly Term[], id: string, language: Language): ReadTerm | null {
  const term = terms.find((one) => one.id === id);
  if (!term) return null;
  return { word: term.word[language] ?? term.word.en, meaning: term.meaning[language] ?? term.meaning.en };
}
