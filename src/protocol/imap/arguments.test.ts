import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { literalSize, readArguments } from './arguments.ts';

const read = (text: string, reads: 'arguments' | 'sections' | 'messages' = 'arguments') =>
  readArguments(text as Octets, 0, reads);
const atom = (text: string) => ({ kind: 'atom', text });
const string = (text: string, literal: false | 7 | 8 = false) => ({ kind: 'string', text, literal });

test.each([
  ['INBOX', [atom('INBOX')]],
  ['"a b" c', [string('a b'), atom('c')]],
  [String.raw`"\"\\"`, [string('"\\')]],
  ['()', [{ kind: 'list', items: [] }]],
  [
    '(\\Seen (x)) y',
    [{ kind: 'list', items: [atom('\\Seen'), { kind: 'list', items: [atom('x')] }] }, atom('y')],
  ],
  ['{3}\r\na b c', [string('a b', 7), atom('c')]],
  ['{0+}\r\n', [string('', 7)]],
])('%j', (text, items) => expect(read(text)).toEqual({ kind: 'arguments', items }));

test('brackets belong to an item of FETCH, with all that is in them', () => {
  expect(read('BODY[HEADER.FIELDS (From To)]<0.5>', 'sections')).toEqual({
    kind: 'arguments',
    items: [atom('BODY[HEADER.FIELDS (From To)]<0.5>')],
  });
});

test('a literal8 is for messages alone', () => {
  expect(read('~{3}\r\na\0b', 'messages')).toEqual({ kind: 'arguments', items: [string('a\0b', 8)] });
  expect(read('~{3}\r\na\0b')).toEqual({ kind: 'wrong', why: 'literal8 not allowed here' });
});

test.each([
  ['(', "Missing ')'"],
  [')', "Unexpected ')'"],
  ['"a', `Missing '"'`],
  ['a"b', 'Invalid characters in atom'],
  ['a{b', 'Invalid characters in atom'],
  ['\xe9', '8bit data in atom'],
  ['"\0"', 'NULs not allowed in strings'],
  ['{x}', 'Invalid literal size'],
])('%j: %s', (text, why) => expect(read(text)).toEqual({ kind: 'wrong', why }));

describe('a literal announced at the end of a line (RFC 3501 §4.3, RFC 7888)', () => {
  test.each([
    ['a LOGIN {4}', { octets: 4, waits: true }],
    ['a APPEND INBOX {310+}', { octets: 310, waits: false }],
    ['a APPEND INBOX ~{3}', { octets: 3, waits: true }],
    ['x ({2}', { octets: 2, waits: true }],
    ['a SELECT {99999999999999999999}', { octets: Number.POSITIVE_INFINITY, waits: true }],
    ['a SELECT x{4}', null],
    ['a SELECT {4} ', null],
    ['a SELECT {-4}', null],
  ])('%s', (line, size) => expect(literalSize(line)).toEqual(size));
});
