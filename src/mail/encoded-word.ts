/** Text in header fields beyond ASCII (RFC 2047). */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8, encodeUtf8, isAscii, NO_OCTETS } from '../base/octets.ts';
import { decodeCharset } from './charset.ts';
import { decodeBase64, encodeBase64Line, quotedOctet, quotedOctetAt } from './mime.ts';

/** RFC 2047 §2: a line with an encoded word has at most 76 characters. */
const LINE_LIMIT = 76;
/** What one word of ours may take: less than the 75 allowed, so that it fits beside a field name. */
const WORD_LIMIT = 62;
/** Longer ones, as careless programs write them, are read up to here. */
const READ_LIMIT = 1000;
const CHARSET_LIMIT = 40;

interface EncodedWord {
  readonly charset: string;
  readonly octets: Octets;
  readonly end: number;
}

/**
 * The text a field value stands for: encoded words decoded, white space between two of them dropped (§6.2),
 * everything malformed or in an unknown charset left as it is. Octets outside encoded words are taken for
 * UTF-8 (RFC 6532).
 */
export function decodeHeaderText(value: string): string {
  if (!value.includes('=?')) return plainText(value);
  let out = '';
  let from = 0;
  let search = 0;
  for (;;) {
    const at = value.indexOf('=?', search);
    if (at < 0) return out + plainText(value.slice(from));
    const word = encodedWordAt(value, at);
    if (word === null) {
      search = at + 2;
      continue;
    }
    const run = runOfWords(value, word);
    const gap = value.slice(from, at);
    // Between two encoded words of different charsets the white space goes, too.
    if (from === 0 || /[^ \t\r\n]/.test(gap)) out += plainText(gap);
    out += run.text;
    from = run.end;
    search = run.end;
  }
}

/** Header text as octets; a value that is text already (characters above 255) stays. */
function plainText(value: string): string {
  if (isAscii(value)) return value;
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 255) return value;
  return decodeUtf8(value as Octets);
}

/** Words of one charset in a row are decoded together, since some programs cut inside a character. */
function runOfWords(value: string, first: EncodedWord): { text: string; end: number } {
  let octets: string = first.octets;
  let end = first.end;
  for (;;) {
    let next = end;
    while (next < value.length && ' \t\r\n'.includes(value[next]!)) next++;
    const word = next > end ? encodedWordAt(value, next) : null;
    if (word === null || word.charset !== first.charset) break;
    octets += word.octets;
    end = word.end;
  }
  return { text: decodeCharset(octets as Octets, first.charset)!, end };
}

/** `=?charset?encoding?text?=` at `at`, or null. */
function encodedWordAt(value: string, at: number): EncodedWord | null {
  if (value[at] !== '=' || value[at + 1] !== '?') return null;
  const charsetEnd = indexOfWithin(value, '?', at + 2, CHARSET_LIMIT);
  if (charsetEnd < 0 || value[charsetEnd + 2] !== '?') return null;
  const textEnd = indexOfWithin(value, '?', charsetEnd + 3, READ_LIMIT);
  if (textEnd < 0 || value[textEnd + 1] !== '=') return null;
  // RFC 2231 §5 lets a language follow the charset.
  const charset = value
    .slice(at + 2, charsetEnd)
    .split('*')[0]!
    .toLowerCase();
  if (decodeCharset(NO_OCTETS, charset) === null) return null;
  const encoding = value[charsetEnd + 1]!.toLowerCase();
  const encoded = value.slice(charsetEnd + 3, textEnd);
  const octets = encoding === 'q' ? decodeQ(encoded) : encoding === 'b' ? decodeB(encoded) : null;
  return octets === null ? null : { charset, octets, end: textEnd + 2 };
}

function indexOfWithin(value: string, char: string, from: number, limit: number): number {
  const end = Math.min(value.length, from + limit);
  for (let i = from; i < end; i++) if (value[i] === char) return i;
  return -1;
}

