import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mailDate } from '../base/time.ts';
import { paddedDate, parseMailDate } from './date.ts';

const iso = (text: string): string | null => {
  const ms = parseMailDate(text);
  return ms === null ? null : new Date(ms).toISOString();
};

describe('parseMailDate', () => {
  test('dates of the course notes', () => {
    expect(iso('Wed,  1 Feb 2006 12:52:24 +0100 (CET)')).toBe('2006-02-01T11:52:24.000Z');
    expect(iso('Wed, 01 Feb 2006 12:52:24 +0100')).toBe('2006-02-01T11:52:24.000Z');
    expect(iso('Wed, 16 Oct 2019 22:05:30 +0200')).toBe('2019-10-16T20:05:30.000Z');
    expect(iso('Tue, 25 Jan 2011 15:30:58 -0700 (PDT)')).toBe('2011-01-25T22:30:58.000Z');
  });

  test('dates of RFC 5322, appendix A', () => {
    expect(iso('Fri, 21 Nov 1997 09:55:06 -0600')).toBe('1997-11-21T15:55:06.000Z');
    expect(
      iso(
        'Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)',
      ),
    ).toBe('1969-02-14T03:02:00.000Z');
    expect(iso('21 Nov 97 09:55:06 GMT')).toBe('1997-11-21T09:55:06.000Z');
    expect(iso('Fri, 21 Nov 1997 09(comment):   55  :  06 -0600')).toBe('1997-11-21T15:55:06.000Z');
  });

  test('obsolete years and zones (§4.3)', () => {
    expect(iso('1 Jan 49 00:00 EST')).toBe('2049-01-01T05:00:00.000Z');
    expect(iso('1 Jan 50 00:00 Z')).toBe('1950-01-01T00:00:00.000Z');
    expect(iso('1 Jan 106 00:00 PDT')).toBe('2006-01-01T07:00:00.000Z');
    expect(iso('1 Jan 2006 00:00 CEST')).toBe('2006-01-01T00:00:00.000Z');
  });

  test('leap days, a leap second, comments that nest', () => {
    expect(iso('29 Feb 2000 00:00:00 +0000')).toBe('2000-02-29T00:00:00.000Z');
    expect(iso('31 Dec 2016 23:59:60 +0000')).toBe('2017-01-01T00:00:00.000Z');
    expect(iso('1 (a (b\\)) c) Jan 2006 10:00 +0000')).toBe('2006-01-01T10:00:00.000Z');
  });

  test('nonsense, the slips of the notes among it', () => {
    const nonsense = [
      '',
      'yesterday',
      'January 25, 2011 3:30:58 PM PDT',
      'Mon, 20, Aug 98 12:30:34 MST',
      '20 Aug 1998 12:30:34 -0070',
      '29 Feb 1900 00:00 +0000',
      '31 Apr 2006 00:00 +0000',
      '0 Jan 2006 00:00 +0000',
      '1 Jan 2006 24:00 +0000',
      '1 Jan 2006 10:60 +0000',
      '1 Jan 2006 10:00:61 +0000',
      '1 Foo 2006 10:00 +0000',
      '1 Jan 1899 10:00 +0000',
      '1 Jan 2006',
      '1 Jan 2006 10:00 +01',
      '2006-01-01T10:00:00Z',
      `1 Jan 2006 10:00 ${' '.repeat(300)}`,
    ];
    for (const text of nonsense) expect(iso(text), text).toBeNull();
  });

  test('reads back every date this house writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2e9, max: 2e9 }),
        fc.integer({ min: -720, max: 840 }),
        (seconds, offsetMinutes) => {
          const date = mailDate({ epochMs: seconds * 1000, offsetMinutes }, 0);
          expect(parseMailDate(date)).toBe(seconds * 1000);
          expect(parseMailDate(paddedDate(date, 'CET'))).toBe(seconds * 1000);
        },
      ),
    );
  });

  test('any text', () => {
    const likely = fc.string({
      unit: fc.constantFrom('Wed', ',', ' ', '1', '06', 'Feb', ':', '+', '(', ')', '\\', 'constructor'),
    });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (text) => {
        const ms = parseMailDate(text);
        expect(ms === null || Number.isSafeInteger(ms)).toBe(true);
      }),
    );
    expect(parseMailDate('('.repeat(1_000_000))).toBeNull();
  });
});

test('paddedDate, as in seeds/003', () => {
  expect(paddedDate('Wed, 1 Feb 2006 12:52:24 +0100', 'CET')).toBe('Wed,  1 Feb 2006 12:52:24 +0100 (CET)');
  expect(paddedDate('Wed, 16 Oct 2019 22:05:30 +0200', '')).toBe('Wed, 16 Oct 2019 22:05:30 +0200');
});
