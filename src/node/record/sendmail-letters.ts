/** Letters and sessions for Sendmail, each for the log lines it leaves, the letter that comes back or the queue it waits in. */
import type { Step } from './converse.ts';
import { bounced as bouncedAnywhere, refused } from './postfix-failures.ts';
import { ANN, DESK, EHLO, FROM_JURA, HELO, JURA, NOTE, posting, type Posting } from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';

const { neo, insider, outsider, nameless } = ADDRESSES;
const BOB_ABROAD = 'RCPT TO:<bob@example.net>';
const NIKDO = 'RCPT TO:<nikdo@firma1.intr>';
const LETTER: Step = { send: `${NOTE.join('\r\n')}\r\n.\r\n` };
const OPENED = [...EHLO, ANN, JURA, 'DATA'];

const outside = (title: string, ...steps: Step[]): Posting => ({ title, from: outsider, steps });
const from = (title: string, rcpts: string[], ...afterwards: string[]): Posting => ({
  ...posting(title, insider, DESK, FROM_JURA, rcpts, NOTE),
  afterwards,
});
const say = (title: string, ...afterwards: string[]): Posting => ({
  title,
  from: neo,
  steps: [],
  afterwards,
});
/** Longer than {@link LITTLE_PATIENCE}. */
const silence = (send: string): Step => ({ send, quietMs: 4500 });
export const LITTLE_PATIENCE = ["define(`confTO_COMMAND', `3s')", "define(`confTO_DATABLOCK', `3s')"];

export const logged: readonly Posting[] = [
  say('the daemon starts again', 'kill -HUP $(head -1 /etc/mail/pid)'),
  posting('a letter', outsider, EHLO, ANN, [JURA], NOTE),
  posting('a letter, HELO', outsider, HELO, ANN, [JURA], NOTE),
  posting('a letter from a client without a name', nameless, EHLO, ANN, [JURA], NOTE),
  posting('a letter from the own network', insider, DESK, FROM_JURA, ['RCPT TO:<anna@firma1.intr>'], NOTE),
  posting('a letter from the host itself', neo, ['EHLO neo.firma1.intr'], FROM_JURA, [JURA], NOTE),
  posting(
    'a letter with a Message-Id',
    outsider,
    EHLO,
    ANN,
    [JURA],
    ['Message-Id: <1@example.org>', ...NOTE],
  ),
  posting('a letter with BODY and SIZE', outsider, EHLO, `${ANN} SIZE=100 BODY=8BITMIME`, [JURA], NOTE),
  posting('null reverse-path', outsider, EHLO, 'MAIL FROM:<>', [JURA], NOTE),
  outside('two letters in one session', ...OPENED, LETTER, ANN, JURA, 'DATA', LETTER, 'QUIT'),
  posting('two recipients', outsider, EHLO, ANN, [JURA, 'RCPT TO:<anna@firma1.intr>'], NOTE),
  posting('two recipients, one of them refused', outsider, EHLO, ANN, [JURA, NIKDO], NOTE),
  posting('alias with two members', outsider, EHLO, ANN, ['RCPT TO:<info@firma1.intr>'], NOTE),
  posting('alias with one member', outsider, EHLO, ANN, ['RCPT TO:<postmaster>'], NOTE),
  outside('every recipient refused, then DATA', ...EHLO, ANN, NIKDO, 'DATA', 'QUIT'),
  outside('MAIL without HELO', ANN, 'QUIT'),
  outside('RCPT before MAIL, DATA before RCPT', ...EHLO, JURA, 'DATA', ANN, 'DATA', 'QUIT'),
  outside('RSET after RCPT', ...EHLO, ANN, JURA, 'RSET', 'QUIT'),
  outside('sender domain that does not exist', ...EHLO, 'MAIL FROM:<ann@nowhere.invalid>', 'QUIT'),
  outside('sender domain that does not resolve', ...EHLO, 'MAIL FROM:<ann@lame.example.com>', 'QUIT'),
  outside('sender without a domain', ...EHLO, 'MAIL FROM:<ann>', 'QUIT'),
  outside('VRFY', ...EHLO, 'VRFY jura', 'VRFY nikdo', 'VRFY bob@example.net', 'QUIT'),
  outside('EXPN', ...EHLO, 'EXPN info', 'EXPN nikdo', 'QUIT'),
  outside('ETRN', ...EHLO, 'ETRN pobocka.firma1.intr', 'QUIT'),
  outside('VRFY, too often', ...EHLO, ...Array.from({ length: 8 }, () => 'VRFY jura'), 'QUIT'),
  outside('EHLO, too often', ...Array.from({ length: 5 }, () => EHLO[0]!), 'QUIT'),
  outside('NOOP, too often', ...EHLO, ...Array.from({ length: 22 }, () => 'NOOP'), 'QUIT'),
  outside('bad commands, too many', ...EHLO, ...Array.from({ length: 27 }, () => 'FOO')),
  outside('bad recipients', ...EHLO, ANN, ...Array.from({ length: 4 }, () => NIKDO), 'QUIT'),
  // Postfix's pauses before the last dot, and Sendmail is short of patience here.
  ...refused.filter(({ title }) => title !== 'letter too big'),
  outside('letter too big', ...OPENED, { send: `${`${'x'.repeat(998)}\r\n`.repeat(10300)}.\r\n` }, 'QUIT'),
  outside('gone after EHLO', ...EHLO),
  outside('gone after MAIL', ...EHLO, ANN),
  outside('gone after DATA', ...OPENED),
  outside('gone after RSET', ...EHLO, ANN, JURA, 'RSET'),
  outside('gone after a letter', ...OPENED, LETTER),
  outside('silent from the start', silence('')),
  outside('silent after EHLO', ...EHLO, silence('')),
  outside('silent after MAIL', ...EHLO, ANN, silence('')),
  outside('silent after RCPT', ...EHLO, ANN, JURA, silence('')),
  outside('silent after DATA', ...OPENED, silence('')),
  outside('silent in the letter', ...OPENED, silence('Subject: x\r\n')),
  from('relayed to the branch office', ['RCPT TO:<karel@pobocka.firma1.intr>']),
  from('one at home and two away', [
    'RCPT TO:<anna@firma1.intr>',
    'RCPT TO:<karel@pobocka.firma1.intr>',
    'RCPT TO:<eva@pobocka.firma1.intr>',
  ]),
  from('550 from the branch office', ['RCPT TO:<nikdo@pobocka.firma1.intr>']),
  from('451 from the branch office', ['RCPT TO:<busy@pobocka.firma1.intr>']),
  from('450 from the branch office', ['RCPT TO:<later@pobocka.firma1.intr>']),
  from('250, 451 and 550 from the branch office', [
    'RCPT TO:<karel@pobocka.firma1.intr>',
    'RCPT TO:<busy@pobocka.firma1.intr>',
    'RCPT TO:<nikdo@pobocka.firma1.intr>',
  ]),
  from('connection refused', ['RCPT TO:<bob@refused.example.net>']),
  from('network unreachable', [BOB_ABROAD]),
  from('no such domain', ['RCPT TO:<bob@nowhere.invalid>']),
  from('a domain with neither MX nor A', ['RCPT TO:<bob@text.example.net>']),
  from('a domain with an address and no MX', ['RCPT TO:<bob@address.example.net>']),
  from('an MX without address', ['RCPT TO:<bob@dangling.example.net>']),
  from('a domain that takes no mail (null MX)', ['RCPT TO:<bob@nomail.example.net>']),
  from('name server fails', ['RCPT TO:<bob@lame.example.com>']),
];

