/**
 * A zone file cut into entries (RFC 1035 §5.1): white space, quotes, comments, and parentheses across lines.
 */

export interface Token {
  /** With its backslash escapes; a quoted token without its quotes. */
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

/** One directive or record, however many lines it took. */
export interface Entry {
  /** Where it begins, from 1. */
  readonly line: number;
  /** It begins with white space: the owner is that of the record before. */
  readonly blank: boolean;
  readonly tokens: readonly Token[];
}

export interface ZoneFileError {
  readonly line: number;
  readonly message: string;
}

export interface Entries {
  readonly entries: readonly Entry[];
  readonly errors: readonly ZoneFileError[];
}

const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r';
const isDelimiter = (char: string): boolean =>
  isSpace(char) || char === '\n' || char === ';' || char === '(' || char === ')' || char === '"';

export function cutEntries(text: string): Entries {
  const entries: Entry[] = [];
  const errors: ZoneFileError[] = [];
  let tokens: Token[] = [];
  let line = 1;
  let startLine = 1;
  let blank = false;
  // Line of the parenthesis that is open; 0: none. They do not nest (RFC 1035 §5.1).
  let open = 0;
  const endEntry = (): void => {
    if (tokens.length > 0) entries.push({ line: startLine, blank, tokens });
    tokens = [];
  };
  for (let i = 0; i < text.length; ) {
    const char = text[i]!;
    const lineStart = i === 0 || text[i - 1] === '\n';
    if (lineStart && open === 0) {
      blank = isSpace(char);
      startLine = line;
    }
    if (char === '\n') {
      if (open === 0) endEntry();
      line++;
      i++;
    } else if (isSpace(char)) i++;
    else if (char === ';') i = endOfLine(text, i);
    else if (char === '(') {
      if (open > 0)
        errors.push({ line, message: 'expected “)” before another “(”: parentheses do not nest' });
      open = line;
      i++;
    } else if (char === ')') {
      if (open === 0) errors.push({ line, message: 'expected a “(” before “)”' });
      open = 0;
      i++;
    } else {
      const quoted = char === '"';
      const start = quoted ? i + 1 : i;
      const end = quoted ? endOfQuoted(text, start) : endOfWord(text, start);
      tokens.push({ text: text.slice(start, end), quoted, line });
      const closed = !quoted || text[end] === '"';
      if (!closed) errors.push({ line, message: 'expected a closing quote (") on the same line' });
      i = quoted && closed ? end + 1 : end;
    }
  }
  if (open > 0) errors.push({ line: open, message: 'expected a “)”: this “(” is never closed' });
  endEntry();
  return { entries, errors };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The closing quote, or the end of the line when there is none. */
function endOfQuoted(text: string, from: number): number {
  let i = from;
  while (i < text.length && text[i] !== '\n' && text[i] !== '"') i += escapeLength(text, i);
  return Math.min(i, text.length);
}

function endOfWord(text: string, from: number): number {
  let i = from;
  while (i < text.length && !isDelimiter(text[i]!)) i += escapeLength(text, i);
  return Math.min(i, text.length);
}

/** A backslash takes the character behind it along, but never the end of the line. */
const escapeLength = (text: string, at: number): number =>
  text[at] === '\\' && text[at + 1] !== '\n' ? 2 : 1;
