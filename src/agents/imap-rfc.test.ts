/**
 * The sample sessions of RFC 3501 §8 and RFC 9051 §8 and the examples of the extensions: statuses and data are theirs,
 * the words behind a status are a server's own. Each runs whole, octet by octet and with every line cut in two.
 */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import type { NewMessage } from '../mail/mailbox.ts';
import type { ProgramEffect } from '../sim/types.ts';
import { connect, imapHost, PLAIN, take } from './imap-host.testing.ts';
import { RFC3501_HEADER } from '../protocol/imap/rfc3501-header.testing.ts';

const HEADER = `${RFC3501_HEADER.join('\r\n')}\r\n`;

/** 3028 octets in 92 lines, as the RFC says. */
const BODY = `${`${'x'.repeat(31)}\r\n`.repeat(91)}${'y'.repeat(23)}\r\n`;

const plain = (flags: readonly string[]): NewMessage => ({
  content: octets('Subject: x\r\n\r\nx\r\n'),
  internalDate: Date.UTC(1996, 6, 16),
  flags,
});

/** Eighteen messages, of which the seventeenth is the first unseen one. */
const RFC_MAILBOX: readonly NewMessage[] = Array.from({ length: 18 }, (_, i) => {
  if (i !== 11) return plain(i < 16 ? ['\\Seen'] : []);
  return {
    content: octets(HEADER + BODY),
    internalDate: Date.parse('1996-07-17T02:44:25-07:00'),
    flags: ['\\Seen'],
  };
});

const FULL =
  '* 12 FETCH (FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 3370 ' +
  'ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ' +
  '(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ' +
  '(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ' +
  '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL ' +
  '"<B27397-0100000@cac.washington.edu>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92))';

/** A command, and what must be among the lines that come back: `OK`, `NO` and `BAD` are the status of the tagged one. */
type Exchange = readonly [command: string, ...lines: (string | RegExp)[]];

const TRANSCRIPTS: Readonly<Record<string, readonly Exchange[]>> = {
  'RFC 3501 §8': [
    ['a001 login jura heslo', 'OK'],
    [
      'a002 select inbox',
      '* 18 EXISTS',
      '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
      '* 2 RECENT',
      /^\* OK \[UNSEEN 17\] /,
      /^\* OK \[UIDVALIDITY \d+\] /,
      /^a002 OK \[READ-WRITE\] /,
    ],
    ['a003 fetch 12 full', FULL, 'OK'],
    ['a004 fetch 12 body[header]', `* 12 FETCH (BODY[HEADER] {342}\r\n${HEADER})`, 'OK'],
    ['a005 store 12 +flags \\deleted', '* 12 FETCH (FLAGS (\\Deleted \\Seen))', 'OK'],
    ['a006 logout', /^\* BYE /, 'OK'],
  ],
  'RFC 9051 §8, from SELECT on': [
    ['a1 LOGIN jura heslo', 'OK'],
    ['a2 ENABLE IMAP4rev2', '* ENABLED IMAP4rev2', 'OK'],
    [
      'a3 SELECT INBOX',
      '* 18 EXISTS',
      '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
      /^\* OK \[UIDVALIDITY \d+\] /,
      '* LIST () "." INBOX',
      /^a3 OK \[READ-WRITE\] /,
    ],
    ['a4 FETCH 12 full', FULL, 'OK'],
    ['a5 STORE 12 +FLAGS \\Deleted', '* 12 FETCH (UID 12 FLAGS (\\Deleted \\Seen))', 'OK'],
    ['a6 SEARCH UNSEEN', '* ESEARCH (TAG "a6") ALL 17:18', 'OK'],
    ['a7 UID SEARCH RETURN (COUNT MIN) DELETED', '* ESEARCH (TAG "a7") UID MIN 12 COUNT 1', 'OK'],
    ['a8 STATUS INBOX (MESSAGES DELETED SIZE)', /^\* STATUS INBOX \(MESSAGES 18 SIZE \d+ DELETED 1\)$/, 'OK'],
    ['a9 CREATE "Entw\xc3\xbcrfe"', 'OK'],
    ['a10 LIST "" "Entw*"', '* LIST (\\HasNoChildren) "." "Entw\xc3\xbcrfe"', 'OK'],
    ['a11 LOGOUT', /^\* BYE /, 'OK'],
  ],
  'RFC 4315 §3, RFC 6851 §4.3: UIDs of copies': [
    ['a LOGIN jura heslo', 'OK'],
    ['a CREATE saved', 'OK'],
    ['a SELECT INBOX', 'OK'],
    ['A003 APPEND saved (\\Seen) {12+}\r\nSubject: a\r\n', /^A003 OK \[APPENDUID \d+ 1\] /],
    ['A004 COPY 2:4 saved', /^A004 OK \[COPYUID \d+ 2:4 2:4\] /],
    ['A005 UID COPY 500:600 saved', 'OK'],
    ['a UID MOVE 1:2 saved', /^\* OK \[COPYUID \d+ 1:2 5:6\] /, '* 2 EXPUNGE', '* 1 EXPUNGE', 'OK'],
    ['A006 STORE 1 +FLAGS.SILENT \\Deleted', 'OK'],
    ['A007 UID EXPUNGE 3000:3002', 'OK'],
    ['A008 UID EXPUNGE 3', '* 1 EXPUNGE', 'OK'],
  ],
  'RFC 4731 §3.1, RFC 5182 §2: extended searches': [
    ['a LOGIN jura heslo', 'OK'],
    ['a SELECT INBOX', 'OK'],
    ['A282 SEARCH RETURN (MIN COUNT) SEEN', '* ESEARCH (TAG "A282") MIN 1 COUNT 16', 'OK'],
    ['A283 SEARCH RETURN () UNSEEN', '* ESEARCH (TAG "A283") ALL 17:18', 'OK'],
    ['A285 UID SEARCH RETURN (MIN MAX) UNSEEN', '* ESEARCH (TAG "A285") UID MIN 17 MAX 18', 'OK'],
    ['A300 SEARCH RETURN (SAVE) SUBJECT "minutes" NOT FROM "smith"', 'OK'],
    ['A301 FETCH $ (UID)', '* 12 FETCH (UID 12)', 'OK'],
    ['A302 SEARCH $ SMALLER 4096', '* SEARCH 12', 'OK'],
    ['A303 SEARCH CHARSET FOO TEXT x', /^A303 NO \[BADCHARSET/],
  ],
  'RFC 7162 §3.1: conditional STORE': [
    ['a LOGIN jura heslo', 'OK'],
    ['a SELECT INBOX (CONDSTORE)', /^\* OK \[HIGHESTMODSEQ 2\] /, 'OK'],
    ['a STORE 7 +FLAGS (\\Flagged)', '* 7 FETCH (MODSEQ (3) FLAGS (\\Flagged \\Seen))', 'OK'],
    [
      'd105 STORE 7,5,9 (UNCHANGEDSINCE 2) +FLAGS.SILENT (\\Deleted)',
      '* 5 FETCH (MODSEQ (4))',
      '* 9 FETCH (MODSEQ (4))',
      /^d105 OK \[MODIFIED 7\] /,
    ],
    [
      's100 FETCH 1:* (FLAGS) (CHANGEDSINCE 3)',
      /^\* 5 FETCH \(FLAGS \(\\Deleted \\Seen\) MODSEQ \(4\)\)$/,
      'OK',
    ],
    ['a SEARCH MODSEQ 4', '* SEARCH 5 9 (MODSEQ 4)', 'OK'],
  ],
};

type Cut = (line: string) => readonly string[];

/** What the server says to each command, its octets cut as `cut` says. */
function play(exchanges: readonly Exchange[], cut: Cut): readonly string[] {
  const host = imapHost(RFC_MAILBOX, { ...PLAIN, offsetMinutes: -420 });
  // Sixteen of them somebody has seen before.
  const [jura] = host.store.accounts;
  const inbox = { ...jura!.mailboxes[0]!, recentFrom: 17 };
  host.store = { ...host.store, accounts: [{ ...jura!, mailboxes: [inbox] }] };
  let said = '';
  const hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') said += effect.octets;
  };
  connect(host, 1, '192.0.2.10', hear);
  return exchanges.map(([command]) => {
    said = '';
    for (const piece of cut(`${command}\r\n`))
      take(host, { kind: 'octets', conn: 1, octets: piece as Octets }, hear);
    return said;
  });
}

