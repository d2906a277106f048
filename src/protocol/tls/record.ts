/** The record layer (RFC 8446 §5): octets on the wire cut into records, and what protects those after the hellos. */
import type { Octets } from '../../base/octets.ts';
import type { Digest } from './digest.ts';
import { absorb, masked, squeeze } from './digest.ts';
import type { TlsVersion } from './versions.ts';
import { TLS_VERSIONS } from './versions.ts';

/** ContentType (RFC 8446 §5.1). */
export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;

export const HEADER_OCTETS = 5;
export const PLAIN_LIMIT = 2 ** 14;
/** RFC 8446 §5.2: what protection may add. */
export const FRAGMENT_LIMIT = PLAIN_LIMIT + 256;
const TAG_OCTETS = 16;

export interface TlsRecord {
  readonly type: number;
  readonly header: Octets;
  readonly fragment: Octets;
}

/** What lies at the head of the octets heard: a record, a beginning that needs `wanted` octets, or nothing of TLS. */
export type Cut =
  | { readonly kind: 'record'; readonly record: TlsRecord }
  | { readonly kind: 'short'; readonly wanted: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'too-long' };

export function cutRecord(octets: Octets, at: number): Cut {
  if (octets.length - at < HEADER_OCTETS) return { kind: 'short', wanted: HEADER_OCTETS };
  if (octets.charCodeAt(at + 1) !== 3) return { kind: 'foreign' };
  const length = octets.charCodeAt(at + 3) * 256 + octets.charCodeAt(at + 4);
  if (length > FRAGMENT_LIMIT) return { kind: 'too-long' };
  const end = at + HEADER_OCTETS + length;
  if (octets.length < end) return { kind: 'short', wanted: HEADER_OCTETS + length };
  const header = octets.slice(at, at + HEADER_OCTETS) as Octets;
  const fragment = octets.slice(at + HEADER_OCTETS, end) as Octets;
  return { kind: 'record', record: { type: octets.charCodeAt(at), header, fragment } };
}

/** A number in `count` octets, most significant first. */
export function number(value: number, count: number): Octets {
  let rest = value;
  let out = '';
  for (let i = 0; i < count; i++) {
    out = String.fromCharCode(rest % 256) + out;
    rest = Math.floor(rest / 256);
  }
  return out as Octets;
}

const header = (type: number, version: number, length: number): Octets =>
  (number(type, 1) + number(version, 2) + number(length, 2)) as Octets;

/** Octets in pieces of 2^14 at most; none for none. */
function pieces(octets: Octets): Octets[] {
  const out: Octets[] = [];
  for (let at = 0; at < octets.length; at += PLAIN_LIMIT) {
    out.push(octets.slice(at, at + PLAIN_LIMIT) as Octets);
  }
  return out;
}

/** Octets as records without protection; `version` is the header's. */
export function plainRecords(type: number, version: number, octets: Octets): Octets {
  let out = '';
  for (const piece of pieces(octets)) out += header(type, version, piece.length) + piece;
  return out as Octets;
}

/** Which way a record goes: each side has keys of its own. */
export type Direction = 'client' | 'server';

/** One digest for each record, so that none can take another's place. */
const recordKey = (secret: Digest, from: Direction, sequence: number): Digest =>
  absorb(secret, from + number(sequence, 8));

const tag = (key: Digest, head: Octets, hidden: Octets): Octets =>
  squeeze(absorb(absorb(key, `tag${head}`), hidden), TAG_OCTETS);

/**
 * Octets as protected records, numbered from `sequence`; also how many they are. As in TLS 1.3 (RFC 8446 §5.2) the
 * true content type is hidden behind the plaintext; before it stood in the header. Then 16 octets of tag.
 */
export function sealedRecords(
  secret: Digest,
  from: Direction,
  sequence: number,
  version: TlsVersion,
  type: number,
  octets: Octets,
): readonly [records: Octets, count: number] {
  const hides = version === 'TLSv1.3';
  let out = '';
  let count = 0;
  for (const piece of pieces(octets)) {
    const inner = hides ? ((piece + number(type, 1)) as Octets) : piece;
    const outer = hides ? APPLICATION_DATA : type;
    const head = header(outer, TLS_VERSIONS[version].recordVersion, inner.length + TAG_OCTETS);
    const key = recordKey(secret, from, sequence + count);
    const hidden = masked(inner, key);
    out += head + hidden + tag(key, head, hidden);
    count++;
  }
  return [out as Octets, count];
}

/** The content of a protected record and its true type; null when the tag does not fit: changed, or out of its order. */
export function openRecord(
  secret: Digest,
  from: Direction,
  sequence: number,
  version: TlsVersion,
  record: TlsRecord,
): { readonly type: number; readonly octets: Octets } | null {
  const length = record.fragment.length - TAG_OCTETS;
  if (length < 0) return null;
  const key = recordKey(secret, from, sequence);
  const hidden = record.fragment.slice(0, length) as Octets;
  if (record.fragment.slice(length) !== tag(key, record.header, hidden)) return null;
  const inner = masked(hidden, key);
  if (version !== 'TLSv1.3') return { type: record.type, octets: inner };
  // RFC 8446 §5.4: zeros behind the type are padding.
  let end = inner.length;
  while (end > 0 && inner.charCodeAt(end - 1) === 0) end--;
  return {
    type: end > 0 ? inner.charCodeAt(end - 1) : 0,
    octets: inner.slice(0, Math.max(0, end - 1)) as Octets,
  };
}
