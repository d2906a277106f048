/** Shapes of the MTA: its configuration, its queue (on disk) and what it is doing about it (in memory). */
import { edited } from '../../base/draft.ts';
import type { Millis } from '../../base/time.ts';
import type { KnownAnswers, Question } from '../../dns/types.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import type { Outcome, ReceivedMessage } from '../../protocol/smtp/types.ts';
import type { TrustStore } from '../../protocol/tls/certificate.ts';
import type { ConnId } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import type { SessionLog } from '../smtp-log.ts';
import type { Client, ServiceConfig, ServiceState } from '../smtp-service.ts';
import type { Link } from '../talk.ts';
import type { ResolverConfig, StubState } from '../stub-resolver.ts';
import type { QueueEntry, Trouble } from './entry.ts';
import type { QmtpSession } from './qmtp-session.ts';

export { queueEntryWith, recipientWith } from './entry.ts';
export type { QueueEntry, Recipient, Trouble } from './entry.ts';

export interface MtaConfig extends ServiceConfig {
  readonly resolver: ResolverConfig;
  /** Configured next hops by domain, like a transport map. */
  readonly transports: Readonly<Record<string, Transport>>;
  /** Everything that is not local goes here; brackets mean no MX look-up. Empty: none. */
  readonly relayHost: string;
  /** TLS as a client: `may` where it is offered (RFC 7435), `encrypt` or the letter waits. */
  readonly clientTls: 'none' | 'may' | 'encrypt';
  /** Login at the relay host; null: none. */
  readonly clientLogin: { readonly user: string; readonly password: string } | null;
  /** Postfix's `default_destination_concurrency_limit`: deliveries at once to one destination, at least 1; absent: 20. */
  readonly destinationConcurrency?: number;
  /** Roots this host trusts. */
  readonly trust: TrustStore;
  /** Postfix's `delay_warning_time`: senders are told that a letter is late; 0 (absent): they are not. */
  readonly delayWarningMs?: Millis;
  /**
   * Postfix's `notify_classes`, as far as they concern letters: copies for the postmaster of bounces, of bounces that
   * cannot be delivered themselves, of warnings. By default (absent) none: an undeliverable bounce is dropped.
   */
  readonly notifyPostmaster?: readonly ('bounce' | '2bounce' | 'delay')[];
}

export interface Transport {
  readonly protocol: 'smtp' | 'lmtp' | 'qmtp';
  readonly host: string;
  readonly port: number;
}

export interface Hop {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'smtp' | 'lmtp' | 'qmtp';
}

/** One attempt to hand some recipients of one letter to the next host. */
export interface Delivery {
  readonly id: number;
  readonly queueId: QueueId;
  readonly domain: string;
  /** Letters with the same destination share its concurrency. */
  readonly destination: string;
  /** Recipients still without a final answer. */
  readonly recipients: readonly string[];
  /** null: it waits for its turn. */
  readonly startedAt: Millis | null;
  /** When the server was ready for the letter. */
  readonly readyAt: Millis | null;
  /** Answers to the look-ups so far. */
  readonly known: KnownAnswers;
  /** Drawn once, so that asking again gives the same order among equal preferences. */
  readonly chance: number;
  /** null: still looking up. */
  readonly hops: readonly Hop[] | null;
  readonly hop: number;
  readonly conn: ConnId | null;
  readonly link: Link<SmtpClientState> | null;
  /** How its connection came about. */
  readonly session: SessionOrigin;
  /** What it may do with connections kept open, as Postfix's queue manager wants it. */
  readonly caching: Caching;
  /** It has been through a session to its end: from now on a connection is kept for its host, not for the destination. */
  readonly visited: boolean;
  /** The transaction was handed to the client machine. */
  readonly handed: boolean;
  /** TLS failed with this hop: it is tried once more without (RFC 7435 §4). */
  readonly plain: boolean;
  /** Something was delivered: whatever fails now, the destination is alive. */
  readonly lucky: boolean;
  /** Why the last hop did not take it, and where that was. `site`: the host is to blame, not the letter. */
  readonly trouble: Trouble;
  readonly relay: string;
  readonly site: boolean;
  /** The questions it waits for. */
  readonly needs: readonly Question[];
}

