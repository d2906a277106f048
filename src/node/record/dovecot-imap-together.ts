/** Several sessions on one mailbox at the same time. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './converse.ts';
import { deliver, FEW } from './dovecot-imap-letters.ts';
import type { Cue, Play } from './dovecot-imap-play.ts';
import { LOGIN, literal, octets, quiet, raw } from './dovecot-imap-say.ts';

const letter = 'Subject: x\r\n\r\nx\r\n';
const ALL = 'FETCH 1:* (UID FLAGS)';
const append = (rest = 'INBOX'): Step[] => literal(`APPEND ${rest}`, letter);
/** Dovecot looks some time after the disk says that something has changed. */
const wait = quiet('', 1300);

const SELECT: Step[] = [LOGIN, 'SELECT INBOX'];
const two = (title: string, ...cues: Cue[]): Play => ({
  title,
  cues: [['1', ...SELECT], ['2', ...SELECT], ...cues],
});

const FOLDER = '/home/jura/Maildir';
const comes: Cue = { told: 'a letter is delivered', act: () => deliver('Maildir', FEW[0]!, 99) };
const inCur = (number: number): string =>
  readdirSync(join(FOLDER, 'cur')).find((name) => name.startsWith(`${1420448400 + number}.`))!;
const goes: Cue = {
  told: 'the file of the letter with UID 2 is deleted',
  act: () => rmSync(join(FOLDER, 'cur', inCur(2))),
};
const isRead: Cue = {
  told: 'the file of the letter with UID 1 gets the flags FS',
  act: () => {
    const name = inCur(1);
    renameSync(join(FOLDER, 'cur', name), join(FOLDER, 'cur', `${name.split(':')[0]}:2,FS`));
  },
};

export const flags: readonly Play[] = [
  two(
    'flags of another session',
    ['1', 'STORE 1 +FLAGS (\\Flagged)'],
    ['2', 'NOOP'],
    ['2', 'STORE 1 -FLAGS (\\Flagged)'],
    ['1', 'FETCH 1 FLAGS', 'NOOP'],
    ['1', 'STORE 2:3 +FLAGS (\\Draft)'],
    ['2', 'FETCH 2 FLAGS', 'NOOP'],
    ['1', 'STORE 2 -FLAGS.SILENT (\\Draft)'],
    ['2', 'SEARCH DRAFT', 'NOOP'],
    ['1', 'STORE 4 +FLAGS (\\Draft)'],
    ['2', 'STORE 4 +FLAGS.SILENT (\\Flagged)', 'NOOP'],
    ['1', 'CHECK'],
    ['1', 'STORE 4 +FLAGS (\\Deleted)'],
    ['1', 'STORE 4 -FLAGS (\\Deleted)'],
    ['2', 'NOOP'],
    ['1', 'FETCH 1 BODY[HEADER.FIELDS (SUBJECT)]'],
    ['2', 'CHECK', 'STATUS INBOX (UNSEEN)'],
  ),
  two(
    'keywords of another session',
    ['1', 'STORE 1 +FLAGS (vlastni)'],
    ['2', 'NOOP', 'STORE 2 +FLAGS (jiny)'],
    ['1', 'FETCH 1:2 FLAGS', 'SEARCH KEYWORD jiny'],
  ),
  two(
    'the same letter changed by both',
    ['1', 'STORE 1 +FLAGS (\\Flagged)'],
    ['2', 'STORE 1 +FLAGS (\\Flagged)', 'NOOP'],
    ['1', 'STORE 1 FLAGS (\\Seen)'],
    ['2', 'STORE 1 +FLAGS.SILENT (\\Draft)'],
    ['1', 'NOOP'],
  ),
  {
    title: 'one has it open, the other looks only',
    cues: [
      ['1', ...SELECT],
      ['2', LOGIN, 'EXAMINE INBOX'],
      ['1', 'STORE 1 +FLAGS (\\Seen \\Deleted)'],
      ['2', 'NOOP'],
      ['1', 'EXPUNGE'],
      ['2', 'NOOP'],
      ['1', ...append()],
      ['2', 'NOOP', 'FETCH * FLAGS'],
      ['1', 'NOOP', 'FETCH * FLAGS'],
    ],
  },
  two(
    'who has the recent ones',
    ['1', ALL],
    ['2', ALL],
    comes,
    ['2', 'NOOP', 'FETCH * FLAGS', 'SEARCH RECENT'],
    ['1', 'NOOP', 'FETCH * FLAGS', 'SEARCH RECENT'],
    ['1', ...append()],
    ['2', 'NOOP', 'FETCH * FLAGS'],
  ),
  two(
    'what others do with the files',
    comes,
    ['1', 'NOOP'],
    goes,
    ['1', 'NOOP'],
    isRead,
    ['1', 'NOOP'],
    ['2', 'NOOP'],
  ),
  two(
    'CONDSTORE in one, not in the other',
    ['1', 'ENABLE CONDSTORE'],
    ['2', 'STORE 1 +FLAGS (\\Flagged)'],
    ['1', 'NOOP'],
    ['1', 'STORE 1 (UNCHANGEDSINCE 2) -FLAGS (\\Flagged)'],
    ['1', 'STORE 1 (UNCHANGEDSINCE 3) -FLAGS (\\Flagged)'],
    ['2', 'NOOP', 'STORE 2 +FLAGS (\\Flagged)'],
    ['1', 'STORE 2 (UNCHANGEDSINCE 3) +FLAGS (\\Draft)', 'NOOP'],
    ['2', 'STORE 3 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'],
    ['1', 'NOOP', 'FETCH 1:* (FLAGS) (CHANGEDSINCE 3)', 'STATUS INBOX (HIGHESTMODSEQ)'],
  ),
  two(
    'QRESYNC in one, not in the other',
    ['1', 'ENABLE QRESYNC'],
    ['2', 'STORE 1,3 +FLAGS (\\Deleted)', 'EXPUNGE'],
    ['1', 'FETCH 1:2 FLAGS', 'NOOP'],
    ['2', ...append()],
    ['1', 'NOOP'],
  ),
];

