/** IDLE (RFC 2177). */
import type { Play } from './dovecot-imap-play.ts';
import { LOGIN, octets, quiet, raw } from './dovecot-imap-say.ts';
import { append, comes, SELECT, two, wait } from './dovecot-imap-stage.ts';

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
    ['3', ...SELECT],
    ['1', 'IDLE'],
    ['2', 'IDLE'],
    // Whichever looks first at what is delivered has it as recent; what is appended is its writer's.
    ['3', ...append()],
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
