/**
 * A mailbox as RFC 3501 §2.3 describes it: messages with unique identifiers and flags, and the modification sequence
 * of RFC 7162. Values are immutable; whoever keeps an old one can tell from a new one all that has changed.
 */
import { edited } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import { NO_OCTETS } from '../base/octets.ts';

export interface Message {
  /** RFC 3501 §2.3.1.1: ascends in the mailbox and is never given again. */
  readonly uid: number;
  /** Every line ends in CRLF. */
  readonly content: Octets;
  /** RFC 3501 §2.3.3, milliseconds since 1970-01-01T00:00:00Z, whole seconds. */
  readonly internalDate: number;
  /** System flags as `\Seen`, then keywords, each in the order of {@link flagsInOrder}; never `\Recent`. */
  readonly flags: readonly string[];
  /** RFC 7162 §3.1: of the last change of its flags. */
  readonly modseq: number;
}

/** What a message was when it was removed: sessions that have not been told of it still have a number for it. */
export type Removed = Omit<Message, 'content' | 'internalDate'>;

/** `goneAt`: the mailbox's modification sequence when it went. */
export type Remembered = Removed & { readonly goneAt: number };

/** Number of a mailbox in its account; it stays when the mailbox is renamed. */
export type MailboxId = number;

export interface Mailbox {
  readonly id: MailboxId;
  /** With the hierarchy separator, in modified UTF-7 (RFC 3501 §5.1.3); `INBOX` in capitals. */
  readonly name: string;
  /** RFC 6154, e.g. `\Sent`; empty: none. */
  readonly use: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  /** Of every change so far, removals too. */
  readonly highestModseq: number;
  /** Messages from this UID on are recent for the session that sees them next (RFC 3501 §2.3.2). */
  readonly recentFrom: number;
  /** By ascending UID. */
  readonly messages: readonly Message[];
  /** The last of those removed, by ascending UID. */
  readonly removed: readonly Remembered[];
  /** All their octets. */
  readonly octets: number;
  /** Every keyword that was ever set here, in the order of first use. */
  readonly keywords: readonly string[];
}

export const mailboxWith = (mailbox: Mailbox, changes: Partial<Mailbox>): Mailbox =>
  edited<Mailbox>(
    {
      id: mailbox.id,
      name: mailbox.name,
      use: mailbox.use,
      uidValidity: mailbox.uidValidity,
      uidNext: mailbox.uidNext,
      highestModseq: mailbox.highestModseq,
      recentFrom: mailbox.recentFrom,
      messages: mailbox.messages,
      removed: mailbox.removed,
      octets: mailbox.octets,
      keywords: mailbox.keywords,
    },
    changes,
  );

export const emptyMailbox = (id: MailboxId, name: string, uidValidity: number, use = ''): Mailbox => ({
  id,
  name,
  use,
  uidValidity,
  uidNext: 1,
  highestModseq: 1,
  recentFrom: 1,
  messages: [],
  removed: [],
  octets: 0,
  keywords: [],
});

/** RFC 3501 §2.3.2, in the order servers list them. */
export const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const;

export const NO_FLAGS: readonly string[] = [];

/** Keywords one mailbox may know; a Maildir has letters for 26 of them. */
export const KEYWORD_LIMIT = 64;

/** Removed messages that are remembered. */
export const REMOVED_LIMIT = 500;

/** What a message is before it has a place in a mailbox. */
export interface NewMessage {
  readonly content: Octets;
  readonly internalDate: number;
  readonly flags: readonly string[];
}

/** Flags without duplicates, those of the system first and in their order, keywords by the mailbox's order. */
export function flagsInOrder(flags: readonly string[], keywords: readonly string[]): readonly string[] {
  if (flags.length === 0) return NO_FLAGS;
  const has = new Set(flags);
  return [...SYSTEM_FLAGS.filter((flag) => has.has(flag)), ...keywords.filter((keyword) => has.has(keyword))];
}

/** Flags as the mailbox spells them, in which keywords are the same in any case; and the keywords with the new ones. */
function spelled(
  flags: readonly string[],
  keywords: readonly string[],
): { readonly flags: readonly string[]; readonly keywords: readonly string[] } {
  let known = keywords;
  const own: string[] = [];
  for (const flag of flags) {
    const lower = flag.toLowerCase();
    const same = flag.startsWith('\\') ? flag : known.find((keyword) => keyword.toLowerCase() === lower);
    if (same === undefined && known.length >= KEYWORD_LIMIT) continue;
    if (same === undefined) known = [...known, flag];
    own.push(same ?? flag);
  }
  return { flags: own, keywords: known };
}

/** The mailbox with messages added at its end; the UIDs they got are the last `uidNext - before.uidNext` ones. */
export function withMessages(mailbox: Mailbox, added: readonly NewMessage[]): Mailbox {
  if (added.length === 0) return mailbox;
  const messages = mailbox.messages.slice();
  let { uidNext, octets, keywords } = mailbox;
  const modseq = mailbox.highestModseq + 1;
  for (const { content, internalDate, flags } of added) {
    const own = spelled(flags, keywords);
    keywords = own.keywords;
    messages.push({
      uid: uidNext++,
      content,
      internalDate,
      flags: flagsInOrder(own.flags, keywords),
      modseq,
    });
    octets += content.length;
  }
  return mailboxWith(mailbox, { messages, uidNext, octets, keywords, highestModseq: modseq });
}

