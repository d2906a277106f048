import { describe, expect, test } from 'vitest';
import { type Placed, spread } from './spread.ts';

const card = (id: string, x: number, y: number, zone = '', height = 130): Placed => ({
  id,
  zone,
  x,
  y,
  width: 200,
  height,
});
const places = (hosts: readonly Placed[], aspect = 1) => Object.fromEntries(spread(hosts, aspect));

describe('spread', () => {
  test('cards with room enough keep their arrangement', () => {
    const { a, b, c } = places([card('a', 0, 0), card('b', 0, 400), card('c', 400, 0)]);
    expect(a!.x).toBe(b!.x);
    expect(a!.y).toBe(c!.y);
    expect(b!.y / c!.x).toBeCloseTo((400 * 0.76) / (400 * 0.9));
  });

  test('a line between two cards gets room for what flies on it', () => {
    const hosts = [card('a', 0, 0), card('b', 0, 140)];
    const { a, b } = Object.fromEntries(spread(hosts, 1, [['b', 'a']]));
    expect(b!.y - (a!.y + a!.height)).toBe(58);
  });

  test('zones one over the other get room for both borders, and rows stay rows', () => {
    const { a, b, c } = places([card('a', 0, 0, 'one'), card('b', 0, 150, 'two'), card('c', 400, 150)]);
    expect(b!.y - (a!.y + a!.height)).toBeGreaterThanOrEqual(34 + 20);
    expect(c!.y).toBe(b!.y);
  });

  test('a card of no zone stands clear of the border round others, also where it is beside none of them', () => {
    const hosts = [card('a', 0, 0, 'one'), card('tall', 300, 0, 'one', 400), card('b', 0, 300)];
    const { tall, b } = places(hosts, 1.2);
    expect(b!.y).toBeGreaterThanOrEqual(tall!.y + tall!.height + 20);
  });

  test('cards side by side do not run into each other', () => {
    const { a, b } = places([card('a', 0, 0), card('b', 120, 40)]);
    expect(b!.x).toBeGreaterThan(a!.x + a!.width);
  });

  test('in a high room left and right become top and bottom', () => {
    const { a, b } = places([card('a', 0, 60), card('b', 700, 60)], 0.6);
    expect(a!.x).toBe(b!.x);
    expect(b!.y).toBeGreaterThan(a!.y + a!.height);
  });

  test('width to spare draws columns apart, and never moves rows', () => {
    const hosts = [card('a', 0, 0), card('b', 0, 400), card('c', 400, 0)];
    const narrow = places(hosts, 1);
    const wide = places(hosts, 2.5);
    expect(wide.c!.x).toBeGreaterThan(narrow.c!.x);
    expect(wide.b!.y).toBe(narrow.b!.y);
  });
});
