/** Shapes of the MTA: its queue (on disk) and what it is doing about it (in memory). */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import type { KnownAnswers } from '../../dns/types.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import type { MailParameters, Outcome, RcptParameters, ReceivedMessage } from '../../protocol/smtp/types.ts';
import type { TrustStore } from '../../protocol/tls/certificate.ts';
import type { ConnId } from '../../sim/types.ts';
import type { Envelope, QueueId } from '../facts.ts';
import type { Client, ServiceConfig, ServiceState } from '../smtp-service.ts';
import type { Link } from '../talk.ts';
import type { ResolverConfig, StubState } from '../stub-resolver.ts';

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
  /** Roots this host trusts. */
  readonly trust: TrustStore;
}

export interface Transport {
  readonly protocol: 'smtp' | 'lmtp';
  readonly host: string;
  readonly port: number;
}

export interface Recipient {
  readonly address: string;
  /** As the sender gave it, when an alias led here. */
  readonly original: string;
  readonly expanded: boolean;
  /** What the sender asked of delivery reports (RFC 3461). */
  readonly dsn: RcptParameters;
  /** Being delivered now. */
  readonly active: boolean;
}

export const recipientWith = (recipient: Recipient, changes: Partial<Recipient>): Recipient =>
  edited<Recipient>(
    {
      address: recipient.address,
      original: recipient.original,
      expanded: recipient.expanded,
      dsn: recipient.dsn,
      active: recipient.active,
    },
    changes,
  );

export interface QueueEntry {
  readonly id: QueueId;
  readonly envelope: Envelope;
  /** What MAIL said besides the reverse-path. */
  readonly parameters: MailParameters;
  readonly content: Octets;
  readonly blankLine: boolean;
  /** Trace fields in it, this host's own included: it goes in circles when there are too many. */
  readonly hops: number;
  readonly acceptedAt: Millis;
  /** Not yet relayed, delivered or bounced. */
  readonly recipients: readonly Recipient[];
  /** Times a part of it was deferred. */
  readonly attempts: number;
  readonly nextTryAt: Millis | null;
  /** Why it waits; shown by `mailq`. */
  readonly why: string;
}

export const queueEntryWith = (queueEntry: QueueEntry, changes: Partial<QueueEntry>): QueueEntry =>
  edited<QueueEntry>(
    {
      id: queueEntry.id,
      envelope: queueEntry.envelope,
      parameters: queueEntry.parameters,
      content: queueEntry.content,
      blankLine: queueEntry.blankLine,
      hops: queueEntry.hops,
      acceptedAt: queueEntry.acceptedAt,
      recipients: queueEntry.recipients,
      attempts: queueEntry.attempts,
      nextTryAt: queueEntry.nextTryAt,
      why: queueEntry.why,
    },
    changes,
  );

export interface Hop {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'smtp' | 'lmtp';
}

/** One attempt to hand some recipients of one letter to the next host. */
export interface Delivery {
  readonly id: number;
  readonly queueId: QueueId;
  readonly domain: string;
  /** Recipients still without a final answer. */
  readonly recipients: readonly string[];
  /** Answers to the look-ups so far. */
  readonly known: KnownAnswers;
  /** Drawn once, so that asking again gives the same order among equal preferences. */
  readonly chance: number;
  /** null: still looking up. */
  readonly hops: readonly Hop[] | null;
  readonly hop: number;
  readonly conn: ConnId | null;
  readonly link: Link<SmtpClientState> | null;
  /** The transaction was handed to the client machine. */
  readonly handed: boolean;
  /** Why the last hop did not take it, with the enhanced status code (RFC 3463) and where that was. */
  readonly why: string;
  readonly status: string;
  readonly relay: string;
  /** Keys of the questions it waits for. */
  readonly needs: readonly string[];
}

export const deliveryWith = (delivery: Delivery, changes: Partial<Delivery>): Delivery =>
  edited<Delivery>(
    {
      id: delivery.id,
      queueId: delivery.queueId,
      domain: delivery.domain,
      recipients: delivery.recipients,
      known: delivery.known,
      chance: delivery.chance,
      hops: delivery.hops,
      hop: delivery.hop,
      conn: delivery.conn,
      link: delivery.link,
      handed: delivery.handed,
      why: delivery.why,
      status: delivery.status,
      relay: delivery.relay,
      needs: delivery.needs,
    },
    changes,
  );

export interface MtaState {
  readonly config: MtaConfig;
  readonly hostname: string;
  /** Letters accepted so far and ids given: never reused. */
  readonly nextNumber: number;
  readonly nextDelivery: number;
  readonly service: ServiceState;
  readonly stub: StubState;
  readonly queue: readonly QueueEntry[];
  readonly deliveries: readonly Delivery[];
}

export const mtaWith = (mta: MtaState, changes: Partial<MtaState>): MtaState =>
  edited<MtaState>(
    {
      config: mta.config,
      hostname: mta.hostname,
      nextNumber: mta.nextNumber,
      nextDelivery: mta.nextDelivery,
      service: mta.service,
      stub: mta.stub,
      queue: mta.queue,
      deliveries: mta.deliveries,
    },
    changes,
  );

/** From the MSA of the same host: keep this letter; the answer is {@link SubmitAnswer}. */
export interface SubmitRequest {
  readonly kind: 'submit';
  readonly token: string;
  readonly received: ReceivedMessage;
  readonly client: Client;
}

export interface SubmitAnswer {
  readonly kind: 'queued';
  readonly token: string;
  readonly queueId: QueueId;
}

export type { Outcome };
