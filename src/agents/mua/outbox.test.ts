/** Several letters in the outbox of a mail program: who goes with whom, and what becomes of them when a session breaks. */
import { describe, expect, test } from 'vitest';
import { act, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import type { FickleConfig } from '../world.testing.ts';
import { facts, mailbox, open, openTold, power, scenarioWith, sessionsOf } from '../world.testing.ts';
import type { MuaState } from './types.ts';

const put = (history: History, subject: string, to = 'walter@example.org'): void =>
  act(history, {
    kind: 'input',
    program: 'pc/mua',
    input: { kind: 'send', account: 'dude@example.com', to, subject, body: 'x' },
  });

/** Two companies, whose first server says what it is told to in each session, and letters that are sent at once. */
function sendAll(count: number, sessions: FickleConfig['sessions']): History {
  const history = openTold(scenarioWith('two-companies'), { mail: sessions });
  for (let i = 1; i <= count; i++) put(history, `letter ${i}`);
  runIdle(history, 400_000);
  return history;
}

const LETTER = ['MAIL', 'RCPT', 'DATA'];
const verdicts = (history: History): readonly (readonly [string, boolean])[] =>
  facts(history, 'submitted').map(({ subject, ok }) => [subject, ok] as const);

describe('letters that are sent at once', () => {
  test('go one after the other in one session, and arrive in their order', () => {
    const history = open('two-companies');
    for (const subject of ['one', 'two', 'three']) put(history, subject);
    runIdle(history);
    expect(sessionsOf(history, 'pc')).toEqual([['EHLO', ...LETTER, ...LETTER, ...LETTER, 'QUIT']]);
    const arrived = mailbox(history, 'mx', 'walter').map((letter) => /Subject: (.*)\r/.exec(letter)![1]);
    expect(arrived).toEqual(['one', 'two', 'three']);
    expect(verdicts(history)).toEqual([
      ['one', true],
      ['two', true],
      ['three', true],
    ]);
  });

  test('do not stand in for each other: one refused, the others taken', () => {
    const history = open('two-companies');
    put(history, 'one');
    put(history, 'two', 'nobody@example.com');
    put(history, 'three');
    runIdle(history);
    expect(sessionsOf(history, 'pc')).toEqual([
      ['EHLO', ...LETTER, 'MAIL', 'RCPT', 'RSET', ...LETTER, 'QUIT'],
    ]);
    expect(verdicts(history)).toEqual([
      ['one', true],
      ['two', false],
      ['three', true],
    ]);
  });

  test('that come while the last one is being said goodbye to get a session of their own', () => {
    const history = open('two-companies');
    put(history, 'one');
    while (!sessionsOf(history, 'pc')[0]?.includes('QUIT')) runUntil(history, history.world.now + 10);
    put(history, 'two');
    runIdle(history);
    expect(sessionsOf(history, 'pc')).toEqual([
      ['EHLO', ...LETTER, 'QUIT'],
      ['EHLO', ...LETTER, 'QUIT'],
    ]);
    expect(mailbox(history, 'mx', 'walter')).toHaveLength(2);
  });
});

/** The Dude has a second account, and its server cannot be found, or is the same. */
const twoAccounts = (server: string): string =>
  `hosts: { pc: { mua: [
    { address: dude@example.com, name: The Dude, submit: "${server}:25", fetch: "mail.example.com:110" },
    { address: el.duderino@example.com, name: El Duderino, submit: "mail.example.com:25", fetch: "mail.example.com:110" } ] } }\n`;

test('accounts do not wait for each other', () => {
  const history = open('two-companies', twoAccounts('mail.example.com'));
  for (const account of ['dude@example.com', 'el.duderino@example.com']) {
    const letter = { account, to: 'walter@example.org', subject: account, body: 'x' };
    act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'send', ...letter } });
  }
  runIdle(history);
  expect(sessionsOf(history, 'pc')).toEqual([
    ['EHLO', ...LETTER, 'QUIT'],
    ['EHLO', ...LETTER, 'QUIT'],
  ]);
  expect(mailbox(history, 'mx', 'walter')).toHaveLength(2);
});

