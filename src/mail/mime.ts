/**
 * Content-Transfer-Encodings and the Content-Type field (RFC 2045), as far as mail programs and DSNs need
 * them.
 */
import type { Octets } from '../base/octets.ts';

const HEX = '0123456789ABCDEF';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 2045 §6.7 and §6.8: lines of at most 76 characters. */
const LINE_LIMIT = 76;

/** `=E9` */
export const quotedOctet = (code: number): string => `=${HEX[code >> 4]}${HEX[code & 15]}`;

/** Quoted-printable (RFC 2045 §6.7) of text lines: CRLF stays a line break, a lone CR or LF is data. */
export function encodeQuotedPrintable(input: Octets): Octets {
  let out = '';
  let column = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code === 0x0d && input[i + 1] === '\n') {
      out += '\r\n';
      column = 0;
      i++;
      continue;
    }
    const lineEnds = i + 1 === input.length || (input[i + 1] === '\r' && input[i + 2] === '\n');
    const blank = code === 0x20 || code === 0x09;
    const plain = blank ? !lineEnds : code > 0x20 && code < 0x7f && code !== 0x3d;
    const piece = plain ? input[i]! : quotedOctet(code);
    if (column + piece.length > LINE_LIMIT - (lineEnds ? 0 : 1)) {
      out += '=\r\n';
      column = 0;
    }
    out += piece;
    column += piece.length;
  }
  return out as Octets;
}

const hexValue = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
};

/** The octet `=XX` at `at`, or -1. */
export function quotedOctetAt(text: string, at: number): number {
  const high = hexValue(text.charCodeAt(at + 1));
  const low = hexValue(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/**
 * Reverse of {@link encodeQuotedPrintable}. A `=` that begins nothing known stays as it is (RFC 2045 §6.7,
 * note).
 */
export function decodeQuotedPrintable(input: Octets): Octets {
  let out = '';
  let from = 0;
  for (;;) {
    const at = input.indexOf('=', from);
    if (at < 0) return (out + input.slice(from)) as Octets;
    out += input.slice(from, at);
    const code = quotedOctetAt(input, at);
    const breakEnd = softBreakEnd(input, at);
    if (code >= 0) out += String.fromCharCode(code);
    else if (breakEnd < 0) out += '=';
    from = code >= 0 ? at + 3 : breakEnd >= 0 ? breakEnd : at + 1;
  }
}

/**
 * Where the line after the soft break at `at` begins, or -1. Blanks added on the way are no part of the
 * line.
 */
function softBreakEnd(input: Octets, at: number): number {
  let i = at + 1;
  const limit = Math.min(input.length, at + LINE_LIMIT);
  while (i < limit && (input[i] === ' ' || input[i] === '\t' || input[i] === '\r')) i++;
  if (i === input.length) return i;
  return input[i] === '\n' ? i + 1 : -1;
}

/** Base64 (RFC 2045 §6.8) in one line, for encoded words and credentials. */
export function encodeBase64Line(input: Octets): Octets {
  let out = '';
  for (let i = 0; i < input.length; i += 3) {
    const left = input.length - i;
    const group =
      (input.charCodeAt(i) << 16) |
      (left > 1 ? input.charCodeAt(i + 1) << 8 : 0) |
      (left > 2 ? input.charCodeAt(i + 2) : 0);
    out += BASE64[group >> 18]! + BASE64[(group >> 12) & 63]!;
    out += (left > 1 ? BASE64[(group >> 6) & 63]! : '=') + (left > 2 ? BASE64[group & 63]! : '=');
  }
  return out as Octets;
}

/** Base64 in lines of 76 characters, each with its CRLF. */
export function encodeBase64(input: Octets): Octets {
  const line = encodeBase64Line(input);
  let out = '';
  for (let i = 0; i < line.length; i += LINE_LIMIT) out += `${line.slice(i, i + LINE_LIMIT)}\r\n`;
  return out as Octets;
}

const base64Value = (code: number): number => {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x47;
  if (code >= 0x30 && code <= 0x39) return code + 4;
  return code === 0x2b ? 62 : code === 0x2f ? 63 : -1;
};

/** Whole groups of four characters of the alphabet, padded at the end (RFC 4648 §4), and nothing else. */
export const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

/** Octets of base64 text. Characters outside the alphabet are ignored, as RFC 2045 §6.8 asks; `=` ends it. */
export function decodeBase64(input: Octets): Octets {
  let out = '';
  let bits = 0;
  let held = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code === 0x3d) break;
    const value = base64Value(code);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((bits >> held) & 255);
    }
  }
  return out as Octets;
}

/** Octets of a body by its Content-Transfer-Encoding; an unknown one leaves them as they are. */
export function decodeTransfer(input: Octets, encoding: string): Octets {
  const name = encoding.trim().toLowerCase();
  if (name === 'quoted-printable') return decodeQuotedPrintable(input);
  return name === 'base64' ? decodeBase64(input) : input;
}

export interface ContentType {
  /** Lower case, e.g. `text/plain`. */
  readonly type: string;
  readonly charset: string;
  /** Empty when the field has none. */
  readonly boundary: string;
}

/** RFC 2045 §5.2: what a body is when the field is missing or cannot be read. */
const DEFAULT_TYPE: ContentType = { type: 'text/plain', charset: 'us-ascii', boundary: '' };

/** More than this of a Content-Type field is not read. */
const FIELD_LIMIT = 2000;
const PARAMETER = /;\s*([!#-'*+.\w^`{|}~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/gs;

/** Value of a Content-Type field (RFC 2045 §5.1). Never fails. */
export function parseContentType(value: string | null): ContentType {
  if (value === null) return DEFAULT_TYPE;
  const text = value.slice(0, FIELD_LIMIT);
  const semicolon = text.indexOf(';');
  const type = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) return DEFAULT_TYPE;
  let { charset, boundary } = DEFAULT_TYPE;
  for (const [, name, quoted, token] of text.matchAll(PARAMETER)) {
    const content = quoted === undefined ? token! : quoted.replace(/\\(.)/gs, '$1');
    if (name!.toLowerCase() === 'charset') charset = content;
    else if (name!.toLowerCase() === 'boundary') boundary = content;
  }
  return { type, charset, boundary };
}
