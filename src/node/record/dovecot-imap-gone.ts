/** Letters and mailboxes that go away while a session has them open. */
import type { Cue, Play } from './dovecot-imap-play.ts';
import { LOGIN, raw } from './dovecot-imap-say.ts';
import { ALL, append, SELECT, two, wait } from './dovecot-imap-stage.ts';

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
