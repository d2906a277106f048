import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { contentOf, encodedMessage, messageSize } from './message.ts';

const o = (text: string): Octets => text as Octets;

describe('safe messages are the same in both encodings (QMTP §4), and come back from both (§5)', () => {
  test.each([
    ['no lines but an empty one', '', '\r', '\n'],
    ['whole lines', 'a\r\nb\r\n', '\ra\r\nb\r\n', '\na\nb\n'],
    ['a partial last line', 'a\r\nb', '\ra\r\nb', '\na\nb'],
    ['empty lines', '\r\n\r\n', '\r\r\n\r\n', '\n\n\n'],
    ['a line that ends in CR', 'a\r\r\nb\r\n', '\ra\r\r\nb\r\n', '\na\r\nb\n'],
    ['CR in the middle, in front and at the end', '\ra\rb\r\n\r', '\r\ra\rb\r\n\r', '\n\ra\rb\n\r'],
    ['NUL and octets above 127', '\0\xe9\xff\r\n', '\r\0\xe9\xff\r\n', '\n\0\xe9\xff\n'],
    ['dots, which mean nothing here', '.\r\n..\r\n', '\r.\r\n..\r\n', '\n.\n..\n'],
  ])('%s', (_, content, cr, lf) => {
    expect(encodedMessage(o(content), 'crlf')).toBe(cr);
    expect(encodedMessage(o(content), 'lf')).toBe(lf);
    expect(contentOf(o(cr))).toBe(content);
    expect(contentOf(o(lf))).toBe(content);
  });
});

test('an LF inside a line, which no safe message has, ends the line', () => {
  expect(contentOf(o('\ra\nb\r\n\nc\r\r\n'))).toBe('a\r\nb\r\n\r\nc\r\r\n');
  expect(encodedMessage(o('a\nb\r\n'), 'crlf')).toBe('\ra\nb\r\n');
  expect(encodedMessage(o('a\nb\r\n'), 'lf')).toBe('\na\nb\n');
});

test('each line end counts as one octet, whatever the encoding', () => {
  expect(messageSize(o('ab\r\nc\r\n\r\nd\r'))).toBe(8);
  expect(messageSize(o(''))).toBe(0);
});
