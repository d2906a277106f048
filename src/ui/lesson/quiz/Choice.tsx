/** One answer of several (`single`, `predict`), or some of them (`multiple`). */
import { useId } from 'react';
import type { Quiz } from '../../../lesson/types.ts';
import { Line } from '../Prose.tsx';
import type { AnswerProps } from '../QuizForm.tsx';
import { toggled } from './answers.ts';
import { OptionSaid } from './OptionSaid.tsx';

type ChoiceQuiz = Extract<Quiz, { type: 'single' | 'multiple' | 'predict' }>;

export function Choice({ quiz, text, answer, locked, verdict, titleId, onAnswer }: AnswerProps<ChoiceQuiz>) {
  const name = useId();
  const many = quiz.type === 'multiple';
  return (
    <fieldset aria-labelledby={titleId} className="options">
      {quiz.options.map((id) => {
        const option = text.options[id];
        const chosen = answer.includes(id);
        return (
          <div key={id} className={`option${chosen ? ' chosen' : ''}`}>
            <label>
              <input
                type={many ? 'checkbox' : 'radio'}
                name={name}
                checked={chosen}
                disabled={locked}
                onChange={() => onAnswer(many ? toggled(answer, id) : [id])}
              />
              <span>{option === undefined ? <code>{id}</code> : <Line of={option.text} plain />}</span>
            </label>
            <OptionSaid
              option={option}
              verdict={verdict}
              chosen={chosen}
              good={chosen === isRight(quiz, id, verdict?.predicted ?? null)}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

function isRight(quiz: ChoiceQuiz, id: string, predicted: string | null): boolean {
  switch (quiz.type) {
    case 'single':
      return quiz.right === id;
    case 'multiple':
      return quiz.right.includes(id);
    case 'predict':
      return predicted !== null && predicted.trim().toLowerCase() === id.trim().toLowerCase();
  }
}
