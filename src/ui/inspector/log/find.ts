/** The rows that fit what is looked for. Each row is looked at once, however often the log grows. */
import type { LogRow } from '../../../view/logbook.ts';

/** What a row is searched for: lower case, wire text and translated words. */
export type Words = (row: LogRow) => string;

interface Found {
  readonly find: string;
  readonly words: Words;
  readonly rows: LogRow[];
  seen: number;
  last: LogRow | undefined;
}

/** Keeps its last search: asked again for a longer log it goes on where it stopped. */
export function finder(): (all: readonly LogRow[], find: string, words: Words) => readonly LogRow[] {
  let found: Found | null = null;
  return (all, find, words) => {
    const wanted = find.trim().toLowerCase();
    if (wanted === '') return all;
    const goesOn =
      found !== null &&
      found.find === wanted &&
      found.words === words &&
      found.seen <= all.length &&
      (found.seen === 0 || all[found.seen - 1] === found.last);
    if (!goesOn || found === null) found = { find: wanted, words, rows: [], seen: 0, last: undefined };
    for (; found.seen < all.length; found.seen++) {
      const row = all[found.seen]!;
      if (words(row).includes(wanted)) found.rows.push(row);
      found.last = row;
    }
    return [...found.rows];
  };
}
