/** A message as header fields and body (RFC 5322 §2.1, §2.2), on octets that may be anything. */
import type { Octets } from '../base/octets.ts';
import { CRLF, encodeUtf8, NO_OCTETS } from '../base/octets.ts';

export interface Field {
  /** As written; compare it without regard to case (RFC 5322 §1.2.2). */
  readonly name: string;
  /** The whole field as it stands, folded, with its line endings. */
  readonly raw: Octets;
  /** Unfolded (RFC 5322 §2.2.3), white space around it cut off. */
  readonly value: string;
}

export interface SplitMessage {
  readonly fields: readonly Field[];
  readonly body: Octets;
  /**
   * An empty line parts header and body. False when the header just ends, or the first other line ended it.
   */
  readonly blankLine: boolean;
}

/** Fields and body; a line that is neither field nor continuation ends the header and begins the body. */
export function splitMessage(content: Octets): SplitMessage {
  const fields: Field[] = [];
  let at = 0;
  while (at < content.length) {
    const blank = blankLineLength(content, at);
    if (blank > 0) return { fields, body: content.slice(at + blank) as Octets, blankLine: true };
    const nameEnd = fieldNameEnd(content, at);
    if (nameEnd < 0) return { fields, body: content.slice(at) as Octets, blankLine: false };
    const end = fieldEnd(content, nameEnd);
    fields.push(fieldAt(content, at, nameEnd, end));
    at = end;
  }
  return { fields, body: NO_OCTETS, blankLine: false };
}

function fieldAt(content: Octets, at: number, nameEnd: number, end: number): Field {
  const raw = content.slice(at, end) as Octets;
  const colon = content.indexOf(':', nameEnd) - at;
  return { name: content.slice(at, nameEnd), raw, value: unfold(raw.slice(colon + 1)) };
}

/** 2 for CRLF, 1 for a lone LF (as letters on a Unix disk have it), 0 when the line at `at` is not empty. */
function blankLineLength(content: Octets, at: number): number {
  if (content[at] === '\n') return 1;
  return content[at] === '\r' && content[at + 1] === '\n' ? 2 : 0;
}

/**
 * End of the field name at `at` (RFC 5322 §3.6.8; blanks before the colon as in §4.5), or -1 if no field
 * begins here.
 */
function fieldNameEnd(content: Octets, at: number): number {
  let end = at;
  for (;;) {
    const code = content.charCodeAt(end);
    if (!(code > 0x20 && code < 0x7f) || code === 0x3a) break;
    end++;
  }
  if (end === at) return -1;
  let colon = end;
  while (content[colon] === ' ' || content[colon] === '\t') colon++;
  return content[colon] === ':' ? end : -1;
}

/** Where the field ends: behind the first line end that no continuation line follows. */
function fieldEnd(content: Octets, from: number): number {
  let at = from;
  for (;;) {
    const lf = content.indexOf('\n', at);
    if (lf < 0) return content.length;
    at = lf + 1;
    if (content[at] !== ' ' && content[at] !== '\t') return at;
  }
}

function unfold(text: string): string {
  const lf = text.indexOf('\n');
  // Most fields are one line; only others are worth a replace.
  const unfolded = lf < 0 || lf === text.length - 1 ? text : text.replace(/\r?\n/g, '');
  let from = 0;
  let to = unfolded.length;
  while (from < to && isWhite(unfolded.charCodeAt(from))) from++;
  while (to > from && isWhite(unfolded.charCodeAt(to - 1))) to--;
  return unfolded.slice(from, to);
}

const isWhite = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** The first field of that name, or null. */
export function fieldValue(fields: readonly Field[], name: string): string | null {
  const lower = name.toLowerCase();
  for (const field of fields) {
    if (field.name.length === lower.length && field.name.toLowerCase() === lower) return field.value;
  }
  return null;
}

/** All fields of that name, in their order. */
export function fieldValues(fields: readonly Field[], name: string): readonly string[] {
  const lower = name.toLowerCase();
  return fields.filter((field) => field.name.toLowerCase() === lower).map((field) => field.value);
}

/** The header as it stands, without the empty line. */
export function headerOf(content: Octets): Octets {
  const { fields } = splitMessage(content);
  let length = 0;
  for (const field of fields) length += field.raw.length;
  return content.slice(0, length) as Octets;
}

/**
 * Text that can stand inside one field line: UTF-8, each control character as `?`, so no field can be
 * smuggled in.
 */
export function fieldText(text: string): Octets {
  return encodeUtf8(/[\x00-\x1f\x7f]/.test(text) ? text.replace(/[\x00-\x1f\x7f]/g, '?') : text);
}

/** A raw field `Name: value`, CRLF included. */
export const field = (name: string, value: string): Octets =>
  `${fieldText(name)}: ${fieldText(value)}\r\n` as Octets;

/**
 * The content with a raw field on top, where trace fields belong (RFC 5321 §4.4). A body without header is
 * parted from it.
 */
export function prependField(content: Octets, rawField: Octets): Octets {
  const ended = (rawField.endsWith('\n') ? rawField : rawField + CRLF) as Octets;
  const headless = content !== '' && blankLineLength(content, 0) === 0 && fieldNameEnd(content, 0) < 0;
  return (headless ? ended + CRLF + content : ended + content) as Octets;
}

/** Values of the fields a server adds when the letter lacks them; what is absent here is not added. */
export interface MissingFields {
  /** With its angle brackets. */
  readonly messageId?: string;
  readonly date?: string;
  readonly from?: string;
  /** For a letter with neither To, Cc nor Bcc, e.g. `undisclosed-recipients:;` */
  readonly to?: string;
}

/**
 * The letter with the fields it lacks (RFC 5321 §6.4, RFC 6409 §8), added below those it has, in the order
 * Postfix's cleanup adds them. A body whose header lacked its empty line gets one; fields that are there
 * are left as they are.
 */
export function addMissingFields(
  content: Octets,
  missing: MissingFields,
  split: SplitMessage = splitMessage(content),
): Octets {
  const { fields, body, blankLine } = split;
  const lacks = (name: string): boolean => fieldValue(fields, name) === null;
  let added = '';
  if (missing.messageId !== undefined && lacks('Message-Id')) added += field('Message-Id', missing.messageId);
  if (missing.date !== undefined && lacks('Date')) added += field('Date', missing.date);
  if (missing.from !== undefined && lacks('From')) added += field('From', missing.from);
  if (missing.to !== undefined && lacks('To') && lacks('Cc') && lacks('Bcc'))
    added += field('To', missing.to);
  if (added === '' && (blankLine || body === '')) return content;

  let header = '';
  for (const { raw } of fields) header += raw;
  if (header !== '' && !header.endsWith('\n')) header += CRLF;
  return (header + added + (blankLine || body !== '' ? CRLF : '') + body) as Octets;
}
