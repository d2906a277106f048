/** What we say to Dovecot's POP3 server on the way in, beside what stands in dovecot-sessions.ts: mechanisms, TLS, odd lines. */
import { createHash } from 'node:crypto';
import type { Session, Step } from './converse.ts';
import { POP3S_PORT } from './dovecot-imap.ts';
import { octets, pop3, quiet } from './dovecot-imap-say.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const PLAIN = base64('\0jura\0heslo');
const WRONG = base64('\0jura\0spatne');
const LOGIN = ['USER jura', 'PASS heslo'];
const listing = (line: string): Step => ({ line, listing: true });
const inside = (title: string, ...steps: Step[]): Session => pop3(title, ...LOGIN, ...steps);
const repeated = (count: number, line: string): Step[] => Array.from({ length: count }, () => line);

/** With `auth_mechanisms = plain login apop`. */
const apop = (password: string): Step => ({
  answer: (greeting) => {
    const stamp = /<.*>/.exec(greeting)?.[0] ?? '';
    return `APOP jura ${createHash('md5').update(`${stamp}${password}`).digest('hex')}`;
  },
  shown: `APOP jura <digest of the greeting's time stamp and "${password}">`,
});

export const mechanisms: readonly Session[] = [
  pop3('CAPA, AUTH', listing('CAPA'), listing('AUTH'), listing('auth'), 'AUTH  ', 'QUIT'),
  pop3('AUTH PLAIN', 'AUTH PLAIN', PLAIN, 'STAT', 'QUIT'),
  pop3('AUTH PLAIN with an initial response', `AUTH PLAIN ${PLAIN}`, 'STAT', 'QUIT'),
  pop3('AUTH PLAIN in lower case', `auth plain ${PLAIN}`, 'QUIT'),
  pop3(
    'AUTH PLAIN, a wrong password',
    'AUTH PLAIN',
    WRONG,
    `AUTH PLAIN ${WRONG}`,
    `AUTH PLAIN ${PLAIN}`,
    'QUIT',
  ),
  pop3('AUTH PLAIN, an empty response', 'AUTH PLAIN', '', 'AUTH PLAIN =', 'QUIT'),
  pop3('AUTH PLAIN, given up', 'AUTH PLAIN', '*', 'AUTH PLAIN *', 'QUIT'),
  pop3('AUTH PLAIN, not base64', 'AUTH PLAIN', '!!!', 'AUTH PLAIN', 'abc', 'AUTH PLAIN !!!', 'QUIT'),
  pop3('AUTH PLAIN, base64 and more', 'AUTH PLAIN', `${PLAIN} x`, `AUTH PLAIN ${PLAIN} x`, 'QUIT'),
  pop3('AUTH PLAIN, a command for an answer', 'AUTH PLAIN', 'QUIT', 'QUIT'),
  pop3('AUTH LOGIN', 'AUTH LOGIN', base64('jura'), base64('heslo'), 'STAT', 'QUIT'),
  pop3('AUTH LOGIN with an initial response', `AUTH LOGIN ${base64('jura')}`, base64('heslo'), 'QUIT'),
  pop3('AUTH LOGIN, a wrong password', 'AUTH LOGIN', base64('jura'), base64('spatne'), 'QUIT'),
  pop3('AUTH LOGIN, given up', 'AUTH LOGIN', '*', 'AUTH LOGIN', base64('jura'), '*', 'QUIT'),
  pop3('AUTH LOGIN, not base64', 'AUTH LOGIN', 'jura!', 'QUIT'),
  pop3(
    'AUTH with an unknown mechanism',
    'AUTH FOO',
    'AUTH FOO abcd',
    'AUTH CRAM-MD5',
    'AUTH "PLAIN"',
    'QUIT',
  ),
  pop3('AUTH between USER and PASS', 'USER jura', 'AUTH PLAIN', '*', 'PASS heslo', 'QUIT'),
  pop3('APOP', apop('heslo'), 'STAT', 'QUIT'),
  pop3('APOP, a wrong password', apop('spatne'), 'QUIT'),
  pop3(
    'APOP, bad arguments',
    'APOP',
    'APOP jura',
    'APOP jura x',
    'APOP jura c4c9334bac560ecc979e58001b3e22fb x',
    'QUIT',
  ),
  pop3('APOP, an unknown user', 'APOP nikdo c4c9334bac560ecc979e58001b3e22fb', 'QUIT'),
  pop3('APOP in lower case', 'apop jura c4c9334bac560ecc979e58001b3e22fb', 'QUIT'),
  inside('AUTH and APOP after login', 'AUTH PLAIN', 'AUTH', 'APOP jura x', 'QUIT'),
];

