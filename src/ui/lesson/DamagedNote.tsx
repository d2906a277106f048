/** The saved progress could not be read: it is kept, and can be carried away. */
import { Download, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { saveFile } from './progress-file.ts';
import { useProgress } from './progress-desk.ts';

export function DamagedNote() {
  const { t } = useTranslation('lesson');
  const damaged = useProgress((state) => state.damaged);
  const saving = useProgress((state) => state.saving);
  const forget = useProgress((state) => state.forgetDamaged);
  if (damaged === null) return null;
  return (
    <section className="note essential damaged" role="alert" aria-label={t('damaged.title')}>
      <p className="note-head">
        <strong>{t('damaged.title')}</strong>
      </p>
      <p>{saving ? t('damaged.aside') : t('damaged.inPlace')}</p>
      <p className="note-why">
        {t('damaged.why')} <code lang="en">{damaged.why}</code>
      </p>
      <div className="ask-buttons">
        <button
          type="button"
          className="button"
          onClick={() => saveFile('posthorn-progress-damaged.txt', damaged.text)}
        >
          <Download size={15} aria-hidden="true" />
          {t('damaged.download')}
        </button>
        {saving && (
          <button type="button" className="button" onClick={forget}>
            <X size={15} aria-hidden="true" />
            {t('damaged.close')}
          </button>
        )}
      </div>
    </section>
  );
}
