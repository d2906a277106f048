/** What was said and answered on a connection. */
import { Bell, Check, CornerDownRight, RotateCcw, X } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exchange, Session } from '../../../view/sessions.ts';
import { replyMark, replyWords } from '../../../view/wire.ts';
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
        {exchanges.slice(hidden).map((exchange, index) => (
          <ExchangeRow key={exchange.id} exchange={exchange} asked={askedIn(exchanges, hidden + index)} />
        ))}
      </ol>
    </section>
  );
}

/** What the client said before this reply, as it is shown; null: nothing, the server spoke unasked. */
function askedIn(exchanges: readonly Exchange[], index: number): string | null {
  const { verb, line, tag, code } = exchanges[index]!;
  if (verb === 'SERVER' || tag === '*' || (verb === 'CONNECT' && line === '')) return null;
  if (verb === 'END-OF-DATA') return '.';
  if (tag === undefined) return line;
  // IMAP: `+` had the client go on, and this replies to all of it (RFC 3501 §7.5). Of IDLE the end is known: DONE.
  let at = index - 1;
  while (exchanges[at]?.tag === '*') at--;
  const before = exchanges[at];
  if (before?.tag !== tag || before.code !== '+') return line;
  return verb === 'IDLE' && code === 'OK' ? 'DONE' : null;
}

const ICONS = { good: Check, more: CornerDownRight, news: Bell, later: RotateCcw, bad: X } as const;

interface RowProps {
  readonly exchange: Exchange;
  readonly asked: string | null;
}

const ExchangeRow = memo(function ExchangeRow({ exchange, asked }: RowProps) {
  const { t } = useTranslation('inspector');
  const show = useDesk((desk) => desk.show);
  const lit = useLit({ kind: 'event', event: exchange.id });
  const { onPointerEnter, onPointerLeave, onFocus, onBlur } = hoverProps({
    kind: 'event',
    event: exchange.id,
  });
  const tone = codeTone(exchange.code);
  const Icon = ICONS[tone];
  const { data = [], tag } = exchange;
  const more = exchange.lines - 1 - data.length;
  const untagged = data.map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same line may come twice
    <p key={index} className="answer untagged">
      <b>S:</b> {plainLine(cutAt(line, LINE_LIMIT).text)}
    </p>
  ));
  return (
    <li
      className={`exchange${lit ? ' lit' : ''}`}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
    >
      {asked !== null && (
        <p className="asked">
          <b>C:</b> {plainLine(cutAt(asked, LINE_LIMIT).text)}
          {exchange.eol === 'lf' && <em className="bare"> {t('session.bareLf')}</em>}
        </p>
      )}
      {tag !== '*' && untagged}
      <p className={`answer ${tone}`}>
        <b>S:</b> <Icon size={13} role="img" aria-label={t(`session.code.${tone}`)} />{' '}
        <span className="code">{plainLine(cutAt(replyMark(exchange), LINE_LIMIT).text)}</span>{' '}
        {plainLine(cutAt(replyWords(exchange), LINE_LIMIT).text)}
        {exchange.altered && <em className="bare"> {t('session.altered')}</em>}
        {more > 0 && <em> {t('session.moreLines', { count: more })}</em>}
      </p>
      {tag === '*' && untagged}
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
