import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { drive, driven } from '../machine.ts';
import type { JoinOptions } from '../transcript.testing.ts';
import { join } from '../transcript.testing.ts';
import { smtpClient, smtpClientState } from './client.ts';
import { stuff } from './outgoing.ts';
import { NO_REPLY, readReplyLine } from './reply-reader.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { Agent } from './server.testing.ts';
import { CONFIG, unless, willing } from './server.testing.ts';
import type {
  DialectName,
  SmtpClientAnswer,
  SmtpClientConfig,
  SmtpClientQuestion,
  SmtpServerConfig,
  Transaction,
} from './types.ts';

const LETTER: Transaction = {
  letter: 'Q1',
  reversePath: 'a@a.example',
  forwardPaths: ['b@b.example', 'c@b.example'],
  content: 'Subject: x\r\n\r\n.dot\r\n..\r\n.\r\nend\r\n' as Octets,
};
const CLIENT: SmtpClientConfig = { helo: 'a.example', variant: 'smtp', replyTimeoutMs: 60_000 };

/** Hands out letters, then is done. */
const postman = (
  ...letters: readonly Transaction[]
): ((question: SmtpClientQuestion) => SmtpClientAnswer | undefined) => {
  let at = 0;
  return (question) => {
    if (question.kind === 'over') return undefined;
    const transaction = letters[at++];
    return transaction === undefined ? { kind: 'done' } : { kind: 'transaction', transaction };
  };
};

const run = (
  letters: readonly Transaction[],
  config: Partial<SmtpServerConfig> = {},
  agent: Agent = willing,
  options: JoinOptions = {},
) => {
  const full = { ...CONFIG, ...config };
  return join(
    { machine: smtpClient, state: smtpClientState({ ...CLIENT, variant: full.variant }) },
    { machine: smtpServer, state: smtpServerState(full) },
    { client: postman(...letters), server: agent },
    options,
  );
};

const dialects: readonly DialectName[] = ['postfix2006', 'postfix3', 'sendmail8', 'bizsmtp'];

describe.each(dialects)('client against %s', (dialect) => {
  test.each([['smtp'], ['lmtp']] as const)('%s: two letters in one session', (variant) => {
    for (const pieces of [0, 1, 7]) {
      const { client, server, closedBy } = run(
        [LETTER, { ...LETTER, letter: 'Q2', content: '' as Octets }],
        { dialect, variant },
        willing,
        { pieces },
      );
      const received = server.questions.flatMap((q) => (q.kind === 'message' ? [q.received] : []));
      expect(received).toEqual([
        {
          helo: 'a.example',
          protocol: variant === 'lmtp' ? 'LMTP' : 'ESMTP',
          reversePath: 'a@a.example',
          forwardPaths: ['b@b.example', 'c@b.example'],
          content: LETTER.content,
        },
        expect.objectContaining({ content: '' }),
      ]);
      expect(client.questions).toMatchObject([
        { kind: 'next', outcome: null },
        {
          kind: 'next',
          outcome: {
            letter: 'Q1',
            recipients: [
              { recipient: 'b@b.example', stage: 'content', reply: { code: 250 } },
              { recipient: 'c@b.example', stage: 'content', reply: { code: 250 } },
            ],
          },
        },
        { kind: 'next', outcome: { letter: 'Q2' } },
        { kind: 'over', outcome: null, stage: 'done', reply: { code: 221 } },
      ]);
      expect(closedBy).toBe('S');
    }
  });

  test('some recipients refused, then a letter that is refused whole, then a good one', () => {
    const agent = unless((question) => {
      if (question.kind === 'rcpt' && question.forwardPath === 'b@b.example')
        return { kind: 'refuse', why: 'user-unknown', text: '' };
      if (question.kind === 'mail' && question.reversePath === 'evil@a.example')
        return { kind: 'refuse', why: 'rejected', text: '' };
      return undefined;
    });
    const letters = [
      LETTER,
      { ...LETTER, letter: 'Q2', reversePath: 'evil@a.example' },
      { ...LETTER, letter: 'Q3', forwardPaths: ['c@b.example'] },
    ];
    const { client, text } = run(letters, { dialect }, agent);
    const outcomes = client.questions.flatMap((q) => (q.outcome === null ? [] : [q.outcome]));
    expect(
      outcomes.map(({ recipients }) => recipients.map(({ stage, reply }) => [stage, reply?.code])),
    ).toEqual([
      [
        ['rcpt', 550],
        ['content', 250],
      ],
      [
        ['mail', expect.any(Number)],
        ['mail', expect.any(Number)],
      ],
      [['content', 250]],
    ]);
    // RSET after the failed one only.
    expect(text.match(/C: RSET/g)).toHaveLength(1);
    expect(text).toMatch(/C: RSET\nS: 250[^\n]*\nC: MAIL FROM:<a@a\.example>/);
  });
});

