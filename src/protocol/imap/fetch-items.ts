/** What FETCH may ask for (RFC 3501 §6.4.5, RFC 3516, RFC 7162). */
import type { Octets } from '../../base/octets.ts';
import type { Argument } from './arguments.ts';
import { readArguments } from './arguments.ts';
import type { Section } from './section.ts';

/** From an offset on, so many octets. */
export type Partial = readonly [offset: number, octets: number];

export type FetchItem =
  | { readonly kind: 'flags' | 'uid' | 'internal-date' | 'size' | 'modseq' | 'envelope' }
  /** BODYSTRUCTURE, or BODY without the extension data. */
  | { readonly kind: 'structure'; readonly extended: boolean }
  /** `label` is what stands in front of the value: `RFC822.TEXT`, or empty for `BODY[…]`. */
  | {
      readonly kind: 'section';
      readonly label: string;
      readonly section: Section;
      readonly partial: Partial | null;
      readonly peek: boolean;
    }
  | {
      readonly kind: 'binary';
      readonly path: readonly number[];
      readonly partial: Partial | null;
      readonly peek: boolean;
    }
  | { readonly kind: 'binary-size'; readonly path: readonly number[] };

const SIMPLE: Readonly<Record<string, FetchItem>> = {
  FLAGS: { kind: 'flags' },
  UID: { kind: 'uid' },
  INTERNALDATE: { kind: 'internal-date' },
  'RFC822.SIZE': { kind: 'size' },
  MODSEQ: { kind: 'modseq' },
  ENVELOPE: { kind: 'envelope' },
  BODY: { kind: 'structure', extended: false },
  BODYSTRUCTURE: { kind: 'structure', extended: true },
};

const WHOLE: Section = { path: [], what: 'all', names: [] };
const HEADER: Section = { path: [], what: 'header', names: [] };
const TEXT: Section = { path: [], what: 'text', names: [] };

const OLD: Readonly<Record<string, FetchItem>> = {
  RFC822: { kind: 'section', label: 'RFC822', section: WHOLE, partial: null, peek: false },
  'RFC822.HEADER': { kind: 'section', label: 'RFC822.HEADER', section: HEADER, partial: null, peek: true },
  'RFC822.TEXT': { kind: 'section', label: 'RFC822.TEXT', section: TEXT, partial: null, peek: false },
};

const MACROS: Readonly<Record<string, readonly string[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
};

/** Items, or what is wrong with them. A macro stands alone. */
export function fetchItems(args: readonly Argument[]): readonly FetchItem[] | string {
  const [first] = args;
  if (args.length !== 1 || first === undefined) return 'Invalid arguments';
  if (first.kind === 'string') return 'Invalid arguments';
  if (first.kind === 'atom') {
    const macro = first.text.toUpperCase();
    const names = Object.hasOwn(MACROS, macro) ? MACROS[macro]! : [first.text];
    return itemsNamed(names as readonly Octets[]);
  }
  if (first.items.some(({ kind }) => kind !== 'atom')) return 'List contains non-atoms';
  return itemsNamed(first.items.map((item) => (item as { text: Octets }).text));
}

function itemsNamed(names: readonly Octets[]): readonly FetchItem[] | string {
  const items: FetchItem[] = [];
  for (const name of names) {
    const item = fetchItem(name);
    if (typeof item === 'string') return item;
    if (!items.some((other) => isSame(other, item))) items.push(item);
  }
  return items;
}

/** FLAGS twice is answered once; a section as often as it is asked for. */
const isSame = (a: FetchItem, b: FetchItem): boolean =>
  a.kind === b.kind &&
  a.kind !== 'section' &&
  a.kind !== 'binary' &&
  a.kind !== 'binary-size' &&
  a.kind !== 'structure';

function fetchItem(text: Octets): FetchItem | string {
  const bracket = text.indexOf('[');
  const name = (bracket < 0 ? text : text.slice(0, bracket)).toUpperCase();
  if (bracket < 0) {
    if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name]!;
    return Object.hasOwn(OLD, name) ? OLD[name]! : `Unknown parameter: ${name.slice(0, 40)}`;
  }
  const close = text.lastIndexOf(']');
  const inside = text.slice(bracket + 1, close) as Octets;
  const partial = partialIn(text.slice(close + 1));
  switch (name) {
    case 'BODY':
    case 'BODY.PEEK': {
      const section = sectionIn(inside);
      if (section === null) return 'Invalid BODY[..] section';
      if (partial === undefined) return 'Invalid BODY[..] parameter: Invalid partial';
      return { kind: 'section', label: '', section, partial, peek: name !== 'BODY' };
    }
    case 'BINARY':
    case 'BINARY.PEEK':
    case 'BINARY.SIZE': {
      const path = pathIn(inside);
      if (path === null) return 'Invalid BINARY[..] section';
      if (partial === undefined) return 'Invalid BINARY[..] parameter: Invalid partial';
      if (name === 'BINARY.SIZE') return { kind: 'binary-size', path };
      return { kind: 'binary', path, partial, peek: name !== 'BINARY' };
    }
    default:
      return `Unknown parameter: ${name.slice(0, 40)}`;
  }
}

/** `<0.2048>`, or `<5>` for nothing of it at all; null without, undefined for anything else. */
function partialIn(text: string): Partial | null | undefined {
  if (text === '') return null;
  const match = /^<(\d{1,15})(?:\.(\d{1,15}))?>$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0)];
}

const PATH_LIMIT = 100;

function pathIn(text: string): readonly number[] | null {
  if (text === '') return [];
  if (!/^[1-9]\d{0,8}(?:\.[1-9]\d{0,8})*$/.test(text)) return null;
  const path = text.split('.').map(Number);
  return path.length > PATH_LIMIT ? null : path;
}

const WHATS = { HEADER: 'header', TEXT: 'text', MIME: 'mime', '': 'all' } as const;

/** RFC 3501 §9 `section-spec`: `1.2.HEADER.FIELDS (From To)`. */
function sectionIn(text: Octets): Section | null {
  const match = /^((?:\d+\.)*\d+)?(?:(?:^|\.)([A-Za-z][A-Za-z.]*))?(?: *(\(.*\)))?$/s.exec(text);
  if (match === null) return null;
  const path = pathIn(match[1] ?? '');
  if (path === null) return null;
  const what = (match[2] ?? '').toUpperCase();
  if (what === 'HEADER.FIELDS' || what === 'HEADER.FIELDS.NOT') {
    const names = fieldNames((match[3] ?? '') as Octets);
    return names === null ? null : { path, what: what === 'HEADER.FIELDS' ? 'fields' : 'fields-not', names };
  }
  if (match[3] !== undefined || !Object.hasOwn(WHATS, what)) return null;
  if (what === 'MIME' && path.length === 0) return null;
  return { path, what: WHATS[what as keyof typeof WHATS], names: [] };
}

function fieldNames(text: Octets): readonly string[] | null {
  const read = readArguments(text, 0);
  const list = read.kind === 'arguments' ? read.items[0] : undefined;
  if (list?.kind !== 'list' || list.items.length === 0) return null;
  const names = list.items.map((item) => (item.kind === 'list' ? null : item.text));
  return names.every((name) => name !== null) ? (names as string[]) : null;
}
