/**
 * qmail-smtpd of netqmail 1.06, known by its documentation and its sources' protocol texts. It reads little: any path will
 * do, parameters are not looked at, and whether a mailbox exists is found out later, by another program. Enhanced status
 * codes stand in the text, in brackets.
 */
import type { Dialect } from './dialect.ts';
import { EXTENSION_WORDS } from './extension-words.ts';
import { USUAL } from './habits.ts';

const UNIMPLEMENTED = { code: 502, text: 'unimplemented (#5.5.1)' } as const;
const SYNTAX = { code: 555, text: 'syntax error (#5.5.4)' } as const;
const NO_GATEWAY = {
  code: 553,
  text: "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
} as const;
const BAD_SENDER = {
  code: 553,
  text: 'sorry, your envelope sender is in my badmailfrom list (#5.7.1)',
} as const;
const TOO_LARGE = 'sorry, that message size exceeds my databytes limit (#5.3.4)';
const LATER = { code: 451, text: 'qqt failure (#4.3.0)' } as const;
const TIMED_OUT = { code: 451, text: 'timeout (#4.4.2)' } as const;

export const qmail: Dialect = {
  ...USUAL,
  name: 'qmail',
  enhanced: false,
  offers: ['PIPELINING', '8BITMIME'],
  notImplemented: [],
  parametersAfterHelo: true,
  hangsUpOn: 'nothing',
  helloNames: 'even-none',
  noArguments: [],
  mailAgain: true,
  checksRecipients: 'none',
  lines: { ...USUAL.lines, limit: 65_536, controls: 'text', bareLf: 'ends' },
  paths: { ...USUAL.paths, lenient: true, strictSize: false },
  // `timeoutsmtpd`; it never loses patience.
  patience: { ...USUAL.patience, idleMs: 1_200_000, errors: null, junk: null },
  troubles: {},
  replies: {
    ...EXTENSION_WORDS,
    R214Help: 'netqmail home page: http://qmail.org/netqmail',
    R220Ready: '{host} ESMTP',
    R221Closing: '{host}',
    R221NoMailClient: '{host}',
    R250Helo: '{host}',
    R250Ehlo: '{host}',
    R250Sender: 'ok',
    R250Recipient: 'ok',
    R250Queued: 'ok {seconds} qp {process}',
    R250Reset: 'flushed',
    R250Noop: 'ok',
    R250Verified: { code: 252, text: "send some mail, i'll try my best" },
    R252CannotVerify: "send some mail, i'll try my best",
    R354Start: 'go ahead',
    R421BareLf: { code: 451, text: 'See http://pobox.com/~djb/docs/smtplf.html.' },
    R421DataTimedOut: TIMED_OUT,
    R421TimedOut: TIMED_OUT,
    R421TooManyErrors: 'out of memory (#4.3.0)',
    R421Unavailable: 'unable to read controls (#4.3.0)',
    R450SenderDomain: BAD_SENDER,
    R451TryLater: LATER,
    R451DataTryLater: LATER,
    R452MailboxFull: { code: 451, text: 'qq temporary problem (#4.3.0)' },
    R452NoStorage: { code: 451, text: 'qq write error or disk full (#4.3.0)' },
    R452TooManyRecipients: 'too many recipients (#4.5.3)',
    R500BadSyntax: UNIMPLEMENTED,
    R500EightBit: UNIMPLEMENTED,
    R500TooLong: { code: 421, text: 'out of memory (#4.3.0)' },
    R500Unknown: UNIMPLEMENTED,
    R501Nul: UNIMPLEMENTED,
    R501HelloSyntax: SYNTAX,
    R501MailSyntax: SYNTAX,
    R501RcptSyntax: SYNTAX,
    R501VrfySyntax: SYNTAX,
    R501NoArgument: SYNTAX,
    R501BadSender: SYNTAX,
    R501BadRecipient: SYNTAX,
    R501BadSize: SYNTAX,
    R502NotImplemented: UNIMPLEMENTED,
    R502VrfyDisabled: { code: 252, text: "send some mail, i'll try my best" },
    R503DataBeforeMail: 'MAIL first (#5.5.1)',
    R503DataBeforeRcpt: 'RCPT first (#5.5.1)',
    R503HelloFirst: 'MAIL first (#5.5.1)',
    R503NeedMail: 'MAIL first (#5.5.1)',
    R503NestedMail: 'RCPT first (#5.5.1)',
    R503NoAuth: UNIMPLEMENTED,
    R503Refused: 'MAIL first (#5.5.1)',
    R550DomainUnknown: NO_GATEWAY,
    R550RelayDenied: NO_GATEWAY,
    R550UserUnknown: { code: 550, text: 'sorry, no mailbox here by that name (#5.1.1)' },
    R552DataTooLarge: TOO_LARGE,
    R552TooLarge: TOO_LARGE,
    R553NotLoggedIn: BAD_SENDER,
    R553NotOwner: BAD_SENDER,
    R554AccessDenied: NO_GATEWAY,
    R554NoService: '{host} ESMTP not accepting messages (#5.7.1)',
    R554Rejected: BAD_SENDER,
    R554DataRejected: 'mail server permanently rejected message (#5.3.0)',
    R555Parameter: SYNTAX,
  },
};
