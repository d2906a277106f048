/** What we say to Sendmail. */
import type { Session, Step } from './converse.ts';
import { ADDRESSES } from './room.ts';
import { SENDMAIL_PORT } from './sendmail.ts';

const { insider, outsider, nameless } = ADDRESSES;
const to = { address: ADDRESSES.neo, port: SENDMAIL_PORT };
const HELO = 'HELO mail.example.org';
const EHLO = 'EHLO mail.example.org';
const MAIL = 'MAIL FROM:<ann@example.org>';
const JURA = 'RCPT TO:<jura@firma1.intr>';
const ANNA = 'RCPT TO:<anna@firma1.intr>';
const letter = (...lines: string[]): Step => ({ send: `${lines.join('\r\n')}\r\n.\r\n` });

const from =
  (address: string) =>
  (title: string, ...steps: Step[]): Session => ({ title, from: address, to, steps });
const outside = from(outsider);
const inside = from(insider);

const alone = (before: readonly string[], lines: readonly string[]): Session[] =>
  lines.map((line) => outside(line, ...before, line));

export const conversation: readonly Session[] = [
  outside('greeting and QUIT', 'QUIT'),
  outside('HELO', HELO, 'QUIT'),
  outside('EHLO', EHLO, 'QUIT'),
  inside('EHLO from inside', 'EHLO pc1.firma1.intr', 'QUIT'),
  from(nameless)('a client without a name', HELO, 'QUIT'),
  outside('HELO with another name', 'HELO mail.example.com', 'QUIT'),
  outside('HELO and EHLO without argument', 'HELO', 'EHLO', 'QUIT'),
  outside('HELO twice', HELO, HELO, EHLO, 'QUIT'),
  outside('HELO with odd names', 'HELO x', 'HELO [198.51.100.7]', 'HELO a b', 'HELO neo.firma1.intr', 'QUIT'),
  outside('HELO in the middle of a transaction', HELO, MAIL, JURA, HELO, 'DATA', 'QUIT'),
  outside('MAIL without HELO', MAIL, JURA, 'QUIT'),
  outside('RCPT before MAIL, DATA before RCPT', EHLO, JURA, 'DATA', MAIL, 'DATA', 'QUIT'),
  outside('DATA when every recipient was refused', EHLO, MAIL, 'RCPT TO:<nikdo@firma1.intr>', 'DATA', 'QUIT'),
  outside('double MAIL', EHLO, MAIL, MAIL, 'QUIT'),
  outside('a letter', EHLO, MAIL, JURA, 'DATA', letter('Subject: hello', '', 'Hello, Jura.'), 'QUIT'),
  outside('DATA with argument', EHLO, MAIL, JURA, 'DATA now', letter('Subject: x', '', 'x'), 'QUIT'),
  outside(
    'RSET, NOOP, QUIT with argument',
    'RSET',
    'RSET x',
    'NOOP',
    'NOOP x',
    HELO,
    MAIL,
    'RSET',
    JURA,
    'QUIT now',
  ),
  outside('HELP', 'HELP', 'HELP MAIL', 'HELP FOO', 'QUIT'),
  outside(
    'VRFY',
    HELO,
    'VRFY jura',
    'VRFY jura@firma1.intr',
    'VRFY <jura@firma1.intr>',
    'VRFY info',
    'VRFY nikdo',
    'VRFY bob@example.net',
    'VRFY postmaster',
    'VRFY',
    'QUIT',
  ),
  outside('EXPN', HELO, 'EXPN info', 'EXPN jura', 'EXPN nikdo', 'EXPN', 'QUIT'),
  outside('ETRN', EHLO, 'ETRN pobocka.firma1.intr', 'ETRN', 'QUIT'),
  outside(
    'unknown commands, empty line',
    'FOO',
    HELO,
    'FOO bar',
    '',
    'Subject: x',
    'TURN',
    'SEND FROM:<ann@example.org>',
    '.',
    'QUIT',
  ),
  outside(
    'lower case',
    'helo mail.example.org',
    'mail from:<ann@example.org>',
    'rcpt to:<JURA@firma1.intr>',
    'quit',
  ),
  outside('what a web browser says', 'GET / HTTP/1.0'),
  outside('a long line', HELO, `NOOP ${'a'.repeat(2000)}`, `NOOP ${'a'.repeat(5000)}`, 'QUIT'),
  outside('NUL and octets of 8 bits', HELO, 'NO\0OP', 'NOOP \xe9', '\xff', 'QUIT'),
  outside('30 bad commands', ...Array.from({ length: 30 }, (_, i) => `FOO${i + 1}`)),
  outside(
    'pipelined',
    EHLO,
    { send: `${MAIL}\r\n${JURA}\r\n${ANNA}\r\nDATA\r\n`, replies: 4 },
    { send: 'Subject: p\r\n\r\nx\r\n.\r\nQUIT\r\n', replies: 2 },
  ),
  ...alone(
    [EHLO],
    [
      'MAIL FROM:ann@example.org',
      'MAIL FROM: <ann@example.org>',
      'MAIL FROM <ann@example.org>',
      'MAIL FROM:<>',
      'MAIL FROM:<ann@example.org',
      'MAIL FROM:ann@example.org>',
      'MAIL FROM:<ann>',
      'MAIL FROM:<jura>',
      'MAIL FROM:',
      'MAIL',
      'MAIL FROM:<ann lee@example.org>',
      'MAIL FROM:<ann@>',
      'MAIL FROM:<@example.org>',
      'MAIL FROM:<ann@[198.51.100.7]>',
      'MAIL FROM:<ann@example.org> SIZE=1000',
      'MAIL FROM:<ann@example.org> SIZE=10240001',
      'MAIL FROM:<ann@example.org> SIZE=x',
      'MAIL FROM:<ann@example.org> BODY=8BITMIME',
      'MAIL FROM:<ann@example.org> BODY=x',
      'MAIL FROM:<ann@example.org> FOO=bar',
      'MAIL FROM:<ann@nowhere.invalid>',
    ],
  ),
  ...alone(
    [HELO],
    ['MAIL FROM:<ann@example.org> BODY=8BITMIME', 'MAIL FROM:<ann@example.org> SIZE=10240001'],
  ),
  ...alone(
    [EHLO, MAIL],
    [
      JURA,
      'RCPT TO:jura@firma1.intr',
      'RCPT TO: <jura@firma1.intr>',
      'RCPT TO <jura@firma1.intr>',
      'RCPT TO:<jura>',
      'RCPT TO:<nikdo@firma1.intr>',
      'RCPT TO:<nikdo>',
      'RCPT TO:<jura+lists@firma1.intr>',
      'RCPT TO:<postmaster>',
      'RCPT TO:<info@firma1.intr>',
      'RCPT TO:<bob@example.net>',
      'RCPT TO:<karel@pobocka.firma1.intr>',
      'RCPT TO:<@neo.firma1.intr:jura@firma1.intr>',
      'RCPT TO:<bob%example.net@firma1.intr>',
      'RCPT TO:<example.net!bob@firma1.intr>',
      'RCPT TO:<"jura"@firma1.intr>',
      'RCPT TO:<jura@[192.0.2.25]>',
      'RCPT TO:<>',
      'RCPT TO:',
      'RCPT',
      'RCPT TO:<jura@firma1.intr',
      'RCPT TO:<jura@>',
      'RCPT TO:<jura@firma1.intr> FOO=bar',
    ],
  ),
  inside(
    'relaying for the own network',
    'EHLO pc1.firma1.intr',
    'MAIL FROM:<jura@firma1.intr>',
    'RCPT TO:<bob@example.net>',
    'QUIT',
  ),
  inside('unqualified sender', 'EHLO pc1.firma1.intr', 'MAIL FROM:<jura>', 'QUIT'),
  outside('relay denied', HELO, MAIL, 'RCPT TO:<bob@example.net>', 'RCPT TO:<bob@example.net>', 'QUIT'),
  outside(
    'a whole session with bare <LF>',
    { send: 'HELO mail.example.org\n' },
    { send: `${MAIL}\n` },
    { send: `${JURA}\n` },
    { send: 'DATA\n' },
    { send: 'Subject: bare\n\nx\n.\n', quietMs: 600 },
    { send: '\r\n.\r\n', quietMs: 600 },
    { send: 'QUIT\r\n', quietMs: 400 },
  ),
  outside(
    'over the size limit',
    EHLO,
    MAIL,
    JURA,
    'DATA',
    letter('Subject: x', '', `${'x'.repeat(900)}\r\n`.repeat(11500)),
    'QUIT',
  ),
];

