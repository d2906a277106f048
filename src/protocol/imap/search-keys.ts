/** Search keys (RFC 3501 §6.4.4, RFC 5032, RFC 7162), as a tree. */
import type { Octets } from '../../base/octets.ts';
import { decodeCharset } from '../../mail/charset.ts';
import { foldCase } from '../../mail/searchable.ts';
import type { Argument } from './arguments.ts';
import { astringOf } from './arguments.ts';
import { parseDate } from './dates.ts';
import { modseqOf } from './modseq.ts';
import type { Range } from './sequence-set.ts';
import { parseSet } from './sequence-set.ts';

export type SearchKey =
  | { readonly kind: 'all' | 'recent' | 'saved' }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'numbers' | 'uids'; readonly set: readonly Range[] }
  /** `text` is folded (`foldCase`); empty: the field is there. */
  | {
      readonly kind: 'header';
      /** In capitals. */
      readonly name: string;
      readonly text: string;
      /** By the key of that name, not by HEADER. */
      readonly own: boolean;
    }
  | { readonly kind: 'body' | 'text'; readonly text: string }
  /** `day` counts from 1970; `sent` goes by the Date field. */
  | {
      readonly kind: 'date';
      readonly sent: boolean;
      readonly relation: 'before' | 'on' | 'since';
      readonly day: number;
    }
  | { readonly kind: 'larger' | 'smaller'; readonly octets: number }
  /** RFC 5032: age in seconds. */
  | { readonly kind: 'older' | 'younger'; readonly seconds: number }
  | { readonly kind: 'modseq'; readonly from: number }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'or' | 'and'; readonly keys: readonly SearchKey[] };

/** What is wrong with the keys; thrown nowhere, returned everywhere. */
export interface Wrong {
  readonly wrong: string;
}

interface Reader {
  readonly args: readonly Argument[];
  readonly charset: string;
  at: number;
  depth: number;
}

const DEPTH_LIMIT = 1000;
const KEY_LIMIT = 1000;

const flagKey = (flag: string): SearchKey => ({ kind: 'flag', flag });
const not = (key: SearchKey): SearchKey => ({ kind: 'not', key });

/** Keys without arguments. */
const SIMPLE: Readonly<Record<string, SearchKey>> = {
  ALL: { kind: 'all' },
  ANSWERED: flagKey('\\Answered'),
  DELETED: flagKey('\\Deleted'),
  DRAFT: flagKey('\\Draft'),
  FLAGGED: flagKey('\\Flagged'),
  SEEN: flagKey('\\Seen'),
  UNANSWERED: not(flagKey('\\Answered')),
  UNDELETED: not(flagKey('\\Deleted')),
  UNDRAFT: not(flagKey('\\Draft')),
  UNFLAGGED: not(flagKey('\\Flagged')),
  UNSEEN: not(flagKey('\\Seen')),
  RECENT: { kind: 'recent' },
  OLD: not({ kind: 'recent' }),
  NEW: { kind: 'and', keys: [{ kind: 'recent' }, not(flagKey('\\Seen'))] },
};

const FIELDS: readonly string[] = ['BCC', 'CC', 'FROM', 'SUBJECT', 'TO'];

const DATES: Readonly<Record<string, readonly [sent: boolean, relation: 'before' | 'on' | 'since']>> = {
  BEFORE: [false, 'before'],
  ON: [false, 'on'],
  SINCE: [false, 'since'],
  SENTBEFORE: [true, 'before'],
  SENTON: [true, 'on'],
  SENTSINCE: [true, 'since'],
};

/** All of the arguments as one key. `charset` is one that {@link decodeCharset} knows. */
export function searchKey(args: readonly Argument[], charset: string): SearchKey | Wrong {
  return allOf({ args, charset, at: 0, depth: 0 });
}

function allOf(reader: Reader): SearchKey | Wrong {
  const keys: SearchKey[] = [];
  while (reader.at < reader.args.length) {
    const key = keyAt(reader);
    if ('wrong' in key) return key;
    if (keys.push(key) > KEY_LIMIT) return { wrong: 'Too many search keys' };
  }
  return keys.length === 1 ? keys[0]! : { kind: 'and', keys };
}

function keyAt(reader: Reader): SearchKey | Wrong {
  const argument = reader.args[reader.at++];
  if (argument === undefined) return { wrong: 'Missing argument' };
  if (++reader.depth > DEPTH_LIMIT) return { wrong: 'Too deep search' };
  const key =
    argument.kind === 'list'
      ? listKey(reader, argument.items)
      : argument.kind === 'string'
        ? { wrong: `Unexpected string as search key: ${argument.text.slice(0, 100)}` }
        : namedKey(reader, argument);
  reader.depth--;
  return key;
}

function listKey(reader: Reader, items: readonly Argument[]): SearchKey | Wrong {
  if (items.length === 0) return { wrong: 'No search parameters inside list' };
  return allOf({ args: items, charset: reader.charset, at: 0, depth: reader.depth });
}

