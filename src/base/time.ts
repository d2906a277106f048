/**
 * Simulated time is integer milliseconds since the scenario began; the scenario's clock says which instant that was.
 * Calendar arithmetic is done here, since the engine may not ask the machine's clock or locale.
 */
export type Millis = number;

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z at simulated time 0. */
  readonly epochMs: number;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
  /** Zone abbreviation some dialects add as a comment, e.g. `CET`. */
  readonly zone?: string;
}

export interface CivilTime {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  readonly day: number;
  /** 0 = Sunday */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** Local civil time at simulated instant `now`. */
export function civilTime(clock: Clock, now: Millis): CivilTime {
  const local = clock.epochMs + now + clock.offsetMinutes * 60_000;
  const days = Math.floor(local / 86_400_000);
  const ms = local - days * 86_400_000;
  // Days to year-month-day in the proleptic Gregorian calendar, years beginning in March.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(ms / 3_600_000),
    minute: Math.floor(ms / 60_000) % 60,
    second: Math.floor(ms / 1000) % 60,
    millisecond: ms % 1000,
  };
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** `+0100` for the clock's zone. */
export function zoneOffset(clock: Clock): string {
  const abs = Math.abs(clock.offsetMinutes);
  return `${clock.offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(abs / 60))}${two(abs % 60)}`;
}

/** `12:52:24` */
export const clockTime = (clock: Clock, now: Millis): string => timeOfDay(civilTime(clock, now));

const timeOfDay = ({ hour, minute, second }: CivilTime): string =>
  `${two(hour)}:${two(minute)}:${two(second)}`;

/** RFC 5322 §3.3 date-time: `Wed, 1 Feb 2006 12:52:24 +0100`. */
export function mailDate(clock: Clock, now: Millis): string {
  const t = civilTime(clock, now);
  return `${WEEKDAYS[t.weekday]}, ${t.day} ${MONTHS[t.month - 1]} ${t.year} ${timeOfDay(t)} ${zoneOffset(clock)}`;
}

/** Traditional syslog stamp (RFC 3164 §4.1.2): `Feb  1 12:52:24`. */
export function syslogDate(clock: Clock, now: Millis): string {
  const t = civilTime(clock, now);
  return `${MONTHS[t.month - 1]} ${t.day < 10 ? ' ' : ''}${t.day} ${timeOfDay(t)}`;
}

/** `2006-02-01T12:52:00+01:00` (RFC 3339 §5.6) to a clock that begins then; null when it is no such instant. */
export function parseRfc3339(text: string): Clock | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return null;
  const sign = match[7] === '-' ? -1 : 1;
  const offsetMinutes = match[7] === undefined ? 0 : sign * (Number(match[8]) * 60 + Number(match[9]));
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return { epochMs: (seconds - offsetMinutes * 60) * 1000, offsetMinutes };
}

/** Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const yearOfEra = y - era * 400;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