const expunges: Cue = ['1', 'STORE 2 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'];

export const afterExpunge: readonly Play[] = [
  ...[
    'NOOP',
    'CHECK',
    'FETCH 1:* FLAGS',
    'STORE 1 +FLAGS (\\Flagged)',
    'STORE 2 +FLAGS (\\Flagged)',
    'SEARCH ALL',
    'COPY 1 INBOX',
    'COPY 2 INBOX',
    'MOVE 2 INBOX',
    'EXPUNGE',
    'CLOSE',
    'UID FETCH 1:* FLAGS',
    'UID STORE 1 +FLAGS (\\Flagged)',
    'UID SEARCH ALL',
    'UID COPY 1 INBOX',
    'UID EXPUNGE 1:*',
    'STATUS INBOX (MESSAGES)',
    'LIST "" %',
    'SELECT INBOX',
  ].map((command) => two(`${command} after another session's EXPUNGE`, expunges, ['2', command, 'NOOP'])),
];

export const expunging: readonly Play[] = [
  two("APPEND after another session's EXPUNGE", expunges, ['2', ...append()], ['2', 'NOOP']),
  two(
    'the text of a letter that is expunged',
    expunges,
    ['2', 'FETCH 2 BODY.PEEK[HEADER.FIELDS (SUBJECT)]'],
    ['2', 'FETCH 2 (UID FLAGS)', 'FETCH 2 ENVELOPE', 'FETCH 2 RFC822.SIZE'],
    ['2', 'NOOP', ALL],
  ),
  two(
    'the text of many, one of which is expunged',
    expunges,
    ['2', 'FETCH 1:3 BODY.PEEK[TEXT]<0.5>'],
    ['2', 'NOOP', ALL],
  ),
  two(
    'numbers stay until they are told',
    ['1', 'STORE 1 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'],
    ['2', 'FETCH 4 UID', 'FETCH 1 UID', 'STORE 4 +FLAGS (\\Flagged)'],
    ['1', ALL],
    ['2', 'NOOP', 'FETCH 4 UID', ALL],
  ),
  two(
    'expunged and come',
    ['1', 'STORE 1,3 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE', ...append(), ...append()],
    ['2', 'FETCH 4 UID', 'NOOP', ALL],
    ['1', 'STORE * +FLAGS (\\Deleted)', 'EXPUNGE'],
    ['2', 'NOOP'],
  ),
  two(
    'both expunge',
    ['1', 'STORE 1 +FLAGS (\\Deleted)'],
    ['2', 'STORE 2 +FLAGS (\\Deleted)'],
    ['1', 'EXPUNGE'],
    ['2', 'EXPUNGE'],
    ['1', 'NOOP'],
  ),
  two('one expunges by CLOSE', ['1', 'STORE 1 +FLAGS (\\Deleted)', 'CLOSE'], ['2', 'NOOP', 'NOOP']),
  two('one moves', ['1', 'CREATE Prace', 'MOVE 2:3 Prace'], ['2', 'NOOP', 'STATUS Prace (MESSAGES)']),
  two('one copies', ['1', 'COPY 1:2 INBOX'], ['2', 'NOOP', ALL]),
  two(
    'three sessions',
    ['3', ...SELECT],
    ['1', 'STORE 1 +FLAGS (\\Deleted)'],
    ['2', 'STORE 2 +FLAGS (\\Flagged)'],
    ['3', 'EXPUNGE'],
    ['1', 'NOOP'],
    ['2', 'NOOP'],
    ['3', ALL],
  ),
];