/** As Dovecot is set: PLAIN alone. */
export const withoutApop: readonly Session[] = [
  pop3('APOP', 'APOP jura c4c9334bac560ecc979e58001b3e22fb', 'APOP', 'APOP jura', 'QUIT'),
  pop3('AUTH', listing('AUTH'), 'AUTH LOGIN', 'AUTH APOP', 'QUIT'),
  pop3(
    'a wrong password again and again',
    ...repeated(6, 'PASS spatne').flatMap((line) => ['USER jura', line]),
    'QUIT',
  ),
  pop3('AUTH, a wrong response again and again', ...repeated(5, `AUTH PLAIN ${WRONG}`), 'QUIT'),
  pop3('XCLIENT, XOIP, X-FOO', 'XCLIENT', 'XOIP 192.0.2.10', 'X-FOO', 'XTND XLST', 'QUIT'),
  pop3('CAPA with arguments', listing('CAPA x'), 'QUIT x', 'QUIT'),
  pop3(
    'lines of 500 and more octets',
    `USER ${'a'.repeat(507)}`,
    `USER ${'a'.repeat(508)}`,
    `USER ${'a'.repeat(4000)}`,
    'QUIT',
  ),
  pop3('a line of 9000 octets', quiet(`USER ${'a'.repeat(9000)}\r\n`, 500), 'QUIT'),
  pop3('a line of 70000 octets', quiet(`USER ${'a'.repeat(70_000)}\r\n`, 500)),
  pop3(
    'binary garbage',
    quiet(String.fromCharCode(...Array.from({ length: 255 }, (_, i) => i + 1)), 300),
    'QUIT',
  ),
  pop3('a TLS client', quiet('\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', 500)),
  pop3('an HTTP client', quiet('GET / HTTP/1.1\r\nHost: neo.firma1.intr\r\n\r\n', 500)),
  pop3('<CR> inside', octets('US\rER jura\r\n'), octets('USER jura\r\r\n'), 'QUIT'),
  pop3(
    'line ends of every kind',
    octets('USER jura\n'),
    octets('PASS heslo\r\n'),
    octets('STAT\n'),
    quiet('NOOP\r', 300),
    'QUIT',
  ),
  pop3('gone after USER', 'USER jura'),
  pop3('gone after PASS', 'USER jura', 'PASS heslo'),
];

const begin: Step = { tls: {} };
const wrapped = (title: string, ...steps: Step[]): Session => {
  const session = pop3(title, ...steps);
  return { ...session, to: { ...session.to, port: POP3S_PORT }, wrapped: true };
};

/** With `ssl = yes` and no passwords in clear. */
export const tls: readonly Session[] = [
  pop3(
    'before and after STLS',
    listing('CAPA'),
    'STLS',
    begin,
    listing('CAPA'),
    ...LOGIN,
    listing('CAPA'),
    'QUIT',
  ),
  pop3('USER before TLS', 'USER jura', 'PASS heslo', 'QUIT'),
  pop3('AUTH before TLS', 'AUTH PLAIN', `AUTH PLAIN ${PLAIN}`, listing('AUTH'), 'QUIT'),
  pop3('USER before TLS, then after', 'USER jura', 'STLS', begin, ...LOGIN, 'STAT', 'QUIT'),
  pop3('STLS with an argument', 'STLS x', begin, listing('CAPA'), 'QUIT'),
  pop3('STLS in lower case', 'stls', begin, 'QUIT'),
  pop3('STLS twice', 'STLS', begin, 'STLS', 'QUIT'),
  pop3('STLS after login', 'STLS', begin, ...LOGIN, 'STLS', 'QUIT'),
  pop3('STLS, AUTH', 'STLS', begin, `AUTH PLAIN ${PLAIN}`, 'QUIT'),
  pop3(
    'a command in clear right behind STLS',
    octets('STLS\r\nCAPA\r\n'),
    begin,
    quiet(),
    listing('CAPA'),
    'QUIT',
  ),
  pop3('no handshake but a command', 'STLS', quiet('CAPA\r\n', 500)),
  wrapped('TLS from the start', listing('CAPA'), 'STLS', ...LOGIN, listing('CAPA'), 'QUIT'),
];

/** With `ssl = yes`, passwords in clear allowed. */
export const tlsOrClear: readonly Session[] = [
  pop3('before and after STLS', listing('CAPA'), 'STLS', begin, listing('CAPA'), 'QUIT'),
  pop3('USER in clear', ...LOGIN, listing('CAPA'), 'STLS', 'QUIT'),
  pop3(
    'STLS between USER and PASS',
    'USER jura',
    'STLS',
    begin,
    'PASS heslo',
    'USER jura',
    'PASS heslo',
    'QUIT',
  ),
];
