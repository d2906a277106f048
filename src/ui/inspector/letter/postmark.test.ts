import { expect, test } from 'vitest';
import { type Octets, octets } from '../../../base/octets.ts';
import { parseRfc3339 } from '../../../base/time.ts';
import type { Hop } from '../../../view/letter.ts';
import { postmarksOf, shortName } from './postmark.ts';

const CLOCK = parseRfc3339('2006-02-01T12:52:00+01:00')!;

const hop = (index: number, rest: Partial<Hop>): Hop => ({
  index,
  host: 'neo',
  queueId: 'E62233',
  parent: index === 0 ? null : index - 1,
  from: null,
  conn: null,
  segment: null,
  arrived: null,
  event: index,
  acceptedAt: 24_000,
  trace: octets(`Received: ${index}\r\n`),
  postmarks: index + 1,
  by: '',
  with: '',
  id: '',
  date: '',
  reversePath: '',
  forwardPaths: [],
  content: '' as Octets,
  recipients: [],
  routes: [],
  removedAt: null,
  ...rest,
});

test('a postmark says what the trace field says: host, time and protocol', () => {
  const [first, second] = postmarksOf(
    [
      hop(0, { by: 'neo.firma1.intr', with: 'SMTP', date: 'Wed, 1 Feb 2006 12:52:24 +0100' }),
      hop(1, { by: 'mx1.example.org', with: 'ESMTP', date: 'Wed, 1 Feb 2006 12:52:27 +0100' }),
    ],
    CLOCK,
  );
  expect(first).toMatchObject({
    number: 1,
    short: 'neo.firma1',
    time: '12:52:24',
    protocol: 'SMTP',
    newest: false,
  });
  expect(second).toMatchObject({ number: 2, short: 'mx1.example', time: '12:52:27', newest: true });
});

test('where the field says nothing, the log does', () => {
  expect(postmarksOf([hop(0, {})], CLOCK)[0]).toMatchObject({
    host: 'neo',
    time: '12:52:24',
    protocol: 'SMTP',
  });
});

test('a hop that struck none has none, and the newest is the last that did', () => {
  const all = postmarksOf([hop(0, {}), hop(1, { trace: '' as Octets })], CLOCK);
  expect(all.map(({ hop: index, newest }) => [index, newest])).toEqual([[0, true]]);
});

test('the same letter is struck the same way each time, a little crooked', () => {
  const way = [hop(0, {}), hop(1, {})];
  expect(postmarksOf(way, CLOCK)).toEqual(postmarksOf(way, CLOCK));
  for (const { turn, shift } of postmarksOf(way, CLOCK)) {
    expect(Math.abs(turn)).toBeGreaterThanOrEqual(5);
    expect(Math.abs(turn)).toBeLessThan(14);
    expect(Math.abs(shift)).toBeLessThanOrEqual(4);
  }
});

test('long names are cut to what fits on the stamp', () => {
  expect(shortName('mx1.example.org')).toBe('mx1.example');
  expect(shortName('store.example.org')).toBe('store');
  expect(shortName('localhost')).toBe('localhost');
  expect(shortName('a-very-long-mail-server.example.org')).toBe('a-very-long…');
  expect(shortName('')).toBe('');
});
