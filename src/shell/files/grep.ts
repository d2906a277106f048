/** `grep`: lines that match. Basic expressions without groups, so that a line costs no more than its length and the pattern's. */
import { absolute, joined } from '../../agents/files/paths.ts';
import type { FileAnswer } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, isUtf8 } from '../../base/octets.ts';
import type { Asking, AskingCommand, Invocation } from './asking.ts';
import { complain, contentIn, entriesIn, why, write, writing } from './asking.ts';
import { contents } from './reading.ts';
import { setEnd, setOf } from './glob.ts';
import type { OptionTable } from './options.ts';
import { readOptions } from './options.ts';
import { quotedIfNeeded } from './quoting.ts';

const TABLE: OptionTable = { letters: 'ce:EFHhilnqrRsv', elsewhere: 'aAbBCdDfGILmoPTuUVwxyZz' };

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.";

export const grep: AskingCommand = function* (invocation) {
  const to = writing();
  const options = readOptions(invocation.words, TABLE);
  if ('complaint' in options) {
    complain(to, options.complaint.replace(/\nTry .*/, `\n${USAGE}`));
    return to;
  }
  const { given } = options;
  const operands = options.operands.slice();
  const pattern = given.get('e') ?? operands.shift();
  if (pattern === undefined) {
    complain(to, USAGE);
    return to;
  }
  const matcher = matcherOf(pattern, given);
  if ('complaint' in matcher) {
    complain(to, `grep: ${matcher.complaint}`);
    return to;
  }
  const deep = given.has('r') || given.has('R');
  const all = deep ? yield* below(operands, invocation) : yield* contents(operands, invocation);
  const named = given.has('H') || (!given.has('h') && (deep || operands.length > 1));
  let found = false;
  for (const { name, answer } of all) {
    const content = contentIn(answer);
    const title = name === '-' ? '(standard input)' : name;
    if (content === null) {
      if (!given.has('s')) complain(to, `grep: ${quotedIfNeeded(name)}: ${why(answer)}`);
      continue;
    }
    const hits = hitsIn(content, matcher.matches, given.has('v'));
    found ||= hits.length > 0;
    if (!given.has('q')) write(to, hitsText(hits, content, title, named, given));
  }
  return { pieces: to.pieces, ok: to.ok && found };
};

/** With -r: the files in directories, as far down as they go. */
function* below(
  operands: readonly Octets[],
  { place }: Invocation,
): Asking<readonly { readonly name: Octets; readonly answer: FileAnswer }[]> {
  const files: { name: Octets; answer: FileAnswer }[] = [];
  let level: readonly string[] = operands.length > 0 ? operands : ['.'];
  for (let depth = 0; level.length > 0 && depth < 40; depth++) {
    const paths = level;
    const read = yield paths.map((path) => ({ kind: 'read', path: absolute(path, place.cwd) }));
    const isDirectory = (_: string, i: number) => {
      const answer = read[i]!;
      return answer.kind === 'error' && answer.error === 'EISDIR';
    };
    const directories = paths.filter(isDirectory);
    paths.forEach((path, i) => {
      if (!isDirectory(path, i)) files.push({ name: path as Octets, answer: read[i]! });
    });
    if (directories.length === 0) break;
    const lists = yield directories.map((path) => ({ kind: 'list', path: absolute(path, place.cwd) }));
    level = directories.flatMap((path, i) =>
      entriesIn(lists[i])
        .filter(({ stat }) => stat.kind !== 'symlink')
        .map(({ name }) => joined(path, name)),
    );
  }
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Hit {
  readonly number: number;
  readonly line: string;
}

function hitsIn(content: Octets, matches: (line: string) => boolean, others: boolean): readonly Hit[] {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const hits: Hit[] = [];
  lines.forEach((line, i) => {
    if (matches(line) !== others) hits.push({ number: i + 1, line });
  });
  return hits;
}

function hitsText(
  hits: readonly Hit[],
  content: Octets,
  title: string,
  named: boolean,
  given: ReadonlyMap<string, Octets>,
): string {
  const prefix = named ? `${title}:` : '';
  if (given.has('c')) return `${prefix}${hits.length}\n`;
  if (given.has('l')) return hits.length > 0 ? `${title}\n` : '';
  if (hits.length > 0 && (content.includes('\0') || !isUtf8(content)))
    return `grep: ${title}: binary file matches\n`;
  return hits.map(({ number, line }) => `${prefix}${given.has('n') ? `${number}:` : ''}${line}\n`).join('');
}

type Atom = { readonly has: (char: string) => boolean; readonly repeat: '' | '*' | '+' | '?' };

/** Characters and sets of one expression. */
const ATOM_LIMIT = 64;

interface Expression {
  readonly atoms: readonly Atom[];
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

type Matcher = { readonly matches: (line: string) => boolean } | { readonly complaint: string };

/** Patterns on several lines, and with -E between bars, are alternatives. */
function matcherOf(pattern: Octets, given: ReadonlyMap<string, Octets>): Matcher {
  const fold = (text: string): string => {
    const decoded = decodeUtf8(text as Octets);
    return given.has('i') ? decoded.toLowerCase() : decoded;
  };
  const lines = fold(pattern).split('\n');
  if (given.has('F')) return { matches: (line) => lines.some((each) => fold(line).includes(each)) };
  const expressions: Expression[] = [];
  for (const line of lines)
    for (const each of alternatives(line, given.has('E'))) {
      const expression = expressionOf(each, given.has('E'));
      if (typeof expression === 'string') return { complaint: expression };
      expressions.push(expression);
    }
  return { matches: (line) => expressions.some((each) => matchesLine(each, fold(line))) };
}

/** Parts between bars: plain ones with -E, `\|` else. */
function alternatives(pattern: string, extended: boolean): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    const escaped = char === '\\' && i + 1 < pattern.length;
    const bar = extended ? char === '|' : escaped && pattern[i + 1] === '|';
    const end = char === '[' ? setEnd(pattern, i) : -1;
    if (bar) {
      parts.push(part);
      part = '';
      if (escaped) i++;
    } else if (end > 0) {
      part += pattern.slice(i, end + 1);
      i = end;
    } else if (escaped) part += char + pattern[++i]!;
    else part += char;
  }
  return [...parts, part];
}