function decodeB(encoded: string): Octets | null {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(encoded) ? decodeBase64(encoded as Octets) : null;
}

/** RFC 2047 §4.2. Blanks are not allowed in it, but common; they stand for themselves. */
function decodeQ(encoded: string): Octets | null {
  let out = '';
  for (let i = 0; i < encoded.length; i++) {
    const char = encoded[i]!;
    if (char === '=') {
      const code = quotedOctetAt(encoded, i);
      if (code < 0) return null;
      out += String.fromCharCode(code);
      i += 2;
    } else if (encoded.charCodeAt(i) > 126) return null;
    else out += char === '_' ? ' ' : char;
  }
  return out as Octets;
}

/**
 * Text as a field body can hold it: words beyond ASCII as encoded words in UTF-8, folded so that no line is
 * longer than 76. `used`, at most 14, is what the first line holds already (`Subject: ` is 9). Runs of
 * white space become one blank, other control characters `?`, so no text can end its field.
 */
export function encodeHeaderText(text: string, used = 0): Octets {
  const words = oneLine(text).split(' ');
  const first = words.findIndex(needsEncoding);
  const last = words.findLastIndex(needsEncoding);
  const tokens =
    first < 0
      ? words
      : [
          ...words.slice(0, first),
          ...encodedWords(words.slice(first, last + 1).join(' ')),
          ...words.slice(last + 1),
        ];
  return fold(tokens, used);
}

/** A whole phrase (RFC 5322 §3.2.5), e.g. the name before an address, as encoded words, folded. */
export const encodePhrase = (text: string): Octets => encodedWords(oneLine(text)).join('\r\n ') as Octets;

/** Runs of white space as one blank, other control characters as `?`. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\t\n\r ]+/g, ' ')
    .replace(/[\x00-\x1f\x7f]/g, '?')
    .trim();

const needsEncoding = (word: string): boolean =>
  word.length > WORD_LIMIT || !isAscii(word) || word.includes('=?');

function fold(tokens: readonly string[], used: number): Octets {
  let out = '';
  let column = used;
  for (const [index, token] of tokens.entries()) {
    const breaks = index > 0 && column + 1 + token.length > LINE_LIMIT;
    if (breaks) out += '\r\n ';
    else if (index > 0) out += ' ';
    column = breaks ? 1 + token.length : column + (index > 0 ? 1 : 0) + token.length;
    out += token;
  }
  return out as Octets;
}

/** Encoded words that cut no character (§5): in Q while most of the text stays readable by it (§4). */
function encodedWords(text: string): string[] {
  const chars = [...text];
  const special = chars.filter((char) => !isPlainQ(char)).length;
  const base64 = special * 2 > chars.length;
  const room = WORD_LIMIT - '=?utf-8?Q??='.length;
  const words: string[] = [];
  let chunk: string = NO_OCTETS;
  let length = 0;
  const flush = () => {
    if (chunk === '') return;
    words.push(base64 ? `=?utf-8?B?${encodeBase64Line(chunk as Octets)}?=` : `=?utf-8?Q?${encodeQ(chunk)}?=`);
    chunk = '';
    length = 0;
  };
  for (const char of chars) {
    const octets = encodeUtf8(char);
    const cost = base64 ? (octets.length * 4) / 3 : encodeQ(octets).length;
    if (length + cost > room) flush();
    chunk += octets;
    length += cost;
  }
  flush();
  return words;
}

/** What may stand for itself even in a phrase (§5, rule 3). */
const isPlainQ = (char: string): boolean => /[A-Za-z0-9!*+/ -]/.test(char);

function encodeQ(octets: string): string {
  let out = '';
  for (let i = 0; i < octets.length; i++) {
    const char = octets[i]!;
    out += char === ' ' ? '_' : isPlainQ(char) ? char : quotedOctet(octets.charCodeAt(i));
  }
  return out;
}
