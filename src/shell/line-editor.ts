/**
 * The line being typed at a terminal, before it is anybody's input: pure editing, with the keys a shell taught us.
 * The page draws `text` and `cursor`; only `submit` and `key` effects reach the simulation.
 */

/** What one key (or one paste) asks for. */
export type LineKey =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'enter' | 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' | 'up' | 'down' }
  | { readonly kind: 'word-left' | 'word-right' }
  | { readonly kind: 'kill-to-end' | 'kill-to-start' | 'kill-word' | 'yank' }
  | { readonly kind: 'control'; readonly key: '^C' | '^D' | '^]' };

export interface LineState {
  readonly text: string;
  /** Index into `text`, never inside a surrogate pair. */
  readonly cursor: number;
  /** Submitted lines, oldest first. */
  readonly history: readonly string[];
  /** Index in `history` being shown; null: the line is new. */
  readonly recalled: number | null;
  /** The new line, while an old one is shown. */
  readonly draft: string;
  /** What was killed last, for yank. */
  readonly killed: string;
}

export type LineEffect =
  | { readonly kind: 'submit'; readonly text: string }
  | { readonly kind: 'key'; readonly key: '^C' | '^D' | '^]' };

export const LINE_LIMIT = 8192;
export const HISTORY_LIMIT = 500;

export const EMPTY_LINE: LineState = {
  text: '',
  cursor: 0,
  history: [],
  recalled: null,
  draft: '',
  killed: '',
};

const NOTHING: readonly LineEffect[] = [];

export function editLine(state: LineState, key: LineKey): readonly [LineState, readonly LineEffect[]] {
  const { text, cursor } = state;
  switch (key.kind) {
    case 'text':
      return typeText(state, key.text);
    case 'enter':
      return submit(state);
    case 'backspace':
      return [cut(state, before(text, cursor), cursor), NOTHING];
    case 'delete':
      return [cut(state, cursor, after(text, cursor)), NOTHING];
    case 'left':
      return [{ ...state, cursor: before(text, cursor) }, NOTHING];
    case 'right':
      return [{ ...state, cursor: after(text, cursor) }, NOTHING];
    case 'home':
      return [{ ...state, cursor: 0 }, NOTHING];
    case 'end':
      return [{ ...state, cursor: text.length }, NOTHING];
    case 'word-left':
      return [{ ...state, cursor: wordStart(text, cursor) }, NOTHING];
    case 'word-right':
      return [{ ...state, cursor: wordEnd(text, cursor) }, NOTHING];
    case 'kill-to-end':
      return [kill(state, cursor, text.length), NOTHING];
    case 'kill-to-start':
      return [kill(state, 0, cursor), NOTHING];
    case 'kill-word':
      return [kill(state, wordStart(text, cursor), cursor), NOTHING];
    case 'yank':
      return [insert(state, state.killed), NOTHING];
    case 'up':
      return [recall(state, -1), NOTHING];
    case 'down':
      return [recall(state, 1), NOTHING];
    case 'control':
      return control(state, key.key);
  }
}

/** Typed or pasted text: every line ending in it submits a line of its own, in order. */
function typeText(from: LineState, typed: string): readonly [LineState, readonly LineEffect[]] {
  const lines = typed.split(/\r\n|\r|\n/);
  let state = from;
  const effects: LineEffect[] = [];
  lines.forEach((line, index) => {
    state = insert(state, line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, ''));
    if (index === lines.length - 1) return;
    const [next, submitted] = submit(state);
    state = next;
    effects.push(...submitted);
  });
  return [state, effects];
}

function insert(state: LineState, added: string): LineState {
  const room = Math.max(0, LINE_LIMIT - state.text.length);
  const kept = added.slice(0, room);
  if (kept === '') return state;
  const text = state.text.slice(0, state.cursor) + kept + state.text.slice(state.cursor);
  return { ...state, text, cursor: state.cursor + kept.length };
}

function submit(state: LineState): readonly [LineState, readonly LineEffect[]] {
  const { text, history } = state;
  const repeated = text.trim() === '' || history.at(-1) === text;
  const kept = repeated ? history : [...history, text].slice(-HISTORY_LIMIT);
  return [{ ...EMPTY_LINE, history: kept, killed: state.killed }, [{ kind: 'submit', text }]];
}

function cut(state: LineState, from: number, to: number): LineState {
  return from === to
    ? state
    : { ...state, text: state.text.slice(0, from) + state.text.slice(to), cursor: from };
}

function kill(state: LineState, from: number, to: number): LineState {
  return from === to ? state : { ...cut(state, from, to), killed: state.text.slice(from, to) };
}

/** ^C gives the line up. ^D on a line with text deletes a character, as in a shell. */
function control(state: LineState, key: '^C' | '^D' | '^]'): readonly [LineState, readonly LineEffect[]] {
  if (key === '^D' && state.text !== '') return editLine(state, { kind: 'delete' });
  const kept = key === '^C' ? { ...EMPTY_LINE, history: state.history, killed: state.killed } : state;
  return [kept, [{ kind: 'key', key }]];
}

