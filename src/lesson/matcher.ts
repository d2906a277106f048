/** Compares values with matchers (LESSONS.md 4.3, "Values"). */
import type { Fields, Matcher, Params } from './types.ts';

/** What an event or a state says in one field. A list is several names for one thing, or several things: any may match. */
export type Value =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, readonly string[]>>;
export type Values = Readonly<Record<string, Value>>;

/** Whether `text` is all of `glob`, `*` standing for any characters. Without case; linear for one star, never exponential. */
export function globMatches(glob: string, text: string): boolean {
  const pattern = glob.toLowerCase();
  const subject = text.toLowerCase();
  let p = 0;
  let s = 0;
  let star = -1;
  let mark = 0;
  while (s < subject.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = s;
    } else if (p < pattern.length && pattern[p] === subject[s]) {
      p++;
      s++;
    } else if (star >= 0) {
      p = star + 1;
      s = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** `<walter@example.org>` and `walter@example.org` are the same address. */
function withoutBrackets(text: string): string {
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}

function textMatches(matcher: Matcher, text: string): boolean {
  switch (matcher.kind) {
    case 'text':
      return (
        globMatches(withoutBrackets(matcher.glob), withoutBrackets(text)) || globMatches(matcher.glob, text)
      );
    case 'class':
      return text.length === 3 && text[0] === matcher.digit;
    case 'contains':
      return text.toLowerCase().includes(matcher.text.toLowerCase());
    case 'starts':
      return text.toLowerCase().startsWith(matcher.text.toLowerCase());
    case 'ends':
      return text.toLowerCase().endsWith(matcher.text.toLowerCase());
    case 'nonempty':
      return text !== '';
    case 'range': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      return number >= (matcher.min ?? number) && number <= (matcher.max ?? number);
    }
    case 'flag':
      return text === String(matcher.value);
    default:
      return false;
  }
}

/** A value that is absent compares as the empty text. */
export function matches(matcher: Matcher, value: Value | undefined): boolean {
  switch (matcher.kind) {
    case 'not':
      return !matches(matcher.of, value);
    case 'both':
      return matcher.of.every((part) => matches(part, value));
    case 'one-of':
      return matcher.of.some((part) => matches(part, value));
    case 'fields':
      return fieldsWithinMatch(matcher.fields, value);
    default:
  }
  if (value === undefined) return textMatches(matcher, '');
  if (typeof value !== 'object') return textMatches(matcher, String(value));
  if (!Array.isArray(value)) return false;
  if (value.length === 0) return textMatches(matcher, '');
  return value.some((text) => textMatches(matcher, text));
}

function fieldsWithinMatch(fields: Fields, value: Value | undefined): boolean {
  const record = typeof value === 'object' && !Array.isArray(value) ? value : {};
  for (const [name, matcher] of Object.entries(fields)) {
    const found = (record as Readonly<Record<string, readonly string[]>>)[name.toLowerCase()];
    if (!matches(matcher, found)) return false;
  }
  return true;
}

export function allMatch(fields: Fields, values: Values): boolean {
  for (const name in fields) if (!matches(fields[name]!, values[name])) return false;
  return true;
}

/** Puts a student's values in place of `${name}`. */
export function fillParams(text: string, params: Params): string {
  if (!text.includes('${')) return text;
  return text.replace(/\$\{([a-z][a-z0-9-]{0,30})\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? params[name]! : whole,
  );
}

/** Like every field constraint, a literal text weighs more than a pattern: used to show the most specific mistake first. */
export function weight(matcher: Matcher): number {
  switch (matcher.kind) {
    case 'text':
      return matcher.glob.includes('*') ? 2 : 3;
    case 'not':
      return 1;
    case 'both':
      return matcher.of.reduce((sum, part) => sum + weight(part), 0);
    case 'one-of':
      return Math.min(2, ...matcher.of.map(weight));
    case 'fields':
      return Object.values(matcher.fields).reduce((sum, part) => sum + weight(part), 0);
    default:
      return 2;
  }
}
