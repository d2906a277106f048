/** The round mark of a task: what proved it, or its number while it waits. */
import { Check, Play, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly look: 'passed' | 'earlier' | 'shown' | 'partly' | 'wrong' | 'current' | 'later';
  readonly number: number;
  /** Words on a passed stamp; empty: a tick. */
  readonly mark?: string;
}

const TICK = 18;

export function Stamp({ look, number, mark = '' }: Props) {
  const { t } = useTranslation('lesson');
  const waiting = look === 'current' || look === 'later';
  return (
    <span className={`stamp ${waiting ? 'empty' : ''} ${look}`}>
      <span aria-hidden="true">
        {waiting && number}
        {look === 'passed' && (mark === '' ? <Check size={TICK} strokeWidth={2.6} /> : mark)}
        {look === 'earlier' && <Check size={TICK} />}
        {look === 'shown' && <Play size={14} />}
        {look === 'partly' && '½'}
        {look === 'wrong' && <X size={TICK} strokeWidth={2.4} />}
      </span>
      <span className="visually-hidden">{t(`state.${look}`, { number })}</span>
    </span>
  );
}
