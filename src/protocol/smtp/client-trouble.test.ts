/** The client when the server refuses, goes away or says nothing. */
import { describe, expect, test } from 'vitest';
import { smtpClient } from './client.ts';
import { CLIENT, LETTER, OK, run, talk } from './client.testing.ts';
import { willing } from './server.testing.ts';

const OVER = { kind: 'over' };

describe('refusals at every stage', () => {
  test.each([
    ['the greeting', ['554 no', '221 bye'], 'connect', 554, ['QUIT', '<close>']],
    ['the greeting, for now', ['450 no', '221 bye'], 'connect', 450, ['QUIT', '<close>']],
    ['the greeting with 421', ['421 busy'], 'connect', 421, ['<close>']],
    ['EHLO for now', ['220 hi', '450 no', '221 bye'], 'helo', 450, ['EHLO a.example', 'QUIT', '<close>']],
    [
      'EHLO and HELO',
      ['220 hi', '502 what', '550 no', '221 bye'],
      'helo',
      550,
      ['EHLO a.example', 'HELO a.example', 'QUIT', '<close>'],
    ],
    ['the greeting, and no answer to QUIT', ['554 no', '<silence>'], 'connect', 554, ['QUIT', '<close>']],
    ['the greeting, and gone before QUIT', ['554 no', '<close>'], 'connect', 554, ['QUIT']],
  ])('%s', (_, lines, stage, code, log) => {
    const { over, log: said } = talk(lines);
    expect(over).toMatchObject([{ ...OVER, outcome: null, stage, reply: { code } }]);
    expect(said).toEqual(log);
  });

  test('EHLO unknown, HELO known: no parameters then', () => {
    const { log } = talk(['220 hi', '502 what', '250 hello']);
    expect(log).toEqual(['EHLO a.example', 'HELO a.example', 'MAIL FROM:<a@a.example>']);
  });
  test('LHLO has nothing to fall back on', () => {
    const { log } = talk(['220 hi', '500 what'], [LETTER], { ...CLIENT, variant: 'lmtp' });
    expect(log).toEqual(['LHLO a.example', 'QUIT']);
  });

  test.each([
    [
      'MAIL',
      2,
      '451 later',
      [
        ['mail', 451],
        ['mail', 451],
      ],
    ],
    [
      'one RCPT',
      3,
      '550 who',
      [
        ['rcpt', 550],
        ['content', 250],
      ],
    ],
    [
      'DATA',
      5,
      '554 no',
      [
        ['data', 554],
        ['data', 554],
      ],
    ],
    [
      'DATA with a code that is no 3xx',
      5,
      '250 ok',
      [
        ['data', 250],
        ['data', 250],
      ],
    ],
    [
      'the final dot',
      6,
      '552 too big',
      [
        ['content', 552],
        ['content', 552],
      ],
    ],
  ] as const)('%s', (_, at, reply, expected) => {
    const lines = OK.slice(0, at);
    const rest = at === 3 ? OK.slice(4) : ['221 bye'];
    const { questions } = talk([...lines, reply, ...rest]);
    const outcome = questions[1]?.outcome;
    expect(outcome?.recipients.map(({ stage, reply: said }) => [stage, said?.code])).toEqual(expected);
    expect(questions[questions.length - 1]).toMatchObject({ ...OVER, stage: 'done', reply: { code: 221 } });
  });

  test('all recipients: no DATA', () => {
    const { log, questions } = talk([...OK.slice(0, 3), '550 b', '450 c']);
    expect(log).toEqual([
      'EHLO a.example',
      'MAIL FROM:<a@a.example>',
      'RCPT TO:<b@b.example>',
      'RCPT TO:<c@b.example>',
      'QUIT',
    ]);
    expect(questions[1]?.outcome?.recipients.map(({ reply }) => reply?.code)).toEqual([550, 450]);
  });

  test('421 in the middle ends the session with what is known', () => {
    const { over, log } = talk([...OK.slice(0, 3), '550 b', '421 4.3.2 shutting down']);
    expect(over).toMatchObject([
      {
        outcome: {
          letter: 'Q1',
          recipients: [
            { stage: 'rcpt', reply: { code: 550 } },
            { stage: 'rcpt', reply: { code: 421, enhanced: '4.3.2', lines: ['shutting down'] } },
          ],
        },
        stage: 'rcpt',
        reply: { code: 421 },
      },
    ]);
    expect(log[log.length - 1]).toBe('<close>');
  });

  test('LMTP: one reply for each accepted recipient', () => {
    const lmtp = { ...CLIENT, variant: 'lmtp' } as const;
    const letter = { ...LETTER, forwardPaths: ['b@b.example', 'c@b.example', 'd@b.example'] };
    const { questions } = talk(
      ['220 hi', '250 hello', '250 sender', '250 b', '550 c', '250 d', '354 go', '250 stored', '452 full'],
      [letter],
      lmtp,
    );
    expect(questions[1]?.outcome?.recipients.map(({ stage, reply }) => [stage, reply?.code])).toEqual([
      ['content', 250],
      ['rcpt', 550],
      ['content', 452],
    ]);
  });

  test('a transaction without recipients is over at once', () => {
    const { questions, log } = talk(['220 hi', '250 hello'], [{ ...LETTER, forwardPaths: [] }]);
    expect(questions[1]).toEqual({ kind: 'next', outcome: { letter: 'Q1', offered: [], recipients: [] } });
    expect(log).toEqual(['EHLO a.example', 'QUIT']);
  });
});

describe('the connection is lost', () => {
  const stages = ['connect', 'helo', 'mail', 'rcpt', 'rcpt', 'data', 'content', 'done'];
  test.each(stages.map((stage, at) => [stage, at] as const))('at %s (after %i replies)', (stage, at) => {
    for (const end of ['<close>', '<silence>']) {
      const { over, log } = talk([...OK.slice(0, at), end]);
      expect(over).toHaveLength(1);
      expect(over[0]).toMatchObject({ stage, reply: null });
      const under = at >= 2 && at <= 6;
      const lost = over[0]?.outcome?.recipients.filter(({ reply }) => reply === null) ?? [];
      expect(lost.map((one) => one.stage)).toEqual(under ? [stage, stage] : []);
      expect(log.includes('<close>')).toBe(end === '<silence>');
    }
  });

  test('wherever the wire is cut, the client says over once and no recipient is forgotten', () => {
    const whole = run([LETTER]).wire.length;
    for (let cutAfter = 1; cutAfter < whole; cutAfter++) {
      const { client } = run([LETTER], {}, willing, { cutAfter });
      expect(client.questions.filter(({ kind }) => kind === 'over')).toHaveLength(1);
      const outcomes = client.questions.flatMap((q) => (q.outcome === null ? [] : [q.outcome]));
      const begun = client.questions.some(({ kind }) => kind === 'next');
      expect(outcomes.map(({ recipients }) => recipients.length)).toEqual(begun ? [2] : []);
    }
  });

  test('what comes afterwards does nothing', () => {
    const { state } = talk(['421 busy']);
    expect(smtpClient.step(state, { kind: 'closed' })).toEqual([state, []]);
    expect(smtpClient.step(state, { kind: 'answer', answer: { kind: 'done' } })).toEqual([state, []]);
  });
});
