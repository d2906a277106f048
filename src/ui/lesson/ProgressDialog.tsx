/** The student's progress: a name, the way to another computer, and the way to a clean slate. */
import { Download, Trash2, Upload } from 'lucide-react';
import { type ChangeEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../app/Dialog.tsx';
import { renameStudent, restartAttempt } from './attempt.ts';
import { saveProgressFile, type TakenIn, takeInFile } from './progress-file.ts';
import { useProgress } from './progress-desk.ts';

export default function ProgressDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('lesson');
  const saving = useProgress((state) => state.saving);
  const student = useProgress((state) => state.progress.student);
  return (
    <Dialog title={t('progress.title')} className="progress-dialog" onClose={onClose}>
      <p>{saving ? t('progress.where') : t('progress.notSaved')}</p>
      <Name key={student} student={student} />
      <Carry />
      <Clear />
    </Dialog>
  );
}

function Name({ student }: { readonly student: string }) {
  const { t } = useTranslation('lesson');
  const [name, setName] = useState(student);
  const about = useId();
  return (
    <div className="field">
      <label htmlFor={`${about}-name`}>{t('progress.name')}</label>
      <input
        id={`${about}-name`}
        type="text"
        maxLength={80}
        autoComplete="off"
        value={name}
        aria-describedby={about}
        onChange={(event) => setName(event.target.value)}
        onBlur={() => {
          if (name.trim() !== student) renameStudent(name);
        }}
      />
      <p id={about} className="field-about">
        {t('progress.nameAbout')}
      </p>
    </div>
  );
}

function Carry() {
  const { t } = useTranslation('lesson');
  const input = useRef<HTMLInputElement>(null);
  const [taken, setTaken] = useState<TakenIn | null>(null);
  const chosen = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file !== undefined) setTaken(await takeInFile(file));
  };
  return (
    <>
      <h3>{t('progress.carry')}</h3>
      <p>{t('progress.carryAbout')}</p>
      <div className="ask-buttons">
        <button type="button" className="button" onClick={saveProgressFile}>
          <Download size={15} aria-hidden="true" />
          {t('progress.export')}
        </button>
        <button type="button" className="button" onClick={() => input.current?.click()}>
          <Upload size={15} aria-hidden="true" />
          {t('progress.import')}
        </button>
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={t('progress.import')}
          onChange={(event) => void chosen(event)}
        />
      </div>
      <p role="status" className={taken === null || taken.kind === 'done' ? 'field-about' : 'field-error'}>
        {taken !== null && t(`progress.taken.${taken.kind}`)}
        {taken?.kind === 'bad' && (
          <>
            {' '}
            <code lang="en">{taken.why}</code>
          </>
        )}
      </p>
    </>
  );
}

function Clear() {
  const { t } = useTranslation('lesson');
  const clear = useProgress((state) => state.clear);
  const [asking, setAsking] = useState(false);
  const [gone, setGone] = useState(false);
  const doIt = (): void => {
    clear();
    restartAttempt(false);
    setAsking(false);
    setGone(true);
  };
  return (
    <>
      <h3>{t('progress.clear')}</h3>
      {asking ? (
        <div className="ask" role="alert">
          <p>{t('progress.clearAsk')}</p>
          <div className="ask-buttons">
            <button type="button" className="button danger" onClick={doIt}>
              <Trash2 size={15} aria-hidden="true" />
              {t('progress.clearYes')}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t('cancel')}
            </button>
          </div>
        </div>
      ) : (
        <div className="ask-buttons">
          <button type="button" className="button" onClick={() => setAsking(true)}>
            <Trash2 size={15} aria-hidden="true" />
            {t('progress.clearAll')}
          </button>
          <p role="status">{gone ? t('progress.cleared') : ''}</p>
        </div>
      )}
    </>
  );
}
