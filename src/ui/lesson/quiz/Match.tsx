/** For each thing on the left, what belongs to it, from a list. */
import { Check, X } from 'lucide-react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { fillInlines, plainText } from '../../../lesson/markdown.ts';
import type { Quiz } from '../../../lesson/types.ts';
import { useDesk } from '../desk.ts';
import { Line } from '../Prose.tsx';
import type { AnswerProps } from '../QuizForm.tsx';
import { shuffled } from '../shuffle.ts';
import { pairOf, withPair } from './answers.ts';

export function Match({
  quiz,
  text,
  answer,
  locked,
  verdict,
  titleId,
  onAnswer,
}: AnswerProps<Extract<Quiz, { type: 'match' }>>) {
  const { t } = useTranslation('lesson');
  const params = useDesk((state) => state.params);
  const id = useId();
  const choices = useMemo(() => shuffled(quiz.right, quiz.id), [quiz]);
  const wordsOf = (right: string): string =>
    plainText(fillInlines(text.options[right]?.text ?? [{ kind: 'text', text: right }], params));
  return (
    <fieldset aria-labelledby={titleId} className="pairs">
      {quiz.left.map((left) => {
        const chosen = pairOf(answer, left);
        const good = quiz.pairs[left]?.includes(chosen) === true;
        const Icon = good ? Check : X;
        return (
          <div key={left} className="pair">
            <label htmlFor={`${id}-${left}`}>
              <Line of={text.options[left]?.text ?? []} plain />
            </label>
            <span className="pair-choice">
              <select
                id={`${id}-${left}`}
                value={chosen}
                disabled={locked}
                onChange={(event) => onAnswer(withPair(answer, left, event.target.value))}
              >
                <option value="">{t('quiz.choose')}</option>
                {choices.map((right) => (
                  <option key={right} value={right}>
                    {wordsOf(right)}
                  </option>
                ))}
              </select>
              {verdict !== null && (
                <span className={`mark ${good ? 'good' : 'bad'}`}>
                  <Icon size={16} aria-hidden="true" />
                  <span className="visually-hidden">{good ? t('quiz.right') : t('quiz.wrong')}</span>
                </span>
              )}
            </span>
          </div>
        );
      })}
    </fieldset>
  );
}
