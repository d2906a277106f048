/** Reads the predicate language of LESSONS.md 4.3 from YAML values. Complaints carry the path within the value. */
import { sentenceToCheck } from './sentences.ts';
import type { Check, Matcher, Window } from './types.ts';
import type { FieldKind, FieldTable } from './vocabulary.ts';
import { EVENTS, isEventName, isStateName, STATES } from './vocabulary.ts';

export type Fail = (path: readonly PropertyKey[], message: string) => void;
type Path = readonly PropertyKey[];

const EVERYTHING: Window = { since: 'lesson', after: null };
const NOTHING: Check = { kind: 'none', of: [] };
const COMBINATORS = ['all', 'any', 'none', 'in_order', 'count'];
const MAX_DEPTH = 12;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isWord = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** ` Did you mean "x"?` when one of the names is a letter or two away. */
export function meant(word: string, names: readonly string[]): string {
  const near = names.find((name) => distance(word.toLowerCase(), name.toLowerCase()) <= 2);
  return near ? ` Did you mean "${near}"?` : '';
}

function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2 || a.length > 40) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

export function parseCheck(value: unknown, path: Path, fail: Fail, depth = 0): Check {
  if (typeof value === 'string') {
    const check = sentenceToCheck(value);
    if (check) return check;
    fail(
      path,
      `no known sentence: "${value}". Expected { predicate: { field: value } } or a sentence of 4.3`,
    );
    return NOTHING;
  }
  if (!isRecord(value) || depth > MAX_DEPTH) {
    fail(path, 'expected a check: { predicate: { field: value } } or all, any, none, in_order, count');
    return NOTHING;
  }
  const keys = Object.keys(value);
  const combinator = COMBINATORS.find((name) => name in value);
  if (combinator) return parseCombinator(combinator, value, path, fail, depth);
  const name = keys[0];
  if (name === undefined || keys.length !== 1) {
    fail(path, `expected one predicate, found ${keys.length}: ${keys.join(', ')}. Combine with all: or any:`);
    return NOTHING;
  }
  const fields = value[name];
  if (isEventName(name)) return parsePredicate('event', name, EVENTS[name], fields, [...path, name], fail);
  if (isStateName(name)) return parsePredicate('state', name, STATES[name], fields, [...path, name], fail);
  const known = [...Object.keys(EVENTS), ...Object.keys(STATES), ...COMBINATORS];
  fail(
    [...path, name],
    `unknown predicate "${name}".${meant(name, known)} Expected one of ${known.join(', ')}`,
  );
  return NOTHING;
}

function parseWindow(value: Record<string, unknown>, path: Path, fail: Fail): Window {
  const { since, after } = value;
  if (since !== undefined && since !== 'step' && since !== 'lesson')
    fail([...path, 'since'], 'expected since: step or since: lesson');
  if (after !== undefined && typeof after !== 'string') fail([...path, 'after'], 'expected the id of a task');
  if (since === undefined && after === undefined) return EVERYTHING;
  return { since: since === 'step' ? 'step' : 'lesson', after: typeof after === 'string' ? after : null };
}

function parsePredicate(
  kind: 'event' | 'state',
  name: string,
  table: FieldTable,
  given: unknown,
  path: Path,
  fail: Fail,
): Check {
  if (!isRecord(given)) {
    fail(path, `expected fields: { ${Object.keys(table).join(', ')} }`);
    return NOTHING;
  }
  const fields: Record<string, Matcher> = {};
  const windowed = kind === 'event' || name === 'message';
  for (const [key, value] of Object.entries(given)) {
    if (windowed && (key === 'since' || key === 'after')) continue;
    const type = Object.hasOwn(table, key) ? table[key] : undefined;
    if (type === undefined)
      fail(
        [...path, key],
        `"${name}" has no field "${key}".${meant(key, Object.keys(table))} Expected one of ${Object.keys(table).join(', ')}`,
      );
    else fields[key] = parseField(key, type, value, [...path, key], fail);
  }
  if (kind === 'event' && Object.keys(fields).length === 0)
    fail(path, `"${name}" needs at least one field: ${Object.keys(table).join(', ')}`);
  const window = windowed ? parseWindow(given, path, fail) : EVERYTHING;
  return { kind, name, fields, window } as Check;
}

function parseField(key: string, type: FieldKind, value: unknown, path: Path, fail: Fail): Matcher {
  if (type !== 'fields') return parseMatcher(type, value, path, fail);
  if (!isRecord(value)) {
    fail(path, `expected names and values: ${key}: { Subject: "…" }`);
    return { kind: 'nonempty' };
  }
  const fields: Record<string, Matcher> = {};
  for (const [name, inner] of Object.entries(value))
    fields[name.toLowerCase()] = parseMatcher('text', inner, [...path, name], fail);
  return { kind: 'fields', fields };
}

const MATCHER_KEYS = ['not', 'one_of', 'contains', 'starts', 'ends', 'min', 'max', 'nonempty'];

export function parseMatcher(type: FieldKind, value: unknown, path: Path, fail: Fail): Matcher {
  if (Array.isArray(value))
    return { kind: 'one-of', of: value.map((item, i) => parseMatcher(type, item, [...path, i], fail)) };
  if (typeof value === 'boolean') {
    if (type !== 'flag') fail(path, 'expected a text or a matcher, found true or false');
    return { kind: 'flag', value };
  }
  if (isWord(value)) return parseWord(type, String(value), path, fail);
  if (!isRecord(value)) {
    fail(path, `expected a value, a list of values, or { ${MATCHER_KEYS.join(', ')} }`);
    return { kind: 'nonempty' };
  }
  const parts: Matcher[] = [];
  for (const [key, inner] of Object.entries(value)) {
    const part = parseMatcherKey(type, key, inner, value, [...path, key], fail);
    if (part) parts.push(part);
  }
  if (parts.length === 0) fail(path, `expected one of ${MATCHER_KEYS.join(', ')}`);
  return parts.length === 1 ? parts[0]! : { kind: 'both', of: parts };
}

