/** Dates of IMAP (RFC 3501 §9 `date`, `date-time`). */
import type { Octets } from '../../base/octets.ts';
import { civilTime, daysFromCivil, MONTHS, zoneOffset } from '../../base/time.ts';

const DAY_MS = 86_400_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** `"05-Jan-2015 10:00:00 +0100"` */
export function internalDateText(epochMs: number, offsetMinutes: number): Octets {
  const clock = { epochMs: 0, offsetMinutes };
  const t = civilTime(clock, epochMs);
  const time = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  return `"${two(t.day)}-${MONTHS[t.month - 1]}-${t.year} ${time} ${zoneOffset(clock)}"` as Octets;
}

const monthOf = (name: string): number =>
  MONTHS.findIndex((month) => month.toLowerCase() === name.toLowerCase()) + 1;

const DATE_TIME = /^( ?\d|\d\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** Milliseconds since 1970 of a `date-time`, or null. */
export function parseDateTime(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const days = dayOf(match[1]!.trim(), match[2]!, match[3]!);
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  if (days === null || hour > 23 || minute > 59 || second > 60) return null;
  const offset = (Number(match[8]) * 60 + Number(match[9])) * (match[7] === '-' ? -1 : 1);
  return days * DAY_MS + ((hour * 60 + minute - offset) * 60 + second) * 1000;
}

/** Days since 1970 of a `date` as SEARCH has it (`1-Feb-1994`), or null. */
export function parseDate(text: string): number | null {
  const match = /^ ?(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  return match === null ? null : dayOf(match[1]!, match[2]!, match[3]!);
}

function dayOf(day: string, monthName: string, year: string): number | null {
  const month = monthOf(monthName);
  if (month === 0 || Number(day) < 1 || Number(day) > 31) return null;
  return daysFromCivil(Number(year), month, Number(day));
}

/** Days since 1970 on which an instant falls in a zone. */
export const dayOfInstant = (epochMs: number, offsetMinutes: number): number =>
  Math.floor((epochMs + offsetMinutes * 60_000) / DAY_MS);
