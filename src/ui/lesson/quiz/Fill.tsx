/** A word or number to write. */
import { useTranslation } from 'react-i18next';
import type { Quiz } from '../../../lesson/types.ts';
import type { AnswerProps } from '../QuizForm.tsx';

export function Fill({ answer, locked, titleId, onAnswer }: AnswerProps<Extract<Quiz, { type: 'fill' }>>) {
  const { t } = useTranslation('lesson');
  return (
    <div className="field fill">
      <input
        type="text"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        placeholder={t('quiz.fillHere')}
        aria-labelledby={titleId}
        value={answer[0] ?? ''}
        readOnly={locked}
        onChange={(event) => onAnswer([event.target.value])}
      />
    </div>
  );
}
