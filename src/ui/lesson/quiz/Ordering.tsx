/** Things to put in order, with buttons: no dragging. */
import { ArrowDown, ArrowUp, Check, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { plainText } from '../../../lesson/markdown.ts';
import type { Quiz } from '../../../lesson/types.ts';
import { Line } from '../Prose.tsx';
import type { AnswerProps } from '../QuizForm.tsx';
import { moved } from './answers.ts';

export function Ordering({
  quiz,
  text,
  answer,
  locked,
  verdict,
  titleId,
  onAnswer,
}: AnswerProps<Extract<Quiz, { type: 'ordering' }>>) {
  const { t } = useTranslation('lesson');
  const [said, setSaid] = useState('');
  const nameOf = (id: string): string => plainText(text.options[id]?.text ?? [{ kind: 'text', text: id }]);
  const move = (id: string, by: -1 | 1): void => {
    const next = moved(answer, id, by);
    if (next === answer) return;
    onAnswer(next);
    setSaid(t('quiz.movedTo', { name: nameOf(id), place: next.indexOf(id) + 1, of: next.length }));
  };
  return (
    <fieldset aria-labelledby={titleId}>
      <ol className="order">
        {answer.map((id, index) => {
          const good = quiz.items[index] === id;
          const Icon = good ? Check : X;
          return (
            <li key={id}>
              <span className="order-place" aria-hidden="true">
                {index + 1}
              </span>
              <span className="order-text">
                <Line of={text.options[id]?.text ?? []} plain />
              </span>
              {verdict !== null && (
                <span className={`mark ${good ? 'good' : 'bad'}`}>
                  <Icon size={16} aria-hidden="true" />
                  <span className="visually-hidden">{good ? t('quiz.right') : t('quiz.wrong')}</span>
                </span>
              )}
              {!locked && (
                <span className="order-buttons">
                  <MoveButton
                    label={t('quiz.up', { name: nameOf(id) })}
                    at={index === 0}
                    onMove={() => move(id, -1)}
                  >
                    <ArrowUp size={16} aria-hidden="true" />
                  </MoveButton>
                  <MoveButton
                    label={t('quiz.down', { name: nameOf(id) })}
                    at={index === answer.length - 1}
                    onMove={() => move(id, 1)}
                  >
                    <ArrowDown size={16} aria-hidden="true" />
                  </MoveButton>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" aria-live="assertive">
        {said}
      </p>
    </fieldset>
  );
}

interface MoveProps {
  readonly label: string;
  /** It stands at that end already; the button stays, since the focus may be on it. */
  readonly at: boolean;
  readonly children: ReactNode;
  onMove(): void;
}

const MoveButton = ({ label, at, children, onMove }: MoveProps) => (
  <button type="button" className="icon-button" aria-label={label} aria-disabled={at} onClick={onMove}>
    {children}
  </button>
);
