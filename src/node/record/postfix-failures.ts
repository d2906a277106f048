/** Letters that come back, wait or are never taken. */
import {
  ANN,
  ANNA,
  DESK,
  EHLO,
  FROM_JURA,
  HELO,
  JURA,
  NOTE,
  posting,
  type Posting,
} from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';

const { neo, insider, outsider, nameless } = ADDRESSES;

export const bounced: readonly Posting[] = [
  posting(
    'unknown user at the branch office',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<nikdo@pobocka.firma1.intr>'],
    NOTE,
  ),
  posting(
    'unknown user there, no header in the letter',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<nikdo@pobocka.firma1.intr>'],
    ['Just text.'],
  ),
  posting(
    'one good, two bad',
    insider,
    DESK,
    FROM_JURA,
    [
      'RCPT TO:<karel@pobocka.firma1.intr>',
      'RCPT TO:<nikdo@pobocka.firma1.intr>',
      'RCPT TO:<zadny@pobocka.firma1.intr>',
    ],
    NOTE,
  ),
  posting(
    'letter returned as headers only',
    insider,
    DESK,
    `${FROM_JURA} RET=HDRS ENVID=QQ314159`,
    ['RCPT TO:<nikdo@pobocka.firma1.intr> ORCPT=rfc822;Nikdo@pobocka.firma1.intr'],
    NOTE,
  ),
  posting(
    'NOTIFY=NEVER',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<nikdo@pobocka.firma1.intr> NOTIFY=NEVER'],
    NOTE,
  ),
  posting('null reverse-path', insider, DESK, 'MAIL FROM:<>', ['RCPT TO:<nikdo@pobocka.firma1.intr>'], NOTE),
  posting(
    'sender unknown too',
    insider,
    DESK,
    'MAIL FROM:<nikdo@pobocka.firma1.intr>',
    ['RCPT TO:<zadny@pobocka.firma1.intr>'],
    NOTE,
  ),
  posting(
    'NOTIFY=SUCCESS, local',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<anna@firma1.intr> NOTIFY=SUCCESS'],
    NOTE,
  ),
  posting(
    'NOTIFY=SUCCESS, relayed',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<karel@pobocka.firma1.intr> NOTIFY=SUCCESS'],
    NOTE,
  ),
  posting(
    'too many hops',
    insider,
    DESK,
    FROM_JURA,
    [ANNA],
    [
      ...Array.from(
        { length: 51 },
        (_, i) => `Received: from a${i} by b${i}; Mon, 5 Jan 2015 09:00:00 +0100`,
      ),
      ...NOTE,
    ],
  ),
  posting(
    'already delivered here (Delivered-To loop)',
    insider,
    DESK,
    FROM_JURA,
    [ANNA],
    ['Delivered-To: anna@firma1.intr', ...NOTE],
  ),
  posting(
    'sender refused by the branch office',
    insider,
    DESK,
    'MAIL FROM:<spam@example.org>',
    ['RCPT TO:<karel@pobocka.firma1.intr>'],
    NOTE,
  ),
  posting(
    'letter too big for the branch office',
    insider,
    DESK,
    FROM_JURA,
    ['RCPT TO:<karel@pobocka.firma1.intr>'],
    [...NOTE, ...Array.from({ length: 300 }, () => 'x'.repeat(70))],
  ),
  {
    title: 'unknown local user, sendmail(1)',
    from: neo,
    steps: [],
    afterwards: ["printf 'Subject: local\\nTo: nikdo\\n\\nHello.\\n' | sendmail -f jura nikdo"],
  },
];

