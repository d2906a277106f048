/**
 * Qpopper 4, that keeps its name to itself. The course notes give the greeting, the replies to USER and PASS and the
 * errors of a login (their userName is filled in). The rest are that server's words for the same events, as far as they
 * are known: it counts arguments, reads numbers as C does, marks twice what is to be deleted twice, and leaves a client
 * who is refused. What it calls X-MANGLE, X-MACRO and X-LOCALTIME is not here, nor is AUTH SCRAM-MD5.
 */
import type { Pop3Dialect } from './dialect.ts';
import { PLAIN_HABITS } from './habits.ts';

const UNKNOWN = 'Unknown command: "{command}".';
const STRONGER =
  '[AUTH] You must use TLS/SSL or stronger authentication such as APOP to connect to this server';
const GOODBYE = 'Pop server at {hostname} signing off.';
const CAPABILITIES = [
  'TOP',
  'SASL',
  'USER',
  'LOGIN-DELAY 0',
  'EXPIRE NEVER',
  'UIDL',
  'RESP-CODES',
  'AUTH-RESP-CODE',
  'STLS',
];

export const QPOPPER: Pop3Dialect = {
  ok: {
    greeting: 'ready',
    greetingWithTimestamp: 'ready  {challenge}',
    user: 'Password required for {user}.',
    pass: '{user} has {count} visible message{s} (0 hidden) in {octets} octets.',
    auth: 'Supported SASL mechanisms:',
    capa: 'Capability list follows',
    stls: 'STLS',
    list: '{count} visible messages ({octets} octets)',
    retr: '{octets} octets',
    dele: 'Message {number} has been deleted.',
    noop: 'no big woop',
    rset: 'Maildrop has {count} messages ({octets} octets)',
    top: 'Message follows',
    uidl: 'uidl command accepted.',
    last: '{last} is the last message seen.',
    quitEarly: GOODBYE,
    quit: GOODBYE,
    quitDeleted: GOODBYE,
  },
  err: {
    badLogin: '[AUTH] Password supplied for "{user}" is incorrect.',
    pam: '[AUTH] PAM authentication failed for user "{user}": Authentication failure (7)',
    tryLater:
      '[SYS/TEMP] POP authentication DB not available (user {user}): Resource temporarily unavailable (11)',
    inUse: '[IN-USE] /var/spool/mail/.{user}.pop lock busy!  Is another session active? (11)',
    overQuota: '[SYS/TEMP] Unable to copy mail spool file, quota exceeded (122)',
    corrupt:
      '[SYS/PERM] Unable to process From lines (envelopes) in /var/spool/mail/{user}; change recognition mode or check for corrupted mail drop.',
    unavailable: '[SYS/TEMP] Unable to copy mail spool file to temp pop dropbox: Input/output error (5)',
    noUser: UNKNOWN,
    plaintextOff: STRONGER,
    mechanismOff: STRONGER,
    tlsFirst: STRONGER,
    noMechanism: 'Unknown authentication mechanism: {argument}',
    cancelled: '[AUTH] authentication cancelled',
    badInitial: '[AUTH] not authenticated',
    badResponse: '[AUTH] not authenticated',
    noApop: UNKNOWN,
    badApop: '[AUTH] Password supplied for "{user}" is incorrect.',
    noTls: 'Command not enabled',
    tlsActive: 'TLS in progress',
    noSuchMessage: 'Message {number} does not exist.',
    deleted: 'Message {number} has been deleted.',
    notNumber: 'Message {number} does not exist.',
    hugeNumber: 'Message {number} does not exist.',
    noise: 'Message {number} does not exist.',
    notLines: '',
    hugeLines: '',
    linesNoise: '',
    tooFew: 'Too few arguments for the {command} command.',
    tooMany: 'Too many arguments for the {command} command.',
    unknownEarly: UNKNOWN,
    unknown: UNKNOWN,
    emptyLine: 'Unknown command: "".',
    gone: 'Message {number} cannot be read.',
    updateFailed: '[SYS/TEMP] POP mailbox update for {user} failed!',
    tooLongEarly: 'Command line too long.',
    tooLong: 'Command line too long.',
    tooManyBadEarly: 'Too many bad commands.',
    tooManyBad: 'Too many bad commands.',
  },
  uidl: {
    noSuchMessage: 'Message {number} out of range.',
    deleted: 'Message {number} has been marked for deletion.',
    notNumber: 'Parameter must be a number between 1 and {total}',
  },
  farewell: `+OK ${GOODBYE}`,
  idleEarly: '-ERR POP timeout from {hostname}',
  idle: '-ERR POP timeout from {hostname}',
  habits: {
    ...PLAIN_HABITS,
    capabilities: {
      authorization: CAPABILITIES,
      transaction: [...CAPABILITIES, 'IMPLEMENTATION Qpopper-version-4.0'],
    },
    authLists: true,
    blanks: 'any',
    numbers: 'prefix',
    endsAfter: ['bad-login', 'pam', 'try-later', 'in-use', 'over-quota', 'corrupt', 'unavailable'],
    marksTwice: true,
  },
};
