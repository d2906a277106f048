/** The mail program's dialogs: writing a letter, reading the fetched ones. In a chunk of their own. */
import { Send } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fact } from '../../agents/facts.ts';
import type { MuaInput } from '../../agents/mua-input.ts';
import type { StageHost } from '../../agents/stage.ts';
import type { SimEvent } from '../../sim/types.ts';
import { displayText } from '../../mail/display.ts';
import { factOf } from '../../view/wire.ts';
import { Dialog } from '../app/Dialog.tsx';
import { useView } from '../store/hooks.ts';
import { useStore } from '../store/store.ts';
import { textIn } from '../strings/i18n.ts';
import { NO_DRAFT, useMailDesk } from './mail-desk.ts';

export default function MailDialogs() {
  const desk = useMailDesk((state) => state.desk);
  const close = useMailDesk((state) => state.close);
  const stage = useStore((state) => state.stage);
  const host = stage?.hosts.find(({ id }) => id === desk?.host);
  if (desk === null || host === undefined) return null;
  return desk.kind === 'write' ? (
    <WriteDialog host={host} onClose={close} />
  ) : (
    <ReadDialog host={host} onClose={close} />
  );
}

interface Props {
  readonly host: StageHost;
  onClose(): void;
}

function WriteDialog({ host, onClose }: Props) {
  const { t } = useTranslation('map');
  const act = useStore((state) => state.act);
  const language = useStore((state) => state.language);
  const others = useStore((state) => state.stage?.hosts ?? []).flatMap((other) => other.accounts);
  const key = useStore((state) => `${state.stage?.id} ${host.id}`);
  const [draft] = useState(() => useMailDesk.getState().drafts[key] ?? NO_DRAFT);
  const keepDraft = useMailDesk((state) => state.keepDraft);
  const [lacking, setLacking] = useState(false);
  const keep = ({ currentTarget }: FormEvent<HTMLFormElement>): void =>
    keepDraft(
      key,
      Object.fromEntries([...new FormData(currentTarget)].map(([name, value]) => [name, String(value)])),
    );
  const leave = (): void => {
    keepDraft(key, NO_DRAFT);
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string): string => String(form.get(name) ?? '').trim();
    if (value('to') === '' && value('cc') === '') {
      setLacking(true);
      return;
    }
    const input: MuaInput = {
      kind: 'send',
      account: value('account') || host.accounts[0]!,
      to: value('to'),
      ...(value('cc') === '' ? {} : { cc: value('cc') }),
      subject: value('subject'),
      body: String(form.get('body') ?? ''),
    };
    leave();
    act({ kind: 'input', program: `${host.id}/mua`, input });
  };
  return (
    <Dialog
      title={t('write.title', { name: textIn(host.label, language) })}
      className="letter-dialog"
      onClose={onClose}
    >
      <form className="letter-form" onSubmit={submit} onInput={keep}>
        {host.accounts.length > 1 ? (
          <label className="field">
            {t('write.from')}
            <select name="account" defaultValue={draft.account}>
              {host.accounts.map((account) => (
                <option key={account}>{account}</option>
              ))}
            </select>
          </label>
        ) : (
          <p className="letter-from">
            {t('write.from')} <span className="mono">{host.accounts[0]}</span>
          </p>
        )}
        <label className="field">
          {t('write.to')}
          <input
            name="to"
            defaultValue={draft.to}
            list="known-addresses"
            data-first
            autoComplete="off"
            spellCheck={false}
            aria-invalid={lacking}
            aria-describedby={lacking ? 'to-lacking' : undefined}
          />
        </label>
        {lacking && (
          <p id="to-lacking" className="field-error" role="alert">
            {t('write.lacking')}
          </p>
        )}
        <datalist id="known-addresses">
          {[...new Set(others)].map((address) => (
            <option key={address} value={address} />
          ))}
        </datalist>
        <label className="field">
          {t('write.cc')}
          <input
            name="cc"
            defaultValue={draft.cc}
            list="known-addresses"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <label className="field">
          {t('write.subject')}
          <input name="subject" defaultValue={draft.subject} autoComplete="off" />
        </label>
        <label className="field">
          {t('write.body')}
          <textarea name="body" defaultValue={draft.body} rows={6} />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={leave}>
            {t('write.cancel')}
          </button>
          <button type="submit" className="button primary">
            <Send size={16} aria-hidden="true" />
            {t('write.send')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

type FetchedFact = Extract<Fact, { kind: 'fetched' }>;

interface FetchedLetter {
  readonly id: number;
  readonly fact: FetchedFact;
}

/** Newest first, without those that are gone from an IMAP mailbox since. */
function fetchedOn(log: readonly SimEvent[], count: number, host: string): readonly FetchedLetter[] {
  const found: FetchedLetter[] = [];
  const gone = new Set<string>();
  for (let i = count - 1; i >= 0; i--) {
    const event = log[i];
    if (event === undefined || event.host !== host) continue;
    const fact = factOf(event);
    if (fact?.kind === 'vanished') gone.add(`${fact.account} ${fact.uid}`);
    if (fact?.kind === 'fetched' && !gone.has(`${fact.account} ${fact.uid}`))
      found.push({ id: event.id, fact });
  }
  return found;
}

function ReadDialog({ host, onClose }: Props) {
  const { t } = useTranslation('map');
  const language = useStore((state) => state.language);
  const fetched = useView((log, count) => fetchedOn(log, count, host.id));
  const [chosen, setChosen] = useState<number | null>(null);
  const letter = fetched.find(({ id }) => id === chosen) ?? fetched[0];
  return (
    <Dialog
      title={t('read.title', { name: textIn(host.label, language) })}
      className="letter-dialog"
      onClose={onClose}
    >
      {letter === undefined ? (
        <p className="empty">{t('read.empty')}</p>
      ) : (
        <div className="read">
          <ul className="read-list" aria-label={t('read.list')}>
            {fetched.map(({ id, fact }) => {
              const { subject, from } = displayText(fact.content);
              return (
                <li key={id}>
                  <button
                    type="button"
                    aria-current={id === letter.id}
                    className="read-item"
                    onClick={() => setChosen(id)}
                  >
                    <strong>{subject || t('read.noSubject')}</strong>
                    <span className="mono">{from}</span>
                  </button>
                </li>
              );
            })}
          </ul>
          <Opened letter={letter} />
        </div>
      )}
    </Dialog>
  );
}

function Opened({ letter }: { readonly letter: FetchedLetter }) {
  const { t } = useTranslation('map');
  const { from, to, date, subject, body } = displayText(letter.fact.content);
  return (
    <article className="read-letter">
      <h3>{subject || t('read.noSubject')}</h3>
      <dl>
        <dt>From:</dt>
        <dd>{from}</dd>
        <dt>To:</dt>
        <dd>{to}</dd>
        <dt>Date:</dt>
        <dd>{date}</dd>
      </dl>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long letter scrolls */}
      <section className="read-body" tabIndex={0} aria-label={t('write.body')}>
        {body}
      </section>
    </article>
  );
}
