/** The last page of a lesson: the score, where its points came from, and where to go on. */
import { ArrowLeft, Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CourseLesson } from '../../lesson/load.ts';
import { plainText } from '../../lesson/markdown.ts';
import { progressOf } from '../../lesson/progress.ts';
import type { LessonStatus } from '../../lesson/status.ts';
import type { Step } from '../../lesson/types.ts';
import { useStore } from '../store/store.ts';
import { entryAfter } from './course.ts';
import { openStep, useDesk } from './desk.ts';
import { pointsText } from './numbers.ts';
import { openLesson } from './open-lesson.ts';
import { saveProgressFile } from './progress-file.ts';
import { useProgress } from './progress-desk.ts';
import { leftIn } from './steps.ts';
import { useTexts } from './texts-context.ts';

interface Props {
  readonly lesson: CourseLesson;
  readonly status: LessonStatus;
}

export function Finished({ lesson, status }: Props) {
  const { t } = useTranslation('lesson');
  const language = useStore((state) => state.language);
  const course = useDesk((state) => state.course);
  const kept = useProgress((state) => progressOf(state.progress, lesson.lesson.id));
  const next = course === null ? null : entryAfter(course, lesson.lesson.id);
  const best = Math.max(kept.bestPercent, status.percent);
  const passed = best >= lesson.lesson.pass;
  const hints = Object.values(status.tasks).reduce((sum, task) => sum + task.hintsShown, 0);
  return (
    <div className="finished" lang={language}>
      <div className={`grand-stamp${passed ? '' : ' not-yet'}`}>
        <span className="grand-percent">{best} %</span>
        <span className="grand-word">{passed ? t('done.passed') : t('done.notYet')}</span>
      </div>
      <p className="done-line">
        {t('done.points', {
          points: pointsText(status.points, language),
          of: pointsText(status.of, language),
        })}
        {best > status.percent && <> {t('done.better', { percent: best })}</>}{' '}
        {passed ? '' : t('done.needed', { percent: lesson.lesson.pass })}
      </p>
      <table className="done-table">
        <thead>
          <tr>
            <th scope="col">{t('done.step')}</th>
            <th scope="col" className="number">
              {t('done.pointsHead')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lesson.lesson.steps.map((step, index) => (
            <StepRow key={step.id} step={step} index={index} status={status} />
          ))}
        </tbody>
      </table>
      {(status.mistakes.length > 0 || hints > 0) && (
        <p className="done-line">
          {status.mistakes.length > 0 && t('done.mistakes', { count: status.mistakes.length })}{' '}
          {hints > 0 && t('done.hints', { count: hints })}
        </p>
      )}
      <div className="done-buttons">
        {next !== null && (
          <button type="button" className="button primary" onClick={() => void openLesson(next)}>
            {t('done.next', {
              title: `${next.number}. ${plainText(next.titles[language] ?? next.titles.en ?? [])}`,
            })}
          </button>
        )}
        <button
          type="button"
          className={`button${next === null ? ' primary' : ''}`}
          onClick={() => useDesk.setState({ choosing: true })}
        >
          {t('allLessons')}
        </button>
        <button type="button" className="button" onClick={() => openStep(lesson.lesson.steps.length - 1)}>
          <ArrowLeft size={15} aria-hidden="true" />
          {t('done.lookBack')}
        </button>
        <button type="button" className="button" onClick={saveProgressFile}>
          <Download size={15} aria-hidden="true" />
          {t('progress.export')}
        </button>
      </div>
    </div>
  );
}

interface RowProps {
  readonly step: Step;
  readonly index: number;
  readonly status: LessonStatus;
}

function StepRow({ step, index, status }: RowProps) {
  const { t } = useTranslation('lesson');
  const language = useStore((state) => state.language);
  const texts = useTexts();
  const parts = [
    ...step.tasks.map(({ id }) => status.tasks[id]),
    ...step.quiz.map(({ id }) => status.quizzes[id]),
  ];
  const points = parts.reduce((sum, one) => sum + (one?.points ?? 0), 0);
  const of = parts.reduce(
    (sum, one) => sum + (one === undefined || ('optional' in one && one.optional) ? 0 : one.of),
    0,
  );
  const left = leftIn(step, status);
  return (
    <tr>
      <th scope="row">
        <button type="button" className="quiet-button row-button" onClick={() => openStep(index)}>
          <span lang={texts.language}>{plainText(texts.steps[step.id]?.title ?? [])}</span>
        </button>
        {left > 0 && <span className="row-left">{t('done.left', { count: left })}</span>}
      </th>
      <td className="number">
        {pointsText(points, language)} / {pointsText(of, language)}
      </td>
    </tr>
  );
}
