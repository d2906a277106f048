/** What we say to Dovecot's POP3 login: AUTH (RFC 5034), APOP and STLS (RFC 2595), done well and badly. */
import { createHash, createHmac } from 'node:crypto';
import type { Session, Step } from './converse.ts';
import { POP3_PORT } from './dovecot.ts';
import { ADDRESSES } from './room.ts';

export const POP3S_PORT = 10995;

const to = { address: ADDRESSES.neo, port: POP3_PORT };
const on = (title: string, ...steps: Step[]): Session => ({ title, from: ADDRESSES.insider, to, steps });
const wrapped = (title: string, ...steps: Step[]): Session => ({
  title,
  from: ADDRESSES.insider,
  to: { address: ADDRESSES.neo, port: POP3S_PORT },
  wrapped: true,
  steps,
});
const listing = (line: string): Step => ({ line, listing: true });
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const plain = (user: string, password: string, as = ''): string => base64(`${as}\0${user}\0${password}`);

/** The answer to the challenge in the last reply. */
const cram = (user: string, password: string): Step => ({
  answer: (reply) => {
    const challenge = Buffer.from(reply.slice(2).trim(), 'base64');
    return base64(`${user} ${createHmac('md5', password).update(challenge).digest('hex')}`);
  },
  shown: '<cram-md5-response>',
});

/** APOP with the challenge of the greeting, which must be the last reply. */
const apop = (user: string, password: string): Step => ({
  answer: (reply) => {
    const challenge = /<[^>]*>/.exec(reply)?.[0] ?? '';
    return `APOP ${user} ${createHash('md5')
      .update(challenge + password)
      .digest('hex')}`;
  },
  shown: `APOP ${user} <apop-digest>`,
});

/** Base64 of so many octets, a multiple of four: jura with a long password. */
const longResponse = (octets: number): string => plain('jura', 'U'.repeat((octets / 4) * 3 - 6));

const WRONG = `AUTH PLAIN ${plain('jura', 'bowling')}`;
const RIGHT = `AUTH PLAIN ${plain('jura', 'heslo')}`;
const USER = base64('jura');

