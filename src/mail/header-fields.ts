/**
 * The fields of a header where they stand in a letter, read as Dovecot reads them: the header ends at its empty line
 * and nowhere else. A line without a colon is a field without a name, and any octets at all make a name.
 */
import type { Octets } from '../base/octets.ts';

/** One field in a letter, by offsets. */
export interface FieldPlace {
  readonly at: number;
  /** Where the name ends, blanks before the colon cut off; equals `at` when there is no name. */
  readonly nameEnd: number;
  /** Behind the colon; the start of the line when there is no name. */
  readonly valueAt: number;
  /** Behind the last line end of the field. */
  readonly end: number;
}

/** A longer name is none: the whole line is then the value. */
const MAX_NAME = 1000;

const isBlankAt = (content: Octets, at: number): boolean => {
  const code = content.charCodeAt(at);
  return code === 0x20 || code === 0x09;
};

/** 2 for CRLF at `at`, 1 for a lone LF, else 0. */
export function lineEndAt(content: Octets, at: number): number {
  const code = content.charCodeAt(at);
  if (code === 0x0a) return 1;
  return code === 0x0d && content.charCodeAt(at + 1) === 0x0a ? 2 : 0;
}

/** Behind the LF that ends the line at `at`, or the limit. */
export function lineEnd(content: Octets, at: number, limit: number): number {
  const lf = content.indexOf('\n', at);
  return lf < 0 || lf >= limit ? limit : lf + 1;
}

/** The field whose first line is at `at`; null at the empty line and at the limit, where the header ends. */
export function fieldAt(content: Octets, at: number, limit: number = content.length): FieldPlace | null {
  if (at >= limit || lineEndAt(content, at) > 0) return null;
  const first = lineEnd(content, at, limit);
  let colon = at;
  while (colon < first && content.charCodeAt(colon) !== 0x3a) colon++;
  let end = first;
  while (end < limit && isBlankAt(content, end)) end = lineEnd(content, end, limit);
  let nameEnd = colon;
  while (nameEnd > at && isBlankAt(content, nameEnd - 1)) nameEnd--;
  if (colon === first || nameEnd - at > MAX_NAME) return { at, nameEnd: at, valueAt: at, end };
  return { at, nameEnd, valueAt: colon + 1, end };
}

/** Lower case. Only A to Z have one. */
export const fieldName = (content: Octets, { at, nameEnd }: FieldPlace): string =>
  content.slice(at, nameEnd).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * The value with its folds as LF and the white space they had. Blanks behind the colon are cut off, except that of a
 * first line with nothing else all but one stay. A line of one blank loses its fold, as with Dovecot.
 */
export function fieldValueAt(content: Octets, { valueAt, at, end }: FieldPlace): Octets {
  let from = valueAt;
  if (valueAt > at) {
    while (from < end && isBlankAt(content, from)) from++;
    if (from > valueAt && (from === end || lineEndAt(content, from) > 0)) from = valueAt + 1;
  }
  let to = end;
  if (to > from && content.charCodeAt(to - 1) === 0x0a)
    to -= content.charCodeAt(to - 2) === 0x0d && to - 2 >= from ? 2 : 1;
  const value = content.slice(from, to);
  if (!value.includes('\n')) return value as Octets;
  return value.replaceAll('\r\n', '\n').replace(/\n([ \t])(?=\n|$)/g, '$1') as Octets;
}

/** Where the header that begins at `at` ends, its empty line included. */
export function headerEnd(content: Octets, at: number, limit: number = content.length): number {
  let line = at;
  while (line < limit) {
    const blank = lineEndAt(content, line);
    if (blank > 0) return Math.min(line + blank, limit);
    line = lineEnd(content, line, limit);
  }
  return limit;
}
