/** Shapes of a letter in the queue: what is on disk, and so survives a crash. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import { sameAddress } from '../../mail/address.ts';
import type { DsnAction } from '../../mail/dsn.ts';
import type { DialectName, MailParameters, RcptParameters } from '../../protocol/smtp/types.ts';
import type { Envelope, QueueId } from '../facts.ts';

/** Why a recipient is not done with. */
export interface Trouble {
  /** In the words of the dialect, for the log, `mailq` and the notification. */
  readonly why: string;
  /** Enhanced status code (RFC 3463). */
  readonly status: string;
  /** The remote server's reply; null when it was this host that gave up. */
  readonly reply: string | null;
  readonly remoteMta: string | null;
  readonly remoteAddress?: string;
  /** The host that could not be reached, as in `Via.relay`, for the logs that name it. */
  readonly place?: string;
}

export interface Recipient {
  /** Names it among the recipients of the letter; {@link recipientId}. */
  readonly id: string;
  readonly address: string;
  /** As the sender gave it, when an alias led here. */
  readonly original: string;
  readonly expanded: boolean;
  /** What the sender asked of delivery reports (RFC 3461). */
  readonly dsn: RcptParameters;
  /** `active`: being delivered now. `failed`: given up, and the report is still to be written. */
  readonly state: 'waiting' | 'active' | 'failed';
  /** What came of the last try; null: none was made. */
  readonly trouble: Trouble | null;
}

export const recipientWith = (recipient: Recipient, changes: Partial<Recipient>): Recipient =>
  edited<Recipient>(
    {
      id: recipient.id,
      address: recipient.address,
      original: recipient.original,
      expanded: recipient.expanded,
      dsn: recipient.dsn,
      state: recipient.state,
      trouble: recipient.trouble,
    },
    changes,
  );

/**
 * To Postfix a mailbox reached by two ways is two recipients, each with its letter; to the others, one. Where ways do not
 * count, as on the way to other hosts, the address is the id.
 */
export const recipientId = (address: string, original: string, dialect: DialectName): string =>
  dialect.startsWith('postfix') && !sameAddress(address, original) ? `${address} ${original}` : address;

export const recipientOf = (address: string, original: string, dsn: RcptParameters): Recipient => ({
  id: address,
  address,
  original,
  expanded: false,
  dsn,
  state: 'waiting',
  trouble: null,
});

/** Something that went well, and of which the sender wants to hear (NOTIFY=SUCCESS). */
export interface Success extends Trouble {
  readonly recipient: Recipient;
  readonly action: DsnAction;
}

export interface QueueEntry {
  readonly id: QueueId;
  readonly envelope: Envelope;
  /** What MAIL said besides the reverse-path. */
  readonly parameters: MailParameters;
  readonly content: Octets;
  readonly blankLine: boolean;
  /** Trace fields in it, this host's own included: it goes in circles when there are too many. */
  readonly hops: number;
  /** The host it came from; null: it was written here. */
  readonly client: { readonly name: string; readonly address: string } | null;
  /** When it began to come in (Postfix: the first recipient), and when this host answered for it. */
  readonly arrivedAt: Millis;
  readonly acceptedAt: Millis;
  /** When the queue manager last took it up. */
  readonly activeAt: Millis;
  /** Not yet relayed or delivered, or given up without a report so far. */
  readonly recipients: readonly Recipient[];
  /** What the next success report will say. */
  readonly successes: readonly Success[];
  /** The sender was told that it is late. */
  readonly warned: boolean;
  /** Times a part of it was deferred. */
  readonly attempts: number;
  readonly nextTryAt: Millis | null;
  /** Why it waits. */
  readonly why: string;
}

export const queueEntryWith = (entry: QueueEntry, changes: Partial<QueueEntry>): QueueEntry =>
  edited<QueueEntry>(
    {
      id: entry.id,
      envelope: entry.envelope,
      parameters: entry.parameters,
      content: entry.content,
      blankLine: entry.blankLine,
      hops: entry.hops,
      client: entry.client,
      arrivedAt: entry.arrivedAt,
      acceptedAt: entry.acceptedAt,
      activeAt: entry.activeAt,
      recipients: entry.recipients,
      successes: entry.successes,
      warned: entry.warned,
      attempts: entry.attempts,
      nextTryAt: entry.nextTryAt,
      why: entry.why,
    },
    changes,
  );
