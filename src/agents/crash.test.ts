import { describe, expect, test } from 'vitest';
import { lostLetters, waitingLetters } from '../node/swarm-accounts.ts';
import { act, fork, runUntil } from '../sim/history.ts';
import type { History } from '../sim/types.ts';
import type { MuaInput } from './mua-input.ts';
import { facts, mailbox, open, power, runDays } from './world.testing.ts';

/** A letter on its way; where it is at an instant is a matter of forking there. */
function underWay(): History {
  const history = open('firma1');
  const input: MuaInput = {
    kind: 'send',
    account: 'jura@firma1.intr',
    to: 'walter@example.org, anna@firma1.intr',
    subject: 'Bowling',
    body: 'Tonight?',
  };
  act(history, { kind: 'input', program: 'pc/mua', input });
  runUntil(history, 9000);
  return history;
}

const whole = underWay();

/** What became of the letter: everybody who accepted it can account for it, and the writer knows if nobody did. */
function expectAccounted(history: History): void {
  expect(lostLetters(history)).toEqual([]);
  expect(waitingLetters(history)).toEqual([]);
  const [submitted] = facts(history, 'submitted');
  const copies = mailbox(history, 'store', 'walter').length;
  if (submitted?.ok) expect(copies).toBeGreaterThan(0);
  expect(facts(history, 'bounced')).toEqual([]);
}

describe.each(['pc', 'neo', 'resolver', 'ns', 'mx1', 'mx2', 'store', 'walterpc'])(
  '%s loses its power',
  (host) => {
    test('for a moment, at any instant of a delivery', () => {
      for (let instant = 0; instant < 9000; instant += 130) {
        const history = fork(whole, instant);
        power(history, host, false);
        power(history, host, true);
        runDays(history, 1);
        expectAccounted(history);
      }
    });

    test('for an hour', () => {
      for (let instant = 0; instant < 9000; instant += 390) {
        const history = fork(whole, instant);
        power(history, host, false);
        runUntil(history, history.world.now + 3_600_000);
        power(history, host, true);
        runDays(history, 1);
        expectAccounted(history);
      }
    });
  },
);

test('a host that has lost the reply to its final dot sends a second copy rather than none (RFC 1047)', () => {
  const [accepted] = facts(whole, 'accepted').filter(({ host }) => host === 'mx1');
  const history = fork(whole, accepted!.at);
  power(history, 'neo', false);
  power(history, 'neo', true);
  runDays(history, 1);
  expect(mailbox(history, 'store', 'walter')).toHaveLength(2);
  expect(lostLetters(history)).toEqual([]);
});

test('the queue is on disk, sessions are not', () => {
  const [accepted] = facts(whole, 'accepted').filter(({ host }) => host === 'neo');
  const history = fork(whole, accepted!.at);
  power(history, 'mx1', false);
  power(history, 'mx2', false);
  power(history, 'neo', false);
  expect(waitingLetters(history)).toEqual([expect.stringContaining('walter@example.org')]);
  power(history, 'neo', true);
  power(history, 'mx2', true);
  runDays(history, 1);
  expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
});
