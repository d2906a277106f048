/** Mail data: dots, line ends, sizes. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { bodyLines } from '../body-note.ts';
import { drive, driven } from '../machine.ts';
import { smtpServer, smtpServerState } from './server.ts';
import { CONFIG, messages, play, playAllWays, unless } from './server.testing.ts';

const BEGIN = `
  S: 220 *
  C: HELO a.example
  S: 250 *
  C: MAIL FROM:<a@a.example>
  S: 250 *
  C: RCPT TO:<b@b.example>
  S: 250 *
  C: DATA
  S: 354 *`;
const QUEUED = 'S: 250 2.0.0 Ok: queued as ID0001';

const content = (lines: string): string => {
  const session = playAllWays(`${BEGIN}\n${lines}\n${QUEUED}`);
  return messages(session)[0]?.content ?? 'nothing';
};

describe('transparency (RFC 5321 §4.5.2)', () => {
  test.each([
    ['no lines', 'C: .', ''],
    ['a stuffed dot', 'C: ..\nC: .', '.\r\n'],
    ['a stuffed line', 'C: ..a\nC: .', '.a\r\n'],
    ['a dot that was not stuffed', 'C: .a\nC: .', 'a\r\n'],
    ['a dot with a space', 'C| . \\r\\n\nC: .', ' \r\n'],
    ['dots inside', 'C: a.\nC: a.b\nC: .', 'a.\r\na.b\r\n'],
    ['commands in the text', 'C: QUIT\nC: RSET\nC: .', 'QUIT\r\nRSET\r\n'],
    ['8-bit, NUL and control octets', 'C| \\x00\\xe9\\xff\\x08\\x7f\\r\\n\nC: .', '\0\xe9\xff\b\x7f\r\n'],
    ['a bare CR', 'C| a\\rb\\r\\n\nC: .', 'a\rb\r\n'],
    ['two CRs', 'C| a\\r\\r\\n\nC: .', 'a\r\r\n'],
    ['a bare LF becomes CRLF', 'C| a\\nb\\n\\n\nC: c\nC: .', 'a\r\nb\r\n\r\nc\r\n'],
  ])('%s', (_, lines, expected) => {
    expect(content(lines)).toBe(expected);
  });
});

describe('end of data is CRLF . CRLF and nothing else', () => {
  test.each([
    ['<LF>.<LF>', 'C| x\\n.\\n', 'x\r\n.\r\n'],
    ['<LF>.<CRLF>', 'C| x\\n.\\r\\n', 'x\r\n.\r\n'],
    ['<CRLF>.<LF>', 'C| x\\r\\n.\\n', 'x\r\n.\r\n'],
    ['<CR>.<CR>', 'C| x\\r.\\r', 'x\r.\r'],
    ['<CR>.<CRLF>', 'C| x\\r.\\r\\n', 'x\r.\r\n'],
    ['<CRLF>.<CR>', 'C| x\\r\\n.\\r', 'x\r\n\r'],
  ])('%s smuggles nothing', (_, ending, begins) => {
    const smuggled = 'C: MAIL FROM:<evil@c.example>\nC: RCPT TO:<b@b.example>\nC: DATA\nC: Subject: smuggled';
    const session = playAllWays(`${BEGIN}\n${ending}\n${smuggled}\nC: .\n${QUEUED}`);
    expect(messages(session)).toHaveLength(1);
    const rest = 'MAIL FROM:<evil@c.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\nSubject: smuggled\r\n';
    expect(messages(session)[0]?.content).toBe(begins + rest);
  });

  test('a dot at once after DATA, even when DATA ended in a bare LF', () => {
    const session = playAllWays(`${BEGIN.replace('C: DATA', 'C| DATA\\n')}\nC: .\n${QUEUED}`);
    expect(messages(session)[0]?.content).toBe('');
  });

  test('the next command follows at once, and a second letter too', () => {
    const session = playAllWays(`${BEGIN}
      C: one
      C: .
      ${QUEUED}
      C: MAIL FROM:<>
      S: 250 *
      C: RCPT TO:<c@c.example>
      S: 250 *
      C: DATA
      S: 354 *
      C: two
      C: .
      ${QUEUED}
      C: DATA
      S: 503 *`);
    expect(messages(session).map(({ content, forwardPaths }) => [content, forwardPaths])).toEqual([
      ['one\r\n', ['b@b.example']],
      ['two\r\n', ['c@c.example']],
    ]);
    expect(messages(session)[1]?.reversePath).toBe('');
  });
});

describe('sizes', () => {
  const after = 'C: NOOP\nS: 250 *';
  test('a line of any length is kept', () => {
    const long = 'x'.repeat(300_000);
    const session = play(`${BEGIN}\nC: ${long}\nC: .\n${QUEUED}`);
    expect(messages(session)[0]?.content).toBe(`${long}\r\n`);
  });
  test('exactly the limit is accepted (RFC 1870 counts CRLF, not stuffing nor the final dot)', () => {
    const lines = `C: ${'x'.repeat(95)}\nC: ..\nC: .`;
    const session = playAllWays(`${BEGIN}\n${lines}\n${QUEUED}`, { sizeLimit: 100 });
    expect(messages(session)[0]?.content).toHaveLength(100);
  });
  test('one octet more is refused at the end, and the session goes on', () => {
    const lines = `C: ${'x'.repeat(96)}\nC: ..\nC: .`;
    const session = playAllWays(`${BEGIN}\n${lines}\nS: 552 5.3.4 Error: message file too big\n${after}`, {
      sizeLimit: 100,
    });
    expect(messages(session)).toEqual([]);
    expect(session.state.state).toBe('ready');
  });
  test('nothing is stored of what is too large, however long its lines', () => {
    let held = driven(smtpServerState({ ...CONFIG, sizeLimit: 1000 }));
    const feed = (text: string): string => {
      const [next, effects] = drive(smtpServer, held, { kind: 'octets', octets: text as Octets });
      held = next;
      if (effects.some(({ kind }) => kind === 'ask')) {
        held = drive(smtpServer, held, { kind: 'answer', answer: { kind: 'accept' } })[0];
      }
      return effects.map((effect) => (effect.kind === 'send' ? effect.octets : '')).join('');
    };
    held = drive(smtpServer, held, { kind: 'opened', peer: '192.0.2.1' })[0];
    held = drive(smtpServer, held, { kind: 'answer', answer: { kind: 'accept' } })[0];
    for (const line of ['HELO a', 'MAIL FROM:<a@a.example>', 'RCPT TO:<b@b.example>', 'DATA'])
      feed(`${line}\r\n`);
    expect(held.state.state).toBe('data');
    for (let i = 0; i < 40; i++) feed('y'.repeat(65_536));
    expect(smtpServer.framing(held.state)).toEqual({ kind: 'text', limit: 1024 * 1024 });
    expect(held.buffer.length + held.state.content.length).toBeLessThan(1_200_000);
    feed('\r\nshort\r\n');
    expect(held.state.content).toBe('');
    expect(feed('.\r\n')).toBe('552 5.3.4 Error: message file too big\r\n');
  });
});

describe('notes of mail data', () => {
  test('show each line as it came, the first 200 octets', () => {
    const session = play(`${BEGIN}\nC: ..dot\nC| bare\\n\nC: ${'z'.repeat(500)}\nC: .\n${QUEUED}`);
    const bodies = session.notes.filter((note) => note.kind === 'body');
    expect(bodies.flatMap(bodyLines)).toEqual([
      { text: '..dot', eol: 'crlf' },
      { text: 'bare', eol: 'lf' },
      { text: 'z'.repeat(200), eol: 'crlf' },
    ]);
  });
});

describe('the answer to the final dot', () => {
  test.each([
    ['insufficient-storage', '', '452 4.3.1 Insufficient system storage'],
    ['too-large', '', '552 5.3.4 Error: message file too big'],
    ['try-later', '', '451 4.3.0 Error: queue file write error'],
    ['try-later', 'the shop is closed', '451 4.3.0 the shop is closed'],
    ['rejected', '', '550 5.7.1 Error: message content rejected'],
    ['rejected', 'no\r\n250 thanks', '550 5.7.1 no??250 thanks'],
  ] as const)('%s %j: %s', (why, text, reply) => {
    const agent = unless((question) =>
      question.kind === 'message' ? { kind: 'refuse', why, text } : undefined,
    );
    const session = playAllWays(`${BEGIN}\nC: x\nC: .\nS: ${reply}\nC: MAIL FROM:<>\nS: 250 *`, {}, agent);
    expect(session.state.state).toBe('mail');
    expect(session.state.forwardPaths).toEqual([]);
  });
});
