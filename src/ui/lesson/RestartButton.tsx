/** Another attempt, from the beginning of the scenario. It asks first: what was typed is gone then, the score is not. */
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../app/Dialog.tsx';
import { restartAttempt } from './attempt.ts';
import { stopShowing } from './show.ts';

export function RestartButton() {
  const { t } = useTranslation('lesson');
  const [asking, setAsking] = useState(false);
  const restart = (): void => {
    setAsking(false);
    stopShowing();
    restartAttempt();
  };
  return (
    <>
      <button
        type="button"
        className="quiet-button"
        aria-label={t('restart.label')}
        title={t('restart.label')}
        onClick={() => setAsking(true)}
      >
        <RotateCcw size={16} aria-hidden="true" />
      </button>
      {asking && (
        <Dialog title={t('restart.title')} onClose={() => setAsking(false)}>
          <p>{t('restart.text')}</p>
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t('cancel')}
            </button>
            <button type="button" className="button primary" onClick={restart}>
              {t('restart.do')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
