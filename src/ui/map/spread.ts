/**
 * Where cards stand: as the scenario placed them, pushed apart where cards or the borders of zones would run into each
 * other, and turned on its side for a room that is higher than wide.
 */
import type { HostId } from '../../sim/types.ts';
import type { Box } from './paths.ts';

export interface Placed {
  readonly id: HostId;
  /** Empty: stands in no zone. */
  readonly zone: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Room a zone's border takes round its cards. */
export const ZONE_ROOM = { side: 22, top: 34, bottom: 20 };
const GAP = { x: 64, y: 24 };
/** Between cards that a line joins: what flies there must be seen. */
const JOINED_GAP_Y = 58;
/** Between the borders of two zones. */
const ZONE_GAP = 22;
/** Cards placed nearer to one line than this are meant to stand on it. */
const SAME_ROW = 24;
/** Scenarios leave plenty of room: closer together, everything can be shown bigger. */
const CLOSER = { x: 0.9, y: 0.76 };
/** Turned on its side, what was wide is far too long: cards are wider than high. */
const TURNED = { x: 1, y: 0.6 };

/** A room narrower than this is filled from top to bottom. */
const PORTRAIT_BELOW = 0.95;
const MOST_STRETCH = 1.7;

type Axis = 'x' | 'y';

/** `aspect`: width of the map's room by its height. `joined`: pairs of hosts with a line between them. */
export function spread(
  hosts: readonly Placed[],
  aspect: number,
  joined: readonly (readonly [HostId, HostId])[] = [],
): ReadonlyMap<HostId, Box> {
  const portrait = aspect < PORTRAIT_BELOW;
  const turned = hosts.map((host) =>
    portrait
      ? { ...host, x: host.y * TURNED.x, y: host.x * TURNED.y }
      : { ...host, x: host.x * CLOSER.x, y: host.y * CLOSER.y },
  );
  const pairs = new Set(joined.flatMap(([a, b]) => [`${a}|${b}`, `${b}|${a}`]));
  // Sideways first among those that stand side by side, then downwards among those one over the other.
  const wide = apart(turned, 'x', pairs);
  const done = filled(apart(wide, 'y', pairs), aspect);
  return new Map(done.map(({ id, x, y, width, height }) => [id, { x, y, width, height }] as const));
}

/** Draws columns apart as far as the room has width to spare: what flies between them is seen the longer. */
function filled(hosts: readonly Placed[], aspect: number): readonly Placed[] {
  const left = Math.min(...hosts.map(({ x }) => x));
  const columns = Math.max(...hosts.map(({ x }) => x)) - left;
  const width = Math.max(...hosts.map((host) => host.x + host.width)) - left + 2 * ZONE_ROOM.side;
  const top = Math.min(...hosts.map(({ y }) => y));
  const height =
    Math.max(...hosts.map((host) => host.y + host.height)) - top + ZONE_ROOM.top + ZONE_ROOM.bottom;
  const spare = height * aspect - width;
  if (!(spare > 0) || columns <= 0) return hosts;
  const stretch = Math.min(MOST_STRETCH, 1 + spare / columns);
  return hosts.map((host) => ({ ...host, x: left + (host.x - left) * stretch }));
}

/** Moves whole rows (or columns) on, in order, as far as the ones before them need. */
function apart(hosts: readonly Placed[], axis: Axis, pairs: ReadonlySet<string>): readonly Placed[] {
  const sorted = [...hosts].sort((a, b) => a[axis] - b[axis]);
  const rows: Placed[][] = [];
  for (const host of sorted) {
    const row = rows.at(-1);
    if (row !== undefined && host[axis] - row[0]![axis] < SAME_ROW) row.push(host);
    else rows.push([host]);
  }
  const done: Placed[] = [];
  let shift = 0;
  for (const row of rows) {
    for (const host of row) {
      for (const before of done) {
        if (!besides(before, host, axis)) continue;
        const end = before[axis] + (axis === 'x' ? before.width : before.height);
        shift = Math.max(shift, end + gapBetween(before, host, axis, pairs) - host[axis]);
      }
      if (host.zone === '')
        for (const end of frameEnds(done, host, axis)) shift = Math.max(shift, end - host[axis]);
    }
    for (const host of row) done.push({ ...host, [axis]: host[axis] + shift });
  }
  return done;
}

/** Where a card that stands in no zone is clear of the borders that go round the cards before it. */
function frameEnds(done: readonly Placed[], host: Placed, axis: Axis): readonly number[] {
  const across = axis === 'x' ? 'y' : 'x';
  const [length, breadth] = axis === 'x' ? (['width', 'height'] as const) : (['height', 'width'] as const);
  const [before, behind] =
    axis === 'x' ? [ZONE_ROOM.top, ZONE_ROOM.bottom] : [ZONE_ROOM.side, ZONE_ROOM.side];
  const zones = new Set(done.flatMap(({ zone }) => (zone === '' ? [] : [zone])));
  return [...zones].flatMap((zone) => {
    const cards = done.filter((card) => card.zone === zone);
    const from = Math.min(...cards.map((card) => card[across])) - before;
    const to = Math.max(...cards.map((card) => card[across] + card[breadth])) + behind;
    if (host[across] >= to || from >= host[across] + host[breadth]) return [];
    const room = axis === 'x' ? ZONE_ROOM.side : ZONE_ROOM.bottom;
    return [Math.max(...cards.map((card) => card[axis] + card[length])) + room + ZONE_GAP];
  });
}

/** Whether two cards, with what their zones need round them, share room across the axis. */
function besides(a: Placed, b: Placed, axis: Axis): boolean {
  const across = axis === 'x' ? 'y' : 'x';
  const size = axis === 'x' ? 'height' : 'width';
  const slack = axis === 'x' ? 0 : ZONE_ROOM.side;
  return a[across] < b[across] + b[size] + slack && b[across] < a[across] + a[size] + slack;
}

function gapBetween(before: Placed, after: Placed, axis: Axis, pairs: ReadonlySet<string>): number {
  const joined = pairs.has(`${before.id}|${after.id}`);
  const least = axis === 'y' && joined ? JOINED_GAP_Y : GAP[axis];
  const borders = (zone: string, room: number): number => (zone === '' ? 0 : room);
  if (before.zone === after.zone) return least;
  const needed =
    axis === 'x'
      ? borders(before.zone, ZONE_ROOM.side) + borders(after.zone, ZONE_ROOM.side)
      : borders(before.zone, ZONE_ROOM.bottom) + borders(after.zone, ZONE_ROOM.top);
  return Math.max(least, needed + ZONE_GAP);
}