const there = (name: string): Cue[] => [
  ['1', LOGIN, `CREATE ${name}`, ...append(name)],
  ['2', LOGIN, `SELECT ${name}`],
];

export const gone: readonly Play[] = [
  {
    title: 'the mailbox is deleted',
    cues: [...there('x'), ['1', 'DELETE x'], ['2', 'FETCH 1 FLAGS', 'NOOP', 'FETCH 1 BODY.PEEK[]']],
  },
  {
    title: 'the mailbox is deleted, then a NOOP',
    cues: [...there('x'), ['1', 'DELETE x'], ['2', 'NOOP', 'NOOP']],
  },
  {
    title: 'the mailbox is deleted during IDLE',
    cues: [...there('x'), ['2', 'IDLE'], ['1', 'DELETE x'], ['2', wait, raw('DONE')]],
  },
  {
    title: 'the mailbox is deleted and made anew',
    cues: [...there('x'), ['1', 'DELETE x', 'CREATE x'], ['2', 'NOOP', 'FETCH 1 FLAGS']],
  },
  {
    title: 'the mailbox is renamed',
    cues: [...there('x'), ['1', 'RENAME x y'], ['2', 'NOOP', 'FETCH 1 BODY.PEEK[]', 'NOOP']],
  },
  {
    title: 'the mailbox is deleted, then CLOSE',
    cues: [...there('x'), ['1', 'DELETE x'], ['2', 'CLOSE', 'LIST "" *']],
  },
  {
    title: 'the mailbox is deleted, then APPEND',
    cues: [...there('x'), ['1', 'DELETE x'], ['2', ...append('x')], ['2', 'NOOP']],
  },
];

