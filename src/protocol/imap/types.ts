/** The boundary between the IMAP machines (RFC 3501, RFC 9051) and the agents that hold the mailboxes. */
import type { Account, NameRefusal } from '../../mail/account.ts';
import type { FlagChange, Mailbox, MailboxId, NewMessage } from '../../mail/mailbox.ts';
import type { Octets } from '../../base/octets.ts';
import type { Credentials, SaslMechanism } from '../sasl/sasl.ts';

export interface ImapServerConfig {
  readonly hostname: string;
  /** Minutes east of UTC in which internal dates are shown. */
  readonly offsetMinutes: number;
  /** `may` offers STARTTLS; `implicit`: TLS stands before the first word (RFC 8314 §3). */
  readonly tls: 'none' | 'may' | 'implicit';
  /** LOGIN and PLAIN are allowed without TLS. */
  readonly plaintext: boolean;
  readonly mechanisms: readonly SaslMechanism[];
  /** Octets of a message that APPEND takes. */
  readonly messageLimit: number;
}

/**
 * The mailbox a session has selected. `claims`: what is recent there is this session's from now on and no other's (RFC
 * 3501 §2.3.2); not if it is read-only, nor while the client is told nothing.
 */
export interface SelectedMailbox {
  readonly id: MailboxId;
  readonly claims: boolean;
}

/** What the machine wants; `selected` is what the answer is to show as it is afterwards. */
export interface ImapQuestion {
  /** The login of the session; empty before it has one. */
  readonly user: string;
  readonly selected: SelectedMailbox | null;
  readonly request: ImapRequest;
}

export type ImapRequest =
  /** CRAM-MD5 needs a challenge (RFC 2195 §2). */
  | { readonly kind: 'challenge' }
  | { readonly kind: 'login'; readonly credentials: Credentials }
  /** Only the selected mailbox, as it is now. */
  | { readonly kind: 'look' }
  /** Select this mailbox (canonical name) instead of the one selected. */
  | { readonly kind: 'select'; readonly name: string; readonly examine: boolean }
  /** All mailboxes. */
  | { readonly kind: 'account' }
  | {
      readonly kind: 'flag';
      /** Ascending. */
      readonly uids: readonly number[];
      readonly change: FlagChange;
      readonly flags: readonly string[];
      readonly unchangedSince: number | null;
      /** Only those that have changed behind this modification sequence (RFC 7162 §3.1.4); -1: all. */
      readonly changedSince: number;
      /** Up to which modification sequence the client knows their flags. */
      readonly told: number;
    }
  /** `internalDate` null: now. All of them or none. */
  | {
      readonly kind: 'append';
      readonly name: string;
      readonly messages: readonly (Omit<NewMessage, 'internalDate'> & {
        readonly internalDate: number | null;
      })[];
    }
  /** From the selected mailbox; `move` takes them away there. */
  | { readonly kind: 'copy'; readonly uids: readonly number[]; readonly name: string; readonly move: boolean }
  /** Removes which of these UIDs are marked `\Deleted`. */
  | { readonly kind: 'expunge'; readonly uids: readonly number[] }
  | { readonly kind: 'create'; readonly name: string; readonly use: string }
  | { readonly kind: 'delete'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly name: string }
  /** Answered with `news`, at once and each time the selected mailbox changes, until `unwatch`, which is not answered. */
  | { readonly kind: 'watch' }
  | { readonly kind: 'unwatch' };

export interface ImapAnswer {
  /** The selected mailbox; null: none is, or it is gone. */
  readonly view: Mailbox | null;
  /** Messages of the view from this UID on are recent in this session if it has not seen them yet. */
  readonly recentFrom: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  readonly result: ImapResult;
}

export type ImapResult =
  | { readonly kind: 'done' }
  /** No question waits for it: it may be under way when IDLE ends, and come before the answer to the next command. */
  | { readonly kind: 'news' }
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** The login that the credentials belong to. */
  | { readonly kind: 'welcome'; readonly user: string }
  | { readonly kind: 'account'; readonly account: Account }
  /** `modified`: UIDs left alone (RFC 7162 §3.1.3). `news`: others had changed their flags behind `told`. */
  | { readonly kind: 'flagged'; readonly modified: readonly number[]; readonly news: readonly number[] }
  | { readonly kind: 'appended'; readonly uidValidity: number; readonly uids: readonly number[] }
  /** `from` and `to` pair by pair. `to` is the mailbox they went to. */
  | {
      readonly kind: 'copied';
      readonly uidValidity: number;
      readonly from: readonly number[];
      readonly to: readonly number[];
    }
  | { readonly kind: 'expunged'; readonly uids: readonly number[] }
  | { readonly kind: 'refused'; readonly why: ImapRefusal };

export type ImapRefusal = NameRefusal | 'bad-login' | 'over-quota' | 'disk-full' | 'too-many-messages';

/** What a mail program wants of one session with its INBOX. */
export interface ImapClientConfig {
  readonly user: string;
  readonly password: string;
  /** `encrypt`: STARTTLS, and nothing more in the clear; `implicit`: TLS stands before the greeting (RFC 8314 §3). */
  readonly tls: 'none' | 'encrypt' | 'implicit';
  /** The session goes on until the mail program leaves: what happens in the mailbox is told as it happens. */
  readonly stay: boolean;
  readonly replyTimeoutMs: number;
  /** Between two looks at a server that has no IDLE. */
  readonly pollMs: number;
}

/** A message as it was listed; flags without `\Recent`, those of the system first. */
export interface ImapEntry {
  readonly uid: number;
  readonly octets: number;
  readonly flags: readonly string[];
}

/** UIDs mean something only with their `uidValidity` (RFC 3501 §2.3.1.1): under another one all those before are void. */
export type ImapClientQuestion =
  /**
   * What is in the mailbox (`whole`), or what has come since. Answer: what to retrieve, then to mark as `\Seen`, then to
   * remove.
   */
  | {
      readonly kind: 'choose';
      readonly uidValidity: number;
      readonly whole: boolean;
      readonly entries: readonly ImapEntry[];
    }
  /** A message arrived. Answer `noted` once it is safe: only then may it be removed. */
  | {
      readonly kind: 'fetched';
      readonly uidValidity: number;
      readonly uid: number;
      readonly flags: readonly string[];
      readonly content: Octets;
    }
  /** A listed message has these flags now; no answer awaited. */
  | {
      readonly kind: 'changed';
      readonly uidValidity: number;
      readonly uid: number;
      readonly flags: readonly string[];
    }
  /** A listed message is not there any more; no answer awaited. */
  | { readonly kind: 'gone'; readonly uidValidity: number; readonly uid: number }
  /** Ended; no answer awaited. `error` empty when all went well, else the server's words or what went wrong. */
  | { readonly kind: 'over'; readonly error: string };

export type ImapClientAnswer =
  | {
      readonly kind: 'chosen';
      readonly retrieve: readonly number[];
      readonly see: readonly number[];
      readonly remove: readonly number[];
    }
  | { readonly kind: 'noted' }
  /** At any time: end the session as soon as the command under way is answered. */
  | { readonly kind: 'leave' };
