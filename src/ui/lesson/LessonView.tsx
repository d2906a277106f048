/** A lesson: its step on show, the way to the next one, and at the end what came of it. */
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CourseLesson } from '../../lesson/load.ts';
import type { LessonStatus } from '../../lesson/status.ts';
import { Announcer } from './Announcer.tsx';
import type { LessonEntry } from './course.ts';
import { useDesk } from './desk.ts';
import { Finished } from './Finished.tsx';
import { LanguageBadge } from './LanguageBadge.tsx';
import { fetchLesson } from './open-lesson.ts';
import { PanelHead } from './PanelHead.tsx';
import { Blocks, Line } from './Prose.tsx';
import { RestartButton } from './RestartButton.tsx';
import { ShowingBar } from './ShowingBar.tsx';
import { StepFooter } from './StepFooter.tsx';
import { StepItems } from './StepItems.tsx';
import { TextsContext, useTextsOf } from './texts-context.ts';

export function LessonView({ entry }: { readonly entry: LessonEntry }) {
  const { t } = useTranslation('lesson');
  const lesson = useDesk((state) => state.lesson);
  const status = useDesk((state) => state.status);
  const failed = useDesk((state) => state.failed);
  if (failed)
    return (
      <div className="lesson-page" role="alert">
        <PanelHead eyebrow={t('eyebrow.lesson', { number: entry.number })} />
        <h1>{t('failed.title')}</h1>
        <p>{t('failed.text')}</p>
        <div>
          <button type="button" className="button primary" onClick={() => void fetchLesson(entry)}>
            {t('failed.again')}
          </button>
        </div>
      </div>
    );
  if (lesson === null) return <div className="lesson-wait" aria-busy="true" />;
  return <OpenLesson lesson={lesson} status={status} />;
}

interface Props {
  readonly lesson: CourseLesson;
  /** null until the network has started. */
  readonly status: LessonStatus | null;
}

function OpenLesson({ lesson, status }: Props) {
  const { t } = useTranslation('lesson');
  const step = useDesk((state) => state.step);
  const texts = useTextsOf(lesson);
  const { steps, number } = lesson.lesson;
  const finished = step >= steps.length;
  const here = steps[step];
  const eyebrow = finished
    ? t('eyebrow.lesson', { number })
    : t('eyebrow.step', { number, step: step + 1, of: steps.length });
  const passage = here === undefined ? texts.done : texts.steps[here.id];
  const key = here === undefined ? 'done' : `step.${here.id}`;
  return (
    <TextsContext value={texts}>
      <div className="lesson-page" lang={texts.language}>
        <PanelHead eyebrow={eyebrow}>
          <RestartButton />
        </PanelHead>
        <StepTitle key={key}>
          <Line of={passage?.title ?? texts.title.title} plain />
        </StepTitle>
        <LanguageBadge lesson={lesson} />
        {step === 0 && texts.title.blocks.length > 0 && (
          <div className="prose lead" {...texts.langOf('title')}>
            <Blocks blocks={texts.title.blocks} />
          </div>
        )}
        <div className="prose" {...texts.langOf(key)}>
          <Blocks blocks={passage?.blocks ?? []} />
        </div>
        {here !== undefined && status !== null && (
          <StepItems key={here.id} step={here} status={status} exam={isExam(lesson, status)} />
        )}
        {finished && status !== null && <Finished lesson={lesson} status={status} />}
      </div>
      <div className="panel-foot">
        <ShowingBar />
        {status !== null && !finished && <StepFooter lesson={lesson} status={status} />}
      </div>
      {status !== null && <Announcer status={status} />}
    </TextsContext>
  );
}

/** In an exam hints and feedback wait until the end. */
const isExam = (lesson: CourseLesson, status: LessonStatus): boolean =>
  lesson.lesson.mode === 'exam' && !status.done;

/** Takes the focus when the reader goes to another step, so that reading goes on there. */
function StepTitle({ children }: { readonly children: ReactNode }) {
  const title = useRef<HTMLHeadingElement>(null);
  const stepped = useDesk((state) => state.stepped);
  useEffect(() => {
    if (!stepped || title.current === null) return;
    title.current.focus({ preventScroll: true });
    title.current.closest('.lesson-panel')?.scrollIntoView({ block: 'start' });
    useDesk.setState({ stepped: false });
  }, [stepped]);
  return (
    <h1 ref={title} tabIndex={-1}>
      {children}
    </h1>
  );
}
