import { describe, expect, test } from 'vitest';
import type { SimEvent } from '../sim/types.ts';
import { emit, logBuilder } from './log.testing.ts';
import {
  CHECKPOINT_EVENTS,
  type Fold,
  gather,
  type Index,
  project,
  remembered,
  rowsWithin,
} from './project.ts';

const events = (count: number, host = 'pc'): SimEvent[] => {
  const b = logBuilder();
  for (let i = 0; i < count; i++) {
    b.now = i;
    emit(b, host, { kind: 'timer', program: `${host}/x`, name: String(i) });
  }
  return b.log;
};

/** Sum of the instants seen, and a count of the steps it took to get there. */
function summing() {
  const work = { steps: 0 };
  const fold: Fold<{ sum: number; seen: number }> = {
    start: () => ({ sum: 0, seen: 0 }),
    copy: (state) => ({ ...state }),
    step: (state, event) => {
      work.steps++;
      state.sum += event.at + (event.host === 'pc' ? 0 : 1_000_000);
      state.seen++;
    },
  };
  return { fold, work };
}

const sumBelow = (count: number): number => (count === 0 ? 0 : (count * (count - 1)) / 2);

describe('project', () => {
  test('goes on from where it was', () => {
    const { fold, work } = summing();
    const log = events(5000);
    expect(project(fold, log, 4000).sum).toBe(sumBelow(4000));
    expect(work.steps).toBe(4000);
    expect(project(fold, log, 4001).sum).toBe(sumBelow(4001));
    expect(project(fold, log, 4001).seen).toBe(4001);
    expect(work.steps).toBe(4001);
  });

  test('goes back by a checkpoint and a short replay', () => {
    const { fold, work } = summing();
    const log = events(50_000);
    project(fold, log, 50_000);
    for (const count of [49_999, 25_500, 25_499, 1, 0, 1000, 999, 50_000]) {
      work.steps = 0;
      expect(project(fold, log, count)).toEqual({ sum: sumBelow(count), seen: count });
      expect(work.steps).toBeLessThanOrEqual(CHECKPOINT_EVENTS);
    }
  });

  test('counts beyond the log and below zero are taken as its ends', () => {
    const { fold } = summing();
    const log = events(10);
    expect(project(fold, log, 99).seen).toBe(10);
    expect(project(fold, log, -1).seen).toBe(0);
  });

  test('a fork goes on from the past it shares', () => {
    const { fold, work } = summing();
    const log = events(10_000);
    project(fold, log, 10_000);
    const fork = [...log.slice(0, 6500), ...events(10_000, 'other').slice(6500)];
    work.steps = 0;
    expect(project(fold, fork, 6501).sum).toBe(sumBelow(6501) + 1_000_000);
    expect(work.steps).toBe(501);
    expect(project(fold, log, 10_000).sum).toBe(sumBelow(10_000));
  });

  test('a log that was cut and grew again in place is told apart', () => {
    const { fold } = summing();
    const log = events(3000);
    project(fold, log, 3000);
    log.length = 1500;
    log.push(...events(3000, 'other').slice(1500));
    expect(project(fold, log, 3000).sum).toBe(sumBelow(3000) + 1500 * 1_000_000);
    expect(project(fold, log, 2000).sum).toBe(sumBelow(2000) + 500 * 1_000_000);
  });

  test('checkpoints stay few however long the log', () => {
    const { fold } = summing();
    let copies = 0;
    const counted: typeof fold = {
      ...fold,
      copy: (state) => ({ ...state, seen: state.seen + 0 * ++copies }),
    };
    project(counted, events(150_000), 150_000);
    // 65 at a spacing of 1,000, then every second one is kept and the spacing doubles.
    expect(copies).toBeLessThan(120);
  });
});

describe('gather', () => {
  const index: Index<{ id: number }[]> = {
    start: () => [],
    step: (rows, event) => void (event.id % 2 === 0 && rows.push({ id: event.id })),
  };

  test('grows with the log; readers take the rows of the events they see', () => {
    const log = events(100);
    const rows = gather(index, log, 50);
    expect(rows).toHaveLength(25);
    expect(gather(index, log, 100)).toHaveLength(50);
    expect(rowsWithin(gather(index, log, 10), log, 10)).toBe(5);
    expect(rowsWithin(rows, log, 0)).toBe(0);
    expect(rowsWithin(rows, log, 11)).toBe(6);
  });

  test('begins again when the log was cut', () => {
    const log = events(100);
    gather(index, log, 100);
    log.length = 10;
    log.push(...events(20, 'other').slice(10));
    expect(gather(index, log, 20)).toHaveLength(10);
  });
});

test('remembered gives the same object for the same question, and a new one when the log differs', () => {
  const view = remembered((log: readonly SimEvent[], count: number, host: string) => ({
    host,
    count,
    of: log.length,
  }));
  const log = events(10);
  expect(view(log, 5, 'a')).toBe(view(log, 5, 'a'));
  expect(view(log, 5, 'b')).not.toBe(view(log, 5, 'a'));
  expect(view(log, 6, 'a')).not.toBe(view(log, 5, 'a'));
  expect(view([...log], 5, 'a')).not.toBe(view(log, 5, 'a'));
  const before = view(log, 10, 'a');
  log.length = 5;
  log.push(...events(10, 'other').slice(5));
  expect(view(log, 10, 'a')).not.toBe(before);
});
