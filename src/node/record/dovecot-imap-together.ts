/** Flags and files that change while several sessions have a mailbox open, and POP3 beside IMAP. */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cue, Play } from './dovecot-imap-play.ts';
import { LOGIN, raw } from './dovecot-imap-say.ts';
import { ALL, append, comes, SELECT, two, wait } from './dovecot-imap-stage.ts';

const FOLDER = '/home/jura/Maildir';
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
