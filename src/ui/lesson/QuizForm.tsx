/** A question being answered: its answers to choose from, and what was said to the last answer. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../lesson/quiz.ts';
import type { QuizStatus } from '../../lesson/status.ts';
import type { QuizText } from '../../lesson/texts.ts';
import type { Quiz } from '../../lesson/types.ts';
import { gesture } from './attempt.ts';
import { keepDraft, useDesk } from './desk.ts';
import { Choice } from './quiz/Choice.tsx';
import { Fill } from './quiz/Fill.tsx';
import { Match } from './quiz/Match.tsx';
import { Ordering } from './quiz/Ordering.tsx';
import { Spot } from './quiz/Spot.tsx';
import { firstAnswer, isComplete } from './quiz/answers.ts';
import { Verdict } from './quiz/Verdict.tsx';

interface Props {
  readonly quiz: Quiz;
  readonly text: QuizText;
  readonly one: QuizStatus;
  readonly exam: boolean;
  readonly titleId: string;
}

/** What each kind of question gets. `locked`: the answer was given, and is shown with what there is to say to it. */
export interface AnswerProps<Q extends Quiz = Quiz> {
  readonly quiz: Q;
  readonly text: QuizText;
  readonly answer: Answer;
  readonly locked: boolean;
  /** null: nothing is told (not answered, or an exam). */
  readonly verdict: QuizStatus | null;
  readonly titleId: string;
  onAnswer(answer: Answer): void;
}

export function QuizForm({ quiz, text, one, exam, titleId }: Props) {
  const { t } = useTranslation('lesson');
  const answered = one.outcome !== null && one.outcome !== 'almost';
  const [again, setAgain] = useState(false);
  const [lacking, setLacking] = useState(false);
  const draft = useDesk((state) => state.drafts[quiz.id]);
  const verdictBox = useRef<HTMLDivElement>(null);
  const checked = useRef(one.tries);
  const locked = answered && !again;
  const begin = one.outcome === null ? firstAnswer(quiz) : one.last;
  const answer = locked ? one.last : (draft ?? begin);
  useEffect(() => {
    if (one.tries > checked.current) verdictBox.current?.focus({ preventScroll: true });
    checked.current = one.tries;
  }, [one.tries]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete(quiz, answer)) {
      setLacking(true);
      return;
    }
    setLacking(false);
    setAgain(false);
    gesture({ kind: 'answer', quiz: quiz.id, answer });
  };
  const verdict = one.outcome === null || exam || again ? null : one;
  const props = {
    text,
    answer,
    locked,
    verdict,
    titleId,
    onAnswer: (given: Answer) => keepDraft(quiz.id, given),
  };
  return (
    <form className="quiz-form" onSubmit={submit} aria-labelledby={titleId}>
      {kindOf(quiz, props)}
      {lacking && (
        <p className="field-error" role="alert">
          {t(`quiz.lacking.${quiz.type === 'fill' || quiz.type === 'match' ? quiz.type : 'choice'}`)}
        </p>
      )}
      {!locked && (
        <button type="submit" className="button primary">
          {t('quiz.check')}
        </button>
      )}
      <div ref={verdictBox} tabIndex={-1} className="verdict-box" aria-live="polite">
        {one.outcome !== null && !again && <Verdict quiz={quiz} text={text} one={one} exam={exam} />}
      </div>
      {locked && !exam && one.outcome !== 'right' && (
        <button type="button" className="button" onClick={() => setAgain(true)}>
          {one.tries === 1 && one.points < one.of / 2 ? t('quiz.againHalf') : t('quiz.again')}
        </button>
      )}
    </form>
  );
}

type Shared = Omit<AnswerProps, 'quiz'>;

function kindOf(quiz: Quiz, props: Shared) {
  switch (quiz.type) {
    case 'single':
    case 'multiple':
    case 'predict':
      return <Choice quiz={quiz} {...props} />;
    case 'ordering':
      return <Ordering quiz={quiz} {...props} />;
    case 'fill':
      return <Fill quiz={quiz} {...props} />;
    case 'match':
      return <Match quiz={quiz} {...props} />;
    case 'spot':
      return <Spot quiz={quiz} {...props} />;
  }
}
