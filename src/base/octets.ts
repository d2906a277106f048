/**
 * Octet strings: one character code 0–255 per byte. Strings are immutable, compare and slice cheaply and survive
 * JSON, which byte arrays do not; text becomes octets only through {@link encodeUtf8} at the edges.
 */
export type Octets = string & { readonly octets: true };

export const NO_OCTETS = '' as Octets;
export const CRLF = '\r\n' as Octets;

/** Marks a string as octets. Throws when a character does not fit one octet: text must be encoded first. */
export function octets(text: string): Octets {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 255) throw new RangeError(`character ${i} is no octet: encode the text first`);
  }
  return text as Octets;
}

const BEYOND_ASCII = /[^\x00-\x7f]/;

export const isAscii = (text: string): boolean => !BEYOND_ASCII.test(text);

/** Text to UTF-8 octets. A lone surrogate becomes U+FFFD, as TextEncoder does. */
export function encodeUtf8(text: string): Octets {
  if (isAscii(text)) return text as Octets;
  let out = '';
  for (const char of text) {
    let code = char.codePointAt(0)!;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) out += String.fromCharCode(code);
    else if (code < 0x800) out += String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000)
      out += String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      out += String.fromCharCode(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return out as Octets;
}

const SEQUENCE_MIN = [0, 0, 0x80, 0x800, 0x10000];

/** UTF-8 octets to text; every octet that is not part of a well-formed sequence becomes U+FFFD. */
export function decodeUtf8(input: Octets): string {
  if (isAscii(input)) return input;
  let out = '';
  for (let i = 0; i < input.length; ) {
    const lead = input.charCodeAt(i);
    const length =
      lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    let ok = length > 0 && lead < 0xf5 && i + length <= input.length;
    for (let k = 1; ok && k < length; k++) {
      const next = input.charCodeAt(i + k);
      if ((next & 0xc0) !== 0x80) ok = false;
      code = (code << 6) | (next & 63);
    }
    if (ok && (code < SEQUENCE_MIN[length]! || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)))
      ok = false;
    out += ok ? String.fromCodePoint(code) : '\ufffd';
    i += ok ? length : 1;
  }
  return out;
}

/** Whether octets are well-formed UTF-8 from end to end. */
export const isUtf8 = (input: Octets): boolean => encodeUtf8(decodeUtf8(input)) === input;
