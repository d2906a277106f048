/**
 * What stands for cryptography: a digest of four 32-bit words that takes octets in and gives octets out. It is quick and
 * the same everywhere, an accident does not get past it, and it hides nothing from anybody: there is no secrecy here.
 */
import type { Octets } from '../../base/octets.ts';

/** Plain data. Every octet taken in changes all four words. */
export type Digest = readonly [number, number, number, number];

export const EMPTY_DIGEST: Digest = [0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344];

export function absorb(digest: Digest, octets: string): Digest {
  let [a, b, c, d] = digest;
  for (let i = 0; i < octets.length; i++) {
    const code = octets.charCodeAt(i);
    // Odd factors: two different words stay different whatever follows.
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x2c1b3c6d);
    c = Math.imul(c ^ code, 0x297a2d39);
    d = Math.imul(d ^ code, 0x85ebca6b);
  }
  return [a | 0, b | 0, c | 0, d | 0];
}

/** MurmurHash3's last step: each bit of the word reaches all. */
function spread(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const wordAt = ([a, b, c, d]: Digest, index: number): number =>
  spread(d ^ spread(c ^ spread(b ^ spread(a + Math.imul(index + 1, 0x9e3779b1)))));

/** `count` octets that look like chance, always the same for this digest. */
export const squeeze = (digest: Digest, count: number): Octets =>
  masked('\0'.repeat(count) as Octets, digest);

const PIECE = 4096;

/** The octets XORed with the digest's stream; twice gives them back. */
export function masked(octets: Octets, digest: Digest): Octets {
  let out = '';
  for (let from = 0; from < octets.length; from += PIECE) {
    const codes: number[] = [];
    const end = Math.min(octets.length, from + PIECE);
    let word = 0;
    for (let i = from; i < end; i++) {
      if ((i & 3) === 0) word = wordAt(digest, i >> 2);
      codes.push(octets.charCodeAt(i) ^ ((word >>> ((i & 3) * 8)) & 255));
    }
    out += String.fromCharCode(...codes);
  }
  return out as Octets;
}

const HEX = '0123456789ABCDEF';

/** `count` upper-case hexadecimal digits of a text's digest: serial numbers and key ids. */
export function hexDigest(text: string, count: number): string {
  let out = '';
  for (const octet of squeeze(absorb(EMPTY_DIGEST, text), count)) out += HEX[octet.charCodeAt(0) & 15];
  return out;
}
