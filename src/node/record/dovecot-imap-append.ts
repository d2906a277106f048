/** APPEND. */
import type { Session, Step } from './converse.ts';
import { inside, literal, octets, on, quiet, raw, selected } from './dovecot-imap-say.ts';

const letter = 'Subject: x\r\n\r\nx\r\n';
const SIZE = letter.length;
const append = (rest: string, text = letter): Step[] => literal(`APPEND ${rest}`, text);
/** What is refused before the literal is asked for: a client sends nothing more. */
const refused = (title: string, ...rest: string[]): Session =>
  inside(title, ...rest.map((one) => `APPEND ${one} {${SIZE}}`), 'NOOP', 'SELECT INBOX');

export const appends: readonly Session[] = [
  inside(
    'flags and dates',
    ...append('INBOX'),
    ...append('INBOX (\\Seen)'),
    ...append('INBOX (\\Seen \\Flagged vlastni $Label)'),
    ...append('INBOX ()'),
    ...append('INBOX "05-Jan-2015 10:00:00 +0100"'),
    ...append('INBOX (\\Answered) " 5-Jan-2015 10:00:00 +0100"'),
    ...append('inbox (\\deleted) "31-Dec-1999 23:59:59 -1200"'),
    ...append('"INBOX" () "01-Jan-1970 00:00:00 +0000"'),
    'SELECT INBOX',
    'FETCH 5:* (UID FLAGS INTERNALDATE RFC822.SIZE)',
  ),
  selected(
    'to the mailbox that is open',
    ...append('INBOX'),
    ...append('INBOX (\\Seen novy)'),
    'FETCH 5:* (UID FLAGS)',
    'CREATE Jina',
    ...append('Jina'),
    'NOOP',
  ),
  inside(
    'to the mailbox that is examined',
    'EXAMINE INBOX',
    ...append('INBOX (\\Seen)'),
    'FETCH * FLAGS',
    'CLOSE',
    'SELECT INBOX',
    'FETCH * FLAGS',
  ),
  refused('to mailboxes that are not there', ...['Neni', 'Sent', '""', '..', '"&AWE"', 'a.', '"a/b"', '%']),
  refused(
    'with flags that are not to be set',
    ...['(\\Recent)', '(\\Foo)', '(\\Seen (\\Flagged))', '("x")', '(\\*)', '(a*b)'].map(
      (flags) => `INBOX ${flags}`,
    ),
  ),
  refused(
    'with dates that are not',
    ...[
      '"2015-01-05 10:00:00 +0100"',
      '"05-Foo-2015 10:00:00 +0100"',
      '"05-Jan-2015 10:00:00"',
      '"05-Jan-2015"',
      '"05-Jan-15 10:00:00 +0100"',
      '""',
    ].map((date) => `INBOX ${date}`),
  ),
  inside(
    'with odd dates',
    ...[
      '5-Jan-2015 10:00:00 +0100',
      '31-Feb-2015 10:00:00 +0100',
      '05-Jan-2015 25:00:00 +0100',
      '05-Jan-2015 10:00:00 CET',
      '05-jan-2015 10:00:00 +0100',
      '05-Jan-2115 10:00:00 +0100',
      '05-Jan-1915 10:00:00 +0100',
      '05-Jan-2015 10:00:00 +9999',
    ].flatMap((date) => append(`INBOX "${date}"`)),
    'SELECT INBOX',
    'FETCH 5:* INTERNALDATE',
  ),
  inside(
    'refused, and the literal is sent all the same',
    `APPEND Neni {${SIZE}}`,
    quiet(`${letter}\r\n`),
    'NOOP',
  ),
];

