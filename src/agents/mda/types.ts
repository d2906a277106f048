/** Shapes of the MDA: its configuration, what it says and hears, and the letters and LMTP sessions it is busy with. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { SmtpServerState } from '../../protocol/smtp/server.ts';
import type { DialectName } from '../../protocol/smtp/types.ts';
import type { ConnId } from '../../sim/types.ts';
import type { Envelope, QueueId } from '../facts.ts';
import type { LocalMailbox, StoreRefusal } from '../store/types.ts';
import type { Link } from '../talk.ts';

export interface MdaConfig {
  /** Domains whose addresses end here, lower case. */
  readonly domains: readonly string[];
  /** Logins with a mailbox. */
  readonly users: readonly string[];
  /** `/etc/aliases`: name → targets (logins, other aliases, or addresses elsewhere). */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** LMTP port to listen on; null: only the MTA of this host delivers. */
  readonly lmtpPort: number | null;
  readonly dialect: DialectName;
}

/** MTA → MDA on the same host. */
export interface DeliverRequest {
  readonly kind: 'deliver';
  readonly queueId: QueueId;
  readonly envelope: Envelope;
  readonly content: Octets;
  /** The recipient's in the queue; it comes back with the answer. */
  readonly id: string;
  readonly recipient: string;
  /** The recipient the sender named, when an alias led to this one. */
  readonly original: string;
  /** `recipient` came out of an alias: it is not looked up again (RFC 5321 §3.9 loops). */
  readonly expanded: boolean;
  readonly blankLine: boolean;
}

/** MDA → MTA. `aliased`: the MTA replaces the recipient by `targets` and stays responsible for each of them. */
export interface DeliverAnswer {
  readonly kind: 'delivery';
  readonly queueId: QueueId;
  readonly id: string;
  readonly result: Verdict | 'aliased';
  readonly targets: readonly string[];
  /** The mailbox that could not be written; empty when there is none. */
  readonly mailbox: LocalMailbox;
}

export type Verdict = 'delivered' | StoreRefusal;

export const NOWHERE: LocalMailbox = { user: '', path: '' };

/** A letter the store has been asked to keep. */
export interface Job {
  /** Token that comes back with the store's answer. */
  readonly id: string;
  readonly queueId: QueueId;
  /** The recipient's in the queue of the MTA. */
  readonly recipientId: string;
  /** LMTP session waiting for the verdict; null: the MTA. */
  readonly conn: ConnId | null;
}

export interface Session {
  readonly id: ConnId;
  readonly link: Link<SmtpServerState>;
  readonly peer: string;
  /** LMTP letter under way: its recipients in order, by the ids of their jobs, with the verdicts that have come. */
  readonly waiting: readonly { readonly id: string; readonly verdict: Verdict | null }[];
  readonly queueId: QueueId;
}

export const sessionWith = (session: Session, changes: Partial<Session>): Session =>
  edited<Session>(
    {
      id: session.id,
      link: session.link,
      peer: session.peer,
      waiting: session.waiting,
      queueId: session.queueId,
    },
    changes,
  );

export interface MdaState {
  readonly config: MdaConfig;
  readonly hostname: string;
  readonly nextNumber: number;
  readonly jobs: readonly Job[];
  readonly sessions: readonly Session[];
}

export const mdaWith = (mda: MdaState, changes: Partial<MdaState>): MdaState =>
  edited<MdaState>(
    {
      config: mda.config,
      hostname: mda.hostname,
      nextNumber: mda.nextNumber,
      jobs: mda.jobs,
      sessions: mda.sessions,
    },
    changes,
  );
