import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { bodyLines, bodyNote, joined } from './body-note.ts';

const note = (text: string) => bodyNote('smtp', text as Octets);

describe('a note of mail data', () => {
  test('is the lines as they came', () => {
    const heard = 'Subject: x\r\n\r\n..dot\r\nbare\nlone \r and on\r\n';
    expect(note(heard)).toEqual({ kind: 'body', protocol: 'smtp', text: heard, lines: 5 });
    expect(bodyLines(note(heard))).toEqual([
      { text: 'Subject: x', eol: 'crlf' },
      { text: '', eol: 'crlf' },
      { text: '..dot', eol: 'crlf' },
      { text: 'bare', eol: 'lf' },
      { text: 'lone \r and on', eol: 'crlf' },
    ]);
  });

  test('has the beginning of long lines, and of many', () => {
    const [first, second, ...others] = bodyLines(note(`${'x'.repeat(500)}\r\n${'y'.repeat(300)}\nz`));
    expect(first).toEqual({ text: 'x'.repeat(200), eol: 'crlf' });
    expect(second).toEqual({ text: 'y'.repeat(200), eol: 'lf' });
    expect(others).toEqual([{ text: 'z', eol: 'none' }]);
    const many = note('line\r\n'.repeat(100));
    expect(many.lines).toBe(100);
    expect(bodyLines(many)).toHaveLength(64);
    expect(note('').lines).toBe(0);
  });
});

describe('notes joined', () => {
  test('have the lines of both', () => {
    const both = joined(note('a\r\nb\n'), note('c\r\n'));
    expect(both).toEqual(note('a\r\nb\nc\r\n'));
    expect(joined(note(''), note('c\r\n'))).toEqual(note('c\r\n'));
  });

  test('do not run two lines into one where the first lost its ending', () => {
    expect(bodyLines(joined(note('cut off'), note('next\r\n')))).toEqual([
      { text: 'cut off', eol: 'crlf' },
      { text: 'next', eol: 'crlf' },
    ]);
  });

  test('stay small, however many', () => {
    let all = note('x\r\n');
    for (let i = 0; i < 1000; i++) all = joined(all, note('x\r\n'));
    expect(all.lines).toBe(1001);
    expect(bodyLines(all)).toHaveLength(64);
  });
});
