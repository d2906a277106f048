/**
 * Every reply the server gives, named with its number (RFC 5321 §4.2.3) and with its enhanced status code (RFC 3463).
 * The words are the dialects'; a dialect whose model uses another code for the same thing carries it with its words.
 */
import type { Octets } from '../../base/octets.ts';
import { isUtf8 } from '../../base/octets.ts';
import type { Dialect } from './dialects/dialect.ts';
import type { PathTrouble } from './path-trouble.ts';
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
  R220StartTls: kind(220, '2.0.0'),
  R221Closing: kind(221, '2.0.0'),
  R221NoMailClient: kind(221, '2.7.0', SESSION_END),
  R235Authenticated: kind(235, '2.7.0'),
  R250Helo: kind(250, ''),
  R250Ehlo: kind(250, ''),
  R250Sender: kind(250, '2.1.0'),
  R250Recipient: kind(250, '2.1.5'),
  R250Queued: kind(250, '2.0.0'),
  R250ChunksQueued: kind(250, '2.0.0'),
  R250Chunk: kind(250, '2.0.0'),
  R250Expanded: kind(250, '2.1.5'),
  R250Turn: kind(250, ''),
  R250Reset: kind(250, '2.0.0'),
  R250Noop: kind(250, '2.0.0'),
  R250Verified: kind(250, '2.1.5'),
  R252CannotVerify: kind(252, '2.0.0'),
  R334Challenge: kind(334, '', 'RFC 4954 §4'),
  R354Start: kind(354, ''),
  R421BareLf: kind(421, '4.5.0', 'RFC 5321 §2.3.8'),
  R421DataTimedOut: kind(421, '4.4.2', 'RFC 5321 §4.5.3.2'),
  R421TimedOut: kind(421, '4.4.2', 'RFC 5321 §4.5.3.2'),
  R421TooManyIdle: kind(421, '4.7.0', SESSION_END),
  R421TooManyUnknown: kind(421, '4.7.0', SESSION_END),
  R421TooManyErrors: kind(421, '4.7.0', SESSION_END),
  R421TooManyConnections: kind(421, '4.7.0', SESSION_END),
  R421Unavailable: kind(421, '', SESSION_END),
  R450SenderDomain: kind(450, '4.1.8'),
  R451TryLater: kind(451, '4.3.0'),
  R451DataTryLater: kind(451, '4.3.0'),
  R452MailboxFull: kind(452, '4.2.2'),
  R452NoStorage: kind(452, '4.3.1'),
  R452TooManyRecipients: kind(452, '4.5.3', 'RFC 5321 §4.5.3.1.10'),
  R454AuthLater: kind(454, '4.7.0', 'RFC 4954 §6'),
  R454NoTls: kind(454, '4.7.0', 'RFC 3207 §4'),
  R459NoTurn: kind(459, '', 'RFC 1985 §5.3'),
  R500BadSyntax: kind(500, '5.5.2', 'RFC 5321 §4.1.2'),
  R500EightBit: kind(500, '5.5.2', 'RFC 5321 §2.4'),
  R500TooLong: kind(500, '5.5.2', 'RFC 5321 §4.5.3.1.9'),
  R500Unknown: kind(500, '5.5.2', 'RFC 5321 §4.2.4'),
  R501HelloSyntax: kind(501, ''),
  R501HelloName: kind(501, ''),
  R501Nul: kind(501, '5.5.2', 'RFC 5321 §4.1.2'),
  R501MailSyntax: kind(501, '5.5.4'),
  R501RcptSyntax: kind(501, '5.5.4'),
  R501VrfySyntax: kind(501, '5.5.4'),
  R501NoArgument: kind(501, '5.5.4'),
  R501AuthSyntax: kind(501, '5.5.4'),
  R501AuthArguments: kind(501, '5.5.4'),
  R501InitialUnexpected: kind(501, '5.5.4', 'RFC 4954 §4'),
  R501AuthCancelled: kind(501, '5.7.0', 'RFC 4954 §4'),
  R501BadBody: kind(501, '5.5.4', 'RFC 6152 §2'),
  R501BadRet: kind(501, '5.5.4', 'RFC 3461 §4.3'),
  R501BadEnvid: kind(501, '5.5.4', 'RFC 3461 §4.4'),
  R501BadNotify: kind(501, '5.5.4', 'RFC 3461 §4.1'),
  R501BadOrcpt: kind(501, '5.5.4', 'RFC 3461 §4.2'),
  R501TurnSyntax: kind(501, '', 'RFC 1985 §5.3'),
  R501TurnDomain: kind(501, '', 'RFC 1985 §5.3'),
  R501ChunkSyntax: kind(501, '5.5.4', 'RFC 3030 §2'),
  R501BadSender: kind(501, '5.1.7', 'RFC 5321 §4.1.2'),
  R501BadRecipient: kind(501, '5.1.3', 'RFC 5321 §4.1.2'),
  R501BadSize: kind(501, '5.5.4', SIZE),
  R501WantsDomain: kind(501, '5.5.2', 'RFC 5321 §2.3.5'),
  R502ExpnDisabled: kind(502, '5.5.1', 'RFC 5321 §3.5.3'),
  R502TurnDisabled: kind(502, '5.5.1', 'RFC 1985 §5.3'),
  R502NotImplemented: kind(502, '5.5.1', 'RFC 5321 §4.2.4'),
  R502VrfyDisabled: kind(502, '5.5.1', 'RFC 5321 §3.5.3'),
  R503AllRefused: kind(503, '5.5.1', ORDER),
  R503NotOffered: kind(503, '5.5.1', 'RFC 5321 §4.1.1.1'),
  R503HelloFirst: kind(503, '5.5.1', ORDER),
  R503NestedMail: kind(503, '5.5.1', ORDER),
  R503MailAfterChunk: kind(503, '5.5.1', 'RFC 3030 §3'),
  R503NeedMail: kind(503, '5.5.1', ORDER),
  R503DataBeforeMail: kind(503, '5.5.1', ORDER),
  R503DataBeforeRcpt: kind(503, '5.5.1', ORDER),
  R503DataAfterChunk: kind(503, '5.5.1', 'RFC 3030 §3'),
  R503RcptAfterChunk: kind(503, '5.5.1', 'RFC 3030 §3'),
  R503AuthInTransaction: kind(503, '5.5.1', 'RFC 4954 §4'),
  R503Authenticated: kind(503, '5.5.1', 'RFC 4954 §4'),
  R503NoAuth: kind(503, '5.5.1', 'RFC 4954 §4'),
  R503TurnInTransaction: kind(503, '', 'RFC 1985 §5.3'),
  R503TlsActive: kind(503, '5.5.1', 'RFC 3207 §4.2'),
  R503Refused: kind(503, '5.7.0', 'RFC 5321 §3.1'),
  R504Mechanism: kind(504, '5.5.4', 'RFC 4954 §4'),
  R530StartTlsFirst: kind(530, '5.7.0', 'RFC 3207 §4'),
  R535BadEncoding: kind(535, '5.7.8', 'RFC 4954 §4'),
  R535BadInitialEncoding: kind(535, '5.7.8', 'RFC 4954 §4'),
  R535BadCredentials: kind(535, '5.7.8', 'RFC 4954 §6'),
  R538TlsForAuth: kind(538, '5.7.0', 'RFC 4954 §6'),
  R550UserUnknown: kind(550, '5.1.1'),
  R550DomainUnknown: kind(550, '5.1.2'),
  R550RelayDenied: kind(550, '5.7.1', 'RFC 5321 §3.6.2'),
  R552TooLarge: kind(552, '5.3.4', SIZE),
  R551NullChunk: kind(551, '5.7.1', 'RFC 3030 §2'),
  R551ChunkDiscarded: kind(551, '5.0.0', 'RFC 3030 §2'),
  R552DataTooLarge: kind(552, '5.3.4', SIZE),
  R552ChunkTooLarge: kind(552, '5.3.4', SIZE),
  R552Absurd: kind(552, '5.3.4', SIZE),
  R553NotLoggedIn: kind(553, '5.7.1', 'RFC 6409 §6.1'),
  R553NotOwner: kind(553, '5.7.1', 'RFC 6409 §6.1'),
  R554AccessDenied: kind(554, '5.7.1', 'RFC 6409 §3.3'),
  R554TooManyHops: kind(554, '5.4.0', 'RFC 5321 §6.3'),
  R554TypeAhead: kind(554, '5.5.0', 'RFC 2920 §3.1'),
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
    case 'access-denied':
      return 'R554AccessDenied';
    case 'not-logged-in':
      return 'R553NotLoggedIn';
    case 'not-owner':
      return 'R553NotOwner';
    case 'domain-unknown':
      return 'R550DomainUnknown';
    case 'mailbox-full':
      return 'R452MailboxFull';
    case 'insufficient-storage':
      return 'R452NoStorage';
    case 'too-large':
      return verb === 'END-OF-DATA' ? 'R552DataTooLarge' : 'R552TooLarge';
    case 'too-many-hops':
      return 'R554TooManyHops';
    case 'too-many-connections':
      return 'R421TooManyConnections';
    case 'try-later':
      if (verb === 'CONNECT') return 'R421Unavailable';
      return verb === 'END-OF-DATA' ? 'R451DataTryLater' : 'R451TryLater';
    case 'rejected':
      if (verb === 'CONNECT') return 'R554NoService';
      return verb === 'END-OF-DATA' ? 'R554DataRejected' : 'R554Rejected';
  }
}

