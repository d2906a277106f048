/**
 * A mailbox as a Maildir: one file a message, whose name tells when it came and, behind `:2,`, its flags; a new one has
 * no flags and stands in `new/`. With it the files in which Dovecot keeps what names cannot say.
 */
import type { Octets } from '../base/octets.ts';
import type { Account } from './account.ts';
import { SEPARATOR } from './account.ts';
import type { Mailbox, Message } from './mailbox.ts';

/** Whose names messages get: each program that delivers makes them unique in its own way. */
export type MaildirWriter = 'postfix' | 'dovecot' | 'qmail';

export interface MaildirStyle {
  readonly writer: MaildirWriter;
  readonly hostname: string;
}

/** Octets as a file: a Maildir has lines that end in LF. */
export const maildirText = (content: Octets): Octets => content.replaceAll('\r\n', '\n') as Octets;

/** A number that looks drawn, the same for the same message of the same mailbox. */
const scattered = (uid: number, salt: number, below: number): number =>
  (Math.imul(uid ^ salt, 0x9e3779b1) >>> 0) % below;

/** The name of a message without its flags, as the program that put it there made it. */
export function maildirBase(message: Message, { uidValidity }: Mailbox, style: MaildirStyle): string {
  const { uid, internalDate, content } = message;
  const seconds = Math.floor(internalDate / 1000);
  const microseconds = scattered(uid, uidValidity, 1_000_000);
  const process = 800 + scattered(uid, uidValidity + 1, 31_000);
  // What would be another directory, or the flags, in a name.
  const host = style.hostname.replaceAll('/', '\\057').replaceAll(':', '\\072');
  switch (style.writer) {
    case 'postfix':
      return `${seconds}.Vfe01I${(0x20000 + uid).toString(16)}M${microseconds}.${host}`;
    case 'qmail':
      return `${seconds}.${process}.${host}`;
    case 'dovecot':
      return `${seconds}.M${microseconds}P${process}.${host},S=${maildirText(content).length},W=${content.length}`;
  }
}

const FLAG_LETTERS: readonly (readonly [letter: string, flag: string])[] = [
  ['D', '\\Draft'],
  ['F', '\\Flagged'],
  ['R', '\\Answered'],
  ['S', '\\Seen'],
  ['T', '\\Deleted'],
];

/** Dovecot has letters for the first 26 keywords of a mailbox. */
const KEYWORD_LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** What stands behind `:2,`. */
export function flagLetters(flags: readonly string[], keywords: readonly string[]): string {
  const system = FLAG_LETTERS.filter(([, flag]) => flags.includes(flag)).map(([letter]) => letter);
  const own = [...KEYWORD_LETTERS].filter((_, i) => i < keywords.length && flags.includes(keywords[i]!));
  return [...system, ...own].join('');
}

/** The flags that letters mean; unknown letters (and P, passed on, which IMAP has no flag for) mean none. */
export function flagsOfLetters(letters: string, keywords: readonly string[]): readonly string[] {
  const system = FLAG_LETTERS.filter(([letter]) => letters.includes(letter)).map(([, flag]) => flag);
  const own = keywords.filter((_, i) => i < KEYWORD_LETTERS.length && letters.includes(KEYWORD_LETTERS[i]!));
  return [...system, ...own];
}

/** A file name in two: the base, and the letters behind `:2,`; null when it has no such part. */
export function splitName(name: string): { readonly base: string; readonly letters: string | null } {
  const colon = name.indexOf(':');
  if (colon < 0) return { base: name, letters: null };
  const info = name.slice(colon + 1);
  return { base: name.slice(0, colon), letters: info.startsWith('2,') ? info.slice(2) : '' };
}

/** `dovecot-uidlist`, version 3: UIDVALIDITY, next UID, the mailbox's own id, then UIDs and names. */
export function uidListText(mailbox: Mailbox, baseOf: (message: Message) => string): Octets {
  const { uidValidity, uidNext, id, messages, recentFrom } = mailbox;
  const guid = (uidValidity.toString(16).padStart(8, '0') + id.toString(16).padStart(8, '0')).padEnd(32, '0');
  const known = messages.filter(({ uid }) => uid < recentFrom);
  const next = Math.min(uidNext, Math.max(recentFrom, 1));
  const lines = known.map((message) => `${message.uid} :${baseOf(message)}\n`);
  return `3 V${uidValidity} N${next} G${guid}\n${lines.join('')}` as Octets;
}

/** `dovecot-keywords`: the letters' numbers and what they stand for. */
export const keywordsText = (keywords: readonly string[]): Octets =>
  keywords.map((keyword, i) => `${i} ${keyword}\n`).join('') as Octets;

/** `subscriptions`, version 2: levels are parted by TABs. */
export const subscriptionsText = ({ subscriptions }: Account): Octets =>
  `V\t2\n\n${subscriptions.map((name) => `${name.replaceAll(SEPARATOR, '\t')}\n`).join('')}` as Octets;

/** Maildir++: the directory of a mailbox beside the three of INBOX; null for INBOX itself. */
export const folderOf = ({ name }: Mailbox): string | null => (name === 'INBOX' ? null : `.${name}`);
