/** Everything that happened, newest last, and why. */
import './log.css';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type LogRow, logbook } from '../../../view/logbook.ts';
import type { Protocol } from '../../../view/wire.ts';
import { useLog } from '../../store/hooks.ts';
import { useDesk } from '../desk.ts';
import { useHostNames, useHosts } from '../hosts.ts';
import { Empty } from '../parts.tsx';
import { finder } from './find.ts';
import { RowList } from './RowList.tsx';
import { sentence } from './sentence.ts';
import { Why } from './Why.tsx';

const PROTOCOLS: readonly Protocol[] = ['smtp', 'lmtp', 'qmtp', 'pop3', 'imap', 'dns', 'tls', 'other'];

export default function LogTab() {
  const { t } = useTranslation('inspector');
  const { log, count } = useLog();
  const host = useDesk((desk) => desk.host);
  const protocol = useDesk((desk) => desk.protocol);
  const find = useDesk((desk) => desk.find);
  const event = useDesk((desk) => desk.event);
  const say = useSentence();
  const words = useWords(say);
  const [search] = useState(finder);
  const filtered = logbook(log, count, host, protocol);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one search of its own per panel
  const rows = useMemo(() => search(filtered, find, words), [filtered, find, words]);
  const everything = host === null && protocol === null && find.trim() === '';
  if (rows.length === 0 && everything)
    return <Empty title={t('empty.log.title')} text={t('empty.log.text')} />;
  return (
    <div className="log-body">
      <Filter rows={rows.length} />
      {rows.length === 0 ? <NothingFits /> : <RowList rows={rows} chosen={event} say={say} />}
      {event !== null && <Why event={event} say={say} />}
    </div>
  );
}

function useSentence(): (row: Parameters<typeof sentence>[1]) => string {
  const { t } = useTranslation('inspector');
  const nameOf = useHostNames();
  return useMemo(() => (row) => sentence(t, row, nameOf), [t, nameOf]);
}

/** What a row is searched for, kept with it. */
function useWords(say: (row: LogRow) => string): (row: LogRow) => string {
  return useMemo(() => {
    const known = new WeakMap<LogRow, string>();
    return (row) => {
      const words = known.get(row) ?? `${row.host} ${say(row)} ${row.text}`.toLowerCase();
      known.set(row, words);
      return words;
    };
  }, [say]);
}

function Filter({ rows }: { readonly rows: number }) {
  const { t } = useTranslation('inspector');
  const hosts = useHosts();
  const nameOf = useHostNames();
  const { host, protocol, find, show } = useDesk();
  return (
    <search className="log-filter" aria-label={t('logbook.filter')}>
      <label>
        <span>{t('logbook.host')}</span>
        <select value={host ?? ''} onChange={(event) => show({ host: event.target.value || null })}>
          <option value="">{t('logbook.all')}</option>
          {hosts.map(({ id }) => (
            <option key={id} value={id}>
              {nameOf(id)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('logbook.protocol')}</span>
        <select
          value={protocol ?? ''}
          onChange={(event) =>
            show({ protocol: PROTOCOLS.find((one) => one === event.target.value) ?? null })
          }
        >
          <option value="">{t('logbook.all')}</option>
          {PROTOCOLS.map((one) => (
            <option key={one} value={one}>
              {one === 'other' ? t('logbook.other') : one.toUpperCase()}
            </option>
          ))}
        </select>
      </label>
      <label className="find">
        <span>{t('logbook.find')}</span>
        <input
          type="search"
          value={find}
          placeholder={t('logbook.findHint')}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => show({ find: event.target.value })}
        />
      </label>
      <p className="log-count">{t('logbook.rows', { count: rows })}</p>
    </search>
  );
}

function NothingFits() {
  const { t } = useTranslation('inspector');
  const show = useDesk((desk) => desk.show);
  return (
    <div className="log-nothing">
      <p>{t('logbook.nothing')}</p>
      <button type="button" className="button" onClick={() => show({ host: null, protocol: null, find: '' })}>
        {t('logbook.clear')}
      </button>
    </div>
  );
}
