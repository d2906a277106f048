/** The foot of the panel: the steps as dots, the next hint with its price, and the way on. */
import { Lightbulb } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CourseLesson } from '../../lesson/load.ts';
import { plainText } from '../../lesson/markdown.ts';
import type { LessonStatus } from '../../lesson/status.ts';
import { gesture } from './attempt.ts';
import { openStep, useDesk } from './desk.ts';
import { blockedBy, canOpen, currentItem, isCleared, leftIn } from './steps.ts';
import { useTexts } from './texts-context.ts';

interface Props {
  readonly lesson: CourseLesson;
  readonly status: LessonStatus;
}

export function StepFooter({ lesson, status }: Props) {
  const { t } = useTranslation('lesson');
  const step = useDesk((state) => state.step);
  const [asking, setAsking] = useState(false);
  const here = lesson.lesson.steps[step];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another step is another question
  useEffect(() => setAsking(false), [step, status]);
  if (here === undefined) return null;
  const cleared = isCleared(here, status) || lesson.lesson.free;
  const blocked = blockedBy(here, status).length > 0;
  const last = step === lesson.lesson.steps.length - 1;
  const next = (): void => {
    if (cleared) openStep(step + 1);
    else {
      setAsking(!asking);
      if (blocked) showNote();
    }
  };
  const skip = (): void => {
    gesture({ kind: 'skip', step: here.id });
    openStep(step + 1);
  };
  return (
    <footer className="step-footer">
      {asking && (
        <div className="ask" role="alert">
          <p>{blocked ? t('next.blocked') : t('next.left', { count: leftIn(here, status) })}</p>
          <div className="ask-buttons">
            {!blocked && (
              <button type="button" className="button" onClick={skip}>
                {t('next.skip')}
              </button>
            )}
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t('next.stay')}
            </button>
          </div>
        </div>
      )}
      <div className="step-row">
        <Dots lesson={lesson} status={status} />
        <div className="step-buttons">
          <HintButton lesson={lesson} status={status} />
          <button type="button" className={`button${cleared ? ' primary' : ''}`} onClick={next}>
            {last ? t('next.finish') : t('next.step')}
          </button>
        </div>
      </div>
    </footer>
  );
}

/** The note that has to be read first: its button takes the focus. */
function showNote(): void {
  const button = document.querySelector<HTMLElement>('.lesson-panel .note.essential .button');
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: 'center' });
}

function Dots({ lesson, status }: Props) {
  const { t } = useTranslation('lesson');
  const step = useDesk((state) => state.step);
  const reached = useDesk((state) => state.reached);
  const texts = useTexts();
  const { steps } = lesson.lesson;
  return (
    <ol className="dots" aria-label={t('dots')}>
      {steps.map((one, index) => {
        const cleared = isCleared(one, status);
        const done = cleared && leftIn(one, status) === 0;
        const open = canOpen(lesson.lesson, index, status, reached);
        const look = index === step ? 'here' : done ? 'done' : cleared ? 'skipped' : 'ahead';
        const state = done ? 'done' : cleared ? 'skipped' : open ? 'open' : 'shut';
        const title = plainText(texts.steps[one.id]?.title ?? []);
        const name = t('dot', { number: index + 1, title });
        const label = `${name} (${t(`dotState.${state}`)})`;
        return (
          <li key={one.id}>
            <button
              type="button"
              className={`dot ${look}${done ? ' filled' : ''}`}
              aria-current={index === step ? 'step' : undefined}
              aria-label={label}
              title={label}
              disabled={!open}
              onClick={() => openStep(index)}
            />
          </li>
        );
      })}
    </ol>
  );
}

/** The next hint of the task under way. What it costs stands on it. */
function HintButton({ lesson, status }: Props) {
  const { t } = useTranslation('lesson');
  const step = useDesk((state) => state.step);
  const here = lesson.lesson.steps[step];
  if (here === undefined || (lesson.lesson.mode === 'exam' && !status.done)) return null;
  const current = currentItem(here, status);
  const task = here.tasks.find(({ id }) => id === current);
  const shown = task === undefined ? 0 : (status.tasks[task.id]?.hintsShown ?? 0);
  if (task === undefined || task.hintCosts.length === 0) return null;
  const of = task.hintCosts.length;
  // It stays where it is: the focus may be on it.
  if (shown >= of)
    return (
      <button type="button" className="button used" aria-disabled="true">
        <Lightbulb size={15} aria-hidden="true" />
        {t('hint.button', { number: of, of })}
        <span className="visually-hidden">{t('hint.used')}</span>
      </button>
    );
  const cost = task.hintCosts[shown] ?? 0;
  return (
    <button
      type="button"
      className="button"
      onClick={() => gesture({ kind: 'hint', task: task.id })}
      title={cost === 0 ? t('hint.free') : t('hint.costs', { count: cost })}
    >
      <Lightbulb size={15} aria-hidden="true" />
      {t('hint.button', { number: shown + 1, of })}
      <span className={cost === 0 ? 'visually-hidden' : 'price'}>
        {cost === 0 ? t('hint.free') : t('hint.price', { count: cost })}
      </span>
    </button>
  );
}
