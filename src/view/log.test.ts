import { expect, test } from 'vitest';
import { journeyLog } from './journey.testing.ts';
import { emit, logBuilder } from './log.testing.ts';
import { arrivalBehind, causesOf, eventById, eventsUntil, indexOf } from './log.ts';

test('eventsUntil counts what has happened, that very instant included', () => {
  const b = logBuilder();
  for (const at of [0, 0, 5, 5, 9]) {
    b.now = at;
    emit(b, 'pc', { kind: 'start', program: 'pc/x' });
  }
  expect([-1, 0, 4, 5, 8, 9, 99].map((now) => eventsUntil(b.log, now))).toEqual([0, 2, 2, 4, 4, 5, 5]);
  expect(eventsUntil([], 0)).toBe(0);
});

test('events are found by id, also in a log that begins later', () => {
  const { log } = journeyLog();
  const later = log.slice(10);
  expect(indexOf(later, 12)).toBe(2);
  expect(eventById(later, 12)).toBe(log[12]);
  expect(eventById(later, 3)).toBeNull();
  expect(eventById(later, log.length)).toBeNull();
  expect(eventById([], 0)).toBeNull();
});

test('causes lead to the gesture, and never round in circles', () => {
  const { log, ids } = journeyLog();
  const chain = [...causesOf(log, eventById(log, ids.atNeo!)!)];
  expect(chain.map(({ what }) => what.kind)).toEqual(['fact', 'arrived', 'segment', 'action']);
  const circle = [
    { id: 0, cause: 1, at: 0, host: 'pc', what: { kind: 'power', up: true } },
    { id: 1, cause: 0, at: 0, host: 'pc', what: { kind: 'power', up: true } },
  ] as const;
  expect([...causesOf(circle, circle[1])]).toHaveLength(2);
});

test('arrivalBehind is the nearest arrival on that host and side', () => {
  const { log, ids, conns } = journeyLog();
  const accepted = eventById(log, ids.atMx1!)!;
  expect(arrivalBehind(log, accepted, 'mx1', 'server')?.conn).toBe(conns.relay);
  // Further up the same chain neo heard the typed dot.
  expect(arrivalBehind(log, accepted, 'neo', 'server')?.conn).toBe(conns.typed);
  expect(arrivalBehind(log, accepted, 'store', 'server')).toBeNull();
});