/** What may stand in a reply's place-holders. All of it may come from the client: see {@link printable}. */
export interface ReplyValues {
  readonly host: string;
  readonly peer: string;
  /** HELO's argument, empty when there was none. */
  readonly helo: string;
  /** The client's name and a blank, or nothing; the name or what HELO said; the name or `unknown`. */
  readonly known: string;
  readonly client: string;
  readonly remote: string;
  /** What Sendmail says of a client whose address has no name, or nothing. */
  readonly nameless: string;
  readonly verb: string;
  /** The command line. */
  readonly line: string;
  /** Mailbox without brackets. */
  readonly mailbox: string;
  /** The path as typed, brackets and all. */
  readonly typed: string;
  readonly sender: string;
  /** The keyword as typed where `FROM:` or `TO:` should stand. */
  readonly scanned: string;
  /** Of a path that breaks off: what was well, and what is not. */
  readonly before: string;
  readonly rest: string;
  /** `Sender` in reply to MAIL, else `Recipient`; the same in lower case. */
  readonly role: string;
  readonly part: string;
  /** A command parameter as typed, and its name alone. */
  readonly parameter: string;
  readonly keyword: string;
  readonly value: string;
  readonly id: string;
  /** Of an id `seconds.process`. */
  readonly seconds: string;
  readonly process: string;
  readonly limit: string;
  /** Who logged in. */
  readonly login: string;
  /** Octets of a chunk, or in reply to the last one of all of them; and of the last chunk alone. */
  readonly octets: string;
  readonly chunk: string;
  /** What every RCPT of the transaction was refused with. */
  readonly refusal: string;
  /** `Valid` or `valid`, as Exim begins the last line of it. */
  readonly valid: string;
  /** Base64 of a SASL challenge. */
  readonly challenge: string;
  /** `; ` and the date, a blank and the date, or empty. */
  readonly date: string;
  readonly today: string;
}

