/** Whole sessions, each played act by act, whole, octet by octet and at every split. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { bodyLines } from '../body-note.ts';
import { drive, driven } from '../machine.ts';
import {
  CONFIG,
  escaped,
  LETTER,
  ns,
  packed,
  playAllWays,
  run,
  SECONDS,
  saying,
  willing,
} from './qmtp.testing.ts';
import { ADDRESS_LIMIT, qmtpServer, qmtpServerState } from './server.ts';
import type { QmtpQuestion, QmtpVerdict } from './types.ts';

/** QMTP §8, first package: LF between the lines. */
const FIRST = [
  'Received: (qmail-queue invoked by uid 0); 29 Jul 1996 09:36:40 -0000',
  'Date: 29 Jul 1996 11:35:35 -0000',
  'Message-ID: <19960729113535.375.qmail@heaven.af.mil>',
  'From: God@heaven.af.mil',
  'To: djb@silverton.berkeley.edu (D. J. Bernstein)',
  '',
  'This is a test.',
  '',
];
/** The second: CRLF between the lines, and no line end behind the last. */
const SECOND = [
  'From: MAILER-DAEMON@heaven.af.mil',
  'To:',
  '   Hate."The Quoting"@SILVERTON.berkeley.edu,',
  '   "\\\\Backslashes!"@silverton.BERKELEY.edu',
  '',
  'The recipient addresses here could have been encoded in SMTP as',
  '',
  '   RCPT TO:<Hate.The\\ Quoting@silverton.berkeley.EDU>',
  '   RCPT TO:<\\\\Backslashes!@silverton.berkeley.edu>',
  '',
  'This ends with a partial last line, right here',
];

const EXAMPLE =
  `246:\n${FIRST.join('\n')},24:God-DSN-37@heaven.af.mil,30:26:djb@silverton.berkeley.edu,,` +
  `356:\r${SECOND.join('\r\n')},0:,` +
  '83:39:Hate.The Quoting@silverton.berkeley.edu,36:\\Backslashes!@silverton.berkeley.EDU,,';

const inTurn = (question: QmtpQuestion) =>
  saying({ kind: 'queued', queueId: question.reversePath === '' ? '1391' : '1390' })(question);

test('QMTP §8: two packages at once, octet for octet', () => {
  const { questions, notes } = playAllWays(
    `C| ${escaped(EXAMPLE)}
     S: 21:Kok 838640135 qp 1390,
     S: 21:Kok 838640135 qp 1391,
     S: 21:Kok 838640135 qp 1391,
     C: <close>`,
    {},
    inTurn,
  );
  expect(questions).toEqual([
    {
      kind: 'package',
      reversePath: 'God-DSN-37@heaven.af.mil',
      forwardPaths: ['djb@silverton.berkeley.edu'],
      content: FIRST.join('\r\n'),
    },
    {
      kind: 'package',
      reversePath: '',
      forwardPaths: [
        '"Hate.The Quoting"@silverton.berkeley.edu',
        '"\\\\Backslashes!"@silverton.berkeley.EDU',
      ],
      content: SECOND.join('\r\n'),
    },
  ]);
  const replies = notes.filter((note) => note.kind === 'reply');
  expect(replies[1]).toEqual({
    kind: 'reply',
    protocol: 'qmtp',
    verb: 'RCPT',
    line: 'Hate.The Quoting@silverton.berkeley.edu',
    eol: 'none',
    argument: '"Hate.The Quoting"@silverton.berkeley.edu',
    code: 'K',
    enhanced: '',
    text: 'ok 838640135 qp 1391',
    lines: 1,
    stateBefore: 'responses',
    state: 'responses',
    clause: 'QMTP §5',
  });
  expect(replies.map(({ state }) => state)).toEqual(['package', 'responses', 'package']);
  const bodies = notes.filter((note) => note.kind === 'body');
  expect(bodies[0]).toMatchObject({ protocol: 'qmtp', lines: FIRST.length - 1 });
  expect(bodyLines(bodies[0]!).map(({ text }) => text)).toEqual(FIRST.slice(0, -1));
  expect(bodyLines(bodies[1]!).at(-1)).toEqual({ text: SECOND.at(-1), eol: 'none' });
});

test('QMTP §8: our client sends the very same octets', () => {
  const common = { letter: 'Q' };
  const first = {
    ...common,
    reversePath: 'God-DSN-37@heaven.af.mil',
    forwardPaths: ['djb@silverton.berkeley.edu'],
    content: FIRST.join('\r\n') as Octets,
  };
  const second = {
    ...common,
    reversePath: '',
    forwardPaths: ['"Hate.The Quoting"@silverton.berkeley.edu', '"\\\\Backslashes!"@silverton.berkeley.EDU'],
    content: SECOND.join('\r\n') as Octets,
  };
  const said = (lineEnd: 'lf' | 'crlf', letter: typeof first) =>
    run([letter], { client: { lineEnd } }).client.sent;
  expect(said('lf', first) + said('crlf', second)).toBe(EXAMPLE);
});

