import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import type { Part } from './structure.ts';
import { partAt, structureOf } from './structure.ts';

const lines = (...all: string[]): Octets => octets(all.map((line) => `${line}\r\n`).join(''));
const body = (content: Octets, part: Part | null): string => content.slice(part!.bodyAt, part!.end);
const typeOf = (part: Part | null): string | null => part && `${part.type}/${part.subtype}`;
const all = (part: Part): readonly Part[] => [part, ...part.parts.flatMap(all)];

test('RFC 2046 §5.1.1: the line end before a boundary belongs to it', () => {
  const content = lines(
    'Content-type: multipart/mixed; boundary="simple boundary"',
    '',
    'This is the preamble.  It is to be ignored.',
    '',
    '--simple boundary',
    '',
    'This is implicitly typed plain US-ASCII text.',
    'It does NOT end with a linebreak.',
    '--simple boundary',
    'Content-type: text/plain; charset=us-ascii',
    '',
    'This is explicitly typed plain US-ASCII text.',
    'It DOES end with a linebreak.',
    '',
    '--simple boundary--',
    '',
    'This is the epilogue.  It is also to be ignored.',
  );
  const root = structureOf(content);
  expect(root.kind).toBe('multipart');
  expect(root.parts.map((part) => body(content, part))).toEqual([
    'This is implicitly typed plain US-ASCII text.\r\nIt does NOT end with a linebreak.',
    'This is explicitly typed plain US-ASCII text.\r\nIt DOES end with a linebreak.\r\n',
  ]);
  expect(root.parts.map(({ lines }) => lines)).toEqual([1, 2]);
  const [first, second] = root.parts;
  expect(content.slice(first!.headerAt, first!.bodyAt)).toBe('\r\n');
  expect(content.slice(second!.headerAt, second!.bodyAt)).toBe(
    'Content-type: text/plain; charset=us-ascii\r\n\r\n',
  );
  expect(second!.parameters).toEqual([['charset', 'us-ascii']]);
});

test('RFC 2046 §5.1.5: parts of a digest are messages unless they say otherwise', () => {
  const content = lines(
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    'Subject: one',
    '',
    'text',
    '--b',
    'Content-Type: text/plain',
    '',
    'no message',
    '--b--',
  );
  const root = structureOf(content);
  expect(root.parts.map(({ kind }) => kind)).toEqual(['message', 'text']);
  expect(body(content, partAt(root, [1]))).toBe('Subject: one\r\n\r\ntext');
  expect(body(content, root.parts[0]!.parts[0]!)).toBe('text');
});

describe('section numbers (RFC 3501 §6.4.5)', () => {
  const part = (type: string, ...inner: string[]) => [`Content-Type: ${type}`, '', ...inner];
  const multipart = (subtype: string, boundary: string, ...parts: string[][]) =>
    part(
      `multipart/${subtype}; boundary=${boundary}`,
      ...parts.flatMap((each) => [`--${boundary}`, ...each]),
      `--${boundary}--`,
    );
  const inner3 = multipart('mixed', 'c', part('text/plain', '3.1'), part('application/octet-stream', '3.2'));
  const inner42 = multipart(
    'mixed',
    'd',
    part('text/plain', '4.2.1'),
    multipart('alternative', 'e', part('text/plain', '4.2.2.1'), part('text/richtext', '4.2.2.2')),
  );
  const content = lines(
    ...multipart(
      'mixed',
      'a',
      part('text/plain', '1'),
      part('application/octet-stream', '2'),
      part('message/rfc822', ...inner3),
      multipart('mixed', 'b', part('image/gif', '4.1'), part('message/rfc822', ...inner42)),
    ),
  );
  const root = structureOf(content);

  test('the RFC’s own example', () => {
    const types: Record<string, string> = {
      '1': 'text/plain',
      '2': 'application/octet-stream',
      '3': 'message/rfc822',
      '3.1': 'text/plain',
      '3.2': 'application/octet-stream',
      '4': 'multipart/mixed',
      '4.1': 'image/gif',
      '4.2': 'message/rfc822',
      '4.2.1': 'text/plain',
      '4.2.2': 'multipart/alternative',
      '4.2.2.1': 'text/plain',
      '4.2.2.2': 'text/richtext',
    };
    for (const [number, type] of Object.entries(types)) {
      const found = partAt(root, number.split('.').map(Number));
      expect(typeOf(found), number).toBe(type);
      if (found!.parts.length === 0) expect(body(content, found), number).toBe(number);
    }
    expect(partAt(root, [])).toBe(root);
  });

  test('what is not there', () => {
    for (const path of [[5], [1, 2], [1, 1, 1], [3, 3], [3, 1, 2], [4, 3], [4, 2, 2, 3]])
      expect(partAt(root, path), path.join('.')).toBeNull();
  });

  test('what is no multipart is its own part 1, and a message in it has the rest', () => {
    const plain = structureOf(lines('Subject: x', '', 'text'));
    expect(partAt(plain, [1])).toBe(plain);
    expect(partAt(plain, [2])).toBeNull();
    expect(partAt(plain, [1, 1])).toBeNull();
    expect(partAt(root, [1, 1])).toBe(root.parts[0]);
    const message = structureOf(lines(...part('message/rfc822', 'Subject: x', '', 'text')));
    expect(partAt(message, [1])).toBe(message);
    expect(partAt(message, [1, 1])).toBe(message.parts[0]);
  });
});

