import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { dotStuffed, lineEnded, topOf, withCrlf } from './content.ts';

const o = (text: string) => text as Octets;

test('lines end in CRLF; a bare CR stays', () => {
  expect(withCrlf(o(''))).toBe('');
  expect(withCrlf(o('a\r\nb\r\n'))).toBe('a\r\nb\r\n');
  expect(withCrlf(o('a\nb\r\n\n\nc'))).toBe('a\r\nb\r\n\r\n\r\nc');
  expect(withCrlf(o('\na\rb\r'))).toBe('\r\na\rb\r');
});

test('the last line, too', () => {
  expect(lineEnded(o(''))).toBe('');
  expect(lineEnded(o('a\r\n'))).toBe('a\r\n');
  expect(lineEnded(o('a\r\nb'))).toBe('a\r\nb\r\n');
  expect(lineEnded(o('a\r'))).toBe('a\r\r\n');
});

test('a dot that begins a line is doubled (RFC 1939 §3)', () => {
  expect(dotStuffed(o('.\r\n..\r\na.\r\n.b\r\n\r\n.\r\n'))).toBe('..\r\n...\r\na.\r\n..b\r\n\r\n..\r\n');
});

test('content with bare LFs cannot end the reply early', () => {
  expect(dotStuffed(withCrlf(o('a\n.\nb\n')))).toBe('a\r\n..\r\nb\r\n');
});

describe('TOP (RFC 1939 §7)', () => {
  const content = o('A: 1\r\nB: 2\r\n\r\nline 1\r\n\r\nline 3\r\n');
  test.each([
    [0, 'A: 1\r\nB: 2\r\n\r\n'],
    [1, 'A: 1\r\nB: 2\r\n\r\nline 1\r\n'],
    [2, 'A: 1\r\nB: 2\r\n\r\nline 1\r\n\r\n'],
    [3, content],
    [1e240, content],
  ])('%d lines of the body', (lines, expected) => {
    expect(topOf(content, lines)).toBe(expected);
  });

  test('without header, without blank line, without body', () => {
    expect(topOf(o('\r\nbody\r\nmore\r\n'), 1)).toBe('\r\nbody\r\n');
    expect(topOf(o('A: 1\r\n'), 5)).toBe('A: 1\r\n');
    expect(topOf(o('A: 1\r\n\r\n'), 5)).toBe('A: 1\r\n\r\n');
    expect(topOf(o(''), 5)).toBe('');
  });
});
