/** A letter as a mail program's reading pane shows it: decoded, and only its text. */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import { parseAddressList } from './address-list.ts';
import { decodeCharset } from './charset.ts';
import { decodeHeaderText } from './encoded-word.ts';
import type { Field } from './message.ts';
import { fieldValue, splitMessage } from './message.ts';
import { decodeTransfer } from './mime.ts';
import type { Part } from './structure.ts';
import { charsetOf, structureOf } from './structure.ts';
import { encodingAt } from './transfer.ts';

/**
 * Text, no longer octets. Empty where the letter has nothing. Hostile as the letter is: to be shown, never
 * obeyed.
 */
export interface DisplayText {
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly subject: string;
  /** The Date field as it stands. */
  readonly date: string;
  /** Lines end in LF. */
  readonly body: string;
}

const VALUE_LIMIT = 10_000;
/** Octets of a text part that are shown. */
const BODY_LIMIT = 262_144;
const DEPTH_LIMIT = 5;
const PART_LIMIT = 50;

export function displayText(content: Octets): DisplayText {
  const { fields, body, blankLine } = splitMessage(content);
  const headed = blankLine
    ? content
    : (`${content.slice(0, content.length - body.length)}\r\n${body}` as Octets);
  const text = textPart(structureOf(headed), 0);
  return {
    from: shownAddresses(fields, 'From'),
    to: shownAddresses(fields, 'To'),
    cc: shownAddresses(fields, 'Cc'),
    subject: shownLine(decodeHeaderText(cutValue(fields, 'Subject'))),
    date: shownLine(decodeHeaderText(cutValue(fields, 'Date'))),
    body: text === null ? '' : shownLines(shownText(headed, text)),
  };
}

const cutValue = (fields: readonly Field[], name: string): string =>
  (fieldValue(fields, name) ?? '').slice(0, VALUE_LIMIT);

/**
 * Names are decoded after the list is taken apart: an encoded word may hold commas and brackets (RFC 2047
 * §5).
 */
function shownAddresses(fields: readonly Field[], name: string): string {
  const value = cutValue(fields, name);
  const addresses = parseAddressList(value);
  if (addresses.length === 0) return shownLine(decodeHeaderText(value));
  const shown = addresses.map((each) => {
    const address = decodeHeaderText(each.address);
    return each.name === '' ? address : `${decodeHeaderText(each.name)} <${address}>`;
  });
  return shownLine(shown.join(', '));
}

const shownLine = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');

const shownLines = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');

/** The first plain text of a part, else its first text of any kind, else null. */
function textPart(part: Part, depth: number): Part | null {
  // What nobody can read as a type is plain text (RFC 2045 §5.2).
  if (part.kind === 'text' || part.type === '') return part;
  if (part.kind !== 'multipart' || depth >= DEPTH_LIMIT) return null;
  let first: Part | null = null;
  for (const inner of part.parts.slice(0, PART_LIMIT)) {
    const found = textPart(inner, depth + 1);
    if (found !== null && isPlain(found)) return found;
    first ??= found;
  }
  return first;
}

const isPlain = ({ subtype }: Part): boolean => subtype === '' || subtype.toLowerCase() === 'plain';

function shownText(content: Octets, part: Part): string {
  const body = content.slice(part.bodyAt, Math.min(part.end, part.bodyAt + BODY_LIMIT)) as Octets;
  const octets = decodeTransfer(body, encodingAt(content, part.headerAt, part.bodyAt));
  return textOf(octets, charsetOf(part) ?? 'us-ascii');
}

/** Text in its charset; what claims to be ASCII or something unknown is UTF-8 if it can be, else Western. */
function textOf(octets: Octets, charset: string): string {
  const named = charset.toLowerCase() === 'us-ascii' ? null : decodeCharset(octets, charset);
  if (named !== null) return named;
  const utf8 = decodeUtf8(octets);
  return utf8.includes('\ufffd') ? decodeCharset(octets, 'windows-1252')! : utf8;
}
