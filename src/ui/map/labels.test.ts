import { describe, expect, test } from 'vitest';
import { placeLabels, type Wanted } from './labels.ts';
import type { Box } from './paths.ts';

const bounds = { x: 0, y: 0, width: 800, height: 600 };
const wanted = (id: number, x: number, y: number): Wanted => ({
  id,
  at: { x, y },
  half: { x: 10, y: 10 },
  width: 120,
  height: 22,
  upright: false,
});
const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('placeLabels', () => {
  test('on a line that runs up the page a label stands beside its mark', () => {
    const [label] = placeLabels([{ ...wanted(1, 400, 300), upright: true }], [], bounds, new Map());
    expect(label?.box.x).toBeGreaterThan(410);
  });

  test('a label stands below its mark when there is room', () => {
    const [label] = placeLabels([wanted(1, 400, 300)], [], bounds, new Map());
    expect(label?.box.y).toBeGreaterThan(310);
  });

  test('three marks on one spot get three labels that hide neither marks nor each other', () => {
    const all = [wanted(1, 400, 300), wanted(2, 405, 300), wanted(3, 410, 300)];
    const boxes = placeLabels(all, [], bounds, new Map()).map(({ box }) => box);
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) expect(meet(a, b)).toBe(false);
      for (const { at } of all)
        expect(meet(a, { x: at.x - 10, y: at.y - 10, width: 20, height: 20 })).toBe(false);
    }
  });

  test('between two cards one above the other they hide neither these nor the words beside the line', () => {
    const taken = [
      { x: 530, y: 180, width: 140, height: 100 },
      { x: 530, y: 320, width: 140, height: 60 },
      { x: 622, y: 290, width: 40, height: 20 },
    ];
    const all = [1, 2, 3].map((id) => ({ ...wanted(id, 600, 300), width: 200, upright: true }));
    const boxes = placeLabels(all, taken, bounds, new Map()).map(({ box }) => box);
    for (const [i, a] of boxes.entries()) {
      for (const b of [...taken, ...boxes.slice(i + 1)]) expect(meet(a, b)).toBe(false);
      expect([a.x >= 0, a.x + a.width <= bounds.width]).toEqual([true, true]);
    }
  });

  test('a card below sends the label above, and it stays there while it can', () => {
    const card = { x: 300, y: 312, width: 200, height: 80 };
    const kept = new Map<number, number>();
    const [first] = placeLabels([wanted(1, 400, 300)], [card], bounds, kept);
    expect(first!.box.y + first!.box.height).toBeLessThan(291);
    const [second] = placeLabels([wanted(1, 400, 300)], [], bounds, kept);
    expect(second!.box.y).toBe(first!.box.y);
  });
});
