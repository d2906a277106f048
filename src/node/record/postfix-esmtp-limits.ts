/** Too many errors, commands, recipients, connections; silence. */
import type { Step } from './converse.ts';
import {
  ANNA,
  EHLO,
  fresh,
  HELO,
  insider,
  JURA,
  MAIL,
  nameless,
  outsider,
  overTls,
  play,
} from './postfix-esmtp-say.ts';

const NIKDO = 'RCPT TO:<nikdo@firma1.intr>';
const bunch = (...lines: string[]): Step => ({ send: `${lines.join('\r\n')}\r\n`, quietMs: 300 });
const TEXT = ['Subject: p', '', 'x', '.'];

/** What the server says of its own accord. */
const listen: Step = { send: '', quietMs: 300 };
const times = (count: number, line: string) => Array.from({ length: count }, () => line);

export const limits = [
  play(25, 'errors without end', outsider, EHLO, ...times(20, 'FOO'), listen),
  play(25, 'unknown recipients without end', outsider, EHLO, MAIL, ...times(20, NIKDO), listen),
  play(
    25,
    'errors, and a letter taken in between',
    outsider,
    EHLO,
    ...times(8, 'FOO'),
    bunch(MAIL, JURA, 'DATA', ...TEXT),
    ...times(12, 'FOO'),
    'NOOP',
  ),
  play(25, 'NOOP without end', outsider, EHLO, ...times(120, 'NOOP'), listen),
  play(25, 'NOOP without end from the own network', insider, EHLO, bunch(...times(121, 'NOOP'))),
  ...['RSET', 'VRFY jura', 'ETRN pobocka.firma1.intr', HELO].map((line) =>
    play(25, `${line} without end`, outsider, EHLO, bunch(...times(122, line))),
  ),
  play(25, 'NOOP, then errors', outsider, EHLO, bunch(...times(100, 'NOOP')), ...times(20, 'FOO'), listen),
  play(
    25,
    'long lines',
    outsider,
    EHLO,
    `NOOP ${'a'.repeat(2043)}`,
    `NOOP ${'a'.repeat(2044)}`,
    `NOOP ${'a'.repeat(5000)}`,
    `MAIL FROM:<${'a'.repeat(2100)}@example.org>`,
    `FOO${'a'.repeat(5000)}`,
    'QUIT',
  ),
  play(
    25,
    'long local part, long domain',
    outsider,
    EHLO,
    ...fresh([
      `MAIL FROM:<${'a'.repeat(65)}@example.org>`,
      `MAIL FROM:<a@${'b'.repeat(64)}.example>`,
      `MAIL FROM:<a@${'b.'.repeat(130)}example>`,
    ]),
    MAIL,
    `RCPT TO:<${'a'.repeat(65)}@firma1.intr>`,
    'QUIT',
  ),
];

export const recipientLimit = [
  play(
    25,
    'a recipient too many',
    outsider,
    EHLO,
    MAIL,
    JURA,
    ANNA,
    'RCPT TO:<abuse@firma1.intr>',
    'RCPT TO:<vsichni@firma1.intr>',
    'DATA',
    { send: 'Subject: x\r\n\r\nx\r\n.\r\n' },
    'QUIT',
  ),
  play(
    25,
    'many recipients too many',
    outsider,
    EHLO,
    MAIL,
    JURA,
    ANNA,
    ...times(22, 'RCPT TO:<abuse@firma1.intr>'),
    'QUIT',
  ),
];

const silent = (send: string): Step => ({ send, quietMs: 4000 });

export const silence = [
  play(25, 'after the greeting', outsider, silent('')),
  play(25, 'after EHLO', outsider, EHLO, silent('')),
  play(25, 'inside a command', outsider, EHLO, silent('NOO')),
  play(25, 'in a transaction', outsider, EHLO, MAIL, JURA, silent('')),
  play(25, 'inside the letter', outsider, EHLO, MAIL, JURA, 'DATA', silent('Subject: x\r\n')),
  play(25, 'inside a chunk', outsider, EHLO, MAIL, JURA, silent('BDAT 100 LAST\r\nSubject: x\r\n')),
  play(25, 'before the handshake', outsider, EHLO, 'STARTTLS', silent('')),
  play(587, 'at the prompt for a password', outsider, ...overTls, 'AUTH LOGIN', silent('')),
];

/** Rates are counted by client: the own network is exempt, the others must not disturb each other. */
export const rates = {
  connections: [1, 2, 3, 4].map((count) => play(25, `connection ${count}`, outsider, 'QUIT')),
  messages: [
    play(
      25,
      'two letters and one',
      outsider,
      EHLO,
      MAIL,
      JURA,
      'RSET',
      MAIL,
      JURA,
      'RSET',
      MAIL,
      JURA,
      'QUIT',
    ),
    play(25, 'from the own network', insider, EHLO, MAIL, 'RSET', MAIL, 'RSET', MAIL, 'QUIT'),
  ],
  recipients: [play(25, 'two recipients and one', outsider, EHLO, MAIL, JURA, ANNA, JURA, 'RSET', 'QUIT')],
  tls: [1, 2, 3].map((count) =>
    play(25, `new TLS session ${count}`, nameless, EHLO, 'STARTTLS', { tls: {} }, 'QUIT'),
  ),
  logins: [play(587, 'three attempts', outsider, ...overTls, ...times(3, 'AUTH PLAIN AGp1cmEAeA=='), 'QUIT')],
};
