/**
 * The one frame loop that draws what flies, outside React. Places are pure functions of the view instant: pause,
 * speed and rewind hold for everything that moves, and nothing here has a clock of its own.
 */
import type { HostId } from '../../sim/types.ts';
import { useStore } from '../store/store.ts';
import { isLit } from '../store/lit.ts';
import type { Thing } from '../store/thing.ts';
import { type Flight, flightsAt, progressOf } from '../../view/flights.ts';
import type { Related } from '../../view/related.ts';
import {
  drawLabel,
  drawMark,
  drawTrack,
  labelHeight,
  markSize,
  measureLabel,
  type Palette,
  readPalette,
} from './draw.ts';
import { markBox, placeLabels, type Wanted } from './labels.ts';
import { along, type Box, curveBetween, type Point, type Track, trackOf } from './paths.ts';

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** What the map lends the overlay; read anew at every frame. */
export interface Ground {
  boxes(): ReadonlyMap<HostId, Box>;
  viewport(): Viewport;
  /** Words that stand on the map beside the cards, in pixels of the canvas. To measure them costs a layout. */
  words(): readonly Box[];
  reducedMotion(): boolean;
}

export interface Overlay {
  /** The flight whose mark or label is at this place of the canvas, as a thing to point at. */
  hit(x: number, y: number): Thing | null;
  stop(): void;
}

/** More than this at once and labels give way to marks alone. */
const MOST_LABELS = 14;
const LONGEST_LABEL = 44;

interface Drawn {
  readonly flight: Flight;
  readonly box: Box;
}

export const thingOf = (flight: Flight): Thing =>
  flight.letter !== null ? { kind: 'letter', letter: flight.letter } : { kind: 'event', event: flight.id };