test('where there is no such server, each letter is told of, once', () => {
  const history = open('two-companies', twoAccounts('nowhere.example.com'));
  for (const subject of ['one', 'two', 'three']) put(history, subject);
  runIdle(history);
  expect(verdicts(history)).toEqual([
    ['one', false],
    ['two', false],
    ['three', false],
  ]);
});

describe('a session that ends before its letters are through', () => {
  test.each([
    ['at the final dot', { 'END-OF-DATA': 'close' }],
    ['with 421', { MAIL: '421 4.3.2 going down' }],
    ['at MAIL', { MAIL: 'close' }],
  ] as const)('%s: that letter failed, and the next one tries anew', (_, replies) => {
    const history = sendAll(3, [replies, {}]);
    expect(verdicts(history)).toEqual([
      ['letter 1', false],
      ['letter 2', true],
      ['letter 3', true],
    ]);
    expect(sessionsOf(history, 'pc')[1]).toEqual(['EHLO', ...LETTER, ...LETTER, 'QUIT']);
  });

  test.each([
    ['421 behind each', { 'END-OF-DATA': '250 Ok\r\n421 4.7.0 one letter a session' }],
    ['421 to the second MAIL', { MAIL: '250 Ok', 'END-OF-DATA': '250 Ok\r\n421 4.7.0 enough' }],
  ] as const)('%s: that was meant for the session, and every letter is sent', (_, replies) => {
    const history = sendAll(5, [replies]);
    expect(verdicts(history).map(([, ok]) => ok)).toEqual([true, true, true, true, true]);
  });

  test.each([
    ['closes', 'close'],
    ['does not know it', '502 5.5.2 what?'],
    ['is silent', 'silence'],
  ])('at RSET behind a refusal, which the server %s: the next one tries anew', (_, RSET) => {
    const history = sendAll(3, [{ RCPT: '550 5.1.1 unknown', RSET }, {}]);
    expect(verdicts(history)).toEqual([
      ['letter 1', false],
      ['letter 2', true],
      ['letter 3', true],
    ]);
  });

  test('silent after QUIT: a new letter does not wait for it', () => {
    const history = sendAll(1, [{ QUIT: 'silence' }, {}]);
    // What waited for the goodbye has run out by now; once more, and the letter comes in the middle of it.
    put(history, 'two');
    while (facts(history, 'submitted').length < 2) runUntil(history, history.world.now + 10);
    const start = history.world.now;
    put(history, 'three');
    runIdle(history, 400_000);
    expect(facts(history, 'submitted').at(-1)).toMatchObject({ subject: 'three', ok: true });
    expect(facts(history, 'submitted').at(-1)!.at - start).toBeLessThan(10_000);
    expect((history.world.states.get('pc/mua') as MuaState).jobs).toEqual([]);
  });

  test('before it began: each letter is told of', () => {
    const history = sendAll(3, [{ CONNECT: '554 no service' }]);
    expect(verdicts(history)).toEqual([
      ['letter 1', false],
      ['letter 2', false],
      ['letter 3', false],
    ]);
    expect((history.world.states.get('pc/mua') as MuaState).jobs).toEqual([]);
  });

  test('for the server is off: each letter is told of', () => {
    const history = open('two-companies');
    power(history, 'mail', false);
    for (const subject of ['one', 'two']) put(history, subject);
    runIdle(history);
    const [one, two] = facts(history, 'submitted');
    expect(two!.at).toBe(one!.at);
    expect(verdicts(history)).toEqual([
      ['one', false],
      ['two', false],
    ]);
  });

  test('in a power cut: none is lost, at whatever instant', () => {
    for (let instant = 0; instant < 4000; instant += 130) {
      const history = open('two-companies');
      const start = history.world.now;
      for (const subject of ['one', 'two', 'three']) put(history, subject);
      runUntil(history, start + instant);
      power(history, 'pc', false);
      power(history, 'pc', true);
      runUntil(history, history.world.now + 900_000);
      const arrived = mailbox(history, 'mx', 'walter').map((letter) => /Subject: (.*)\r/.exec(letter)![1]);
      expect(new Set(arrived), `cut after ${instant} ms`).toEqual(new Set(['one', 'two', 'three']));
      // Only the letter whose verdict was cut off may come twice.
      expect(arrived.length, `cut after ${instant} ms`).toBeLessThanOrEqual(4);
    }
  });
});