function recall(state: LineState, by: -1 | 1): LineState {
  const { history, recalled } = state;
  const at = (recalled ?? history.length) + by;
  if (at < 0 || at > history.length) return state;
  const draft = recalled === null ? state.text : state.draft;
  const text = at === history.length ? draft : history[at]!;
  return { ...state, text, cursor: text.length, recalled: at === history.length ? null : at, draft };
}

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

function before(text: string, at: number): number {
  if (at <= 0) return 0;
  const pair = at > 1 && isLow(text.charCodeAt(at - 1)) && isHigh(text.charCodeAt(at - 2));
  return at - (pair ? 2 : 1);
}

function after(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const pair = isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1));
  return at + (pair ? 2 : 1);
}

function wordStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && text[at - 1] === ' ') at--;
  while (at > 0 && text[at - 1] !== ' ') at--;
  return at;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] === ' ') at++;
  while (at < text.length && text[at] !== ' ') at++;
  return at;
}

/** What completion knows: first words (commands) and the words that may follow (host names, addresses). */
export interface Vocabulary {
  readonly commands: readonly string[];
  readonly names: readonly string[];
}

/** The word before the cursor, and what stands before it; a space behind a backslash belongs to the word. */
export function wordAt({ text, cursor }: LineState): { readonly before: string; readonly word: string } {
  let start = cursor;
  while (start > 0 && (text[start - 1] !== ' ' || text[start - 2] === '\\')) start--;
  return { before: text.slice(0, start), word: text.slice(start, cursor) };
}

/** Words the one before the cursor may become; empty on an empty line. */
export function candidatesFor(state: LineState, vocabulary: Vocabulary): readonly string[] {
  if (state.text.trim() === '') return [];
  const { before, word } = wordAt(state);
  const words = /(?:^|[|;])\s*$/.test(before) ? vocabulary.commands : vocabulary.names;
  if (word === '') return [];
  return [...new Set(words)].filter((name) => name.startsWith(word) && name !== word).sort();
}

/** In the middle of a surrogate pair, or between a backslash and what it quotes. */
function splits(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1 || (isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)));
}

/** Completes as far as all candidates agree; a single one is completed whole, with a space unless it goes on (`/`). */
export function completeLine(state: LineState, candidates: readonly string[]): LineState {
  const [first] = candidates;
  if (first === undefined) return state;
  const { word } = wordAt(state);
  let common = first.length;
  for (const other of candidates) while (!other.startsWith(first.slice(0, common))) common--;
  while (common > word.length && splits(first, common)) common--;
  const rest = first.slice(word.length, common);
  return insert(state, candidates.length === 1 && !first.endsWith('/') ? `${rest} ` : rest);
}

const SEQUENCES: Readonly<Record<string, LineKey>> = {
  '[A': { kind: 'up' },
  '[B': { kind: 'down' },
  '[C': { kind: 'right' },
  '[D': { kind: 'left' },
  OA: { kind: 'up' },
  OB: { kind: 'down' },
  OC: { kind: 'right' },
  OD: { kind: 'left' },
  '[H': { kind: 'home' },
  '[F': { kind: 'end' },
  OH: { kind: 'home' },
  OF: { kind: 'end' },
  '[3~': { kind: 'delete' },
  '[1;5C': { kind: 'word-right' },
  '[1;5D': { kind: 'word-left' },
  f: { kind: 'word-right' },
  b: { kind: 'word-left' },
};

const CONTROLS: Readonly<Record<string, LineKey>> = {
  '\x01': { kind: 'home' },
  '\x02': { kind: 'left' },
  '\x03': { kind: 'control', key: '^C' },
  '\x04': { kind: 'control', key: '^D' },
  '\x05': { kind: 'end' },
  '\x06': { kind: 'right' },
  '\x08': { kind: 'backspace' },
  '\x0b': { kind: 'kill-to-end' },
  '\x0e': { kind: 'down' },
  '\x10': { kind: 'up' },
  '\x15': { kind: 'kill-to-start' },
  '\x17': { kind: 'kill-word' },
  '\x19': { kind: 'yank' },
  '\x1d': { kind: 'control', key: '^]' },
  '\x7f': { kind: 'backspace' },
};

const SEQUENCE = /^(?:\[[0-9;]{0,8}[A-Za-z~]|O[A-Z]|[a-z])/;

/** What a terminal sends for keys, as keys: text runs, control characters, escape sequences. Unknown ones are dropped. */
export function keysOf(data: string): readonly LineKey[] {
  const keys: LineKey[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') keys.push({ kind: 'text', text: run });
    run = '';
  };
  for (let i = 0; i < data.length; i++) {
    const char = data[i]!;
    if (char === '\x1b') {
      flush();
      const sequence = SEQUENCE.exec(data.slice(i + 1, i + 12))?.[0];
      if (sequence === undefined) continue;
      const key = SEQUENCES[sequence];
      if (key !== undefined) keys.push(key);
      i += sequence.length;
    } else if (char === '\r' && data.length === 1) {
      keys.push({ kind: 'enter' });
    } else if (CONTROLS[char] !== undefined) {
      flush();
      keys.push(CONTROLS[char]);
    } else run += char;
  }
  flush();
  return keys;
}