describe('what the client says', () => {
  test('to a server with extensions', () => {
    const content = 'Subject: \xe9\r\n\r\n.x\r\n' as Octets;
    const { text, wire } = run([{ ...LETTER, content }]);
    expect(text).toBe(
      [
        'S: 220 mail.example.org ESMTP Postfix',
        'C: EHLO a.example',
        'S: 250-mail.example.org',
        'S: 250-PIPELINING',
        'S: 250-SIZE 10240000',
        'S: 250-VRFY',
        'S: 250-ENHANCEDSTATUSCODES',
        'S: 250 8BITMIME',
        'C: MAIL FROM:<a@a.example> SIZE=18 BODY=8BITMIME',
        'S: 250 2.1.0 Ok',
        'C: RCPT TO:<b@b.example>',
        'S: 250 2.1.5 Ok',
        'C: RCPT TO:<c@b.example>',
        'S: 250 2.1.5 Ok',
        'C: DATA',
        'S: 354 End data with <CR><LF>.<CR><LF>',
        'C: Subject: \\xe9',
        '', // the empty line of the letter, as `visible` leaves it
        'C: ..x',
        'C: .',
        'S: 250 2.0.0 Ok: queued as ID0001',
        'C: QUIT',
        'S: 221 2.0.0 Bye',
        '',
      ].join('\n'),
    );
    const notes = wire.filter(({ from }) => from === 'C').map(({ note }) => note);
    expect(notes[1]).toEqual({
      kind: 'command',
      protocol: 'smtp',
      verb: 'MAIL',
      line: 'MAIL FROM:<a@a.example> SIZE=18 BODY=8BITMIME',
      clause: 'RFC 5321 §4.1.1.2',
    });
    expect(notes[5]).toEqual({ kind: 'content', protocol: 'smtp', octets: 18, letter: 'Q1', text: '' });
  });

  test('a path cannot smuggle a command', () => {
    const { text } = run([{ ...LETTER, forwardPaths: ['b@b.example>\r\nRSET\r\nNOOP <x'] }]);
    expect(text).toContain('C: RCPT TO:<b@b.example>??RSET??NOOP <x>');
  });

  test.each([
    ['', '.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['.a\r\n..\r\na.b\r\n', '..a\r\n...\r\na.b\r\n.\r\n'],
    ['a\n.\nb\n', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
    ['\r\n\r\n', '\r\n\r\n.\r\n'],
  ])('mail data %j as %j', (content, sent) => {
    expect(stuff(content as Octets)).toBe(sent);
  });
});

/** A client fed by hand: what it says and asks to each line of the server. */
function talk(lines: readonly string[], letters: readonly Transaction[] = [LETTER], config = CLIENT) {
  const answer = postman(...letters);
  let held = driven(smtpClientState(config));
  const log: string[] = [];
  const questions: SmtpClientQuestion[] = [];
  const take = (
    arrival: Parameters<typeof drive<typeof held.state, SmtpClientQuestion, SmtpClientAnswer>>[2],
  ): void => {
    const [next, effects] = drive(smtpClient, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') log.push(effect.octets.split('\r\n', 1)[0]!);
      if (effect.kind === 'close') log.push('<close>');
      if (effect.kind !== 'ask') continue;
      questions.push(effect.question);
      const given = answer(effect.question);
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  take({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) {
    if (line === '<close>') take({ kind: 'closed' });
    else if (line === '<silence>') take({ kind: 'timeout', name: 'reply' });
    else take({ kind: 'octets', octets: `${line}\r\n` as Octets });
  }
  return { log, questions, over: questions.filter(({ kind }) => kind === 'over'), state: held.state };
}

const OK = ['220 hi', '250 hello', '250 sender', '250 b', '250 c', '354 go', '250 queued', '221 bye'];
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
    expect(questions[1]).toEqual({ kind: 'next', outcome: { letter: 'Q1', recipients: [] } });
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

describe('replies', () => {
  const read = (...lines: readonly string[]) => {
    let partial = NO_REPLY;
    for (const line of lines) {
      const step = readReplyLine(partial, `${line}\r\n` as Octets);
      if (step.kind !== 'more') return step;
      partial = step.partial;
    }
    return partial;
  };
  test.each([
    [['250 Ok'], 250, '', ['Ok']],
    [['250'], 250, '', ['']],
    [['250 2.1.0 Ok'], 250, '2.1.0', ['Ok']],
    [['550 5.1.1 <a>: no'], 550, '5.1.1', ['<a>: no']],
    [['550 2.1.1 odd'], 550, '', ['2.1.1 odd']],
    [['250-a', '250-2.0.0 b', '250 c'], 250, '', ['a', 'b', 'c']],
    [['250-a', 'garbage', '250 c'], 250, '', ['a', 'c']],
    [['250-a', '550 c'], 550, '', ['a', 'c']],
    [['199 x', '2x0 x', '600 x', '250xx', '250 c'], 250, '', ['c']],
  ])('%j', (lines, code, enhanced, text) => {
    expect(read(...lines)).toEqual({ kind: 'reply', reply: { code, enhanced, lines: text } });
  });
  test('a bare LF ends a line', () => {
    expect(readReplyLine(NO_REPLY, '250 Ok\n' as Octets)).toMatchObject({ reply: { lines: ['Ok'] } });
  });
  test('a flood keeps 100 lines and ends the session at last', () => {
    const many = read(...Array.from({ length: 500 }, () => '250-x'));
    expect(many).toMatchObject({ count: 500 });
    expect('lines' in many && many.lines.length).toBe(100);
    const { over, log } = talk(['220 hi', ...Array.from({ length: 1001 }, () => '250-x')]);
    expect(over).toMatchObject([{ stage: 'helo', reply: null }]);
    expect(log[log.length - 1]).toBe('<close>');
  });
  test('the reply timer runs for each reply and stops while the agent thinks', () => {
    let held = driven(smtpClientState(CLIENT));
    const timers = (
      arrival: Parameters<typeof drive<typeof held.state, SmtpClientQuestion, SmtpClientAnswer>>[2],
    ) => {
      const [next, effects] = drive(smtpClient, held, arrival);
      held = next;
      return effects.flatMap((effect) => (effect.kind === 'timer' ? [effect.after] : []));
    };
    expect(timers({ kind: 'opened', peer: '' })).toEqual([60_000]);
    expect(timers({ kind: 'octets', octets: '220 hi\r\n' as Octets })).toEqual([60_000]);
    expect(timers({ kind: 'octets', octets: '250 hi\r\n' as Octets })).toEqual([null]);
    expect(timers({ kind: 'answer', answer: { kind: 'transaction', transaction: LETTER } })).toEqual([
      60_000,
    ]);
  });
});
