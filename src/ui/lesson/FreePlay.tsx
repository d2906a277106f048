/** Without a lesson: what one can do here. */
import { useTranslation } from 'react-i18next';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { PanelHead } from './PanelHead.tsx';

const STEPS = ['write', 'follow', 'type', 'rewind'] as const;

export function FreePlay() {
  const { t } = useTranslation('lesson');
  const stage = useStore((state) => state.stage);
  const language = useStore((state) => state.language);
  if (stage === null) return null;
  const writer = stage.hosts.find((host) => host.accounts.length > 0);
  const typist = stage.hosts.find((host) => host.shell !== null);
  const steps = STEPS.filter((step) => step !== 'write' || writer !== undefined);
  const nameFor = (step: (typeof STEPS)[number]): string => {
    const host = step === 'write' ? writer : typist;
    return host === undefined ? '' : textIn(host.label, language);
  };
  return (
    <div className="lesson-page">
      <PanelHead eyebrow={t('free.eyebrow')} />
      <h1>{textIn(stage.title, language)}</h1>
      <div className="prose">
        <p>{textIn(stage.about, language)}</p>
      </div>
      <ol className="cards">
        {steps.map((step, index) => (
          <li key={step} className="card later">
            <span className="stamp empty" aria-hidden="true">
              {index + 1}
            </span>
            <div className="card-body">
              <h2>{t(`free.${step}.title`, { name: nameFor(step) })}</h2>
              <p className="card-more">{t(`free.${step}.text`, { name: nameFor(step) })}</p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
