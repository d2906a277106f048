/** What we say to Dovecot's POP3 after login: arguments, line lengths, odd letters, two sessions in one mailbox. */
import type { Session, Step } from './converse.ts';
import { POP3_PORT } from './dovecot.ts';
import { ADDRESSES } from './room.ts';

const to = { address: ADDRESSES.neo, port: POP3_PORT };
const on = (title: string, ...steps: Step[]): Session => ({ title, from: ADDRESSES.insider, to, steps });
const listing = (line: string): Step => ({ line, listing: true });
const inside = (title: string, ...steps: Step[]): Session => on(title, 'USER jura', 'PASS heslo', ...steps);
const times = (count: number, ...lines: string[]): string[] =>
  Array.from({ length: count }, () => lines).flat();

export const commands: readonly Session[] = [
  inside(
    'numbers',
    'LIST 4294967295',
    'LIST 4294967296',
    'LIST 18446744073709551616',
    'LIST 000000000000002',
    'LIST +1',
    'LIST 1.',
    'QUIT',
  ),
  inside('spaces behind', 'LIST 1 ', listing('LIST  '), 'UIDL 1 ', 'RETR 9 ', 'DELE 9 ', 'STAT ', 'QUIT'),
  inside(
    'too many arguments',
    'RETR 1 2',
    'DELE 1 2',
    'UIDL 1 2',
    listing('TOP 1 0 0'),
    'TOP 1 0x',
    listing('CAPA x'),
    'STAT 1 2',
    'QUIT x',
  ),
  inside(
    'TOP',
    listing('TOP 2  1'),
    listing('TOP  2 1'),
    'TOP 2 1 ',
    listing('TOP 1 4294967296'),
    'TOP 1 99999999999999999999',
    'TOP 1x 1',
    'TOP 1 ',
    'TOP 0 1',
    'TOP 1 1 1',
    'QUIT',
  ),
  inside('tabs for spaces', 'LIST\t1', 'LIST 1\t', 'LIST \t1', 'QUIT'),
  inside('odd octets', 'FOO\xff\x01 x', 'LIST \x01', 'RETR 1\0', 'DELE \0', 'F\x7fO', '\xe9\xc9', 'QUIT'),
  inside(
    'CR in the line',
    { send: 'LIST 1\r\r\n' },
    { send: 'STAT\rx\r\n' },
    { send: 'NOOP\r\r\r\n' },
    { send: '\r\r\n' },
    'QUIT',
  ),
  inside('unknown command of 300 octets', 'x'.repeat(300), `LIST ${'y'.repeat(300)}`, 'QUIT'),
  inside('errors that are counted', ...times(15, 'LIST 9'), ...times(7, 'RETR x')),
  inside('errors of deleted messages', 'DELE 1', ...times(22, 'RETR 1')),
  inside('a good command between', ...times(15, 'FOO'), 'NOOP', ...times(21, 'FOO')),
  inside('empty lines', ...times(22, '')),
  inside('bad commands and marks', 'DELE 1', ...times(21, 'FOO')),
  inside('nothing is gone after that', 'STAT', 'QUIT'),
  inside(
    'deleting all',
    'DELE 1',
    'DELE 2',
    'DELE 3',
    listing('LIST'),
    listing('UIDL'),
    'STAT',
    'RSET',
    'STAT',
    'DELE 1',
    'RSET',
    'QUIT',
  ),
];

const line = (octets: number, word: string): string => `${word} ${'a'.repeat(octets - word.length - 3)}\r\n`;

/** Lines of so many octets, CRLF included. */
export const lines: readonly Session[] = [
  ...[256, 1024, 1031, 1032, 2048, 8192].map((octets) =>
    on(`a line of ${octets} octets before login`, { send: line(octets, 'USER'), quietMs: 300 }, 'QUIT'),
  ),
  ...[256, 1024, 2048, 2049, 4096, 8192].map((octets) =>
    inside(`a line of ${octets} octets after login`, { send: line(octets, 'NOOP'), quietMs: 300 }, 'QUIT'),
  ),
  on('a long line without end before login', { send: `USER ${'a'.repeat(9000)}`, quietMs: 300 }),
  inside('a long line without end after login', { send: `NOOP ${'a'.repeat(9000)}`, quietMs: 300 }),
];

