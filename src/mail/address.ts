/** Mailbox addresses and paths of the envelope (RFC 5321 §4.1.2, §4.1.3). */
import { isAscii } from '../base/octets.ts';

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.2, in octets. */
const LOCAL_PART_LIMIT = 64;
const DOMAIN_LIMIT = 255;
const LABEL_LIMIT = 63;

export interface Path {
  /** The mailbox without brackets and source route, quoting kept; empty for the null path `<>`. */
  readonly path: string;
  /**
   * Lower case; a literal with its brackets. null for `<>` and for a path without domain, e.g.
   * `<postmaster>`.
   */
  readonly domain: string | null;
  /** Where the parameters begin, or the length of the text. */
  readonly next: number;
}

export interface AddressParts {
  /** As written, in quotes if it was. */
  readonly localPart: string;
  /** Lower case; empty when there is none. */
  readonly domain: string;
}

/** Octets of UTF-8 stay what they are: only A to Z have a lower case here. */
const lowerAscii = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

/** RFC 5322 §3.2.3 atext, octets of UTF-8 (RFC 6531 §3.3), and the dot: Postfix and Sendmail take a dot anywhere (`jan.@…`, `a..b@…`). */
const isAtomOrDot = (code: number): boolean =>
  isLetter(code) || (code > 0x20 && code !== 0x7f && !SPECIALS.has(code));

/** RFC 5322 §3.2.3 specials but the dot. */
const SPECIALS: ReadonlySet<number> = new Set(Array.from('()<>[]:;@\\,"', (char) => char.charCodeAt(0)));

function skipBlanks(text: string, at: number): number {
  let i = at;
  while (i < text.length && isBlank(text.charCodeAt(i))) i++;
  return i;
}

/**
 * The path at `at`, blanks before it skipped (RFC 5321 §4.1.2, with the source route of appendix C
 * dropped). As Postfix and Sendmail do, it also takes a mailbox without brackets that ends at white space,
 * and any local part without domain, not only `postmaster`. null on a syntax error.
 */
export function parsePath(text: string, at: number): Path | null {
  const start = skipBlanks(text, at);
  const bracketed = text[start] === '<';
  let i = bracketed ? start + 1 : start;
  if (bracketed && text[i] === '>') return endOfPath(text, i + 1, '', null);
  if (text[i] === '@') {
    i = sourceRouteEnd(text, i);
    if (i < 0) return null;
  }

  const mailbox = i;
  i = localPartEnd(text, i);
  if (i < 0) return null;
  let domain: string | null = null;
  if (text[i] === '@') {
    const end = domainEnd(text, i + 1);
    if (end < 0) return null;
    domain = lowerAscii(text.slice(i + 1, end));
    i = end;
  }
  const path = text.slice(mailbox, i);
  if (!bracketed) return endOfPath(text, i, path, domain);
  return text[i] === '>' ? endOfPath(text, i + 1, path, domain) : null;
}

/** What stands behind a path must be parted from it by white space. */
function endOfPath(text: string, end: number, path: string, domain: string | null): Path | null {
  if (end < text.length && !isBlank(text.charCodeAt(end))) return null;
  return { path, domain, next: skipBlanks(text, end) };
}

/** End of `@a,@b:`, or -1. */
function sourceRouteEnd(text: string, at: number): number {
  let i = at;
  while (text[i] === '@') {
    i = domainEnd(text, i + 1);
    if (i < 0) return -1;
    if (text[i] === ':') return i + 1;
    if (text[i] !== ',') return -1;
    i++;
  }
  return -1;
}

/** End of the local part at `at`, or -1 when it is empty, malformed or too long. */
function localPartEnd(text: string, at: number): number {
  let i = at;
  if (text[i] === '"') {
    i = quotedEnd(text, i);
    // `""` is well-formed but names nobody.
    if (i < 0 || i === at + 2) return -1;
  } else {
    while (i < text.length && isAtomOrDot(text.charCodeAt(i))) i++;
    if (i === at) return -1;
  }
  return i - at > LOCAL_PART_LIMIT ? -1 : i;
}

/** End of the Quoted-string at `at`, or -1. */
function quotedEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '"') return i + 1;
    if (text[i] === '\\') i++;
    const code = text.charCodeAt(i);
    if (!(code >= 0x20 && code !== 0x7f)) return -1;
  }
  return -1;
}

