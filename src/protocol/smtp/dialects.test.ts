/** The kinds of servers that are known by their behaviour as much as by their words, each in a session of its own. */
import { describe, expect, test } from 'vitest';
import { drive, driven } from '../machine.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { Agent, Spoken } from './server.testing.ts';
import { CONFIG, messages, playAllWays, speakTo, unless } from './server.testing.ts';
import type { SmtpServerConfig } from './types.ts';

const DAY = 'Thu, 17 Oct 2019 08:30:00 +0200';
const dated = (queueId: string): Agent =>
  unless((question) => {
    if (question.kind === 'connect')
      return { kind: 'accept', greetingDate: DAY, clientName: 'pc.example.org' };
    return question.kind === 'message' ? { kind: 'queued', queueId } : undefined;
  });

describe('exchange', () => {
  const ex: Partial<SmtpServerConfig> = {
    hostname: 'ex1.contoso.example',
    dialect: 'exchange',
    sizeLimit: 37_748_736,
    tls: 'may',
    without: [],
  };
  test('a letter', () => {
    playAllWays(
      `S: 220 ex1.contoso.example Microsoft ESMTP MAIL Service ready at ${DAY}
      C: EHLO pc.example.org
      S: 250-ex1.contoso.example Hello [192.0.2.1]
      S: 250-SIZE 37748736
      S: 250-PIPELINING
      S: 250-DSN
      S: 250-ENHANCEDSTATUSCODES
      S: 250-STARTTLS
      S: 250-8BITMIME
      S: 250-CHUNKING
      S: 250 SMTPUTF8
      C: MAIL FROM:<ann@example.org>
      S: 250 2.1.0 Sender OK
      C: RCPT TO:<bob@contoso.example>
      S: 250 2.1.5 Recipient OK
      C: DATA
      S: 354 Start mail input; end with <CRLF>.<CRLF>
      C: Subject: x
      C:
      C: x
      C: .
      S: 250 2.6.0 <7f9c24e8@ex1.contoso.example> Queued mail for delivery
      C: QUIT
      S: 221 2.0.0 Service closing transmission channel
      S: <close>`,
      ex,
      dated('7f9c24e8'),
    );
  });
  test('what may go wrong', () => {
    playAllWays(
      `S: 220 *
      C: MAIL FROM:<ann@example.org>
      S: 503 5.5.2 Send hello first
      C: HELO x_y
      S: 501 5.5.4 Invalid domain name
      C: HELO pc.example.org
      S: 250 ex1.contoso.example Hello [192.0.2.1]
      C: MAIL ann@example.org
      S: 501 5.5.4 Invalid arguments
      C: MAIL FROM:<ann>
      S: 501 5.1.7 Invalid address
      C: MAIL FROM:<ann@example.org>
      S: 250 2.1.0 Sender OK
      C: RCPT TO:<bob@example.net>
      S: 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain
      C: RCPT TO:<nobody@contoso.example>
      S: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
      C: VRFY bob
      S: 252 2.1.5 Cannot VRFY user
      C: DATA
      S: 503 5.5.2 Need rcpt command
      C: HELP
      S: 214-This server supports the following commands:
      S: 214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT
      C: FOO
      S: 500 5.3.3 Unrecognized command
      C: FOO
      S: 421 4.7.0 Too many errors on this connection, closing transmission channel
      S: <close>`,
      ex,
      unless((question) => {
        if (question.kind !== 'rcpt') return undefined;
        const why = question.forwardPath.endsWith('.net') ? 'relay-denied' : 'user-unknown';
        return { kind: 'refuse', why, text: '' };
      }),
    );
  });
});

describe('qmail', () => {
  const qmail: Partial<SmtpServerConfig> = { hostname: 'mail.example.com', dialect: 'qmail', without: [] };
  test('reads little and asks less', () => {
    const session = playAllWays(
      `S: 220 mail.example.com ESMTP
      C: MAIL
      S: 250 ok
      C: EHLO
      S: 250-mail.example.com
      S: 250-PIPELINING
      S: 250 8BITMIME
      C: RCPT TO:<bob@example.com>
      S: 503 MAIL first (#5.5.1)
      C: DATA
      S: 503 MAIL first (#5.5.1)
      C: MAIL FROM:<first@example.org>
      S: 250 ok
      C: MAIL From:<"ann lee"@example.org> SIZE=7 NONSENSE
      S: 250 ok
      C: DATA
      S: 503 RCPT first (#5.5.1)
      C: RCPT TO:bob@example.com
      S: 250 ok
      C: RCPT to:<@relay.example:nobody@example.com
      S: 250 ok
      C: DATA now
      S: 354 go ahead
      C: Subject: x
      C: .
      S: 250 ok 1571293800 qp 12345
      C: VRFY bob
      S: 252 send some mail, i'll try my best
      C: EXPN staff
      S: 502 unimplemented (#5.5.1)
      C: STARTTLS
      S: 502 unimplemented (#5.5.1)
      C: HELP
      S: 214 netqmail home page: *
      C: NOOP
      S: 250 ok
      C: RSET now
      S: 250 flushed
      C: QUIT
      S: 221 mail.example.com
      S: <close>`,
      qmail,
      dated('1571293800.12345'),
    );
    expect(messages(session)).toMatchObject([
      { reversePath: 'ann lee@example.org', forwardPaths: ['bob@example.com', 'nobody@example.com'] },
    ]);
  });
  test('a line without CR ends it', () => {
    const held = speakTo(qmail, ['MAIL FROM:<a@a.example>\nRCPT TO:<b@b.example>\nDATA\r\nx\n.\r\n']);
    expect(held.said).toMatch(/354 go ahead\r\n451 See http:\/\/pobox\.com\/~djb\/docs\/smtplf\.html\.\r\n$/);
    expect(held.closed).toBe(true);
  });
});

