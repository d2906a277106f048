/** Violations: the connection is closed without a word, and what was accepted before stays accepted. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { drive, driven } from '../machine.ts';
import { PIECE } from './netstring.ts';
import { CONFIG, escaped, ns, packed, playAllWays } from './qmtp.testing.ts';
import { qmtpServer, qmtpServerState, RECIPIENTS_LIMIT } from './server.ts';

const GOOD = packed('\nfirst', 'a@a.example', ['b@b.example']);
const MESSAGE = ns('\nsecond');
const SENDER = ns('a@a.example');
const LIST = ns(ns('b@b.example'));

const LENGTHS: readonly (readonly [string, string])[] = [
  ['zeros in front', '07:'],
  ['two zeros', '00:'],
  ['no digit', ':'],
  ['a letter', '7x'],
  ['a negative length', '-'],
  ['eleven digits', '20000000000'],
  ['an empty line', '\r'],
];

const VIOLATIONS: readonly (readonly [string, string])[] = [
  ...LENGTHS.map(([what, text]) => [`message, ${what}`, text] as const),
  ...LENGTHS.map(([what, text]) => [`sender, ${what}`, MESSAGE + text] as const),
  ...LENGTHS.map(([what, text]) => [`recipients, ${what}`, MESSAGE + SENDER + text] as const),
  ['SMTP', 'E'],
  ['message, empty', '0:'],
  ['message, neither CR nor LF', '7:s'],
  ['message, no comma', '7:\nsecond;'],
  ['message, comma too late', '7:\nsecondx'],
  ['sender, no comma', `${MESSAGE}11:a@a.example.`],
  ['empty sender, no comma', `${MESSAGE}0:1`],
  ['recipients, no comma', `${MESSAGE}${SENDER}${LIST.slice(0, -1)};`],
  ...(
    [
      ['not netstrings', 'b@b.example'],
      ['zeros in front', '011:b@b.example,'],
      ['a letter', '1x:b,'],
      ['a negative length', '-1:b,'],
      ['eleven digits', '00000000001:b,'],
      ['no comma', '11:b@b.example;'],
      ['longer than the list', '12:b@b.example,'],
      ['much longer than the list', '99999999:b,'],
      ['octets behind the last', '11:b@b.example,x'],
      ['a length without string', '11:b@b.example,3'],
      ['a good one and a bad one', `${ns('b@b.example')}1:b`],
    ] as const
  ).map(([what, list]) => [`list of recipients, ${what}`, MESSAGE + SENDER + ns(list)] as const),
  ['list of recipients, too long', `${MESSAGE}${SENDER}${RECIPIENTS_LIMIT + 1}:`],
];

describe('after a good package', () => {
  test.each(VIOLATIONS)('%s', (_, text) => {
    const { questions, closed, effects } = playAllWays(
      `C| ${escaped(GOOD)}
       S: 21:Kok 838640135 qp 1390,
       C| ${escaped(text)}
       S: <close>`,
    );
    expect(closed).toBe(true);
    expect(questions).toMatchObject([{ content: 'first' }]);
    expect(effects.filter(({ kind }) => kind === 'timer').at(-1)).toEqual({
      kind: 'timer',
      name: 'session',
      after: null,
    });
  });

  test('in one segment with it, while the agent takes its time', () => {
    let held = driven(qmtpServerState(CONFIG));
    [held] = drive(qmtpServer, held, { kind: 'opened', peer: '' });
    const [waiting, first] = drive(qmtpServer, held, { kind: 'octets', octets: `${GOOD}garbage` as Octets });
    expect(first.map(({ kind }) => kind)).toEqual(['heard', 'ask']);
    const answer = {
      kind: 'verdicts',
      verdicts: [{ kind: 'queued', queueId: '1' }],
      epochSeconds: 1,
    } as const;
    const [, then] = drive(qmtpServer, waiting, { kind: 'answer', answer });
    expect(then.map(({ kind }) => kind)).toEqual(['send', 'timer', 'close']);
  });
});

test('a package the client did not finish is thrown away (QMTP §2)', () => {
  const whole = packed('\nsecond', 'a@a.example', ['b@b.example']);
  for (let at = 0; at < whole.length; at++) {
    let held = driven(qmtpServerState(CONFIG));
    [held] = drive(qmtpServer, held, { kind: 'opened', peer: '' });
    const [heard, effects] = drive(qmtpServer, held, {
      kind: 'octets',
      octets: whole.slice(0, at) as Octets,
    });
    const [, last] = drive(qmtpServer, heard, { kind: 'closed' });
    expect(effects).toEqual([]);
    expect(last).toEqual([{ kind: 'timer', name: 'session', after: null }]);
  }
});

describe('what is too large is heard to its end and not kept', () => {
  /** Hears octets in segments and says what state and buffer held at most, JSON and all. */
  function hear(sizeLimit: number, segments: Iterable<string>, measured = true) {
    let held = driven(qmtpServerState({ sizeLimit }));
    [held] = drive(qmtpServer, held, { kind: 'opened', peer: '' });
    let most = 0;
    const sent: string[] = [];
    let asked = 0;
    for (const segment of segments) {
      const [next, effects] = drive(qmtpServer, held, { kind: 'octets', octets: segment as Octets });
      held = next;
      if (measured) most = Math.max(most, JSON.stringify(held).length);
      for (const effect of effects) if (effect.kind === 'send') sent.push(effect.octets);
      for (const effect of effects) if (effect.kind === 'ask') asked++;
    }
    return { most, sent, asked };
  }

  const PIECES = 160;
  const SEGMENT = 'x'.repeat(PIECE);

  test.each(['\n', '\r'])('a message of ten million octets that begins with %j', (first) => {
    const { most, sent, asked } = hear(100_000, tenMillion(first));
    expect(most).toBeLessThan(2 * PIECE + 1000);
    expect(asked).toBe(0);
    expect(sent).toEqual(Array(2).fill('61:Dsorry, that message size exceeds my databytes limit (#5.3.4),'));
  });

  test('without a limit it is the agent’s', () => {
    expect(hear(0, tenMillion('\n'), false)).toMatchObject({ sent: [], asked: 1 });
  });

  function* tenMillion(first: string): Iterable<string> {
    yield `${PIECES * PIECE + 1}:${first}`;
    for (let i = 0; i < PIECES; i++) yield SEGMENT;
    yield `,${SENDER}${ns(ns('b@b.example') + ns('c@b.example'))}`;
  }

  test('a sender of ten million octets', () => {
    function* segments(): Iterable<string> {
      yield `${MESSAGE}${PIECES * PIECE}:`;
      for (let i = 0; i < PIECES; i++) yield SEGMENT;
      yield `,${LIST}`;
    }
    const { most, sent } = hear(0, segments());
    expect(most).toBeLessThan(2 * PIECE + 1000);
    expect(sent).toEqual(['29:Dunacceptable sender (#5.1.7),']);
  });

  test('a list of recipients as long as may be', () => {
    const count = Math.floor(RECIPIENTS_LIMIT / 4);
    const { sent, asked } = hear(0, [MESSAGE + SENDER, ns('1:\0,'.repeat(count))]);
    expect(asked).toBe(0);
    expect(sent).toHaveLength(count);
  });
});
