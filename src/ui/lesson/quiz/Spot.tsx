/** Lines among which some are to be found: a transcript, a header, or sentences. */
import { useTranslation } from 'react-i18next';
import type { Quiz } from '../../../lesson/types.ts';
import { Line } from '../Prose.tsx';
import type { AnswerProps } from '../QuizForm.tsx';
import { toggled } from './answers.ts';
import { OptionSaid } from './OptionSaid.tsx';

export function Spot({
  quiz,
  text,
  answer,
  locked,
  verdict,
  titleId,
  onAnswer,
}: AnswerProps<Extract<Quiz, { type: 'spot' }>>) {
  const { t } = useTranslation('lesson');
  const prose = quiz.in === 'statements' || quiz.in === 'diagram';
  return (
    <fieldset aria-labelledby={titleId} className={prose ? 'options' : 'options verbatim'}>
      {quiz.lines.map((line) => {
        const option = text.options[line.id];
        const chosen = answer.includes(line.id);
        return (
          <div key={line.id} className={`option${chosen ? ' chosen' : ''}`}>
            <label>
              <input
                type="checkbox"
                checked={chosen}
                disabled={locked}
                onChange={() => onAnswer(toggled(answer, line.id))}
              />
              <span>
                {line.text === null ? (
                  <Line of={option?.text ?? []} plain />
                ) : line.text === '' ? (
                  <em className="empty-line">{t('quiz.emptyLine')}</em>
                ) : (
                  <code>{line.text}</code>
                )}
              </span>
            </label>
            <OptionSaid
              option={option}
              verdict={verdict}
              chosen={chosen}
              good={chosen === quiz.right.includes(line.id)}
            />
          </div>
        );
      })}
    </fieldset>
  );
}
