/** Says aloud, for those who do not see the cards: a task passed, a mistake made, the lesson done. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fillInlines, plainText } from '../../lesson/markdown.ts';
import type { LessonStatus } from '../../lesson/status.ts';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';
import { proofOf } from './proof.ts';
import { useTexts } from './texts-context.ts';

export function Announcer({ status }: { readonly status: LessonStatus }) {
  const { t } = useTranslation('lesson');
  const texts = useTexts();
  const course = useDesk((state) => state.course);
  const params = useDesk((state) => state.params);
  const before = useRef(status);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const old = before.current;
    before.current = status;
    if (old === status || old.lesson !== status.lesson) return;
    const words: string[] = [];
    for (const task of Object.values(status.tasks)) {
      const hints = texts.tasks[task.id]?.hints ?? [];
      for (let n = old.tasks[task.id]?.hintsShown ?? 0; n < task.hintsShown; n++)
        words.push(
          `${t('hint.number', { number: n + 1 })} ${plainText(fillInlines(hints[n] ?? [], params))}`,
        );
      if (!task.passed || old.tasks[task.id]?.passed) continue;
      const title = plainText(texts.tasks[task.id]?.title ?? []);
      const log = useStore.getState().history?.log ?? [];
      const mark = task.event === null ? '' : (proofOf(log, task.event)?.mark ?? '');
      words.push(t('say.passed', { title, mark }));
    }
    const known = old.mistakes.map(({ id }) => id);
    for (const { id, kind } of status.mistakes) {
      if (known.includes(id)) continue;
      const text = texts.mistakes[id] ?? course?.mistakes[texts.language]?.[id] ?? course?.mistakes.en?.[id];
      words.push(`${t(`note.${kind}`)} ${plainText(text?.title ?? [])}`);
    }
    if (status.done && !old.done) words.push(t('say.done'));
    if (words.length > 0) setSaid(words.join('. '));
  }, [status, texts, course, params, t]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}
