import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { decodeCharset } from './charset.ts';

const decode = (text: string, charset: string) => decodeCharset(octets(text), charset);

test('the course languages in their old charsets', () => {
  // ISO 8859-2 and code page 1250 part ways at š, ť, ž (B9/9A, BB/9D, BE/9E).
  expect(decode('Jak se m\u00e1te, p\u00f8\u00edteli? \u00b9\u00bb\u00be', 'ISO-8859-2')).toBe(
    'Jak se máte, příteli? šťž',
  );
  expect(decode('\u009a\u009d\u009e \u0084ano\u0093', 'windows-1250')).toBe('šťž „ano“');
  expect(decode('\u00f5\u00fb', 'iso-8859-2')).toBe('őű');
  expect(decode('Gr\u00fc\u00dfe, caf\u00e9', 'iso-8859-1')).toBe('Grüße, café');
  expect(decode('5 \u0080 \u0096 \u0081', 'Windows-1252')).toBe('5 € – \ufffd');
  expect(decode('5 \u00a4 \u00a9', 'iso-8859-15')).toBe('5 € ©');
  expect(decode('\u00c5\u00af', 'utf8')).toBe('ů');
});

test('nothing for a charset not known', () => {
  expect(decode('x', 'x-unknown')).toBeNull();
  expect(decode('x', 'constructor')).toBeNull();
  expect(decode('\u00e9', 'us-ascii')).toBe('\ufffd');
});

test('every octet of the eight-bit charsets as an independent decoder has it', () => {
  const charsets =
    'iso-8859-2 iso-8859-5 iso-8859-7 iso-8859-13 iso-8859-15 windows-1250 windows-1251 windows-1254 windows-1257 koi8-r koi8-u';
  for (const charset of charsets.split(' ')) {
    const decoder = new TextDecoder(charset);
    for (let code = 0x80; code < 0x100; code++) {
      const text = decoder.decode(Uint8Array.of(code));
      // WHATWG shows an octet without a character as the C1 control of that number.
      const expected = text < '\u00a0' ? '\ufffd' : text;
      expect(decode(String.fromCharCode(code), charset), `${charset} ${code}`).toBe(expected);
    }
  }
});

test('windows-1252, 0x80 to 0x9F, as Unicode’s CP1252.TXT maps it', () => {
  const codes = [
    0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d,
    0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0,
    0x17e, 0x178,
  ];
  codes.forEach((code, i) => {
    expect(decode(String.fromCharCode(0x80 + i), 'windows-1252')).toBe(String.fromCharCode(code || 0xfffd));
  });
});
