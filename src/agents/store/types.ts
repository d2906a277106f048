/** Shapes of the message store: what is on its disk, and what other programs of the host ask of it. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Account } from '../../mail/account.ts';
import type { MaildirWriter } from '../../mail/maildir.ts';
import type { ImapAnswer, ImapQuestion, ImapRequest, SelectedMailbox } from '../../protocol/imap/types.ts';
import type { Pop3Refusal } from '../../protocol/pop3/types.ts';
import type { Credentials } from '../../protocol/sasl/sasl.ts';
import type { Envelope, QueueId } from '../facts.ts';

export interface StoreConfig {
  /** Login → password of every account kept here. */
  readonly users: Readonly<Record<string, string>>;
  /** Domain part added when the login is an address (`user@domain`), lower case; logins are the local parts. */
  readonly domains: readonly string[];
  /** Octets an account may hold; 0: no limit. */
  readonly quota: number;
  /** Octets the disk holds for all of them together; 0: no limit. */
  readonly disk: number;
  /** Seconds since 1970 when the mailboxes were made: their first UIDVALIDITY. */
  readonly madeAt: number;
  /** How the mailboxes look as files. */
  readonly files: MailboxForm;
}

/** `writer`: the program that puts letters there. */
export type MailboxForm =
  | { readonly kind: 'mbox'; readonly writer: 'mta' | 'lmtp' }
  | { readonly kind: 'maildir'; readonly writer: MaildirWriter };

/** A session that has a maildrop locked. */
export interface Lock {
  /** The login. */
  readonly id: string;
  /** Program and token of the session. */
  readonly holder: string;
}

/** A session that wants to be told when a mailbox changes. */
export interface Watcher {
  /** Program and token of the session. */
  readonly id: string;
  readonly program: string;
  readonly token: string;
  readonly user: string;
  readonly selected: SelectedMailbox | null;
}

/** What somebody did to the files of mailboxes that the mailboxes themselves do not tell. */
export interface ByHand {
  /** Names of messages in a Maildir that are not as programs make them; the id is a user, a mailbox and a UID. */
  readonly names: readonly { readonly id: string; readonly base: string; readonly moved: boolean }[];
  /** What stands before the first `From ` line of an mbox: nobody can read it then. The id is a user and a mailbox. */
  readonly torn: readonly { readonly id: string; readonly text: Octets }[];
  /** Files that are no mailbox; the id is a tree and a path, `spool/jura.lock`. */
  readonly others: readonly OtherFile[];
  /** Users whose spool file was removed; the next letter makes a new one. */
  readonly removed: readonly string[];
}

export interface OtherFile {
  readonly id: string;
  readonly owner: string;
  readonly mtime: number;
  readonly content: Octets;
}

export interface StoreState {
  readonly config: StoreConfig;
  /** Of the host. */
  readonly hostname: string;
  readonly byHand: ByHand;
  readonly accounts: readonly Account[];
  readonly locks: readonly Lock[];
  readonly watchers: readonly Watcher[];
}

export const storeWith = (store: StoreState, changes: Partial<StoreState>): StoreState =>
  edited<StoreState>(
    {
      config: store.config,
      hostname: store.hostname,
      byHand: store.byHand,
      accounts: store.accounts,
      locks: store.locks,
      watchers: store.watchers,
    },
    changes,
  );

/** What other programs of the host tell the store. `token` comes back with the answer. */
export type StoreRequest =
  | {
      readonly kind: 'store';
      readonly token: string;
      /** The login. */
      readonly mailbox: string;
      readonly content: Octets;
      readonly envelope: Envelope;
      readonly recipient: string;
      readonly queueId: QueueId;
      readonly blankLine: boolean;
    }
  /** `locks`: nobody else with a lock gets in meanwhile (RFC 1939 §4); without, sessions share the maildrop. */
  | {
      readonly kind: 'login';
      readonly token: string;
      readonly credentials: Credentials;
      readonly locks: boolean;
      /** The server works on a copy of the maildrop, which must find room beside it. */
      readonly copies: boolean;
    }
  | { readonly kind: 'retrieve'; readonly token: string; readonly mailbox: string; readonly uid: number }
  | {
      readonly kind: 'update';
      readonly token: string;
      readonly mailbox: string;
      readonly remove: readonly number[];
      /** Those that were retrieved, which are seen by that. */
      readonly seen: readonly number[];
    }
  | { readonly kind: 'abandon'; readonly token: string; readonly mailbox: string }
  | { readonly kind: 'imap'; readonly token: string; readonly question: StoreQuestion };

/** What the IMAP service does not answer itself. */
export interface StoreQuestion extends ImapQuestion {
  readonly request: Exclude<ImapRequest, { kind: 'challenge' }>;
}

export type StoreRefusal = 'user-unknown' | 'mailbox-full' | 'disk-full' | 'locked';

/** Whose it is, and its file or the directory of its Maildir. */
export interface LocalMailbox {
  readonly user: string;
  readonly path: string;
}

export type StoreAnswer =
  | { readonly kind: 'stored'; readonly token: string }
  | {
      readonly kind: 'not-stored';
      readonly token: string;
      readonly why: StoreRefusal;
      readonly mailbox: LocalMailbox;
    }
  | {
      readonly kind: 'maildrop';
      readonly token: string;
      readonly mailbox: string;
      readonly uidValidity: number;
      readonly entries: readonly { readonly uid: number; readonly octets: number }[];
    }
  | { readonly kind: 'refused'; readonly token: string; readonly why: Pop3Refusal }
  | { readonly kind: 'message'; readonly token: string; readonly content: Octets }
  | { readonly kind: 'gone'; readonly token: string }
  | { readonly kind: 'updated'; readonly token: string }
  | { readonly kind: 'imap'; readonly token: string; readonly answer: ImapAnswer };