export type FlagChange = 'add' | 'remove' | 'replace';

/** What came of a change of flags. */
export interface Flagged {
  readonly mailbox: Mailbox;
  /** UIDs left alone, since their modification sequence was above `unchangedSince` (RFC 7162 §3.1.3). */
  readonly modified: readonly number[];
}

/**
 * Changes the flags of the messages with these UIDs (ascending; those that are not there are passed over).
 * `unchangedSince` null: without condition.
 */
export function withFlags(
  mailbox: Mailbox,
  uids: readonly number[],
  change: FlagChange,
  flags: readonly string[],
  unchangedSince: number | null,
): Flagged {
  const own = spelled(flags, mailbox.keywords);
  const { keywords } = own;
  const modseq = mailbox.highestModseq + 1;
  const modified: number[] = [];
  let messages: Message[] | null = null;
  for (const uid of uids) {
    const at = positionOf(mailbox.messages, uid);
    const message = mailbox.messages[at];
    if (message?.uid !== uid) continue;
    if (unchangedSince !== null && message.modseq > unchangedSince) {
      modified.push(uid);
      continue;
    }
    const next = changed(message.flags, change, own.flags, keywords);
    if (sameFlags(next, message.flags)) continue;
    messages ??= mailbox.messages.slice();
    const { content, internalDate } = message;
    messages[at] = { uid, content, internalDate, flags: next, modseq };
  }
  if (messages === null)
    return {
      mailbox: keywords === mailbox.keywords ? mailbox : mailboxWith(mailbox, { keywords }),
      modified,
    };
  return { mailbox: mailboxWith(mailbox, { messages, keywords, highestModseq: modseq }), modified };
}

function changed(
  before: readonly string[],
  change: FlagChange,
  flags: readonly string[],
  keywords: readonly string[],
): readonly string[] {
  switch (change) {
    case 'replace':
      return flagsInOrder(flags, keywords);
    case 'add':
      return flagsInOrder([...before, ...flags], keywords);
    case 'remove':
      return before.filter((flag) => !flags.includes(flag));
  }
}

const sameFlags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((flag, i) => flag === b[i]);

/** The mailbox without the messages that have these UIDs. */
export function withoutMessages(mailbox: Mailbox, uids: readonly number[]): Mailbox {
  const gone = new Set(uids);
  const messages: Message[] = [];
  const left: Remembered[] = [];
  const goneAt = mailbox.highestModseq + 1;
  for (const message of mailbox.messages) {
    if (!gone.has(message.uid)) messages.push(message);
    else left.push({ uid: message.uid, flags: message.flags, modseq: message.modseq, goneAt });
  }
  if (left.length === 0) return mailbox;
  const removed = remembered(mailbox.removed, left.slice(-REMOVED_LIMIT));
  let octets = 0;
  for (const { content } of messages) octets += content.length;
  return mailboxWith(mailbox, { messages, removed, octets, highestModseq: goneAt });
}

/** Those that went last, in the order of their UIDs, as both lists are. */
function remembered(before: readonly Remembered[], left: readonly Remembered[]): readonly Remembered[] {
  const all = [...before, ...left];
  const kept =
    all.length > REMOVED_LIMIT
      ? all.sort((a, b) => a.goneAt - b.goneAt || a.uid - b.uid).slice(-REMOVED_LIMIT)
      : all;
  const ordered = kept === all && (before.at(-1)?.uid ?? 0) < left[0]!.uid;
  return ordered ? kept : kept.sort((a, b) => a.uid - b.uid);
}

/** Where the message with this UID is among them, or would be: the first with that UID or a greater one. */
export function positionOf(messages: readonly { readonly uid: number }[], uid: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.uid < uid) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A message that is not there any more, as far as it is remembered. One that is forgotten was `\Deleted`, as most are
 * before they go, and its modification sequence is the mailbox's: zero is none (RFC 7162 §7, `mod-sequence-value`).
 */
export const removedMessage = ({ removed, highestModseq }: Mailbox, uid: number): Message => {
  const known = removed[positionOf(removed, uid)];
  const { flags, modseq } = known?.uid === uid ? known : { flags: DELETED, modseq: highestModseq };
  return { uid, content: NO_OCTETS, internalDate: 0, flags, modseq };
};

const DELETED: readonly string[] = ['\\Deleted'];

const hex8 = (number: number): string => number.toString(16).padStart(8, '0');

/**
 * A name for a message that no other of the same user ever has: its UID and its mailbox's UIDVALIDITY, as Dovecot
 * writes them for POP3's UIDL (RFC 1939 §7).
 */
export const uniqueId = (uid: number, uidValidity: number): string => hex8(uid) + hex8(uidValidity);

/** The UID in a {@link uniqueId}. */
export const uidIn = (unique: string): number => Number.parseInt(unique.slice(0, 8), 16);

export const messageOf = (mailbox: Mailbox, uid: number): Message | undefined => {
  const message = mailbox.messages[positionOf(mailbox.messages, uid)];
  return message?.uid === uid ? message : undefined;
};
