/** Letters for Exim whose fate differs from Postfix's: its queue, its operator's commands, its two kinds of report. */
import { ANN, ANNA, DESK, EHLO, FROM_JURA, JURA, NOTE, posting, type Posting } from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';

const { insider, outsider } = ADDRESSES;
const from = (title: string, rcpts: string[], ...afterwards: string[]): Posting => ({
  ...posting(title, insider, DESK, FROM_JURA, rcpts, NOTE),
  afterwards,
});
const say = (title: string, ...afterwards: string[]): Posting => ({
  title,
  from: insider,
  steps: [],
  afterwards,
});

export const aliased: readonly Posting[] = [
  posting('alias that leads away', outsider, EHLO, ANN, ['RCPT TO:<branch@firma1.intr>'], NOTE),
  posting(
    'alias with two members, one of them named too',
    outsider,
    EHLO,
    ANN,
    ['RCPT TO:<info@firma1.intr>', JURA],
    NOTE,
  ),
  posting('black hole', outsider, EHLO, ANN, ['RCPT TO:<nothing@firma1.intr>'], NOTE),
  posting('a sender who asks for PRDR', outsider, EHLO, `${ANN} PRDR`, [JURA, ANNA], NOTE),
  say(
    'sendmail(1), two ways',
    "printf 'Subject: t\\nTo: anna\\nBcc: jura\\n\\nHello.\\n' | sendmail -t",
    "printf 'From: Jura <jura@firma1.intr>\\n\\nHello.\\n' | exim -f jura anna",
  ),
];

export const bounced: readonly Posting[] = [
  from('unknown local user, from the own network', ['RCPT TO:<nikdo@firma1.intr>']),
  from('no such domain', ['RCPT TO:<bob@nowhere.invalid>']),
  from('a domain that takes no mail (null MX)', ['RCPT TO:<bob@nomail.example.net>']),
  from('a domain with neither MX nor A', ['RCPT TO:<bob@text.example.net>']),
  from('an MX without address', ['RCPT TO:<bob@dangling.example.net>']),
  from('alias that fails', ['RCPT TO:<gone@firma1.intr>']),
  from('three unknown at home and one away', [
    ANNA,
    'RCPT TO:<nikdo@firma1.intr>',
    'RCPT TO:<zadny@firma1.intr>',
    'RCPT TO:<nikdo@pobocka.firma1.intr>',
  ]),
  say(
    'sendmail(1) to an unknown user',
    "printf 'Subject: local\\nTo: nikdo\\n\\nHello.\\n' | sendmail -f jura nikdo",
  ),
];

export const queued: readonly Posting[] = [
  say('empty queue', 'exim -bp', 'mailq', 'exim -bpc'),
  from('connection refused', ['RCPT TO:<bob@refused.example.net>'], 'exim -bp'),
  from('network unreachable', ['RCPT TO:<bob@example.net>'], 'exim -bp'),
  from('name server fails', ['RCPT TO:<bob@lame.example.com>'], 'exim -bp'),
  from(
    '4xx from the branch office, one good',
    [
      'RCPT TO:<later@pobocka.firma1.intr>',
      'RCPT TO:<karel@pobocka.firma1.intr>',
      'RCPT TO:<busy@pobocka.firma1.intr>',
    ],
    'exim -bp',
  ),
  from('second letter to a dead host', ['RCPT TO:<eva@refused.example.net>'], 'exim -bp', 'exim -bpc'),
  from('alias that defers', ['RCPT TO:<later@firma1.intr>'], 'exim -bp'),
  {
    ...posting(
      'null reverse-path to an unknown user',
      insider,
      DESK,
      'MAIL FROM:<>',
      ['RCPT TO:<nikdo@firma1.intr>'],
      NOTE,
    ),
    afterwards: ['exim -bp'],
  },
  say('queue run, nothing due', 'exim -q', 'sleep 1'),
  say('queue run, forced', 'exim -qf', 'sleep 1'),
  say('queue run, forced and frozen ones too', 'exim -qff', 'sleep 1'),
  say('one letter looked at', 'exim -Mvh %id', 'exim -Mvb %id', 'exim -Mvl %id'),
  say('one letter frozen and thawed', 'exim -Mf %id', 'exim -bp', 'exim -M %id', 'exim -Mt %id'),
  say('one letter tried', 'exim -v -M %id'),
  say('one letter given up', 'exim -Mg %id', 'exim -bp'),
  say('one recipient marked as done', 'exim -Mmd %id bob@example.net', 'exim -bp'),
  say('one letter removed', 'exim -Mrm %id', 'exim -Mrm 1aaaaa-000001-AA', 'exim -bp'),
  say(
    'addresses tried',
    'exim -bt jura@firma1.intr',
    'exim -bt info@firma1.intr',
    'exim -bt nikdo@firma1.intr',
    'exim -bt karel@pobocka.firma1.intr',
    'exim -bt bob@refused.example.net',
    'exim -bt bob@nowhere.invalid',
    'exim -bv jura@firma1.intr nikdo@firma1.intr',
  ),
];

/** A warning after a second, given up after four. */
export const expired: readonly Posting[] = [
  from(
    'a warning, then given up',
    ['RCPT TO:<bob@refused.example.net>'],
    'sleep 2',
    'exim -qf',
    'exim -bp',
    'sleep 4',
    'exim -qf',
    'exim -bp',
  ),
];
