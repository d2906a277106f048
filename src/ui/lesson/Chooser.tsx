/** The course: its lessons in order, how far each was taken, and free play. */
import { Check, ChevronRight, Compass, UserRound } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { plainText } from '../../lesson/markdown.ts';
import { progressOf } from '../../lesson/progress.ts';
import { openScenario } from '../app/open.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { type CourseBook, type LessonEntry, firstEntry, inOrder } from './course.ts';
import { useDesk } from './desk.ts';
import { openLesson } from './open-lesson.ts';
import { useProgress } from './progress-desk.ts';

const ProgressDialog = lazy(() => import('./ProgressDialog.tsx'));

export function Chooser() {
  const { t } = useTranslation('lesson');
  const course = useDesk((state) => state.course);
  const entry = useDesk((state) => state.entry);
  const [managing, setManaging] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  if (course === null) return null;
  const back = (): void => useDesk.setState({ choosing: false });
  return (
    <div className="lesson-page chooser">
      <div className="panel-head">
        <p className="eyebrow">{t('chooser.eyebrow')}</p>
        <div className="panel-tools">
          <button type="button" className="quiet-button" onClick={back}>
            {entry === null ? t('chooser.backToPlay') : t('chooser.back')}
          </button>
        </div>
      </div>
      <h1 ref={title} tabIndex={-1}>
        {t('chooser.title')}
      </h1>
      {course.tracks.map((track) => (
        <Track key={track.id} course={course} track={track} />
      ))}
      <Rest course={course} />
      <h2 className="track-title">{t('chooser.without')}</h2>
      <FreePlayCard />
      <button type="button" className="button your-progress" onClick={() => setManaging(true)}>
        <UserRound size={16} aria-hidden="true" />
        {t('progress.open')}
      </button>
      {managing && (
        <Suspense fallback={null}>
          <ProgressDialog onClose={() => setManaging(false)} />
        </Suspense>
      )}
    </div>
  );
}

interface TrackProps {
  readonly course: CourseBook;
  readonly track: CourseBook['tracks'][number];
}

function Track({ course, track }: TrackProps) {
  const language = useStore((state) => state.language);
  const entries = track.lessons.flatMap(
    (folder) => course.entries.find((one) => one.folder === folder) ?? [],
  );
  if (entries.length === 0) return null;
  return (
    <>
      <h2 className="track-title">{textIn(track.title, language)}</h2>
      <Entries course={course} entries={entries} />
    </>
  );
}

/** Lessons no track lists yet. */
function Rest({ course }: { readonly course: CourseBook }) {
  const { t } = useTranslation('lesson');
  const listed = course.tracks.flatMap((track) => track.lessons);
  const entries = inOrder(course).filter(({ folder }) => !listed.includes(folder));
  if (entries.length === 0) return null;
  return (
    <>
      <h2 className="track-title">{t('chooser.more')}</h2>
      <Entries course={course} entries={entries} />
    </>
  );
}

interface EntriesProps {
  readonly course: CourseBook;
  readonly entries: readonly LessonEntry[];
}

const Entries = ({ course, entries }: EntriesProps) => (
  <ul className="entries">
    {entries.map((entry) => (
      <li key={entry.id}>
        <Entry course={course} entry={entry} />
      </li>
    ))}
  </ul>
);

function Entry({ course, entry }: { readonly course: CourseBook; readonly entry: LessonEntry }) {
  const { t } = useTranslation('lesson');
  const language = useStore((state) => state.language);
  const here = useDesk((state) => state.entry?.id === entry.id);
  const kept = useProgress((state) => progressOf(state.progress, entry.id));
  const nothingYet = useProgress((state) => Object.keys(state.progress.lessons).length === 0);
  const begun = kept.attempts > 0;
  const first = nothingYet && firstEntry(course) === entry;
  const title = plainText(entry.titles[language] ?? entry.titles.en ?? []);
  const open = (): void => {
    if (here) useDesk.setState({ choosing: false });
    else void openLesson(entry);
  };
  return (
    <button
      type="button"
      className={`entry${here ? ' here' : ''}`}
      aria-current={here ? 'true' : undefined}
      onClick={open}
    >
      <span className="entry-number" aria-hidden="true">
        {entry.number}
      </span>
      <span className="entry-body">
        <span className="entry-title" lang={entry.titles[language] === undefined ? 'en' : language}>
          <span className="visually-hidden">{entry.number}. </span>
          {title}
        </span>
        <span className="entry-about">
          {t('chooser.minutes', { count: entry.minutes })}
          {here && <> · {t('chooser.here')}</>}
          {!here && first && <> · {t('chooser.beginHere')}</>}
          {begun && <> · {t('chooser.best', { percent: kept.bestPercent })}</>}
        </span>
        {begun && (
          <span className="entry-bar" aria-hidden="true">
            <span style={{ width: `${kept.bestPercent}%` }} />
          </span>
        )}
      </span>
      {kept.bestPercent === 100 ? (
        <Check className="entry-mark full" size={20} aria-hidden="true" />
      ) : (
        <ChevronRight className="entry-mark" size={20} aria-hidden="true" />
      )}
    </button>
  );
}

function FreePlayCard() {
  const { t } = useTranslation('lesson');
  const stage = useStore((state) => state.stage);
  const here = useDesk((state) => state.entry === null);
  const open = (): void => {
    useDesk.setState({ choosing: false });
    if (!here && stage !== null) void openScenario(stage.id);
  };
  return (
    <button type="button" className={`entry${here ? ' here' : ''}`} onClick={open}>
      <span className="entry-number" aria-hidden="true">
        <Compass size={22} />
      </span>
      <span className="entry-body">
        <span className="entry-title">{t('free.eyebrow')}</span>
        <span className="entry-about">{t('chooser.freeAbout')}</span>
      </span>
      <ChevronRight className="entry-mark" size={20} aria-hidden="true" />
    </button>
  );
}
