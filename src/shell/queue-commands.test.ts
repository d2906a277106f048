import { describe, expect, test } from 'vitest';
import { open, power, screen, send, type as typeAt } from '../agents/world.testing.ts';
import { act, createHistory, runIdle, runUntil } from '../sim/history.ts';
import type { History, HostSpec, Program, Registry, Scenario } from '../sim/types.ts';
import type { QueueRequest } from '../agents/mta/types.ts';
import { REGISTRY } from './registry.ts';

/** An MTA that answers, or does not, and remembers what it was asked. */
const mta: Program<readonly QueueRequest[]> = {
  init: () => [],
  step: (state, input) => {
    if (input.kind !== 'message') return [state, []];
    const request = input.message as QueueRequest;
    const answer = { kind: 'mailq', text: 'Mail queue is empty\n' };
    const answers =
      request.kind === 'mailq' ? [{ kind: 'tell', program: 'shell', message: answer } as const] : [];
    return [[...state, request], answers];
  },
};
const mute: Program<null> = { init: () => null, step: () => [null, []] };

function openHost(dialect: string | null, kind = 'asked'): History {
  const shell = {
    user: 'root',
    digVersion: '9.18',
    resolver: { servers: [], search: '', hosts: {}, types: ['A'] },
  };
  const programs = [{ name: 'shell', kind: 'shell', config: shell }];
  const hosts: readonly HostSpec[] = [
    {
      id: 'pc',
      name: 'neo.firma1.intr',
      addresses: ['192.0.2.25'],
      programs: dialect === null ? programs : [...programs, { name: 'mta', kind, config: { dialect } }],
    },
  ];
  const clock = { epochMs: 0, offsetMinutes: 0 };
  const scenario: Scenario = { id: 'q', seed: 1, clock, hosts, links: [], defaultLink: { latencyMs: 1 } };
  const registry: Registry = { ...REGISTRY, asked: mta as Program, mute: mute as Program };
  const history = createHistory(scenario, registry);
  runIdle(history);
  return history;
}

function type(history: History, text: string): string {
  const from = history.log.length;
  act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'line', text } });
  runIdle(history);
  return history.log
    .slice(from)
    .flatMap(({ what }) => (what.kind === 'printed' ? [what.text] : []))
    .join('')
    .slice(text.length + 1);
}

const asked = (history: History): unknown => history.world.states.get('pc/mta');
const PROMPT = 'root@neo:~# ';

describe('with Postfix', () => {
  test.each(['mailq', 'postqueue -p', 'sendmail -bp'])('%s', (line) => {
    const history = openHost('postfix3');
    expect(type(history, line)).toBe(`Mail queue is empty\n${PROMPT}`);
    expect(asked(history)).toEqual([{ kind: 'mailq' }]);
  });

  test.each(['postqueue -f', 'sendmail -q'])('%s', (line) => {
    const history = openHost('postfix3');
    expect(type(history, line)).toBe(PROMPT);
    expect(asked(history)).toEqual([{ kind: 'flush-all' }]);
  });

  test('the words of the real one for what it does not know', () => {
    const usage =
      'postqueue: fatal: usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site\n';
    const history = openHost('postfix3');
    expect(type(history, 'postqueue')).toBe(usage + PROMPT);
    expect(type(history, 'postqueue -x')).toBe(`postqueue: invalid option -- 'x'\n${usage}${PROMPT}`);
    expect(asked(history)).toEqual([]);
  });
});

test('with another MTA there is no postqueue; without one none of them', () => {
  expect(type(openHost('sendmail8'), 'mailq')).toBe(`Mail queue is empty\n${PROMPT}`);
  expect(type(openHost('sendmail8'), 'postqueue -p')).toBe(`-bash: postqueue: command not found\n${PROMPT}`);
  for (const name of ['mailq', 'postqueue', 'sendmail'])
    expect(type(openHost(null), name)).toBe(`-bash: ${name}: command not found\n${PROMPT}`);
});

test('an MTA that does not answer is left by ^C', () => {
  const history = openHost('postfix3', 'mute');
  expect(type(history, 'mailq')).toBe('');
  act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'key', key: '^C' } });
  runIdle(history);
  expect(type(history, 'history')).toContain('    1  mailq\n    2  history\n');
});

test('in a scenario: a letter waits, is listed, and goes when the queue is flushed', () => {
  const history = open('firma1');
  typeAt(history, 'neo', 'mailq');
  expect(screen(history, 'neo')).toMatch(/mailq\nMail queue is empty\nroot@neo:~# $/);
  for (const host of ['mx1', 'mx2']) power(history, host, false);
  send(history, 'walter@example.org');
  runUntil(history, history.world.now + 200_000);
  typeAt(history, 'neo', 'mailq');
  expect(screen(history, 'neo')).toMatch(
    /-Queue ID- {2}--Size-- [\s\S]*jura@firma1\.intr\n[\s\S]*timed out\)\n +walter@example\.org\n\n-- \d+ Kbytes in 1 Request\.\n/,
  );
  for (const host of ['mx1', 'mx2']) power(history, host, true);
  typeAt(history, 'neo', 'postqueue -f', 'postqueue -p');
  expect(screen(history, 'neo')).toMatch(/postqueue -p\nMail queue is empty\nroot@neo:~# $/);
});
