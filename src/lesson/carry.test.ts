import { expect, test } from 'vitest';
import { carryOver } from './carry.ts';

test('what was seen stays seen, but no later than the fork', () => {
  const early = { at: 10, events: 4, kind: 'hint', task: 'helo' } as const;
  const late = { at: 90, events: 30, kind: 'answer', quiz: 'who', answer: ['b'] } as const;
  expect(carryOver([early, late], 12, 40)).toEqual([early, { ...late, at: 40, events: 12 }]);
});
