import fc from 'fast-check';
import { expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import { astring, imapString, imapStringForPeople, nstring, nstringInOneLine } from './strings.ts';

const of = (write: (value: ReturnType<typeof octets>) => string, text: string): string => write(octets(text));

test('quoted or literal (RFC 3501 §4.3)', () => {
  expect(of(imapString, '')).toBe('""');
  expect(of(imapString, 'a b')).toBe('"a b"');
  expect(of(imapString, 'a "b" \\')).toBe('"a \\"b\\" \\\\"');
  expect(of(imapString, '""""')).toBe('"\\"\\"\\"\\""');
  expect(of(imapString, '"""""')).toBe('{5}\r\n"""""');
  expect(of(imapString, 'a\r\nb')).toBe('{4}\r\na\r\nb');
  expect(of(imapString, 'caf\xc3\xa9')).toBe('{5}\r\ncaf\xc3\xa9');
  expect(of(imapString, 'a\0b')).toBe('{3}\r\na\x80b');
});

test('NIL, and atoms where they are allowed (RFC 3501 §9)', () => {
  expect(nstring(null)).toBe('NIL');
  expect(of(nstring, 'NIL')).toBe('"NIL"');
  expect(of(astring, 'INBOX')).toBe('INBOX');
  expect(of(astring, 'a.b/c]')).toBe('a.b/c]');
  for (const text of ['', 'nil', 'a b', 'a(', 'a)', 'a{', 'a%', 'a*', 'a\x7f'])
    expect(of(astring, text), text).toBe(`"${text}"`);
  expect(of(astring, 'a\\b')).toBe('"a\\\\b"');
});

test('folded values in one line', () => {
  expect(of(nstringInOneLine, 'a\n b\n\tc\nd\n')).toBe('"a b\tc d"');
  expect(nstringInOneLine(null)).toBe('NIL');
});

test('text for people', () => {
  expect(of(imapStringForPeople, 'one two')).toBe('"one two"');
  expect(of(imapStringForPeople, '')).toBe('""');
  expect(of(imapStringForPeople, '  \t ')).toBe('""');
  expect(of(imapStringForPeople, ' one \t two\n ')).toBe('{7}\r\none two');
  expect(of(imapStringForPeople, 'say "x"')).toBe('{7}\r\nsay "x"');
});

test('whatever is written can be read, and no literal holds NUL', () => {
  const any = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(any, (text) => {
      for (const write of [imapString, imapStringForPeople, nstringInOneLine]) {
        const written = of(write, text);
        const literal = /^\{(\d+)\}\r\n(.*)$/s.exec(written);
        if (literal !== null) expect(literal[2]).toHaveLength(Number(literal[1]));
        else expect(written).toMatch(/^"(?:[\x01-\x09\x0b\x0c\x0e-!#-[\]-\x7f]|\\["\\])*"$/);
        expect(written).not.toContain('\0');
      }
    }),
  );
  for (const run of ['a ', ' ', '"', '\r\n ', '\xff', 'a'])
    for (const write of [imapString, imapStringForPeople, nstringInOneLine])
      write(octets(run.repeat(300_000)));
});
