/**
 * The values in a response (RFC 3501 §9), read with more patience than a server has for commands: any octet may stand
 * in an atom or a literal, for whatever a server sends is what there is to work with.
 */
import type { Octets } from '../../base/octets.ts';

export type Value =
  /** A number or NIL, too. */
  | { readonly kind: 'atom'; readonly text: Octets }
  | { readonly kind: 'string'; readonly text: Octets }
  | { readonly kind: 'list'; readonly items: readonly Value[] };

/** Lists inside lists that are still read. */
const DEPTH_LIMIT = 100;
/** Values of one response, at all depths together. */
const COUNT_LIMIT = 20_000;

/** Octets of the literal that a line announces at its end, or null. Sizes beyond all bounds are `Infinity`. */
export function announcedIn(line: string): number | null {
  if (!line.endsWith('}')) return null;
  const found = /(?:^|[ (~])\{([0-9]{1,40})\}$/.exec(line.slice(-50));
  if (found === null) return null;
  const octets = Number(found[1]);
  return octets > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : octets;
}

interface Reader {
  readonly text: Octets;
  at: number;
}

/** The values of the text from `from` to its end; null when they cannot be told. */
export function readValues(text: Octets, from: number): readonly Value[] | null {
  const reader: Reader = { text, at: from };
  const open: Value[][] = [];
  let items: Value[] = [];
  for (let count = 0; reader.at < text.length; count++) {
    const char = text[reader.at]!;
    if (char === ' ') {
      reader.at++;
    } else if (char === '(') {
      if (open.length >= DEPTH_LIMIT) return null;
      open.push(items);
      items = [];
      reader.at++;
    } else if (char === ')') {
      const outer = open.pop();
      if (outer === undefined) return null;
      outer.push({ kind: 'list', items });
      items = outer;
      reader.at++;
    } else {
      const value = char === '"' ? quoted(reader) : (literal(reader) ?? atom(reader));
      if (value === null || count > COUNT_LIMIT) return null;
      items.push(value);
    }
  }
  return open.length > 0 ? null : items;
}

function quoted(reader: Reader): Value | null {
  const { text } = reader;
  let out = '';
  let plain = reader.at + 1;
  for (let i = plain; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') {
      reader.at = i + 1;
      return { kind: 'string', text: (out + text.slice(plain, i)) as Octets };
    }
    if (char !== '\\') continue;
    out += text.slice(plain, i);
    plain = ++i;
  }
  return null;
}

/** Null: none begins there. What it announces is there: the response would not be whole without. */
function literal(reader: Reader): Value | null {
  const { text, at } = reader;
  const brace = text[at] === '~' ? at + 1 : at;
  if (text[brace] !== '{') return null;
  const close = text.indexOf('}', brace);
  const octets =
    close < 0 || !text.startsWith('\r\n', close + 1) ? null : announcedIn(text.slice(brace, close + 1));
  if (octets === null) return null;
  const start = close + 3;
  reader.at = start + octets;
  return { kind: 'string', text: text.slice(start, reader.at) as Octets };
}

/** Brackets are part of an atom with all that is in them: `BODY[HEADER.FIELDS (FROM)]<0>`. */
function atom(reader: Reader): Value | null {
  const { text, at } = reader;
  let end = at;
  while (end < text.length && !' ()"\r\n'.includes(text[end]!)) {
    const close = text[end] === '[' ? text.indexOf(']', end) : end;
    if (close < 0) return null;
    end = close + 1;
  }
  if (end === at) return null;
  reader.at = end;
  return { kind: 'atom', text: text.slice(at, end) as Octets };
}

/** An atom in capitals, or null. */
export const wordOf = (value: Value | undefined): string | null =>
  value?.kind === 'atom' ? value.text.toUpperCase() : null;
