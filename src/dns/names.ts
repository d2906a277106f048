/** Domain names and addresses as text (RFC 1035 §2.3, §5.1; RFC 4291 §2.2; RFC 5952). */
import type { DomainName } from './types.ts';

const MAX_LABEL_OCTETS = 63;
/** RFC 1035 §2.3.4: on the wire, with a length octet before every label and the root's at the end. */
const MAX_NAME_OCTETS = 255;

const DOT = 46;
const BACKSLASH = 92;

/**
 * Octets a label keeps as they are: small letters, digits, `-`, and those of `_dmarc`, `*` and RFC 2317's `0/25`.
 */
export function isPlainOctet(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 95 ||
    code === 42 ||
    code === 47
  );
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const lowerCode = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/**
 * One octet of a label as a domain name writes it: lower case, and `\DDD` for whatever is not plain, dots
 * inside a label too, so that cutting a name at its dots always gives its labels.
 */
export function labelOctet(code: number): string {
  const lower = lowerCode(code & 255);
  return isPlainOctet(lower) ? String.fromCharCode(lower) : `\\${String(lower).padStart(3, '0')}`;
}

/**
 * A name from text, with or without the final dot; `.` is the root. Understands the escapes `\X` and `\DDD`
 * of RFC 1035 §5.1. Null for an empty label, one of more than 63 octets, a name of more than 255, or other
 * characters.
 */
export function parseName(text: string): DomainName | null {
  if (text === '.') return '';
  // Four characters at most for each octet.
  if (text.length > 4 * MAX_NAME_OCTETS) return null;
  if (isWritten(text)) return text;
  let name = '';
  let octets = 1;
  let label = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (label === 0) return null;
      octets += label + 1;
      label = 0;
      if (i + 1 < text.length) name += '.';
      continue;
    }
    if (++label > MAX_LABEL_OCTETS) return null;
    if (code === BACKSLASH) {
      const escaped = readEscape(text, i);
      if (escaped === null) return null;
      name += labelOctet(escaped.code);
      i = escaped.last;
    } else {
      const lower = lowerCode(code);
      if (!isPlainOctet(lower)) return null;
      name += String.fromCharCode(lower);
    }
  }
  if (label > 0) octets += label + 1;
  return octets > 1 && octets <= MAX_NAME_OCTETS ? name : null;
}

/** A name already, as {@link parseName} would write it: small letters, no escapes, no final dot. */
function isWritten(text: string): boolean {
  let label = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT ? label === 0 : ++label > MAX_LABEL_OCTETS || !isPlainOctet(code)) return false;
    if (code === DOT) label = 0;
  }
  return label > 0 && text.length + 2 <= MAX_NAME_OCTETS;
}

/** As {@link parseName}, for what people type at a tool that asks for anything: `@` is a letter like others there. */
export const parseTypedName = (text: string): DomainName | null =>
  parseName(text.includes('@') ? text.replace(/(?<!\\)@/g, '\\@') : text);

/** What is wrong with a name that {@link parseName} refused, in BIND's words. */
export function whyNoName(name: string): string {
  if (name === '' || name.startsWith('.') || name.includes('..')) return 'empty label';
  if (name.split('.').some((label) => label.length > MAX_LABEL_OCTETS)) return 'label too long';
  if (name.length > MAX_NAME_OCTETS - 1) return 'ran out of space';
  return name.includes('\\') ? 'bad escape' : 'unexpected character';
}

/** The octet the escape at `at` stands for, and the place of its last character. */
export function readEscape(
  text: string,
  at: number,
): { readonly code: number; readonly last: number } | null {
  const next = text.charCodeAt(at + 1);
  if (!isDigit(next)) return next >= 32 && next <= 126 ? { code: next, last: at + 1 } : null;
  if (!isDigit(text.charCodeAt(at + 2)) || !isDigit(text.charCodeAt(at + 3))) return null;
  const code = Number(text.slice(at + 1, at + 4));
  return code <= 255 ? { code, last: at + 3 } : null;
}

