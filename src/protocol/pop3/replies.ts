/**
 * The words of a POP3 server as data. The machine decides between `+OK` and `-ERR` (RFC 1939 §3) and what comes back;
 * a dialect only chooses the text behind it. What the RFC itself prescribes (STAT, LIST n, UIDL n) is no dialect's.
 */
import { DOVECOT } from './dialects/dovecot.ts';
import { DOVECOT_2006 } from './dialects/dovecot2006.ts';
import { QPOPPER } from './dialects/qpopper.ts';
import { TELENET_POP } from './dialects/telenet-pop.ts';
import type { Pop3DialectName } from './types.ts';

/** Text behind `+OK`. */
export interface Pop3OkWords {
  readonly greeting: string;
  readonly user: string;
  readonly pass: string;
  /** First line of a whole LIST. */
  readonly list: string;
  readonly retr: string;
  readonly dele: string;
  readonly noop: string;
  readonly rset: string;
  readonly top: string;
  /** First line of a whole UIDL. */
  readonly uidl: string;
  /** QUIT before login. */
  readonly quitEarly: string;
  /** QUIT with nothing to delete. */
  readonly quit: string;
  /** QUIT, and messages were deleted. */
  readonly quitDeleted: string;
}

/** Text behind `-ERR`. */
export interface Pop3ErrWords {
  readonly badLogin: string;
  readonly inUse: string;
  readonly unavailable: string;
  /** PASS without USER. */
  readonly noUser: string;
  readonly noSuchMessage: string;
  readonly deleted: string;
  /** The number of a message was expected. */
  readonly notNumber: string;
  /** TOP: the number of lines was expected. */
  readonly notLines: string;
  readonly tooFew: string;
  readonly tooMany: string;
  /** A keyword that is no command, or not in this state: before and after login. */
  readonly unknownEarly: string;
  readonly unknown: string;
  readonly emptyLine: string;
  /** The message cannot be read although it is in the maildrop. */
  readonly gone: string;
  /** RFC 1939 §6: some messages could not be removed. */
  readonly updateFailed: string;
  readonly tooLong: string;
  /** Control characters and octets over 126. */
  readonly unprintable: string;
  readonly tooManyBad: string;
}

/**
 * Texts may hold `{user}`, `{count}` (messages not marked), `{s}` (empty for one message, else `s`), `{octets}`,
 * `{number}`, `{argument}`, `{verb}` (upper case), `{command}` (lower case) and `{hostname}`.
 */
export interface Pop3Words {
  readonly ok: Pop3OkWords;
  readonly err: Pop3ErrWords;
}

export type Pop3WordValues = Readonly<Record<string, string | number>>;

const DIALECTS: Readonly<Record<Pop3DialectName, Pop3Words>> = {
  dovecot2006: DOVECOT_2006,
  dovecot: DOVECOT,
  qpopper: QPOPPER,
  'telenet-pop': TELENET_POP,
};

export const pop3Words = (dialect: Pop3DialectName): Pop3Words => DIALECTS[dialect];

/** Puts values into a text, in one pass: braces inside a value stay as they are. */
export function fillWords(text: string, valueFor: (name: string) => string | number): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{([a-z]+)\}/g, (_, name: string) => String(valueFor(name)));
}
