import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeUtf8, type Octets, octets } from '../base/octets.ts';
import {
  decodeBase64,
  decodeQuotedPrintable,
  decodeTransfer,
  encodeBase64,
  encodeBase64Line,
  encodeQuotedPrintable,
  parseContentType,
} from './mime.ts';

const anyOctets = fc
  .string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 300 })
  .map(octets);
const lineLengths = (text: Octets) => text.split('\r\n').map((line) => line.length);

describe('quoted-printable (RFC 2045 §6.7)', () => {
  test('octets above 127, the equals sign, blanks at the end of a line', () => {
    expect(encodeQuotedPrintable(encodeUtf8('Grüße = 1 \r\nx\t'))).toBe('Gr=C3=BC=C3=9Fe =3D 1=20\r\nx=09');
  });

  test('soft line breaks keep every line within 76', () => {
    const encoded = encodeQuotedPrintable(octets('a'.repeat(200)));
    expect(lineLengths(encoded)).toEqual([76, 76, 50]);
    expect(encoded.startsWith(`${'a'.repeat(75)}=\r\n`)).toBe(true);
    expect(encodeQuotedPrintable(octets('a'.repeat(76)))).toBe('a'.repeat(76));
  });

  test('decodes what others write', () => {
    // The RFC's own example of a soft line break.
    const folded = octets("Now's the time =\r\nfor all folk to come=\r\n to the aid of their country.");
    expect(decodeQuotedPrintable(folded)).toBe(
      "Now's the time for all folk to come to the aid of their country.",
    );
    expect(decodeQuotedPrintable(octets('caf=e9 =\nx= \r\ny'))).toBe('caf\u00e9 xy');
  });

  test('what is malformed stays', () => {
    expect(decodeQuotedPrintable(octets('a=G1 ==41 =4'))).toBe('a=G1 =A =4');
    expect(decodeQuotedPrintable(octets('a='))).toBe('a');
  });

  test('any octets there and back', () => {
    fc.assert(
      fc.property(anyOctets, (input) => {
        const encoded = encodeQuotedPrintable(input);
        expect(decodeQuotedPrintable(encoded)).toBe(input);
        expect(Math.max(...lineLengths(encoded))).toBeLessThanOrEqual(76);
        expect(encoded).toMatch(/^[\t\x20-\x7e\r\n]*$/);
        decodeQuotedPrintable(input);
      }),
    );
  });

  test('long runs take linear time', () => {
    for (const piece of ['=', '= ', '=\r']) decodeQuotedPrintable(octets(piece.repeat(200_000)));
    expect(decodeQuotedPrintable(octets(`=${' '.repeat(200_000)}x`))).toHaveLength(200_002);
  });
});

describe('base64', () => {
  test('test vectors of RFC 4648 §10', () => {
    const vectors = {
      f: 'Zg==',
      fo: 'Zm8=',
      foo: 'Zm9v',
      foob: 'Zm9vYg==',
      fooba: 'Zm9vYmE=',
      foobar: 'Zm9vYmFy',
      '': '',
    };
    for (const [plain, encoded] of Object.entries(vectors)) {
      expect(encodeBase64Line(octets(plain))).toBe(encoded);
      expect(decodeBase64(octets(encoded))).toBe(plain);
    }
    expect(encodeBase64Line(octets('\u00fb\u00ff\u00fe'))).toBe('+//+');
  });

  test('the line of seeds/000', () => {
    expect(
      decodeBase64(octets('dCAyMDE5LCBhdCAyMjowMCwgdml2ZXMzQHRlbGVuZXQuYmU8bWFpbHRvOnZpdmVzM0B0ZWxlbmV0')),
    ).toBe('t 2019, at 22:00, vives3@telenet.be<mailto:vives3@telenet');
  });

  test('line ends and foreign characters are ignored, padding may lack', () => {
    expect(decodeBase64(octets('Zm9v\r\n YmF*y'))).toBe('foobar');
    expect(decodeBase64(octets('Zg'))).toBe('f');
  });

  test('any octets there and back, in lines of 76', () => {
    fc.assert(
      fc.property(anyOctets, (input) => {
        expect(decodeBase64(encodeBase64(input))).toBe(input);
        expect(Math.max(...lineLengths(encodeBase64(input)))).toBeLessThanOrEqual(76);
        decodeBase64(input);
      }),
    );
  });
});

test('decodeTransfer', () => {
  expect(decodeTransfer(octets('=41'), ' Quoted-Printable')).toBe('A');
  expect(decodeTransfer(octets('QQ=='), 'BASE64')).toBe('A');
  expect(decodeTransfer(octets('=41'), '7bit')).toBe('=41');
});

describe('parseContentType (RFC 2045 §5.1)', () => {
  test('parameters, quoted or not', () => {
    expect(parseContentType('text/plain; charset=ISO-8859-1; format=flowed')).toMatchObject({
      type: 'text/plain',
      charset: 'ISO-8859-1',
    });
    expect(parseContentType('Multipart/Mixed;\tboundary="gc0p4Jq0M2Yt08j34c0p;\\" x"')).toMatchObject({
      type: 'multipart/mixed',
      boundary: 'gc0p4Jq0M2Yt08j34c0p;" x',
    });
    expect(parseContentType('text/html ; x="; charset=no"; charset = utf-8').charset).toBe('utf-8');
  });

  test('plain ASCII text when missing or unreadable (§5.2)', () => {
    for (const value of [null, '', 'text', '; charset=utf-8', 'a/b/c'])
      expect(parseContentType(value)).toEqual({ type: 'text/plain', charset: 'us-ascii', boundary: '' });
  });

  test('any value', () => {
    const likely = fc.string({
      unit: fc.constantFrom('text/plain', ';', ' ', '=', '"', '\\', 'charset', 'a'),
    });
    fc.assert(fc.property(fc.oneof(likely, fc.string()), (value) => void parseContentType(value)));
    for (const piece of ['; ', ';a="', ';a=\\', ';\t\t', ';a'])
      parseContentType(`a/b${piece.repeat(50_000)}`);
  });
});
