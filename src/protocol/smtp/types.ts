/**
 * The boundary between the SMTP machines (syntax, sequence, codes) and the agents (policy). A server machine asks, the
 * agent answers with a reason in the field's words; the machine turns the reason into a code, the dialect into words.
 */
import type { Octets } from '../../base/octets.ts';

export type DialectName = 'postfix2006' | 'postfix3' | 'sendmail8' | 'bizsmtp' | 'dovecot-lmtp';

export interface Reply {
  readonly code: number;
  /** Enhanced status code (RFC 3463) or empty. */
  readonly enhanced: string;
  /** Text lines without code; at least one. */
  readonly lines: readonly string[];
}

export interface SmtpServerConfig {
  /** Own name in greeting and replies. */
  readonly hostname: string;
  readonly dialect: DialectName;
  /** `lmtp` (RFC 2033): LHLO, one reply per recipient after the final dot. */
  readonly variant: 'smtp' | 'lmtp';
  /** Octets, announced with SIZE (RFC 1870); 0: no limit. */
  readonly sizeLimit: number;
  /** RFC 5321 §4.5.3.1.8: at least 100. */
  readonly recipientLimit: number;
  /** Refuse MAIL before HELO/EHLO. */
  readonly heloRequired: boolean;
  /** Further EHLO keywords the dialect shows, e.g. `AUTH LOGIN PLAIN`; only what this server really does. */
  readonly keywords: readonly string[];
}

export type SmtpQuestion =
  /** A client connected. */
  | { readonly kind: 'connect'; readonly peer: string }
  | { readonly kind: 'mail'; readonly reversePath: string; readonly size: number | null }
  | { readonly kind: 'rcpt'; readonly reversePath: string; readonly forwardPath: string }
  | { readonly kind: 'vrfy'; readonly argument: string }
  /** The final dot came. The agent must have the letter safe before it accepts (RFC 5321 §6.1). */
  | { readonly kind: 'message'; readonly received: ReceivedMessage };

export interface ReceivedMessage {
  readonly helo: string;
  /** `with` of the trace field (RFC 3848). */
  readonly protocol: 'SMTP' | 'ESMTP' | 'LMTP';
  readonly reversePath: string;
  /** As given in RCPT, without brackets and without source route. */
  readonly forwardPaths: readonly string[];
  /** Dot-unstuffed, every line ending in CRLF. */
  readonly content: Octets;
}

/** Why an agent refuses; the table in `replies.ts` gives each its code per command. */
export type Refusal =
  | 'sender-domain-unknown' //  MAIL: 501/550/450 by dialect (`Sender domain must exist`)
  | 'user-unknown' //           RCPT, VRFY: 550 5.1.1
  | 'relay-denied' //           RCPT: 554/550 5.7.1
  | 'domain-unknown' //         RCPT: 550 5.1.2
  | 'mailbox-full' //           RCPT, message: 452/552 4.2.2
  | 'insufficient-storage' //   MAIL, message: 452 4.3.1
  | 'too-large' //              MAIL, message: 552 5.3.4
  | 'try-later' //              any: 451 4.3.0
  | 'rejected'; //              any: 554 5.7.1, with the agent's own text

export type SmtpAnswer =
  /**
   * Read with the answer to `connect` only: `greetingDate`, RFC 5322 date for the dialects whose greeting shows one;
   * `banner`, the administrator's own words behind 220 (Postfix `smtpd_banner`).
   */
  | { readonly kind: 'accept'; readonly greetingDate?: string; readonly banner?: string }
  /** `message` accepted: RFC 5321 §4.4 id, shown by most dialects. */
  | { readonly kind: 'queued'; readonly queueId: string }
  /** LMTP: one verdict for each recipient, in order. */
  | { readonly kind: 'verdicts'; readonly verdicts: readonly (SmtpAccept | SmtpRefuse)[] }
  /** VRFY: the full mailbox, or 252 when not disclosed. */
  | { readonly kind: 'verified'; readonly mailbox: string }
  | { readonly kind: 'cannot-verify' }
  | SmtpRefuse;

export interface SmtpAccept {
  readonly kind: 'queued';
  readonly queueId: string;
}

export interface SmtpRefuse {
  readonly kind: 'refuse';
  readonly why: Refusal;
  /** Own words for `rejected` and `try-later`; empty: the dialect's. */
  readonly text: string;
}

/** One mail transaction for a client machine. */
export interface Transaction {
  /** Sender's queue id: goes into the content note, never onto the wire. */
  readonly letter: string;
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** Every line ending in CRLF, not dot-stuffed. */
  readonly content: Octets;
}

export type Stage = 'connect' | 'helo' | 'mail' | 'rcpt' | 'data' | 'content';

export interface RecipientOutcome {
  readonly recipient: string;
  readonly stage: Stage;
  /** null: the connection was lost before a reply came. */
  readonly reply: Reply | null;
}

export interface Outcome {
  readonly letter: string;
  readonly recipients: readonly RecipientOutcome[];
}

export type SmtpClientQuestion =
  /** Ready for a transaction; `outcome` reports the one just finished. Answer: a transaction, or done (QUIT follows). */
  | { readonly kind: 'next'; readonly outcome: Outcome | null }
  /** The session ended; no answer is awaited. `outcome` if a transaction was under way; `reply` the last (e.g. a 4xx/5xx greeting), null when lost. */
  | {
      readonly kind: 'over';
      readonly outcome: Outcome | null;
      readonly stage: Stage | 'done';
      readonly reply: Reply | null;
    };

export type SmtpClientAnswer =
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  | { readonly kind: 'done' };

export interface SmtpClientConfig {
  /** Argument of EHLO/HELO/LHLO. */
  readonly helo: string;
  readonly variant: 'smtp' | 'lmtp';
  /** Milliseconds to wait for each reply (RFC 5321 §4.5.3.2). */
  readonly replyTimeoutMs: number;
}
