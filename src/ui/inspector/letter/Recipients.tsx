/** What became of the letter for each recipient. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Letter, LetterKey, Recipient } from '../../../view/letter.ts';
import { useStore } from '../../store/store.ts';
import { clockText } from '../../transport/clock-text.ts';
import { useHostNames } from '../hosts.ts';
import { Heading } from '../parts.tsx';
import { cutAt, plainLine } from '../plain.ts';
import { SignChip } from './SignChip.tsx';
import type { Sign } from './status.ts';

const MOST_LISTED = 50;
const WHY_LIMIT = 1000;

export const Recipients = memo(function Recipients({ letter }: { readonly letter: Letter }) {
  const { t } = useTranslation('inspector');
  const more = letter.recipients.length - MOST_LISTED;
  return (
    <section aria-labelledby="recipients-heading">
      <Heading id="recipients-heading">{t('recipients.title')}</Heading>
      <ul className="recipients">
        {letter.recipients.slice(0, MOST_LISTED).map((recipient) => (
          <RecipientRow key={`${recipient.hop} ${recipient.address}`} letter={letter} recipient={recipient} />
        ))}
      </ul>
      {more > 0 && <p className="field-note">{t('envelope.more', { count: more })}</p>}
      {letter.about !== null && <OpenLetter letter={letter.about} label={t('recipients.original')} />}
    </section>
  );
});

const SIGNS: Readonly<Record<Recipient['status']['kind'], Sign>> = {
  queued: 'way',
  relayed: 'way',
  delivered: 'delivered',
  deferred: 'deferred',
  bounced: 'bounced',
};

function RecipientRow({ letter, recipient }: { readonly letter: Letter; readonly recipient: Recipient }) {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  const { status } = recipient;
  const host = nameOf(recipient.host);
  const reader = letter.fetched.find(({ from }) => from === recipient.host);
  const fetched = status.kind === 'delivered' && reader !== undefined;
  return (
    <li className="recipient">
      <span className="recipient-address mono">{plainLine(cutAt(recipient.address, WHY_LIMIT).text)}</span>
      <SignChip sign={fetched ? 'fetched' : SIGNS[status.kind]} />
      <div className="recipient-more">
        <p>
          {status.kind === 'queued' && t('recipients.queued', { host })}
          {status.kind === 'relayed' && t('recipients.relayed', { to: plainLine(status.to) })}
          {status.kind === 'delivered' &&
            t('recipients.delivered', { mailbox: plainLine(status.mailbox), host })}
          {status.kind === 'deferred' && t('recipients.deferred', { host, clock: clockText(status.retryAt) })}
          {status.kind === 'bounced' && t('recipients.bounced', { host })}
          {fetched && ` · ${t('recipients.fetchedBy', { host: nameOf(reader.host) })}`}
        </p>
        {(status.kind === 'deferred' || status.kind === 'bounced') && (
          <p className="why mono">{plainLine(cutAt(status.why, WHY_LIMIT).text)}</p>
        )}
        {status.kind === 'bounced' &&
          (status.notification === null ? (
            <p>{t('recipients.noReport')}</p>
          ) : (
            <OpenLetter letter={status.notification} label={t('recipients.report')} />
          ))}
      </div>
    </li>
  );
}

function OpenLetter({ letter, label }: { readonly letter: LetterKey; readonly label: string }) {
  const select = useStore((state) => state.select);
  return (
    <button type="button" className="link" onClick={() => select({ kind: 'letter', letter })}>
      {label}
    </button>
  );
}
