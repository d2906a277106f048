/** A command line as bash reads it, as far as files go: words and quotes, `;`, `|`, `<`, `>` and `>>`. */
import type { Octets } from '../../base/octets.ts';

export interface Word {
  readonly text: Octets;
  /** The same with a backslash before each character that was quoted and would mean something to a pattern; null: no pattern. */
  readonly pattern: string | null;
  /** The first character is a tilde that was not quoted. */
  readonly tilde: boolean;
}

export interface Redirection {
  readonly how: '<' | '>' | '>>';
  readonly word: Word;
}

export interface Command {
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

/** Commands joined by pipes. */
export type Pipeline = readonly Command[];

export type Parsed =
  | { readonly kind: 'line'; readonly pipelines: readonly Pipeline[] }
  /** As bash names what it did not expect there. */
  | { readonly kind: 'unexpected'; readonly token: string };

type Token =
  | { readonly kind: 'word'; readonly word: Word }
  | { readonly kind: 'operator'; readonly text: string };

const OPERATORS = ['>>', '&&', '||', ';', '|', '<', '>', '&'];

/** Words of one line, its operators between them; an unfinished quote ends with the line. */
function tokensOf(line: Octets): readonly Token[] {
  const tokens: Token[] = [];
  let text = '';
  let pattern = '';
  let special = false;
  let inWord = false;
  let tilde = false;
  const add = (char: string, quoted: boolean): void => {
    if (!inWord) tilde = char === '~' && !quoted;
    inWord = true;
    text += char;
    if ('*?[]\\'.includes(char)) {
      if (quoted) pattern += '\\';
      else special ||= char !== ']' && char !== '\\';
    }
    pattern += char;
  };
  const finish = (): void => {
    if (inWord)
      tokens.push({ kind: 'word', word: { text: text as Octets, pattern: special ? pattern : null, tilde } });
    text = '';
    pattern = '';
    special = false;
    inWord = false;
  };
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && '"\\$`'.includes(line[i + 1] ?? 'x')) add(line[++i]!, true);
      else add(char, true);
      continue;
    }
    const operator = OPERATORS.find((each) => line.startsWith(each, i));
    if (char === '"' || char === "'") {
      quote = char;
      if (!inWord) tilde = false;
      inWord = true;
    } else if (char === '\\' && i + 1 < line.length) add(line[++i]!, true);
    else if (char === ' ' || char === '\t') finish();
    else if (operator !== undefined) {
      finish();
      tokens.push({ kind: 'operator', text: operator });
      i += operator.length - 1;
    } else if (char === '#' && !inWord) break;
    else add(char, false);
  }
  finish();
  return tokens;
}

export function parseLine(line: Octets): Parsed {
  const pipelines: Command[][] = [];
  let pipeline: Command[] = [];
  let words: Word[] = [];
  let redirections: Redirection[] = [];
  let owed: Redirection['how'] | null = null;
  const endCommand = (): boolean => {
    if (owed !== null || words.length + redirections.length === 0) return false;
    pipeline.push({ words, redirections });
    words = [];
    redirections = [];
    return true;
  };
  const tokens = tokensOf(line);
  for (const token of tokens) {
    if (token.kind === 'word') {
      if (owed === null) words.push(token.word);
      else redirections.push({ how: owed, word: token.word });
      owed = null;
      continue;
    }
    const { text } = token;
    if (text === '<' || text === '>' || text === '>>') {
      if (owed !== null) return { kind: 'unexpected', token: text };
      owed = text;
      continue;
    }
    if ((text !== ';' && text !== '|') || !endCommand()) return { kind: 'unexpected', token: text };
    if (text === ';') {
      pipelines.push(pipeline);
      pipeline = [];
    }
  }
  if (owed !== null) return { kind: 'unexpected', token: 'newline' };
  if (!endCommand() && pipeline.length > 0) return { kind: 'unexpected', token: 'newline' };
  if (pipeline.length > 0) pipelines.push(pipeline);
  return { kind: 'line', pipelines };
}

/** Whether a line has anything but the words of one command. */
export const hasOperators = (line: Octets): boolean => tokensOf(line).some(({ kind }) => kind === 'operator');
