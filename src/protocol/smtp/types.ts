/**
 * The boundary between the SMTP machines (syntax, sequence, codes) and the agents (policy). A server machine asks, the
 * agent answers with a reason in the field's words; the machine turns the reason into a code, the dialect into words.
 */
import type { Octets } from '../../base/octets.ts';
import type { ReceivedStyle } from '../../mail/received.ts';
import type { Secured } from '../machine.ts';
import type { Credentials } from '../sasl/sasl.ts';

/** A kind of server: how it speaks is how it writes its trace fields, too. */
export type DialectName = ReceivedStyle;

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
  /**
   * `may` offers STARTTLS (RFC 3207); `encrypt` wants it before anything of weight (530); `implicit`: TLS is there before
   * the greeting (RFC 8314 §3.3).
   */
  readonly tls: 'none' | 'may' | 'encrypt' | 'implicit';
  /** AUTH (RFC 4954); null: none. */
  readonly auth: AuthConfig | null;
  /** Extensions the dialect knows that are switched off here, by keyword. */
  readonly without: readonly SmtpExtension[];
  /** The administrator's word on what the dialect says of `typeAhead` (Postfix `reject_unauth_pipelining`: `refused`). */
  readonly typeAhead?: 'welcome' | 'refused' | 'ends';
}

export interface AuthConfig {
  /** As shown, in this order. Those this server cannot do are refused when they are asked for. */
  readonly mechanisms: readonly string[];
  /** Not offered and refused before TLS (RFC 4954 §4: 538). */
  readonly tlsOnly: boolean;
  /** Also the line `AUTH=…` that clients before RFC 2554 looked for. */
  readonly oldLine: boolean;
}

/** Service extensions by EHLO keyword. */
export type SmtpExtension =
  | 'PIPELINING' //           RFC 2920
  | 'SIZE' //                 RFC 1870
  | 'VRFY'
  | 'EXPN'
  | 'HELP'
  | 'ETRN' //                 RFC 1985
  | 'ENHANCEDSTATUSCODES' //  RFC 2034
  | '8BITMIME' //             RFC 6152
  | 'DSN' //                  RFC 3461
  | 'SMTPUTF8' //             RFC 6531
  | 'CHUNKING'; //            RFC 3030

/** What MAIL said besides the reverse-path. */
export interface MailParameters {
  readonly size: number | null;
  /** BODY (RFC 6152); empty when it was not given. */
  readonly body: '' | '7BIT' | '8BITMIME';
  readonly utf8: boolean;
  /** RET and ENVID (RFC 3461 §4.3, §4.4); ENVID decoded from xtext. */
  readonly ret: '' | 'FULL' | 'HDRS';
  readonly envid: string;
}

/** NOTIFY and ORCPT (RFC 3461 §4.1, §4.2). `notify` empty: not given. `orcpt` as given: `rfc822;jura@firma1.intr`. */
export interface RcptParameters {
  readonly notify: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[];
  readonly orcpt: string;
}

export const NO_MAIL_PARAMETERS: MailParameters = { size: null, body: '', utf8: false, ret: '', envid: '' };
export const NO_RCPT_PARAMETERS: RcptParameters = { notify: [], orcpt: '' };

export type SmtpQuestion =
  /** A client connected. */
  | { readonly kind: 'connect'; readonly peer: string }
  | {
      readonly kind: 'mail';
      readonly reversePath: string;
      readonly size: number | null;
      readonly login: string;
    }
  | {
      readonly kind: 'rcpt';
      readonly reversePath: string;
      readonly forwardPath: string;
      readonly login: string;
    }
  | {
      readonly kind: 'vrfy';
      readonly argument: string;
      readonly reversePath: string;
      readonly login: string;
    }
  /** EXPN: the members of a list (RFC 5321 §4.1.1.7). */
  | { readonly kind: 'expn'; readonly argument: string }
  /** ETRN: deliver what waits for this domain (RFC 1985). */
  | { readonly kind: 'etrn'; readonly domain: string; readonly login: string }
  /** A challenge for CRAM-MD5, `<digits.digits@host>` (RFC 2195 §2). */
  | { readonly kind: 'challenge' }
  | { readonly kind: 'login'; readonly credentials: Credentials }
  /** The final dot came. The agent must have the letter safe before it accepts (RFC 5321 §6.1). */
  | { readonly kind: 'message'; readonly received: ReceivedMessage };

export interface ReceivedMessage {
  readonly helo: string;
  /** `with` of the trace field (RFC 3848). */
  readonly protocol: string;
  readonly reversePath: string;
  /** As given in RCPT, without brackets and without source route. */
  readonly forwardPaths: readonly string[];
  readonly parameters: MailParameters;
  /** Of each forward-path. */
  readonly recipientParameters: readonly RcptParameters[];
  /** Who logged in; empty: nobody. */
  readonly login: string;
  readonly mechanism: string;
  readonly tls: Secured | null;
  /** Dot-unstuffed, every line ending in CRLF. */
  readonly content: Octets;
}

