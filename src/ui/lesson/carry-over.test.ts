import { expect, test } from 'vitest';
import type { LessonAction } from '../../lesson/status.ts';
import type { SimEvent } from '../../sim/types.ts';
import { carryOver } from './carry-over.ts';

const log: readonly SimEvent[] = [100, 200, 300].map((at, id) => ({
  id,
  cause: id,
  at,
  host: 'pc',
  what: { kind: 'power', up: true },
}));
const hint = (at: number, events: number): LessonAction => ({ kind: 'hint', task: 'helo', at, events });

test('what was done before the fork is left as it was', () => {
  const actions = [hint(50, 0), hint(250, 2)];
  expect(carryOver(actions, log, 3)).toBe(actions);
});

test('what was done after it is kept, in its order, at the fork', () => {
  expect(carryOver([hint(150, 1), hint(900, 40), hint(950, 60)], log, 2)).toEqual([
    hint(150, 1),
    hint(200, 2),
    hint(200, 2),
  ]);
});

test('instants never go back', () => {
  expect(carryOver([hint(250, 2), hint(900, 40)], log, 2).map(({ at }) => at)).toEqual([250, 250]);
  expect(carryOver([hint(900, 40)], [], 0)).toEqual([hint(0, 0)]);
});
