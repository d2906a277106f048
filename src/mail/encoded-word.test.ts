import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { decodeHeaderText, encodeHeaderText } from './encoded-word.ts';

describe('decodeHeaderText (RFC 2047)', () => {
  test('the examples of §8', () => {
    expect(decodeHeaderText('=?US-ASCII?Q?Keith_Moore?= <moore@cs.example>')).toBe(
      'Keith Moore <moore@cs.example>',
    );
    expect(decodeHeaderText('=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=')).toBe('Keld Jørn Simonsen');
    expect(
      decodeHeaderText(
        '=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=',
      ),
    ).toBe('If you can read this you understand the example.');
    const cases: Record<string, string> = {
      '(=?ISO-8859-1?Q?a?=)': '(a)',
      '(=?ISO-8859-1?Q?a?= b)': '(a b)',
      '(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)': '(ab)',
      '(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)': '(ab)',
      '(=?ISO-8859-1?Q?a_b?=)': '(a b)',
      '(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)': '(a b)',
    };
    for (const [value, text] of Object.entries(cases)) expect(decodeHeaderText(value), value).toBe(text);
  });

  test('charsets of the course languages, with a language (RFC 2231 §5)', () => {
    expect(decodeHeaderText('=?iso-8859-2?q?P=F8=EDli=B9?=')).toBe('Příliš');
    expect(decodeHeaderText('=?windows-1250?Q?P=F8=EDli=9A?=')).toBe('Příliš');
    expect(decodeHeaderText('=?utf-8*cs?B?UMWZw61sacWh?=')).toBe('Příliš');
  });

  test('a character cut in two by adjacent words', () => {
    expect(decodeHeaderText('=?utf-8?Q?sch=C5?= =?UTF-8?Q?=AFzka?=')).toBe('schůzka');
  });

  test('what is malformed or unknown stays as it is', () => {
    const all = [
      '=?',
      '=?utf-8',
      '=?utf-8?Q?abc',
      '=?utf-8?Q?abc?',
      '=?utf-8?X?abc?=',
      '=?utf-8?Q?a=G1?=',
      '=?utf-8?B?a*b?=',
      '=?x-unknown?Q?=C1?=',
      '1 =? 2 ?= 3',
    ];
    for (const value of all) expect(decodeHeaderText(value), value).toBe(value);
    expect(decodeHeaderText('=?x-unknown?Q?=C1?= =?utf-8?Q?b?=')).toBe('=?x-unknown?Q?=C1?= b');
  });

  test('raw octets are taken for UTF-8', () => {
    expect(decodeHeaderText('Gr\u00c3\u00bc\u00c3\u009fe =?utf-8?Q?=C5=AF?=')).toBe('Grüße ů');
    expect(decodeHeaderText('schůzka')).toBe('schůzka');
  });

  test('any value, long ones too', () => {
    const likely = fc.string({
      unit: fc.constantFrom('=?', '?=', '?', 'utf-8', 'Q', 'B', '=C5', '=', '_', ' ', 'a', '\u00ff'),
    });
    fc.assert(fc.property(fc.oneof(likely, fc.string()), (value) => void decodeHeaderText(value)));
    for (const piece of ['=?', '=?utf-8?Q?', '=?utf-8?Q?a?= ', '=?x?Q?a?= ', '=?utf-8?Q?a?=?', ' '])
      decodeHeaderText(piece.repeat(20_000));
  });
});

describe('encodeHeaderText', () => {
  test('ASCII as it is; only the words that need it encoded', () => {
    expect(encodeHeaderText('Bowling')).toBe('Bowling');
    expect(encodeHeaderText('Re: schůzka zítra v 8')).toBe('Re: =?utf-8?Q?sch=C5=AFzka_z=C3=ADtra?= v 8');
    expect(encodeHeaderText('')).toBe('');
  });

  test('text that only looks like an encoded word is protected', () => {
    expect(decodeHeaderText(encodeHeaderText('=?utf-8?Q?a?='))).toBe('=?utf-8?Q?a?=');
  });

  test('no text can end its field', () => {
    expect(encodeHeaderText('a\r\nBcc: b\u0000')).toBe('a Bcc: b?');
    expect(encodeHeaderText('é\r\n\r\nbody')).not.toMatch(/\n[^ ]/);
  });

  test('any text there and back, in lines of at most 76', () => {
    const words = fc.string({
      unit: fc.constantFrom('ů', 'ß', '😀', 'a', 'word ', ' ', '=?', '\t', '?='),
      maxLength: 150,
    });
    const wellFormed = fc.string({ unit: 'grapheme', maxLength: 100 });
    fc.assert(
      fc.property(fc.oneof(words, wellFormed), fc.integer({ min: 0, max: 12 }), (text, used) => {
        const encoded = encodeHeaderText(text, used);
        const expected = text
          .replace(/[\t\n\r ]+/g, ' ')
          .replace(/[\x00-\x1f\x7f]/g, '?')
          .trim();
        expect(decodeHeaderText(encoded.replaceAll('\r\n', ''))).toBe(expected);
        expect(octets(encoded)).toMatch(/^[\x20-\x7e\r\n]*$/);
        const lines = `${'x'.repeat(used)}${encoded}`.split('\r\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
        for (const line of lines.slice(1)) expect(line).toMatch(/^ [^ ]/);
      }),
    );
    encodeHeaderText('a'.repeat(200_000));
    encodeHeaderText('ů '.repeat(50_000));
  });
});
