/** Play, pause, step, speed, the timeline and the simulated clock. */
import './transport.css';
import { Pause, Play, SkipBack, StepForward, Undo2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { isIdle, nextDue } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import type { Millis } from '../../base/time.ts';
import { SPEEDS, useStore } from '../store/store.ts';
import { clockText } from './clock-text.ts';

const Timeline = lazy(() => import('./Timeline.tsx'));

export function TransportBar() {
  const { t } = useTranslation('transport');
  const playing = useStore((state) => state.playing);
  const play = useStore((state) => state.play);
  const pause = useStore((state) => state.pause);
  const step = useStore((state) => state.step);
  const seek = useStore((state) => state.seek);
  return (
    <div className="transport" role="toolbar" aria-label={t('title')}>
      <button
        type="button"
        className="icon-button"
        aria-label={t('rewind')}
        title={t('rewind')}
        onClick={() => seek(0)}
      >
        <SkipBack size={19} fill="currentColor" aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button play"
        aria-label={playing ? t('pause') : t('play')}
        title={playing ? t('pause') : t('play')}
        onClick={playing ? pause : play}
      >
        {playing ? (
          <Pause size={17} fill="currentColor" aria-hidden="true" />
        ) : (
          <Play size={17} fill="currentColor" aria-hidden="true" />
        )}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('step')}
        title={t('stepAbout')}
        onClick={step}
      >
        <StepForward size={19} fill="currentColor" aria-hidden="true" />
      </button>
      <Speed />
      <Suspense fallback={<div className="timeline" />}>
        <Timeline />
      </Suspense>
      <UndoButton />
      <ClockText />
    </div>
  );
}

function Speed() {
  const { t } = useTranslation('transport');
  const speed = useStore((state) => state.speed);
  const setSpeed = useStore((state) => state.setSpeed);
  return (
    <select
      className="speed"
      aria-label={t('speed')}
      title={t('speed')}
      value={speed}
      onChange={(event) => setSpeed(Number(event.currentTarget.value))}
    >
      {SPEEDS.map((value) => (
        <option key={value} value={value}>
          {value}×
        </option>
      ))}
    </select>
  );
}

function UndoButton() {
  const { t } = useTranslation('transport');
  const left = useStore((state) => state.undo.length);
  const undo = useStore((state) => state.undoFork);
  if (left === 0) return null;
  return (
    <button type="button" className="icon-button" aria-label={t('undo')} title={t('undo')} onClick={undo}>
      <Undo2 size={18} aria-hidden="true" />
    </button>
  );
}

/** The clock's digits change with every frame: they are written past React. */
function ClockText() {
  const { t } = useTranslation('transport');
  const digits = useRef<HTMLSpanElement>(null);
  const note = useStore((state) =>
    state.playing && state.waiting
      ? 'waiting'
      : isRewound(state)
        ? 'rewound'
        : state.playing
          ? 'running'
          : 'paused',
  );
  // The clock does not run on empty: what is minutes off is one press of “Next event” away.
  const far = useStore(
    useShallow(({ history, count, logged }) =>
      history !== null && count === logged ? farOff(history) : null,
    ),
  );
  useEffect(() => {
    const write = (now: number): void => {
      if (digits.current !== null) digits.current.textContent = clockText(now);
    };
    write(useStore.getState().now);
    return useStore.subscribe((state, before) => {
      if (state.now !== before.now) write(state.now);
    });
  }, []);
  return (
    <div className="clock">
      <span ref={digits} role="timer" aria-label={t('clock')} />
      <span className="clock-note">
        {far !== null && (note === 'waiting' || note === 'paused')
          ? t(`state.${far.what}`, { time: clockText(far.at).replace(/\.\d+$/, '') })
          : t(`state.${note}`)}
      </span>
    </div>
  );
}

const isRewound = (state: {
  readonly count: number;
  readonly logged: number;
  readonly glide: unknown;
}): boolean => state.count < state.logged && state.glide === null;

type FarOff = 'later' | 'timeout' | 'gives-up';

/** What comes next when nothing is under way, and when. */
function farOff(history: History): { readonly what: FarOff; readonly at: Millis } | null {
  if (!isIdle(history)) return null;
  const next = nextDue(history);
  if (next === null) return null;
  const { at, due } = next;
  // A mail program that stays asks anew from time to time: nobody's patience ends there.
  const what = 'name' in due && due.name === 'poll' ? undefined : KINDS[due.kind];
  if (what !== undefined) return { what, at };
  const again = nextTry(history);
  return again === null ? null : { what: 'later', at: again };
}

const KINDS: Readonly<Record<string, FarOff>> = {
  'conn-timer': 'timeout',
  'connect-failed': 'gives-up',
  'syn-again': 'gives-up',
};

/** Instant at which a queue tries a letter again; null: none waits. */
function nextTry(history: History): number | null {
  let next: number | null = null;
  for (const [key, { deadline }] of history.world.timers)
    if (key.includes(':retry:') && (next === null || deadline < next)) next = deadline;
  return next;
}
