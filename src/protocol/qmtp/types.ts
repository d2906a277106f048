/**
 * The boundary between the QMTP machines and the agents. QMTP is D. J. Bernstein's Quick Mail Transfer Protocol, version
 * 19970201 (https://cr.yp.to/proto/qmtp.txt, TCP port 209); clauses are cited as `QMTP §4`.
 *
 * Paths are SMTP's, so that a letter can come by one protocol and go on by the other: a local part that SMTP would have
 * in quotes is in quotes here, and raw on the wire. Octets above 127 stay what they are.
 */
import type { Octets } from '../../base/octets.ts';
import type { SmtpAccept, SmtpRefuse, Transaction as MailTransaction } from '../smtp/types.ts';

/** QMTP carries no parameters. */
export type Transaction = Omit<MailTransaction, 'parameters' | 'recipientParameters'>;

/** QMTP §5: accepted (like 250 to the final dot), temporary failure, permanent failure. */
export type QmtpCode = 'K' | 'Z' | 'D';

/** What the protocol calls a response: one for each recipient of a package. */
export interface QmtpReply {
  readonly code: QmtpCode;
  /** Enhanced status code out of the text's `(#5.7.1)`, what QMTP §5 calls an HCMSSC code; empty without one. */
  readonly enhanced: string;
  /** The description behind the code. From another host it may hold any octets. */
  readonly text: string;
}

export interface QmtpServerConfig {
  /** Octets of a message, each line end counted as one as qmail's `control/databytes` does; 0: no limit. */
  readonly sizeLimit: number;
}

/**
 * A whole package came. The agent must have the letter safe for every recipient it accepts (QMTP §5). Recipients that
 * qmail-qmtpd refuses unread (1,000 octets and more, or a NUL) are not among the forward-paths.
 */
export interface QmtpQuestion {
  readonly kind: 'package';
  /** Empty for the null reverse-path. */
  readonly reversePath: string;
  /** At least one, in the order given; the same may come twice. */
  readonly forwardPaths: readonly string[];
  /**
   * Lines with CRLF between them. Behind the last CRLF stands the last line, which is nearly always empty; a content
   * that does not end in CRLF ends in a partial line (QMTP §3), and is kept so.
   */
  readonly content: Octets;
}

/** For one recipient. Own words (`text`) are shown with `rejected` and `try-later` only, as in SMTP. */
export type QmtpVerdict = SmtpAccept | SmtpRefuse;

export interface QmtpAnswer {
  readonly kind: 'verdicts';
  /** One for each forward-path of the question, in order; a missing one counts as `try-later`. */
  readonly verdicts: readonly QmtpVerdict[];
  /** The host's time in whole seconds since 1970, which qmail shows with what it accepts. */
  readonly epochSeconds: number;
}

export interface QmtpClientConfig {
  /** `crlf`: encoding #1 of QMTP §4; `lf`: encoding #2. */
  readonly lineEnd: 'crlf' | 'lf';
  /** Milliseconds to wait for each reply, since the one before or since the last package. qmail's client waits 600,000. */
  readonly replyTimeoutMs: number;
}

export interface QmtpRecipientOutcome {
  readonly recipient: string;
  /** null: none came, which counts as a temporary failure (QMTP §2); the letter may have been accepted all the same. */
  readonly reply: QmtpReply | null;
}

export interface QmtpOutcome {
  readonly letter: string;
  /** In the order of the transaction's forward-paths. */
  readonly recipients: readonly QmtpRecipientOutcome[];
}

/**
 * Why a session ended. `done`: all packages were sent and all replies came. `lost`: the server closed. `silent`: no reply
 * in time. `overtime`: the hour of QMTP §2 was over. `senseless`: what came was no reply, or nothing was due.
 */
export type QmtpEnd = 'done' | 'lost' | 'silent' | 'overtime' | 'senseless';

export type QmtpClientQuestion =
  /**
   * Ready for another package, whether the ones before it are answered or not: QMTP waits for nothing (§2). An agent that
   * wants one package at a time answers only when the outcome of the last has come.
   */
  | { readonly kind: 'next' }
  /** All replies to one package came, or none will come any more. No answer is awaited. */
  | { readonly kind: 'outcome'; readonly outcome: QmtpOutcome }
  /** The session ended, after the outcome of every package sent. No answer is awaited, nor one to a `next` before it. */
  | { readonly kind: 'over'; readonly end: QmtpEnd };

export type QmtpClientAnswer =
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  /** No more packages: the client closes when it has all replies. */
  | { readonly kind: 'done' };