test('RFC 2045 §5.2: text in US-ASCII when nothing is said; Content fields mean nothing without MIME', () => {
  expect(structureOf(lines('Subject: x', 'Content-Transfer-Encoding: base64', '', 'x'))).toMatchObject({
    kind: 'text',
    type: 'text',
    subtype: 'plain',
    encoding: null,
  });
  expect(structureOf(lines('MIME-Version: 1.0', 'Content-Transfer-Encoding: base64', '', 'x')).encoding).toBe(
    'base64',
  );
  expect(structureOf(octets(''))).toMatchObject({ kind: 'text', headerAt: 0, bodyAt: 0, end: 0, lines: 0 });
});

test('lone line feeds end lines, too', () => {
  const content = octets('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n');
  expect(structureOf(content).parts.map((part) => body(content, part))).toEqual(['one', 'two']);
});

describe('whatever comes', () => {
  const nested = (depth: number, line: (i: number) => string): Octets =>
    octets(Array.from({ length: depth }, (_, i) => line(i)).join(''));
  const depthOf = (part: Part): number => 1 + Math.max(0, ...part.parts.map(depthOf));

  test('100,000 multiparts in each other: 99 are looked into', () => {
    const content = nested(
      100_000,
      (i) => `Content-Type: multipart/mixed; boundary=b${i}.\r\n\r\n--b${i}.\r\n`,
    );
    const root = structureOf(content);
    expect(depthOf(root)).toBe(100);
    expect(typeOf(all(root).at(-1)!)).toBe('application/octet-stream');
  });

  test('100,000 messages in each other, too', () => {
    const root = structureOf(nested(100_000, () => 'Content-Type: message/rfc822\r\n\r\n'));
    expect(depthOf(root)).toBe(100);
    expect(typeOf(all(root).at(-1)!)).toBe('application/octet-stream');
  });

  test('a million parts: the first 9,999 are parts, the last of them has all the rest', () => {
    const content = octets(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(1_000_000)}`,
    );
    const { parts } = structureOf(content);
    expect(parts).toHaveLength(9999);
    expect(parts.at(-1)!.end).toBe(content.length);
  });

  test('time is linear: lines that begin like 99 open boundaries', () => {
    const level = (i: number) => {
      const boundary = `${'a'.repeat(77)}${i}`;
      return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n`;
    };
    const content = octets(nested(99, level) + `--${'a'.repeat(77)}x\r\n`.repeat(50_000));
    expect(structureOf(content).parts).toHaveLength(1);
  }, 5000);

  const pieces = [
    '--b',
    '--',
    '--a',
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\r',
    ' ',
    'x',
    ':',
    '"',
    '(',
    'Content-Type: ',
  ].concat([
    'multipart/mixed; boundary=b',
    'multipart/digest; boundary=a',
    'message/rfc822',
    'text/html',
    'boundary=',
    '\0',
    '\xff',
  ]);
  test('parts lie in their parents, in order, and never in each other', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 80 }), (chosen) => {
        const content = octets(chosen.join(''));
        const root = structureOf(content);
        expect([root.headerAt, root.end]).toEqual([0, content.length]);
        for (const part of all(root)) {
          expect(part.headerAt <= part.bodyAt && part.bodyAt <= part.end).toBe(true);
          expect(part.lines).toBe(content.slice(part.bodyAt, part.end).split('\n').length - 1);
          let from = part.bodyAt;
          for (const inner of part.parts) {
            expect(inner.headerAt).toBeGreaterThanOrEqual(from);
            from = inner.end;
          }
          expect(from).toBeLessThanOrEqual(part.end);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
