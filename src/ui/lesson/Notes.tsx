/** Feedback on the mistake just made: at most two notes, the most specific first. */
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FiredMistake, LessonStatus } from '../../lesson/status.ts';
import type { Step } from '../../lesson/types.ts';
import { putAway } from './attempt.ts';
import { useDesk } from './desk.ts';
import { Blocks, Line } from './Prose.tsx';
import { notesFor } from './steps.ts';
import { useMistakeText } from './texts-context.ts';

export function Notes({ step, status }: { readonly step: Step; readonly status: LessonStatus }) {
  const away = useDesk((state) => state.putAway);
  return notesFor(step, status, away).map((one) => <Note key={one.id} one={one} />);
}

function Note({ one }: { readonly one: FiredMistake }) {
  const { t } = useTranslation('lesson');
  const text = useMistakeText(one.id);
  if (text === null) return null;
  const essential = one.kind === 'essential';
  return (
    <section className={`note ${one.kind}`} aria-labelledby={`note-${one.id}`} data-note={one.id}>
      <div className="note-top">
        <p id={`note-${one.id}`} className="note-head">
          <strong>{t(`note.${one.kind}`)}</strong> <Line of={text.title} plain />
        </p>
        {!essential && (
          <button
            type="button"
            className="icon-button"
            aria-label={t('note.gotIt')}
            title={t('note.gotIt')}
            onClick={() => putAway(one.id)}
          >
            <X size={16} aria-hidden="true" />
          </button>
        )}
      </div>
      <div className="prose">
        <Blocks blocks={text.blocks} />
      </div>
      {essential && (
        <>
          <p className="note-why">{t('note.mustRead')}</p>
          <button type="button" className="button" onClick={() => putAway(one.id)}>
            {t('note.read')}
          </button>
        </>
      )}
    </section>
  );
}
