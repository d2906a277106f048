/** The client, alone and with our server. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { qmtpClient, qmtpClientState, REPLY_LIMIT } from './client.ts';
import { CLIENT, LETTER, ns, postman, run, saying, willing } from './qmtp.testing.ts';
import type { QmtpClientAnswer, QmtpClientQuestion, Transaction } from './types.ts';

const letters = (count: number): readonly Transaction[] =>
  Array.from({ length: count }, (_, i) => ({ ...LETTER, letter: `Q${i + 1}` }));

/** A client fed by hand: what it says and asks to each arrival. */
function talk(
  arrivals: readonly string[],
  posts: readonly Transaction[] = [LETTER],
  answer = postman(...posts).answer as (question: QmtpClientQuestion) => QmtpClientAnswer | undefined,
) {
  let held = driven(qmtpClientState(CLIENT));
  const log: string[] = [];
  const questions: QmtpClientQuestion[] = [];
  const take = (arrival: Arrival<QmtpClientAnswer>): void => {
    const [next, effects] = drive(qmtpClient, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') log.push(effect.note.kind);
      if (effect.kind === 'close') log.push('<close>');
      if (effect.kind === 'timer') log.push(`${effect.name} ${effect.after}`);
      if (effect.kind !== 'ask') continue;
      questions.push(effect.question);
      log.push(effect.question.kind);
      const given = answer(effect.question);
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  take({ kind: 'opened', peer: '192.0.2.1' });
  for (const text of arrivals) {
    if (text === '<close>') take({ kind: 'closed' });
    else if (text.startsWith('T:')) take({ kind: 'timeout', name: text.slice(2) });
    else take({ kind: 'octets', octets: text as Octets });
  }
  const outcomes = questions.flatMap((q) => (q.kind === 'outcome' ? [q.outcome] : []));
  const ends = questions.flatMap((q) => (q.kind === 'over' ? [q.end] : []));
  return { log, outcomes, ends, state: held.state };
}

const codesOf = (outcomes: ReturnType<typeof talk>['outcomes']): readonly string[] =>
  outcomes.map(
    ({ letter, recipients }) => `${letter} ${recipients.map(({ reply }) => reply?.code ?? '-').join('')}`,
  );

describe('against our server', () => {
  test.each([0, 1, 7])('all packages leave before the first reply (pieces of %d octets)', (pieces) => {
    const { wire, outcomes, ends, closedBy } = run(letters(3), {}, willing, { pieces, limit: 100_000 });
    const kinds = wire.map(({ from, note }) => (from === 'C' ? note.kind : 'K'));
    expect(kinds.join(' ')).toBe('content command content command content command K K K K K K');
    expect(codesOf(outcomes)).toEqual(['Q1 KK', 'Q2 KK', 'Q3 KK']);
    expect(ends).toEqual(['done']);
    expect(closedBy).toBe('C');
  });

  test('each recipient has the reply meant for it', () => {
    const { outcomes } = run(
      [LETTER],
      {},
      saying({ kind: 'refuse', why: 'relay-denied', text: '' }, { kind: 'queued', queueId: '7' }),
    );
    expect(outcomes).toEqual([
      {
        letter: 'Q1',
        recipients: [
          {
            recipient: 'b@b.example',
            reply: {
              code: 'D',
              enhanced: '5.7.1',
              text: "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
            },
          },
          { recipient: 'c@b.example', reply: { code: 'K', enhanced: '', text: 'ok 838640135 qp 7' } },
        ],
      },
    ]);
  });

  test('wherever the wire is cut, every package has one outcome and no recipient is forgotten', () => {
    const whole = run(letters(3)).wire.length;
    for (let cutAfter = 1; cutAfter < whole; cutAfter++) {
      const { outcomes, ends } = run(letters(3), {}, willing, { cutAfter });
      expect(ends).toEqual(['lost']);
      expect(outcomes.map(({ recipients }) => recipients.length)).toEqual([2, 2, 2]);
      const codes = codesOf(outcomes)
        .map((text) => text.slice(3))
        .join('');
      // The last reply may have been on its way.
      expect(codes).toMatch(/^K*-+$/);
    }
  });

  test('the notes say what the octets are', () => {
    const { wire } = run([LETTER]);
    expect(wire[0]?.note).toEqual({
      kind: 'content',
      protocol: 'qmtp',
      octets: LETTER.content.length,
      letter: 'Q1',
      text: '',
    });
    expect(wire[1]?.note).toEqual({
      kind: 'command',
      protocol: 'qmtp',
      verb: 'PACKAGE',
      line: '11:a@a.example,30:11:b@b.example,11:c@b.example,,',
      clause: 'QMTP §4',
    });
    expect(wire[1]?.octets).toBe('11:a@a.example,30:11:b@b.example,11:c@b.example,,');
  });
});

describe('alone', () => {
  test('the reply timer runs while replies are due, the session timer all the time', () => {
    const { log } = talk(['2:Kb,2:D', 'c,'], [LETTER]);
    expect(log).toEqual([
      'session 3600000',
      ...['next', 'content', 'command', 'reply 600000', 'next'],
      'reply 600000',
      ...['outcome', 'reply null', 'session null', 'over', '<close>'],
    ]);
  });

  test('an agent that waits for each outcome has the timer stopped in between', () => {
    let told = 0;
    const late = (question: QmtpClientQuestion): QmtpClientAnswer | undefined => {
      if (question.kind === 'outcome') told++;
      return question.kind === 'next' && told === 0
        ? { kind: 'transaction', transaction: LETTER }
        : undefined;
    };
    let first = true;
    const once = (question: QmtpClientQuestion) => {
      const answer = first ? late(question) : undefined;
      first = false;
      return answer;
    };
    const { log, state } = talk(['2:Kb,2:Kc,', 'T:reply'], [], once);
    expect(log.slice(-2)).toEqual(['reply null', 'outcome']);
    expect(state).toMatchObject({ phase: 'next', sent: [] });
  });

  test('a transaction without recipients is over at once and sends nothing', () => {
    const { log, outcomes, ends } = talk([], [{ ...LETTER, forwardPaths: [] }]);
    expect(log).not.toContain('content');
    expect(outcomes).toEqual([{ letter: 'Q1', recipients: [] }]);
    expect(ends).toEqual(['done']);
  });

  test('no packages at all: it closes', () => {
    expect(talk([], []).log).toEqual([
      'session 3600000',
      'next',
      'reply null',
      'session null',
      'over',
      '<close>',
    ]);
  });

  test.each([
    ['the server closes', '<close>', 'lost', false],
    ['no reply in time', 'T:reply', 'silent', true],
    ['the hour is over', 'T:session', 'overtime', true],
    ['an empty reply', '0:,', 'senseless', true],
    ['a reply with another code', '2:XX', 'senseless', true],
    ['a zero in front', '02', 'senseless', true],
    ['no comma', '2:Kb;', 'senseless', true],
    ['SMTP', '220 mail.example.org', 'senseless', true],
    ['eleven digits', '10000000000:', 'senseless', true],
  ])('%s', (_, arrival, end, closes) => {
    const { outcomes, ends, log } = talk(['2:K1,', arrival, arrival], letters(2));
    expect(codesOf(outcomes)).toEqual(['Q1 K-', 'Q2 --']);
    expect(ends).toEqual([end]);
    expect(log.filter((entry) => entry === '<close>')).toHaveLength(closes ? 1 : 0);
  });

  test('a reply nobody asked for ends the session', () => {
    const none = () => undefined;
    expect(talk(['2:Kx,'], [], none).ends).toEqual(['senseless']);
    expect(talk(['2:Kb,2:Kc,2:Kd,']).ends).toEqual(['done']);
  });

  test('other timers are nothing', () => {
    expect(talk(['T:idle']).ends).toEqual([]);
  });

  test('any octets may be in a reply, and of a long one the beginning is kept', () => {
    const { outcomes } = talk([ns('K\0\r\n\xff'), ns(`Z${'x'.repeat(2 * REPLY_LIMIT)}`)]);
    expect(outcomes[0]?.recipients.map(({ reply }) => reply?.text)).toEqual([
      '\0\r\n\xff',
      'x'.repeat(REPLY_LIMIT - 1),
    ]);
  });
});
