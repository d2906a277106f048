/** Date-times of letters (RFC 5322 §3.3, §4.3). Writing them is `base/time.ts`'s work. */
import { MONTHS } from '../base/time.ts';

/** A date-time is no longer than this, comments included. */
const TEXT_LIMIT = 200;

/**
 * Minutes east of UTC of the zones RFC 5322 §4.3 still names; other letters say nothing about the time
 * there.
 */
const NAMED_ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

const DATE = /^(?:(?:mon|tue|wed|thu|fri|sat|sun) ?,? ?)?(\d{1,2}) ([a-z]{3}) (\d{2,4}) /;
const TIME = /^(\d{1,2}) ?: ?(\d{2})(?: ?: ?(\d{2}))?(?: ([+-]\d{4}|[a-z]{1,5}))?$/;

/**
 * Milliseconds since 1970-01-01T00:00:00Z, or null when the text is no date-time. Taken too: no weekday or
 * a wrong one, comments, years of two or three digits and named zones (§4.3), no seconds, no zone (then
 * UTC).
 */
export function parseMailDate(text: string): number | null {
  if (text.length > TEXT_LIMIT) return null;
  const plain = withoutComments(text).replace(/\s+/g, ' ').trim().toLowerCase();
  const date = DATE.exec(plain);
  const time = date && TIME.exec(plain.slice(date[0].length));
  if (date === null || time === null) return null;
  const [, day, monthName, yearDigits] = date;
  const [, hour, minute, second = '0', zone = 'ut'] = time;
  const month = MONTHS.findIndex((name) => name.toLowerCase() === monthName) + 1;
  const year = fullYear(yearDigits!);
  const offset = zoneMinutes(zone);
  if (month === 0 || year < 1900 || offset === null) return null;
  if (Number(day) < 1 || Number(day) > daysInMonth(year, month)) return null;
  // Second 60 is a leap second (§3.3).
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const minutes =
    daysSinceEpoch(year, month, Number(day)) * 1440 + Number(hour) * 60 + Number(minute) - offset;
  return (minutes * 60 + Number(second)) * 1000;
}

/** Each comment (RFC 5322 §3.2.2, they nest) as a blank. */
function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let out = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (depth > 0 && char === '\\') i++;
    else if (char === '(') depth++;
    else if (char === ')' && depth > 0) {
      depth--;
      out += ' ';
    } else if (depth === 0) out += char;
  }
  return out;
}

/** RFC 5322 §4.3: two digits below 50 mean 20xx, other two digits and three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

/** Minutes east of UTC; null for a zone that cannot be (`-0070`). */
function zoneMinutes(zone: string): number | null {
  if (zone[0] !== '+' && zone[0] !== '-') return NAMED_ZONES[zone] ?? 0;
  const minutes = Number(zone.slice(3));
  if (minutes > 59) return null;
  return (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + minutes);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days from 1970-01-01 in the Gregorian calendar, years counted from March so that the leap day comes last.
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const monthsFromMarch = (month + 9) % 12;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + Math.floor((153 * monthsFromMarch + 2) / 5) + day - 1 - 719_468;
}

/**
 * A date-time with its day padded to two places, and the zone's name as a comment unless empty: the form
 * Postfix writes, `Wed,  1 Feb 2006 12:52:24 +0100 (CET)`.
 */
export function paddedDate(date: string, zone: string): string {
  const comma = date.indexOf(', ');
  const padded =
    comma >= 0 && date[comma + 3] === ' ' ? `${date.slice(0, comma + 2)} ${date.slice(comma + 2)}` : date;
  return zone === '' ? padded : `${padded} (${zone})`;
}
