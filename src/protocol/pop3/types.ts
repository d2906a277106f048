/** The boundary between the POP3 machines (RFC 1939) and the agents that hold the mailboxes. */
import type { Octets } from '../../base/octets.ts';
import type { Credentials, SaslMechanism } from '../sasl/sasl.ts';

export type Pop3DialectName = 'dovecot2006' | 'dovecot' | 'qpopper' | 'telenet-pop';

export interface Pop3ServerConfig {
  readonly hostname: string;
  readonly dialect: Pop3DialectName;
  /** `may` offers STLS (RFC 2595 §4), `required` wants it before anybody logs in; `implicit`: TLS comes before the greeting. */
  readonly tls: 'none' | 'may' | 'required' | 'implicit';
  /** USER, PASS, PLAIN and LOGIN are taken without TLS, too. */
  readonly plaintext: boolean;
  /** What AUTH (RFC 5034) knows, in the order it is shown. */
  readonly mechanisms: readonly SaslMechanism[];
  /** The greeting has a timestamp and APOP is taken (RFC 1939 §7). */
  readonly apop: boolean;
}

/** One message of the maildrop as the session sees it; numbers are positions in this list, from 1. */
export interface MaildropEntry {
  /** RFC 1939 §7 unique-id: 1–70 characters 0x21–0x7E. */
  readonly uid: string;
  /** With CRLF for every line end it has, and no dot doubled. */
  readonly octets: number;
}

export type Pop3Question =
  /** A text that was never said before, for the greeting of a server with APOP (RFC 1939 §7) and for CRAM-MD5 (RFC 2195 §2). */
  | { readonly kind: 'challenge' }
  /** Log in, and lock the maildrop where that is the custom. */
  | { readonly kind: 'login'; readonly credentials: Credentials }
  | { readonly kind: 'retrieve'; readonly user: string; readonly uid: string }
  /**
   * UPDATE: remove these, release the lock. Asked at QUIT after a login, also with no uids. `seen`: those that were
   * retrieved and stay.
   */
  | {
      readonly kind: 'update';
      readonly user: string;
      readonly remove: readonly string[];
      readonly seen: readonly string[];
    }
  /** The connection ended without QUIT: release the lock, remove nothing. No answer is awaited. */
  | { readonly kind: 'abandon'; readonly user: string };

/**
 * Why nobody gets in. `bad-login`: name or password; `pam`: the same, told by Linux's PAM; `try-later`: whoever knows the
 * passwords cannot be asked. The others are about the maildrop: `in-use`: somebody has the lock; `over-quota`: no room for
 * a working copy; `corrupt`: an mbox that cannot be cut into messages; `unavailable`: anything else.
 */
export type Pop3Refusal =
  | 'bad-login'
  | 'pam'
  | 'try-later'
  | 'in-use'
  | 'over-quota'
  | 'corrupt'
  | 'unavailable';

export type Pop3Answer =
  /** Without angle brackets it is no timestamp: `<digits.digits@host>`. */
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'maildrop'; readonly entries: readonly MaildropEntry[] }
  /** `at`: the server's local time, `2015-01-05 10:00:00`, for those who say when an inner failure was. */
  | { readonly kind: 'refused'; readonly why: Pop3Refusal; readonly at?: string }
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
  /**
   * The list came. Answer: which to retrieve and which to delete afterwards. `lasting`: the `uid`s are unique-ids; else
   * they are message numbers, and mean something in this session alone.
   */
  | { readonly kind: 'choose'; readonly lasting: boolean; readonly entries: readonly MaildropEntry[] }
  /** A message arrived, dot-unstuffed. Answer `noted` once it is safe: only then may it be deleted. */
  | {
      readonly kind: 'fetched';
      readonly lasting: boolean;
      readonly uid: string;
      readonly content: Octets;
    }
  /** Ended; no answer awaited. `error` empty when all went well, else the server's line or what went wrong. */
  | { readonly kind: 'over'; readonly error: string };

export type Pop3ClientAnswer =
  | { readonly kind: 'chosen'; readonly retrieve: readonly string[]; readonly remove: readonly string[] }
  | { readonly kind: 'noted' };
