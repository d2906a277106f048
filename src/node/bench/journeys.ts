/** Whole journeys: submitted by a mail program, routed by MX, relayed, delivered into a mailbox, fetched with POP3. */
import type { Fact } from '../../agents/facts.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, isIdle, runIdle, runNext } from '../../sim/history.ts';
import type { Action, History } from '../../sim/types.ts';
import { readStage } from '../scenarios.ts';

export const LETTER = {
  subject: 'Bowling tonight?',
  body: 'Walter,\n\nthe usual lane at eight? Bring the ball, and not the dog.\n\nThe Dude\n',
};

const STAGE = readStage('two-companies');

const SEND: Action = {
  kind: 'input',
  program: 'pc/mua',
  input: { kind: 'send', account: 'dude@example.com', to: 'walter@example.org', ...LETTER },
};
const FETCH: Action = {
  kind: 'input',
  program: 'walterpc/mua',
  input: { kind: 'fetch', account: 'walter@example.org' },
};

/**
 * A history of `count` journeys. Of `atOnce` letters that lie in the outbox together the sessions are shared, as those
 * of a pool are: one submits them, one fetches them. The server between makes a connection for each, as Sendmail does.
 */
export function makeJourneys(count: number, atOnce = 1): History {
  const history = createHistory(STAGE.scenario, REGISTRY);
  for (let i = 0; i < count; i += atOnce) {
    for (let j = i; j < Math.min(count, i + atOnce); j++) act(history, SEND);
    runIdle(history);
    act(history, FETCH);
    runIdle(history);
  }
  return history;
}

/** The same, step by step; the number of steps. */
export function stepThroughJourneys(count: number): number {
  const history = createHistory(STAGE.scenario, REGISTRY);
  let steps = 0;
  const run = (): void => {
    for (; !isIdle(history); steps++) runNext(history);
  };
  for (let i = 0; i < count; i++) {
    act(history, SEND);
    run();
    act(history, FETCH);
    run();
  }
  return steps;
}

/** Letters that arrived in the mail program at the end of the way. */
export const arrived = (history: History): number =>
  history.log.filter(({ what }) => what.kind === 'fact' && (what.fact as Fact).kind === 'fetched').length;
