/**
 * Reads the tokens of structured fields (RFC 5322 §3.2, RFC 2045 §5.1) as Dovecot does, so that what is malformed
 * breaks at the same octet. A reader is short-lived and changes as it reads.
 */
import type { Octets } from '../base/octets.ts';

export interface TokenReader {
  readonly text: Octets;
  at: number;
  /** What the tokens read so far stand for: quotes, comments and folds are gone. */
  out: string;
  /** Text of the last comment, for those who want it. */
  comment: string;
}

/**
 * How reading a token went: there is more behind it, the text ends with it, or it is malformed. White space and
 * comments behind a token are read away with it.
 */
export type Rest = 'more' | 'end' | 'wrong';

export const tokenReader = (text: Octets): TokenReader => ({ text, at: 0, out: '', comment: '' });

/** U+FFFD in UTF-8, in the place of NUL. */
const REPLACEMENT = '\xef\xbf\xbd';

/** RFC 5322 §3.2.3 atext, with all octets above 127. */
const ATEXT = 1;
/** RFC 2045 §5.1: what may stand in a token, the dot too. */
const TOKEN = 2;

const KINDS: readonly number[] = Array.from({ length: 256 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f) return 0;
  const char = String.fromCharCode(code);
  if ('()<>@,;:\\"[]'.includes(char)) return 0;
  if (char === '.') return TOKEN;
  return '/?='.includes(char) ? ATEXT : ATEXT | TOKEN;
});

const kindAt = ({ text }: TokenReader, at: number): number =>
  at < text.length ? KINDS[text.charCodeAt(at)]! : 0;

export const isAtextAt = (reader: TokenReader): boolean => (kindAt(reader, reader.at) & ATEXT) !== 0;

/** Whether a text is all atext, or atext and dots. */
export function isAtext(text: string, dots: boolean): boolean {
  for (let i = 0; i < text.length; i++)
    if ((KINDS[text.charCodeAt(i)]! & ATEXT) === 0 && !(dots && text[i] === '.')) return false;
  return true;
}

/** The character to read next; empty at the end. */
export const peek = ({ text, at }: TokenReader): string => (at < text.length ? text[at]! : '');

/** The rest from here, with white space and comments read away (RFC 5322 §3.2.2, CFWS). */
export function skipBlanks(reader: TokenReader): Rest {
  const { text } = reader;
  while (reader.at < text.length) {
    const code = text.charCodeAt(reader.at);
    if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a) reader.at++;
    else if (code !== 0x28) return 'more';
    else if (!readComment(reader)) return 'wrong';
  }
  return 'end';
}

/** A comment, which may hold others. False when nothing closes it; its text is then what stood before its last special. */
function readComment(reader: TokenReader): boolean {
  const { text } = reader;
  let depth = 1;
  const piece = { out: '', from: reader.at + 1 };
  for (let i = reader.at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x28) depth++;
    else if (code === 0x29) {
      if (--depth > 0) continue;
      reader.comment = piece.out + text.slice(piece.from, i);
      reader.at = i + 1;
      return true;
    } else if (code === 0x5c || code === 0x0a || code === 0) i = takePiece(text, i, piece);
  }
  reader.comment = piece.out;
  reader.at = text.length;
  return false;
}

/** Text of a quoted string or comment so far, and where the next piece of it begins. */
interface Piece {
  out: string;
  from: number;
}

/**
 * Ends a piece at a special: a fold, whose line end is no text, a NUL, or a backslash, which makes text of what
 * follows. Where reading stands then.
 */
function takePiece(text: string, at: number, piece: Piece): number {
  const code = text.charCodeAt(at);
  if (code === 0x5c) {
    const next = text.charCodeAt(at + 1);
    // RFC 5322 §4.1: before CR, LF and NUL it is obsolete. It stays, and they are read as without it.
    if (at + 1 >= text.length || next === 0x0d || next === 0x0a || next === 0) return at;
    piece.out += text.slice(piece.from, at);
    piece.from = at + 1;
    return at + 1;
  }
  const end = code === 0x0a && at > piece.from && text[at - 1] === '\r' ? at - 1 : at;
  piece.out += text.slice(piece.from, end);
  if (code === 0) piece.out += REPLACEMENT;
  piece.from = at + 1;
  return at;
}

