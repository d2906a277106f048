import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import type { Effect, Machine } from './machine.ts';
import type { Note } from './note.ts';
import { join, matches, parseTranscript, replay, replayAllWays } from './transcript.testing.ts';

const NOTE: Note = { kind: 'typed', text: '', eol: 'crlf' };
const say = (text: string): Effect<never> => ({ kind: 'send', octets: text as Octets, note: NOTE });

/** Greets, echoes lines in brackets, closes on `bye`; `pieces` are how it (wrongly) depends on segments. */
const echo: Machine<{ heard: number }, string, string> = {
  framing: () => ({ kind: 'line', limit: 100 }),
  step(state, input) {
    if (input.kind === 'opened') return [state, [say(`hello ${input.peer}\r\n`)]];
    if (input.kind === 'timeout') return [state, [say('late\r\n'), { kind: 'close' }]];
    if (input.kind !== 'unit') return [state, []];
    const line = input.octets.trimEnd();
    if (line === 'bye') return [state, [{ kind: 'close' }]];
    return [{ heard: state.heard + 1 }, line === 'quiet' ? [] : [say(`[${line}]\r\n`)]];
  },
};

/** Answers only after the agent did, and never holds: what comes while it waits gets out of order. */
const careless: Machine<{ waiting: string }, string, string> = {
  framing: () => ({ kind: 'line', limit: 100 }),
  step(state, input) {
    if (input.kind === 'answer') return [{ waiting: '' }, [say(`${state.waiting} ${input.answer}\r\n`)]];
    if (input.kind !== 'unit') return [state, []];
    return [{ waiting: input.octets.trimEnd() }, [{ kind: 'ask', question: input.octets }]];
  },
};

const none = (): undefined => undefined;

describe('transcripts', () => {
  test('are read with escapes, closings and timers', () => {
    const transcript = parseTranscript(`
      # a comment
      S: 220 hi
      C: NOOP
      S: 250 a
      S: 250 b
      C| A\\x00\\n
      T: <tls>
      T: idle
      S: <close>`);
    expect(transcript.map(({ act }) => act)).toEqual([
      { kind: 'open' },
      { kind: 'send', octets: 'NOOP\r\n' },
      { kind: 'send', octets: 'A\0\n' },
      { kind: 'secured' },
      { kind: 'timeout', name: 'idle' },
    ]);
    expect(transcript[1]?.expected).toEqual(['250 a', '250 b']);
    expect(transcript[4]?.closes).toBe(true);
    expect(() => parseTranscript('X: what')).toThrow('transcript line 1');
  });

  test('replay what the machine says, in every way', () => {
    const transcript = parseTranscript(`
      S: hello *
      C: a b
      S: [a b]
      C: quiet
      C:
      S: []
      C: bye
      S: <close>`);
    const run = replayAllWays(echo, { heard: 0 }, transcript, none);
    expect(run.state.heard).toBe(3);
    expect(run.sent).toBe('hello 192.0.2.1\r\n[a b]\r\n[]\r\n');
  });

  test.each([
    ['another line', 'S: hello *\nC: a\nS: [b]'],
    ['a missing line', 'S: hello *\nC: quiet\nS: [quiet]'],
    ['a line too many', 'S: hello *\nC: a'],
    ['an early close', 'S: hello *\nC: bye'],
    ['no close', 'S: hello *\nC: a\nS: [a]\nS: <close>'],
    ['a close after a timer', 'S: hello *\nT: idle\nS: late'],
  ])('fail on %s', (_, text) => {
    expect(() => replay(echo, { heard: 0 }, parseTranscript(text), none)).toThrow();
  });

  test('fail on a machine that mixes up what comes while it waits', () => {
    const transcript = parseTranscript('C: a\nS: a yes\nC: b\nS: b yes');
    expect(() => replay(careless, { waiting: '' }, transcript, () => 'yes')).not.toThrow();
    expect(() => replayAllWays(careless, { waiting: '' }, transcript, () => 'yes')).toThrow();
  });

  test.each([
    ['250 Ok', '250 Ok', true],
    ['250 Ok', '250 *', true],
    ['250 Ok', '*k', true],
    ['250 2.1.0 <a>... Sender ok', '250 *... *ok', true],
    ['250 Ok', '250 O', false],
    ['250 Ok', '250 *x*', false],
    ['aba', 'ab*ba', false],
    ['anything', '*', true],
  ])('match %s with %s: %s', (line, pattern, expected) => {
    expect(matches(line, pattern)).toBe(expected);
  });
});

describe('a joined wire', () => {
  const caller: Machine<{ said: number }, string, string> = {
    framing: () => ({ kind: 'line', limit: 100 }),
    step(state, input) {
      if (input.kind === 'closed') return [state, [{ kind: 'ask', question: 'over' }]];
      if (input.kind !== 'unit') return [state, []];
      return [{ said: state.said + 1 }, [say(state.said < 2 ? `line ${state.said}\r\n` : 'bye\r\n')]];
    },
  };
  const ends = { client: none, server: none };
  const client = { machine: caller, state: { said: 0 } };
  const server = { machine: echo, state: { heard: 0 } };

  test('carries both sides to the end, whatever the pieces', () => {
    for (const pieces of [0, 1, 3]) {
      const run = join(client, server, ends, { pieces });
      expect(run.text).toBe('S: hello 192.0.2.1\nC: line 0\nS: [line 0]\nC: line 1\nS: [line 1]\nC: bye\n');
      expect(run.closedBy).toBe('S');
      expect(run.client.questions).toEqual(['over']);
    }
  });

  test('can be cut', () => {
    const run = join(client, server, ends, { cutAfter: 2 });
    expect(run.wire).toHaveLength(2);
    expect(run.closedBy).toBeNull();
    expect(run.client.questions).toEqual(['over']);
  });

  test('things happen when it has fallen silent; TLS stands when both sides want it', () => {
    /** Asks for TLS at the start and at every line, and says how often it came to stand. */
    const shy = (name: string): Machine<{ secured: number }, string, string> => ({
      framing: () => ({ kind: 'line', limit: 100 }),
      step(state, input) {
        if (input.kind === 'opened') return [state, [{ kind: 'startTls' }]];
        if (input.kind === 'timeout') return [state, [say(`${name} ${input.name} ${state.secured}\r\n`)]];
        return input.kind === 'secured' ? [{ secured: state.secured + 1 }, []] : [state, []];
      },
    });
    const sides = [shy('client'), shy('server')].map((machine) => ({ machine, state: { secured: 0 } }));
    const afterwards = (['C', 'S', 'C'] as const).map(
      (to) => () => ({ to, arrival: { kind: 'timeout', name: 'idle' } }) as const,
    );
    const run = join(sides[0]!, sides[1]!, ends, { afterwards });
    expect(run.text).toBe('C: client idle 1\nS: server idle 1\nC: client idle 1\n');
  });

  test('does not run for ever', () => {
    expect(() => join({ machine: echo, state: { heard: 0 } }, server, ends, { limit: 50 })).toThrow('no end');
  });
});