/** With `auth_mechanisms = plain login cram-md5`. */
export const auth: readonly Session[] = [
  on('CAPA and AUTH alone', listing('CAPA'), listing('AUTH'), listing('AUTH '), 'QUIT'),
  on('PLAIN with initial response', RIGHT, 'STAT', 'QUIT'),
  on('PLAIN without', 'AUTH PLAIN', plain('jura', 'heslo'), 'QUIT'),
  on('PLAIN, name of the mechanism in lower case', `auth plain ${plain('jura', 'heslo')}`, 'QUIT'),
  on('PLAIN, wrong password, then right', WRONG, RIGHT, 'QUIT'),
  on('PLAIN, wrong password, then USER and PASS', WRONG, 'USER jura', 'PASS heslo', 'QUIT'),
  on('PLAIN, unknown user', `AUTH PLAIN ${plain('nikdo', 'heslo')}`, 'QUIT'),
  on('PLAIN, no user', `AUTH PLAIN ${plain('', 'heslo')}`, 'QUIT'),
  on('PLAIN, no password', `AUTH PLAIN ${plain('jura', '')}`, 'QUIT'),
  on('PLAIN, user in capitals', `AUTH PLAIN ${plain('JURA', 'heslo')}`, 'QUIT'),
  on('PLAIN, user with odd octets', `AUTH PLAIN ${plain('ju ra', 'heslo')}`, 'QUIT'),
  on('PLAIN, authorization identity the same', `AUTH PLAIN ${plain('jura', 'heslo', 'jura')}`, 'QUIT'),
  on('PLAIN, acting as somebody else', `AUTH PLAIN ${plain('jura', 'heslo', 'anna')}`, 'QUIT'),
  on('PLAIN with an initial response of no octets', 'AUTH PLAIN =', plain('jura', 'heslo'), 'QUIT'),
  on('PLAIN, one NUL', `AUTH PLAIN ${base64('jura\0heslo')}`, 'QUIT'),
  on('PLAIN, three NULs', `AUTH PLAIN ${base64('\0jura\0heslo\0x')}`, 'QUIT'),
  on('PLAIN, empty response', 'AUTH PLAIN', '', 'QUIT'),
  on('PLAIN, initial response no base64', 'AUTH PLAIN !!!', 'QUIT'),
  on('PLAIN, initial response base64 cut short', `AUTH PLAIN ${plain('jura', 'heslo').slice(0, -1)}`, 'QUIT'),
  on('PLAIN, response no base64', 'AUTH PLAIN', '!!!', 'QUIT'),
  on('PLAIN, two arguments', `${RIGHT} x`, 'QUIT'),
  on('PLAIN, two spaces', `AUTH PLAIN  ${plain('jura', 'heslo')}`, 'QUIT'),
  on('PLAIN, space behind', `${RIGHT} `, 'QUIT'),
  on('given up', 'AUTH PLAIN', '*', 'AUTH PLAIN *', 'QUIT'),
  on('LOGIN', 'AUTH LOGIN', USER, base64('heslo'), 'QUIT'),
  on('LOGIN, wrong password', 'AUTH LOGIN', USER, base64('bowling'), 'QUIT'),
  on('LOGIN with initial response', `AUTH LOGIN ${USER}`, base64('heslo'), 'QUIT'),
  on('LOGIN, no user', 'AUTH LOGIN', '', 'QUIT'),
  on('LOGIN, odd user', 'AUTH LOGIN', base64('ju ra'), 'QUIT'),
  on('LOGIN, given up at the password', 'AUTH LOGIN', USER, '*', 'QUIT'),
  on('LOGIN, response no base64', 'AUTH LOGIN', 'jura', 'QUIT'),
  on('CRAM-MD5', 'AUTH CRAM-MD5', cram('jura', 'heslo'), 'QUIT'),
  on('CRAM-MD5, wrong password', 'AUTH CRAM-MD5', cram('jura', 'bowling'), 'QUIT'),
  on('CRAM-MD5, unknown user', 'AUTH CRAM-MD5', cram('nikdo', 'heslo'), 'QUIT'),
  on('CRAM-MD5, digest without user', 'AUTH CRAM-MD5', USER, 'QUIT'),
  on('CRAM-MD5 with initial response', `AUTH CRAM-MD5 ${USER}`, 'QUIT'),
  on('CRAM-MD5, given up', 'AUTH CRAM-MD5', '*', 'QUIT'),
  on(
    'mechanisms that are not there',
    'AUTH DIGEST-MD5',
    'AUTH SCRAM-SHA-256',
    'AUTH EXTERNAL',
    'AUTH x y z',
    'QUIT',
  ),
  on('AUTH after USER', 'USER jura', 'AUTH PLAIN', '*', 'PASS heslo', 'QUIT'),
  on('USER given, AUTH fails, PASS', 'USER jura', WRONG, 'PASS heslo', 'QUIT'),
  on('a command for a response', 'AUTH PLAIN', 'QUIT', 'QUIT'),
  on('pipelined with its response', {
    send: `AUTH PLAIN\r\n${plain('jura', 'heslo')}\r\nSTAT\r\nQUIT\r\n`,
    replies: 4,
  }),
  on('pipelined behind the initial response', { send: `${RIGHT}\r\nSTAT\r\nQUIT\r\n`, replies: 3 }),
  on('response ends in a bare <LF>', 'AUTH PLAIN', { send: `${plain('jura', 'heslo')}\n` }, 'QUIT'),
  ...[1024, 6000, 8192, 8196, 9000].map((octets) =>
    on(
      `response of ${octets} octets`,
      'AUTH PLAIN',
      { send: `${longResponse(octets)}\r\n`, quietMs: 300 },
      'QUIT',
    ),
  ),
  ...[1024, 8192, 8196, 9000].map((octets) =>
    on(
      `initial response of ${octets} octets`,
      { send: `AUTH PLAIN ${longResponse(octets)}\r\n`, quietMs: 300 },
      'QUIT',
    ),
  ),
  on(
    'APOP where it is not offered',
    'APOP',
    'APOP jura',
    'APOP jura c4c9334bac560ecc979e58001b3e22fb',
    'QUIT',
  ),
  on('many failures', ...Array.from({ length: 12 }, () => WRONG), 'QUIT'),
  on(
    'failures of USER and PASS',
    ...Array.from({ length: 8 }, () => ['USER jura', 'PASS bowling']).flat(),
    'QUIT',
  ),
  ...[
    [WRONG],
    ['AUTH FOO'],
    [listing('AUTH')],
    ['AUTH PLAIN', '*'],
    ['AUTH PLAIN', '!'],
    ['PASS x'],
    ['USER jura', 'PASS bowling'],
    ['APOP x'],
    ['STLS'],
    [listing('CAPA')],
  ].map((between: Step[], i) =>
    on(
      `two bad commands, and what is counted: ${i + 1}`,
      'FOO',
      'FOO',
      ...between,
      'FOO',
      'FOO',
      'FOO',
      'QUIT',
    ),
  ),
  on('failures alone are not counted', WRONG, WRONG, WRONG, 'FOO', 'FOO', 'QUIT'),
  on('empty lines are counted', '', '', '', ''),
  on('other words of AUTHORIZATION', 'PING', 'ID', 'XCLIENT ADDR=192.0.2.1', 'NOOP', 'QUIT'),
  on('USER and CAPA with arguments', 'USER a b', 'PASS x', listing('CAPA x'), 'QUIT'),
  on('tabs for spaces', 'USER\tjura', 'USER jura\t', 'PASS heslo', 'QUIT'),
  on('empty name', 'USER', 'PASS heslo', 'QUIT'),
  on('NUL in arguments', 'USER ju\0ra', 'PASS heslo', 'USER jura\0x', 'PASS heslo', 'QUIT'),
  on('NUL in the password', 'USER jura', 'PASS heslo\0x', 'QUIT'),
  on('control octets in the command', 'US\x08SER jura', 'USER jura', 'PASS \x01', 'FOO\xff', 'QUIT'),
  on('CR in the line', { send: 'USER jura\r\r\n' }, 'PASS heslo', { send: 'QUIT\rx\r\n' }, 'QUIT'),
];