/** Octets of one value shown: longer ones are cut, so that a reply line stays near RFC 5321 §4.5.3.1.5's 512. */
const SHOWN = 400;

const NOT_PRINTABLE = /[^\x20-\x7e]/;

/**
 * Control octets as `?`: a client must not be able to write reply lines of its own. 8-bit octets pass where UTF-8 is
 * spoken (RFC 6531 §3.5), and only if they are UTF-8.
 */
export function printable(text: string, utf8 = false): string {
  const cut = text.length > SHOWN ? text.slice(0, SHOWN) : text;
  if (!NOT_PRINTABLE.test(cut)) return cut;
  return cut.replace(utf8 && isUtf8(cut as Octets) ? /[\x00-\x1f\x7f]/g : /[^\x20-\x7e]/g, '?');
}

/** What stands in a place-holder; undefined: nothing does. */
export type ValueFor = (place: keyof ReplyValues) => string | undefined;

/** Puts values into the place-holders `{name}` of a text; what is no place-holder stays as it is. */
export function fill(template: string, valueFor: ValueFor, utf8 = false): string {
  let open = template.indexOf('{');
  if (open < 0) return template;
  let out = '';
  let from = 0;
  while (open >= 0) {
    const close = template.indexOf('}', open);
    if (close < 0) break;
    const value = valueFor(template.slice(open + 1, close) as keyof ReplyValues);
    out += template.slice(from, open) + (value === undefined ? '' : printable(value, utf8));
    from = close + 1;
    open = template.indexOf('{', from);
  }
  return out + template.slice(from);
}

/**
 * A reply in a dialect. `own` replaces the dialect's words when it is not empty; `lines` its template lines; `trouble`
 * gives the dialect's words for what is wrong with a path, if it has some.
 */
export function compose(
  dialect: Dialect,
  name: ReplyName,
  valueFor: ValueFor,
  own = '',
  lines?: readonly string[],
  trouble?: PathTrouble,
): Reply {
  const base: ReplyKind = REPLIES[name];
  const words = (trouble && dialect.troubles[trouble]) ?? dialect.replies[name];
  const entry = typeof words === 'string' ? { text: words } : words;
  const utf8 = dialect.offers.includes('SMTPUTF8');
  const template = lines ?? (typeof entry.text === 'string' ? [entry.text] : entry.text);
  return {
    code: entry.code ?? base.code,
    enhanced: dialect.enhanced ? (entry.enhanced ?? base.enhanced) : '',
    lines: own === '' ? template.map((line) => fill(line, valueFor, utf8)) : [printable(own)],
  };
}