const VERDICTS: readonly (readonly [QmtpVerdict, string])[] = [
  [{ kind: 'queued', queueId: '17\r\n' }, 'Kok 838640135 qp 17??'],
  [
    { kind: 'refuse', why: 'relay-denied', text: 'own' },
    "Dsorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
  ],
  [{ kind: 'refuse', why: 'user-unknown', text: '' }, 'DSorry, no mailbox here by that name. (#5.1.1)'],
  [
    { kind: 'refuse', why: 'domain-unknown', text: '' },
    "DSorry, I couldn't find a mail exchanger or IP address. (#5.4.4)",
  ],
  [{ kind: 'refuse', why: 'sender-domain-unknown', text: '' }, 'Dunacceptable sender (#5.1.7)'],
  [
    { kind: 'refuse', why: 'too-large', text: '' },
    'Dsorry, that message size exceeds my databytes limit (#5.3.4)',
  ],
  [{ kind: 'refuse', why: 'mailbox-full', text: '' }, 'Zqq write error or disk full (#4.3.0)'],
  [{ kind: 'refuse', why: 'insufficient-storage', text: '' }, 'Zqq write error or disk full (#4.3.0)'],
  [{ kind: 'refuse', why: 'try-later', text: '' }, 'Zqq temporary problem (#4.3.0)'],
  [
    { kind: 'refuse', why: 'try-later', text: ' # come back (#4.7.1), client #12' },
    'Zcome back (#4.7.1), client 12',
  ],
  [{ kind: 'refuse', why: 'rejected', text: '' }, 'Dmail server permanently rejected message (#5.3.0)'],
  [{ kind: 'refuse', why: 'rejected', text: 'no\r\nspam\xe9' }, 'Dno??spam?'],
];

test('every verdict has its words, in the order of the recipients', () => {
  const recipients = VERDICTS.map((_, i) => `r${i}@b.example`);
  const { notes } = playAllWays(
    `C| ${escaped(packed('\nx\n', 'a@a.example', recipients))}
     ${VERDICTS.map(([, text]) => `S: ${ns(text)}`).join('\n')}`,
    {},
    saying(...VERDICTS.map(([verdict]) => verdict)),
  );
  const replies = notes.filter((note) => note.kind === 'reply');
  expect(replies.map(({ argument }) => argument)).toEqual(recipients);
  expect(replies.map(({ code }) => code).join('')).toBe('KDDDDDZZZZDD');
  expect(replies[1]?.enhanced).toBe('5.7.1');
  expect(replies.at(-1)?.enhanced).toBe('');
});

test('the same recipient twice has two replies; one without a verdict a passing failure', () => {
  playAllWays(
    `C| ${escaped(packed('\r', '', ['b@b.example', 'b@b.example', '']))}
     S: 21:Kok 838640135 qp 1390,
     S: 30:Zqq temporary problem (#4.3.0),
     S: 30:Zqq temporary problem (#4.3.0),`,
    {},
    () => ({ kind: 'verdicts', verdicts: [{ kind: 'queued', queueId: '1390' }], epochSeconds: SECONDS }),
  );
});

describe('recipients and senders that qmail-qmtpd cannot work with', () => {
  const LONG = 'x'.repeat(ADDRESS_LIMIT);
  const NO = `S: 46:Dsorry, I can't handle that recipient (#5.1.3),`;
  const BAD_SENDER = 'S: 29:Dunacceptable sender (#5.1.7),';

  test('a long one and one with a NUL are refused, the others are for the agent', () => {
    const { questions } = playAllWays(
      `C| ${escaped(packed('\nx', 'a@a.example', [LONG, 'b@b.example', 'c\0@b.example', LONG.slice(1)]))}
       ${NO}
       S: 21:Kok 838640135 qp 1390,
       ${NO}
       S: 50:Dmail server permanently rejected message (#5.3.0),`,
      {},
      saying({ kind: 'queued', queueId: '1390' }, { kind: 'refuse', why: 'rejected', text: '' }),
    );
    expect(questions).toMatchObject([{ forwardPaths: ['b@b.example', LONG.slice(1)] }]);
  });

  test('when all are such, the agent is not asked', () => {
    const { questions } = playAllWays(`C| ${escaped(packed('\nx', '', ['c\0@b.example']))}\n${NO}`);
    expect(questions).toEqual([]);
  });

  test.each([
    ['long', LONG],
    ['with a NUL', 'a\0@a.example'],
  ])('a sender %s', (_, sender) => {
    const { questions } = playAllWays(
      `C| ${escaped(packed('\nx', sender, ['b@b.example', 'c\0']))}
       ${BAD_SENDER}
       ${NO}
       C| ${escaped(packed('\nx', 'a@a.example', ['b@b.example']))}
       S: 21:Kok 838640135 qp 1390,`,
    );
    expect(questions).toHaveLength(1);
  });
});

