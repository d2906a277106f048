/** The looks of a listing: names in columns, one a line, or with all that `stat` knows. */
import type { NamedStat, Stat } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8 } from '../../base/octets.ts';
import type { Clock, Millis } from '../../base/time.ts';
import { civilTime, MONTHS } from '../../base/time.ts';
import { quotedIfNeeded } from './quoting.ts';

const TERMINAL_COLUMNS = 80;
const TAB_COLUMNS = 8;

/** Names as a terminal gets them, in quotes where needed; with `aligned`, a blank stands where others have a quote. */
function namesOf(entries: readonly NamedStat[], terminal: boolean, aligned: boolean): readonly string[] {
  if (!terminal) return entries.map(({ name }) => name);
  const names = entries.map(({ name }) => quotedIfNeeded(name));
  const anyQuoted = names.some((name, i) => name !== entries[i]!.name);
  return aligned && anyQuoted
    ? names.map((name, i) => (name === entries[i]!.name ? ` ${name}` : name))
    : names;
}

export const onePerLine = (entries: readonly NamedStat[], terminal: boolean): string =>
  namesOf(entries, terminal, false)
    .map((name) => `${name}\n`)
    .join('');

const widthOf = (name: string): number => [...decodeUtf8(name as Octets)].length;

/** As many columns as the terminal has room for, filled downwards. */
export function inColumns(entries: readonly NamedStat[], terminal: boolean): string {
  const names = namesOf(entries, terminal, true);
  if (names.length === 0) return '';
  const widths = names.map(widthOf);
  let count = Math.min(names.length, Math.floor(TERMINAL_COLUMNS / 3));
  while (count > 1 && columnsFor(widths, count).reduce((sum, width) => sum + width, 0) >= TERMINAL_COLUMNS)
    count--;
  const rows = Math.ceil(names.length / count);
  const columns = columnsFor(widths, count);
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    let at = 0;
    let start = 0;
    for (let column = 0; row + column * rows < names.length; column++) {
      line += blanks(at, start) + names[row + column * rows]!;
      at = start + widths[row + column * rows]!;
      start += columns[column]!;
    }
    lines.push(`${line}\n`);
  }
  return lines.join('');
}

/** The widths of so many columns, two blanks between them included. */
function columnsFor(widths: readonly number[], count: number): readonly number[] {
  const rows = Math.ceil(widths.length / count);
  const columns: number[] = Array.from({ length: count }, () => 3);
  widths.forEach((width, i) => {
    const column = Math.floor(i / rows);
    columns[column] = Math.max(columns[column]!, width + (column === count - 1 ? 0 : 2));
  });
  return columns;
}

/** From one column to another, with TABs where one reaches far enough. */
function blanks(from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; ) {
    if (Math.floor(to / TAB_COLUMNS) > Math.floor((at + 1) / TAB_COLUMNS)) {
      text += '\t';
      at += TAB_COLUMNS - (at % TAB_COLUMNS);
    } else {
      text += ' ';
      at++;
    }
  }
  return text;
}

export interface LongLook {
  /** A directory's listing begins with the blocks it takes. */
  readonly total: boolean;
  readonly terminal: boolean;
  readonly clock: Clock;
  readonly now: Millis;
}

const BLOCK_OCTETS = 4096;

export function longLines(entries: readonly NamedStat[], look: LongLook): string {
  const names = namesOf(entries, look.terminal, true);
  const column = (text: (stat: Stat) => string): number =>
    entries.reduce((most, { stat }) => Math.max(most, text(stat).length), 0);
  const links = column(({ links: count }) => String(count));
  const owner = column((stat) => stat.owner);
  const group = column((stat) => stat.group);
  const size = column((stat) => String(stat.size));
  const lines = entries.map(({ name, stat }, i) => {
    const shown =
      stat.kind === 'symlink' ? `${names[i] ?? name} -> ${stat.target ?? ''}` : (names[i] ?? name);
    return [
      modeText(stat),
      String(stat.links).padStart(links),
      stat.owner.padEnd(owner),
      stat.group.padEnd(group),
      String(stat.size).padStart(size),
      dateText(stat.mtime, look),
      `${shown}\n`,
    ].join(' ');
  });
  const blocks = entries.reduce(
    (sum, { stat }) => sum + (stat.kind === 'symlink' ? 0 : Math.ceil(stat.size / BLOCK_OCTETS) * 4),
    0,
  );
  return (look.total ? `total ${blocks}\n` : '') + lines.join('');
}

const TYPE_LETTERS: Readonly<Record<Stat['kind'], string>> = { file: '-', directory: 'd', symlink: 'l' };

/** `drwxrwxr-t` */
function modeText({ kind, mode }: Stat): string {
  const bits = (shift: number, special: boolean, letter: string): string => {
    const three = mode >> shift;
    const run = (three & 1) !== 0;
    const last = special ? (run ? letter : letter.toUpperCase()) : run ? 'x' : '-';
    return `${(three & 4) !== 0 ? 'r' : '-'}${(three & 2) !== 0 ? 'w' : '-'}${last}`;
  };
  const parts = [
    bits(6, (mode & 0o4000) !== 0, 's'),
    bits(3, (mode & 0o2000) !== 0, 's'),
    bits(0, (mode & 0o1000) !== 0, 't'),
  ];
  return TYPE_LETTERS[kind] + parts.join('');
}

/** Half a year, as GNU counts it: the mean Gregorian year is 31,556,952 seconds. */
const RECENT_MS = 31_556_952_000 / 2;

/** `Feb  1 12:52`; of what is older than half a year, or from the future, the year: `Feb  1  2006`. */
function dateText(mtime: number, { clock, now }: LongLook): string {
  const instant = clock.epochMs + now;
  const { year, month, day, hour, minute } = civilTime({ ...clock, epochMs: 0 }, mtime);
  const recent = mtime <= instant && mtime > instant - RECENT_MS;
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = recent ? `${two(hour)}:${two(minute)}` : String(year).padStart(5);
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time}`;
}
