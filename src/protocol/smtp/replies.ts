/**
 * Every reply the server gives, named with its number (RFC 5321 §4.2.3) and with its enhanced status code (RFC 3463).
 * The words are the dialects'; a dialect whose model uses another code for the same thing carries it with its words.
 */
import type { Dialect } from './dialects/dialect.ts';
import type { Refusal, Reply } from './types.ts';

export interface ReplyKind {
  readonly code: number;
  /** Empty where RFC 2034 §4 wants none (greeting, HELO, EHLO) or there is none (354). */
  readonly enhanced: string;
  /** Empty: the clause of the command answered. */
  readonly clause: string;
}

const kind = (code: number, enhanced: string, clause = ''): ReplyKind => ({ code, enhanced, clause });
const ORDER = 'RFC 5321 §4.1.4';
const PARAMETERS = 'RFC 5321 §4.1.1.11';
const SIZE = 'RFC 1870 §6';
const SESSION_END = 'RFC 5321 §3.8';

export const REPLIES = {
  R214Help: kind(214, '2.0.0'),
  R220Ready: kind(220, ''),
  R221Closing: kind(221, '2.0.0'),
  R221NoMailClient: kind(221, '2.7.0', SESSION_END),
  R250Helo: kind(250, ''),
  R250Ehlo: kind(250, ''),
  R250Sender: kind(250, '2.1.0'),
  R250Recipient: kind(250, '2.1.5'),
  R250Queued: kind(250, '2.0.0'),
  R250Reset: kind(250, '2.0.0'),
  R250Noop: kind(250, '2.0.0'),
  R250Verified: kind(250, '2.1.5'),
  R252CannotVerify: kind(252, '2.0.0'),
  R354Start: kind(354, ''),
  R421TimedOut: kind(421, '4.4.2', 'RFC 5321 §4.5.3.2'),
  R421TooManyErrors: kind(421, '4.7.0', SESSION_END),
  R421Unavailable: kind(421, '', SESSION_END),
  R450SenderDomain: kind(450, '4.1.8'),
  R451TryLater: kind(451, '4.3.0'),
  R451DataTryLater: kind(451, '4.3.0'),
  R452MailboxFull: kind(452, '4.2.2'),
  R452NoStorage: kind(452, '4.3.1'),
  R452TooManyRecipients: kind(452, '4.5.3', 'RFC 5321 §4.5.3.1.10'),
  R500BadSyntax: kind(500, '5.5.2', 'RFC 5321 §4.1.2'),
  R500EightBit: kind(500, '5.5.2', 'RFC 5321 §2.4'),
  R500TooLong: kind(500, '5.5.2', 'RFC 5321 §4.5.3.1.9'),
  R500Unknown: kind(500, '5.5.2', 'RFC 5321 §4.2.4'),
  R501HelloSyntax: kind(501, ''),
  R501MailSyntax: kind(501, '5.5.4'),
  R501RcptSyntax: kind(501, '5.5.4'),
  R501VrfySyntax: kind(501, '5.5.4'),
  R501NoArgument: kind(501, '5.5.4'),
  R501BadSender: kind(501, '5.1.7', 'RFC 5321 §4.1.2'),
  R501BadRecipient: kind(501, '5.1.3', 'RFC 5321 §4.1.2'),
  R501BadSize: kind(501, '5.5.4', SIZE),
  R502NotImplemented: kind(502, '5.5.1', 'RFC 5321 §4.2.4'),
  R503HelloFirst: kind(503, '5.5.1', ORDER),
  R503NestedMail: kind(503, '5.5.1', ORDER),
  R503NeedMail: kind(503, '5.5.1', ORDER),
  R503DataBeforeMail: kind(503, '5.5.1', ORDER),
  R503DataBeforeRcpt: kind(503, '5.5.1', ORDER),
  R503Refused: kind(503, '5.7.0', 'RFC 5321 §3.1'),
  R550UserUnknown: kind(550, '5.1.1'),
  R550DomainUnknown: kind(550, '5.1.2'),
  R550RelayDenied: kind(550, '5.7.1', 'RFC 5321 §3.6.2'),
  R552TooLarge: kind(552, '5.3.4', SIZE),
  R552DataTooLarge: kind(552, '5.3.4', SIZE),
  R554NoService: kind(554, '', 'RFC 5321 §3.1'),
  R554Rejected: kind(554, '5.7.1'),
  R554DataRejected: kind(554, '5.7.1'),
  R555Parameter: kind(555, '5.5.4', PARAMETERS),
} as const satisfies Record<string, ReplyKind>;

