import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import type { Machine } from './machine.ts';
import { drive, driven } from './machine.ts';

/** Keeps the lines it hears. */
const listener: Machine<readonly string[]> = {
  framing: () => ({ kind: 'line', limit: 4_000_000 }),
  step: (state, input) => [input.kind === 'unit' ? [...state, input.octets] : state, []],
};

test('a line that comes in thousands of pieces is looked through once, and cut where it ends', () => {
  let at = driven<readonly string[]>([]);
  const piece = octets('x'.repeat(1000));
  for (let i = 0; i < 3000; i++) [at] = drive(listener, at, { kind: 'octets', octets: piece });
  expect(at.state).toEqual([]);
  [at] = drive(listener, at, { kind: 'octets', octets: octets('y\r\nNOOP\r\nhal') });
  [at] = drive(listener, at, { kind: 'octets', octets: octets('f\r\n') });
  expect(at.state.map((line) => line.length)).toEqual([3_000_003, 6, 6]);
  expect(at.state.slice(1)).toEqual(['NOOP\r\n', 'half\r\n']);
  expect(at.buffer).toBe('');
});

test('the limit holds for a line in pieces, and the rest of it is dropped', () => {
  const short: Machine<readonly string[]> = {
    framing: () => ({ kind: 'line', limit: 10 }),
    step: (state, input) => [input.kind === 'unit' ? [...state, `${input.overlong}`] : state, []],
  };
  let at = driven<readonly string[]>([]);
  for (const part of ['12345', '67890', '12345', '67890', '\n', 'ok\n'])
    [at] = drive(short, at, { kind: 'octets', octets: octets(part) });
  expect(at.state).toEqual(['true', 'false']);
});
