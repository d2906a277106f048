/** Letters for Postfix, each with what we want to see of it afterwards: the log, the stored letters, the queue. */
import type { Step } from './converse.ts';
import { ADDRESSES } from './room.ts';

export interface Posting {
  readonly title: string;
  readonly from: string;
  readonly steps: readonly Step[];
  /** Connect although there is nothing to say. */
  readonly gone?: boolean;
  /** Shell commands run on neo once the letters have come to rest; their output is recorded. */
  readonly afterwards?: readonly string[];
}

const { neo, insider, outsider, nameless } = ADDRESSES;

export function posting(
  title: string,
  from: string,
  hello: string[],
  mail: string,
  rcpts: string[],
  lines: string[],
): Posting {
  const letter: Step = { send: `${lines.map((line) => line.replace(/^\./, '..')).join('\r\n')}\r\n.\r\n` };
  return { title, from, steps: [...hello, mail, ...rcpts, 'DATA', letter, 'QUIT'] };
}

export const HELO = ['HELO mail.example.org'];
export const EHLO = ['EHLO mail.example.org'];
export const DESK = ['EHLO pc1.firma1.intr'];
export const ANN = 'MAIL FROM:<ann@example.org>';
export const FROM_JURA = 'MAIL FROM:<jura@firma1.intr>';
export const JURA = 'RCPT TO:<jura@firma1.intr>';
export const ANNA = 'RCPT TO:<anna@firma1.intr>';
const FULL = [
  'Date: Mon, 5 Jan 2015 10:00:00 +0100',
  'From: Ann <ann@example.org>',
  'To: Jura <jura@firma1.intr>',
  'Message-Id: <1@example.org>',
  'Subject: hello',
  '',
  'Hello, Jura.',
];
export const NOTE = ['From: jura@firma1.intr', 'To: somebody', 'Subject: note', '', 'A note.'];

