import { describe, expect, test } from 'vitest';
import { dayOfInstant, internalDateText, parseDate, parseDateTime } from './dates.ts';

test('RFC 3501 §8: an internal date in its zone', () => {
  const instant = Date.parse('1996-07-17T02:44:25-07:00');
  expect(internalDateText(instant, -420)).toBe('"17-Jul-1996 02:44:25 -0700"');
  expect(internalDateText(instant, 0)).toBe('"17-Jul-1996 09:44:25 +0000"');
});

describe('date-time', () => {
  test.each([
    ['17-Jul-1996 02:44:25 -0700', '1996-07-17T02:44:25-07:00'],
    [' 7-Feb-1994 21:52:25 -0800', '1994-02-07T21:52:25-08:00'],
    ['7-feb-1994 21:52:25 -0800', '1994-02-07T21:52:25-08:00'],
    ['01-Jan-2026 00:00:00 +0100', '2025-12-31T23:00:00Z'],
  ])('%s', (text, iso) => expect(parseDateTime(text)).toBe(Date.parse(iso)));
  test.each([
    '',
    '17-Jul-1996',
    '17-Jul-96 02:44:25 -0700',
    '1996-07-17 02:44:25 -0700',
    '17-Jul-1996 25:00:00 -0700',
  ])('%j is none', (text) => expect(parseDateTime(text)).toBeNull());
});

test('a day is a day of the server, whatever the hour', () => {
  const instant = Date.parse('2015-01-31T23:30:00Z');
  expect(dayOfInstant(instant, 0)).toBe(parseDate('31-Jan-2015'));
  expect(dayOfInstant(instant, 60)).toBe(parseDate('1-Feb-2015'));
  expect(parseDate('5-January-2015')).toBeNull();
});
