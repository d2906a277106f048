/** A letter as a tree of hops: who accepted it, from whom, under which queue id, and what became of it. */
import type { Fact, QueueId } from '../agents/facts.ts';
import type { Octets } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import type { ConnId, EventId, HostId } from '../sim/types.ts';

/** `host/queueId` of the first acceptance. */
export type LetterKey = string;

export const letterKey = (host: HostId, queueId: QueueId): LetterKey => `${host}/${queueId}`;

export type RecipientStatus =
  /** In the queue, nothing tried or nothing decided yet. */
  | { readonly kind: 'queued' }
  | { readonly kind: 'relayed'; readonly to: string; readonly address: string; readonly reply: string }
  | { readonly kind: 'delivered'; readonly mailbox: string; readonly uid: string }
  | { readonly kind: 'deferred'; readonly why: string; readonly retryAt: Millis }
  | { readonly kind: 'bounced'; readonly why: string; readonly notification: LetterKey | null };

export interface Recipient {
  /** As that host accepted it. */
  readonly address: string;
  readonly host: HostId;
  /** Index of the hop in the letter. */
  readonly hop: number;
  readonly status: RecipientStatus;
  /** The event that says so, and its instant. */
  readonly event: EventId;
  readonly at: Millis;
}

type RoutedFact = Extract<Fact, { kind: 'routed' }>;

export interface Route {
  readonly domain: string;
  readonly by: RoutedFact['by'];
  readonly exchangers: RoutedFact['exchangers'];
  readonly event: EventId;
}

/** One host's responsibility for the letter, and the postmark it struck. */
export interface Hop {
  /** Index in the letter's `hops`. */
  readonly index: number;
  readonly host: HostId;
  readonly queueId: QueueId;
  /** Index of the hop it came from; null for the first, and where the sender keeps no queue. */
  readonly parent: number | null;
  /** Host that handed it over; null when it was written here. */
  readonly from: HostId | null;
  readonly conn: ConnId | null;
  /** The segment that carried it (or the typed dot that ended it), its arrival, and the acceptance. */
  readonly segment: EventId | null;
  readonly arrived: EventId | null;
  readonly event: EventId;
  readonly acceptedAt: Millis;
  /** Raw `Received` field; empty when this host struck none. */
  readonly trace: Octets;
  /** Number of postmarks the letter has after this hop, its own included. */
  readonly postmarks: number;
  /** Tokens of the trace field (RFC 5321 §4.4): `by`, `with`, `id` and date-time; empty when absent. */
  readonly by: string;
  readonly with: string;
  readonly id: string;
  readonly date: string;
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  readonly content: Octets;
  readonly recipients: readonly Recipient[];
  readonly routes: readonly Route[];
  /** When the queue file went; null: still in the queue. */
  readonly removedAt: Millis | null;
}

/** Where (a copy of) the letter is. */
export type Place =
  | { readonly kind: 'queue'; readonly host: HostId; readonly queueId: QueueId; readonly hop: number }
  /** `mailbox` is the user's login; `folder` absent: INBOX. */
  | {
      readonly kind: 'mailbox';
      readonly host: HostId;
      readonly mailbox: string;
      readonly uid: string;
      readonly folder?: string;
    }
  /** In a mail program's own folder. */
  | { readonly kind: 'folder'; readonly host: HostId; readonly account: string; readonly uid: string };

export interface Fetched {
  readonly host: HostId;
  readonly account: string;
  readonly uid: string;
  readonly at: Millis;
  readonly event: EventId;
  /** Host whose mailbox it came from. */
  readonly from: HostId;
}

export interface Letter {
  readonly key: LetterKey;
  /** Header fields as the letter has them (RFC 5322), MIME encodings and all; empty when absent. */
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  /** `typed`: somebody typed it into a raw connection; else as in the `accepted` fact. */
  readonly origin: 'smtp' | 'local' | 'dsn' | 'typed';
  /** Host it started from: where it was written or typed. */
  readonly startedAt: HostId;
  /** Envelope as last seen. */
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** The letter as last seen: with every trace field so far and, once delivered, `Return-Path`. */
  readonly content: Octets;
  /** The letter as it came in had its empty line (RFC 5322 §2.1). */
  readonly blankLine: boolean;
  /** Hop `content` and envelope belong to. */
  readonly latestHop: number;
  readonly hops: readonly Hop[];
  /** Every recipient once, where it is dealt with now. */
  readonly recipients: readonly Recipient[];
  readonly places: readonly Place[];
  readonly fetched: readonly Fetched[];
  /** The letter this one reports on (a DSN), and the reports on this one. */
  readonly about: LetterKey | null;
  readonly notifications: readonly LetterKey[];
  /** Delivered and in no queue any more: the MDA threw the envelope away, `Return-Path` is what is left of it. */
  readonly openedEnvelope: boolean;
  /** The latest event that changed any of this. */
  readonly changed: EventId;
}

/** Hops from the first one to `index`, in the order the letter took them. */
export function hopsTo(letter: Letter, index: number): readonly Hop[] {
  const way: Hop[] = [];
  let hop = letter.hops[index];
  while (hop && way.length <= letter.hops.length) {
    way.push(hop);
    hop = hop.parent === null ? undefined : letter.hops[hop.parent];
  }
  return way.reverse();
}

/**
 * Of the recipients of all hops, each one once, where it is dealt with now. Those a host handed on are left out when
 * the next host knows them, under whatever address, and those a host gave back undecided (an LMTP refusal, an address
 * replaced by what its alias stands for).
 */
export function currentRecipients(hops: readonly Hop[]): readonly Recipient[] {
  const handedOn = new Set<number>();
  for (const { parent } of hops) if (parent !== null) handedOn.add(parent);
  const known = new Map<string, Recipient>();
  // Later hops are further on their way, so they have the last word on an address.
  for (const hop of hops) {
    for (const recipient of hop.recipients) {
      const { kind } = recipient.status;
      const address = recipient.address.toLowerCase();
      if (kind === 'queued' && hop.removedAt !== null) continue;
      if (kind !== 'relayed' || !handedOn.has(hop.index)) known.set(address, recipient);
      // The host before may not have heard yet that this one took it.
      else if (known.get(address)?.hop === hop.parent) known.delete(address);
    }
  }
  return [...known.values()];
}
