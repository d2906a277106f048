/** What a POP3 server does at the edges: odd input, long lines, lost connections, late answers. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { parseTranscript, replay, replayAllWays } from '../transcript.testing.ts';
import { renewed, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';
import type { Pop3Answer, Pop3Question } from './types.ts';

const LETTER = 'Subject: x\r\n\r\nbody\r\n';
const fresh = () => serverOf('dovecot');
const anna = () => renewed(() => testMailbox('anna', 'my secret', [LETTER, LETTER]));

const play = (script: string, mailbox = anna()) =>
  replayAllWays(pop3Server, fresh(), parseTranscript(script), mailbox.answer);

const LOGIN = `
S: +OK *
C: USER anna
S: +OK
C: PASS my secret
S: +OK *
`;

describe('passwords', () => {
  test('the whole rest of the line counts, spaces and all', () => {
    const passwords = (line: string) =>
      play(`S: +OK *\nC: USER anna\nS: +OK\nC: ${line}\nS: *`)
        .questions.flatMap((question) => (question.kind === 'login' ? [question.credentials] : []))
        .map((credentials) => (credentials.kind === 'password' ? credentials.password : ''));
    expect(passwords('PASS my secret')).toEqual(['my secret']);
    expect(passwords('pass  two  spaces ')).toEqual([' two  spaces ']);
    expect(passwords('PASS')).toEqual(['']);
  });

  test('a refused PASS forgets the user', () => {
    play(`S: +OK *
C: USER anna
S: +OK
C: PASS wrong
S: -ERR *
C: PASS my secret
S: -ERR No username given.
C: USER anna
S: +OK
C: PASS my secret
S: +OK *`);
  });
});

const telenet = (script: string, mailbox = anna()) =>
  replayAllWays(pop3Server, serverOf('telenet-pop'), parseTranscript(script), mailbox.answer);

describe('bad input gets one -ERR', () => {
  test('NUL, control characters, backspaces, 8-bit octets, empty lines', () => {
    const { notes } = telenet(`S: +OK *
C| US\\x08SER anna\\r\\n
S: -ERR command not recognized here
C| \\x00\\r\\n
S: -ERR empty command
C| PASS caf\\xe9\\n
S: -ERR USER first
C| \\n
S: -ERR empty command
C| USER\\ta\\r\\n
S: -ERR command not recognized here
C| USER a\\rb\\r\\n
S: +OK
C| \\r\\r\\n
S: -ERR command not recognized here
C| US\\xdfER\\r\\n
S: -ERR command not recognized here
C: USER anna
S: +OK`);
    expect(notes[3]).toMatchObject({ verb: 'PASS', eol: 'lf', line: 'PASS caf\xe9', clause: 'RFC 1939 §7' });
  });

  test('Dovecot repeats what it does not know, octet for octet, after login', () => {
    play(`${LOGIN}
C| foo\\xff\\x01\\xe9 x\\r\\n
S: -ERR Unknown command: FOO\xff\x01\xe9
C| STAT\\rx\\r\\n
S: -ERR Unknown command: STAT\rX
C| LI\\x00ST\\r\\n
S: -ERR Unknown command: LI`);
  });

  test('a line of 255 octets is heard, one of 256 is not (RFC 2449 §4)', () => {
    const longest = 'x'.repeat(255 - 'USER \r\n'.length);
    const { notes } = telenet(`S: +OK *
C: USER ${longest}
S: +OK
C: USER ${longest}x
S: -ERR line too long
C: USER anna ${'x'.repeat(3000)}
S: -ERR line too long
C: USER anna
S: +OK`);
    expect(notes[2]).toMatchObject({ line: `USER ${longest}x\r`, eol: 'none', clause: 'RFC 2449 §4' });
  });

  test('responses of AUTH may be longer (RFC 5034 §4)', () => {
    const response = 'YWFh'.repeat(2000);
    const transcript = parseTranscript(`S: +OK *
C: AUTH PLAIN ${response}
S: -ERR [AUTH] invalid user or password
C: AUTH PLAIN
S: +\x20
C: ${response}
S: -ERR [AUTH] invalid user or password
C: AUTH PLAIN ${'YWFh'.repeat(3100)}
S: -ERR line too long
C: AUTH PLAIN
S: +\x20
C: ${'YWFh'.repeat(3100)}
S: -ERR line too long
C: AUTH ${'x'.repeat(300)}
S: -ERR line too long
C: NOOP ${'x'.repeat(12_000)}
S: -ERR line too long
C: USER anna
S: +OK`);
    replay(pop3Server, serverOf('telenet-pop'), transcript, anna().answer);
  });

  test('arguments too few, too many, or no numbers', () => {
    telenet(`S: +OK *
C: USER anna
S: +OK
C: PASS my secret
S: +OK *
C: RETR
S: -ERR missing argument
C: RETR 1 2
S: -ERR too many arguments
C: STAT 1
S: -ERR too many arguments
C: TOP 1
S: -ERR missing argument
C: TOP 1 -1
S: -ERR invalid number of lines
C: TOP 1 1x
S: -ERR invalid number of lines
C: TOP x 1
S: -ERR invalid message number
C: DELE 1x
S: -ERR invalid message number
C: RETR ${'9'.repeat(240)}
S: -ERR no such message
C: RETR 0
S: -ERR no such message
C: LIST 1\x20
S: +OK 1 20
C: LIST  1
S: +OK 1 20
C: QUIT now
S: -ERR too many arguments
C: noop
S: +OK`);
  });

  test('too many without a good one between end the session, without UPDATE', () => {
    const bad = 'C: WHAT\nS: -ERR command not recognized here\n';
    const mailbox = anna();
    const { questions, notes } = telenet(
      `S: +OK *
C: USER anna
S: +OK
C: PASS my secret
S: +OK *
C: DELE 1\nS: +OK\n${bad.repeat(19)}C: NOOP\nS: +OK\n${bad.repeat(20)}S: -ERR too many errors
S: <close>`,
      mailbox,
    );
    expect(questions.at(-1)).toEqual({ kind: 'abandon', user: 'anna' });
    expect(mailbox.letters()).toHaveLength(2);
    expect(notes.slice(-2)).toMatchObject([
      { verb: 'UNKNOWN', line: 'WHAT', state: 'transaction' },
      { verb: 'SERVER', line: '', code: '-ERR', text: 'too many errors', state: 'closed' },
    ]);
  });
});

describe('the maildrop', () => {
  test('numbers stay when messages are marked; RSET unmarks', () => {
    play(`${LOGIN}
C: DELE 1
S: +OK *
C: UIDL
S: +OK
S: 2 uid2
S: .
C: UIDL 2
S: +OK 2 uid2
C: RETR 2
S: +OK 20 octets
S: Subject: x
S:
S: body
S: .
C: DELE 2
S: +OK *
C: LIST
S: +OK 0 messages:
S: .
C: STAT
S: +OK 0 0
C: RSET
S: +OK
C: STAT
S: +OK 2 40`);
  });

  test('a letter that is gone is refused, and the session goes on', () => {
    const answer = (question: Pop3Question): Pop3Answer | undefined =>
      question.kind === 'retrieve' ? { kind: 'gone' } : anna().answer(question);
    const script = `${LOGIN}
C: RETR 1
S: -ERR Message 1 expunged.
C: TOP 2 0
S: -ERR Message 2 expunged.
C: NOOP
S: +OK`;
    replayAllWays(pop3Server, fresh(), parseTranscript(script), answer);
  });

  test('when UPDATE fails the session still ends (RFC 1939 §6)', () => {
    const answer = (question: Pop3Question): Pop3Answer | undefined =>
      question.kind === 'update' ? { kind: 'refused', why: 'unavailable' } : anna().answer(question);
    const script = `${LOGIN}
C: DELE 1
S: +OK *
C: QUIT
S: -ERR *
S: <close>`;
    replayAllWays(pop3Server, fresh(), parseTranscript(script), answer);
  });
});

test('TOP stuffs dots and cuts the body', () => {
  const mailbox = renewed(() => testMailbox('anna', 'my secret', ['A: 1\r\n\r\n.\r\n.b\r\nc\r\n']));
  const { notes } = play(`${LOGIN}C: TOP 1 2\nS: +OK\nS: A: 1\nS:\nS: ..\nS: ..b\nS: .`, mailbox);
  expect(notes.at(-1)).toMatchObject({ kind: 'reply', verb: 'TOP', argument: '1 2', lines: 6 });
});

describe('the end of a connection', () => {
  test('after it nothing is done any more', () => {
    const { state } = play(`${LOGIN}C: <close>`);
    for (const input of [
      { kind: 'closed' },
      { kind: 'timeout', name: 'idle' },
      { kind: 'answer', answer: { kind: 'updated' } },
      { kind: 'unit', octets: 'STAT\r\n' as Octets, overlong: false },
    ] as const) {
      expect(pop3Server.step(state, input)).toEqual([state, []]);
    }
  });

  test('QUIT before login asks nothing and says goodbye', () => {
    const { questions, notes } = play('S: +OK *\nC: QUIT\nS: +OK Logging out\nS: <close>');
    expect(questions).toEqual([]);
    expect(notes[1]).toMatchObject({ stateBefore: 'authorization', state: 'closed', clause: 'RFC 1939 §4' });
  });

  test('lost without QUIT: nothing is removed, the lock is released', () => {
    const mailbox = anna();
    const { questions } = play(`${LOGIN}C: DELE 1\nS: +OK *\nC: <close>`, mailbox);
    expect(questions.at(-1)).toEqual({ kind: 'abandon', user: 'anna' });
    expect(mailbox.letters()).toHaveLength(2);
    expect(mailbox.locked()).toBe(false);
  });

  test('lost before login: nothing to release', () => {
    expect(play('S: +OK *\nC: USER anna\nS: +OK\nC: <close>').questions).toEqual([]);
  });

  test('ten idle minutes: closed without a word and without UPDATE (RFC 1939 §3)', () => {
    const mailbox = anna();
    const { questions, effects } = telenet(
      'S: +OK *\nC: USER anna\nS: +OK\nC: PASS my secret\nS: +OK *\nC: DELE 1\nS: +OK\nT: idle\nS: <close>',
      mailbox,
    );
    expect(questions.at(-1)).toEqual({ kind: 'abandon', user: 'anna' });
    expect(mailbox.letters()).toHaveLength(2);
    expect(effects.filter((effect) => effect.kind === 'timer')[0]).toEqual({
      kind: 'timer',
      name: 'idle',
      after: 600_000,
    });
  });

  test('Dovecot says why, and waits three minutes for a login', () => {
    const { effects } = play('S: +OK *\nT: other\nT: idle\nS: -ERR Disconnected for inactivity.\nS: <close>');
    expect(effects.find((effect) => effect.kind === 'timer')).toMatchObject({ after: 180_000 });
    const { questions } = play(`${LOGIN}T: idle\nS: -ERR Disconnected for inactivity.\nS: <close>`);
    expect(questions.at(-1)).toEqual({ kind: 'abandon', user: 'anna' });
  });

  test('a login that comes through after the client has gone is abandoned then, not before', () => {
    const transcript = parseTranscript('S: +OK *\nC: USER anna\nS: +OK\nC: PASS my secret\nC: <close>');
    const { state, questions } = replay(pop3Server, fresh(), transcript, () => undefined);
    expect(questions.map(({ kind }) => kind)).toEqual(['login']);
    const [after, effects] = pop3Server.step(state, {
      kind: 'answer',
      answer: { kind: 'maildrop', entries: [] },
    });
    expect(effects).toEqual([{ kind: 'ask', question: { kind: 'abandon', user: 'anna' } }]);
    expect(after).toMatchObject({ state: 'closed', pending: null });
  });

  test('lost while UPDATE is under way: it is not abandoned', () => {
    const transcript = parseTranscript(`${LOGIN}C: QUIT\nC: <close>`);
    const mailbox = anna();
    const { questions } = replay(pop3Server, fresh(), transcript, (question) =>
      question.kind === 'update' ? undefined : mailbox.answer(question),
    );
    expect(questions.map(({ kind }) => kind)).toEqual(['login', 'update']);
  });
});

test('braces in a name are not taken for places to fill', () => {
  const state = serverOf('qpopper');
  const transcript = parseTranscript(
    'S: +OK ready\nC: USER {octets}{user}\nS: +OK Password required for {octets}{user}.',
  );
  replayAllWays(pop3Server, state, transcript, () => undefined);
});

test('the state survives JSON', () => {
  const { state } = play(`${LOGIN}C: DELE 2\nS: +OK *`);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});
