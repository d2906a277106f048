import { expect, test } from 'vitest';
import { journeyLog } from './journey.testing.ts';
import {
  accepted,
  connect,
  emit,
  LETTER,
  logBuilder,
  record,
  reply,
  send,
  typed,
  typeLine,
} from './log.testing.ts';
import { timeline } from './timeline.ts';

test('a tick for each event that shows, in its protocol', () => {
  const { log, ids } = journeyLog();
  const ticks = timeline(log, log.length, 10_000);
  const tick = (id: number) => ticks.find((one) => one.id === id);
  expect(tick(ids.query!)).toEqual({ id: ids.query, at: log[ids.query!]!.at, protocol: 'dns', weight: 1 });
  expect(tick(ids.content!)).toMatchObject({ protocol: 'smtp', weight: 4 });
  expect(tick(ids.atMx1!)).toMatchObject({ protocol: 'smtp', weight: 4 });
  expect(tick(ids.popContent!)).toMatchObject({ protocol: 'pop3', weight: 4 });
  expect(tick(ids.rcpt!)).toMatchObject({ protocol: 'smtp', weight: 1 });
  expect(tick(ids.dotArrived!)).toBeUndefined();
  expect(timeline(log, ids.content!, 10_000).some(({ id }) => id === ids.content)).toBe(false);
});

/** A letter accepted every `every` lines typed, one line a millisecond. */
function long(count: number, every: number) {
  const b = logBuilder();
  typeLine(b, 'pc', 'x');
  for (let i = 1; i < count; i++) {
    b.now = i;
    if (i % every === 0) record(b, 'neo/mta', accepted(`Q${i}`, LETTER, ''), 0);
    else {
      const what = {
        kind: 'segment',
        conn: 1,
        side: 'client',
        to: 'neo',
        note: typed('x'),
        resent: 0,
      } as const;
      emit(b, 'pc', { ...what, octets: '' as never, arrivesAt: i + 1 }, 0);
    }
  }
  return b.log;
}

test('thinned to what can be drawn, letters kept', () => {
  const log = long(20_000, 400);
  const ticks = timeline(log, log.length, 300);
  expect(ticks.length).toBeLessThanOrEqual(300);
  expect(ticks.length).toBeGreaterThan(120);
  expect(ticks.filter(({ weight }) => weight === 4)).toHaveLength(49);
  expect(ticks.map(({ id }) => id)).toEqual(ticks.map(({ id }) => id).sort((a, b) => a - b));
  // They are spread over the whole of it.
  expect(ticks[0]!.at).toBeLessThan(400);
  expect(ticks.at(-1)!.at).toBeGreaterThan(19_600);
});

test('more letters than fit are thinned too', () => {
  const log = long(4000, 2);
  const ticks = timeline(log, log.length, 100);
  expect(ticks.length).toBeLessThanOrEqual(100);
  expect(ticks.length).toBeGreaterThan(50);
  expect(timeline(log, log.length, 0)).toEqual([]);
});

test('of what falls together the refusal stays', () => {
  const b = logBuilder();
  const { conn, accepted: open } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'telnet'));
  const refused: number[] = [];
  for (let i = 0; i < 300; i++) {
    const answer = i % 100 === 50 ? '503 No' : '250 Ok';
    const { segment } = send(b, conn, 'server', 'x', reply(answer, { line: 'x' }), open);
    if (i % 100 === 50) refused.push(segment);
  }
  expect(timeline(b.log, b.log.length, 30).map(({ id }) => id)).toEqual(expect.arrayContaining(refused));
});

test('ticks stay where they are while the log grows', () => {
  const log = long(20_000, 400);
  const before = timeline(log, 18_000, 300).map(({ id }) => id);
  const after = new Set(timeline(log, 18_300, 300).map(({ id }) => id));
  expect(before.filter((id) => !after.has(id)).length).toBeLessThan(5);
});
