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

/** Every instant at which something happened: between them nothing changes, so these are all the states there are. */
const INSTANTS = [...new Set(whole.log.map(({ at }) => at))];

/** RFC 1047: from the letter's first octet on the wire until its sender has heard that it was taken. */
const WINDOWS = whole.log.flatMap(({ at, host, what }) => {
  const note = what.kind === 'segment' ? (what.note as { readonly kind?: string }) : {};
  if (note.kind !== 'content') return [];
  const heard = [...facts(whole, 'relayed'), ...facts(whole, 'submitted')].find(
    (fact) => fact.host === host && fact.at >= at,
  );
  return heard ? [{ from: at, to: heard.at }] : [];
});

const isDoubtful = (instant: number): boolean =>
  WINDOWS.some(({ from, to }) => from <= instant && instant <= to);

/**
 * What became of the letter: everybody who accepted it can account for it, the writer knows if nobody did, and there is
 * one copy of it, unless the crash fell into the window in which nobody can know.
 */
function expectAccounted(history: History, instant: number): void {
  expect(lostLetters(history)).toEqual([]);
  expect(waitingLetters(history)).toEqual([]);
  const [submitted] = facts(history, 'submitted');
  const copies = mailbox(history, 'store', 'walter').length;
  if (submitted?.ok) expect(copies).toBeGreaterThan(0);
  const most = isDoubtful(instant) ? 2 : 1;
  expect(copies).toBeLessThanOrEqual(most);
  expect(mailbox(history, 'neo', 'anna').length).toBeLessThanOrEqual(most);
  expect(facts(history, 'bounced')).toEqual([]);
}

describe.each(['pc', 'neo', 'resolver', 'ns', 'mx1', 'mx2', 'store', 'walterpc'])(
  '%s loses its power',
  (host) => {
    test('for a moment, at every event of a delivery', () => {
      expect(INSTANTS.length).toBeGreaterThan(30);
      for (const instant of INSTANTS) {
        const history = fork(whole, instant);
        power(history, host, false);
        power(history, host, true);
        runDays(history, 1);
        expectAccounted(history, instant);
      }
    });

    test('for an hour', () => {
      for (const instant of INSTANTS) {
        const history = fork(whole, instant);
        power(history, host, false);
        runUntil(history, history.world.now + 3_600_000);
        power(history, host, true);
        runDays(history, 1);
        expectAccounted(history, instant);
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