/** As files of a Maildir; what is odd about each is in its subject. */
export const ODD_LETTERS: readonly string[] = [
  'Subject: no line end at the end\n\nbody\nlast',
  'Subject: CRLF\r\n\r\nbody\r\n',
  'Subject: bare CR\n\na\rb\n\r\nc\r\r\nd\n',
  'Subject: 8 bit and NUL\n\ncaf\xe9 \0 x\n',
  'Subject: dots\n\n.\n..\n.a\n',
  'Subject: header only\n',
  'Subject: header without end',
  'Subject: empty body\n\n',
  '\nno header\n',
  '\n',
  'Subject: ends in a dot\n\n.',
  `Subject: long line\n\n${'x'.repeat(2000)}\n`,
];

const ALL = ODD_LETTERS.map((_, i) => i + 1);

export const letters: readonly Session[] = [
  inside('sizes', 'STAT', listing('LIST'), 'QUIT'),
  ...ALL.map((n) =>
    inside(
      `letter ${n}`,
      `LIST ${n}`,
      listing(`RETR ${n}`),
      listing(`TOP ${n} 0`),
      listing(`TOP ${n} 1`),
      listing(`TOP ${n} 2`),
      'QUIT',
    ),
  ),
];

/** With `pop3_enable_last = yes` (RFC 1460). */
export const last: readonly Session[] = [
  inside(
    'LAST',
    'LAST',
    listing('RETR 2'),
    'LAST',
    listing('RETR 1'),
    'LAST',
    'RSET',
    'LAST',
    'LAST x',
    'QUIT',
  ),
  inside('in the next session', 'LAST', listing('RETR 3'), 'LAST', 'QUIT'),
  inside('in the one behind', 'LAST', 'DELE 3', 'LAST', listing('TOP 1 0'), 'LAST', 'RSET', 'LAST', 'QUIT'),
  inside('and behind RSET', 'LAST', 'RSET', 'LAST', listing('CAPA'), 'QUIT'),
  inside('DELE', 'DELE 2', 'LAST', listing('RETR 1'), 'LAST', 'QUIT'),
  on('before login', 'LAST', 'QUIT'),
];

/** Two sessions with one mailbox at once: the second is opened and shut between the two parts of the first. */
export interface Overlap {
  readonly first: Session;
  readonly second: Session;
  readonly rest: readonly Step[];
}

export const overlaps: readonly Overlap[] = [
  {
    first: inside('first session; the second deletes 1 and quits after STAT', 'STAT'),
    second: inside('second session', 'DELE 1', 'QUIT'),
    rest: ['STAT', listing('LIST'), listing('UIDL'), 'LIST 1', 'DELE 1', listing('RETR 2'), 'QUIT'],
  },
  {
    first: inside('first session; the second deletes 1 and quits after STAT; RETR 1', 'STAT'),
    second: inside('second session', 'DELE 1', 'QUIT'),
    rest: [listing('RETR 1'), 'STAT', 'QUIT'],
  },
  {
    first: inside('first session; the second deletes 1 and quits after STAT; TOP 1 0', 'STAT'),
    second: inside('second session', 'DELE 1', 'QUIT'),
    rest: [listing('TOP 1 0'), 'STAT', 'QUIT'],
  },
];

/** With `pop3_lock_session = yes`; while a first session is open. */
export const locked: readonly Session[] = [
  inside('USER and PASS at a locked mailbox', 'QUIT'),
  on('AUTH at a locked mailbox', `AUTH PLAIN ${Buffer.from('\0jura\0heslo').toString('base64')}`, 'QUIT'),
  on('pipelined at a locked mailbox', { send: 'USER jura\r\nPASS heslo\r\nSTAT\r\nQUIT\r\n', replies: 4 }),
  on('somebody else', 'USER anna', 'PASS heslo', 'STAT', 'QUIT'),
];

/** The mailbox cannot be read. */
export const unreadable: readonly Session[] = [inside('a mailbox that cannot be opened', 'STAT', 'QUIT')];
/** The list of passwords cannot be read. */
export const noPasswords: readonly Session[] = [
  on(
    'passwords that cannot be looked up',
    'USER jura',
    'PASS bowling',
    `AUTH PLAIN ${Buffer.from('\0jura\0bowling').toString('base64')}`,
    'QUIT',
  ),
];

const wait = (seconds: number): Step => ({ send: '', quietMs: seconds * 1000 });

/** Nobody says anything; these run at the same time. */
export const idle: readonly Session[] = [
  on('silence before login', wait(200)),
  on('USER after 100 seconds, QUIT after 100 more', wait(100), 'USER jura', wait(100), 'QUIT'),
  inside('silence after login', 'DELE 1', wait(640)),
];
