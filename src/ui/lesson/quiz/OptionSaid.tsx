/** What there is to say to one option, once the answer was given. */
import { Check, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { QuizStatus } from '../../../lesson/status.ts';
import type { OptionText } from '../../../lesson/texts.ts';
import { Line } from '../Prose.tsx';

interface Props {
  readonly option: OptionText | undefined;
  readonly verdict: QuizStatus | null;
  readonly chosen: boolean;
  /** Whether choosing it, or leaving it, was right. */
  readonly good: boolean;
}

export function OptionSaid({ option, verdict, chosen, good }: Props) {
  const { t } = useTranslation('lesson');
  if (verdict === null || option === undefined) return null;
  // What was not chosen is talked about when there is nothing left to find out.
  const over = verdict.outcome === 'right' || verdict.tries > 1;
  const said = chosen ? option.chosen : over ? option.missed : [];
  if (said.length === 0) return null;
  const Icon = good ? Check : X;
  return (
    <p className={`said ${good ? 'good' : 'bad'}`}>
      <Icon size={15} aria-hidden="true" />
      <span className="visually-hidden">{good ? t('quiz.right') : t('quiz.wrong')}</span>
      <span>
        <Line of={said} />
      </span>
    </p>
  );
}
