/**
 * The mailbox as its client knows it: message numbers are places in a list that grows at its end and closes up when a
 * message is expunged (RFC 3501 §2.3.1.2, §7.4.1).
 */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { News } from './client-responses.ts';
import { readNews } from './client-responses.ts';
import type { ImapEntry } from './types.ts';

/** Messages of a mailbox at most. */
export const MESSAGES_LIMIT = 100_000;
/** Octets that the flags of all messages may take. */
export const FLAGS_LIMIT = 16 * 1024 * 1024;

export interface ClientMailbox {
  /** 0: not told yet. */
  readonly uidValidity: number;
  /** Message 1 first; null: not listed yet. UIDs ascend. */
  readonly messages: readonly (ImapEntry | null)[];
  /** Octets of all flags. */
  readonly flagOctets: number;
  /** The greatest UID that was ever listed. */
  readonly lastUid: number;
  /** Messages have come that were not there at the last listing. */
  readonly grown: boolean;
}

export const NO_MAILBOX: ClientMailbox = {
  uidValidity: 0,
  messages: [],
  flagOctets: 0,
  lastUid: 0,
  grown: false,
};

export const mailboxWith = (mailbox: ClientMailbox, changes: Partial<ClientMailbox>): ClientMailbox =>
  edited<ClientMailbox>(
    {
      uidValidity: mailbox.uidValidity,
      messages: mailbox.messages,
      flagOctets: mailbox.flagOctets,
      lastUid: mailbox.lastUid,
      grown: mailbox.grown,
    },
    changes,
  );

/** The listed message with this UID. */
export function entryOf({ messages }: ClientMailbox, uid: number): ImapEntry | undefined {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    let at = middle;
    while (at > low && messages[at] === null) at--;
    const message = messages[at] ?? null;
    if (message?.uid === uid) return message;
    if (message === null || message.uid < uid) low = middle + 1;
    else high = at;
  }
  return undefined;
}

/** What came of some news. */
export interface TakenIn {
  readonly mailbox: ClientMailbox;
  /** Messages listed just now, by ascending UID. */
  readonly fresh: readonly ImapEntry[];
  /** What befell messages listed before, in its order; flags null: the message is gone. */
  readonly changes: readonly { readonly uid: number; readonly flags: readonly string[] | null }[];
  /** The message with the wanted UID, whole, if it came. */
  readonly content: Octets | null;
  /** Why the server makes no sense; empty: it does. */
  readonly wrong: string;
}

/** News while it is taken in. */
interface Reading {
  messages: (ImapEntry | null)[];
  flagOctets: number;
  grown: boolean;
  readonly fresh: Set<number>;
  readonly changes: { uid: number; flags: readonly string[] | null }[];
  content: Octets | null;
  wrong: string;
}

/** Takes in responses about the mailbox. `listing`: messages not listed yet are; `wanted`: UID of the one retrieved. */
export function takeIn(mailbox: ClientMailbox, news: Octets, listing: boolean, wanted: number): TakenIn {
  if (news === '') return { mailbox, fresh: [], changes: [], content: null, wrong: '' };
  const reading: Reading = {
    messages: mailbox.messages.slice(),
    flagOctets: mailbox.flagOctets,
    grown: mailbox.grown,
    fresh: new Set(),
    changes: [],
    content: null,
    wrong: '',
  };
  readNews(news, (one) => {
    take(reading, one, listing, wanted);
    return reading.wrong === '';
  });
  const { messages, flagOctets, grown, changes, content } = reading;
  const lastUid = listing ? ascending(reading, mailbox.lastUid) : mailbox.lastUid;
  const fresh = listing
    ? messages.filter((message) => message !== null && reading.fresh.has(message.uid))
    : [];
  return {
    mailbox: mailboxWith(mailbox, { messages, flagOctets, grown, lastUid }),
    fresh: fresh as ImapEntry[],
    changes,
    content,
    wrong: reading.wrong,
  };
}

function take(reading: Reading, news: News, listing: boolean, wanted: number): void {
  switch (news.kind) {
    case 'exists':
      exists(reading, news.number);
      return;
    case 'expunge':
      expunge(reading, news.number, wanted);
      return;
    case 'fetch':
      fetch(reading, news, listing, wanted);
      return;
    case 'unreadable':
      reading.wrong = `unreadable response: ${news.line}`;
  }
}

/** RFC 3501 §7.3.1: a mailbox gets smaller by EXPUNGE alone. */
function exists(reading: Reading, count: number): void {
  const { messages } = reading;
  if (count < messages.length) reading.wrong = `the server has lost count: ${count} EXISTS`;
  else if (count > MESSAGES_LIMIT) reading.wrong = `the mailbox has too many messages: ${count}`;
  else if (count > messages.length) {
    reading.grown = true;
    while (messages.length < count) messages.push(null);
  }
}

function expunge(reading: Reading, number: number, wanted: number): void {
  const { messages, fresh, changes } = reading;
  if (number > messages.length) {
    reading.wrong = `the server has lost count: ${number} EXPUNGE`;
    return;
  }
  const [message] = messages.splice(number - 1, 1);
  if (!message) return;
  // RFC 3501 §7.4.1: behind a letter in the same reply its EXPUNGE may stand.
  if (message.uid === wanted) reading.content = null;
  reading.flagOctets -= octetsOf(message.flags);
  if (!fresh.delete(message.uid)) changes.push({ uid: message.uid, flags: null });
}

function fetch(
  reading: Reading,
  { number, uid, octets, flags, content }: Extract<News, { kind: 'fetch' }>,
  listing: boolean,
  wanted: number,
): void {
  const { messages, fresh, changes } = reading;
  if (number > messages.length) {
    reading.wrong = `the server has lost count: ${number} FETCH`;
    return;
  }
  const known = messages[number - 1] ?? null;
  if (known !== null && uid !== null && known.uid !== uid) {
    reading.wrong = `the server has changed UID ${known.uid} to ${uid}`;
    return;
  }
  if (content !== null && (uid ?? known?.uid) === wanted) reading.content = content;
  if (known === null) {
    // What comes unasked of a message that is not listed yet comes again with its listing.
    if (!listing || uid === null) return;
    fresh.add(uid);
    replace(reading, number, { uid, octets: octets ?? 0, flags: flags ?? NO_FLAGS }, NO_FLAGS);
  } else if (flags !== null && !isSame(flags, known.flags)) {
    replace(reading, number, { uid: known.uid, octets: known.octets, flags }, known.flags);
    if (!fresh.has(known.uid)) changes.push({ uid: known.uid, flags });
  }
}

const NO_FLAGS: readonly string[] = [];

function replace(reading: Reading, number: number, message: ImapEntry, before: readonly string[]): void {
  reading.messages[number - 1] = message;
  reading.flagOctets += octetsOf(message.flags) - octetsOf(before);
  if (reading.flagOctets > FLAGS_LIMIT) reading.wrong = 'the messages have too many flags';
}

function octetsOf(flags: readonly string[]): number {
  let octets = 0;
  for (const flag of flags) octets += flag.length;
  return octets;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((flag, i) => flag === b[i]);

/** RFC 3501 §2.3.1.1: UIDs ascend with the numbers. The greatest that was ever listed. */
function ascending(reading: Reading, before: number): number {
  let last = 0;
  for (const message of reading.messages) {
    if (message === null) continue;
    if (message.uid <= last) reading.wrong ||= `UID ${message.uid} comes behind UID ${last}`;
    last = message.uid;
  }
  return Math.max(before, last);
}
