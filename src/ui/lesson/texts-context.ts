/** The texts of the open lesson in the reader's language, for everything under it. */
import { createContext, useContext, useMemo } from 'react';
import type { Language } from '../../agents/stage.ts';
import { mistakeText, type ReadTexts, textsIn } from '../../lesson/language.ts';
import type { CourseLesson } from '../../lesson/load.ts';
import type { Passage } from '../../lesson/texts.ts';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';

export interface PageTexts extends ReadTexts {
  /** `lang` for a text that is in another language than the rest. */
  langOf(key: string): { readonly lang?: Language };
}

export function useTextsOf(lesson: CourseLesson): PageTexts {
  const chosen = useStore((state) => state.language);
  const inEnglish = useDesk((state) => state.inEnglish);
  const language = inEnglish ? 'en' : chosen;
  return useMemo(() => {
    const texts = textsIn(lesson, language);
    const langOf = (key: string): { readonly lang?: Language } =>
      texts.language !== 'en' && texts.missing.includes(key) ? { lang: 'en' } : {};
    return { ...texts, langOf };
  }, [lesson, language]);
}

export const TextsContext = createContext<PageTexts | null>(null);

export function useTexts(): PageTexts {
  const texts = useContext(TextsContext);
  if (texts === null) throw new Error('no lesson is open here');
  return texts;
}

/** What a mistake's note says; null when nobody wrote it. */
export function useMistakeText(id: string): Passage | null {
  const texts = useTexts();
  const course = useDesk((state) => state.course);
  return course === null ? null : mistakeText({ ...course, lessons: {} }, texts, id);
}
