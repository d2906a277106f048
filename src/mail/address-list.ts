/** Lists of addresses with names, as in To fields and as people type them (RFC 5322 §3.4). */
import type { Octets } from '../base/octets.ts';
import { encodeUtf8, isAscii } from '../base/octets.ts';
import { encodePhrase, oneLine } from './encoded-word.ts';

export interface NamedAddress {
  /** Without quotes; encoded words as they stand. Empty when there is none. */
  readonly name: string;
  /** As written; nothing says that it is one (`parsePath` does). */
  readonly address: string;
}

/** More than this of a list is not read. */
const TEXT_LIMIT = 65_536;
const ADDRESS_LIMIT = 1000;

/** One entry of the list while it is read. */
interface Entry {
  /** Words outside brackets and comments, quotes kept: the address, when no brackets follow. */
  bare: string;
  /** The same words, quotes removed. */
  phrase: string;
  comment: string;
  /** Between angle brackets; null as long as there were none. */
  angle: string | null;
}

const emptyEntry = (): Entry => ({ bare: '', phrase: '', comment: '', angle: null });

/**
 * `Walter <walter@example.org>, dude@example.com (Jeff), "Smits, Jan" <jan@example.org>`: names from quoted
 * or plain phrases or from comments; members of a group (`friends: a@example.org, …;`) without its name;
 * `;` parts as `,` does. Never fails: what is no address stands as one, for the caller to refuse.
 */
export function parseAddressList(text: string): readonly NamedAddress[] {
  const source = text.slice(0, TEXT_LIMIT);
  const found: NamedAddress[] = [];
  let entry = emptyEntry();
  let at = 0;
  while (at < source.length && found.length < ADDRESS_LIMIT) {
    const char = source[at]!;
    if (char === ',' || char === ';') {
      addEntry(found, entry);
      entry = emptyEntry();
      at++;
    } else if (char === ':') {
      // What stood before the colon was the group's name.
      entry = emptyEntry();
      at++;
    } else at = readPiece(source, at, entry);
  }
  if (found.length < ADDRESS_LIMIT) addEntry(found, entry);
  return found;
}

/**
 * Reads one word, quoted string, comment, literal or bracketed address into the entry; where the next piece
 * begins.
 */
function readPiece(source: string, at: number, entry: Entry): number {
  const char = source[at]!;
  if (char === '(') {
    const end = closing(source, at, ')', true);
    entry.comment = unescaped(source.slice(at + 1, end - 1));
    return end;
  }
  if (char === '<') {
    const end = closing(source, at, '>', false);
    entry.angle = source.slice(at + 1, source[end - 1] === '>' ? end - 1 : end);
    return end;
  }
  if (char === '"' || char === '[') {
    const end = closing(source, at, char === '"' ? '"' : ']', false);
    const piece = source.slice(at, end);
    entry.bare += piece;
    entry.phrase += char === '"' ? unescaped(piece.slice(1, piece.endsWith('"') ? -1 : undefined)) : piece;
    return end;
  }
  let end = at + 1;
  while (end < source.length && !',;:(<"['.includes(source[end]!)) end++;
  const piece = source.slice(at, end);
  entry.bare += piece;
  entry.phrase += piece;
  return end;
}

/**
 * Behind the `close` that belongs to what opens at `at`; what is never closed ends at the end of the list.
 */
function closing(source: string, at: number, close: string, nests: boolean): number {
  let depth = 1;
  let quoted = false;
  for (let i = at + 1; i < source.length; i++) {
    const char = source[i]!;
    if (char === '\\') i++;
    else if (char === '"' && close === '>') quoted = !quoted;
    else if (quoted) continue;
    else if (nests && char === source[at]) depth++;
    else if (char === close && --depth === 0) return i + 1;
  }
  return source.length;
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1');

function addEntry(found: NamedAddress[], entry: Entry): void {
  const { bare, phrase, comment, angle } = entry;
  const address = oneLine(angle ?? bare);
  if (address === '') return;
  found.push({ name: oneLine(angle === null ? comment : phrase) || oneLine(comment), address });
}

const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*$/;

/** One address as a header field has it: the name plain, in quotes or in encoded words, as it needs. */
function formatAddress({ name, address }: NamedAddress): Octets {
  const mailbox = encodeUtf8(oneLine(address));
  if (name === '') return mailbox;
  return `${formatPhrase(oneLine(name))} <${mailbox.replace(/[<>]/g, '')}>` as Octets;
}

function formatPhrase(name: string): string {
  if (!isAscii(name) || name.includes('=?') || name.length > 60) return encodePhrase(name);
  return ATOMS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The body of an address field, folded before an address that no longer fits; `used` is what the first line
 * holds.
 */
export function formatAddressList(addresses: readonly NamedAddress[], used = 0): Octets {
  let out = '';
  let column = used;
  for (const [index, address] of addresses.entries()) {
    const formatted = formatAddress(address);
    const breaks = index > 0 && column + 2 + formatted.length > 76;
    if (index > 0) out += breaks ? ',\r\n ' : ', ';
    out += formatted;
    const lineStart = formatted.lastIndexOf('\n');
    column = (lineStart >= 0 || breaks ? 1 : column + 2) + formatted.length - (lineStart + 1);
  }
  return out as Octets;
}
