/** Commands and their syntax, limits, refusals, timers, notes, LMTP. */
import { describe, expect, test } from 'vitest';
import { smtpServer, smtpServerState } from './server.ts';
import { CONFIG, messages, play, playAllWays, unless } from './server.testing.ts';
import type { SmtpQuestion } from './types.ts';

const HELO = 'S: 220 *\nC: HELO a.example\nS: 250 *';
const EHLO = `S: 220 *\nC: EHLO a.example\n${'S: 250*\n'.repeat(6)}`;
const MAIL = `${HELO}\nC: MAIL FROM:<a@a.example>\nS: 250 *`;
const RCPT = `${MAIL}\nC: RCPT TO:<b@b.example>\nS: 250 *`;

const lastNote = (session: { readonly notes: readonly unknown[] }): unknown =>
  session.notes[session.notes.length - 1];

describe('command lines', () => {
  test.each([
    ['lower case', 'C: noop', '250 2.0.0 Ok'],
    ['mixed case', 'C: NoOp', '250 2.0.0 Ok'],
    ['blanks before and behind', 'C|  \\t NOOP \\t\\r\\n', '250 2.0.0 Ok'],
    ['an argument for NOOP', 'C: NOOP hello there', '250 2.0.0 Ok'],
    ['a bare LF', 'C| NOOP\\n', '250 2.0.0 Ok'],
    ['an empty line', 'C:', '500 5.5.2 Error: bad syntax'],
    ['blanks only', 'C| \\t \\r\\n', '500 5.5.2 Error: bad syntax'],
    ['another word', 'C: NOOPX', '500 5.5.2 Error: command not recognized'],
    ['a NUL in the verb', 'C| NO\\x00OP\\r\\n', '500 5.5.2 Error: command not recognized'],
    ['a NUL behind the verb', 'C| NOOP \\x00\\r\\n', '500 5.5.2 Error: bad syntax'],
    ['a backspace', 'C| HELP\\x08\\x08LO a.example\\r\\n', '500 5.5.2 Error: command not recognized'],
    ['a bare CR', 'C| NOOP a\\rNOOP\\r\\n', '500 5.5.2 Error: bad syntax'],
    ['8-bit octets', 'C| NOOP \\xe9\\r\\n', '500 5.5.2 Error: bad UTF-8 syntax'],
    ['telnet options', 'C| \\xff\\xfd\\x03NOOP\\r\\n', '500 5.5.2 Error: bad UTF-8 syntax'],
    ['2048 octets', `C: NOOP ${'a'.repeat(2041)}`, '250 2.0.0 Ok'],
    ['2049 octets', `C: NOOP ${'a'.repeat(2042)}`, '500 5.5.2 mail.example.org Error: command too long'],
    ['DATA with an argument', 'C: DATA now', '501 5.5.4 Syntax: DATA'],
    ['RSET with an argument', 'C: RSET now', '501 5.5.4 Syntax: RSET'],
    ['HELO without one', 'C: HELO', '501 Syntax: HELO hostname'],
    ['EHLO without one', 'C: EHLO ', '501 Syntax: EHLO hostname'],
    ['VRFY without one', 'C: VRFY', '501 5.5.4 Syntax: VRFY address [SMTPUTF8]'],
    ['VRFY of nobody', 'C: VRFY <>', '501 5.1.3 Bad recipient address syntax'],
  ])('%s', (_, line, reply) => {
    const ways = line.length > 500 ? play : playAllWays;
    ways(`${RCPT}\n${line}\nS: ${reply}\nC: DATA\nS: 354 *`);
  });

  test('QUIT with an argument still quits', () => {
    playAllWays(`${MAIL}\nC: QUIT now\nS: 221 2.0.0 Bye\nS: <close>`);
  });

  test('HELO, EHLO and RSET forget the transaction', () => {
    for (const line of ['C: HELO b\nS: 250 *', `C: EHLO b\n${'S: 250*\n'.repeat(6)}`, 'C: RSET\nS: 250 *']) {
      const session = playAllWays(`${RCPT}\n${line}\nC: DATA\nS: 503 *\nC: RCPT TO:<b@b.example>\nS: 503 *`);
      expect(session.state).toMatchObject({ reversePath: null, forwardPaths: [] });
    }
  });
});

