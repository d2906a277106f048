import { expect, test } from 'vitest';
import { open, send } from '../agents/world.testing.ts';
import { describe as inWords } from './describe.ts';
import { factOf } from './wire.ts';

test('a letter is accepted by the protocol that brought it', () => {
  const history = open('firma1');
  send(history, 'walter@example.org');
  const accepted = history.log
    .filter((event) => factOf(event)?.kind === 'accepted')
    .map((event) => [event.host, inWords(event, history.log).protocol]);
  expect(accepted).toEqual([
    ['neo', 'smtp'],
    ['mx1', 'smtp'],
    ['store', 'lmtp'],
  ]);
});
