/** Clients of POP3 that are not, or that try again and again. */
import type { Session, Step } from './converse.ts';
import { octets, pop3, quiet } from './dovecot-imap-say.ts';

const WRONG = Buffer.from('\0jura\0spatne').toString('base64');
const listing = (line: string): Step => ({ line, listing: true });
const repeated = (count: number, line: string): Step[] => Array.from({ length: count }, () => line);

export const odd: readonly Session[] = [
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
