/** What became of an answer as a whole. */
import { Check, CircleSlash2, Play, RotateCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { QuizStatus } from '../../../lesson/status.ts';
import type { QuizText } from '../../../lesson/texts.ts';
import type { Quiz } from '../../../lesson/types.ts';
import { useDesk } from '../desk.ts';
import { Line } from '../Prose.tsx';
import { showPrediction } from '../show.ts';

interface Props {
  readonly quiz: Quiz;
  readonly text: QuizText;
  readonly one: QuizStatus;
  readonly exam: boolean;
}

export function Verdict({ quiz, text, one, exam }: Props) {
  const { t } = useTranslation('lesson');
  if (exam) return <p className="verdict">{t('quiz.saved')}</p>;
  const { outcome } = one;
  if (outcome === null) return null;
  const said =
    outcome === 'almost'
      ? text.options[one.almost]?.text
      : (outcome === 'right' ? text.options.right : text.options.wrong)?.text;
  const Icon =
    outcome === 'right' ? Check : outcome === 'wrong' ? X : outcome === 'almost' ? RotateCw : CircleSlash2;
  const over = outcome === 'right' || one.tries > 1;
  return (
    <div className={`verdict ${outcome}`}>
      <p>
        <Icon size={16} aria-hidden="true" /> <strong>{t(`quiz.outcome.${outcome}`)}</strong>{' '}
        {said !== undefined && <Line of={said} />}
      </p>
      {quiz.type === 'predict' && over && one.predicted !== null && (
        <Predicted quiz={quiz} text={text} one={one} />
      )}
    </div>
  );
}

type PredictQuiz = Extract<Quiz, { type: 'predict' }>;

/** The simulator has answered; where nothing is left to do it may also be watched. */
function Predicted({ quiz, text, one }: { quiz: PredictQuiz; text: QuizText; one: QuizStatus }) {
  const { t } = useTranslation('lesson');
  const showing = useDesk((state) => state.showing);
  const left = useDesk((state) =>
    Object.values(state.status?.tasks ?? {}).some((task) => !task.passed && !task.shown && !task.optional),
  );
  const known = Object.entries(text.options).find(([id]) => id === one.predicted)?.[1];
  return (
    <>
      <p>
        {t('quiz.predicted')} {known === undefined ? <code>{one.predicted}</code> : <Line of={known.text} />}
      </p>
      {!left && showing === null && (
        <button type="button" className="button" onClick={() => void showPrediction(quiz)}>
          <Play size={14} aria-hidden="true" />
          {t('quiz.watch')}
        </button>
      )}
    </>
  );
}