describe('the size limit counts octets with one for each line end', () => {
  const TOO_LARGE = 'S: 61:Dsorry, that message size exceeds my databytes limit (#5.3.4),';
  const OK = 'S: 21:Kok 838640135 qp 1390,';
  test.each([
    ['LF, at the limit', '\n1234\n678\n0', OK],
    ['LF, above', '\n1234\n678\n01', TOO_LARGE],
    ['CR, at the limit', '\r1234\r\n678\r\n0', OK],
    ['CR, above', '\r1234\r\n678\r\n01', TOO_LARGE],
    ['CR, nothing but line ends', `\r${'\r\n'.repeat(10)}`, OK],
    ['CR, one line end too many', `\r${'\r\n'.repeat(11)}`, TOO_LARGE],
  ])('%s', (_, message, reply) => {
    const { questions } = playAllWays(
      `C| ${escaped(packed(message, 'a@a.example', ['b@b.example', 'c@b.example']))}
       ${reply}\n${reply}
       C| ${escaped(packed('\nsmall', 'a@a.example', ['b@b.example']))}
       ${OK}`,
      { sizeLimit: 10 },
    );
    expect(questions).toHaveLength(reply === OK ? 2 : 1);
  });
});

test('a package without recipients has no reply and is nobody’s; the session goes on', () => {
  const { questions, notes } = playAllWays(
    `C| ${escaped(packed('\nnobody', 'a@a.example', []))}
     C| ${escaped(packed('\nsomebody', 'a@a.example', ['b@b.example']))}
     S: 21:Kok 838640135 qp 1390,`,
  );
  expect(questions).toMatchObject([{ content: 'somebody' }]);
  expect(notes.map(({ kind }) => kind)).toEqual(['body', 'body', 'reply']);
});

describe('the hour of QMTP §2', () => {
  test('ends the session between packages and within one', () => {
    playAllWays('T: session\nS: <close>');
    playAllWays(`C| 5:\\nxxx\nT: other\nT: session\nS: <close>`);
  });

  test('waits for the agent: what it accepts is told', () => {
    const [asking, question] = asked();
    const [late, nothing] = drive(qmtpServer, asking, { kind: 'timeout', name: 'session' });
    expect(nothing).toEqual([]);
    const [ended, effects] = drive(qmtpServer, late, { kind: 'answer', answer: willing(question)! });
    expect(effects).toMatchObject([
      { kind: 'send', octets: '21:Kok 838640135 qp 1390,' },
      { kind: 'timer', name: 'session', after: null },
      { kind: 'close' },
    ]);
    expect(ended.state.state).toBe('closed');
  });
});

test('a client that goes away while the agent decides hears nothing more', () => {
  const [asking, question] = asked();
  const [gone, effects] = drive(qmtpServer, asking, { kind: 'closed' });
  expect(effects).toEqual([{ kind: 'timer', name: 'session', after: null }]);
  expect(gone.state).toMatchObject({ state: 'closed', recipients: [] });
  expect(drive(qmtpServer, gone, { kind: 'answer', answer: willing(question)! })[1]).toEqual([]);
});

/** A server that has asked its agent about a package, and the question. */
function asked() {
  let held = driven(qmtpServerState(CONFIG));
  [held] = drive(qmtpServer, held, { kind: 'opened', peer: '192.0.2.1' });
  const octets = packed('\nx', '', ['b@b.example']);
  const [asking, effects] = drive(qmtpServer, held, { kind: 'octets', octets });
  const ask = effects.find((effect) => effect.kind === 'ask')!;
  return [asking, ask.question] as const;
}

test('a letter of ours: dots and all, the client in both encodings', () => {
  for (const lineEnd of ['lf', 'crlf'] as const) {
    const { server } = run([LETTER], { client: { lineEnd } });
    expect(server.questions).toEqual([
      {
        kind: 'package',
        reversePath: LETTER.reversePath,
        forwardPaths: LETTER.forwardPaths,
        content: LETTER.content,
      },
    ]);
  }
});