/** End of the domain or address literal at `at`, or -1. */
function domainEnd(text: string, at: number): number {
  let i = at;
  if (text[i] === '[') {
    i = text.indexOf(']', i) + 1;
    return i > 0 && isAddressLiteral(text.slice(at, i)) ? i : -1;
  }
  while (i < text.length && isDomainCharacter(text.charCodeAt(i))) i++;
  return looksLikeDomain(text.slice(at, i)) ? i : -1;
}

const isDomainCharacter = (code: number): boolean =>
  isLetter(code) || isDigit(code) || code === 0x2d || code === 0x2e || code === 0x5f || code >= 0x80;

/**
 * The syntax of a domain name as mail uses it (RFC 5321 §2.3.5; RFC 1035 §2.3.4 for the lengths), without
 * final dot. An underscore passes, as many servers let it; four numbers do not: they are an address without its
 * brackets.
 */
export function looksLikeDomain(text: string): boolean {
  if (text.length === 0 || text.length > DOMAIN_LIMIT) return false;
  let label = 0;
  let numeric = true;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x2e;
    if (code === 0x2e) {
      const length = i - label;
      if (length === 0 || length > LABEL_LIMIT || text[label] === '-' || text[i - 1] === '-') return false;
      label = i + 1;
    } else if (!isDomainCharacter(code)) return false;
    else if (!isDigit(code)) numeric = false;
  }
  return !numeric;
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
export function isAddressLiteral(text: string): boolean {
  if (text.length > 64 || text[0] !== '[' || text[text.length - 1] !== ']') return false;
  const inner = text.slice(1, -1);
  return /^ipv6:/i.test(inner) ? isIpv6(inner.slice(5)) : isIpv4(inner);
}

export function isIpv4(text: string): boolean {
  if (text.length > 15) return false;
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
}

/** RFC 4291 §2.2: eight groups, one run of zeros as `::`, the last two groups also as an IPv4 address. */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (let half = 0; half < halves.length; half++) {
    if (halves[half] === '') continue;
    const parts = halves[half]!.split(':');
    for (let k = 0; k < parts.length; k++) {
      const last = half === halves.length - 1 && k === parts.length - 1;
      if (/^[0-9a-f]{1,4}$/i.test(parts[k]!)) groups += 1;
      else if (last && isIpv4(parts[k]!)) groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** Parts at the last `@`. Never fails: what has no domain is all local part. */
export function splitAddress(address: string): AddressParts {
  const at = address.lastIndexOf('@');
  // `"a@b"` is a quoted local part alone.
  if (at < 0 || address.endsWith('"')) return { localPart: address, domain: '' };
  return { localPart: address.slice(0, at), domain: lowerAscii(address.slice(at + 1)) };
}

/** `"jan smits"` → `jan smits`; anything not in quotes as it is. */
export function unquoteLocalPart(localPart: string): string {
  if (localPart.length < 2 || localPart[0] !== '"' || localPart[localPart.length - 1] !== '"')
    return localPart;
  return localPart.slice(1, -1).replace(/\\(.)/gs, '$1');
}

/**
 * Whether two addresses name the same mailbox. Quoting makes no difference, and neither does case: RFC 5321
 * §2.4 leaves the local part's case to the receiving host, and Postfix, Sendmail and their like ignore it
 * there.
 */
/** The mailbox without quotes that its local part does not need. */
export const withoutQuotes = (address: string): string =>
  address.startsWith('"') ? address.replace(NEEDLESS_QUOTES, '$1') : address;

const NEEDLESS_QUOTES = /^"([^\s()<>[\]:;@\\,".]+(?:\.[^\s()<>[\]:;@\\,".]+)*)"(?=@|$)/;

export function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  const one = splitAddress(a);
  const two = splitAddress(b);
  return (
    one.domain === two.domain &&
    lowerAscii(unquoteLocalPart(one.localPart)) === lowerAscii(unquoteLocalPart(two.localPart))
  );
}

export interface Subaddress {
  readonly user: string;
  /** Empty when there is none. */
  readonly detail: string;
}

/**
 * `jan+lists` → user `jan`, detail `lists` (RFC 5233 §1). Every character of `delimiter` is one, as in
 * Postfix's `recipient_delimiter`; the first that is found counts, and one in front delimits nothing.
 */
export function subaddress(localPart: string, delimiter = '+'): Subaddress {
  for (let i = 1; i < localPart.length; i++) {
    if (delimiter.includes(localPart[i]!))
      return { user: localPart.slice(0, i), detail: localPart.slice(i + 1) };
  }
  return { user: localPart, detail: '' };
}
