/** The charsets letters are written in, as octets to text. */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import { ALIASES, HIGH_OCTETS } from './charset-tables.ts';

const UNKNOWN = '\ufffd';

/** The name this module knows a charset by: `cp1250` is `windows-1250`, `iso8859-2` and `ISO_8859-2` are `iso-8859-2`. */
function charsetName(charset: string): string {
  const name = charset
    .toLowerCase()
    .replace(/^iso[-_]?8859[-_]/, 'iso-8859-')
    .replace(/^(?:x-)?cp(?=125\d$)/, 'windows-');
  return Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
}

/** What stands for the highest octets, the last of them being 0xFF; null for a charset not known here. */
function highOctets(name: string): string | null {
  if (name === 'us-ascii') return '';
  if (name === 'iso-8859-1') return LATIN_1;
  return Object.hasOwn(HIGH_OCTETS, name) ? HIGH_OCTETS[name]! : null;
}

const LATIN_1 = Array.from({ length: 96 }, (_, i) => String.fromCharCode(0xa0 + i)).join('');

/**
 * Text, with U+FFFD for what the charset does not have; null for a charset not known here. Names without
 * case.
 */
export function decodeCharset(input: Octets, charset: string): string | null {
  const name = charsetName(charset);
  if (name === 'utf-8') return decodeUtf8(input);
  const high = highOctets(name);
  if (high === null) return null;
  const first = 0x100 - high.length;
  let out = '';
  let plain = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code < 0x80) continue;
    out += input.slice(plain, i) + (code < first ? UNKNOWN : high[code - first]!);
    plain = i + 1;
  }
  return out + input.slice(plain);
}