describe('pre-esmtp', () => {
  test('knows no EHLO, and HELO does', () => {
    playAllWays(
      `S: 220 mail.example.edu Sendmail 5.61/1.34 ready at ${DAY}
      C: EHLO pc.example.org
      S: 500 Command unrecognized
      C: HELO pc.example.org
      S: 250 mail.example.edu Hello pc.example.org [192.0.2.1], pleased to meet you
      C: RCPT TO:<bob@example.edu>
      S: 503 Need MAIL before RCPT
      C: MAIL FROM:<ann@example.org> SIZE=7
      S: 501 Syntax error
      C: MAIL FROM:<ann@example.org>
      S: 250 <ann@example.org>... Sender ok
      C: STARTTLS
      S: 500 Command unrecognized
      C: TURN
      S: 502 Command not implemented
      C: RCPT TO:<bob@example.edu>
      S: 250 <bob@example.edu>... Recipient ok
      C: DATA
      S: 354 Enter mail, end with "." on a line by itself
      C: Subject: x
      C: .
      S: 250 Ok
      C: NOOP
      S: 200 OK
      C: QUIT
      S: 221 mail.example.edu closing connection
      S: <close>`,
      { hostname: 'mail.example.edu', dialect: 'pre-esmtp', without: [] },
      dated('AA12345'),
    );
  });
});

describe('typing ahead, where nobody offered PIPELINING', () => {
  const HELO = 'HELO pc.example.org\r\n';
  const AHEAD = 'MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\n';
  test('Exim ends the session', () => {
    const { said, closed } = speakTo({ dialect: 'exim4' }, [HELO, AHEAD]);
    expect(said).toMatch(/^250 [^\r]*\r\n554 SMTP synchronization error\r\n$/);
    expect(closed).toBe(true);
  });
  test('Exim waits with it until EHLO has not offered it', () => {
    expect(speakTo({ dialect: 'exim4', without: [] }, ['EHLO a.example\r\n', AHEAD]).said).toMatch(
      /250 Accepted\r\n$/,
    );
    expect(
      speakTo({ dialect: 'exim4', without: ['PIPELINING'] }, ['EHLO a.example\r\n', AHEAD]).said,
    ).toMatch(/554 /);
  });
  test('Postfix takes it, or refuses it where the administrator wants', () => {
    expect(speakTo({}, [HELO, AHEAD]).said).toMatch(/250 2\.1\.0 Ok\r\n250 2\.1\.5 Ok\r\n$/);
    const { said, closed } = speakTo({ typeAhead: 'refused' }, [HELO, AHEAD]);
    expect(said).toMatch(
      /503 5\.5\.0 <unknown\[192\.0\.2\.1\]>: Client host rejected: Improper use of SMTP command pipelining\r\n503 5\.5\.1 /,
    );
    expect(closed).toBe(false);
  });
});

describe('patience', () => {
  const said = (dialect: SmtpServerConfig['dialect'], line: string, times: number): Spoken =>
    speakTo({ dialect, without: [] }, Array<string>(times).fill(line));
  test.each([
    ['postfix3', 'FOO\r\n', 20, /421 4\.7\.0 [^\r]*\r\n$/],
    [
      'sendmail8',
      'FOO\r\n',
      26,
      /"FOO"\r\n421 4\.7\.0 mail\.example\.org Too many bad commands; closing connection\r\n$/,
    ],
    ['exchange', 'FOO\r\n', 5, /Unrecognized command\r\n421 4\.7\.0 [^\r]*\r\n$/],
    ['exim4', 'FOO\r\n', 4, /command\r\n500 Too many unrecognized commands\r\n$/],
    ['exim4', 'DATA\r\n', 4, /\r\n503-valid RCPT[^\r]*\r\n503 Too many syntax or protocol errors\r\n$/],
    ['exim4', 'NOOP\r\n', 11, /OK\r\n554 Too many nonmail commands\r\n$/],
    ['exim4', 'HELO a.example\r\n', 12, /\]\r\n554 Too many nonmail commands\r\n$/],
  ] as const)('%s bears %j %i times less one', (dialect, line, times, end) => {
    expect(said(dialect, line, times - 1).closed).toBe(false);
    const last = said(dialect, line, times);
    expect(last.closed).toBe(true);
    expect(last.said).toMatch(end);
  });
  test.each(['qmail', 'pre-esmtp'] as const)('%s bears everything', (dialect) => {
    expect(said(dialect, 'FOO\r\n', 300).closed).toBe(false);
  });
  test.each([
    ['exim4', 300_000, '421 mail.example.org: SMTP command timeout - closing connection\r\n'],
    ['qmail', 1_200_000, '451 timeout (#4.4.2)\r\n'],
    ['sendmail8', 3_600_000, '421 4.4.1 mail.example.org Lost input channel from [192.0.2.1]\r\n'],
  ] as const)('%s waits so long', (dialect, idleMs, reply) => {
    let held = driven(smtpServerState({ ...CONFIG, dialect }));
    held = drive(smtpServer, held, { kind: 'opened', peer: '192.0.2.1' })[0];
    const [greeted, effects] = drive(smtpServer, held, { kind: 'answer', answer: { kind: 'accept' } });
    expect(effects).toContainEqual({ kind: 'timer', name: 'idle', after: idleMs });
    const [, end] = drive(smtpServer, greeted, { kind: 'timeout', name: 'idle' });
    expect(end).toContainEqual(expect.objectContaining({ kind: 'send', octets: reply }));
  });
});
