/**
 * What a search looks through (RFC 3501 §6.4.4), as text: encoded words, transfer encodings and charsets read. Two
 * texts are compared by {@link foldCase}; that one holds the other is all there is to a match.
 */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8, isAscii } from '../base/octets.ts';
import { decodeCharset } from './charset.ts';
import { decodeHeaderText } from './encoded-word.ts';
import { addressListText, parseEnvelopeAddresses } from './envelope-addresses.ts';
import type { FieldPlace } from './header-fields.ts';
import { fieldAt, fieldValueAt, headerEnd } from './header-fields.ts';
import type { Part } from './structure.ts';
import { charsetOf, structureOf } from './structure.ts';
import { encodingAt, readTransfer } from './transfer.ts';

/** Stands between texts that no match may span: nobody can search for it (RFC 3501 §9, CHAR). */
const GAP = '\0';

/**
 * `text`: the value of a field in one line, for HEADER. `subject`: each run of blanks as one, for SUBJECT.
 * `addresses`: written anew, `Name <mailbox@host>, …` with quotes only where they are needed, for FROM, TO, CC and BCC.
 */
export type FieldKey = 'text' | 'subject' | 'addresses';

/** The value of a raw field, its name and line ends included or not. */
export function searchableHeader(fieldRaw: Octets, key: FieldKey = 'text'): string {
  const place = fieldAt(fieldRaw, 0);
  if (place === null) return '';
  switch (key) {
    case 'text':
      return decodeHeaderText(oneLineValue(fieldRaw, place));
    case 'subject':
      return decodeHeaderText(
        oneLineValue(fieldRaw, place)
          .replace(/[ \t]+/g, ' ')
          .replace(/^ /, ''),
      );
    case 'addresses':
      return decodeHeaderText(addressListText(parseEnvelopeAddresses(fieldValueAt(fieldRaw, place))));
  }
}

/** Behind the colon and one blank. */
const valueStart = (content: Octets, { at, valueAt }: FieldPlace): number =>
  valueAt > at && (content[valueAt] === ' ' || content[valueAt] === '\t') ? valueAt + 1 : valueAt;

/** The value, each fold and the blank behind it as one blank. */
function oneLineValue(content: Octets, place: FieldPlace): string {
  const value = content.slice(valueStart(content, place), place.end).replace(/\r?\n$/, '');
  return value.includes('\n') ? value.replace(/\r?\n[ \t]/g, ' ') : value;
}

/** All text of a letter without the headers, as BODY searches it: parts of type text and message, or of none. */
export const searchableBody = (content: Octets, root?: Part): string => searchable(content, false, root);

/** The same with the headers of all parts, as TEXT searches it. */
export const searchableText = (content: Octets, root?: Part): string => searchable(content, true, root);

function searchable(content: Octets, withHeaders: boolean, root: Part | undefined): string {
  const bodyAt = headerEnd(content, 0);
  // A letter that says nothing of its content is one text, whatever is in it.
  if (/^content-t/im.test(content.slice(0, bodyAt)))
    return partsText(content, root ?? structureOf(content), withHeaders).join(GAP);
  const body = decodeUtf8(content.slice(bodyAt) as Octets);
  return withHeaders ? headerText(content, 0, bodyAt) + body : body;
}

function partsText(content: Octets, part: Part, withHeaders: boolean): readonly string[] {
  const header = withHeaders ? headerText(content, part.headerAt, part.bodyAt) : '';
  const own = header + (part.parts.length === 0 ? bodyText(content, part) : '');
  return [own, ...part.parts.flatMap((inner) => partsText(content, inner, withHeaders))];
}

/** A header with its fields unfolded and decoded. */
function headerText(content: Octets, headerAt: number, bodyAt: number): string {
  const header = content.slice(headerAt, bodyAt) as Octets;
  // Most have nothing to decode.
  if (isAscii(header) && !header.includes('=?') && !/\n[ \t]/.test(header)) return header;
  let out = '';
  let at = 0;
  for (let place = fieldAt(header, at); place !== null; place = fieldAt(header, at)) {
    const name = header.slice(at, valueStart(header, place)) as Octets;
    out += `${decodeUtf8(name)}${decodeHeaderText(oneLineValue(header, place))}\r\n`;
    at = place.end;
  }
  return out + header.slice(at);
}

/** What is not of a text type says nothing to people, and what is encoded in an unknown way nothing to us. */
function bodyText(content: Octets, part: Part): string {
  const type = part.type.toLowerCase();
  if (part.kind === 'multipart' || !(type === 'message' || (type === 'text' && part.subtype !== '')))
    return '';
  const encoding = encodingAt(content, part.headerAt, part.bodyAt);
  if (encoding === 'unknown') return '';
  const { octets } = readTransfer(content.slice(part.bodyAt, part.end) as Octets, encoding);
  const charset = charsetOf(part);
  // What says nothing, or more than ASCII in what it says is ASCII, is read as UTF-8.
  if (charset === null || charset.toLowerCase() === 'us-ascii') return decodeUtf8(octets);
  return decodeCharset(octets, charset) ?? decodeUtf8(octets);
}

/**
 * Text as it is compared (RFC 5051, i;unicode-casemap): in upper case, then with every letter taken apart into the
 * plain one and its accents. So `e` is found in `é`, and `é` not in `e`; `ß` is itself.
 */
export function foldCase(text: string): string {
  const whole = text.toUpperCase();
  // Only where one character stays one: `ß` is no `SS`.
  const upper = whole.length === text.length ? whole : text.replace(/./gsu, upperCase);
  return isAscii(upper) ? upper : upper.normalize('NFKD');
}

function upperCase(char: string): string {
  const upper = char.toUpperCase();
  return char.length === upper.length ? upper : char;
}
