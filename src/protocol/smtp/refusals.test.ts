/** What an agent refuses, in the words of the dialects. */
import { describe, expect, test } from 'vitest';
import { playAllWays, unless } from './server.testing.ts';
import type { SmtpQuestion } from './types.ts';

const HELO = 'S: 220 *\nC: HELO a.example\nS: 250 *';
const MAIL = `${HELO}\nC: MAIL FROM:<a@a.example>\nS: 250 *`;

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
    ['sendmail8', '550 5.7.1 <b@b.example>... Relaying denied. IP name lookup failed [192.0.2.1]'],
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

  test('own words are for try-later and rejected only', () => {
    const agent = refusing('rcpt', 'relay-denied', 'because');
    playAllWays(
      `${MAIL}\nC: RCPT TO:<b@b.example>\nS: 554 5.7.1 <b@b.example>: Relay access denied`,
      {},
      agent,
    );
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