export const literals: readonly Session[] = [
  inside(
    'a literal that does not wait',
    octets(`b APPEND INBOX {${SIZE}+}\r\n${letter}\r\n`),
    octets(`c APPEND INBOX (\\Seen) {${SIZE}+}\r\n${letter}\r\nd NOOP\r\n`, 2),
    octets(`e APPEND Neni {${SIZE}+}\r\n${letter}\r\nf NOOP\r\n`, 2),
    octets(`g APPEND INBOX (\\Foo) {${SIZE}+}\r\n${letter}\r\nh NOOP\r\n`, 2),
    'LOGOUT',
  ),
  inside(
    'no octets at all',
    'APPEND INBOX {0}',
    quiet('\r\n'),
    'NOOP',
    octets('b APPEND INBOX {0+}\r\n\r\n'),
    'LOGOUT',
  ),
  inside(
    'letters of every kind',
    ...append('INBOX', 'x'),
    ...append('INBOX', '\r\n'),
    ...append('INBOX', '\r\nbody\r\n'),
    ...append('INBOX', 'Subject: only\r\n'),
    ...append('INBOX', 'Subject: bare LF\n\nx\ny\n'),
    ...append('INBOX', 'Subject: 8 bits \xc5\xa1\r\n\r\nk\xf9\xf2\r\n'),
    ...append('INBOX', 'Subject: CR\r\rx\r\n\r\na\rb\r\n'),
    ...append('INBOX', 'From ann@example.org  Mon Jan  5 10:00:00 2015\r\nSubject: From line\r\n\r\nx\r\n'),
    ...append('INBOX', '>From ann@example.org  Mon Jan  5 10:00:00 2015\r\nSubject: From line\r\n\r\nx\r\n'),
    'SELECT INBOX',
    'FETCH 5:* (RFC822.SIZE BODY.PEEK[])',
  ),
  inside(
    'NUL in a letter',
    'APPEND INBOX {5}',
    quiet('a\0b\r\n'),
    quiet('\r\n'),
    'SELECT INBOX',
    'FETCH * BODY.PEEK[]',
  ),
  inside(
    'NUL in a literal of 8 bits',
    'APPEND INBOX ~{5}',
    quiet('a\0b\r\n'),
    quiet('\r\n'),
    'SELECT INBOX',
    'FETCH * BODY.PEEK[]',
    'FETCH * BINARY.PEEK[]',
  ),
  inside('8-bit literal that does not wait', quiet('b APPEND INBOX ~{5+}\r\na\0b\r\n\r\n'), 'NOOP'),
  inside('more octets than said', 'APPEND INBOX {5}', quiet('abcdefgh\r\n'), 'NOOP', 'LOGOUT'),
  inside('gone in the middle', 'APPEND INBOX {500}', octets('Subject: x\r\n', 0)),
  inside('a big literal', 'APPEND INBOX {99999999999}', quiet('b LOGOUT\r\n')),
  inside('a bigger literal', quiet('b APPEND INBOX {99999999999999999999}\r\n'), 'LOGOUT'),
  inside(
    'bad literals',
    quiet('b APPEND INBOX {-1}\r\n'),
    quiet('b APPEND INBOX {x}\r\n'),
    quiet('b APPEND INBOX {}\r\n'),
    'LOGOUT',
  ),
  inside(
    'no literal',
    'APPEND INBOX',
    'APPEND',
    'APPEND INBOX "Subject: x"',
    'APPEND INBOX x',
    'APPEND INBOX (\\Seen)',
    'APPEND INBOX (\\Seen) "05-Jan-2015 10:00:00 +0100"',
    'NOOP',
  ),
  inside('a mailbox as literal', 'APPEND {5}', raw('INBOX {17}'), raw(letter), 'LOGOUT'),
  inside(
    'both literals do not wait',
    octets(`b APPEND {5+}\r\nINBOX (\\Seen) {${SIZE}+}\r\n${letter}\r\n`),
    'LOGOUT',
  ),
  on('before login', quiet(`a1 APPEND INBOX {${SIZE}+}\r\n${letter}\r\n`), 'LOGOUT'),
];

export const several: readonly Session[] = [
  inside(
    'MULTIAPPEND',
    `APPEND INBOX {${SIZE}}`,
    raw(`${letter} {${SIZE}}`),
    raw(`${letter} (\\Seen) "05-Jan-2015 10:00:00 +0100" {${SIZE}}`),
    raw(letter),
    'SELECT INBOX',
    'FETCH 5:* (UID FLAGS)',
  ),
  inside(
    'MULTIAPPEND that does not wait',
    octets(`b APPEND INBOX {${SIZE}+}\r\n${letter} (\\Seen) {${SIZE}+}\r\n${letter}\r\n`),
    'STATUS INBOX (MESSAGES)',
  ),
  selected(
    'MULTIAPPEND to the mailbox that is open',
    octets(`b APPEND INBOX {${SIZE}+}\r\n${letter} {${SIZE}+}\r\n${letter}\r\n`),
    'NOOP',
  ),
  inside(
    'the second is empty',
    `APPEND INBOX {${SIZE}}`,
    quiet(`${letter} {0}\r\n`),
    quiet('\r\n'),
    'NOOP',
    'STATUS INBOX (MESSAGES)',
  ),
  inside(
    'the second is bad',
    `APPEND INBOX {${SIZE}}`,
    quiet(`${letter} (\\Foo) {${SIZE}}\r\n`),
    quiet(letter),
    quiet('\r\n'),
    'NOOP',
    'STATUS INBOX (MESSAGES)',
  ),
  inside(
    'the second has a bad date',
    `APPEND INBOX {${SIZE}}`,
    quiet(`${letter} "x" {${SIZE}}\r\n`),
    quiet(letter),
    quiet('\r\n'),
    'NOOP',
    'STATUS INBOX (MESSAGES)',
  ),
  inside('an odd end', `APPEND INBOX {${SIZE}}`, quiet(`${letter} x\r\n`), 'NOOP', 'STATUS INBOX (MESSAGES)'),
  inside(
    'a space at the end',
    `APPEND INBOX {${SIZE}}`,
    quiet(`${letter} \r\n`),
    'NOOP',
    'STATUS INBOX (MESSAGES)',
  ),
  inside(
    'CATENATE',
    octets(`b APPEND INBOX CATENATE (TEXT {${SIZE}+}\r\n${letter} TEXT {3+}\r\ny\r\n)\r\n`),
    octets('c APPEND INBOX CATENATE (URL "/INBOX;UIDVALIDITY=1/;UID=1")\r\n'),
    octets('d APPEND INBOX CATENATE ()\r\n'),
    'NOOP',
  ),
];
