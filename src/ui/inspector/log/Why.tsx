/** The chosen row: what it was, and the chain of causes that brought it about. */
import { Clock, X } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventId } from '../../../sim/types.ts';
import { type Cause, why } from '../../../view/causes.ts';
import { useLog } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import { clockText } from '../../transport/clock-text.ts';
import { useDesk } from '../desk.ts';
import { useHostNames } from '../hosts.ts';
import { Heading, ProtocolChip } from '../parts.tsx';
import { plainLine } from '../plain.ts';
import { spanText } from '../span-text.ts';
import type { Described } from './sentence.ts';

/** Of a longer chain the first and the last causes are shown. */
const MOST_SHOWN = 24;

interface Props {
  readonly event: EventId;
  say(row: Described): string;
}

export function Why({ event, say }: Props) {
  const { t } = useTranslation('inspector');
  const { log, count } = useLog();
  const show = useDesk((desk) => desk.show);
  const seekEvent = useStore((state) => state.seekEvent);
  const chain = useMemo(() => why(log, event), [log, event]);
  const last = log[count - 1];
  const self = chain.at(-1);
  if (self === undefined || last === undefined || event > last.id) return null;
  const clock = clockText(self.at);
  return (
    <section className="log-why" aria-label={t('logbook.detail')}>
      <div className="log-why-head">
        <button type="button" className="button" onClick={() => seekEvent(event)}>
          <Clock size={15} aria-hidden="true" />
          {t('logbook.goTo', { clock })}
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t('logbook.close')}
          onClick={() => show({ event: null })}
        >
          <X size={16} aria-hidden="true" />
        </button>
      </div>
      <Heading id="why-heading">{t('logbook.why')}</Heading>
      <Chain chain={chain} say={say} />
    </section>
  );
}

function Chain({ chain, say }: { readonly chain: readonly Cause[]; say(row: Described): string }) {
  const { t } = useTranslation('inspector');
  const cut = chain.length - MOST_SHOWN;
  const head = cut > 0 ? chain.slice(0, MOST_SHOWN / 2) : chain;
  const tail = cut > 0 ? chain.slice(-MOST_SHOWN / 2) : [];
  return (
    <>
      <ol className="causes" aria-label={t('logbook.chain')}>
        {head.map((cause) => (
          <CauseRow key={cause.id} cause={cause} say={say} self={cause === chain.at(-1)} />
        ))}
        {cut > 0 && <li className="cause-gap">{t('logbook.more', { count: cut })}</li>}
        {tail.map((cause) => (
          <CauseRow key={cause.id} cause={cause} say={say} self={cause === chain.at(-1)} />
        ))}
      </ol>
      {chain.length === 1 && <p className="field-note">{t('logbook.start')}</p>}
    </>
  );
}

interface CauseProps {
  readonly cause: Cause;
  readonly self: boolean;
  say(row: Described): string;
}

function CauseRow({ cause, self, say }: CauseProps) {
  const nameOf = useHostNames();
  const language = useStore((state) => state.language);
  const { hover, select } = useStore.getState();
  const thing = { kind: 'event', event: cause.id } as const;
  return (
    <li className={`cause${self ? ' self' : ''}`} aria-current={self ? 'true' : undefined}>
      <button
        type="button"
        onClick={() => select(thing)}
        onPointerEnter={() => hover(thing)}
        onPointerLeave={() => hover(null)}
        onFocus={() => hover(thing)}
        onBlur={() => hover(null)}
      >
        <span className="log-time">
          {cause.afterMs === 0 ? clockText(cause.at) : `+${spanText(cause.afterMs, language)}`}
        </span>
        <span className="log-host">{nameOf(cause.host)}</span>
        {cause.protocol !== 'other' && <ProtocolChip protocol={cause.protocol} />}
        <span className="log-words">{say(cause)}</span>
        {cause.text !== '' && <span className="log-text">{plainLine(cause.text)}</span>}
      </button>
    </li>
  );
}
