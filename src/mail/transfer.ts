/**
 * Transfer encodings read strictly (RFC 2045 §6.7, §6.8), for those who must say when a body is not what it claims to
 * be. What can be read is there in any case.
 */
import type { Octets } from '../base/octets.ts';
import type { FieldPlace } from './header-fields.ts';
import { fieldAt, fieldName, fieldValueAt } from './header-fields.ts';
import { decodeBase64 } from './mime.ts';
import { peek, readToken, skipBlanks, tokenReader } from './tokens.ts';

export interface Decoded {
  readonly octets: Octets;
  /** Nothing in it was against the encoding. */
  readonly valid: boolean;
}

export type TransferEncoding = 'identity' | 'quoted-printable' | 'base64' | 'unknown';

const ENCODINGS: Readonly<Record<string, TransferEncoding>> = {
  '7bit': 'identity',
  '8bit': 'identity',
  binary: 'identity',
  'quoted-printable': 'quoted-printable',
  base64: 'base64',
};

/** What the header between two offsets says of its body. The last field counts, and in a letter that is no MIME, too. */
export function encodingAt(content: Octets, at: number, limit: number): TransferEncoding {
  let encoding: TransferEncoding = 'identity';
  for (let place = fieldAt(content, at, limit); place !== null; place = fieldAt(content, place.end, limit))
    if (isEncodingField(content, place)) encoding = transferEncoding(fieldValueAt(content, place));
  return encoding;
}

export const isEncodingField = (content: Octets, place: FieldPlace): boolean =>
  place.nameEnd - place.at === ENCODING_FIELD.length && fieldName(content, place) === ENCODING_FIELD;

const ENCODING_FIELD = 'content-transfer-encoding';

/** A `;` behind the token ends it, anything else there makes it unknown, and so does a fold. */
function transferEncoding(value: Octets): TransferEncoding {
  const reader = tokenReader(value);
  skipBlanks(reader);
  const rest = readToken(reader);
  const name = reader.out.toLowerCase();
  if (value.includes('\n') || (rest === 'more' && peek(reader) !== ';')) return 'unknown';
  return Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name]! : 'unknown';
}

/** White space at the end of a line is dropped, a lone LF ends a line as CRLF does. */
export function readQuotedPrintable(input: Octets): Decoded {
  const pieces: string[] = [];
  let valid = true;
  for (let at = 0; at < input.length; ) {
    const lf = input.indexOf('\n', at);
    const lineEnd = lf < 0 ? input.length : input[lf - 1] === '\r' && lf > at ? lf - 1 : lf;
    let end = lineEnd;
    while (end > at && (input[end - 1] === ' ' || input[end - 1] === '\t')) end--;
    const soft = end > at && input[end - 1] === '=';
    // Nothing comes behind a soft line break that ends the body.
    if (soft && lf < 0) valid = false;
    const line = readLine(input.slice(at, soft ? end - 1 : end) as Octets);
    if (!line.valid) valid = false;
    pieces.push(line.octets);
    if (!soft && lf >= 0) pieces.push('\r\n');
    at = lf < 0 ? input.length : lf + 1;
  }
  return { octets: pieces.join('') as Octets, valid };
}

/** More white space than a line may have. */
const TOO_BLANK = /[ \t]{77}/;

function readLine(line: Octets): Decoded {
  const valid = !line.includes('\r') && !(line.length > 76 && TOO_BLANK.test(line));
  if (!line.includes('=')) return { octets: line, valid };
  let lone = false;
  const octets = line.replace(/=([0-9A-Fa-f]{2})?/g, (_, hex: string | undefined) => {
    if (hex === undefined) lone = true;
    return hex === undefined ? '=' : String.fromCharCode(Number.parseInt(hex, 16));
  });
  return { octets: octets as Octets, valid: valid && !lone };
}

/** Ends at the first character that is neither of the alphabet nor white space nor right padding. */
export function readBase64(input: Octets): Decoded {
  const text = input.replace(/[ \t\r\n]+/g, '');
  const other = text.search(/[^A-Za-z0-9+/]/);
  const data = other < 0 ? text : text.slice(0, other);
  const padding = other < 0 ? '' : text.slice(other, other + 3);
  const valid = padding === ['', null, '==', '='][data.length % 4];
  return { octets: decodeBase64(data as Octets), valid };
}

export function readTransfer(input: Octets, encoding: TransferEncoding): Decoded {
  if (encoding === 'base64') return readBase64(input);
  if (encoding === 'quoted-printable') return readQuotedPrintable(input);
  return { octets: input, valid: encoding === 'identity' };
}
