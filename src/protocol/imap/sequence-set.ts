/** Sequence sets (RFC 3501 §9): `2,4:7,9,12:*`. */
import { firstNotBelow } from '../../base/ascending.ts';

/**
 * One range as a set has it, the lower number first. `*` is {@link LAST} and stands behind a number, until it is known
 * how many there are: a set waits in a session's state, and what is there is JSON.
 */
export type Range = readonly [low: number, high: number];

/** `*`. No message has this number. */
const LAST = 0;

const SET_LIMIT = 20_000;
const NUMBER_LIMIT = 4_294_967_295;

/** The ranges of a set as they stand, or null if it is none. Numbers are 1 and more. */
export function parseSet(text: string): readonly Range[] | null {
  const ranges: Range[] = [];
  // Dovecot passes over a comma at the end.
  const whole = text.endsWith(',') ? text.slice(0, -1) : text;
  for (let from = 0; from <= whole.length; ) {
    const comma = whole.indexOf(',', from);
    const end = comma < 0 ? whole.length : comma;
    const range = rangeIn(whole.slice(from, end));
    if (range === null || ranges.length >= SET_LIMIT) return null;
    ranges.push(range);
    from = end + 1;
  }
  return ranges;
}

function rangeIn(text: string): Range | null {
  const match = /^(\*|\d{1,10})(?::(\*|\d{1,10}))?$/.exec(text);
  if (match === null) return null;
  const first = numberIn(match[1]!);
  const last = match[2] === undefined ? first : numberIn(match[2]);
  if (first === null || last === null) return null;
  return first !== LAST && (last === LAST || first <= last) ? [first, last] : [last, first];
}

function numberIn(text: string): number | null {
  if (text === '*') return LAST;
  const number = Number(text);
  return number >= 1 && number <= NUMBER_LIMIT ? number : null;
}

/**
 * The message numbers a set names in a mailbox of `count` messages, ascending and each once; null when one is out of
 * range, as every number is in an empty mailbox.
 */
export function numbersIn(set: readonly Range[], count: number): readonly number[] | null {
  const ranges = merged(set, count);
  if (ranges.length > 0 && (ranges[0]![0] < 1 || ranges.at(-1)![1] > count)) return null;
  const numbers: number[] = [];
  for (const [low, high] of ranges) for (let n = low; n <= high; n++) numbers.push(n);
  return numbers;
}

/**
 * Positions (from 0) in a list of ascending UIDs that a set of UIDs names. `*` is the last UID there is, and
 * `N:*` always has it in (RFC 3501 §6.4.8); what is not there is passed over.
 */
export function positionsIn(set: readonly Range[], uids: readonly number[]): readonly number[] {
  const last = uids.at(-1);
  if (last === undefined) return [];
  const positions: number[] = [];
  let at = 0;
  for (const [low, high] of merged(set, last)) {
    at = firstNotBelow(uids, low, at);
    while (at < uids.length && uids[at]! <= high) positions.push(at++);
  }
  return positions;
}

/**
 * A set to ask many numbers of ({@link isWithin}): where it begins, where it ends, where it begins again and so on,
 * ascending. An end is the first number that is not named. `last` is what `*` stands for.
 */
export const boundsOf = (set: readonly Range[], last: number): readonly number[] =>
  merged(set, last).flatMap(([low, high]) => [low, high + 1]);

export const isWithin = (bounds: readonly number[], number: number): boolean =>
  firstNotBelow(bounds, number + 1) % 2 === 1;

/** The ranges with `last` for `*`, ascending and without touching each other. */
function merged(set: readonly Range[], last: number): readonly Range[] {
  const out: [number, number][] = [];
  for (const [low, high] of set.map((range) => resolved(range, last)).sort((a, b) => a[0] - b[0])) {
    const before = out.at(-1);
    if (before && low <= before[1] + 1) before[1] = Math.max(before[1], high);
    else out.push([low, high]);
  }
  return out;
}

function resolved([low, high]: Range, last: number): Range {
  const ends: Range = [low === LAST ? last : low, high === LAST ? last : high];
  return ends[0] <= ends[1] ? ends : [ends[1], ends[0]];
}

/** `1,3:5` for numbers in the order given; only neighbours that count up by one are put together. */
export function setText(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let last = i;
    while (numbers[last + 1] === numbers[last]! + 1) last++;
    parts.push(last === i ? String(numbers[i]) : `${numbers[i]}:${numbers[last]}`);
    i = last + 1;
  }
  return parts.join(',');
}
