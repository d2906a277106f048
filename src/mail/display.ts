/** A letter as a mail program's reading pane shows it: decoded, and only its text. */
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import { parseAddressList } from './address-list.ts';
import { decodeCharset } from './charset.ts';
import { decodeHeaderText } from './encoded-word.ts';
import type { Field } from './message.ts';
import { fieldValue, splitMessage } from './message.ts';
import { decodeTransfer, parseContentType } from './mime.ts';

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
  const { fields, body } = splitMessage(content);
  const text = textPart(fields, body, 0);
  return {
    from: shownAddresses(fields, 'From'),
    to: shownAddresses(fields, 'To'),
    cc: shownAddresses(fields, 'Cc'),
    subject: shownLine(decodeHeaderText(cutValue(fields, 'Subject'))),
    date: shownLine(decodeHeaderText(cutValue(fields, 'Date'))),
    body: text === null ? '' : shownLines(text.text),
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

interface TextPart {
  readonly plain: boolean;
  readonly text: string;
}

/** The first plain text of an entity, else its first text of any kind, else null. */
function textPart(fields: readonly Field[], body: Octets, depth: number): TextPart | null {
  const { type, charset, boundary } = parseContentType(fieldValue(fields, 'Content-Type'));
  if (type.startsWith('text/')) {
    const encoding = fieldValue(fields, 'Content-Transfer-Encoding') ?? '7bit';
    const octets = decodeTransfer(body.slice(0, BODY_LIMIT) as Octets, encoding);
    return { plain: type === 'text/plain', text: textOf(octets, charset) };
  }
  if (!type.startsWith('multipart/') || boundary === '' || depth >= DEPTH_LIMIT) return null;
  let first: TextPart | null = null;
  for (const part of bodyParts(body, boundary)) {
    const inner = splitMessage(part);
    const found = textPart(inner.fields, inner.body, depth + 1);
    if (found?.plain) return found;
    first ??= found;
  }
  return first;
}

/** Text in its charset; what claims to be ASCII or something unknown is UTF-8 if it can be, else Western. */
function textOf(octets: Octets, charset: string): string {
  const named = charset.toLowerCase() === 'us-ascii' ? null : decodeCharset(octets, charset);
  if (named !== null) return named;
  const utf8 = decodeUtf8(octets);
  return utf8.includes('\ufffd') ? decodeCharset(octets, 'windows-1252')! : utf8;
}

/** Body parts between delimiter lines (RFC 2046 §5.1.1). A last part that nothing closes counts, too. */
function bodyParts(body: Octets, boundary: string): readonly Octets[] {
  const parts: Octets[] = [];
  const delimiter = `--${boundary}`;
  let start = -1;
  let at = body.startsWith(delimiter) ? 0 : nextLineWith(body, delimiter, 0);
  while (at >= 0 && parts.length < PART_LIMIT) {
    const lf = body.indexOf('\n', at);
    const lineEnd = lf < 0 ? body.length : lf;
    const rest = body.slice(at + delimiter.length, lineEnd).trimEnd();
    if (rest === '' || rest === '--') {
      if (start >= 0) parts.push(withoutLastLineEnd(body.slice(start, at)));
      if (rest === '--') return parts;
      start = lineEnd + 1;
    }
    at = nextLineWith(body, delimiter, lineEnd);
  }
  if (start >= 0 && parts.length < PART_LIMIT) parts.push(body.slice(start) as Octets);
  return parts;
}

function nextLineWith(body: Octets, text: string, from: number): number {
  const at = body.indexOf(`\n${text}`, from);
  return at < 0 ? -1 : at + 1;
}

/** The line end before a delimiter belongs to the delimiter. */
const withoutLastLineEnd = (part: string): Octets =>
  part.slice(0, part.endsWith('\r\n') ? -2 : part.endsWith('\n') ? -1 : undefined) as Octets;
