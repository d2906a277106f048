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
  if (first.items.length === 0) return 'FETCH list is empty';
  if (first.items.some(({ kind }) => kind !== 'atom')) return 'FETCH list contains non-atoms';
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
function isSame(a: FetchItem, b: FetchItem): boolean {
  if (a.kind !== b.kind || a.kind === 'binary' || a.kind === 'binary-size') return false;
  if (a.kind === 'section') return a.label !== '' && a.label === (b as typeof a).label;
  return a.kind !== 'structure' || a.extended === (b as typeof a).extended;
}

const unknown = (name: string): string =>
  `Unknown parameter${name.startsWith('RFC822') ? '' : ':'} ${name.slice(0, 40)}`;

function fetchItem(text: Octets): FetchItem | string {
  const bracket = text.indexOf('[');
  const name = (bracket < 0 ? text : text.slice(0, bracket)).toUpperCase();
  if (bracket < 0) {
    if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name]!;
    if (/^B(?:ODY|INARY)(?![A-Z])/.test(name))
      return `Invalid ${name.slice(0, name.search(/[^A-Z]|$/))}[..] parameter: Missing '['`;
    return Object.hasOwn(OLD, name) ? OLD[name]! : unknown(name);
  }
  if (/^BODY[^[]/.test(name) && name !== 'BODY.PEEK') return "Invalid BODY[..] parameter: Missing '['";
  const close = text.lastIndexOf(']');
  const inside = text.slice(bracket + 1, close) as Octets;
  const partial = partialIn(text.slice(close + 1));
  switch (name) {
    case 'BODY':
    case 'BODY.PEEK': {
      const section = sectionIn(inside);
      if (section === null) return 'Invalid BODY[..] section';
      if (typeof partial === 'string') return `Invalid BODY[..] parameter: ${partial}`;
      return { kind: 'section', label: '', section, partial, peek: name !== 'BODY' };
    }
    case 'BINARY':
    case 'BINARY.PEEK':
    case 'BINARY.SIZE': {
      const path = pathIn(inside);
      if (path === null) return 'Invalid BINARY[..] section';
      if (typeof partial === 'string') return `Invalid BINARY[..] parameter: ${partial}`;
      if (name === 'BINARY.SIZE') return { kind: 'binary-size', path };
      return { kind: 'binary', path, partial, peek: name !== 'BINARY' };
    }
    default:
      return unknown(name);
  }
}

/** `<0.2048>`, or `<5>` for all from there on; null without, or what is wrong with it. */
function partialIn(text: string): Partial | null | string {
  if (text === '') return null;
  if (!text.startsWith('<')) return "Unexpected data after ']'";
  const match = /^<(\d{1,19})(?:\.(\d{0,30}))?(>?)/.exec(text);
  if (match === null) return 'Too big partial start';
  if ((match[2] ?? '').length > 19) return 'Too big partial end';
  if (match[3] === '' || match[0].length < text.length) return "Missing '>' in partial";
  return [Number(match[1]), match[2] === undefined ? Number.MAX_SAFE_INTEGER : Number(match[2])];
}

const PATH_LIMIT = 100;

function pathIn(text: string): readonly number[] | null {
  if (text === '') return [];
  if (!/^\d{1,9}(?:\.\d{1,9})*$/.test(text)) return null;
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
    return names === null
      ? null
      : { path, what: what === 'HEADER.FIELDS' ? 'fields' : 'fields-not', ...names };
  }
  if (match[3] !== undefined || !Object.hasOwn(WHATS, what)) return null;
  if (what === 'MIME' && path.length === 0) return null;
  return { path, what: WHATS[what as keyof typeof WHATS], names: [] };
}

function fieldNames(text: Octets): Pick<Section, 'names' | 'quoted'> | null {
  const read = readArguments(text, 0);
  const list = read.kind === 'arguments' ? read.items[0] : undefined;
  if (list?.kind !== 'list' || list.items.length === 0) return null;
  const names: string[] = [];
  const quoted: boolean[] = [];
  for (const item of list.items) {
    if (item.kind === 'list') return null;
    names.push(item.text);
    quoted.push(item.kind === 'string');
  }
  return { names, quoted };
}
