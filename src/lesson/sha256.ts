/** SHA-256 (FIPS 180-4) of octets, in hexadecimal: says which English text a translation was made from. */
import type { Octets } from '../base/octets.ts';

/** First 32 bits of the fractional parts of a root of the first primes (FIPS 180-4 §4.2.2, §5.3.3). */
function primeRoots(count: number, root: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (prime) found.push(Math.floor((n ** root % 1) * 2 ** 32) | 0);
  }
  return found;
}

const ROUND = primeRoots(64, 1 / 3);
const START = primeRoots(8, 1 / 2);

const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function compress(hash: number[], words: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const a = words[t - 15]!;
    const b = words[t - 2]!;
    const s0 = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3);
    const s1 = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
    words[t] = (words[t - 16]! + s0 + words[t - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[t]! + words[t]!) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    hash[i] = (hash[i]! + word) | 0;
  });
}

export function sha256(input: Octets): string {
  const bits = input.length * 8;
  const padding = `\x80${'\0'.repeat((119 - (input.length % 64)) % 64)}`;
  const hash = [...START];
  const words = new Int32Array(64);
  const padded = input + padding;
  const total = padded.length + 8;
  for (let block = 0; block < total; block += 64) {
    for (let t = 0; t < 16; t++) {
      const i = block + t * 4;
      if (i >= padded.length) words[t] = i === padded.length ? Math.floor(bits / 2 ** 32) : bits | 0;
      else
        words[t] =
          (padded.charCodeAt(i) << 24) |
          (padded.charCodeAt(i + 1) << 16) |
          (padded.charCodeAt(i + 2) << 8) |
          padded.charCodeAt(i + 3);
    }
    compress(hash, words);
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
