/** The charsets the course's letters are written in, as octets to text. */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';

const UNKNOWN = '\ufffd';

const CENTRAL_LETTERS =
  'ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß' + //
  'ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙';

/** Octets 0xA0–0xFF. */
const LATIN_2 = `\u00a0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žż${CENTRAL_LETTERS}`;
/** Octets 0x80–0xFF; U+FFFD where the code page has nothing. */
const WINDOWS_1250 =
  '€\ufffd‚\ufffd„…†‡\ufffd‰Š‹ŚŤŽŹ\ufffd‘’“”•–—\ufffd™š›śťžź' +
  `\u00a0ˇ˘Ł¤Ą¦§¨©Ş«¬\u00ad®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż${CENTRAL_LETTERS}`;
/** Octets 0x80–0x9F; above, it is ISO 8859-1. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';
/** Where ISO 8859-15 differs from 8859-1. */
const LATIN_9: Readonly<Record<number, string>> = {
  164: '€',
  166: 'Š',
  168: 'š',
  180: 'Ž',
  184: 'ž',
  188: 'Œ',
  189: 'œ',
  190: 'Ÿ',
};

type HighOctet = (code: number) => string;

const latin1: HighOctet = (code) => (code < 0xa0 ? UNKNOWN : String.fromCharCode(code));

const HIGH_OCTETS: Readonly<Record<string, HighOctet>> = {
  'us-ascii': () => UNKNOWN,
  'iso-8859-1': latin1,
  'iso-8859-2': (code) => (code < 0xa0 ? UNKNOWN : LATIN_2[code - 0xa0]!),
  'iso-8859-15': (code) => LATIN_9[code] ?? latin1(code),
  'windows-1250': (code) => WINDOWS_1250[code - 0x80]!,
  'windows-1252': (code) => (code < 0xa0 ? WINDOWS_1252[code - 0x80]! : latin1(code)),
};

/**
 * Text, with U+FFFD for what the charset does not have; null for a charset not known here. Names without
 * case.
 */
export function decodeCharset(input: Octets, charset: string): string | null {
  const name = charset.toLowerCase();
  if (name === 'utf-8' || name === 'utf8') return decodeUtf8(input);
  if (!Object.hasOwn(HIGH_OCTETS, name)) return null;
  const high = HIGH_OCTETS[name]!;
  let out = '';
  let plain = 0;
  for (let i = 0; i < input.length; i++) {
    const code = input.charCodeAt(i);
    if (code < 0x80) continue;
    out += input.slice(plain, i) + high(code);
    plain = i + 1;
  }
  return out + input.slice(plain);
}
