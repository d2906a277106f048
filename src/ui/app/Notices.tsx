/** Small messages at the foot of the page: what a gesture did beyond the obvious, and how to take it back. */
import { Undo2, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type Notice, useStore } from '../store/store.ts';

const SHOWN_MS = 9000;

export function Notices() {
  const notices = useStore((state) => state.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <NoticeLine key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

const UNDOABLE = ['notice.forked', 'notice.restarted'];

function NoticeLine({ notice }: { readonly notice: Notice }) {
  const { t } = useTranslation('app');
  const dismiss = useStore((state) => state.dismiss);
  const undoFork = useStore((state) => state.undoFork);
  const { id, tone } = notice;
  useEffect(() => {
    if (tone === 'bad') return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, tone, dismiss]);
  return (
    <div className={`notice ${tone}`}>
      <p>{t(notice.key, notice.values)}</p>
      {UNDOABLE.includes(notice.key) && (
        <button
          type="button"
          className="button"
          onClick={() => {
            dismiss(id);
            undoFork();
          }}
        >
          <Undo2 size={16} aria-hidden="true" />
          {t('undo')}
        </button>
      )}
      <button type="button" className="icon-button" aria-label={t('close')} onClick={() => dismiss(id)}>
        <X size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
