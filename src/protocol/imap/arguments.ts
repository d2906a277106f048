/**
 * The arguments of an IMAP command (RFC 3501 §9), as generic as the grammar allows: what each of them means is the
 * command's to say. The text is the whole command, literals in their places (`{3}` CRLF and three octets).
 */
import type { Octets } from '../../base/octets.ts';

export type Argument =
  | { readonly kind: 'atom'; readonly text: Octets }
  /** `literal` 8: a literal8, whose octets are no text (RFC 3516 §4.4). */
  | { readonly kind: 'string'; readonly text: Octets; readonly literal: false | 7 | 8 }
  | { readonly kind: 'list'; readonly items: readonly Argument[] };

/** `why`: what is wrong, in Dovecot's words. */
export type Arguments =
  | { readonly kind: 'arguments'; readonly items: readonly Argument[] }
  | { readonly kind: 'wrong'; readonly why: string };

/** Lists inside lists that are still read. */
const DEPTH_LIMIT = 1000;
/** Arguments of one command, at all depths together. */
const COUNT_LIMIT = 20_000;

const wrong = (why: string): Arguments => ({ kind: 'wrong', why });

interface Reader {
  readonly text: Octets;
  readonly reads: Reads;
  at: number;
}

/**
 * What besides the common grammar is read: `sections`, brackets are part of an atom with all that is in them, as FETCH
 * needs it; `messages`, literals may hold any octets and be literal8, as APPEND's.
 */
export type Reads = 'arguments' | 'sections' | 'messages';

/** Reads the text from `from` on. */
export function readArguments(text: Octets, from: number, reads: Reads = 'arguments'): Arguments {
  const reader: Reader = { text, reads, at: from };
  const open: Argument[][] = [];
  let items: Argument[] = [];
  let count = 0;
  while (reader.at < text.length) {
    const char = text[reader.at]!;
    if (char === ' ') {
      reader.at++;
      continue;
    }
    if (++count > COUNT_LIMIT) return wrong('Too many arguments');
    if (char === '(') {
      if (open.length >= DEPTH_LIMIT) return wrong('Too many lists');
      open.push(items);
      items = [];
      reader.at++;
    } else if (char === ')') {
      const outer = open.pop();
      if (outer === undefined) return wrong("Unexpected ')'");
      outer.push({ kind: 'list', items });
      items = outer;
      reader.at++;
    } else {
      const read = char === '"' ? quoted(reader) : startsLiteral(reader) ? literal(reader) : atom(reader);
      if (typeof read === 'string') return wrong(read);
      items.push(read);
    }
  }
  return open.length > 0 ? wrong("Missing ')'") : { kind: 'arguments', items };
}

const NO_NULS = 'NULs not allowed in strings';

/** RFC 3501 §9 `quoted`; an error's words if it is none. */
function quoted(reader: Reader): Argument | string {
  const { text } = reader;
  let out = '';
  let plain = reader.at + 1;
  for (let i = plain; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') {
      reader.at = i + 1;
      return { kind: 'string', text: (out + text.slice(plain, i)) as Octets, literal: false };
    }
    if (char === '\r' || char === '\n') break;
    if (char === '\0') return NO_NULS;
    if (char !== '\\') continue;
    out += text.slice(plain, i);
    plain = i + 1;
    i++;
  }
  return `Missing '"'`;
}

function startsLiteral({ text, at }: Reader): boolean {
  return text[at] === '{' || (text[at] === '~' && text[at + 1] === '{');
}

/** A literal (RFC 3501 §4.3) or literal8 (RFC 3516 §4.4), whose octets stand behind it. */
function literal(reader: Reader): Argument | string {
  const { text, reads } = reader;
  const isLiteral8 = text[reader.at] === '~';
  if (isLiteral8 && reads !== 'messages') return 'literal8 not allowed here';
  const close = text.indexOf('}', reader.at);
  const size = close < 0 ? null : literalSize(text.slice(reader.at, close + 1));
  if (size === null) return 'Invalid literal size';
  const start = close + 3;
  if (text.slice(close + 1, start) !== '\r\n') return 'Missing LF after literal size';
  if (text.length < start + size.octets) return 'Invalid literal';
  reader.at = start + size.octets;
  if (reads !== 'messages' && text.slice(start, reader.at).includes('\0')) return NO_NULS;
  return { kind: 'string', text: text.slice(start, reader.at) as Octets, literal: isLiteral8 ? 8 : 7 };
}

export interface LiteralSize {
  readonly octets: number;
  /** The client waits for `+` before it goes on (RFC 7888: not with `{n+}`). */
  readonly waits: boolean;
}

/** The literal that a line announces at its end (`{n}`, `{n+}`), or null. Sizes beyond all bounds are `Infinity`. */
export function literalSize(line: string): LiteralSize | null {
  if (!line.endsWith('}')) return null;
  const match = /(?:^|[ (~])\{(\d{0,40})(\+?)\}$/.exec(line.slice(-50));
  if (match === null) return null;
  const octets = Number(match[1]);
  return {
    octets: octets > Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : octets,
    waits: match[2] === '',
  };
}

/** Ends of an atom: blanks, parentheses, quotes, braces and control characters. */
const isAtomEnd = (code: number): boolean =>
  code <= 0x20 || code === 0x28 || code === 0x29 || code === 0x22 || code === 0x7b || code === 0x7f;

function atom(reader: Reader): Argument | string {
  const { text, at, reads } = reader;
  let end = at;
  while (end < text.length && !isAtomEnd(text.charCodeAt(end))) {
    if (text.charCodeAt(end) > 127) return '8bit data in atom';
    if (reads === 'sections' && text[end] === '[') {
      const close = text.indexOf(']', end);
      if (close < 0) return "Invalid BODY[..] parameter: Missing ']'";
      end = close;
    }
    end++;
  }
  const behind = text[end];
  if (end === at || (behind !== undefined && !' ()'.includes(behind))) return 'Invalid characters in atom';
  reader.at = end;
  return { kind: 'atom', text: text.slice(at, end) as Octets };
}

/** An `astring` (RFC 3501 §9): atom, quoted or literal; null for a list or nothing. */
export const astringOf = (argument: Argument | undefined): Octets | null =>
  argument === undefined || argument.kind === 'list' ? null : argument.text;

/** An atom in capitals, or null. */
export const keywordOf = (argument: Argument | undefined): string | null =>
  argument?.kind === 'atom' ? argument.text.toUpperCase() : null;