function expressionOf(pattern: string, extended: boolean): Expression | string {
  const atStart = pattern.startsWith('^');
  const atEnd = endsBare(pattern);
  const body = pattern.slice(atStart ? 1 : 0, atEnd && pattern.length > (atStart ? 1 : 0) ? -1 : undefined);
  const atoms: Atom[] = [];
  for (let i = 0; i < body.length; i++) {
    const char = body[i]!;
    const escaped = char === '\\' && i + 1 < body.length;
    const sign = escaped && !extended ? body[i + 1]! : extended || char === '*' ? char : '';
    if (atoms.length > 0 && (sign === '*' || sign === '+' || sign === '?')) {
      if (atoms.at(-1)!.repeat === '') atoms[atoms.length - 1] = { has: atoms.at(-1)!.has, repeat: sign };
      if (escaped) i++;
      continue;
    }
    if (sign === '(' || sign === ')' || sign === '{' || sign === '}')
      return 'groups and counts are not here, only . [ ] * ^ $ and alternatives';
    if (char === '[') {
      const end = setEnd(body, i);
      if (end < 0) return 'Invalid regular expression';
      atoms.push({ has: setOf(body.slice(i + 1, end)), repeat: '' });
      i = end;
    } else if (char === '.' && !escaped) atoms.push({ has: () => true, repeat: '' });
    else {
      const literal = escaped ? body[++i]! : char;
      atoms.push({ has: (other) => other === literal, repeat: '' });
    }
  }
  if (atoms.length > ATOM_LIMIT) return 'regular expression too big';
  return { atoms, atStart, atEnd };
}

/** A dollar sign at the end that no backslash takes its meaning from. */
function endsBare(pattern: string): boolean {
  let at = pattern.length - 1;
  if (pattern[at] !== '$') return false;
  while (at > 0 && pattern[at - 1] === '\\') at--;
  return (pattern.length - 1 - at) % 2 === 0;
}

/** All places in the pattern one may have come to, moved on with each character. */
function matchesLine({ atoms, atStart, atEnd }: Expression, line: string): boolean {
  const last = atoms.length;
  const open = (at: Uint8Array, place: number): void => {
    let i = place;
    at[i] = 1;
    while (i < last && (atoms[i]!.repeat === '*' || atoms[i]!.repeat === '?')) at[++i] = 1;
  };
  let places = new Uint8Array(last + 1);
  let next = new Uint8Array(last + 1);
  open(places, 0);
  if (places[last] === 1 && (!atEnd || line === '')) return true;
  for (let c = 0; c < line.length; c++) {
    next.fill(0);
    for (let i = 0; i < last; i++) {
      if (places[i] === 0 || !atoms[i]!.has(line[c]!)) continue;
      const { repeat } = atoms[i]!;
      if (repeat === '*' || repeat === '+') open(next, i);
      open(next, i + 1);
    }
    if (!atStart) open(next, 0);
    if (next[last] === 1 && (!atEnd || c === line.length - 1)) return true;
    [places, next] = [next, places];
  }
  return false;
}
