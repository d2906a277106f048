/** What we say to Exim beyond what we say to Postfix: its own limits and its own extensions. */
import type { Session } from './converse.ts';
import {
  alone,
  ANNA,
  EHLO,
  HELO,
  insider,
  JURA,
  letter,
  type Line,
  MAIL,
  nameless,
  outsider,
  sessions,
} from './postfix-say.ts';

const to = [EHLO, MAIL, JURA, 'DATA'];

export const greeting = sessions([
  ['a client without a name', nameless, HELO, EHLO, 'QUIT'],
  [
    'HELO with another name',
    outsider,
    'HELO mail.example.com',
    'EHLO [198.51.100.7]',
    'EHLO [192.0.2.10]',
    'QUIT',
  ],
  ...alone(
    [],
    [
      'HELO exa_mple.org',
      'HELO -x',
      'HELO x@y',
      'HELO [1.2.3]',
      'HELO [IPv6:2001:db8::1]',
      'HELO mail.example.org.',
      'HELO a:b',
      'EHLO mail/example',
      'EHLO',
    ],
  ),
  ['syntax errors in HELO, three and more', outsider, 'HELO', 'EHLO', 'HELO a b', 'HELO @', 'HELO x', 'QUIT'],
  [
    'VRFY, EXPN and ETRN as Debian has them',
    outsider,
    EHLO,
    'VRFY jura',
    'EXPN info',
    'ETRN #pobocka',
    'QUIT',
  ],
  ['VRFY and EXPN from the own network', insider, EHLO, 'VRFY jura', 'EXPN info', 'QUIT'],
]);

const early = (lines: readonly Line[]): Session[] =>
  sessions(lines).map((session) => ({ ...session, greeting: false }));

/** Exim looks whether anything has come before it speaks: whoever talks out of turn has lost synchronization. */
export const turns = [
  ...early([['the client speaks first', outsider, { send: `${HELO}\r\n`, quietMs: 800 }]]),
  ...sessions([
    [
      'HELO and MAIL in one, not waiting for the reply to HELO',
      outsider,
      { send: `${HELO}\r\n${MAIL}\r\n`, quietMs: 600 },
    ],
    ['EHLO and MAIL in one', outsider, { send: `${EHLO}\r\n${MAIL}\r\n`, quietMs: 600 }],
    ['after HELO, MAIL and RCPT in one', outsider, HELO, { send: `${MAIL}\r\n${JURA}\r\n`, quietMs: 600 }],
    [
      'after EHLO, MAIL and RCPT in one',
      outsider,
      EHLO,
      { send: `${MAIL}\r\n${JURA}\r\n`, replies: 2 },
      'QUIT',
    ],
    [
      'after EHLO, NOOP and MAIL in one',
      outsider,
      EHLO,
      { send: `NOOP\r\n${MAIL}\r\n`, quietMs: 600 },
      'QUIT',
    ],
    [
      'after EHLO, RSET and MAIL in one',
      outsider,
      EHLO,
      { send: `RSET\r\n${MAIL}\r\n`, quietMs: 600 },
      'QUIT',
    ],
    [
      'after EHLO, VRFY and MAIL in one',
      outsider,
      EHLO,
      { send: `VRFY jura\r\n${MAIL}\r\n`, quietMs: 600 },
      'QUIT',
    ],
    [
      'DATA and the letter in one',
      outsider,
      EHLO,
      MAIL,
      JURA,
      { send: 'DATA\r\nSubject: x\r\n\r\nx\r\n.\r\n', quietMs: 600 },
      'QUIT',
    ],
    [
      'the letter and the next transaction in one',
      outsider,
      ...to,
      { send: `Subject: x\r\n\r\nx\r\n.\r\n${MAIL}\r\n${JURA}\r\nRSET\r\n`, quietMs: 800 },
      'QUIT',
    ],
    ['QUIT and more', outsider, EHLO, { send: 'QUIT\r\nNOOP\r\n', quietMs: 600 }],
    ['an unknown command and more', outsider, EHLO, { send: 'FOO\r\nNOOP\r\n', quietMs: 600 }],
  ]),
];

