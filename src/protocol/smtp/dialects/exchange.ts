/**
 * A receive connector of Microsoft Exchange Server 2019, as Microsoft's documentation and its users' transcripts show it. Its
 * EHLO names more (X-ANONYMOUSTLS, X-EXPS, BINARYMIME, XRDST); here is what this machine does.
 */
import type { Dialect } from './dialect.ts';
import { EXTENSION_WORDS } from './extension-words.ts';
import { USUAL } from './habits.ts';

const UNRECOGNIZED = { code: 500, enhanced: '5.3.3', text: 'Unrecognized command' } as const;
const INVALID_ADDRESS = { code: 501, enhanced: '5.1.7', text: 'Invalid address' } as const;
const ARGUMENTS = { enhanced: '5.5.4', text: 'Invalid arguments' } as const;
const TOO_LARGE = 'Message size exceeds fixed maximum message size';
const TOO_MANY = 'Too many errors on this connection, closing transmission channel';
const TIMED_OUT = { enhanced: '4.4.1', text: 'Connection timed out' } as const;
const HELLO = { enhanced: '', text: '{host} Hello [{peer}]' } as const;
const NEED_MAIL = { enhanced: '5.5.2', text: 'Need mail command' } as const;
const NEED_RCPT = { enhanced: '5.5.2', text: 'Need rcpt command' } as const;
const LATER = { enhanced: '4.7.0', text: 'Temporary server error. Please try again later.' } as const;
const NOT_ITS_OWN = {
  code: 550,
  enhanced: '5.7.60',
  text: 'SMTP; Client does not have permissions to send as this sender',
} as const;
const ANONYMOUS = {
  code: 530,
  enhanced: '5.7.57',
  text: 'SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
} as const;
const DENIED = { code: 550, enhanced: '5.7.1', text: 'Access denied' } as const;

