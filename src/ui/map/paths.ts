/**
 * Where lines run between host cards, and where along them something is. Coordinates are those of the map's plane.
 * A line is the same curve in both directions, so what goes there and what comes back meet on it.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A cubic Bézier curve: start, two control points, end. */
export type Curve = readonly [Point, Point, Point, Point];

/** Evenly many samples of a curve with the way to each of them, so that speed along it is even. */
export interface Track {
  readonly points: readonly Point[];
  readonly ways: readonly number[];
  readonly length: number;
}

const SAMPLES = 64;

/** Middle of what two ranges share, or of the first one when they share nothing. */
function meeting(a: number, aSize: number, b: number, bSize: number): readonly [number, number] {
  const low = Math.max(a, b);
  const high = Math.min(a + aSize, b + bSize);
  if (high - low > 16) return [(low + high) / 2, (low + high) / 2];
  return [a + aSize / 2, b + bSize / 2];
}

/** The curve from card `a` to card `b`: leaves and enters through sides that face each other, past other cards. */
export function curveBetween(a: Box, b: Box, others: Iterable<Box> = []): Curve {
  const gapX = Math.max(b.x - (a.x + a.width), a.x - (b.x + b.width));
  const gapY = Math.max(b.y - (a.y + a.height), a.y - (b.y + b.height));
  if (gapX <= 0) return upright(a, b);
  if (gapY <= 0) return level(a, b);
  const curves = gapX >= gapY ? [level(a, b), upright(a, b)] : [upright(a, b), level(a, b)];
  const inTheWay = [...others].filter((box) => !sameBox(box, a) && !sameBox(box, b));
  const [first, second] = curves as [Curve, Curve];
  return hits(second, inTheWay) < hits(first, inTheWay) ? second : first;
}

const sameBox = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y;

/** How many places of a curve lie on cards, or too near to them. */
function hits(curve: Curve, boxes: readonly Box[]): number {
  let count = 0;
  for (let i = 1; i < 20; i++) {
    const { x, y } = curvePoint(curve, i / 20);
    for (const box of boxes) {
      if (x > box.x - 8 && x < box.x + box.width + 8 && y > box.y - 8 && y < box.y + box.height + 8) count++;
    }
  }
  return count;
}

function level(a: Box, b: Box): Curve {
  const rightwards = b.x >= a.x;
  const [fromY, toY] = meeting(a.y, a.height, b.y, b.height);
  const from = { x: rightwards ? a.x + a.width : a.x, y: fromY };
  const to = { x: rightwards ? b.x : b.x + b.width, y: toY };
  const bend = (to.x - from.x) / 2;
  return [from, { x: from.x + bend, y: from.y }, { x: to.x - bend, y: to.y }, to];
}

function upright(a: Box, b: Box): Curve {
  const downwards = b.y >= a.y;
  const [fromX, toX] = meeting(a.x, a.width, b.x, b.width);
  const from = { x: fromX, y: downwards ? a.y + a.height : a.y };
  const to = { x: toX, y: downwards ? b.y : b.y + b.height };
  const bend = (to.y - from.y) / 2;
  return [from, { x: from.x, y: from.y + bend }, { x: to.x, y: to.y - bend }, to];
}

export function curvePoint([a, b, c, d]: Curve, t: number): Point {
  const s = 1 - t;
  const wa = s * s * s;
  const wb = 3 * s * s * t;
  const wc = 3 * s * t * t;
  const wd = t * t * t;
  return { x: wa * a.x + wb * b.x + wc * c.x + wd * d.x, y: wa * a.y + wb * b.y + wc * c.y + wd * d.y };
}

export const curvePath = ([a, b, c, d]: Curve): string =>
  `M${a.x},${a.y} C${b.x},${b.y} ${c.x},${c.y} ${d.x},${d.y}`;

export function trackOf(curve: Curve): Track {
  const points: Point[] = [];
  const ways: number[] = [];
  let length = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const point = curvePoint(curve, i / (SAMPLES - 1));
    const last = points.at(-1);
    if (last !== undefined) length += Math.hypot(point.x - last.x, point.y - last.y);
    points.push(point);
    ways.push(length);
  }
  return { points, ways, length };
}

/** The place a share (0 to 1) of the way along. */
export function along({ points, ways, length }: Track, share: number): Point {
  const way = Math.max(0, Math.min(1, share)) * length;
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ways[middle]! <= way) low = middle;
    else high = middle;
  }
  const a = points[low]!;
  const b = points[high]!;
  const step = ways[high]! - ways[low]!;
  const part = step === 0 ? 0 : (way - ways[low]!) / step;
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/** Where a line's own label stands: beside the middle of the line, never on it. */
export function labelPlace(curve: Curve): Point & { readonly beside: 'right' | 'above' } {
  const middle = curvePoint(curve, 0.5);
  const [from, , , to] = curve;
  const upright = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
  return { ...middle, beside: upright ? 'right' : 'above' };
}