export type ReplyName = keyof typeof REPLIES;

/** The reply for an agent's refusal of what `verb` asked. */
export function refusalReply(why: Refusal, verb: string): ReplyName {
  switch (why) {
    case 'sender-domain-unknown':
      return 'R450SenderDomain';
    case 'user-unknown':
      return 'R550UserUnknown';
    case 'relay-denied':
      return 'R550RelayDenied';
    case 'domain-unknown':
      return 'R550DomainUnknown';
    case 'mailbox-full':
      return 'R452MailboxFull';
    case 'insufficient-storage':
      return 'R452NoStorage';
    case 'too-large':
      return verb === 'END-OF-DATA' ? 'R552DataTooLarge' : 'R552TooLarge';
    case 'try-later':
      if (verb === 'CONNECT') return 'R421Unavailable';
      return verb === 'END-OF-DATA' ? 'R451DataTryLater' : 'R451TryLater';
    case 'rejected':
      if (verb === 'CONNECT') return 'R554NoService';
      return verb === 'END-OF-DATA' ? 'R554DataRejected' : 'R554Rejected';
  }
}

/** What may stand in a reply's place-holders. All of it may come from the client: it is shown in printable ASCII. */
export interface ReplyValues {
  readonly host: string;
  readonly peer: string;
  /** HELO's argument, empty when there was none. */
  readonly helo: string;
  readonly verb: string;
  /** The command line. */
  readonly line: string;
  /** Mailbox without brackets. */
  readonly mailbox: string;
  /** The path as typed, brackets and all. */
  readonly typed: string;
  readonly sender: string;
  /** `Sender` in reply to MAIL, else `Recipient`. */
  readonly role: string;
  /** A command parameter as typed, and its name alone. */
  readonly parameter: string;
  readonly keyword: string;
  readonly id: string;
  readonly limit: string;
  /** `; ` and the date, or empty. */
  readonly date: string;
}

/** Octets of one value shown: longer ones are cut, so that a reply line stays near RFC 5321 §4.5.3.1.5's 512. */
const SHOWN = 400;

/** Control octets and 8-bit octets as `?`: a client must not be able to write reply lines of its own. */
export function printable(text: string): string {
  const cut = text.length > SHOWN ? text.slice(0, SHOWN) : text;
  return /[^\x20-\x7e]/.test(cut) ? cut.replace(/[^\x20-\x7e]/g, '?') : cut;
}

/** Puts values into the place-holders `{name}` of a text; what is no place-holder stays as it is. */
export function fill(template: string, values: Partial<ReplyValues>): string {
  let open = template.indexOf('{');
  if (open < 0) return template;
  let out = '';
  let from = 0;
  while (open >= 0) {
    const close = template.indexOf('}', open);
    if (close < 0) break;
    const value = values[template.slice(open + 1, close) as keyof ReplyValues];
    out += template.slice(from, open) + (value === undefined ? '' : printable(value));
    from = close + 1;
    open = template.indexOf('{', from);
  }
  return out + template.slice(from);
}

/** A reply in a dialect. `own` replaces the dialect's words when it is not empty; `lines` its template lines. */
export function compose(
  dialect: Dialect,
  name: ReplyName,
  values: Partial<ReplyValues>,
  own = '',
  lines?: readonly string[],
): Reply {
  const base: ReplyKind = REPLIES[name];
  const words = dialect.replies[name];
  const entry = typeof words === 'string' ? { text: words } : words;
  const template = lines ?? (typeof entry.text === 'string' ? [entry.text] : entry.text);
  return {
    code: entry.code ?? base.code,
    enhanced: dialect.enhanced ? (entry.enhanced ?? base.enhanced) : '',
    lines: own === '' ? template.map((line) => fill(line, values)) : [printable(own)],
  };
}
