import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf7, encodeUtf7, isUtf7 } from './utf7.ts';

test('RFC 3501 §5.1.3, the RFC’s own examples', () => {
  expect(encodeUtf7('~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e')).toBe('~peter/mail/&U,BTFw-/&ZeVnLIqe-');
  expect(decodeUtf7('~peter/mail/&U,BTFw-/&ZeVnLIqe-')).toBe('~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e');
  // "&Jjo!" is no valid name, since the shift back is missing.
  expect(isUtf7('&Jjo!')).toBe(false);
  expect(decodeUtf7('&Jjo-!')).toBe('\u263a!');
  // A superfluous shift.
  expect(isUtf7('&U,BTFw-&ZeVnLIqe-')).toBe(false);
  expect(decodeUtf7('&U,BTF2XlZyyKng-')).toBe('\u53f0\u5317\u65e5\u672c\u8a9e');
});

test('the ampersand, and what needs no shift', () => {
  expect(encodeUtf7('a & b')).toBe('a &- b');
  expect(decodeUtf7('a &- b&-')).toBe('a & b&');
  for (const name of [
    'a\tb',
    'caf\u00e9',
    '&AGE-',
    '&ACY-',
    '&AAA-',
    '&',
    '&A',
    '&A-',
    '&AOkA-',
    '&2D0-',
    '&3ADYPQ-',
  ])
    expect(decodeUtf7(name), name).toBeNull();
});

test('every text comes back as it was', () => {
  const text = fc.string({ unit: 'grapheme' }).map((all) => all.replaceAll('\0', ''));
  fc.assert(
    fc.property(text, (name) => {
      const encoded = encodeUtf7(name);
      expect(encoded).toMatch(/^[ -~]*$/);
      expect(decodeUtf7(encoded)).toBe(name);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'&-AOk2D3c,+/ x') }), (name) => {
      const decoded = decodeUtf7(name);
      if (decoded !== null) expect(decodeUtf7(encodeUtf7(decoded))).toBe(decoded);
    }),
  );
  expect(decodeUtf7('&AOk-x'.repeat(200_000))).toBe('\u00e9x'.repeat(200_000));
  expect(decodeUtf7('&'.repeat(1_000_000))).toBeNull();
});