/** With `auth_mechanisms = plain apop`, so that the greeting has a challenge. */
export const apopOffered: readonly Session[] = [
  on('CAPA', listing('CAPA'), listing('AUTH'), 'QUIT'),
  on('APOP', apop('jura', 'heslo'), 'STAT', 'QUIT'),
  on('APOP, wrong digest', 'APOP jura c4c9334bac560ecc979e58001b3e22fb', 'USER jura', 'PASS heslo', 'QUIT'),
  on('APOP, unknown user', apop('nikdo', 'heslo'), 'QUIT'),
  on('APOP with too few arguments', 'APOP', 'APOP jura', 'QUIT'),
  on('APOP with too many', 'APOP jura c4c9334bac560ecc979e58001b3e22fb x', 'QUIT'),
  on('APOP, digest that is none', 'APOP jura xyz', 'APOP jura C4C9334BAC560ECC979E58001B3E22FB', 'QUIT'),
  on('APOP, two spaces', 'APOP  jura  c4c9334bac560ecc979e58001b3e22fb', 'QUIT'),
  on('AUTH APOP', 'AUTH APOP', '*', 'QUIT'),
];

const TLS: Step = { tls: {} };

/** With `ssl = yes` and nothing else changed: passwords in clear are off. */
export const stls: readonly Session[] = [
  on('CAPA before and after STLS', listing('CAPA'), 'STLS', TLS, listing('CAPA'), 'QUIT'),
  on('a whole session', 'STLS', TLS, 'USER jura', 'PASS heslo', 'STAT', listing('CAPA'), 'STLS', 'QUIT'),
  on('AUTH over TLS', 'STLS', TLS, listing('AUTH'), RIGHT, 'QUIT'),
  on('USER and PASS in clear', 'USER jura', 'PASS heslo', 'QUIT'),
  on('AUTH in clear', listing('AUTH'), RIGHT, 'AUTH PLAIN', 'AUTH FOO', 'APOP jura x', 'QUIT'),
  on(
    'USER refused, then over TLS',
    'USER jura',
    'STLS',
    TLS,
    'PASS heslo',
    'USER jura',
    'PASS heslo',
    'QUIT',
  ),
  on('STLS twice', 'STLS', TLS, 'STLS', 'QUIT'),
  on('STLS with an argument', 'STLS now', TLS, 'QUIT'),
  on('typed ahead of TLS', { send: 'STLS\r\nUSER jura\r\n' }, TLS, 'PASS heslo', 'QUIT'),
  on('bad, bad, STLS, bad, bad', 'FOO', 'FOO', 'STLS', TLS, 'FOO', 'FOO', 'FOO'),
  on('no TLS behind STLS', 'STLS', { send: 'USER jura\r\n', quietMs: 500 }),
];

/** With `disable_plaintext_auth = no` as well. */
export const stlsMay: readonly Session[] = [
  on('CAPA before and after STLS', listing('CAPA'), 'STLS', TLS, listing('CAPA'), 'QUIT'),
  on('USER, then STLS', 'USER jura', 'STLS', TLS, 'PASS heslo', 'QUIT'),
  on('USER and PASS in clear', 'USER jura', 'PASS heslo', listing('CAPA'), 'QUIT'),
  on('CRAM-MD5 in clear', 'AUTH CRAM-MD5', cram('jura', 'heslo'), 'QUIT'),
];

/** With `ssl = required`. */
export const stlsRequired: readonly Session[] = [
  on('CAPA before and after STLS', listing('CAPA'), 'STLS', TLS, listing('CAPA'), 'QUIT'),
  on('USER and PASS in clear', 'USER jura', 'PASS heslo', 'QUIT'),
  on('AUTH in clear', listing('AUTH'), 'AUTH PLAIN', 'AUTH CRAM-MD5', 'AUTH FOO', 'APOP jura x', 'QUIT'),
  on('a whole session', 'STLS', TLS, 'USER jura', 'PASS heslo', 'STAT', 'QUIT'),
];

/** With `ssl = yes` and mechanisms that need no clear password. */
export const stlsMechanisms: readonly Session[] = [
  on(
    'CAPA before and after STLS',
    listing('CAPA'),
    listing('AUTH'),
    'STLS',
    TLS,
    listing('CAPA'),
    listing('AUTH'),
    'QUIT',
  ),
  on('CRAM-MD5 in clear', 'AUTH CRAM-MD5', cram('jura', 'heslo'), 'QUIT'),
  on('PLAIN and LOGIN in clear', 'AUTH PLAIN', 'AUTH LOGIN', RIGHT, 'QUIT'),
];

/** Port 995. */
export const pop3s: readonly Session[] = [
  wrapped('CAPA', listing('CAPA'), 'QUIT'),
  wrapped('a whole session', 'USER jura', 'PASS heslo', 'STAT', listing('LIST'), 'DELE 1', 'QUIT'),
  wrapped('STLS', 'STLS', 'QUIT'),
  wrapped('AUTH', listing('AUTH'), RIGHT, 'QUIT'),
];