/** A quoted string (RFC 5322 §3.2.4), read from its opening quote. */
export function readQuoted(reader: TokenReader): Rest {
  const { text } = reader;
  const piece = { out: '', from: reader.at + 1 };
  for (let i = reader.at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      reader.out += piece.out + text.slice(piece.from, i);
      reader.at = i + 1;
      return skipBlanks(reader);
    }
    if (code === 0x5c || code === 0x0a || code === 0) i = takePiece(text, i, piece);
  }
  // What stood before its last special is read all the same.
  reader.out += piece.out;
  reader.at = text.length;
  return 'wrong';
}

/** The characters of a kind from here on; true if there were any. */
function takeWhile(reader: TokenReader, kinds: number): boolean {
  let end = reader.at;
  while ((kindAt(reader, end) & kinds) !== 0) end++;
  const some = end > reader.at;
  reader.out += reader.text.slice(reader.at, end);
  reader.at = end;
  return some;
}

/** An atom (RFC 5322 §3.2.3). */
export const readAtom = (reader: TokenReader): Rest =>
  takeWhile(reader, ATEXT) ? skipBlanks(reader) : 'wrong';

/** Atoms with dots between them, and white space around the dots (RFC 5322 §4.4). */
export function readDotAtom(reader: TokenReader): Rest {
  for (;;) {
    if (!takeWhile(reader, ATEXT)) return 'wrong';
    const rest = skipBlanks(reader);
    if (rest !== 'more' || peek(reader) !== '.') return rest;
    reader.out += '.';
    reader.at++;
    if (skipBlanks(reader) !== 'more') return 'wrong';
  }
}

/** A token of MIME (RFC 2045 §5.1), which may be empty. */
export function readToken(reader: TokenReader): Rest {
  takeWhile(reader, TOKEN);
  return skipBlanks(reader);
}

/** Words, quoted or not, and dots among them (RFC 5322 §3.2.5, §4.1), one blank between two. May be empty. */
export function readPhrase(reader: TokenReader): Rest {
  if (peek(reader) === '') return 'end';
  if (peek(reader) === '.') return 'wrong';
  for (;;) {
    let rest: Rest;
    if (peek(reader) === '"') rest = readQuoted(reader);
    else {
      takeWhile(reader, ATEXT | TOKEN);
      rest = skipBlanks(reader);
    }
    if (rest !== 'more') return rest;
    if (!isAtextAt(reader) && peek(reader) !== '"' && peek(reader) !== '.') return 'more';
    reader.out += ' ';
  }
}

/** A domain behind its `@`: atoms and dots, or a literal in brackets (RFC 5322 §3.4.1). */
export function readDomain(reader: TokenReader): Rest {
  reader.at++;
  if (skipBlanks(reader) !== 'more') return 'wrong';
  return peek(reader) === '[' ? readDomainLiteral(reader) : readDotAtom(reader);
}

/** Its backslashes stay (RFC 5322 §3.4.1, dtext). */
function readDomainLiteral(reader: TokenReader): Rest {
  const { text } = reader;
  const piece = { out: '', from: reader.at };
  for (let i = reader.at + 1; i < text.length; i++) {
    const char = text[i]!;
    if (char === '[') {
      reader.at = i;
      return 'wrong';
    }
    if (char === ']') {
      reader.out += piece.out + text.slice(piece.from, i + 1);
      reader.at = i + 1;
      return skipBlanks(reader);
    }
    if (char === '\n' || char === '\0') takePiece(text, i, piece);
    else if (char === '\\' && !/[\r\n\0]/.test(text[i + 1] ?? '')) i++;
  }
  reader.at = text.length;
  return 'wrong';
}
