/** Logging in: AUTH (RFC 5034) with the RFCs' own examples, APOP (RFC 1939 §7), and who is let in without TLS. */
import { describe, expect, test } from 'vitest';
import { parseTranscript, replay, replayAllWays } from '../transcript.testing.ts';
import { renewed, TIMESTAMP, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';
import type { Pop3Answer, Pop3Question, Pop3ServerConfig } from './types.ts';

const LETTER = 'Subject: x\r\n\r\nbody\r\n';
const ALL: Partial<Pop3ServerConfig> = { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'] };

const play = (
  script: string,
  changes: Partial<Pop3ServerConfig> = ALL,
  answer: (question: Pop3Question) => Pop3Answer | undefined = renewed(() =>
    testMailbox('test', 'test', [LETTER]),
  ).answer,
) => replayAllWays(pop3Server, serverOf('dovecot', changes), parseTranscript(script), answer);

describe('RFC 5034 §6', () => {
  test('PLAIN with its initial response', () => {
    const { questions, notes } = play(`
S: +OK *
C: AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=
S: +OK *
C: STAT
S: +OK 1 20`);
    expect(questions).toEqual([
      {
        kind: 'login',
        credentials: {
          kind: 'password',
          mechanism: 'PLAIN',
          authorization: 'test',
          user: 'test',
          password: 'test',
        },
      },
    ]);
    // Nobody's proof becomes an argument.
    expect(notes[1]).toMatchObject({
      verb: 'AUTH',
      argument: 'PLAIN',
      stateBefore: 'authorization',
      state: 'transaction',
      clause: 'RFC 5034 §4',
    });
  });

  test('PLAIN without: a plus and a space ask for it', () => {
    const { notes } = play(`
S: +OK *
C: AUTH PLAIN
S: +\x20
C: dGVzdAB0ZXN0AHRlc3Q=
S: +OK *`);
    expect(notes.slice(1)).toMatchObject([
      { verb: 'AUTH', argument: 'PLAIN', code: '+', state: 'authorization' },
      { verb: 'AUTH', argument: 'PLAIN', line: 'dGVzdAB0ZXN0AHRlc3Q=', code: '+OK', state: 'transaction' },
    ]);
  });
});

test('RFC 2195 §2: CRAM-MD5 of Tim', () => {
  const tim = testMailbox('tim', 'tanstaaftanstaaf', [LETTER]);
  const answer = (question: Pop3Question): Pop3Answer | undefined =>
    question.kind === 'challenge'
      ? { kind: 'challenge', challenge: '<1896.697170952@postoffice.reston.mci.net>' }
      : tim.answer(question);
  const transcript = parseTranscript(`
S: +OK *
C: AUTH CRAM-MD5
S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
S: +OK *
C: STAT
S: +OK 1 20`);
  replay(pop3Server, serverOf('dovecot', ALL), transcript, answer);
});

test('LOGIN, cancelled, refused, no base64; AUTH alone lists what there is', () => {
  play(`
S: +OK *
C: AUTH
S: +OK
S: PLAIN
S: LOGIN
S: CRAM-MD5
S: .
C: auth login
S: + VXNlcm5hbWU6
C: *
S: -ERR Authentication aborted by client.
C: AUTH LOGIN dGVzdA==
S: + UGFzc3dvcmQ6
C: dGVzdA
S: -ERR [AUTH] Invalid base64 in response
C: AUTH LOGIN
S: + VXNlcm5hbWU6
C: dGVzdA==
S: + UGFzc3dvcmQ6
C: d3Jvbmc=
S: -ERR [AUTH] Authentication failed.
C: AUTH PLAIN =
S: -ERR [AUTH] Authentication failed.
C: AUTH PLAIN
S: +\x20
C: QUIT
S: -ERR [AUTH] Authentication failed.
C: AUTH KERBEROS_V4
S: -ERR [AUTH] Unsupported authentication mechanism.
C: QUIT
S: +OK *
S: <close>`);
});

test('a mechanism that is not switched on is none', () => {
  play('S: +OK *\nC: AUTH LOGIN\nS: -ERR [AUTH] Unsupported *', { mechanisms: ['PLAIN'] });
  play('S: +OK *\nC: AUTH PLAIN\nS: -ERR [AUTH] Unsupported *\nC: AUTH\nS: +OK\nS: .', { mechanisms: [] });
});

test('where mechanisms are not listed, one must be named', () => {
  const transcript = parseTranscript(
    'S: +OK *\nC: AUTH\nS: -ERR missing argument\nC: AUTH PLAIN a b\nS: -ERR too many *',
  );
  replayAllWays(pop3Server, serverOf('telenet-pop'), transcript, () => undefined);
});

test('a client that goes while it says who it is', () => {
  const { state, questions } = play('S: +OK *\nC: AUTH PLAIN\nS: +\x20\nC: <close>');
  expect(questions).toEqual([]);
  expect(state).toMatchObject({ state: 'closed', exchange: null });
});

test('a login by AUTH that comes through after the client has gone gives its lock back', () => {
  const transcript = parseTranscript('S: +OK *\nC: AUTH PLAIN AHRlc3QAdGVzdA==\nC: <close>');
  const { state } = replay(pop3Server, serverOf('dovecot'), transcript, () => undefined);
  const [, effects] = pop3Server.step(state, { kind: 'answer', answer: { kind: 'maildrop', entries: [] } });
  expect(effects).toEqual([{ kind: 'ask', question: { kind: 'abandon', user: 'test' } }]);
});

describe('APOP (RFC 1939 §7)', () => {
  const mrose = renewed(() => testMailbox('mrose', 'tanstaaf', [LETTER]));

  test.each([
    ['dovecot', `Dovecot (Debian) ready. ${TIMESTAMP}`],
    ['dovecot2006', `dovecot ready. ${TIMESTAMP}`],
    ['qpopper', `ready  ${TIMESTAMP}`],
  ] as const)("the RFC's example at %s", (dialect, greeting) => {
    const transcript = parseTranscript(`
S: +OK ${greeting}
C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
S: +OK *
C: STAT
S: +OK 1 20`);
    const { questions } = replayAllWays(
      pop3Server,
      serverOf(dialect, { apop: true }),
      transcript,
      mrose.answer,
    );
    expect(questions[0]).toEqual({ kind: 'challenge' });
    expect(questions[1]).toMatchObject({
      credentials: { kind: 'digest', mechanism: 'APOP', user: 'mrose', challenge: TIMESTAMP },
    });
  });

  test('where it is not offered, and where nobody has heard of it', () => {
    const script = 'S: +OK *\nC: APOP mrose c4c9334bac560ecc979e58001b3e22fb\nS: -ERR ';
    const say = (dialect: 'dovecot' | 'qpopper' | 'telenet-pop', words: string) =>
      replayAllWays(pop3Server, serverOf(dialect), parseTranscript(script + words), mrose.answer);
    say('dovecot', 'APOP not enabled.');
    say('qpopper', 'Unknown command: "apop".');
    say('telenet-pop', 'command not recognized here');
  });

  test('the greeting waits for its timestamp, and does without one that does not come', () => {
    const [waiting, effects] = pop3Server.step(serverOf('dovecot', { apop: true }), {
      kind: 'opened',
      peer: '192.0.2.1',
    });
    expect(effects).toEqual([{ kind: 'ask', question: { kind: 'challenge' } }]);
    expect(pop3Server.framing(waiting)).toEqual({ kind: 'hold' });
    const [, greeting] = pop3Server.step(waiting, { kind: 'answer', answer: { kind: 'gone' } });
    expect(greeting[0]).toMatchObject({ kind: 'send', octets: '+OK Dovecot (Debian) ready.\r\n' });
  });
});

describe('every refusal in the words of its server, and what comes behind it', () => {
  const refusing = (why: Extract<Pop3Answer, { kind: 'refused' }>['why']) => (question: Pop3Question) =>
    question.kind === 'login' ? ({ kind: 'refused', why, at: '2015-01-05 10:00:00' } as const) : undefined;

  test.each([
    ['bad-login', '[AUTH] Password supplied for "anna" is incorrect.'],
    ['pam', '[AUTH] PAM authentication failed for user "anna": Authentication failure (7)'],
    ['in-use', '[IN-USE] /var/spool/mail/.anna.pop lock busy!  Is another session active? (11)'],
    ['over-quota', '[SYS/TEMP] Unable to copy mail spool file, quota exceeded (122)'],
    [
      'corrupt',
      '[SYS/PERM] Unable to process From lines (envelopes) in /var/spool/mail/anna; change recognition mode or check for corrupted mail drop.',
    ],
  ] as const)('qpopper, the course notes: %s', (why, words) => {
    const transcript = parseTranscript(`
S: +OK ready
C: USER anna
S: +OK Password required for anna.
C: PASS my secret
S: -ERR ${words}
S: +OK Pop server at mail.example.org signing off.
S: <close>`);
    const { questions } = replayAllWays(pop3Server, serverOf('qpopper'), transcript, refusing(why));
    expect(questions).toHaveLength(1);
  });

  test('Dovecot finds out about the mailbox after it has let somebody in', () => {
    const { notes } = play(
      `S: +OK *
C: AUTH PLAIN AGFubmEAbXkgc2VjcmV0
S: +OK Logged in.
S: -ERR [SYS/TEMP] Internal error occurred. Refer to server log for more information. [2015-01-05 10:00:00]
S: <close>`,
      ALL,
      refusing('unavailable'),
    );
    expect(notes.at(-1)).toMatchObject({ verb: 'SERVER', code: '-ERR', state: 'closed' });
  });

  test.each(['bad-login', 'pam', 'try-later', 'in-use', 'over-quota', 'corrupt', 'unavailable'] as const)(
    'telenet goes on after %s',
    (why) => {
      const transcript = parseTranscript(`
S: +OK POP3 ready
C: USER anna
S: +OK
C: PASS my secret
S: -ERR [*] *
C: PASS my secret
S: -ERR USER first
C: USER anna
S: +OK`);
      replayAllWays(pop3Server, serverOf('telenet-pop'), transcript, refusing(why));
    },
  );
});