export function startOverlay(canvas: HTMLCanvasElement, ground: Ground): Overlay {
  const context = canvas.getContext('2d');
  if (context === null) return { hit: () => null, stop: () => {} };
  const tracks = new Map<string, { readonly boxes: unknown; readonly track: Track }>();
  const kept = new Map<number, number>();
  let drawn: Drawn[] = [];
  let palette: Palette | null = null;
  let painted = '';
  let last: readonly unknown[] = [];
  let words: readonly Box[] = [];
  let measured: readonly unknown[] = [];

  const trackFor = (from: HostId, to: HostId, boxes: ReadonlyMap<HostId, Box>): Track | null => {
    const a = boxes.get(from);
    const b = boxes.get(to);
    if (a === undefined || b === undefined || from === to) return null;
    const key = `${from}>${to}`;
    const known = tracks.get(key);
    if (known !== undefined && known.boxes === boxes) return known.track;
    const track = trackOf(curveBetween(a, b, boxes.values()));
    tracks.set(key, { boxes, track });
    return track;
  };

  /** Nobody has that address: it flies off towards the open edge of the map. */
  const strayTrack = (from: HostId, boxes: ReadonlyMap<HostId, Box>): Track | null => {
    const a = boxes.get(from);
    if (a === undefined) return null;
    return trackOf(curveBetween(a, { x: a.x + a.width + 140, y: a.y - 40, width: 1, height: 1 }));
  };

  const frame = (): void => {
    const state = useStore.getState();
    const { history, stage, now, count, lit, theme, zoom } = state;
    const viewport = ground.viewport();
    const boxes = ground.boxes();
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const look = `${theme} ${document.documentElement.dataset.theme} ${zoom}`;
    const inputs = [
      history,
      now,
      count,
      lit,
      look,
      viewport.x,
      viewport.y,
      viewport.zoom,
      boxes,
      width,
      height,
    ];
    if (inputs.every((value, index) => value === last[index])) return;
    last = inputs;
    if (palette === null || painted !== look) {
      palette = readPalette(canvas);
      painted = look;
    }
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    drawn = [];
    if (history === null || stage === null) return;
    const flights = flightsAt(history.log, count, now, stage.ports);
    paint(context, palette, flights, { now, viewport, boxes, width, height, lit });
  };

  interface Scene {
    readonly now: number;
    readonly viewport: Viewport;
    readonly boxes: ReadonlyMap<HostId, Box>;
    readonly width: number;
    readonly height: number;
    readonly lit: Related;
  }

  const paint = (
    to: CanvasRenderingContext2D,
    colours: Palette,
    flights: readonly Flight[],
    { now, viewport, boxes, width, height, lit: all }: Scene,
  ): void => {
    const screen = ({ x, y }: Point): Point => ({
      x: x * viewport.zoom + viewport.x,
      y: y * viewport.zoom + viewport.y,
    });
    const scale = Math.max(0.75, Math.min(1.35, viewport.zoom * 1.15)) * colours.type;
    const still = ground.reducedMotion();
    const placed: { flight: Flight; at: Point; half: Point; lit: boolean; upright: boolean }[] = [];
    for (const flight of flights) {
      const track =
        flight.to === null ? strayTrack(flight.from, boxes) : trackFor(flight.from, flight.to, boxes);
      if (track === null) continue;
      const lit =
        isLit(all, thingOf(flight)) ||
        all.events.includes(flight.id) ||
        (flight.conn !== null && all.conns.includes(flight.conn) && all.events.length === 0);
      drawTrack(to, colours, flight.protocol, track.points.map(screen), flight.kind === 'letter' || lit);
      const half = markSize(flight, scale);
      const done = progressOf(flight, now);
      // Marks stop short of the cards' edges, so that they never cover what a card says.
      const margin = Math.min(0.45, half.x / Math.max(1, track.length * viewport.zoom));
      const share = margin + (still ? Math.round(done) : done) * (1 - 2 * margin);
      placed.push({ flight, at: screen(along(track, share)), half, lit, upright: isUpright(track) });
    }
    for (const { flight, at, lit } of placed) drawMark(to, colours, flight, at, scale, lit);
    const cards = [...boxes.values()].map((box) => ({
      ...screen(box),
      width: box.width * viewport.zoom,
      height: box.height * viewport.zoom,
    }));
    const texts = new Map(placed.map(({ flight }) => [flight.id, labelText(flight)]));
    const wanted: Wanted[] = placed.slice(-MOST_LABELS).map(({ flight, at, half, upright }) => ({
      id: flight.id,
      upright,
      at,
      half,
      width: measureLabel(to, colours, texts.get(flight.id) ?? ''),
      height: labelHeight(colours),
    }));
    const { x, y, zoom } = viewport;
    const lies = [boxes, colours, x, y, zoom, width, height];
    if (wanted.length > 0 && lies.some((value, index) => value !== measured[index])) {
      words = ground.words();
      measured = lies;
    }
    const labels = placeLabels(
      wanted,
      [...cards, ...words],
      { x: 4, y: 4, width: width - 8, height: height - 8 },
      kept,
    );
    const byId = new Map(placed.map((one) => [one.flight.id, one]));
    for (const { id, box } of labels) {
      const one = byId.get(id);
      if (one === undefined) continue;
      drawLabel(to, colours, one.flight.protocol, texts.get(id) ?? '', box, one.lit);
      drawn.push({ flight: one.flight, box });
    }
    for (const { flight, at, half } of placed) drawn.push({ flight, box: markBox(at, half) });
  };

  let handle = requestAnimationFrame(function loop() {
    frame();
    handle = requestAnimationFrame(loop);
  });
  return {
    hit: (x, y) => {
      for (const { flight, box } of drawn) {
        if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height)
          return thingOf(flight);
      }
      return null;
    },
    stop: () => cancelAnimationFrame(handle),
  };
}

const isUpright = ({ points }: Track): boolean => {
  const from = points[0]!;
  const to = points.at(-1)!;
  return Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
};

/** Mail data and lookups name their protocol; a command or reply is its own name, and the line style says the rest. */
export function labelText(flight: Flight): string {
  const prefix = flight.kind === 'letter' || flight.kind === 'handshake' ? `${protocolWord(flight)} · ` : '';
  const text = `${prefix}${flight.label}`;
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
}

const protocolWord = (flight: Flight): string =>
  flight.protocol === 'other' ? 'TCP' : flight.protocol.toUpperCase();