export const stored: readonly Posting[] = [
  posting('no header at all, from outside', outsider, HELO, ANN, [JURA], ['Hello, Jura.']),
  posting('no header at all, from the own network', insider, DESK, FROM_JURA, [ANNA], ['Hello, Anna.']),
  posting(
    'no header at all, from the host itself',
    neo,
    ['EHLO neo.firma1.intr'],
    FROM_JURA,
    [ANNA],
    ['Hello, Anna.'],
  ),
  posting('an empty line first, from the host itself', neo, HELO, FROM_JURA, [ANNA], ['', 'Hello, Anna.']),
  posting(
    'only Subject, unqualified From and To, from the host itself',
    neo,
    HELO,
    'MAIL FROM:<jura>',
    ['RCPT TO:<anna>'],
    ['Subject: x', 'From: jura', 'To: anna', 'Cc: Info <info>', '', 'x'],
  ),
  posting(
    'unqualified From and To, from outside',
    outsider,
    HELO,
    ANN,
    [JURA],
    ['Subject: x', 'From: ann', 'To: jura', '', 'x'],
  ),
  posting('all headers, EHLO, one recipient', outsider, EHLO, ANN, [JURA], FULL),
  posting('all headers, HELO, one recipient', outsider, HELO, ANN, [JURA], FULL),
  posting('two recipients', outsider, EHLO, ANN, [JURA, ANNA], FULL),
  posting(
    'one recipient refused, one accepted',
    outsider,
    EHLO,
    ANN,
    ['RCPT TO:<nikdo@firma1.intr>', JURA],
    FULL,
  ),
  posting('the same recipient twice', outsider, EHLO, ANN, [JURA, JURA], FULL),
  posting('no HELO', outsider, [], ANN, [JURA], FULL),
  posting('HELO with another name', outsider, ['HELO mail.example.com'], ANN, [JURA], FULL),
  posting('HELO with an address literal', outsider, ['EHLO [198.51.100.7]'], ANN, [JURA], FULL),
  posting('HELO with odd octets', outsider, ['HELO a(b)<c>"d"'], ANN, [JURA], FULL),
  posting('client without a name', nameless, EHLO, ANN, [JURA], FULL),
  posting('null reverse-path', outsider, EHLO, 'MAIL FROM:<>', [JURA], FULL),
  posting('reverse-path without brackets or domain', outsider, EHLO, 'MAIL FROM:ann', ['RCPT TO:jura'], FULL),
  posting(
    'quoted local part in the reverse-path',
    outsider,
    EHLO,
    'MAIL FROM:<"ann lee"@example.org>',
    [JURA],
    FULL,
  ),
  posting('address with extension', outsider, EHLO, ANN, ['RCPT TO:<Jura+Lists@Firma1.Intr>'], FULL),
  posting('alias with two members', outsider, EHLO, ANN, ['RCPT TO:<info@firma1.intr>'], FULL),
  posting('postmaster without domain', outsider, EHLO, ANN, ['RCPT TO:<postmaster>'], FULL),
  posting('source route', outsider, EHLO, ANN, ['RCPT TO:<@neo.firma1.intr:jura@firma1.intr>'], FULL),
  posting(
    'dots at the start of lines (C: shows them stuffed)',
    outsider,
    EHLO,
    ANN,
    [JURA],
    ['Subject: dots', '', '.', '..', '.x', 'a.', ''],
  ),
  posting(
    'lines beginning with From',
    outsider,
    EHLO,
    ANN,
    [JURA],
    ['Subject: from', '', 'From here', '>From there', 'from', 'From: x'],
  ),
  posting(
    'Bcc, Return-Path and Received in the letter; a folded header',
    outsider,
    EHLO,
    ANN,
    [JURA],
    [
      'Received: from a by b; Mon, 5 Jan 2015 09:00:00 +0100',
      'Return-Path: <liar@example.com>',
      'Bcc: anna@firma1.intr',
      'Delivered-To: x@example.com',
      'subject:folded',
      '  line',
      '',
      'x',
    ],
  ),
  posting(
    'a header line with no colon in the middle',
    outsider,
    EHLO,
    ANN,
    [JURA],
    ['Subject: x', 'no colon here', 'To: jura@firma1.intr', '', 'x'],
  ),
  posting(
    'a header with a space before the colon, and an empty one',
    outsider,
    EHLO,
    ANN,
    [JURA],
    ['Subject : x', 'To:', ' continued', '', 'x'],
  ),
  posting(
    'octets of 8 bits',
    outsider,
    EHLO,
    `${ANN} BODY=8BITMIME`,
    [JURA],
    ['Subject: p\xc5\x99', '', '\xc5\x99\xff'],
  ),
  posting('SMTPUTF8', outsider, EHLO, `${ANN} SMTPUTF8`, [JURA], ['Subject: p\xc5\x99', '', '\xc5\x99']),
  posting('an empty letter', outsider, HELO, ANN, [JURA], []),
  posting('a very long line', outsider, EHLO, ANN, [JURA], ['Subject: long', '', 'x'.repeat(5000)]),
  {
    title: 'bare <LF> and <CR> in the letter',
    from: outsider,
    steps: [
      ...HELO,
      ANN,
      JURA,
      'DATA',
      { send: 'Subject: ends\nTo: x\r\n\r\na\nb\rc\r\r\nd\r\n.\r\n' },
      'QUIT',
    ],
  },
  {
    title: 'the letter is BDAT, last octets without line end',
    from: outsider,
    steps: [...EHLO, ANN, JURA, { send: 'BDAT 15 LAST\r\nSubject: b\r\n\r\nx' }, 'QUIT'],
  },
  {
    title: 'sendmail(1) on the host',
    from: neo,
    steps: [],
    afterwards: ["printf 'Subject: local\\nTo: jura\\n\\nHello.\\n' | sendmail -f anna jura"],
  },
];

export const relayed: readonly Posting[] = [
  posting('relayed to the branch office', outsider, EHLO, ANN, ['RCPT TO:<karel@pobocka.firma1.intr>'], FULL),
  posting(
    'one at home and two away',
    insider,
    DESK,
    FROM_JURA,
    [ANNA, 'RCPT TO:<karel@pobocka.firma1.intr>', 'RCPT TO:<eva@pobocka.firma1.intr>'],
    NOTE,
  ),
];
