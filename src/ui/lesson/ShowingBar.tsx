/** While a solution types itself: how far it is, and a way to stop it. */
import { Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import { useDesk } from './desk.ts';
import { stopShowing } from './show.ts';

export function ShowingBar() {
  const { t } = useTranslation('lesson');
  const showing = useDesk((state) => state.showing);
  const playing = useStore((state) => state.playing);
  if (showing === null) return null;
  return (
    <section className="showing" aria-label={t('show.playing')}>
      <span>{playing ? t('show.playing') : t('show.paused')}</span>
      <progress value={showing.done} max={showing.of} aria-label={t('show.playing')} />
      <button type="button" className="button" onClick={stopShowing}>
        <Square size={13} aria-hidden="true" />
        {t('show.stop')}
      </button>
    </section>
  );
}
