import { describe, expect, test } from 'vitest';
import { messages, playAllWays, unless } from './server.testing.ts';

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