export const idling: readonly Play[] = [
  two(
    'IDLE',
    ['2', 'IDLE'],
    ['1', ...append()],
    ['2', wait],
    ['1', 'STORE 1 +FLAGS (\\Flagged)'],
    ['2', wait],
    ['1', 'STORE 2,4 +FLAGS.SILENT (\\Deleted)'],
    ['2', wait],
    ['1', 'EXPUNGE'],
    ['2', wait],
    comes,
    ['2', wait],
    ['1', 'STORE 1 +FLAGS (novy)'],
    ['2', wait],
    ['2', raw('DONE')],
    ['2', 'NOOP'],
    ['1', 'NOOP'],
  ),
  two(
    'what came before IDLE',
    ['1', ...append(), 'STORE 1 +FLAGS (\\Flagged)', 'STORE 2 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE'],
    ['2', 'IDLE', wait, raw('DONE')],
  ),
  two('what comes with DONE', ['2', 'IDLE'], ['1', ...append()], ['2', raw('DONE')], ['2', 'NOOP']),
  two('DONE in lower case', ['2', 'IDLE', raw('done'), 'NOOP']),
  two('no DONE but a command', ['2', 'IDLE', raw('b3 NOOP'), 'NOOP']),
  two('no DONE but an empty line', ['2', 'IDLE', raw(''), 'NOOP']),
  two('no DONE but LOGOUT', ['2', 'IDLE', raw('b3 LOGOUT'), 'NOOP']),
  two('DONE and more', ['2', 'IDLE', raw('DONE x'), 'NOOP']),
  two('IDLE with an argument', ['2', 'IDLE x', quiet('DONE\r\n'), 'NOOP']),
  two('IDLE and DONE in one piece', ['2', octets('b3 IDLE\r\nDONE\r\nb4 NOOP\r\n', 3)]),
  two('DONE with bare <LF>', ['2', 'IDLE', octets('DONE\n'), 'NOOP']),
  two('DONE bit by bit', ['2', 'IDLE', quiet('DO', 100), octets('NE\r\n'), 'NOOP']),
  two('gone without DONE', ['2', 'IDLE'], ['1', ...append()], ['1', 'NOOP']),
  {
    title: 'IDLE without a mailbox',
    cues: [
      ['1', ...SELECT],
      ['2', LOGIN, 'IDLE'],
      ['1', ...append()],
      ['2', wait, raw('DONE'), 'NOOP'],
    ],
  },
  {
    title: 'IDLE after EXAMINE',
    cues: [
      ['1', ...SELECT],
      ['2', LOGIN, 'EXAMINE INBOX', 'IDLE'],
      ['1', ...append(), 'STORE 1 +FLAGS (\\Seen)'],
      ['2', wait, raw('DONE')],
    ],
  },
  two(
    'both in IDLE',
    ['1', 'IDLE'],
    ['2', 'IDLE'],
    comes,
    ['1', wait],
    ['2', wait, raw('DONE')],
    ['1', raw('DONE')],
  ),
  two(
    'IDLE with CONDSTORE',
    ['2', 'ENABLE CONDSTORE', 'IDLE'],
    ['1', 'STORE 1 +FLAGS (\\Flagged)'],
    ['2', wait],
    ['1', ...append()],
    ['2', wait, raw('DONE')],
  ),
];

/** With a short `imap_idle_notify_interval`. */
export const stillHere: readonly Play[] = [
  two('IDLE with nothing to tell', [
    '2',
    'IDLE',
    quiet('', 1500),
    quiet('', 1500),
    quiet('', 1500),
    raw('DONE'),
  ]),
];

export const besidePop3: readonly Play[] = [
  {
    title: 'POP3 deletes, IMAP looks on',
    cues: [
      ['1', ...SELECT],
      ['P', 'USER jura', 'PASS heslo', 'STAT', { line: 'UIDL', listing: true }, 'DELE 2'],
      ['1', 'NOOP', 'FETCH 2 FLAGS'],
      ['P', 'QUIT'],
      ['1', 'FETCH 2 FLAGS', 'NOOP', ALL],
    ],
  },
  {
    title: 'POP3 deletes, IMAP is in IDLE',
    cues: [
      ['1', ...SELECT, 'IDLE'],
      ['P', 'USER jura', 'PASS heslo', 'DELE 1', 'DELE 3', 'QUIT'],
      ['1', wait, raw('DONE')],
    ],
  },
  {
    title: 'POP3 reads, IMAP looks on',
    cues: [
      ['1', ...SELECT],
      ['P', 'USER jura', 'PASS heslo', { line: 'RETR 1', listing: true }, { line: 'TOP 2 0', listing: true }],
      ['1', 'NOOP'],
      ['P', 'QUIT'],
      ['1', 'NOOP', ALL],
    ],
  },
  {
    title: 'IMAP expunges, POP3 goes on',
    cues: [
      ['P', 'USER jura', 'PASS heslo', 'STAT'],
      ['1', ...SELECT, 'STORE 1:2 +FLAGS.SILENT (\\Deleted)', 'EXPUNGE', ...append()],
      ['P', 'STAT', { line: 'LIST', listing: true }, { line: 'UIDL', listing: true }],
      ['P', { line: 'RETR 3', listing: true }, { line: 'TOP 1 0', listing: true }],
      ['P', 'DELE 2', 'QUIT'],
    ],
  },
  {
    title: 'IMAP marks as deleted, POP3 comes',
    cues: [
      ['1', ...SELECT, 'STORE 1 +FLAGS (\\Deleted)'],
      ['P', 'USER jura', 'PASS heslo', 'STAT', { line: 'LIST', listing: true }, 'QUIT'],
      ['1', 'NOOP'],
    ],
  },
  {
    title: 'who has the recent ones',
    cues: [
      ['P', 'USER jura', 'PASS heslo', 'STAT', 'QUIT'],
      ['1', ...SELECT, ALL],
    ],
  },
];
