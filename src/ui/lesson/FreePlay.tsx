/** Without a lesson: what one can do here. */
import { useTranslation } from 'react-i18next';
import type { Stage } from '../../agents/stage.ts';
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
      <Accounts accounts={stage.accounts} />
    </div>
  );
}

/** What one logs in with by hand. */
function Accounts({ accounts }: Pick<Stage, 'accounts'>) {
  const { t } = useTranslation('lesson');
  if (accounts.length === 0) return null;
  return (
    <section className="accounts" aria-labelledby="accounts-heading">
      <h2 id="accounts-heading">{t('free.accounts.title')}</h2>
      <table className="done-table">
        <thead>
          <tr>
            <th scope="col">{t('free.accounts.address')}</th>
            <th scope="col">{t('free.accounts.user')}</th>
            <th scope="col">{t('free.accounts.password')}</th>
          </tr>
        </thead>
        <tbody>
          {accounts.map(({ address, user, password }) => (
            <tr key={address}>
              <td className="mono">
                {user}
                <wbr />
                {address.slice(user.length)}
              </td>
              <td className="mono">{user}</td>
              <td className="mono">{password}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
