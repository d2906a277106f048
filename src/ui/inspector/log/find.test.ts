import { expect, test } from 'vitest';
import type { LogRow } from '../../../view/logbook.ts';
import { finder } from './find.ts';

const row = (id: number, text: string): LogRow => ({
  id,
  at: id,
  host: 'neo',
  conn: null,
  about: [id],
  kind: 'exchange',
  protocol: 'smtp',
  i18n: { key: 'answered', values: {} },
  text,
  peer: null,
});

const ROWS = [
  row(1, 'HELO pc'),
  row(2, 'MAIL FROM:<jura@firma1.intr>'),
  row(3, 'RCPT TO:<walter@example.org>'),
];
const words = ({ text }: LogRow): string => text.toLowerCase();

test('finds by text, in any case, and nothing looked for finds all', () => {
  const find = finder();
  expect(find(ROWS, 'walter', words)).toEqual([ROWS[2]]);
  expect(find(ROWS, ' MAIL ', words)).toEqual([ROWS[1]]);
  expect(find(ROWS, '', words)).toEqual(ROWS);
});

test('looks at each row once while the log grows', () => {
  let looked = 0;
  const counting = (one: LogRow): string => {
    looked++;
    return words(one);
  };
  const find = finder();
  for (let count = 1; count <= ROWS.length; count++) find(ROWS.slice(0, count), 'o', counting);
  expect(looked).toBe(ROWS.length);
});

test('a log that was rewound or forked is searched anew', () => {
  const find = finder();
  expect(find(ROWS, 'rcpt', words)).toHaveLength(1);
  expect(find(ROWS.slice(0, 2), 'rcpt', words)).toHaveLength(0);
  expect(
    find([...ROWS.slice(0, 2), row(3, 'RSET'), row(4, 'RCPT TO:<x@example.org>')], 'rcpt', words),
  ).toHaveLength(1);
});
