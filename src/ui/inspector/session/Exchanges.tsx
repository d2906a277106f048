/** What was said and answered on a connection. */
import { Check, CornerDownRight, RotateCcw, X } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exchange, Session } from '../../../view/sessions.ts';
import { replyText } from '../../../view/wire.ts';
import { hoverProps, useLit } from '../../store/hooks.ts';
import { clockText } from '../../transport/clock-text.ts';
import { useDesk } from '../desk.ts';
import { Heading } from '../parts.tsx';
import { cutAt, plainLine } from '../plain.ts';
import { codeTone } from './visits.ts';

const AT_ONCE = 60;
const LINE_LIMIT = 1000;

export function Exchanges({ session }: { readonly session: Session }) {
  const { t } = useTranslation('inspector');
  const [extra, setExtra] = useState(0);
  const { exchanges } = session;
  const hidden = Math.max(0, exchanges.length - AT_ONCE - extra);
  return (
    <section aria-labelledby="exchanges-heading">
      <Heading id="exchanges-heading">{t('session.exchanges')}</Heading>
      {exchanges.length === 0 && <p className="field-note">{t('session.nothingSaid')}</p>}
      {hidden > 0 && (
        <button type="button" className="button" onClick={() => setExtra(extra + AT_ONCE)}>
          {t('session.earlier', { count: Math.min(hidden, AT_ONCE) })}
        </button>
      )}
      <ol className="exchanges">
        {exchanges.slice(hidden).map((exchange) => (
          <ExchangeRow key={exchange.id} exchange={exchange} />
        ))}
      </ol>
    </section>
  );
}

const ICONS = { good: Check, more: CornerDownRight, later: RotateCcw, bad: X } as const;

const ExchangeRow = memo(function ExchangeRow({ exchange }: { readonly exchange: Exchange }) {
  const { t } = useTranslation('inspector');
  const show = useDesk((desk) => desk.show);
  const lit = useLit({ kind: 'event', event: exchange.id });
  const { onPointerEnter, onPointerLeave, onFocus, onBlur } = hoverProps({
    kind: 'event',
    event: exchange.id,
  });
  const tone = codeTone(exchange.code);
  const Icon = ICONS[tone];
  const asked = exchange.verb === 'END-OF-DATA' ? '.' : exchange.line;
  return (
    <li
      className={`exchange${lit ? ' lit' : ''}`}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
    >
      {(asked !== '' || exchange.verb !== 'CONNECT') && exchange.verb !== 'SERVER' && (
        <p className="said">
          <b>C:</b> {plainLine(cutAt(asked, LINE_LIMIT).text)}
          {exchange.eol === 'lf' && <em className="bare"> {t('session.bareLf')}</em>}
        </p>
      )}
      <p className={`answer ${tone}`}>
        <b>S:</b> <Icon size={13} role="img" aria-label={t(`session.code.${tone}`)} />{' '}
        <span className="code">{exchange.code}</span>{' '}
        {plainLine(cutAt(replyText({ ...exchange, code: '' }), LINE_LIMIT).text)}
        {exchange.altered && <em className="bare"> {t('session.altered')}</em>}
        {exchange.lines > 1 && <em> {t('session.moreLines', { count: exchange.lines - 1 })}</em>}
      </p>
      <p className="exchange-meta">
        <button
          type="button"
          title={t('session.inLog')}
          aria-label={`${clockText(exchange.at)}: ${t('session.inLog')}`}
          onFocus={onFocus}
          onBlur={onBlur}
          onClick={() => show({ tab: 'log', event: exchange.id, host: null, protocol: null, find: '' })}
        >
          {clockText(exchange.at)}
        </button>
        <span>{exchange.clause}</span>
        <span>
          {exchange.stateBefore === exchange.state
            ? exchange.state
            : `${exchange.stateBefore} → ${exchange.state}`}
        </span>
      </p>
    </li>
  );
});
