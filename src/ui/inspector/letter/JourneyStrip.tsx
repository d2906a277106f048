/** The way of a letter as a line with stations, and how long each leg took. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Journey, Station } from '../../../view/journey.ts';
import { hoverProps, useLit } from '../../store/hooks.ts';
import { useStore } from '../../store/store.ts';
import type { Thing } from '../../store/thing.ts';
import { Heading } from '../parts.tsx';
import { plainLine } from '../plain.ts';
import { spanText } from '../span-text.ts';

interface Props {
  readonly letter: string;
  readonly journey: Journey;
  /** It was put off: nothing is under way to the next station. */
  readonly waiting: boolean;
  /** It will go on, but nobody knows yet where to. */
  readonly undecided: boolean;
}

export const JourneyStrip = memo(function JourneyStrip({ letter, journey, waiting, undecided }: Props) {
  const { t } = useTranslation('inspector');
  const language = useStore((state) => state.language);
  const { stations, legs, hopsDone, hopsTotal, elapsedMs } = journey;
  const hops = undecided
    ? t('journey.soFar', { count: hopsDone })
    : t('journey.hops', { done: hopsDone, count: hopsTotal });
  return (
    <section className="journey-section" aria-labelledby="journey-heading">
      <Heading
        id="journey-heading"
        aside={hopsTotal > 0 || undecided ? `${hops} · ${spanText(elapsedMs, language)}` : undefined}
      >
        {t('journey.title')}
      </Heading>
      <ol className={`journey${waiting || undecided ? ' waiting' : ''}`}>
        {stations.map((station, index) => {
          const elapsed = legs[index - 1]?.elapsedMs ?? null;
          return (
            <Stop
              // biome-ignore lint/suspicious/noArrayIndexKey: a letter may pass the same host twice
              key={index}
              station={station}
              letter={letter}
              elapsed={elapsed === null ? null : `+${spanText(elapsed, language)}`}
            />
          );
        })}
        {undecided && (
          <li className="stop ahead">
            <span className="stop-name">{t('journey.undecided')}</span>
            <span className="stop-dot" aria-hidden="true" />
          </li>
        )}
      </ol>
    </section>
  );
});

interface StopProps {
  readonly station: Station;
  readonly letter: string;
  /** Time the leg to this station took. */
  readonly elapsed: string | null;
}

function Stop({ station, letter, elapsed }: StopProps) {
  const { t } = useTranslation('inspector');
  const { host, hop, label, state } = station;
  const thing: Thing = hop === null ? { kind: 'host', host: host ?? '' } : { kind: 'hop', letter, hop };
  const lit = useLit(thing);
  const { onPointerEnter, onPointerLeave } = hoverProps(thing);
  return (
    <li
      className={`stop ${state}${lit ? ' pointed' : ''}`}
      aria-current={state === 'here' ? 'step' : undefined}
      onPointerEnter={onPointerEnter}
      onPointerLeave={onPointerLeave}
    >
      <span className="stop-name" title={host === null ? t('journey.outside') : undefined}>
        {plainLine(label)}
      </span>
      <span className="stop-dot" aria-hidden="true" />
      <span className="visually-hidden">{t(`journey.${state}`)}</span>
      <span className="stop-leg">{elapsed}</span>
    </li>
  );
}
