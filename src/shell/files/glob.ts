/** Pathname patterns: `*`, `?` and `[…]` match names in directories; a dot at the start is matched by a dot alone. */
import { absolute, joined } from '../../agents/files/paths.ts';
import type { Octets } from '../../base/octets.ts';
import type { Asking, Place } from './asking.ts';
import { entriesIn } from './asking.ts';
import type { Word } from './syntax.ts';

/** Names one pattern may stand for. */
const MATCH_LIMIT = 10_000;

/** The words a word becomes: itself, with its tilde as a home; or what its pattern matches, if that is anything. */
export function* expanded(word: Word, place: Place): Asking<readonly Octets[]> {
  const text = word.tilde ? withHome(word.text, place) : word.text;
  if (word.pattern === null) return [text];
  const pattern = word.tilde ? withHome(word.pattern as Octets, place) : word.pattern;
  const [first = '', ...rest] = pattern.split('/');
  let found: readonly string[] = pattern.startsWith('/') ? ['/'] : [''];
  const parts = pattern.startsWith('/') ? rest : [first, ...rest];
  for (const part of parts.filter((each) => each !== '')) {
    if (!/[*?[]/.test(part)) {
      found = found.map((path) => (path === '' ? plain(part) : joined(path, plain(part))));
      continue;
    }
    if (found.length === 0) break;
    const lists = yield found.map((path) => ({
      kind: 'list',
      path: absolute(path === '' ? '.' : path, place.cwd),
    }));
    const next: string[] = [];
    found.forEach((path, i) => {
      for (const { name } of entriesIn(lists[i]))
        if (next.length < MATCH_LIMIT && matches(part, name))
          next.push(path === '' ? name : joined(path, name));
    });
    found = next;
  }
  const there = yield* existing(found, place);
  return there.length === 0 ? [text] : (there as Octets[]);
}

function* existing(paths: readonly string[], { cwd }: Place): Asking<readonly string[]> {
  if (paths.length === 0) return [];
  const answers = yield paths.map((path) => ({ kind: 'stat', path: absolute(path, cwd), follow: false }));
  return paths.filter((_, i) => answers[i]?.kind === 'stat');
}

/** A tilde at the start of a word is a home. */
export function withHome(text: Octets, { home }: Pick<Place, 'home'>): Octets {
  const slash = text.indexOf('/');
  const name = text.slice(1, slash < 0 ? text.length : slash);
  const rest = slash < 0 ? '' : text.slice(slash);
  if (name === '') return (home + rest) as Octets;
  return (name === 'root' ? `/root${rest}` : `/home/${name}${rest}`) as Octets;
}

/** What stands for itself once the backslashes are read. */
export const plain = (part: string): string => part.replace(/\\(.)/g, '$1');

type Atom =
  | { readonly kind: 'any' | 'one' }
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'set'; readonly has: (char: string) => boolean };

/** Linear in the name for each star: the last star alone is ever tried again. */
export function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const atoms = atomsOf(pattern);
  let at = 0;
  let atom = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const next = atoms[atom];
    if (next?.kind === 'any') {
      star = atom++;
      starAt = at;
    } else if (next !== undefined && fits(next, name[at]!)) {
      atom++;
      at++;
    } else if (star >= 0) {
      atom = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (atoms[atom]?.kind === 'any') atom++;
  return atom === atoms.length;
}

const fits = (atom: Atom, char: string): boolean =>
  atom.kind === 'one' || (atom.kind === 'char' ? atom.char === char : atom.kind === 'set' && atom.has(char));

function atomsOf(pattern: string): readonly Atom[] {
  const atoms: Atom[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '*') atoms.push({ kind: 'any' });
    else if (char === '?') atoms.push({ kind: 'one' });
    else if (char === '\\' && i + 1 < pattern.length) atoms.push({ kind: 'char', char: pattern[++i]! });
    else {
      const end = char === '[' ? setEnd(pattern, i) : -1;
      if (end < 0) atoms.push({ kind: 'char', char });
      else {
        atoms.push({ kind: 'set', has: setOf(pattern.slice(i + 1, end).replace(/^!/, '^')) });
        i = end;
      }
    }
  }
  return atoms;
}

/** Where a bracket expression that begins at `start` ends; negative: nowhere, so it begins none. */
export function setEnd(pattern: string, start: number): number {
  const inside = pattern[start + 1] === '^' || pattern[start + 1] === '!' ? start + 2 : start + 1;
  return pattern.indexOf(']', inside + 1);
}

/** What is between the brackets: characters and ranges, `^` at the start turns it round. */
export function setOf(inside: string): (char: string) => boolean {
  const not = inside.startsWith('^');
  const body = not ? inside.slice(1) : inside;
  const ranges: (readonly [number, number])[] = [];
  for (let i = 0; i < body.length; i++) {
    const from = body.charCodeAt(i);
    const range = body[i + 1] === '-' && i + 2 < body.length;
    ranges.push([from, range ? body.charCodeAt(i + 2) : from]);
    if (range) i += 2;
  }
  return (char) => {
    const code = char.charCodeAt(0);
    return ranges.some(([from, to]) => code >= from && code <= to) !== not;
  };
}
