/** Command lines, limits, timers, notes. */
import { describe, expect, test } from 'vitest';
import { smtpServer, smtpServerState } from './server.ts';
import { CONFIG, messages, play, playAllWays } from './server.testing.ts';

const HELO = 'S: 220 *\nC: HELO a.example\nS: 250 *';
const EHLO = `S: 220 *\nC: EHLO a.example\n${'S: 250*\n'.repeat(6)}`;
const MAIL = `${HELO}\nC: MAIL FROM:<a@a.example>\nS: 250 *`;
const RCPT = `${MAIL}\nC: RCPT TO:<b@b.example>\nS: 250 *`;

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
    ['a NUL behind the verb', 'C| NOOP \\x00\\r\\n', '250 2.0.0 Ok'],
    ['a NUL in front', 'C| \\x00NOOP\\r\\n', '500 5.5.2 Error: bad syntax'],
    ['a backspace', 'C| HELP\\x08\\x08LO a.example\\r\\n', '500 5.5.2 Error: command not recognized'],
    ['a bare CR', 'C| NOOP\\rNOOP\\r\\n', '250 2.0.0 Ok'],
    ['two CRs', 'C| NOOP\\r\\r\\n', '250 2.0.0 Ok'],
    ['a CR in front', 'C| \\rNOOP\\r\\n', '250 2.0.0 Ok'],
    ['another control octet', 'C| NOOP \\x02\\r\\n', '250 2.0.0 Ok'],
    ['8-bit octets', 'C| NOOP \\xe9\\r\\n', '500 5.5.2 Error: bad UTF-8 syntax'],
    ['telnet options', 'C| \\xff\\xfd\\x03NOOP\\r\\n', '500 5.5.2 Error: bad UTF-8 syntax'],
    ['2048 octets', `C: NOOP ${'a'.repeat(2041)}`, '250 2.0.0 Ok'],
    ['2051 octets', `C: NOOP ${'a'.repeat(2044)}`, '500 5.5.2 mail.example.org Error: command too long'],
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
    const session = playAllWays(`${MAIL}\nC: QUIT now\nS: 221 2.0.0 Bye\nS: <close>`);
    expect(session.state.reversePath).toBeNull();
  });

  test('HELO, EHLO and RSET forget the transaction', () => {
    for (const line of ['C: HELO b\nS: 250 *', `C: EHLO b\n${'S: 250*\n'.repeat(6)}`, 'C: RSET\nS: 250 *']) {
      const session = playAllWays(`${RCPT}\n${line}\nC: DATA\nS: 503 *\nC: RCPT TO:<b@b.example>\nS: 503 *`);
      expect(session.state).toMatchObject({ reversePath: null, forwardPaths: [] });
    }
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
    expect(session.notes.at(-1)).toMatchObject({ verb: 'SERVER', code: '421', state: 'closed' });
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
  expect(
    smtpServer.step(state, {
      kind: 'secured',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 },
    }),
  ).toEqual([state, []]);
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
