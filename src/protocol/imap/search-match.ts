/** Whether a message is what a search is for (RFC 3501 §6.4.4). */
import { parseMailDate } from '../../mail/date.ts';
import type { Message } from '../../mail/mailbox.ts';
import type { FieldPlace } from '../../mail/header-fields.ts';
import { fieldAt, fieldName, fieldValueAt } from '../../mail/header-fields.ts';
import type { Octets } from '../../base/octets.ts';
import type { FieldKey } from '../../mail/searchable.ts';
import { foldCase, searchableBody, searchableHeader, searchableText } from '../../mail/searchable.ts';
import { dayOfInstant } from './dates.ts';
import type { SearchKey } from './search-keys.ts';
import type { Range } from './sequence-set.ts';
import { boundsOf, isWithin } from './sequence-set.ts';

/** What a search knows of the mailbox it goes through. */
export interface Searching {
  readonly count: number;
  readonly lastUid: number;
  readonly recent: ReadonlySet<number>;
  readonly saved: ReadonlySet<number>;
  readonly offsetMinutes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The sets of the keys as `boundsOf` has them, so far; to begin with, none. */
  readonly bounds: Map<readonly Range[], readonly number[]>;
}

/** A field of the header, with its value as it is compared, so far as it was asked for. */
interface ReadField {
  readonly place: FieldPlace;
  readonly folded: Partial<Record<FieldKey, string>>;
}

/** A message, with what has been read of it so far for one search: however many the keys, it is read once. */
interface Read {
  readonly message: Message;
  readonly number: number;
  /** By name, in capitals. */
  fields: ReadonlyMap<string, readonly ReadField[]> | null;
  body: string | null;
  text: string | null;
  /** Of its Date field. */
  sentDay: number | null;
}

/** `number` counts from 1. */
export function matches(searching: Searching, message: Message, number: number, key: SearchKey): boolean {
  const read: Read = { message, number, fields: null, body: null, text: null, sentDay: null };
  return holds(searching, read, key);
}

function holds(searching: Searching, read: Read, key: SearchKey): boolean {
  const { message } = read;
  switch (key.kind) {
    case 'all':
      return true;
    case 'recent':
      return searching.recent.has(message.uid);
    case 'saved':
      return searching.saved.has(message.uid);
    case 'flag':
      return hasFlag(message.flags, key.flag);
    case 'numbers':
      return isIn(searching, key.set, read.number, searching.count);
    case 'uids':
      return isIn(searching, key.set, message.uid, searching.lastUid);
    case 'header':
      return hasField(read, key);
    case 'body':
      return key.text === '' || bodyOf(read).includes(key.text);
    case 'text':
      return key.text === '' || textOf(read).includes(key.text);
    case 'date':
      return isOnDay(searching, read, key);
    case 'larger':
      return message.content.length > key.octets;
    case 'smaller':
      return message.content.length < key.octets;
    case 'older':
      return message.internalDate <= searching.now - key.seconds * 1000;
    case 'younger':
      return message.internalDate >= searching.now - key.seconds * 1000;
    case 'modseq':
      return message.modseq >= key.from;
    case 'not':
      return !holds(searching, read, key.key);
    case 'and':
      return key.keys.every((each) => holds(searching, read, each));
    case 'or':
      return key.keys.some((each) => holds(searching, read, each));
  }
}

function hasFlag(flags: readonly string[], flag: string): boolean {
  if (flags.length === 0) return false;
  if (flags.includes(flag)) return true;
  const lower = flag.toLowerCase();
  return !flag.startsWith('\\') && flags.some((other) => other.toLowerCase() === lower);
}

/** `*` is the last number there is. */
function isIn({ bounds }: Searching, set: readonly Range[], number: number, last: number): boolean {
  const known = bounds.get(set) ?? boundsOf(set, last);
  bounds.set(set, known);
  return isWithin(known, number);
}

const NO_FIELDS: readonly ReadField[] = [];

function fieldsNamed(read: Read, name: string): readonly ReadField[] {
  read.fields ??= fieldsOf(read.message.content);
  return read.fields.get(name) ?? NO_FIELDS;
}

function fieldsOf(content: Octets): ReadonlyMap<string, readonly ReadField[]> {
  const fields = new Map<string, ReadField[]>();
  for (let place = fieldAt(content, 0); place !== null; place = fieldAt(content, place.end)) {
    const name = fieldName(content, place).toUpperCase();
    const field: ReadField = { place, folded: {} };
    const same = fields.get(name);
    if (same) same.push(field);
    else fields.set(name, [field]);
  }
  return fields;
}

const rawOf = ({ message }: Read, { at, end }: FieldPlace): Octets =>
  message.content.slice(at, end) as Octets;

function bodyOf(read: Read): string {
  read.body ??= foldCase(searchableBody(read.message.content));
  return read.body;
}

function textOf(read: Read): string {
  read.text ??= foldCase(searchableText(read.message.content));
  return read.text;
}

const KEYS: Readonly<Record<string, FieldKey>> = {
  SUBJECT: 'subject',
  FROM: 'addresses',
  TO: 'addresses',
  CC: 'addresses',
  BCC: 'addresses',
};

/** By its own key a field is compared as people read it, by HEADER as it stands. */
function hasField(read: Read, { name, text, own }: Extract<SearchKey, { kind: 'header' }>): boolean {
  const how = (own ? KEYS[name] : undefined) ?? 'text';
  return fieldsNamed(read, name).some((field) => text === '' || foldedValue(read, field, how).includes(text));
}

function foldedValue(read: Read, { place, folded }: ReadField, how: FieldKey): string {
  const value = folded[how] ?? foldCase(searchableHeader(rawOf(read, place), how));
  folded[how] = value;
  return value;
}

/** Times of day and zones are passed over: the internal date counts by the server's zone, a Date field by its own. */
function isOnDay(
  { offsetMinutes }: Searching,
  read: Read,
  { sent, relation, day }: Extract<SearchKey, { kind: 'date' }>,
): boolean {
  const on = sent ? sentDayOf(read) : dayOfInstant(read.message.internalDate, offsetMinutes);
  switch (relation) {
    case 'before':
      return on < day;
    case 'on':
      return on === day;
    case 'since':
      return on >= day;
  }
}

function sentDayOf(read: Read): number {
  read.sentDay ??= sentDay(read);
  return read.sentDay;
}

const ZONE = /([+-])(\d\d)(\d\d)(?:\s*\(.*\))?\s*$/;

function sentDay(read: Read): number {
  const date = fieldsNamed(read, 'DATE')[0];
  const value = date === undefined ? '' : fieldValueAt(read.message.content, date.place).replaceAll('\n', '');
  const instant = parseMailDate(value);
  // Without a date Dovecot takes it for sent at the beginning of 1970.
  if (instant === null) return 0;
  const zone = ZONE.exec(value.slice(-100));
  const minutes = zone === null ? 0 : Number(zone[2]) * 60 + Number(zone[3]);
  return dayOfInstant(instant, zone?.[1] === '-' ? -minutes : minutes);
}
