/**
 * A server of the time before RFC 1425 (1993): Sendmail 5 of BSD as it stood around 1990. It knows RFC 821 and no EHLO, so a
 * client that tries falls back on HELO (RFC 5321 §2.2.1). The words are those of the Sendmail manuals and transcripts of
 * the time; what it never met it says in Sendmail's manner.
 */
import type { Dialect } from './dialect.ts';
import { EXTENSION_WORDS } from './extension-words.ts';
import { USUAL } from './habits.ts';

const UNRECOGNIZED = { code: 500, text: 'Command unrecognized' } as const;
const SYNTAX = { code: 501, text: 'Syntax error' } as const;
const DENIED = { code: 550, text: '{typed}... Access denied' } as const;
const TOO_LARGE = 'Message exceeds maximum fixed size';

export const preEsmtp: Dialect = {
  ...USUAL,
  name: 'pre-esmtp',
  enhanced: false,
  offers: ['EXPN', 'HELP'],
  notImplemented: ['TURN', 'SEND', 'SOML', 'SAML'],
  parametersAfterHelo: false,
  hangsUpOn: 'nothing',
  esmtp: false,
  noArguments: [],
  lines: { ...USUAL.lines, limit: 1024, controls: 'text' },
  // It waits two hours for a line, and bears everything.
  patience: { ...USUAL.patience, idleMs: 7_200_000, errors: null, junk: null },
  troubles: {
    'open-bracket': { code: 554, text: "{typed}... Unbalanced '<'" },
    'close-bracket': { code: 554, text: "{typed}... Unbalanced '>'" },
    'open-quote': { code: 554, text: "{typed}... Unbalanced '\"'" },
  },
  replies: {
    ...EXTENSION_WORDS,
    R214Help: {
      text: [
        'Commands:',
        '\tHELO\tMAIL\tRCPT\tDATA\tRSET',
        '\tNOOP\tQUIT\tHELP\tVRFY\tEXPN',
        'End of HELP info',
      ],
    },
    R220Ready: '{host} Sendmail 5.61/1.34 ready at{today}',
    R221Closing: '{host} closing connection',
    R221NoMailClient: '{host} closing connection',
    R250Helo: '{host} Hello {helo} [{peer}], pleased to meet you',
    R250Ehlo: '{host} Hello {helo} [{peer}], pleased to meet you',
    R250Sender: '{typed}... Sender ok',
    R250Recipient: '{typed}... Recipient ok',
    R250Queued: 'Ok',
    R250Reset: 'Reset state',
    // So it was: Sendmail 5 answered with 200, and RFC 821 §4.2.1 had another number.
    R250Noop: { code: 200, text: 'OK' },
    R250Verified: '<{mailbox}>',
    R252CannotVerify: { code: 250, text: '<{mailbox}>' },
    R354Start: 'Enter mail, end with "." on a line by itself',
    R421DataTimedOut: '{host} timeout waiting for input',
    R421TimedOut: '{host} timeout waiting for input',
    R421TooManyErrors: '{host} closing connection',
    R421Unavailable: '{host} Service not available, closing transmission channel',
    R450SenderDomain: { code: 553, text: '{typed}... Host unknown' },
    R451TryLater: '{typed}... Requested action aborted: error in processing',
    R451DataTryLater: 'Requested action aborted: error in processing',
    R452MailboxFull: 'Requested action not taken: insufficient system storage',
    R452NoStorage: 'Requested action not taken: insufficient system storage',
    R452TooManyRecipients: { code: 552, text: 'Too many recipients' },
    R500BadSyntax: UNRECOGNIZED,
    R500EightBit: UNRECOGNIZED,
    R500TooLong: 'Line too long',
    R500Unknown: UNRECOGNIZED,
    R501Nul: UNRECOGNIZED,
    R501HelloSyntax: 'HELO requires domain address',
    R501MailSyntax: SYNTAX,
    R501RcptSyntax: SYNTAX,
    R501VrfySyntax: SYNTAX,
    R501NoArgument: SYNTAX,
    R501BadSender: SYNTAX,
    R501BadRecipient: SYNTAX,
    R501BadSize: SYNTAX,
    R502NotImplemented: 'Command not implemented',
    R502VrfyDisabled: 'Command not implemented',
    R503DataBeforeMail: 'Need MAIL command',
    R503DataBeforeRcpt: 'Need RCPT (recipient)',
    R503HelloFirst: 'Polite people say HELO first',
    R503NeedMail: 'Need MAIL before RCPT',
    R503NestedMail: 'Sender already specified',
    R503NoAuth: UNRECOGNIZED,
    R503Refused: 'Access denied',
    R550DomainUnknown: '{typed}... Host unknown',
    R550RelayDenied: '{typed}... Relaying denied',
    R550UserUnknown: '{typed}... User unknown',
    R552DataTooLarge: TOO_LARGE,
    R552TooLarge: TOO_LARGE,
    R553NotLoggedIn: DENIED,
    R553NotOwner: DENIED,
    R554AccessDenied: DENIED,
    R554NoService: '{host} Service not available',
    R554Rejected: DENIED,
    R554DataRejected: 'Transaction failed',
    R555Parameter: SYNTAX,
  },
};
