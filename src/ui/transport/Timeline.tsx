/** The run as a line: a tick per event in its protocol's colour, the playhead, and sliding between them. */
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { SimEvent } from '../../sim/types.ts';
import { type Tick, timeline } from '../../view/timeline.ts';
import { useStore } from '../store/store.ts';
import { instantAt, positionAt, type Timescale, timescale } from '../store/timescale.ts';
import { clockText } from './clock-text.ts';

const NO_EVENTS: readonly SimEvent[] = [];
const EDGE_PX = 7;
const MOST_TICKS = 800;
/** Pixels from a tick at which it is pointed at. */
const NEAR_PX = 5;

export default function Timeline() {
  const { t } = useTranslation('transport');
  const log = useStore((state) => state.history?.log ?? NO_EVENTS);
  const logged = useStore((state) => state.logged);
  const ticks = useMemo(() => timeline(log, logged, MOST_TICKS), [log, logged]);
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const scale = useRef<Timescale>(timescale([], 0));

  useEffect(() => {
    const draw = (): void => {
      const { history, now } = useStore.getState();
      scale.current = timescale(
        ticks.map((tick) => tick.at),
        Math.max(now, history?.world.now ?? 0),
      );
      drawTicks(canvas.current, ticks, scale.current);
      moveHead(frame.current, head.current, scale.current);
    };
    draw();
    const observer = new ResizeObserver(draw);
    if (frame.current !== null) observer.observe(frame.current);
    const unsubscribe = useStore.subscribe((state, before) => {
      const other = state.lit !== before.lit || state.theme !== before.theme;
      const further = state.now > before.now && positionAt(scale.current, state.now) > scale.current.length;
      if (other || further) draw();
      else if (state.now !== before.now) moveHead(frame.current, head.current, scale.current);
    });
    return () => {
      observer.disconnect();
      unsubscribe();
    };
  }, [ticks]);

  const seekTo = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - EDGE_PX) / Math.max(1, box.width - 2 * EDGE_PX);
    useStore.getState().seek(instantAt(scale.current, Math.max(0, share) * scale.current.length));
  };
  return (
    <div
      ref={frame}
      className="timeline"
      role="slider"
      tabIndex={0}
      aria-label={t('timeline')}
      aria-valuemin={0}
      aria-valuenow={0}
      aria-valuemax={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
        else pointAt(event, ticks, scale.current);
      }}
      onPointerLeave={() => useStore.getState().hover(null)}
      onKeyDown={(event) => slideByKey(event, ticks)}
    >
      <div className="ticks" aria-hidden="true">
        <canvas ref={canvas} />
      </div>
      <div ref={head} className="playhead" />
    </div>
  );
}

function moveHead(frame: HTMLElement | null, head: HTMLElement | null, scale: Timescale): void {
  if (frame === null || head === null) return;
  const { now, history } = useStore.getState();
  const share = Math.min(1, positionAt(scale, now) / scale.length);
  head.style.transform = `translateX(${EDGE_PX + share * (frame.clientWidth - 2 * EDGE_PX)}px)`;
  // Read out when asked for, a second at a time: a value that changes with every frame would be noise.
  frame.setAttribute('aria-valuenow', String(Math.floor(now / 1000)));
  frame.setAttribute('aria-valuemax', String(Math.ceil(Math.max(now, history?.world.now ?? 0) / 1000)));
  frame.setAttribute('aria-valuetext', clockText(Math.floor(now / 1000) * 1000));
}

const COLOURS: Readonly<Record<string, string>> = {
  smtp: '--smtp',
  lmtp: '--lmtp',
  pop3: '--pop3',
  dns: '--dns',
  imap: '--imap',
  qmtp: '--qmtp',
  tls: '--tls',
  other: '--line-2',
};

function drawTicks(canvas: HTMLCanvasElement | null, ticks: readonly Tick[], scale: Timescale): void {
  const context = canvas?.getContext('2d');
  if (canvas === null || context === null || context === undefined) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const middle = Math.round(height / 2);
  context.fillStyle = colour('--line-2');
  context.fillRect(EDGE_PX, middle - 1, width - 2 * EDGE_PX, 2);
  const { lit: all } = useStore.getState();
  const drawn = new Set<string>();
  for (const tick of ticks) {
    const x = Math.round(EDGE_PX + (positionAt(scale, tick.at) / scale.length) * (width - 2 * EDGE_PX));
    const lit = all.events.includes(tick.id);
    const key = `${x} ${tick.protocol} ${lit}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    const half = lit ? 12 : tick.weight === 4 ? 9 : 6;
    context.fillStyle = lit ? colour('--horn') : colour(COLOURS[tick.protocol] ?? '--ink-3');
    context.fillRect(x - (lit ? 2.5 : 1.25), middle - half, lit ? 5 : 2.5, half * 2);
  }
}

/** The tick nearest to the pointer lights up with everything that is the same thing. */
function pointAt(event: PointerEvent<HTMLElement>, ticks: readonly Tick[], scale: Timescale): void {
  const box = event.currentTarget.getBoundingClientRect();
  const room = Math.max(1, box.width - 2 * EDGE_PX);
  let nearest: Tick | null = null;
  let least = NEAR_PX;
  for (const tick of ticks) {
    const x = box.left + EDGE_PX + (positionAt(scale, tick.at) / scale.length) * room;
    const away = Math.abs(x - event.clientX);
    if (away < least) {
      least = away;
      nearest = tick;
    }
  }
  const { hovered, hover } = useStore.getState();
  const id = nearest?.id ?? null;
  const before = hovered?.kind === 'event' ? hovered.event : null;
  if (id !== before) hover(id === null ? null : { kind: 'event', event: id });
}

/** Arrows go from tick to tick, Page keys ten of them, Home and End to the ends. */
function slideByKey(event: KeyboardEvent, ticks: readonly Tick[]): void {
  const { now, history, seek } = useStore.getState();
  const end = history?.world.now ?? 0;
  const later = [...new Set(ticks.map(({ at }) => at))].filter((at) => at > now);
  const earlier = [...new Set(ticks.map(({ at }) => at))].filter((at) => at < Math.floor(now)).reverse();
  const to: Readonly<Record<string, number | undefined>> = {
    ArrowRight: later[0] ?? end,
    ArrowUp: later[0] ?? end,
    ArrowLeft: earlier[0] ?? 0,
    ArrowDown: earlier[0] ?? 0,
    PageUp: later[9] ?? end,
    PageDown: earlier[9] ?? 0,
    Home: 0,
    End: end,
  };
  const at = to[event.key];
  if (at === undefined) return;
  event.preventDefault();
  seek(at);
}
