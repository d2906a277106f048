/** Patterns of LIST and LSUB (RFC 3501 §6.3.8): `*` stands for anything, `%` for anything within one level. */
import { SEPARATOR } from '../../mail/account.ts';
import { decodeUtf7 } from './utf7.ts';

/** Octets of all patterns of one command, and one more for each. */
export const PATTERNS_LIMIT = 4096;

/** A set of places in the patterns, a bit for each. */
type Places = Uint32Array;

/**
 * All patterns behind one another, an end behind each. A place is reached when what stands before it in its pattern
 * stands for the name as far as it was read.
 */
interface Patterns {
  readonly start: Places;
  readonly ends: Places;
  /** Places of `*` and `%`. None follows another. */
  readonly wild: Places;
  /** Places of `*`. */
  readonly any: Places;
  /** Places of each other character. */
  readonly same: ReadonlyMap<string, Places>;
  /** The same by capitals: INBOX is one in any case (RFC 3501 §5.1). */
  readonly inCapitals: ReadonlyMap<string, Places>;
}

/**
 * Those of the names that some pattern stands for. Both are in modified UTF-7, and patterns are about the names
 * themselves, not about how that writes them. What a name has in common with the one before is not looked at again:
 * in alphabetical order, levels above others cost nothing.
 */
export function namesMatching(patterns: readonly string[], names: Iterable<string>): ReadonlySet<string> {
  const prepared = preparedPatterns(patterns.map((pattern) => shortened(decodeUtf7(pattern) ?? pattern)));
  const found = new Set<string>();
  /** What is reached behind so many characters of the name before. */
  const reached: Places[] = [prepared.start];
  let before = '';
  for (const encoded of names) {
    const name = decodeUtf7(encoded) ?? encoded;
    const anyCase = inboxLength(name);
    let at = anyCase === inboxLength(before) ? commonLength(name, before) : 0;
    for (; at < name.length; at++) reached[at + 1] = behind(prepared, reached[at]!, name[at]!, at < anyCase);
    if (meet(reached[name.length]!, prepared.ends)) found.add(encoded);
    before = name;
  }
  return found;
}

/** Wildcards in a row are as one. */
const shortened = (pattern: string): string =>
  pattern.replace(/[*%]{2,}/g, (run) => (run.includes('*') ? '*' : '%'));

const inboxLength = (name: string): number =>
  name === 'INBOX' || name.startsWith(`INBOX${SEPARATOR}`) ? 'INBOX'.length : 0;

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function preparedPatterns(texts: readonly string[]): Patterns {
  const places = texts.reduce((sum, text) => sum + text.length + 1, 0);
  const none = (): Places => new Uint32Array((places >> 5) + 1);
  const [start, ends, wild, any] = [none(), none(), none(), none()];
  const same = new Map<string, Places>();
  const inCapitals = new Map<string, Places>();
  let at = 0;
  for (const text of texts) {
    put(start, at);
    for (let i = 0; i < text.length; i++, at++) {
      const char = text[i]!;
      if (char === '*' || char === '%') put(wild, at);
      else {
        put(placesOf(same, char, none), at);
        put(placesOf(inCapitals, char.toUpperCase(), none), at);
      }
      if (char === '*') put(any, at);
    }
    put(ends, at++);
  }
  // A wildcard stands for nothing, too.
  return { start: withWildPassed(start, wild), ends, wild, any, same, inCapitals };
}

function placesOf(map: Map<string, Places>, char: string, none: () => Places): Places {
  const places = map.get(char) ?? none();
  map.set(char, places);
  return places;
}

function put(places: Places, at: number): void {
  places[at >> 5]! |= 1 << (at & 31);
}

const meet = (a: Places, b: Places): boolean => a.some((word, i) => (word & b[i]!) !== 0);

/** What is reached behind one more character of the name. */
function behind(patterns: Patterns, reached: Places, char: string, anyCase: boolean): Places {
  const same = (anyCase ? patterns.inCapitals : patterns.same).get(char);
  const stays = char === SEPARATOR ? patterns.any : patterns.wild;
  const next = new Uint32Array(reached.length);
  let carried = 0;
  for (let i = 0; i < reached.length; i++) {
    const moves = same === undefined ? 0 : reached[i]! & same[i]!;
    next[i] = (moves << 1) | carried | (reached[i]! & stays[i]!);
    carried = moves >>> 31;
  }
  return withWildPassed(next, patterns.wild);
}

/** Where a wildcard is reached, the place behind it is. */
function withWildPassed(reached: Places, wild: Places): Places {
  let carried = 0;
  for (let i = 0; i < reached.length; i++) {
    const passes = reached[i]! & wild[i]!;
    reached[i]! |= (passes << 1) | carried;
    carried = passes >>> 31;
  }
  return reached;
}
