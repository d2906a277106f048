/** What flies, in words, for readers who cannot see the map. Told politely, and not more often than one can listen. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stage } from '../../agents/stage.ts';
import { useStore } from '../store/store.ts';
import { type Flight, flightsAt } from '../../view/flights.ts';
import { textIn } from '../strings/i18n.ts';
import { labelText } from './overlay.ts';

const TOLD_EVERY_MS = 1500;
const MOST_TOLD = 5;

export default function FlightList() {
  const { t } = useTranslation('map');
  const language = useStore((state) => state.language);
  const [flights, setFlights] = useState<readonly Flight[]>([]);
  useEffect(() => {
    let told = '';
    const timer = setInterval(() => {
      const { history, stage, now, count } = useStore.getState();
      if (history === null || stage === null) return;
      const under = flightsAt(history.log, count, now, stage.ports).filter(
        (flight) => flight.kind !== 'handshake',
      );
      const key = under.map((flight) => flight.id).join(' ');
      if (key === told) return;
      told = key;
      setFlights(under.slice(-MOST_TOLD));
    }, TOLD_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const stage = useStore((state) => state.stage);
  return (
    <ul className="visually-hidden" aria-live="polite" aria-label={t('flights.title')}>
      {flights.map((flight) => (
        <li key={flight.id}>
          {t('flights.line', {
            from: nameOf(stage, flight.from, language),
            to: flight.to === null ? t('flights.nowhere') : nameOf(stage, flight.to, language),
            what: labelText(flight),
          })}
        </li>
      ))}
    </ul>
  );
}

function nameOf(stage: Stage | null, id: string, language: Parameters<typeof textIn>[1]): string {
  const host = stage?.hosts.find((known) => known.id === id);
  return host === undefined ? id : textIn(host.label, language);
}