function parseWord(type: FieldKind, word: string, path: Path, fail: Fail): Matcher {
  if (type === 'flag') fail(path, `expected true or false, found "${word}"`);
  if (type === 'number' && word.toLowerCase() === 'empty') return { kind: 'text', glob: '0' };
  if (type === 'number' && !/^\d{1,9}$/.test(word))
    fail(path, `expected a number, "empty" or { min: n, max: n }, found "${word}"`);
  if (Array.isArray(type) && !word.includes('*') && !type.some((t) => t.toLowerCase() === word.toLowerCase()))
    fail(path, `unknown value "${word}".${meant(word, type)} Expected one of ${type.join(', ')}`);
  if (/^[2-5]xx$/i.test(word)) return { kind: 'class', digit: word[0]! };
  return { kind: 'text', glob: word };
}

function parseMatcherKey(
  type: FieldKind,
  key: string,
  inner: unknown,
  whole: Record<string, unknown>,
  path: Path,
  fail: Fail,
): Matcher | null {
  switch (key) {
    case 'not':
      return { kind: 'not', of: parseMatcher(type, inner, path, fail) };
    case 'one_of':
      if (!Array.isArray(inner)) fail(path, 'expected a list');
      return parseMatcher(type, Array.isArray(inner) ? inner : [inner], path, fail);
    case 'contains':
    case 'starts':
    case 'ends':
      if (!isWord(inner)) fail(path, 'expected a text');
      return { kind: key, text: String(inner) };
    case 'nonempty':
      if (inner !== true) fail(path, 'expected nonempty: true');
      return { kind: 'nonempty' };
    case 'min':
    case 'max': {
      if (typeof inner !== 'number') fail(path, 'expected a number');
      if (key === 'max' && 'min' in whole) return null;
      const bound = (name: string): number | null =>
        typeof whole[name] === 'number' ? (whole[name] as number) : null;
      return { kind: 'range', min: bound('min'), max: bound('max') };
    }
    default:
      fail(
        path,
        `unknown matcher "${key}".${meant(key, MATCHER_KEYS)} Expected one of ${MATCHER_KEYS.join(', ')}`,
      );
      return null;
  }
}

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  in_order: ['none_between', 'adjacent', 'since', 'after'],
  count: ['since', 'after'],
};

function parseCombinator(
  name: string,
  value: Record<string, unknown>,
  path: Path,
  fail: Fail,
  depth: number,
): Check {
  for (const key of Object.keys(value)) {
    if (key === name || ALLOWED[name]?.includes(key)) continue;
    fail([...path, key], `"${key}" cannot stand beside "${name}"`);
  }
  const list = (of: unknown, at: Path, eventsOnly: boolean): Check[] => {
    if (!Array.isArray(of) || of.length === 0) {
      fail(at, 'expected a list of checks');
      return [];
    }
    return of.map((item, i) => {
      const check = parseCheck(item, [...at, i], fail, depth + 1);
      if (eventsOnly && !isAboutOneEvent(check))
        fail([...at, i], 'expected an event, not a state or an order');
      return check;
    });
  };
  if (name === 'all' || name === 'any' || name === 'none')
    return { kind: name, of: list(value[name], [...path, name], false) };
  if (name === 'in_order') {
    const between = value.none_between;
    const noneBetween =
      between === undefined ? null : (list([between], [...path, 'none_between'], true)[0] ?? null);
    return {
      kind: 'in-order',
      of: list(value.in_order, [...path, name], true),
      noneBetween,
      adjacent: value.adjacent === true,
      window: parseWindow(value, path, fail),
    };
  }
  return parseCount(value, path, fail, depth);
}

function parseCount(value: Record<string, unknown>, path: Path, fail: Fail, depth: number): Check {
  const inner = value.count;
  if (!isRecord(inner) || !('of' in inner)) {
    fail([...path, 'count'], 'expected count: { of: CHECK, min: n, max: n }');
    return NOTHING;
  }
  const of = parseCheck(inner.of, [...path, 'count', 'of'], fail, depth + 1);
  if (!isAboutOneEvent(of)) fail([...path, 'count', 'of'], 'expected an event, not a state or an order');
  const bound = (key: string): number | null => {
    const number = inner[key];
    if (number === undefined) return null;
    if (typeof number !== 'number') fail([...path, 'count', key], 'expected a number');
    return Number(number);
  };
  const max = bound('max');
  return {
    kind: 'count',
    of,
    min: bound('min') ?? (max === null ? 1 : 0),
    max,
    window: parseWindow(value, path, fail),
  };
}

/** Events and their all/any/none: what can be said of a single event. */
function isAboutOneEvent(check: Check): boolean {
  if (check.kind === 'event') return true;
  return (
    (check.kind === 'all' || check.kind === 'any' || check.kind === 'none') && check.of.every(isAboutOneEvent)
  );
}

/** Every task id a check refers to with `after`. */
export function tasksNamed(check: Check): string[] {
  const own = 'window' in check && check.window.after !== null ? [check.window.after] : [];
  if (check.kind === 'event' || check.kind === 'state') return own;
  if (check.kind === 'count') return [...own, ...tasksNamed(check.of)];
  const between = check.kind === 'in-order' && check.noneBetween ? tasksNamed(check.noneBetween) : [];
  return [...own, ...between, ...check.of.flatMap(tasksNamed)];
}