function namedKey(reader: Reader, argument: Exclude<Argument, { kind: 'list' }>): SearchKey | Wrong {
  const name = argument.text.toUpperCase();
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name]!;
  if (FIELDS.includes(name))
    return withText(reader, name, (text) => ({ kind: 'header', name, text, own: true }));
  if (Object.hasOwn(DATES, name)) return dateKey(reader, name);
  switch (name) {
    case 'NOT': {
      const key = keyAt(reader);
      return 'wrong' in key ? key : not(key);
    }
    case 'OR':
      return eitherKey(reader);
    case 'BODY':
      return withText(reader, name, (text) => ({ kind: 'body', text }));
    case 'TEXT':
      return withText(reader, name, (text) => ({ kind: 'text', text }));
    case 'HEADER': {
      const field = textAt(reader);
      if (field === null) return missing(reader, name);
      return withText(reader, name, (text) => ({
        kind: 'header',
        name: field.toUpperCase(),
        text,
        own: false,
      }));
    }
    case 'FUZZY':
      return keyAt(reader);
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const keyword = textAt(reader);
      if (keyword === null) return missing(reader, name);
      // A system flag is no keyword: nothing has it as one.
      const key: SearchKey = keyword.startsWith('\\') ? not({ kind: 'all' }) : flagKey(keyword);
      return name === 'KEYWORD' ? key : not(key);
    }
    default:
      return numberKey(reader, name);
  }
}

function numberKey(reader: Reader, name: string): SearchKey | Wrong {
  switch (name) {
    case 'LARGER':
    case 'SMALLER': {
      const octets = numberAt(reader, name, 'Invalid search size parameter');
      return typeof octets === 'number' ? { kind: name === 'LARGER' ? 'larger' : 'smaller', octets } : octets;
    }
    case 'OLDER':
    case 'YOUNGER': {
      const seconds = numberAt(reader, name, 'Invalid search interval parameter');
      if (seconds === 0) return { wrong: 'Invalid search interval parameter' };
      return typeof seconds === 'number'
        ? { kind: name === 'OLDER' ? 'older' : 'younger', seconds }
        : seconds;
    }
    case 'MODSEQ':
      return modseqKey(reader);
    case 'UID': {
      const text = textAt(reader);
      if (text === null) return missing(reader, name);
      if (text === '$') return { kind: 'saved' };
      const set = parseSet(text);
      return set === null ? { wrong: 'Invalid UID messageset' } : { kind: 'uids', set };
    }
    case '$':
      return { kind: 'saved' };
    default: {
      const set = parseSet(name);
      if (set !== null) return { kind: 'numbers', set };
      return { wrong: /^[\d*]/.test(name) ? 'Invalid messageset' : `Unknown argument ${name.slice(0, 100)}` };
    }
  }
}

/** RFC 7162 §3.1.5: an entry name and type may stand in front of the number. */
function modseqKey(reader: Reader): SearchKey | Wrong {
  const next = reader.args[reader.at];
  if (next?.kind === 'string') reader.at += 2;
  const text = textAt(reader);
  if (text === null) return missing(reader, 'MODSEQ');
  const from = modseqOf(text);
  return from === null ? { wrong: 'Invalid MODSEQ value' } : { kind: 'modseq', from };
}

function eitherKey(reader: Reader): SearchKey | Wrong {
  const first = keyAt(reader);
  if ('wrong' in first) return first;
  const second = keyAt(reader);
  return 'wrong' in second ? second : { kind: 'or', keys: [first, second] };
}

function dateKey(reader: Reader, name: string): SearchKey | Wrong {
  const text = textAt(reader);
  if (text === null) return missing(reader, name);
  const day = parseDate(text);
  if (day === null) return { wrong: 'Invalid search date parameter' };
  const [sent, relation] = DATES[name]!;
  return { kind: 'date', sent, relation, day };
}

/** What is wrong with a parameter that is not there, or is a list. */
const missing = (reader: Reader, name: string): Wrong => {
  const why = reader.args[reader.at - 1] === undefined ? 'Missing parameter for search key' : 'Unexpected (';
  return { wrong: `${why} (for search key: ${name})` };
};

const textAt = (reader: Reader): Octets | null => astringOf(reader.args[reader.at++]);

function withText(reader: Reader, name: string, key: (text: string) => SearchKey): SearchKey | Wrong {
  const text = textAt(reader);
  if (text === null) return missing(reader, name);
  const decoded = decodeCharset(text, reader.charset) ?? text;
  return decoded.includes('\ufffd') ? { wrong: 'Invalid search key' } : key(foldCase(decoded));
}

function numberAt(reader: Reader, name: string, wrong: string): number | Wrong {
  const text = textAt(reader);
  if (text === null) return missing(reader, name);
  return /^\d{1,15}$/.test(text) ? Number(text) : { wrong };
}