/** A name as zone files and `dig` write it: absolute, with the final dot. */
export function formatName(name: DomainName): string {
  // A dot inside a label reads better as `\.`, the way RFC 1035 §5.3 writes a mailbox's local part; and so does `@`.
  if (!name.includes('\\')) return `${name}.`;
  return `${name.replaceAll('\\046', '\\.').replaceAll('\\064', '\\@')}.`;
}

/** Is `name` the name `of` or one below it? */
export function isSubdomain(name: DomainName, of: DomainName): boolean {
  if (of === '' || name === of) return true;
  return name.endsWith(of) && name.charCodeAt(name.length - of.length - 1) === DOT;
}

/** The name without its first label; null for the root, which has no parent. */
export function parentName(name: DomainName): DomainName | null {
  if (name === '') return null;
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

/** The name a reverse look-up asks for: in-addr.arpa (RFC 1035 §3.5) or ip6.arpa (RFC 3596 §2.5). */
export function reverseName(address: string): DomainName | null {
  const four = parseIpv4(address);
  if (four) return `${[...four].reverse().join('.')}.in-addr.arpa`;
  const six = parseIpv6(address);
  if (!six) return null;
  const nibbles = six.map((group) => group.toString(16).padStart(4, '0')).join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`;
}

/** The four octets of `192.0.2.1`; null for anything else, leading zeros included. */
export function parseIpv4(text: string): readonly number[] | null {
  if (text.length > 15 || !isDigit(text.charCodeAt(0))) return null;
  const octets: number[] = [];
  let value = 0;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (digits === 0 || value > 255) return null;
      octets.push(value);
      value = digits = 0;
    } else {
      if (!isDigit(code) || (digits > 0 && value === 0)) return null;
      value = value * 10 + code - 48;
      digits++;
    }
  }
  return octets.length === 4 ? octets : null;
}

/** The eight 16-bit groups of an IPv6 literal (RFC 4291 §2.2), null for anything else; no scope (`%eth0`). */
export function parseIpv6(text: string): readonly number[] | null {
  if (text.length < 2 || text.length > 45 || !text.includes(':')) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!, halves.length === 1);
  if (!head) return null;
  if (halves.length === 1) return head.length === 8 ? head : null;
  const tail = parseGroups(halves[1]!, true);
  // `::` stands for at least one group.
  if (!tail || head.length + tail.length > 7) return null;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Colon-separated groups; the last two may be written as an IPv4 address where `dotted` allows it. */
function parseGroups(text: string, dotted: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (dotted && index === parts.length - 1 && part.includes('.')) {
      const four = parseIpv4(part);
      if (!four) return null;
      groups.push(four[0]! * 256 + four[1]!, four[2]! * 256 + four[3]!);
    } else {
      const value = hexGroup(part);
      if (value === null) return null;
      groups.push(value);
    }
  }
  return groups.length <= 8 ? groups : null;
}

function hexGroup(part: string): number | null {
  if (part.length === 0 || part.length > 4) return null;
  for (let i = 0; i < part.length; i++) {
    const lower = part.charCodeAt(i) | 32;
    if (!isDigit(part.charCodeAt(i)) && (lower < 97 || lower > 102)) return null;
  }
  return Number.parseInt(part, 16);
}

/** Eight groups in the recommended form (RFC 5952 §4; §5 for IPv4-mapped addresses): `2001:db8::25`. */
export function formatIpv6(groups: readonly number[]): string {
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    const [high, low] = [groups[6] ?? 0, groups[7] ?? 0];
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  let start = 0;
  let length = 0;
  for (let i = 0; i < groups.length; ) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
    i = end + 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Which kind of address literal a text is; null when it is none. */
export function addressFamily(text: string): 4 | 6 | null {
  if (parseIpv4(text)) return 4;
  return parseIpv6(text) ? 6 : null;
}
