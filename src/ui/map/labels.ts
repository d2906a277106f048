/** Finds each flight's label a place where it hides nothing and nothing hides it. */
import type { Box, Point } from './paths.ts';

export interface Wanted {
  readonly id: number;
  readonly at: Point;
  /** Half sizes of the mark it belongs to. */
  readonly half: Point;
  readonly width: number;
  readonly height: number;
  /** Its line runs up or down the page: beside the mark is better than above or below it. */
  readonly upright: boolean;
}

export interface Placed {
  readonly id: number;
  readonly box: Box;
}

const GAP = 6;
const FURTHER = [44, 84, 130, 180, 240, 310];

/** Candidate places, best first, nearer before further off; those that lie on the mark's own line come last. */
function places({ at, half, width, height, upright }: Wanted): Box[] {
  const boxes: Box[] = [];
  for (const away of [GAP, GAP + height + 4, GAP + 2 * (height + 4)]) {
    const left = at.x - half.x - away - width;
    const right = at.x + half.x + away;
    const above = at.y - half.y - away - height;
    const below = at.y + half.y + away;
    const beside = [
      [right, at.y - height / 2],
      [left, at.y - height / 2],
    ] as const;
    const upDown = [
      [at.x - width / 2, below],
      [at.x - width / 2, above],
    ] as const;
    const corners = [
      [at.x - half.x, below],
      [at.x + half.x - width, below],
      [at.x - half.x, above],
      [at.x + half.x - width, above],
    ] as const;
    const order = upright ? [...beside, ...corners, ...upDown] : [...upDown, ...corners, ...beside];
    for (const [x, y] of order) boxes.push({ x, y, width, height });
  }
  // Between two cards one above the other there is little room, but further to the side there is.
  for (const away of upright ? FURTHER : []) {
    for (const row of [0, -1, 1]) {
      const y = at.y - height / 2 + row * (height + 4);
      boxes.push({ x: at.x + half.x + away, y, width, height });
      boxes.push({ x: at.x - half.x - away - width, y, width, height });
    }
  }
  return boxes;
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/**
 * Places labels in order. `taken` are boxes to keep clear (cards, marks); `kept` remembers each label's place from
 * frame to frame, so that it stays on its side while it can.
 */
export function placeLabels(
  wanted: readonly Wanted[],
  taken: readonly Box[],
  bounds: Box,
  kept: Map<number, number>,
): readonly Placed[] {
  const placed: Placed[] = [];
  const clear: Box[] = [...taken, ...wanted.map(({ at, half }) => markBox(at, half))];
  const seen = new Set<number>();
  for (const one of wanted) {
    const candidates = places(one);
    const last = kept.get(one.id);
    const order = last === undefined ? candidates.keys() : [last, ...candidates.keys()];
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const index of order) {
      const box = candidates[index]!;
      const outside = box.width * box.height - overlap(box, bounds);
      const cost = clear.reduce((sum, other) => sum + overlap(box, other), outside * 4);
      if (cost < least) {
        least = cost;
        best = index;
      }
      if (cost === 0) break;
    }
    const box = candidates[best]!;
    kept.set(one.id, best);
    seen.add(one.id);
    clear.push(box);
    placed.push({ id: one.id, box });
  }
  for (const id of kept.keys()) if (!seen.has(id)) kept.delete(id);
  return placed;
}

export const markBox = (at: Point, half: Point): Box => ({
  x: at.x - half.x,
  y: at.y - half.y,
  width: half.x * 2,
  height: half.y * 2,
});
