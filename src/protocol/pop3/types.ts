/** The boundary between the POP3 machines (RFC 1939) and the agents that hold the mailboxes. */
import type { Octets } from '../../base/octets.ts';

export type Pop3DialectName = 'dovecot2006' | 'dovecot' | 'qpopper' | 'telenet-pop';

export interface Pop3ServerConfig {
  readonly hostname: string;
  readonly dialect: Pop3DialectName;
}

/** One message of the maildrop as the session sees it; numbers are positions in this list, from 1. */
export interface MaildropEntry {
  /** RFC 1939 §7 unique-id: 1–70 characters 0x21–0x7E. */
  readonly uid: string;
  readonly octets: number;
}

export type Pop3Question =
  /** Log in and lock the maildrop. */
  | { readonly kind: 'login'; readonly user: string; readonly password: string }
  | { readonly kind: 'retrieve'; readonly user: string; readonly uid: string }
  /** UPDATE: remove these, release the lock. Asked at QUIT after a login, also with no uids. */
  | { readonly kind: 'update'; readonly user: string; readonly remove: readonly string[] }
  /** The connection ended without QUIT: release the lock, remove nothing. No answer is awaited. */
  | { readonly kind: 'abandon'; readonly user: string };

export type Pop3Answer =
  | { readonly kind: 'maildrop'; readonly entries: readonly MaildropEntry[] }
  | { readonly kind: 'refused'; readonly why: 'bad-login' | 'in-use' | 'unavailable' }
  | { readonly kind: 'message'; readonly content: Octets }
  | { readonly kind: 'gone' }
  | { readonly kind: 'updated' };

/** What a mail program wants of one session, in order: log in, list, fetch what it does not have, delete, quit. */
export interface Pop3ClientConfig {
  readonly user: string;
  readonly password: string;
  readonly replyTimeoutMs: number;
}

export type Pop3ClientQuestion =
  /** The UIDL list came. Answer: which to retrieve and which to delete afterwards. */
  | { readonly kind: 'choose'; readonly entries: readonly MaildropEntry[] }
  /** A message arrived, dot-unstuffed. Answer `noted` once it is safe: only then may it be deleted. */
  | { readonly kind: 'fetched'; readonly uid: string; readonly content: Octets }
  /** Ended; no answer awaited. `error` empty when all went well, else the server's line or what went wrong. */
  | { readonly kind: 'over'; readonly error: string };

export type Pop3ClientAnswer =
  | { readonly kind: 'chosen'; readonly retrieve: readonly string[]; readonly remove: readonly string[] }
  | { readonly kind: 'noted' };
