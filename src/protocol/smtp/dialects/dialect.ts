/** The words of one mail server. */
import type { ReplyName } from '../replies.ts';
import type { DialectName, SmtpExtension } from '../types.ts';
import type { PathTrouble } from '../path-trouble.ts';
import { bizsmtp } from './bizsmtp.ts';
import { dovecotLmtp } from './dovecot-lmtp.ts';
import { exchange } from './exchange.ts';
import { exim4 } from './exim4.ts';
import type { Habits } from './habits.ts';
import { postfix3 } from './postfix3.ts';
import { postfix2006 } from './postfix2006.ts';
import { preEsmtp } from './pre-esmtp.ts';
import { qmail } from './qmail.ts';
import { sendmail8 } from './sendmail8.ts';

/** Text with place-holders (`ReplyValues`), and other codes than `REPLIES` has where the model answers with others. */
export type Words =
  | string
  | {
      readonly code?: number;
      readonly enhanced?: string;
      readonly text: string | readonly string[];
    };

/** The last four are words that a server prints and this machine has nothing behind. */
export type Offer =
  | SmtpExtension
  | 'STARTTLS'
  | 'AUTH'
  | 'PIPECONNECT'
  | 'PRDR' //       draft-hall-prdr
  | 'VERB'
  | 'DELIVERBY'; // RFC 2852

export interface Dialect extends Habits {
  readonly name: DialectName;
  /** Sends enhanced status codes (RFC 2034). */
  readonly enhanced: boolean;
  /**
   * What EHLO's lines offer, in the model's order: service extensions, and other words that it prints as they are. The
   * commands and parameters of extensions that are not here do not exist.
   */
  readonly offers: readonly Offer[];
  /** Commands answered with 502, as known and not done; others that `offers` lacks are unknown. */
  readonly notImplemented: readonly ('EXPN' | 'ETRN' | 'BDAT' | 'HELP' | 'TURN' | 'SEND' | 'SOML' | 'SAML')[];
  /** RFC 5321 §2.2.1 lets parameters come after EHLO alone; Postfix takes them after HELO, too. */
  readonly parametersAfterHelo: boolean;
  /**
   * Closes the session on what no mail client says: `headers` on a header line or an HTTP request, `any` also on a line
   * that does not begin with a letter, `requests` on an HTTP request alone.
   */
  readonly hangsUpOn: 'nothing' | 'requests' | 'headers' | 'any';
  readonly replies: Readonly<Record<ReplyName, Words>>;
  /** Words for what is wrong with a path; a trouble without gets those of `R501BadSender` and `R501BadRecipient`. */
  readonly troubles: Readonly<Partial<Record<PathTrouble, Words>>>;
}

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  postfix2006,
  postfix3,
  sendmail8,
  bizsmtp,
  exim4,
  exchange,
  qmail,
  'pre-esmtp': preEsmtp,
  'dovecot-lmtp': dovecotLmtp,
};
