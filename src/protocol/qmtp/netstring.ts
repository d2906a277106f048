/** Netstrings (QMTP §6): `[len]:[string],`, written whole and heard in pieces. */
import type { Octets } from '../../base/octets.ts';
import type { Framing } from '../machine.ts';

export const netstring = (string: Octets): Octets => `${string.length}:${string},` as Octets;

/** A netstring while it comes. */
export interface Incoming {
  /** What its digits say so far; null before the first. */
  readonly length: number | null;
  /** Octets of the string still to come, and its comma; null while the digits come, 0 when it is whole. */
  readonly left: number | null;
  /** The string so far, or as much of it as is kept. */
  readonly kept: Octets;
}

export const NOT_BEGUN: Incoming = { length: null, left: null, kept: '' as Octets };

/** A length beyond this takes no further digit (qmail's bound): ten digits at most. */
const LENGTH_LIMIT = 200_000_000;
/** Octets waited for at once. */
export const PIECE = 65_536;

const ONE: Framing = { kind: 'octets', count: 1 };
const FULL: Framing = { kind: 'octets', count: PIECE };

/** Digits come one by one, and so does the first octet, which is what tells one message or reply from another. */
export function netstringFraming({ length, left }: Incoming): Framing {
  if (length === null || left === null || left > length) return ONE;
  return left < PIECE ? { kind: 'octets', count: left } : FULL;
}

/**
 * Hears a unit that `netstringFraming` asked for; keeps the first `most` octets of the string. null when it makes no
 * netstring: no digit, a zero in front of others, too large a number, no comma.
 */
export function hearNetstring(incoming: Incoming, unit: Octets, most: number): Incoming | null {
  const { length, left, kept } = incoming;
  if (left === null) {
    if (unit === ':') return length === null ? null : { length, left: length + 1, kept };
    const longer = withDigit(length, unit);
    return longer === null ? null : { length: longer, left, kept };
  }
  const rest = left - unit.length;
  if (rest === 0 && !unit.endsWith(',')) return null;
  const end = rest === 0 ? unit.length - 1 : unit.length;
  const room = Math.min(end, most - kept.length);
  return { length, left: rest, kept: (room > 0 ? kept + unit.slice(0, room) : kept) as Octets };
}

/** A length with one more digit. QMTP §6: it begins with 0 exactly when the string is empty. */
function withDigit(length: number | null, octet: string): number | null {
  const digit = octet.charCodeAt(0) - 0x30;
  if (!(digit >= 0 && digit <= 9) || length === 0) return null;
  if (length !== null && length > LENGTH_LIMIT) return null;
  return (length ?? 0) * 10 + digit;
}

/** The strings of a list that is nothing but netstrings; null when it is not. */
export function netstringsIn(list: Octets): readonly Octets[] | null {
  const strings: Octets[] = [];
  for (let at = 0; at < list.length; ) {
    let length: number | null = null;
    for (; list[at] !== ':'; at++) {
      length = at < list.length ? withDigit(length, list[at]!) : null;
      if (length === null) return null;
    }
    if (length === null) return null;
    const end = at + 1 + length;
    if (list[end] !== ',') return null;
    strings.push(list.slice(at + 1, end) as Octets);
    at = end + 1;
  }
  return strings;
}
