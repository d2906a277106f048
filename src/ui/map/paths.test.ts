import { describe, expect, test } from 'vitest';
import { along, curveBetween, trackOf } from './paths.ts';

const left = { x: 0, y: 0, width: 100, height: 60 };
const right = { x: 300, y: 20, width: 100, height: 60 };
const below = { x: 10, y: 400, width: 100, height: 60 };

describe('curveBetween', () => {
  test('cards side by side are joined by a level line through the height they share', () => {
    const [from, , , to] = curveBetween(left, right);
    expect([from, to]).toEqual([
      { x: 100, y: 40 },
      { x: 300, y: 40 },
    ]);
  });

  test('cards one over the other are joined from bottom to top', () => {
    const [from, , , to] = curveBetween(left, below);
    expect([from.y, to.y]).toEqual([60, 400]);
    expect(from.x).toBe(to.x);
  });

  test('takes the other sides when a card stands in the way', () => {
    const far = { x: 160, y: 300, width: 100, height: 60 };
    const above = { x: 150, y: 180, width: 120, height: 90 };
    const [freeFrom] = curveBetween(left, far);
    expect(freeFrom).toEqual({ x: 50, y: 60 });
    const [from, , , to] = curveBetween(left, far, [left, far, above]);
    expect([from.x, to.x]).toEqual([100, 160]);
  });

  test('there and back are one curve', () => {
    const there = curveBetween(left, { x: 400, y: 300, width: 100, height: 60 });
    const back = curveBetween({ x: 400, y: 300, width: 100, height: 60 }, left);
    expect(back).toEqual([...there].reverse());
  });
});

describe('along', () => {
  const track = trackOf(curveBetween(left, { x: 400, y: 300, width: 100, height: 60 }));
  test('begins and ends at the cards', () => {
    expect(along(track, 0)).toEqual({ x: 100, y: 30 });
    expect(along(track, 1)).toEqual({ x: 400, y: 330 });
    expect(along(track, 7)).toEqual({ x: 400, y: 330 });
  });

  test('equal shares are equal ways', () => {
    const way = (a: number, b: number): number => {
      const p = along(track, a);
      const q = along(track, b);
      return Math.hypot(p.x - q.x, p.y - q.y);
    };
    for (const share of [0.2, 0.4, 0.5, 0.8]) {
      expect(way(share, share + 0.01)).toBeCloseTo(track.length / 100, 0);
    }
  });
});
