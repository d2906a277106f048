/** What stands in the lesson area: the list of lessons, a lesson, or how to begin without one. */
import './styles/panel.css';
import './styles/prose.css';
import './styles/cards.css';
import './styles/notes.css';
import './styles/quiz.css';
import './styles/foot.css';
import './styles/pages.css';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { plainText } from '../../lesson/markdown.ts';
import { useStore } from '../store/store.ts';
import { watchAttempt } from './attempt.ts';
import { Chooser } from './Chooser.tsx';
import { DamagedNote } from './DamagedNote.tsx';
import { useDesk } from './desk.ts';
import { FreePlay } from './FreePlay.tsx';
import { LessonView } from './LessonView.tsx';

let started = false;

/** Grading goes on while the panel is put away by a narrow layout, so it is begun once. */
export function start(): void {
  if (started) return;
  started = true;
  watchAttempt();
}

export function Panel() {
  const choosing = useDesk((state) => state.choosing);
  const entry = useDesk((state) => state.entry);
  useCrumbs();
  return (
    <div className="lesson-panel">
      <DamagedNote />
      {choosing ? <Chooser /> : entry === null ? <FreePlay /> : <LessonView key={entry.id} entry={entry} />}
    </div>
  );
}

/** `Course: … › 4. SMTP by hand` in the page's head. */
function useCrumbs(): void {
  const { t } = useTranslation('lesson');
  const entry = useDesk((state) => state.entry);
  const language = useStore((state) => state.language);
  const course = t('course');
  useEffect(() => {
    const title = entry === null ? '' : plainText(entry.titles[language] ?? entry.titles.en ?? []);
    const crumbs = entry === null ? [] : [course, `${entry.number}. ${title}`];
    useStore.getState().setLesson({ crumbs });
  }, [entry, language, course]);
}