export const letters: readonly Session[] = [
  outside('HELO, no header', HELO, MAIL, JURA, 'DATA', letter('Hello, Jura.'), 'QUIT'),
  outside(
    'EHLO, all headers',
    EHLO,
    MAIL,
    JURA,
    'DATA',
    letter(
      'Date: Mon, 5 Jan 2015 10:00:00 +0100',
      'From: Ann <ann@example.org>',
      'To: Jura <jura@firma1.intr>',
      'Message-Id: <1@example.org>',
      'Subject: hello',
      '',
      'Hello, Jura.',
    ),
    'QUIT',
  ),
  outside(
    'two recipients',
    EHLO,
    MAIL,
    JURA,
    ANNA,
    'DATA',
    letter('Subject: two', 'From: ann@example.org', '', 'Hello.'),
    'QUIT',
  ),
  inside(
    'from the own network, unqualified in the header',
    'EHLO pc1.firma1.intr',
    'MAIL FROM:<jura@firma1.intr>',
    'RCPT TO:<anna>',
    'DATA',
    letter('Subject: x', 'From: jura', 'To: anna', '', 'x', '..', 'From x'),
    'QUIT',
  ),
  from(nameless)(
    'client without a name, other HELO name',
    'HELO mail.example.org',
    MAIL,
    JURA,
    'DATA',
    letter('Subject: x', '', 'x'),
    'QUIT',
  ),
  outside('null reverse-path', EHLO, 'MAIL FROM:<>', JURA, 'DATA', letter('Subject: x', '', 'x'), 'QUIT'),
  outside(
    'alias with two members',
    EHLO,
    MAIL,
    'RCPT TO:<info@firma1.intr>',
    'DATA',
    letter('Subject: x', '', 'x'),
    'QUIT',
  ),
];

export const polite: readonly Session[] = [
  outside('greeting', 'QUIT'),
  outside('MAIL, VRFY, EXPN, ETRN without HELO', MAIL, 'VRFY jura', 'EXPN info', 'QUIT'),
  outside('and after HELO', HELO, 'VRFY jura', 'EXPN info', MAIL, 'QUIT'),
];

export const silent: readonly Session[] = [
  outside('VRFY and EXPN switched off', EHLO, 'VRFY jura', 'EXPN info', 'HELP', 'QUIT'),
];
