/**
 * Envelope addresses on the wire. QMTP §4 has them as strings of octets and leaves their meaning to its surroundings,
 * here the mail internet: SMTP's paths without brackets and without quoting, as the examples of §8 show.
 */
import type { Octets } from '../../base/octets.ts';
import { encodeUtf8 } from '../../base/octets.ts';

/** RFC 5321 §4.1.2: what a local part may hold without quotes; octets above 127 as well (RFC 6531 §3.3). */
const PLAIN = /^[^\x00-\x20\x7f"(),:;<>@[\\\]]+$/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"(@.*)?$/s;

/** The raw address of a path: `"jan smits"@example.org` goes as `jan smits@example.org`. */
export function rawAddress(path: string): Octets {
  const quoted = QUOTED.exec(path);
  const raw = quoted === null ? path : quoted[1]!.replace(/\\(.)/gs, '$1') + (quoted[2] ?? '');
  // Octets stay octets; only text that is none needs an encoding.
  return /[^\x00-\xff]/.test(raw) ? encodeUtf8(raw) : (raw as Octets);
}

/** The path of a raw address: `rawAddress` of it gives the same octets back, whatever they are. */
export function pathOf(raw: Octets): string {
  if (raw === '') return '';
  const at = raw.lastIndexOf('@');
  const end = at < 0 ? raw.length : at;
  const localPart = raw.slice(0, end);
  if (PLAIN.test(localPart)) return raw;
  return `"${localPart.replace(/["\\]/g, '\\$&')}"${raw.slice(end)}`;
}