export const abuse = sessions([
  ['unknown commands without end', outsider, ...Array.from({ length: 8 }, (_, i) => `FOO${i + 1}`)],
  [
    'unknown commands, good ones between',
    outsider,
    HELO,
    'FOO',
    'NOOP',
    'BAR',
    'NOOP',
    'BAZ',
    'NOOP',
    'QUUX',
    'NOOP',
    'QUIT',
  ],
  ['syntax errors without end', outsider, EHLO, ...Array.from({ length: 6 }, () => 'MAIL FROM:<ann@')],
  ['out of order without end', outsider, EHLO, ...Array.from({ length: 6 }, () => 'DATA')],
  ['RSET without end', outsider, EHLO, ...Array.from({ length: 14 }, () => 'RSET')],
  ['NOOP without end', outsider, EHLO, ...Array.from({ length: 14 }, () => 'NOOP')],
  ['VRFY without end', outsider, EHLO, ...Array.from({ length: 14 }, () => 'VRFY jura')],
  ['HELO without end', outsider, ...Array.from({ length: 14 }, () => HELO)],
  [
    'long commands',
    outsider,
    HELO,
    ...[500, 2000, 4000, 8000, 16000].map((n) => `NOOP ${'a'.repeat(n)}`),
    { send: `NOOP ${'a'.repeat(20000)}\r\n`, quietMs: 400 },
    'QUIT',
  ],
  ['a very long command', outsider, HELO, { send: `NOOP ${'a'.repeat(40000)}\r\n`, quietMs: 600 }, 'QUIT'],
  ['a very long address', outsider, HELO, `MAIL FROM:<${'a'.repeat(600)}@example.org>`, 'QUIT'],
  ['NUL in a command', outsider, 'NO\0OP', 'NOOP\0', 'HELO a\0b', 'QUIT'],
  [
    'what a web browser says',
    outsider,
    { send: 'GET / HTTP/1.0\r\nHost: neo.firma1.intr\r\n\r\n', quietMs: 600 },
  ],
  ['POST', outsider, { send: 'POST / HTTP/1.1\r\n', quietMs: 600 }],
  [
    'STARTTLS, AUTH, XCLIENT; no TLS and no AUTH configured',
    outsider,
    EHLO,
    'STARTTLS',
    'AUTH PLAIN',
    'XCLIENT NAME=x',
    'QUIT',
  ],
  ['AUTH after HELO and before it', outsider, 'AUTH PLAIN', HELO, 'AUTH LOGIN', 'QUIT'],
]);

/** Under small limits, with the sender verified and a HELO name that must be true. */
export const limited = [
  ...early([
    ['the client speaks first', outsider, { send: 'GET / HTTP/1.0\r\n\r\n', quietMs: 600 }],
    ['the client says HELO first', outsider, { send: `${HELO}\r\n`, quietMs: 600 }],
  ]),
  ...sessions([
    ['HELO and MAIL in one', outsider, { send: `${HELO}\r\n${MAIL}\r\n`, quietMs: 600 }],
    ['greeting of two lines', outsider, HELO, 'QUIT'],
    ['a HELO that is not true', outsider, 'HELO mail.example.com', 'MAIL FROM:<ann@example.org>', 'QUIT'],
    ['no HELO', outsider, MAIL, 'QUIT'],
    [
      'too many recipients',
      outsider,
      HELO,
      MAIL,
      JURA,
      ANNA,
      'RCPT TO:<info@firma1.intr>',
      'DATA',
      letter('Subject: x', '', 'x'),
      'QUIT',
    ],
    [
      'sender verified',
      outsider,
      HELO,
      'MAIL FROM:<ann@nowhere.invalid>',
      JURA,
      'RSET',
      'MAIL FROM:<nikdo@firma1.intr>',
      JURA,
      'QUIT',
    ],
    ['sender cannot be verified now', outsider, HELO, 'MAIL FROM:<ann@lame.example.com>', JURA, 'QUIT'],
    ['timeout at a command', outsider, HELO, { send: '', quietMs: 3500 }],
    ['timeout in the letter', outsider, HELO, MAIL, JURA, 'DATA', { send: 'Subject: x\r\n', quietMs: 3500 }],
  ]),
];
