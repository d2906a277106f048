/** What a recording may hold, and what no file gets into a simulation. */
import { describe, expect, test } from 'vitest';
import { readRecording } from './recording.ts';

const GOOD = {
  format: 'posthorn-recording/1',
  scenario: 'firma1',
  visiting: { at: 'neo', from: '192.0.2.1', plainAuth: false, epochMs: 1_700_000_000_000 },
  gestures: [
    {
      at: 5,
      input: { kind: 'open', call: 1, to: { address: '10.2.3.168', port: 25 }, secure: false },
    },
    { at: 9, input: { kind: 'say', call: 1, octets: 'QUIT\r\n\xff' } },
    { at: 9, input: { kind: 'close', call: 1 } },
  ],
  until: 30,
};

test('a good one is read as it was written', () => {
  expect(readRecording(JSON.stringify(GOOD))).toEqual({ recording: GOOD });
});

const withInput = (input: object) => ({ ...GOOD, gestures: [{ at: 1, input }] });

describe('refused, with the place', () => {
  test.each([
    ['not JSON', '{', /it is no JSON/],
    ['another format', { ...GOOD, format: 'posthorn-recording/2' }, /^format: /],
    ['a scenario of its own', { ...GOOD, hosts: [] }, /hosts/],
    [
      'a program to give it to',
      { ...GOOD, gestures: [{ at: 1, program: 'neo/mta', input: {} }] },
      /gestures/,
    ],
    ['a shell line', withInput({ kind: 'line', text: 'poweroff' }), /^gestures\.0\.input/],
    ['more than octets', withInput({ kind: 'say', call: 1, octets: 'ž' }), /octets are characters/],
    ['a port', withInput({ ...GOOD.gestures[0]!.input, to: { address: '10.0.0.1', port: 1e6 } }), /port/],
    ['an address', { ...GOOD, visiting: { ...GOOD.visiting, from: '<b>' } }, /visiting\.from/],
    ['time that runs back', { ...GOOD, gestures: [...GOOD.gestures].reverse() }, /order of time/],
    ['half a millisecond', { ...GOOD, until: 0.5 }, /^until: /],
    ['a year of it', { ...GOOD, until: 365 * 86_400_000 }, /^until: /],
  ])('%s', (_what, file, why) => {
    const read = readRecording(typeof file === 'string' ? file : JSON.stringify(file));
    expect('why' in read && read.why).toMatch(why);
  });
  test('too many gestures', () => {
    const gestures = Array.from({ length: 20_001 }, () => GOOD.gestures[2]);
    expect(readRecording(JSON.stringify({ ...GOOD, gestures }))).toHaveProperty('why');
  });
});
