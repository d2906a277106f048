/** A question: folded up until it is its turn, then asked, then with what became of the answer. */
import { ChevronDown } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LessonStatus, QuizStatus } from '../../lesson/status.ts';
import type { Quiz } from '../../lesson/types.ts';
import { useStore } from '../store/store.ts';
import { pointsText } from './numbers.ts';
import { Blocks, Line } from './Prose.tsx';
import { QuizForm } from './QuizForm.tsx';
import { Stamp } from './Stamp.tsx';
import type { ItemState } from './steps.ts';
import { useTexts } from './texts-context.ts';

interface Props {
  readonly quiz: Quiz;
  readonly status: LessonStatus;
  readonly number: number;
  readonly state: ItemState;
  readonly exam: boolean;
}

export function QuizCard({ quiz, status, number, state, exam }: Props) {
  const { t } = useTranslation('lesson');
  const texts = useTexts();
  const [chosen, setOpen] = useState<boolean | null>(null);
  const [wasAsked, setAsked] = useState(state === 'current');
  const id = useId();
  const text = texts.quizzes[quiz.id];
  const one = status.quizzes[quiz.id];
  if (text === undefined || one === undefined) return null;
  // Once asked it stays open, so that nobody loses what the answer said.
  if (state === 'current' && !wasAsked) setAsked(true);
  const open = chosen ?? wasAsked;
  const look = lookOf(one, state, exam);
  return (
    <div className={`card quiz ${look}`} {...texts.langOf(`quiz.${quiz.id}`)} data-quiz={quiz.id}>
      <Stamp key={look} look={look} number={number} />
      <div className="card-body">
        <div className="card-top">
          <h2 id={`${id}-title`}>
            <Line of={text.title} />
          </h2>
          <QuizPoints one={one} exam={exam} />
          <button
            type="button"
            className={`icon-button fold${open ? ' open' : ''}`}
            aria-expanded={open}
            aria-controls={open ? `${id}-body` : undefined}
            aria-label={open ? t('quiz.fold') : t('quiz.unfold')}
            aria-describedby={`${id}-title`}
            onClick={() => setOpen(!open)}
          >
            <ChevronDown size={17} aria-hidden="true" />
          </button>
        </div>
        {open && (
          <div id={`${id}-body`} className="quiz-body">
            {text.blocks.length > 0 && (
              <div className="prose card-more">
                <Blocks blocks={text.blocks} />
              </div>
            )}
            <QuizForm quiz={quiz} text={text} one={one} exam={exam} titleId={`${id}-title`} />
          </div>
        )}
      </div>
    </div>
  );
}

function lookOf(one: QuizStatus, state: ItemState, exam: boolean) {
  if (one.tries === 0) return state === 'current' ? 'current' : 'later';
  if (exam) return 'earlier';
  if (one.outcome === 'right') return 'passed';
  return one.points > 0 ? 'partly' : 'wrong';
}

function QuizPoints({ one, exam }: { readonly one: QuizStatus; readonly exam: boolean }) {
  const { t } = useTranslation('lesson');
  const language = useStore((store) => store.language);
  const earned = pointsText(one.points, language);
  const of = pointsText(one.of, language);
  const told = one.tries > 0 && !exam;
  return (
    <span className="points">
      <span aria-hidden="true">{told ? `${earned}/${of}` : t('pointsShort', { points: of })}</span>
      <span className="visually-hidden">
        {told ? t('pointsOf', { points: earned, count: of }) : t('points', { count: one.of })}
      </span>
    </span>
  );
}
