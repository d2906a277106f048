/** Why a letter did not go on: what each kind of server has words for, and what their words are made of. */
import type { RecipientOutcome, Reply, Stage } from '../../protocol/smtp/types.ts';
import { isRefusal } from '../../protocol/smtp/verdicts.ts';
import type { ConnectFailure } from '../../sim/types.ts';
import type { LocalMailbox, StoreRefusal } from '../store/types.ts';
import type { Trouble } from './entry.ts';
import type { Hop } from './types.ts';

/** How a session that was left without a reply ended. */
export type Silence = 'lost' | 'timeout' | 'handshake' | 'not-offered';

/** A quota that is used up, a full disk, or a lock file in the way. */
export type NoRoom = Exclude<StoreRefusal, 'user-unknown'>;

export type NoRoute = 'nullMx' | 'noDomain' | 'noAddress' | 'temporary' | 'loop';

/** A look-up as messages name it. */
export interface Asked {
  readonly name: string;
  readonly type: string;
}

/** A dialect's words. The status of a trouble says what becomes of the letter: 4 waits, 5 fails. */
export interface Wording {
  readonly connect: (hop: Hop, why: ConnectFailure) => Trouble;
  /** A server's refusal at a stage, or its silence. */
  readonly at: (hop: Hop, outcome: RecipientOutcome, silence: Silence) => Trouble;
  readonly route: (why: NoRoute, domain: string, asked: Asked) => Trouble;
  readonly needsUtf8: (hop: Hop) => Trouble;
  readonly tooBig: (hop: Hop, size: number, limit: number) => Trouble;
  readonly unknownUser: (address: string, localPart: string) => Trouble;
  readonly forwardingLoop: (address: string) => Trouble;
  /** Trace fields after which a letter counts as going in circles (RFC 5321 §6.3), and what is said of it. */
  readonly hopLimit: number;
  readonly tooManyHops: Trouble;
  /** A mailbox that nothing could be added to. */
  readonly noRoom: (why: NoRoom, mailbox: LocalMailbox) => Trouble;
  /** Nothing goes to this domain for a while, because of that. */
  readonly suspended: (because: Trouble, domain: string) => Trouble;
  /** The letter was given up for its age; so far it waited because of that. */
  readonly expired: (because: Trouble) => Trouble;
}

/** A server as it is named in messages: `mx1.example.org[203.0.113.10]`. */
export const serverOf = ({ name, address }: Hop): string => `${name}[${address}]`;

export const placeOf = (hop: Hop): string => `${serverOf(hop)}:${hop.port}`;

/** This host gave up by itself. */
export const ours = (status: string, why: string): Trouble => ({
  status,
  why,
  reply: null,
  remoteMta: null,
});

/**
 * The status of a refusal. Its class is that of the reply, whatever status code stands behind it (RFC 3463 §2); what
 * should have been a refusal and is none, is one for good, so that no letter hangs on it.
 */
export function statusOf(reply: Reply): string {
  if (!isRefusal(reply)) return '5.5.0';
  const digit = Math.floor(reply.code / 100);
  return reply.enhanced.startsWith(`${digit}.`) ? reply.enhanced : `${digit}.0.0`;
}

/** With the class of a passing failure: another try may do better. */
export const soft = (status: string): string => `4${status.slice(1)}`;

/**
 * The status of a refusal: a 5yz greeting speaks for one host alone (RFC 7504; Postfix's `smtp_skip_5xx_greeting`), and
 * a login may be mended (`smtp_sasl_auth_soft_bounce`).
 */
export const refusalStatus = (stage: Stage, reply: Reply): string =>
  stage === 'connect' || stage === 'auth' ? soft(statusOf(reply)) : statusOf(reply);

/** Whether the host is to blame (the queue manager then slows down), or this letter. */
export const blamesHost = (stage: Stage | 'done', reply: Reply | null): boolean =>
  reply === null || stage === 'connect' || stage === 'helo' || stage === 'tls' || stage === 'auth';

/** A mistake of this host's own: letters wait until it is mended. */
export const misconfigured = (trouble: Trouble): Trouble => ({ ...trouble, status: '4.3.5' });