export const exchange: Dialect = {
  ...USUAL,
  name: 'exchange',
  enhanced: true,
  offers: [
    'SIZE',
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    'STARTTLS',
    'AUTH',
    '8BITMIME',
    'CHUNKING',
    'SMTPUTF8',
  ],
  notImplemented: ['EXPN', 'ETRN', 'TURN', 'SEND', 'SOML', 'SAML'],
  parametersAfterHelo: false,
  hangsUpOn: 'nothing',
  wantsHello: true,
  helloNames: 'host-name',
  lines: { ...USUAL.lines, limit: 4002, lostChunkEnds: false },
  paths: { ...USUAL.paths, wantsDomain: 'sender' },
  // `ConnectionInactivityTimeout`, `MaxProtocolErrors`.
  patience: { ...USUAL.patience, idleMs: 300_000, counts: 'faults', errors: 5, ends: 'instead', junk: null },
  troubles: {},
  replies: {
    ...EXTENSION_WORDS,
    R214Help: {
      enhanced: '',
      text: [
        'This server supports the following commands:',
        'HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT',
      ],
    },
    R220Ready: '{host} Microsoft ESMTP MAIL Service ready at{today}',
    R220StartTls: 'SMTP server ready',
    R221Closing: 'Service closing transmission channel',
    R221NoMailClient: 'Service closing transmission channel',
    R235Authenticated: 'Authentication successful',
    R250Helo: HELLO,
    R250Ehlo: HELLO,
    R250Sender: 'Sender OK',
    R250Recipient: 'Recipient OK',
    R250Queued: { enhanced: '2.6.0', text: '<{id}@{host}> Queued mail for delivery' },
    R250ChunksQueued: { enhanced: '2.6.0', text: '<{id}@{host}> Queued mail for delivery' },
    R250Chunk: { enhanced: '2.6.0', text: 'CHUNK received OK, {octets} octets' },
    R250Reset: 'Resetting',
    R250Noop: 'OK',
    R250Verified: { code: 252, enhanced: '2.1.5', text: 'Cannot VRFY user' },
    R252CannotVerify: { enhanced: '2.1.5', text: 'Cannot VRFY user' },
    R354Start: 'Start mail input; end with <CRLF>.<CRLF>',
    R421DataTimedOut: TIMED_OUT,
    R421TimedOut: TIMED_OUT,
    R421TooManyErrors: TOO_MANY,
    R421TooManyIdle: TOO_MANY,
    R421TooManyUnknown: TOO_MANY,
    R421Unavailable: { enhanced: '4.3.2', text: 'Service not available' },
    R450SenderDomain: { code: 554, enhanced: '5.1.0', text: 'Sender denied' },
    R451TryLater: LATER,
    R451DataTryLater: LATER,
    R452MailboxFull: { code: 452, enhanced: '4.2.2', text: 'Mailbox full' },
    R452NoStorage: 'Insufficient system resources',
    R452TooManyRecipients: 'Too many recipients',
    R454AuthLater: 'Temporary authentication failure',
    R500BadSyntax: UNRECOGNIZED,
    R500EightBit: UNRECOGNIZED,
    R500TooLong: { enhanced: '5.5.2', text: 'Command too long' },
    R500Unknown: UNRECOGNIZED,
    R501AuthArguments: ARGUMENTS,
    R501AuthSyntax: ARGUMENTS,
    R501BadBody: ARGUMENTS,
    R501BadEnvid: ARGUMENTS,
    R501BadNotify: ARGUMENTS,
    R501BadOrcpt: ARGUMENTS,
    R501BadRecipient: { code: 501, enhanced: '5.1.3', text: 'Invalid address' },
    R501BadRet: ARGUMENTS,
    R501BadSender: INVALID_ADDRESS,
    R501BadSize: ARGUMENTS,
    R501ChunkSyntax: ARGUMENTS,
    R501HelloName: { enhanced: '5.5.4', text: 'Invalid domain name' },
    R501HelloSyntax: { enhanced: '5.5.4', text: 'Invalid domain name' },
    R501MailSyntax: ARGUMENTS,
    R501NoArgument: ARGUMENTS,
    R501RcptSyntax: ARGUMENTS,
    R501VrfySyntax: ARGUMENTS,
    R501WantsDomain: INVALID_ADDRESS,
    R502ExpnDisabled: { enhanced: '5.3.3', text: 'Command not implemented' },
    R502NotImplemented: { enhanced: '5.3.3', text: 'Command not implemented' },
    R502TurnDisabled: { enhanced: '5.3.3', text: 'Command not implemented' },
    R502VrfyDisabled: { code: 252, enhanced: '2.1.5', text: 'Cannot VRFY user' },
    R503AuthInTransaction: { enhanced: '5.5.2', text: 'Auth command not allowed in a mail transaction' },
    R503Authenticated: { enhanced: '5.5.2', text: 'Client already authenticated' },
    R503DataAfterChunk: { enhanced: '5.5.2', text: 'Need bdat command' },
    R503DataBeforeMail: NEED_MAIL,
    R503DataBeforeRcpt: NEED_RCPT,
    R503HelloFirst: { enhanced: '5.5.2', text: 'Send hello first' },
    R503NeedMail: NEED_MAIL,
    R503NestedMail: { enhanced: '5.5.2', text: 'Sender already specified' },
    R503NoAuth: { code: 504, enhanced: '5.7.4', text: 'Unrecognized authentication type' },
    R503RcptAfterChunk: { enhanced: '5.5.2', text: 'Need bdat command' },
    R503Refused: { enhanced: '5.7.1', text: 'Access denied' },
    R503TlsActive: { code: 503, enhanced: '5.5.2', text: 'Only one STARTTLS command is allowed' },
    R504Mechanism: { code: 504, enhanced: '5.7.4', text: 'Unrecognized authentication type' },
    R535BadCredentials: { enhanced: '5.7.3', text: 'Authentication unsuccessful' },
    R535BadEncoding: { code: 501, enhanced: '5.5.4', text: 'Invalid arguments' },
    R535BadInitialEncoding: { code: 501, enhanced: '5.5.4', text: 'Invalid arguments' },
    R538TlsForAuth: { code: 504, enhanced: '5.7.4', text: 'Unrecognized authentication type' },
    R550DomainUnknown: { enhanced: '5.1.2', text: 'RESOLVER.ADR.BadPrimary; Invalid domain' },
    R550RelayDenied: {
      enhanced: '5.7.54',
      text: 'SMTP; Unable to relay recipient in non-accepted domain',
    },
    R550UserUnknown: {
      enhanced: '5.1.10',
      text: 'RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    },
    R552Absurd: TOO_LARGE,
    R552ChunkTooLarge: TOO_LARGE,
    R552DataTooLarge: TOO_LARGE,
    R552TooLarge: TOO_LARGE,
    R553NotLoggedIn: ANONYMOUS,
    R553NotOwner: NOT_ITS_OWN,
    R554AccessDenied: ANONYMOUS,
    R554DataRejected: { code: 550, enhanced: '5.7.1', text: 'Message rejected' },
    R554NoService: '{host} Service not available',
    R554Rejected: DENIED,
    R555Parameter: { code: 501, enhanced: '5.5.4', text: 'Unrecognized parameter' },
  },
};
