/** Strings as an IMAP server writes them (RFC 3501 §4.3, §9): atom, quoted or literal, in the choice Dovecot makes. */
import type { Octets } from '../../base/octets.ts';

export const NIL = 'NIL' as Octets;

/** What stands for NUL, which no literal may hold (RFC 3501 §9, CHAR8). Dovecot writes the same. */
const NUL_STAND_IN = '\x80';

/** A quoted string with more of `"` and `\` in it than this would be longer than a literal. */
const MAX_ESCAPES = 4;

/** What a quoted string may hold as it stands: no NUL, CR, LF, `"`, `\` nor anything above 127. */
const PLAIN = /^[\x01-\x09\x0b\x0c\x0e-!#-[\]-\x7f]*$/;

/** RFC 3501 §9, ASTRING-CHAR: no control, space, octet above 126 nor any of `(){%*"\`. */
const ASTRING = /^[!#$&'+-[\]^-z|}~]+$/;

/** RFC 3501 §9, atom. */
export const isAtom = (text: string): boolean => ASTRING.test(text) && !text.includes(']');

/** The octets with every NUL replaced, so that they can stand in a literal. */
export const withoutNuls = (value: Octets): Octets =>
  value.includes('\0') ? (value.replaceAll('\0', NUL_STAND_IN) as Octets) : value;

/** `{n}` CRLF and the octets. */
export const literal = (value: Octets): Octets => `{${value.length}}\r\n${withoutNuls(value)}` as Octets;

/** Quoted where RFC 3501 allows it and few characters need a backslash, else a literal. */
export function imapString(value: Octets): Octets {
  if (PLAIN.test(value)) return `"${value}"` as Octets;
  if (/[\x00\r\n\x80-\xff]/.test(value)) return literal(value);
  const escaped = value.replace(/["\\]/g, '\\$&');
  return escaped.length - value.length > MAX_ESCAPES ? literal(value) : (`"${escaped}"` as Octets);
}

export const nstring = (value: Octets | null): Octets => (value === null ? NIL : imapString(value));

/** An atom if it can be one, else as {@link imapString}. `NIL` is quoted, or it would mean something else. */
export const astring = (value: Octets): Octets =>
  ASTRING.test(value) && value.toUpperCase() !== NIL ? value : imapString(value);

/**
 * The value of a folded field in one line: every line end goes, and where no white space follows it leaves a blank
 * behind.
 */
export function nstringInOneLine(value: Octets | null): Octets {
  if (value === null || !/[\r\n]/.test(value)) return nstring(value);
  return imapString(value.replace(/[\r\n](?![ \t\r\n]|$)/g, ' ').replace(/[\r\n]/g, '') as Octets);
}

/** What a subject or name cannot have in quotes; one test after the other, since a group repeated has no bounds. */
const UNTIDY = /[\x00\t\r\n"\\\x80-\xff]|^ | $| {2}/;

/**
 * A subject or a name, for people to read: each run of white space is one blank and none stands at either end. What
 * is not plain from the start travels as a literal.
 */
export function imapStringForPeople(value: Octets): Octets {
  if (!UNTIDY.test(value)) return `"${value}"` as Octets;
  const tidy = value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
  return tidy === '' ? ('""' as Octets) : literal(tidy as Octets);
}
