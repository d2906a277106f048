/** Sequence sets (RFC 3501 §9): `2,4:7,9,12:*`. */

/** One range with both ends; `*` is Infinity until the set is resolved. */
export type Range = readonly [low: number, high: number];

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
  return first <= last ? [first, last] : [last, first];
}

function numberIn(text: string): number | null {
  if (text === '*') return Number.POSITIVE_INFINITY;
  const number = Number(text);
  return number >= 1 && number <= NUMBER_LIMIT ? number : null;
}

/**
 * The message numbers a set names in a mailbox of `count` messages, ascending and each once; null when one is out of
 * range, as every number is in an empty mailbox.
 */
export function numbersIn(set: readonly Range[], count: number): readonly number[] | null {
  const ranges: Range[] = [];
  for (const [low, high] of set) {
    const ends = [
      low === Number.POSITIVE_INFINITY ? count : low,
      high === Number.POSITIVE_INFINITY ? count : high,
    ];
    const [first, last] = ends[0]! <= ends[1]! ? [ends[0]!, ends[1]!] : [ends[1]!, ends[0]!];
    if (first < 1 || last > count) return null;
    ranges.push([first, last]);
  }
  const numbers: number[] = [];
  for (const [low, high] of merged(ranges)) for (let n = low; n <= high; n++) numbers.push(n);
  return numbers;
}

/**
 * Positions (from 0) in a list of ascending UIDs that a set of UIDs names. `*` is the last UID there is, and
 * `N:*` always has it in (RFC 3501 §6.4.8); what is not there is passed over.
 */
export function positionsIn(set: readonly Range[], uids: readonly number[]): readonly number[] {
  const last = uids.at(-1);
  if (last === undefined) return [];
  const resolved = set.map(([low, high]): Range => {
    const ends = [
      low === Number.POSITIVE_INFINITY ? last : low,
      high === Number.POSITIVE_INFINITY ? last : high,
    ];
    return ends[0]! <= ends[1]! ? [ends[0]!, ends[1]!] : [ends[1]!, ends[0]!];
  });
  const positions: number[] = [];
  let at = 0;
  for (const [low, high] of merged(resolved)) {
    at = Math.max(at, firstFrom(uids, low, at));
    while (at < uids.length && uids[at]! <= high) positions.push(at++);
  }
  return positions;
}

/** First position from `from` on whose UID is `uid` or greater. */
function firstFrom(uids: readonly number[], uid: number, from: number): number {
  let low = from;
  let high = uids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (uids[middle]! < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ascending ranges that do not touch. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const sorted = ranges.slice().sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [low, high] of sorted) {
    const before = out.at(-1);
    if (before && low <= before[1] + 1) before[1] = Math.max(before[1], high);
    else out.push([low, high]);
  }
  return out;
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
