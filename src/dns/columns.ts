/** Records in columns, as `dig` and `host -v` print them: tabs every eight columns, data from the 48th on. */
import { formatName } from './names.ts';
import { formatData } from './records.ts';
import type { DomainName, Question, RecordType, ResourceRecord } from './types.ts';

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

/** `;example.org.			IN	MX` */
export const questionColumns = (question: Question): string =>
  `;${inColumns([
    [formatName(question.name), 0],
    ['IN', CLASS_COLUMN],
    [question.type, TYPE_COLUMN],
  ])}`;

/** A section's records as programs show them: those of one name together, and of these those of one type. */
export function groupRecords(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  if (records.length < 3) return records;
  const names = new Map<DomainName, Map<RecordType, ResourceRecord[]>>();
  for (const record of records) {
    const types = names.get(record.name) ?? new Map<RecordType, ResourceRecord[]>();
    names.set(record.name, types);
    const group = types.get(record.data.type);
    if (group) group.push(record);
    else types.set(record.data.type, [record]);
  }
  return [...names.values()].flatMap((types) => [...types.values()].flat());
}

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