describe('paths', () => {
  test.each([
    ['MAIL FROM:<a@a.example>', 'a@a.example'],
    ['MAIL FROM: <a@a.example>', 'a@a.example'],
    ['MAIL FROM: a@a.example', 'a@a.example'],
    ['MAIL FROM:a@a.example', 'a@a.example'],
    ['mail from:<a@a.example>', 'a@a.example'],
    ['MAIL  FROM:<a@a.example>', 'a@a.example'],
    ['MAIL FROM:<>', ''],
    ['MAIL FROM:<"a b"@a.example>', '"a b"@a.example'],
    ['MAIL FROM:<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
    ['MAIL FROM:<a@[IPv6:2001:db8::1]>', 'a@[IPv6:2001:db8::1]'],
    ['MAIL FROM:<@x.example,@y.example:a@a.example>', 'a@a.example'],
  ])('%s', (line, reversePath) => {
    const session = playAllWays(`${HELO}\nC: ${line}\nS: 250 2.1.0 Ok`);
    expect(session.questions[1]).toEqual({ kind: 'mail', reversePath, size: null });
    expect(lastNote(session)).toMatchObject({ verb: 'MAIL', argument: reversePath, line });
  });

  test.each([
    ['RCPT TO:<postmaster>', 'postmaster'],
    ['RCPT TO: <Postmaster@b.example>', 'Postmaster@b.example'],
    ['rcpt to:b@b.example', 'b@b.example'],
    ['RCPT TO:<@x.example:b@b.example>', 'b@b.example'],
  ])('%s', (line, forwardPath) => {
    const session = playAllWays(`${MAIL}\nC: ${line}\nS: 250 2.1.5 Ok`);
    expect(session.questions[2]).toEqual({ kind: 'rcpt', reversePath: 'a@a.example', forwardPath });
  });

  test.each([
    ['MAIL', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM:', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM: ', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM <a@a.example>', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL TO:<a@a.example>', '501 5.5.4 Syntax: MAIL FROM:<address>'],
    ['MAIL FROM:<a@a.example', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a@>', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a b@a.example>', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:<a@a.example>SIZE=1', '501 5.1.7 Bad sender address syntax'],
    ['MAIL FROM:Ann <a@a.example>', '555 5.5.4 Unsupported option: <a@a.example>'],
  ])('%s is refused', (line, reply) => {
    playAllWays(`${HELO}\nC: ${line}\nS: ${reply}\nC: MAIL FROM:<>\nS: 250 *`);
  });

  test.each([
    ['RCPT', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT TO:', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT FROM:<b@b.example>', '501 5.5.4 Syntax: RCPT TO:<address>'],
    ['RCPT TO:<>', '501 5.1.3 Bad recipient address syntax'],
    ['RCPT TO:<b@b.example>,<c@b.example>', '501 5.1.3 Bad recipient address syntax'],
    ['RCPT TO:<b@b.example> FOO=bar', '555 5.5.4 Unsupported option: FOO=bar'],
  ])('%s is refused', (line, reply) => {
    playAllWays(`${MAIL}\nC: ${line}\nS: ${reply}\nC: DATA\nS: 554 *`);
  });
});

describe('MAIL parameters', () => {
  test.each([
    ['SIZE=1000', '250 *', 1000],
    ['size=10240000 body=8bitmime', '250 *', 10_240_000],
    ['BODY=7BIT', '250 *', null],
    ['SIZE=10240001', '552 5.3.4 Message size exceeds fixed limit', null],
    ['SIZE=99999999999999999999', '552 *', null],
    ['SIZE=', '501 5.5.4 Bad message size syntax', null],
    ['SIZE=-1', '501 5.5.4 Bad message size syntax', null],
    ['SIZE', '555 5.5.4 Unsupported option: SIZE', null],
    ['BODY=BINARYMIME', '555 5.5.4 Unsupported option: BODY=BINARYMIME', null],
    ['FOO=bar', '555 5.5.4 Unsupported option: FOO=bar', null],
  ])('%s after EHLO: %s', (parameters, reply, size) => {
    const session = playAllWays(`${EHLO}\nC: MAIL FROM:<a@a.example> ${parameters}\nS: ${reply}`);
    if (reply.startsWith('250')) expect(session.questions[1]).toMatchObject({ size });
    else expect(session.questions).toHaveLength(1);
  });
  test('none after HELO', () => {
    playAllWays(`${HELO}\nC: MAIL FROM:<a@a.example> SIZE=10\nS: 555 5.5.4 Unsupported option: SIZE=10`);
  });
});

describe('limits', () => {
  test('recipients, then 452 for each one more; that is no error of the client', () => {
    const taken = Array.from({ length: 100 }, (_, i) => `C: RCPT TO:<u${i}@b.example>\nS: 250 *`).join('\n');
    const more = 'C: RCPT TO:<more@b.example>\nS: 452 4.5.3 Error: too many recipients\n'.repeat(30);
    const session = play(`${MAIL}\n${taken}\n${more}C: DATA\nS: 354 *\nC: .\nS: 250 *`, {
      recipientLimit: 100,
    });
    expect(messages(session)[0]?.forwardPaths).toHaveLength(100);
  });

  test('20 errors, then 421 and the end', () => {
    const wrong = Array.from({ length: 20 }, (_, i) => `C: FOO${i}\nS: 500 *`).join('\n');
    const session = playAllWays(
      `S: 220 *\n${wrong}\nS: 421 4.7.0 mail.example.org Error: too many errors\nS: <close>\nC: NOOP`,
    );
    expect(lastNote(session)).toMatchObject({ verb: 'SERVER', code: '421', state: 'closed' });
  });

  test('an accepted letter makes up for the errors before it', () => {
    const wrong = 'C: FOO\nS: 500 *\n'.repeat(19);
    play(`${RCPT}\n${wrong}C: DATA\nS: 354 *\nC: .\nS: 250 *\n${wrong}C: NOOP\nS: 250 *`);
  });

  test('silence, then 421 and the end', () => {
    const session = playAllWays(
      `${MAIL}\nT: idle\nS: 421 4.4.2 mail.example.org Error: timeout exceeded\nS: <close>`,
    );
    const timers = session.effects.filter((effect) => effect.kind === 'timer');
    expect(timers.map(({ name, after }) => [name, after])).toEqual([
      ['idle', 300_000],
      ['idle', 300_000],
      ['idle', 300_000],
      ['idle', null],
    ]);
  });

  test('silence in the middle of mail data: only after data has stopped coming', () => {
    play(`${RCPT}\nC: DATA\nS: 354 *\nC: x\nT: idle\nC: y\nT: idle\nT: idle\nS: 421 *\nS: <close>`);
  });

  test('a slow agent is not the client’s silence', () => {
    const start = smtpServerState(CONFIG);
    const [waiting] = smtpServer.step(start, { kind: 'opened', peer: '192.0.2.1' });
    expect(smtpServer.framing(waiting)).toEqual({ kind: 'hold' });
    expect(smtpServer.step(waiting, { kind: 'timeout', name: 'idle' })).toEqual([waiting, []]);
  });
});

describe('refusals', () => {
  const refusing = (kind: SmtpQuestion['kind'], why: Parameters<typeof refusal>[0], text = '') =>
    unless((question) => (question.kind === kind ? refusal(why, text) : undefined));
  const refusal = (why: (typeof REASONS)[number], text: string) => ({ kind: 'refuse', why, text }) as const;
  const REASONS = [
    'sender-domain-unknown',
    'user-unknown',
    'relay-denied',
    'domain-unknown',
    'mailbox-full',
    'insufficient-storage',
    'too-large',
    'try-later',
    'rejected',
  ] as const;

  test.each([
    [
      'user-unknown',
      '550 5.1.1 <b@b.example>: Recipient address rejected: User unknown in local recipient table',
    ],
    ['relay-denied', '554 5.7.1 <b@b.example>: Relay access denied'],
    ['domain-unknown', '550 5.1.2 <b@b.example>: Recipient address rejected: Domain not found'],
    ['mailbox-full', '452 4.2.2 <b@b.example>: *'],
    ['insufficient-storage', '452 4.3.1 Insufficient system storage'],
    ['try-later', '451 4.3.0 <b@b.example>: *'],
    ['rejected', '554 5.7.1 <b@b.example>: Recipient address rejected: Access denied'],
    ['sender-domain-unknown', '450 4.1.8 <a@a.example>: Sender address rejected: Domain not found'],
  ] as const)('RCPT, %s', (why, reply) => {
    playAllWays(
      `${MAIL}\nC: RCPT TO:<b@b.example>\nS: ${reply}\nC: DATA\nS: 554 5.5.1 Error: no valid recipients`,
      {},
      refusing('rcpt', why),
    );
  });

  test.each([
    [
      'postfix3',
      'sender-domain-unknown',
      '450 4.1.8 <a@a.example>: Sender address rejected: Domain not found',
    ],
    ['postfix2006', 'sender-domain-unknown', '450 <a@a.example>: Sender address rejected: Domain not found'],
    ['sendmail8', 'sender-domain-unknown', '501 5.1.8 <a@a.example>... Sender domain must exist'],
    ['bizsmtp', 'sender-domain-unknown', '550 5.1.8 *'],
    ['postfix3', 'too-large', '552 5.3.4 Message size exceeds fixed limit'],
    ['sendmail8', 'insufficient-storage', '452 4.4.5 Insufficient disk space; try again later'],
  ] as const)('MAIL, %s, %s', (dialect, why, reply) => {
    const session = playAllWays(
      `${HELO}\nC: MAIL FROM:<a@a.example>\nS: ${reply}`,
      { dialect },
      refusing('mail', why),
    );
    expect(session.state.state).toBe('ready');
  });

  test.each([
    ['postfix2006', '554 <b@b.example>: Relay access denied'],
    ['sendmail8', '550 5.7.1 <b@b.example>... Relaying denied'],
  ] as const)('relaying, %s', (dialect, reply) => {
    playAllWays(
      `${MAIL}\nC: RCPT TO:<b@b.example>\nS: ${reply}`,
      { dialect },
      refusing('rcpt', 'relay-denied'),
    );
  });

  test('own words cannot become reply lines', () => {
    const agent = refusing('rcpt', 'rejected', 'no\r\n250 yes');
    playAllWays(`${MAIL}\nC: RCPT TO:<b@b.example>\nS: 554 5.7.1 no??250 yes`, {}, agent);
  });

  test('VRFY', () => {
    playAllWays(`${HELO}\nC: VRFY nobody\nS: 550 5.1.1 <nobody>: *`, {}, refusing('vrfy', 'user-unknown'));
  });

  test('of the connection: 554, and then only QUIT (RFC 5321 §3.1)', () => {
    playAllWays(
      `S: 554 mail.example.org ESMTP not accepting connections
      C: HELO a.example
      S: 503 5.7.0 Error: access denied for unknown[192.0.2.1]
      C: QUIT
      S: 221 2.0.0 Bye
      S: <close>`,
      {},
      refusing('connect', 'rejected'),
    );
  });

  test('of the connection for now: 421 and the end', () => {
    playAllWays(
      'S: 421 mail.example.org Service unavailable - try again later\nS: <close>',
      {},
      refusing('connect', 'try-later'),
    );
  });

  test('an answer that does not fit is a passing failure', () => {
    playAllWays(
      `${HELO}\nC: MAIL FROM:<a@a.example>\nS: 451 *`,
      {},
      unless((question) => (question.kind === 'mail' ? { kind: 'cannot-verify' } : undefined)),
    );
  });
});

describe('what no mail client says', () => {
  test.each([['Subject: hello'], ['MAILFROM:<a@b>'], ['GET / HTTP/1.0'], ['CONNECT 192.0.2.25:25 HTTP/1.0']])(
    'Postfix hangs up on %s',
    (line) => {
      playAllWays(`${MAIL}\nC: ${line}\nS: 221 2.7.0 Error: I can break rules, too. Goodbye.\nS: <close>`);
    },
  );
  test('Sendmail does not', () => {
    playAllWays(`${HELO}\nC: Subject: hello\nS: 500 5.5.1 Command unrecognized: "Subject: hello"`, {
      dialect: 'sendmail8',
    });
  });
});

describe('LMTP (RFC 2033)', () => {
  const LHLO = `S: 220 *\nC: LHLO a.example\n${'S: 250*\n'.repeat(6)}`;
  const config = { variant: 'lmtp' } as const;
  test('one reply for each recipient', () => {
    const session = playAllWays(
      `${LHLO}
      C: MAIL FROM:<a@a.example>
      S: 250 *
      C: RCPT TO:<b@b.example>
      S: 250 *
      C: RCPT TO:<c@b.example>
      S: 250 *
      C: RCPT TO:<d@b.example>
      S: 250 *
      C: DATA
      S: 354 *
      C: x
      C: .
      S: 250 2.0.0 Ok: queued as 1
      S: 452 4.2.2 <c@b.example>: *
      S: 451 *
      C: QUIT
      S: 221 *
      S: <close>`,
      config,
      unless((question) =>
        question.kind === 'message'
          ? {
              kind: 'verdicts',
              verdicts: [
                { kind: 'queued', queueId: '1' },
                { kind: 'refuse', why: 'mailbox-full', text: '' },
              ],
            }
          : undefined,
      ),
    );
    expect(messages(session)[0]?.protocol).toBe('LMTP');
    const verdicts = session.notes.filter((note) => note.kind === 'reply' && note.verb === 'END-OF-DATA');
    expect(verdicts).toMatchObject([
      { argument: 'b@b.example', code: '250', protocol: 'lmtp', stateBefore: 'data', state: 'ready' },
      { argument: 'c@b.example', code: '452' },
      { argument: 'd@b.example', code: '451' },
    ]);
  });
  test('HELO and EHLO are unknown, DATA without recipients is 503', () => {
    playAllWays(
      `S: 220 *\nC: HELO a\nS: 500 *\nC: EHLO a\nS: 500 *\nC: LHLO a\n${'S: 250*\n'.repeat(6)}
      C: MAIL FROM:<>\nS: 250 *\nC: DATA\nS: 503 *`,
      config,
    );
  });
});

describe('reply notes', () => {
  test('say what was answered and what it did', () => {
    const session = play(`${EHLO}\nC| rcpt to:<b@b.example>\\n\nS: 503 *\nC: FOO bar\nS: 500 *`);
    expect(session.notes).toEqual([
      {
        kind: 'reply',
        protocol: 'smtp',
        verb: 'CONNECT',
        line: '',
        eol: 'none',
        argument: '',
        code: '220',
        enhanced: '',
        text: 'mail.example.org ESMTP Postfix',
        lines: 1,
        stateBefore: 'closed',
        state: 'connected',
        clause: 'RFC 5321 §3.1',
      },
      expect.objectContaining({
        verb: 'EHLO',
        argument: 'a.example',
        text: 'mail.example.org',
        lines: 6,
        stateBefore: 'connected',
        state: 'ready',
        clause: 'RFC 5321 §4.1.1.1',
      }),
      expect.objectContaining({
        verb: 'RCPT',
        line: 'rcpt to:<b@b.example>',
        eol: 'lf',
        code: '503',
        enhanced: '5.5.1',
        text: 'Error: need MAIL command',
        stateBefore: 'ready',
        state: 'ready',
        clause: 'RFC 5321 §4.1.4',
      }),
      expect.objectContaining({ verb: 'UNKNOWN', line: 'FOO bar', clause: 'RFC 5321 §4.2.4' }),
    ]);
  });
  test('are the same however the octets come', () => {
    const text = `${RCPT}\nC: DATA\nS: 354 *\nC: x\nC: .\nS: 250 *\nC: QUIT\nS: 221 *\nS: <close>`;
    const notes = play(text).notes.filter(({ kind }) => kind === 'reply');
    expect(
      notes.map((note) => note.kind === 'reply' && `${note.verb} ${note.stateBefore} ${note.state}`),
    ).toEqual([
      'CONNECT closed connected',
      'HELO connected ready',
      'MAIL ready mail',
      'RCPT mail rcpt',
      'DATA rcpt data',
      'END-OF-DATA data ready',
      'QUIT ready closed',
    ]);
  });
});

test('what comes after the end, or out of season, does nothing', () => {
  const { state } = play(`${HELO}\nC: QUIT\nS: 221 *\nS: <close>`);
  expect(smtpServer.step(state, { kind: 'answer', answer: { kind: 'accept' } })).toEqual([state, []]);
  expect(smtpServer.step(state, { kind: 'timeout', name: 'idle' })).toEqual([state, []]);
  expect(smtpServer.step(state, { kind: 'secured' })).toEqual([state, []]);
  const unit = { kind: 'unit', octets: 'NOOP\r\n', overlong: false } as const;
  expect(smtpServer.step(state, unit as never)).toEqual([state, []]);
});

test('a client that goes away ends the session and its timer', () => {
  const session = playAllWays(`${RCPT}\nC: <close>`);
  expect(session.state).toMatchObject({ state: 'closed', reversePath: null, pending: null });
  expect(session.effects[session.effects.length - 1]).toEqual({ kind: 'timer', name: 'idle', after: null });
});

test('states are plain data', () => {
  const { state } = play(RCPT);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});
