import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { encodingAt, readBase64, readQuotedPrintable } from './transfer.ts';

const quoted = (text: string) => readQuotedPrintable(octets(text));
const base64 = (text: string) => readBase64(octets(text));
const valid = (text: string) => ({ octets: text, valid: true });
const invalid = (text: string) => ({ octets: text, valid: false });

test('quoted-printable (RFC 2045 §6.7)', () => {
  expect(quoted("Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.")).toEqual(
    valid("Now's the time for all folk to come to the aid of their country."),
  );
  expect(quoted('=3D=c3=A9 \t\r\nx= \r\ny')).toEqual(valid('=\xc3\xa9\r\nxy'));
  expect(quoted('one\ntwo  ')).toEqual(valid('one\r\ntwo'));
  expect(quoted('a=zz')).toEqual(invalid('a=zz'));
  expect(quoted('a=4')).toEqual(invalid('a=4'));
  expect(quoted('a=')).toEqual(invalid('a'));
  expect(quoted('a\rb')).toEqual(invalid('a\rb'));
  expect(quoted(`a${' '.repeat(76)}b`).valid).toBe(true);
  expect(quoted(`a${' '.repeat(77)}b`).valid).toBe(false);
});

test('base64 (RFC 2045 §6.8), the values of RFC 4648 §10', () => {
  for (const [encoded, text] of [
    ['', ''],
    ['Zg==', 'f'],
    ['Zm8=', 'fo'],
    ['Zm9v', 'foo'],
    ['Zm9vYg==', 'foob'],
  ])
    expect(base64(encoded!)).toEqual(valid(text!));
  expect(base64(' Zm9v\r\nYm E\t= \r\n')).toEqual(valid('fooba'));
  expect(base64('Zm9v!YmFy')).toEqual(invalid('foo'));
  expect(base64('Zm9vYg=')).toEqual(invalid('foob'));
  expect(base64('Zg==Zg==')).toEqual(invalid('f'));
  expect(base64('Zm9vY').valid).toBe(false);
  expect(base64('====').valid).toBe(false);
});

test('what a header says of its body', () => {
  const says = (...fields: string[]) => {
    const header = octets(fields.map((field) => `${field}\r\n`).join(''));
    return encodingAt(header, 0, header.length);
  };
  expect(says('Subject: x')).toBe('identity');
  expect(says('Content-Transfer-Encoding: 8BIT')).toBe('identity');
  expect(says('content-transfer-encoding:Quoted-Printable')).toBe('quoted-printable');
  expect(says('Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64 (yes)')).toBe('base64');
  expect(says('Content-Transfer-Encoding: base64; x=y')).toBe('base64');
  expect(says('Content-Transfer-Encoding: base64 x')).toBe('unknown');
  expect(says('Content-Transfer-Encoding: x-uuencode')).toBe('unknown');
  expect(says('Content-Transfer-Encoding: toString')).toBe('unknown');
});
