/**
 * What agents put on record: the mail-level vocabulary of the log (`{ kind: 'fact' }` events). With the notes of
 * `protocol/note.ts` it is all that views and lessons know of the world.
 */
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';

/** The name a letter has on one host: RFC 5321 §4.4 `id` of the trace field. Unique on that host. */
export type QueueId = string;

export interface Envelope {
  /** Without brackets; empty for the null reverse-path (RFC 5321 §4.5.5). */
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
}

export type Fact =
  /**
   * A host took responsibility (the 250 after the final dot, or a letter it wrote itself). `content` is the letter
   * as kept, with this host's own trace field on top.
   */
  | {
      readonly kind: 'accepted';
      readonly queueId: QueueId;
      readonly envelope: Envelope;
      readonly content: Octets;
      /** The `Received` field this host added, unfolded ending included; empty when it wrote the letter itself. */
      readonly trace: Octets;
      /** `smtp`: from the wire; `local`: written here (a program's own mail); `dsn`: a delivery status notification. */
      readonly origin: 'smtp' | 'local' | 'dsn';
      /** For a DSN, the queue id it reports on. */
      readonly about: QueueId | null;
      /** The letter as it came had an empty line between header and body (RFC 5322 §2.1). */
      readonly blankLine: boolean;
    }
  /** Handed on to another host, which answered 2xx for these recipients. */
  | {
      readonly kind: 'relayed';
      readonly queueId: QueueId;
      readonly recipients: readonly string[];
      /** Host name and address it went to. */
      readonly to: string;
      readonly address: string;
      readonly reply: string;
      /** Absent: SMTP. */
      readonly by?: 'lmtp' | 'qmtp';
    }
  /** Put into a mailbox: `mailbox` is the owner's login on this host, `uid` the letter's `uniqueId` there. */
  | {
      readonly kind: 'delivered';
      readonly queueId: QueueId;
      readonly recipient: string;
      readonly mailbox: string;
      readonly uid: string;
      readonly envelope: Envelope;
      /** The message as stored, `Return-Path` and all. */
      readonly content: Octets;
      readonly blankLine: boolean;
    }
  | {
      readonly kind: 'deferred';
      readonly queueId: QueueId;
      readonly recipients: readonly string[];
      readonly why: string;
      readonly retryAt: Millis;
    }
  /** Given up. `notification` is the queue id of the DSN, null when none may be sent (null reverse-path). */
  | {
      readonly kind: 'bounced';
      readonly queueId: QueueId;
      readonly recipients: readonly string[];
      readonly why: string;
      readonly notification: QueueId | null;
    }
  /** The queue file is gone: every recipient is relayed, delivered or bounced. */
  | { readonly kind: 'removed'; readonly queueId: QueueId }
  /** An agent chose where to go next: hosts in the order they will be tried. */
  | {
      readonly kind: 'routed';
      readonly queueId: QueueId;
      readonly domain: string;
      readonly exchangers: readonly {
        readonly preference: number;
        readonly name: string;
        readonly addresses: readonly string[];
      }[];
      /** `mx`, `implicit` (no MX: the A/AAAA record), `literal`, `static` (configured next hop), `local`. */
      readonly by: 'mx' | 'implicit' | 'literal' | 'static' | 'local';
    }
  /** A mailbox lost a message for good (POP3 UPDATE, RFC 1939 §6; IMAP EXPUNGE). `folder` absent: INBOX. */
  | { readonly kind: 'expunged'; readonly mailbox: string; readonly uid: string; readonly folder?: string }
  /** Log in to a mailbox. */
  | {
      readonly kind: 'login';
      readonly protocol: 'pop3' | 'imap';
      readonly mailbox: string;
      readonly ok: boolean;
    }
  /** An IMAP session opened a mailbox of a user. Names of folders are as on the wire (modified UTF-7). */
  | {
      readonly kind: 'selected';
      readonly mailbox: string;
      readonly folder: string;
      readonly readOnly: boolean;
    }
  /** Flags of these messages changed (RFC 3501 §6.4.6); `uids` is a set, `1:3,5`. */
  | {
      readonly kind: 'flagged';
      readonly mailbox: string;
      readonly folder: string;
      readonly uids: string;
      readonly change: 'add' | 'remove' | 'replace';
      readonly flags: readonly string[];
    }
  /** Messages came into a folder by APPEND (`from` null), or as copies of others there, in the same order. */
  | {
      readonly kind: 'filed';
      readonly mailbox: string;
      readonly folder: string;
      readonly uids: readonly string[];
      readonly from: { readonly folder: string; readonly uids: readonly string[] } | null;
      /** What APPEND brought, as stored. */
      readonly contents?: readonly Octets[];
    }
  /** A user's folders are others now (RFC 3501 §6.3); `from` is the name before. */
  | {
      readonly kind: 'folder';
      readonly mailbox: string;
      readonly what: 'created' | 'deleted' | 'renamed' | 'subscribed';
      readonly folder: string;
      readonly from?: string;
    }
  /** The mail program has a letter in its own folder now. */
  | {
      readonly kind: 'fetched';
      readonly account: string;
      readonly uid: string;
      readonly content: Octets;
      /** Absent: POP3. */
      readonly by?: 'imap';
    }
  /** The mail program's folder shows an IMAP mailbox, and this letter is not in it any more. */
  | { readonly kind: 'vanished'; readonly account: string; readonly uid: string }
  /** The mail program handed a letter to its MSA (or failed to). */
  | {
      readonly kind: 'submitted';
      readonly account: string;
      readonly to: readonly string[];
      readonly subject: string;
      readonly ok: boolean;
      readonly reply: string;
    }
  | { readonly kind: 'fetch-failed'; readonly account: string; readonly why: string; readonly by?: 'imap' }
  /** A command typed at a host's prompt. */
  | { readonly kind: 'shell'; readonly command: string; readonly ok: boolean }
  /** A client from outside the simulation hears this, or its connection ended. */
  | {
      readonly kind: 'visit';
      readonly call: number;
      readonly what: 'said' | 'datagram' | 'ended';
      readonly octets: Octets;
    }
  /** A line as the host's mail log would have it: `postfix/smtpd[1234]: connect from …`. */
  | { readonly kind: 'logged'; readonly text: string };
