/** The client with this package's server, in every dialect, and what it puts on the wire. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { LETTER, run, talk } from './client.testing.ts';
import { stuff } from './outgoing.ts';
import { unless, willing } from './server.testing.ts';
import type { DialectName } from './types.ts';

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
      expect(received).toMatchObject([
        {
          helo: 'a.example',
          protocol: variant === 'lmtp' ? 'LMTP' : 'ESMTP',
          reversePath: 'a@a.example',
          forwardPaths: ['b@b.example', 'c@b.example'],
          content: LETTER.content,
        },
        { content: '' },
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

describe('RSET on its own', () => {
  test('asks again, and says nothing twice: after a letter, before one, and after one that was refused', () => {
    const agent = unless((question) =>
      question.kind === 'rcpt' && question.forwardPath === 'x@b.example'
        ? { kind: 'refuse', why: 'user-unknown', text: '' }
        : undefined,
    );
    const refused = { ...LETTER, letter: 'Q2', forwardPaths: ['x@b.example'] };
    for (const pieces of [0, 1, 7]) {
      const { client, text } = run([null, LETTER, null, refused, null, LETTER], {}, agent, { pieces });
      const verbs = text.split('\n').flatMap((line) => /^C: (EHLO|MAIL|RSET|QUIT)/.exec(line)?.[1] ?? []);
      expect(verbs).toEqual(['EHLO', 'RSET', 'MAIL', 'RSET', 'MAIL', 'RSET', 'MAIL', 'QUIT']);
      const outcomes = client.questions.map((question) => question.outcome?.letter ?? null);
      expect(outcomes).toEqual([null, null, 'Q1', null, 'Q2', null, 'Q1', null]);
    }
  });

  test.each([
    ['refused', '502 what?', { stage: 'mail', reply: { code: 502 } }, '<close>'],
    ['421', '421 going down', { stage: 'mail', reply: { code: 421 } }, '<close>'],
    ['lost', '<close>', { stage: 'mail', reply: null }, 'RSET'],
    ['unanswered', '<silence>', { stage: 'mail', reply: null }, '<close>'],
  ])('%s: the session is over, and no letter is concerned', (_, end, over, last) => {
    const heard = talk(['220 hi', '250 hello', end, '221 bye'], [null, LETTER]);
    expect(heard.over).toMatchObject([{ outcome: null, ...over }]);
    expect(heard.log.filter((line) => line !== '<close>' || line === last).at(-1)).toBe(last);
    expect(heard.log.join()).not.toContain('MAIL');
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

  test('BODY only for mail data that has 8-bit octets', () => {
    expect(run([LETTER]).text).toContain('C: MAIL FROM:<a@a.example> SIZE=32\n');
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
