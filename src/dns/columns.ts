/** Records in columns, as `dig` and `host -v` print them: tabs every eight columns, data from the 48th on. */
import { formatName } from './names.ts';
import { formatData } from './records.ts';
import type { Question, ResourceRecord } from './types.ts';

const TAB = 8;
const TTL_COLUMN = 24;
const CLASS_COLUMN = 32;
const TYPE_COLUMN = 40;
const DATA_COLUMN = 48;

/**
 * `text` and white space up to `column`; one column at least, and a tab wherever a tab stop lies in between.
 */
function padTo(text: string, width: number, column: number): readonly [text: string, width: number] {
  const to = Math.max(column, width + 1);
  const tabs = Math.floor(to / TAB) - Math.floor(width / TAB);
  const spaces = tabs > 0 ? to % TAB : to - width;
  return [text + '\t'.repeat(tabs) + ' '.repeat(spaces), to];
}

function inColumns(cells: readonly (readonly [cell: string, column: number])[]): string {
  let text = '';
  let width = 0;
  for (const [cell, column] of cells) {
    if (column > 0) [text, width] = padTo(text, width, column);
    text += cell;
    width += cell.length;
  }
  return text;
}

/** `example.org.		3600	IN	MX	10 mx1.example.org.` */
export const recordColumns = (record: ResourceRecord): string =>
  inColumns([
    [formatName(record.name), 0],
    [String(record.ttl), TTL_COLUMN],
    ['IN', CLASS_COLUMN],
    [record.data.type, TYPE_COLUMN],
    [formatData(record.data), DATA_COLUMN],
  ]);

/** What each number of an SOA is, and how `dig +multiline` tells times in words. */
const SOA_TIMES = ['serial', 'refresh', 'retry', 'expire', 'minimum'] as const;
const UNITS: readonly (readonly [number, string])[] = [
  [604_800, 'week'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

function inWords(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit);
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    rest -= count * unit;
  }
  return parts.join(' ') || '0 seconds';
}

/** As `dig +multiline` prints it: an SOA on lines of its own, with what its numbers mean. */
export function multilineColumns(record: ResourceRecord): string {
  const { name, ttl, data } = record;
  const head = inColumns([
    [formatName(name), 0],
    [`${ttl} IN`, TTL_COLUMN],
    [data.type, TYPE_COLUMN - 8],
  ]);
  if (data.type !== 'SOA') return `${head} ${formatData(data)}`;
  const lines = SOA_TIMES.map((part) => {
    const words = part === 'serial' ? '' : ` (${inWords(data[part])})`;
    return `\t\t\t\t${String(data[part]).padEnd(10)} ; ${part}${words}`;
  });
  const names = `${formatName(data.mname)} ${formatName(data.rname)}`;
  return [`${head} ${names} (`, ...lines, '\t\t\t\t)'].join('\n');
}

/** `;example.org.			IN	MX` */
export const questionColumns = (question: Question): string =>
  `;${inColumns([
    [formatName(question.name), 0],
    ['IN', CLASS_COLUMN],
    [question.type, TYPE_COLUMN],
  ])}`;

/** The same with `dig +multiline`. */
export const multilineQuestion = (question: Question): string =>
  `;${inColumns([
    [formatName(question.name), 0],
    [`IN ${question.type}`, TTL_COLUMN],
  ])}`;

/** `qr aa rd ra`: the flags that are set, in the order of their bits. */
export const flagNames = (message: {
  readonly response: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
}): string =>
  [
    message.response ? 'qr' : '',
    message.authoritative ? 'aa' : '',
    message.truncated ? 'tc' : '',
    message.recursionDesired ? 'rd' : '',
    message.recursionAvailable ? 'ra' : '',
  ]
    .filter((flag) => flag !== '')
    .join(' ');