export const bounced: readonly Posting[] = [
  ...bouncedAnywhere,
  say(
    'unknown local user, sendmail(1) without the client half',
    "printf 'Subject: local\\nTo: nikdo\\n\\nHello.\\n' | sendmail -Am -f jura nikdo",
  ),
  say(
    'known and unknown local user, sendmail(1)',
    "printf 'Subject: local\\nTo: anna, nikdo\\n\\nHello.\\n' | sendmail -f jura -t",
  ),
  from('no such domain', ['RCPT TO:<bob@nowhere.invalid>']),
  from('a domain that takes no mail (null MX)', ['RCPT TO:<bob@nomail.example.net>']),
  from('a domain with neither MX nor A', ['RCPT TO:<bob@text.example.net>']),
  from('an MX without address', ['RCPT TO:<bob@dangling.example.net>']),
];

export const queued: readonly Posting[] = [
  say('empty queue', 'mailq'),
  from('connection refused', ['RCPT TO:<bob@refused.example.net>'], 'mailq'),
  from(
    '4xx from the branch office, one good',
    [
      'RCPT TO:<later@pobocka.firma1.intr>',
      'RCPT TO:<karel@pobocka.firma1.intr>',
      'RCPT TO:<busy@pobocka.firma1.intr>',
    ],
    'mailq',
  ),
  from('network unreachable', [BOB_ABROAD], 'mailq'),
  from('name server fails', ['RCPT TO:<bob@lame.example.com>'], 'mailq'),
  from('second letter to a dead host', ['RCPT TO:<eva@refused.example.net>'], 'mailq'),
  {
    ...posting(
      'null reverse-path in the queue',
      insider,
      DESK,
      'MAIL FROM:<>',
      ['RCPT TO:<a-rather-long-name-of-somebody@refused.example.net>'],
      NOTE,
    ),
    afterwards: ['mailq'],
  },
  say('queue run', 'sendmail -q', 'mailq'),
  say('queue run, told aloud', 'sendmail -v -q'),
  say('one destination tried', 'sendmail -qRpobocka.firma1.intr'),
  say('queue listed at length', 'mailq -v'),
  say(
    'addresses tried',
    'sendmail -bv jura@firma1.intr',
    'sendmail -bv info@firma1.intr',
    'sendmail -bv nikdo@firma1.intr',
    'sendmail -bv karel@pobocka.firma1.intr',
    'sendmail -bv bob@refused.example.net',
  ),
  say('queue emptied by hand', 'rm /var/spool/mqueue/*', 'mailq'),
  from(
    'a warning, then given up',
    ['RCPT TO:<bob@refused.example.net>'],
    'sleep 2',
    'sendmail -OTimeout.queuewarn=1s -OTimeout.queuereturn=4s -q',
    'mailq',
    'sleep 4',
    'sendmail -OTimeout.queuewarn=1s -OTimeout.queuereturn=4s -q',
    'mailq',
  ),
];