export const deferred: readonly Posting[] = [
  { title: 'empty queue', from: insider, steps: [], afterwards: ['postqueue -p', 'mailq'] },
  {
    ...posting('connection refused', insider, DESK, FROM_JURA, ['RCPT TO:<bob@refused.example.net>'], NOTE),
    afterwards: ['postqueue -p'],
  },
  {
    ...posting(
      '4xx from the branch office, two recipients',
      insider,
      DESK,
      FROM_JURA,
      ['RCPT TO:<later@pobocka.firma1.intr>', 'RCPT TO:<busy@pobocka.firma1.intr>'],
      NOTE,
    ),
    afterwards: ['postqueue -p'],
  },
  {
    ...posting('no route', insider, DESK, FROM_JURA, ['RCPT TO:<bob@example.net>'], NOTE),
    afterwards: ['postqueue -p'],
  },
  {
    ...posting(
      'second letter to a dead destination',
      insider,
      DESK,
      FROM_JURA,
      ['RCPT TO:<eva@refused.example.net>'],
      NOTE,
    ),
    afterwards: ['postqueue -p'],
  },
  {
    ...posting(
      'null reverse-path in the queue',
      insider,
      DESK,
      'MAIL FROM:<>',
      ['RCPT TO:<a-rather-long-name-of-somebody@refused.example.net>'],
      NOTE,
    ),
    afterwards: ['postqueue -p'],
  },
  {
    title: 'held and released',
    from: insider,
    steps: [],
    afterwards: ['postsuper -h ALL', 'postqueue -p', 'postsuper -H ALL'],
  },
  { title: 'flush', from: insider, steps: [], afterwards: ['postqueue -f', 'sleep 1', 'postqueue -p'] },
  {
    title: 'flush one site',
    from: insider,
    steps: [],
    afterwards: ['postqueue -s pobocka.firma1.intr', 'postqueue -s example.net'],
  },
  {
    title: 'delete',
    from: insider,
    steps: [],
    afterwards: ['postsuper -d 0123456789', 'postsuper -d ALL deferred', 'postqueue -p'],
  },
];

export const expired: readonly Posting[] = [
  {
    ...posting(
      'a warning, then given up (delay_warning_time = 1s, maximal_queue_lifetime = 3s)',
      insider,
      DESK,
      FROM_JURA,
      ['RCPT TO:<bob@refused.example.net>'],
      NOTE,
    ),
    afterwards: ['sleep 1.5', 'postqueue -f', 'sleep 2.5', 'postqueue -f', 'sleep 1', 'postqueue -p'],
  },
];

/** No letter comes of these; what the log says of them is what we want. */
export const refused: readonly Posting[] = [
  { title: 'unknown user', from: outsider, steps: [...EHLO, ANN, 'RCPT TO:<nikdo@firma1.intr>', 'QUIT'] },
  { title: 'relay denied', from: outsider, steps: [...HELO, ANN, 'RCPT TO:<bob@example.net>', 'QUIT'] },
  {
    title: 'relay denied, client without a name, no HELO',
    from: nameless,
    steps: [ANN, 'RCPT TO:<bob@example.net>', 'QUIT'],
  },
  {
    title: 'second recipient refused, after a queue id was given',
    from: outsider,
    steps: [...EHLO, ANN, JURA, 'RCPT TO:<nikdo@firma1.intr>', 'RSET', 'QUIT'],
  },
  { title: 'VRFY of an unknown user', from: outsider, steps: [...EHLO, 'VRFY nikdo', 'QUIT'] },
  {
    title: 'bad addresses',
    from: outsider,
    steps: [...EHLO, 'MAIL FROM:<ann@>', ANN, 'RCPT TO:<jura@>', 'QUIT'],
  },
  { title: 'announced size too big', from: outsider, steps: [...EHLO, `${ANN} SIZE=99999999`, 'QUIT'] },
  {
    title: 'letter too big',
    from: outsider,
    steps: [...EHLO, ANN, JURA, 'DATA', { send: `${'x'.repeat(998)}\r\n`.repeat(10300) }, '.', 'QUIT'],
  },
  { title: 'header as command', from: outsider, steps: [...HELO, 'Subject: hello'] },
  { title: 'what a web browser says', from: outsider, steps: ['GET / HTTP/1.0'] },
  { title: 'unknown command', from: outsider, steps: ['FOO', 'QUIT'] },
  { title: 'too many errors', from: outsider, steps: [...HELO, ...Array.from({ length: 21 }, () => 'FOO')] },
  { title: 'gone before HELO', from: outsider, steps: [], gone: true },
  { title: 'gone after HELO', from: outsider, steps: [...HELO] },
  { title: 'gone after RCPT', from: outsider, steps: [...HELO, ANN, JURA] },
  {
    title: 'gone inside the letter',
    from: outsider,
    steps: [...HELO, ANN, JURA, 'DATA', { send: 'Subject: x\r\n', replies: 0 }],
  },
  { title: 'an empty session', from: outsider, steps: ['QUIT'] },
];
