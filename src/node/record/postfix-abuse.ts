/** What a client should not do: noise, errors without end, bunches of commands, wrong line ends. */
import type { Step } from './converse.ts';
import { alone, ANNA, EHLO, HELO, JURA, type Line, MAIL, outsider, sessions } from './postfix-say.ts';

export const garbage = sessions([
  [
    'unknown commands',
    outsider,
    'FOO',
    'FOO bar',
    EHLO,
    'FOO',
    'HELLO mail.example.org',
    'EHELO mail.example.org',
    'LIST',
    'FROM <ann@example.org>',
    'foo',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'a:b',
    'QUIT',
  ],
  ...alone(
    [HELO],
    [
      'FROM:<ann@example.org>',
      'Subject: hello',
      'Subject:',
      'Hello, Jura.',
      '.',
      '?',
      '-',
      '<',
      '220 x',
      '\x01\x02',
      '\x7f',
      '\x1b[A',
      'GET / HTTP/1.0',
      'POST / HTTP/1.0',
      'get / HTTP/1.0',
      'CONNECT 192.0.2.25:25 HTTP/1.0',
      'Host: neo.firma1.intr',
      'X:Y',
    ],
  ),
  ['empty line', outsider, '', HELO, '', '   ', MAIL, '', 'QUIT'],
  ['line of tabs', outsider, '\t', '\tHELO x', 'HELO\tmail.example.org', 'QUIT'],
  [
    'long command lines',
    outsider,
    HELO,
    `NOOP ${'a'.repeat(507)}`,
    `NOOP ${'a'.repeat(508)}`,
    `NOOP ${'a'.repeat(2000)}`,
    `NOOP ${'a'.repeat(2041)}`,
    `NOOP ${'a'.repeat(2042)}`,
    `NOOP ${'a'.repeat(2043)}`,
    `NOOP ${'a'.repeat(2044)}`,
    `NOOP ${'a'.repeat(5000)}`,
    `${'a'.repeat(100000)}`,
    'QUIT',
  ],
  ['long address in a long line', outsider, HELO, `MAIL FROM:<${'a'.repeat(3000)}@example.org>`, 'QUIT'],
  [
    'NUL in commands',
    outsider,
    'NO\0OP',
    'NOOP\0',
    '\0NOOP',
    'HELO mail\0.example.org',
    'MAIL FROM:<ann\0@example.org>',
    'QUIT',
  ],
  [
    'control octets in commands',
    outsider,
    'NOOP\x01',
    'HELO mail\x07.example.org',
    'MAIL FROM:<a\x01nn@example.org>',
    'VRFY a\x1bb',
    'NOOP\b\b\b\bHELO x',
    'QUIT',
  ],
  [
    'octets of 8 bits in commands',
    outsider,
    '\xff\xfe',
    'NOOP \xe9',
    'HELO p\xf8\xedklad',
    'H\xc9LO x',
    'MAIL FROM:<\xe9@example.org>',
    'RCPT TO:<\xc3\xa9@firma1.intr>',
    'QUIT',
  ],
  ['telnet negotiation octets', outsider, '\xff\xfd\x03NOOP', 'QUIT'],
]);

export const tooMany = sessions([
  ['25 unknown commands', outsider, ...Array.from({ length: 25 }, (_, i) => `FOO${i + 1}`)],
  [
    '25 unknown recipients',
    outsider,
    HELO,
    MAIL,
    ...Array.from({ length: 25 }, (_, i) => `RCPT TO:<nikdo${i + 1}@firma1.intr>`),
  ],
  [
    'good commands between the bad',
    outsider,
    HELO,
    ...Array.from({ length: 25 }, (_, i) => [`FOO${i + 1}`, 'NOOP']).flat(),
  ],
  ['110 harmless commands', outsider, HELO, ...Array.from({ length: 110 }, () => 'NOOP'), 'QUIT'],
]);

const whole = [EHLO, MAIL, JURA, 'DATA', 'Subject: all at once', '', 'x', '.', 'QUIT', ''];

export const pipelining = sessions([
  [
    'properly: EHLO alone, then MAIL RCPT RCPT DATA, then letter and QUIT',
    outsider,
    EHLO,
    { send: `${MAIL}\r\n${JURA}\r\n${ANNA}\r\nDATA\r\n`, replies: 4 },
    { send: 'Subject: p\r\n\r\nx\r\n.\r\nQUIT\r\n', replies: 2 },
  ],
  [
    'one recipient bad, DATA in the same bunch',
    outsider,
    EHLO,
    { send: `${MAIL}\r\nRCPT TO:<nikdo@firma1.intr>\r\nDATA\r\nNOOP\r\n`, quietMs: 400 },
    'QUIT',
  ],
  ['all in one, greeting awaited', outsider, { send: whole.join('\r\n'), quietMs: 500 }],
  [
    'RSET and MAIL in one',
    outsider,
    EHLO,
    { send: `${MAIL}\r\nRSET\r\n${MAIL}\r\n${JURA}\r\nNOOP\r\nVRFY jura\r\n`, replies: 6 },
    'QUIT',
  ],
  [
    'one command octet by octet',
    outsider,
    ...Array.from('NOO', (send): Step => ({ send, replies: 0 })),
    'P',
    'QUIT',
  ],
]);

const EOD_CASES: readonly (readonly [string, string])[] = [
  ['<CR><LF>.<CR><LF>', '\r\n.\r\n'],
  ['<LF>.<LF>', '\n.\n'],
  ['<LF>.<CR><LF>', '\n.\r\n'],
  ['<CR><LF>.<LF>', '\r\n.\n'],
  ['<CR>.<CR>', '\r.\r'],
];

export const lineEnds = sessions([
  [
    'a whole session with bare <LF>',
    outsider,
    { send: 'HELO mail.example.org\n' },
    { send: `${MAIL}\n` },
    { send: `${JURA}\n` },
    { send: 'DATA\n' },
    { send: 'Subject: bare\n\nx\n.\n', quietMs: 400 },
    { send: 'QUIT\n', quietMs: 400 },
    { send: '\r\n.\r\n', quietMs: 400 },
    { send: 'QUIT\r\n', quietMs: 400 },
  ],
  [
    '<CR><CR><LF> and <CR> alone',
    outsider,
    { send: 'NOOP\r\r\n' },
    { send: 'NOOP\rNOOP\r', quietMs: 400 },
    { send: '\n', quietMs: 400 },
    'QUIT',
  ],
  ...EOD_CASES.map(
    ([name, end]): Line => [
      `letter ended by ${name}`,
      outsider,
      HELO,
      MAIL,
      JURA,
      'DATA',
      { send: `Subject: x\r\n\r\nx${end}NOOP\r\n`, quietMs: 400 },
      { send: '\r\n.\r\n', quietMs: 400 },
      'QUIT',
    ],
  ),
]);

export const smuggling = lineEnds.filter(
  ({ title }) => title.startsWith('letter') || title.startsWith('a whole'),
);