/** Why an agent refuses; the table in `replies.ts` gives each its code per command. */
export type Refusal =
  | 'sender-domain-unknown' //  MAIL: 501/550/450 by dialect (`Sender domain must exist`)
  | 'user-unknown' //           RCPT, VRFY: 550 5.1.1
  | 'relay-denied' //           RCPT: 554/550 5.7.1
  | 'access-denied' //          RCPT: 554 5.7.1: only who logged in may send here
  | 'not-logged-in' //          RCPT: 553 5.7.1: the sender is somebody's who did not log in
  | 'not-owner' //              RCPT: 553 5.7.1: the sender is not of the login
  | 'domain-unknown' //         RCPT: 550 5.1.2
  | 'mailbox-full' //           RCPT, message: 452/552 4.2.2
  | 'insufficient-storage' //   MAIL, message: 452 4.3.1
  | 'too-large' //              MAIL, message: 552 5.3.4
  | 'too-many-hops' //          message: 554 5.4.0
  | 'too-many-connections' //   connect: 421 4.7.0
  | 'try-later' //              any: 451 4.3.0
  | 'rejected'; //              any: 554 5.7.1, with the agent's own text

export type SmtpAnswer =
  /**
   * Read with the answer to `connect` only: `greetingDate`, RFC 5322 date for the dialects whose greeting shows one;
   * `banner`, the administrator's own words behind 220 (Postfix `smtpd_banner`); `clientName`, the name the client's
   * address maps back to, if it does.
   */
  | {
      readonly kind: 'accept';
      readonly greetingDate?: string;
      readonly banner?: string;
      readonly clientName?: string;
    }
  /** `message` accepted: RFC 5321 §4.4 id, shown by most dialects. */
  | { readonly kind: 'queued'; readonly queueId: string }
  /** LMTP: one verdict for each recipient, in order. */
  | { readonly kind: 'verdicts'; readonly verdicts: readonly (SmtpAccept | SmtpRefuse)[] }
  /** VRFY: the full mailbox, or 252 when not disclosed. */
  | { readonly kind: 'verified'; readonly mailbox: string }
  | { readonly kind: 'cannot-verify' }
  | { readonly kind: 'expanded'; readonly mailboxes: readonly string[] }
  /** ETRN: `queueing` when something may wait, `unserved` for a domain that this host does not queue for. */
  | { readonly kind: 'queueing' }
  | { readonly kind: 'unserved' }
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** `login`: the name under which the client is known from now on; null: wrong, and nobody learns how. */
  | { readonly kind: 'login'; readonly login: string | null }
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
  /** The administrator's own code, e.g. Postfix's `unknown_local_recipient_reject_code = 450`. */
  readonly code?: number;
}

/** One mail transaction for a client machine. */
export interface Transaction {
  /** Sender's queue id: goes into the content note, never onto the wire. */
  readonly letter: string;
  readonly reversePath: string;
  readonly forwardPaths: readonly string[];
  /** What is asked of the server where it offers the extension; what it does not offer stays unsaid. */
  readonly parameters: MailParameters;
  /** Of each forward-path; empty: none. */
  readonly recipientParameters: readonly RcptParameters[];
  /** Every line ending in CRLF, not dot-stuffed. */
  readonly content: Octets;
}

/** `tls`: STARTTLS or the handshake. `auth`: the login. */
export type Stage = 'connect' | 'helo' | 'tls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content';

export interface RecipientOutcome {
  readonly recipient: string;
  readonly stage: Stage;
  /** null: the connection was lost before a reply came. */
  readonly reply: Reply | null;
}

export interface Outcome {
  readonly letter: string;
  /** EHLO keywords of the server, in upper case: a relayed letter's DSN requests went on with it, or did not (RFC 3461 §5.2). */
  readonly offered: readonly string[];
  readonly recipients: readonly RecipientOutcome[];
}

export type SmtpClientQuestion =
  /**
   * Ready for a transaction; `outcome` reports the one just finished. Answer: a transaction, or done (QUIT follows), or
   * reset: RSET goes first, and once it is answered the question comes again. It shows whether the server is still there.
   */
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
  | { readonly kind: 'reset' }
  | { readonly kind: 'done' };

export interface SmtpClientConfig {
  /** Argument of EHLO/HELO/LHLO. */
  readonly helo: string;
  readonly variant: 'smtp' | 'lmtp';
  /** Milliseconds to wait for each reply (RFC 5321 §4.5.3.2). */
  readonly replyTimeoutMs: number;
  /** `may`: TLS where STARTTLS is offered; `encrypt`: no letter without; `implicit`: before the greeting. */
  readonly tls: 'none' | 'may' | 'encrypt' | 'implicit';
  /** Logs in with AUTH; null: does not. */
  readonly login: { readonly user: string; readonly password: string } | null;
  /** Says MAIL, RCPT and DATA in one go where PIPELINING is offered (RFC 2920). */
  readonly pipelines: boolean;
}
