/** The pseudo-random word is data: it lives in the world, so the same seed gives the same log. */

/** One draw: a number in [0, 1) and the next word (mulberry32, 32-bit state). */
export function draw(word: number): readonly [value: number, next: number] {
  const next = (word + 0x6d2b79f5) | 0;
  let t = Math.imul(next ^ (next >>> 15), 1 | next);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return [((t ^ (t >>> 14)) >>> 0) / 4294967296, next];
}

/** A 32-bit word from a text (FNV-1a): seeds from names, per-student choices. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