/** Case counts in no keyword, and types of content are such. */
const sameLine = (line: string, wanted: string): boolean => line.toLowerCase() === wanted.toLowerCase();

function check(said: string, [command, ...wanted]: Exchange): void {
  const tag = command.split(' ', 1)[0]!;
  const lines = said.split('\r\n').slice(0, -1);
  for (const want of wanted) {
    if (want instanceof RegExp)
      expect(
        lines.some((line) => want.test(line)),
        `${want} in\n${said}`,
      ).toBe(true);
    else if (/^(?:OK|NO|BAD)$/.test(want)) expect(lines.at(-1)).toMatch(new RegExp(`^${tag} ${want} `));
    else if (want.includes('\r\n')) expect(said.toLowerCase()).toContain(`${want.toLowerCase()}\r\n`);
    else
      expect(
        lines.some((line) => sameLine(line, want)),
        `${want} in\n${said}`,
      ).toBe(true);
  }
}

describe.each(Object.entries(TRANSCRIPTS))('%s', (_, exchanges) => {
  const whole = play(exchanges, (line) => [line]);

  test('statuses and data', () => {
    for (const [i, exchange] of exchanges.entries()) check(whole[i]!, exchange);
  });
  test('octet by octet', () => {
    expect(play(exchanges, (line) => [...line])).toEqual(whole);
  });
  test('every line cut in two, anywhere', () => {
    const longest = Math.max(...exchanges.map(([command]) => command.length + 2));
    for (let at = 1; at < longest; at++)
      expect(
        play(exchanges, (line) => [line.slice(0, at), line.slice(at)].filter((piece) => piece !== '')),
      ).toEqual(whole);
  });
  test('all at once', () => {
    const commands = exchanges.map(([command]) => `${command}\r\n`).join('');
    const said = play([[commands.slice(0, -2)]], (line) => [line]);
    expect(said[0]).toBe(whole.join(''));
  });
});
