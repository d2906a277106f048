/** Whatever lines come, nothing throws and every command line has exactly one final reply. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Driven } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { smtpClient, smtpClientState } from './client.ts';
import { smtpServer, smtpServerState } from './server.ts';
import { CONFIG } from './server.testing.ts';
import type { SmtpServerState } from './session.ts';
import type { DialectName, SmtpAnswer, SmtpQuestion } from './types.ts';
import { NO_MAIL_PARAMETERS } from './types.ts';

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const noise = fc.array(octet, { maxLength: 30 }).map((parts) => parts.join('').replaceAll('\n', ' '));
const words = fc.constantFrom(
  ...[
    'HELO',
    'EHLO a.example',
    'LHLO b',
    'MAIL FROM:<a@a.example>',
    'MAIL FROM:<> SIZE=5',
    'mail from:',
    'RSET',
  ],
  ...[
    'RCPT TO:<b@b.example>',
    'RCPT TO:b',
    'RCPT',
    'DATA',
    'data',
    '.',
    '..',
    '',
    'NOOP',
    'STARTTLS',
    'AUTH PLAIN',
    'AUTH LOGIN QQ==',
    '*',
    'BDAT 3',
    'BDAT 0 LAST',
    'BDAT 1 LAST',
    'BDAT x',
    'ETRN b.example',
    'VRFY x',
    'EXPN',
    'HELP',
  ],
  ...['Subject: x', 'MAIL FROM:<"', '<@,@:>', 'RCPT TO:<@a:b@c> X=Y', `NOOP ${'x'.repeat(3000)}`],
);
const line = fc.tuple(
  fc.oneof({ weight: 4, arbitrary: words }, noise),
  fc.constantFrom('\r\n', '\r\n', '\n'),
);

const answer: fc.Arbitrary<SmtpAnswer> = fc.oneof(
  fc.constant<SmtpAnswer>({ kind: 'accept' }),
  fc.constant<SmtpAnswer>({ kind: 'accept' }),
  fc.constantFrom<SmtpAnswer>(
    { kind: 'queued', queueId: 'X' },
    { kind: 'verdicts', verdicts: [] },
    { kind: 'verified', mailbox: 'a@b' },
    { kind: 'cannot-verify' },
    { kind: 'refuse', why: 'try-later', text: '' },
    { kind: 'refuse', why: 'rejected', text: 'own\r\nwords' },
  ),
);

interface Ended {
  readonly held: Driven<SmtpServerState>;
  readonly sent: string;
  readonly closed: boolean;
}

function feed(
  from: Driven<SmtpServerState>,
  text: string,
  answers: readonly SmtpAnswer[],
): Ended & { readonly used: number } {
  let [held, effects] = drive(smtpServer, from, { kind: 'octets', octets: text as Octets });
  let sent = '';
  let used = 0;
  for (;;) {
    let question: SmtpQuestion | null = null;
    for (const effect of effects) {
      if (effect.kind === 'send') sent += effect.octets;
      if (effect.kind === 'close') return { held, sent, closed: true, used };
      if (effect.kind === 'ask') question = effect.question;
    }
    if (question === null) return { held, sent, closed: false, used };
    const given = answers[used++ % answers.length] ?? { kind: 'accept' };
    [held, effects] = drive(smtpServer, held, { kind: 'answer', answer: given });
  }
}

const dialects: readonly DialectName[] = [
  'postfix2006',
  'postfix3',
  'sendmail8',
  'bizsmtp',
  'exim4',
  'exchange',
  'qmail',
  'pre-esmtp',
];

test('a server gives each command line one final reply, and mail data none before its end', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 40 }),
      fc.array(answer, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...dialects),
      fc.constantFrom('smtp' as const, 'lmtp' as const),
      (lines, answers, dialect, variant) => {
        const auth = { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'], tlsOnly: false, oldLine: false };
        const config = { ...CONFIG, dialect, variant, sizeLimit: 300, recipientLimit: 3, auth, without: [] };
        let held = driven(smtpServerState(config));
        held = drive(smtpServer, held, { kind: 'opened', peer: '192.0.2.1' })[0];
        held = drive(smtpServer, held, { kind: 'answer', answer: { kind: 'accept' } })[0];
        for (const [text, ending] of lines) {
          const before = held.state;
          const run = feed(held, text + ending, answers);
          held = run.held;
          const replies = run.sent.split('\r\n');
          expect(replies.pop()).toBe('');
          expect(replies.every((reply) => /^[2-5]\d\d[ -][\x20-\x7e\x80-\xff\t]*$/.test(reply))).toBe(true);
          const finals = replies.filter((reply) => reply[3] === ' ');
          // The last word may come behind the reply, or in its stead.
          if (run.closed) {
            expect([1, 2]).toContain(finals.length);
            return;
          }
          // A chunk's octets may end within the line.
          if (before.chunk !== null || held.state.chunk !== null) expect(finals.length).toBeLessThan(6);
          else if ((/^BDAT/.test(text) && before.state !== 'data') || before.exchange !== null)
            expect(finals.length).toBeGreaterThan(0);
          else if (before.state !== 'data') expect(finals).toHaveLength(1);
          else if (held.state.state === 'data') expect(finals).toHaveLength(0);
          else expect(finals).toHaveLength(variant === 'lmtp' ? before.forwardPaths.length : 1);
        }
      },
    ),
    { numRuns: 800 },
  );
});

test('a server says the same however the octets come', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 15 }),
      fc.array(fc.nat({ max: 400 }), { maxLength: 6 }),
      (lines, cuts) => {
        const whole = lines.map(([text, ending]) => text + ending).join('');
        const run = (pieces: readonly string[]): string => {
          let held = driven(smtpServerState(CONFIG));
          held = drive(smtpServer, held, { kind: 'opened', peer: '192.0.2.1' })[0];
          held = drive(smtpServer, held, { kind: 'answer', answer: { kind: 'accept' } })[0];
          let sent = '';
          for (const piece of pieces) {
            const ended = feed(held, piece, [{ kind: 'accept' }]);
            held = ended.held;
            sent += ended.sent;
            if (ended.closed) return `${sent}<close>`;
          }
          return sent;
        };
        const at = [...cuts.filter((cut) => cut < whole.length), whole.length].sort((a, b) => a - b);
        const pieces = at.map((cut, i) => whole.slice(at[i - 1] ?? 0, cut));
        expect(run(pieces)).toBe(run([whole]));
      },
    ),
    { numRuns: 200 },
  );
});

test('a client bears anything and says over once', () => {
  const reply = fc.oneof(
    fc.constantFrom(
      '220 hi',
      '250-a',
      '250-PIPELINING',
      '250 ok',
      '354 go',
      '421 no',
      '450 later',
      '550 never',
      '999',
      '25',
      '',
    ),
    noise,
  );
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 30 }), fc.boolean(), fc.boolean(), (lines, lmtp, pipelines) => {
      const config = {
        helo: 'a.example',
        variant: lmtp ? 'lmtp' : 'smtp',
        replyTimeoutMs: 1000,
        tls: 'none',
        login: null,
        pipelines,
      } as const;
      let held = driven(smtpClientState(config));
      let overs = 0;
      let left = 3;
      const take = (arrival: Parameters<typeof drive<typeof held.state, unknown, never>>[2]): void => {
        const [next, effects] = drive(smtpClient, held, arrival);
        held = next;
        for (const effect of effects) {
          if (effect.kind === 'ask' && effect.question.kind === 'over') overs++;
          if (effect.kind !== 'ask' || effect.question.kind !== 'next') continue;
          const transaction = {
            letter: 'L',
            reversePath: 'a@a.example',
            forwardPaths: ['b@b.example', 'c@c.example'],
            parameters: NO_MAIL_PARAMETERS,
            recipientParameters: [],
            content: 'x\r\n' as Octets,
          };
          take({
            kind: 'answer',
            answer: left-- > 0 ? { kind: 'transaction', transaction } : { kind: 'done' },
          } as never);
        }
      };
      take({ kind: 'opened', peer: '192.0.2.1' });
      for (const text of lines) take({ kind: 'octets', octets: `${text}\r\n` as Octets });
      take({ kind: 'closed' });
      expect(overs).toBe(1);
    }),
    { numRuns: 300 },
  );
});