export const deliveryWith = (delivery: Delivery, changes: Partial<Delivery>): Delivery =>
  edited<Delivery>(
    {
      id: delivery.id,
      queueId: delivery.queueId,
      domain: delivery.domain,
      destination: delivery.destination,
      recipients: delivery.recipients,
      startedAt: delivery.startedAt,
      readyAt: delivery.readyAt,
      known: delivery.known,
      chance: delivery.chance,
      hops: delivery.hops,
      hop: delivery.hop,
      conn: delivery.conn,
      link: delivery.link,
      session: delivery.session,
      caching: delivery.caching,
      visited: delivery.visited,
      handed: delivery.handed,
      plain: delivery.plain,
      lucky: delivery.lucky,
      trouble: delivery.trouble,
      relay: delivery.relay,
      site: delivery.site,
      needs: delivery.needs,
    },
    changes,
  );

/** Of the connection under a delivery, or kept for the next. */
export interface SessionOrigin {
  readonly openedAt: Millis;
  /** Deliveries it has served, with this one. */
  readonly use: number;
  /** The host it leads to, while it is being found out whether the server is still there. */
  readonly probed: Hop | null;
}

/** Postfix's DEL_REQ_FLAG_CONN_LOAD and _STORE: take a connection that was kept, keep its own. */
export interface Caching {
  readonly take: boolean;
  readonly keep: boolean;
}

/** A connection that stays open for a while after its letter, in case there is another. */
export interface KeptConnection {
  readonly id: ConnId;
  readonly hop: Hop;
  /** It serves whatever goes to this destination; null: whatever goes to its host. */
  readonly destination: string | null;
  readonly link: Link<SmtpClientState>;
  readonly openedAt: Millis;
  readonly use: number;
}

/** Several letters for one destination: there for as long as any is being delivered or waits for its turn. */
export interface Surge extends Caching {
  /** The destination. */
  readonly id: string;
  readonly lastDone: Millis;
}

/** How a destination fares: the queue manager's memory of it. One that is as it began is not kept. */
export interface Destination {
  readonly id: string;
  /** Deliveries at once. 0: it is dead until `deadUntil`. */
  readonly window: number;
  /** Fractions that count towards the next change of the window, and towards death. */
  readonly success: number;
  readonly failedCohorts: number;
  readonly deadUntil: Millis;
  readonly trouble: Trouble | null;
}

export interface MtaState {
  readonly config: MtaConfig;
  readonly hostname: string;
  /** Letters accepted so far and ids given: never reused. */
  readonly nextNumber: number;
  readonly nextDelivery: number;
  /** When the host came up: the queue is run every five minutes from then on. */
  readonly startedAt: Millis;
  readonly service: ServiceState;
  readonly logs: readonly SessionLog[];
  readonly stub: StubState;
  readonly queue: readonly QueueEntry[];
  readonly deliveries: readonly Delivery[];
  readonly qmtp: readonly QmtpSession[];
  readonly destinations: readonly Destination[];
  readonly kept: readonly KeptConnection[];
  readonly surges: readonly Surge[];
}

export const mtaWith = (mta: MtaState, changes: Partial<MtaState>): MtaState =>
  edited<MtaState>(
    {
      config: mta.config,
      hostname: mta.hostname,
      nextNumber: mta.nextNumber,
      nextDelivery: mta.nextDelivery,
      startedAt: mta.startedAt,
      service: mta.service,
      logs: mta.logs,
      stub: mta.stub,
      queue: mta.queue,
      deliveries: mta.deliveries,
      qmtp: mta.qmtp,
      destinations: mta.destinations,
      kept: mta.kept,
      surges: mta.surges,
    },
    changes,
  );

/** From the MSA of the same host: keep this letter; the answer is {@link SubmitAnswer}. */
export interface SubmitRequest {
  readonly kind: 'submit';
  readonly token: string;
  readonly received: ReceivedMessage;
  readonly client: Client;
  /** The id the letter was given when its first recipient was accepted; absent: it has none yet. */
  readonly named?: SessionLog['letter'];
}

/** From the MSA of the same host: a client asked for what waits for a domain (ETRN, RFC 1985). */
export interface FlushRequest {
  readonly kind: 'flush';
  readonly domain: string;
}

/** From the shell of the same host. `mailq`: tell what is in the queue, by {@link QueueAnswer}; else try all of it now. */
export type QueueRequest = { readonly kind: 'mailq' } | { readonly kind: 'flush-all' };

/** The listing as `mailq` prints it: lines that end in LF. */
export interface QueueAnswer {
  readonly kind: 'mailq';
  readonly text: string;
}

export type SubmitAnswer =
  | { readonly kind: 'queued'; readonly token: string; readonly queueId: QueueId }
  | { readonly kind: 'refused'; readonly token: string; readonly why: 'too-many-hops' };

export type { Outcome };
