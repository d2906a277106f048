import { describe, expect, test } from 'vitest';
import { act, isIdle, nextAt, runIdle, runNext, runUntil } from './history.ts';
import {
  at,
  cut,
  events,
  heard,
  openConnection,
  power,
  started,
  tell,
  toyScenario,
  TOYS,
} from './toys.testing.ts';
import type { ProgramEffect } from './types.ts';
import { createWorld } from './world.ts';

const timer = (name: string, after: number | null): ProgramEffect => ({ kind: 'timer', name, after });
const datagram = (address: string, text = 'x'): ProgramEffect => ({
  kind: 'datagram',
  from: 9,
  to: at(address, 53),
  octets: text as never,
  note: {},
});

describe('order', () => {
  test('programs start at instant 0, in the order of the scenario', () => {
    const history = started(toyScenario());
    expect(events(history, 'start').map(({ at: when, what }) => [when, what.program])).toEqual([
      [0, 'a/p'],
      [0, 'b/p'],
      [0, 'c/p'],
    ]);
  });

  test('what is due at the same instant happens in the order it was asked for', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('second', 5), timer('first', 5), timer('zeroth', 4));
    tell(history, 'b/p', timer('third', 5));
    runIdle(history);
    expect(events(history, 'timer').map(({ at: when, what }) => [when, what.name])).toEqual([
      [4, 'zeroth'],
      [5, 'second'],
      [5, 'first'],
      [5, 'third'],
    ]);
  });

  test('event ids rise by one, time never goes back, and every cause came before', () => {
    const history = started(toyScenario({ b: { tcp: [7], echoes: true } }));
    openConnection(history);
    history.log.forEach((event, index) => {
      expect(event.id).toBe(index);
      expect(event.cause).toBeLessThanOrEqual(event.id);
      expect(event.at).toBeGreaterThanOrEqual(history.log[index - 1]?.at ?? 0);
    });
  });

  test('a gesture is its own cause, and the cause of what it brings about', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 10));
    runIdle(history);
    const [action] = events(history, 'action');
    const [rang] = events(history, 'timer');
    expect(action!.cause).toBe(action!.id);
    expect(rang!.cause).toBe(action!.id);
  });
});

describe('timers', () => {
  test('put off again and again, a timer rings once, at its last deadline', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('idle', 100));
    for (const instant of [50, 120, 200]) {
      runUntil(history, instant);
      tell(history, 'a/p', timer('idle', 100));
    }
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[300, { kind: 'timer', name: 'idle' }]]);
  });

  test('put off from afar, it costs one queued item, not one each time', () => {
    const history = started(toyScenario());
    for (let i = 0; i < 50; i++) tell(history, 'a/p', timer('idle', 1000 + i));
    expect(history.world.queue.length).toBe(1);
  });

  test('brought forward, it rings at the nearer deadline only', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 1000));
    tell(history, 'a/p', timer('t', 10));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[10, { kind: 'timer', name: 't' }]]);
  });

  test('brought forward and put off again', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 1000), timer('t', 10), timer('t', 500));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[500, { kind: 'timer', name: 't' }]]);
  });

  test('the last to put it off is its cause, whoever looked at the clock in between', () => {
    const logs = [false, true].map((looking) => {
      const history = started(toyScenario());
      tell(history, 'a/p', timer('t', 100));
      runUntil(history, 50);
      tell(history, 'a/p', timer('t', 100));
      if (looking) expect(nextAt(history)).toBe(150);
      tell(history, 'a/p', timer('t', 100));
      runIdle(history);
      expect(events(history, 'timer')[0]!.cause).toBe(events(history, 'action').at(-1)!.id);
      return JSON.stringify(history.log);
    });
    expect(logs[0]).toBe(logs[1]);
  });

  test('cancelled, it does not ring; set anew, it does', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 10), timer('t', null), timer('gone', 10), timer('gone', null));
    tell(history, 'a/p', timer('t', 30));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[30, { kind: 'timer', name: 't' }]]);
  });

  test('names belong to their program', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 10));
    tell(history, 'b/p', timer('t', 20));
    tell(history, 'a/p', timer('t', null));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([]);
    expect(heard(history, 'b/p')).toEqual([[20, { kind: 'timer', name: 't' }]]);
  });

  test('what will not happen does not count: a cancelled timer is no next thing', () => {
    const history = started(toyScenario());
    tell(history, 'a/p', timer('t', 10), timer('late', 500_000));
    tell(history, 'a/p', timer('t', null));
    expect(nextAt(history)).toBe(500_000);
    expect(isIdle(history)).toBe(true);
    expect(isIdle(history, 500_000)).toBe(false);
    expect(runNext(history)).toBe(true);
    expect(history.world.now).toBe(500_000);
    expect(runNext(history)).toBe(false);
    expect(nextAt(history)).toBeNull();
  });
});

describe('datagrams', () => {
  const net = (link = {}) => started(toyScenario({ b: { udp: [53] } }, link));

  test('arrive one latency later, with the addresses to answer to', () => {
    const history = net();
    tell(history, 'a/p', datagram('192.0.2.2', 'query'));
    runIdle(history);
    expect(heard(history, 'b/p')).toEqual([
      [10, { kind: 'datagram', local: at('192.0.2.2', 53), peer: at('192.0.2.1', 9), octets: 'query' }],
    ]);
  });

  test('are lost without a word: nobody there, nobody listening, host off, link cut, no such family', () => {
    const history = net();
    tell(history, 'a/p', datagram('203.0.113.9'), datagram('192.0.2.3'), datagram('2001:db8::1'));
    power(history, 'b', false);
    tell(history, 'a/p', datagram('192.0.2.2'));
    runIdle(history);
    power(history, 'b', true);
    cut(history);
    tell(history, 'a/p', datagram('192.0.2.2'));
    runIdle(history);
    expect(events(history, 'datagram-arrived')).toEqual([]);
    expect(heard(history, 'a/p')).toEqual([]);
    const sent = events(history, 'datagram').map(({ what }) => [what.to, what.arrivesAt === null]);
    expect(sent).toEqual([
      [null, true],
      ['c', false],
      [null, true],
      ['b', false],
      ['b', true],
    ]);
  });

  test('on a lossy link about the stated share gets lost', () => {
    const history = net({ loss: 0.3 });
    tell(history, 'a/p', ...Array.from({ length: 1000 }, () => datagram('192.0.2.2')));
    runIdle(history);
    const arrived = events(history, 'datagram-arrived').length;
    expect(arrived).toBeGreaterThan(640);
    expect(arrived).toBeLessThan(760);
  });
});

describe('messages between programs of a host', () => {
  const two = {
    ...toyScenario(),
    hosts: [
      {
        id: 'a',
        name: 'a.example.org',
        addresses: ['192.0.2.1'],
        programs: [
          { name: 'p', kind: 'puppet', config: {} },
          { name: 'q', kind: 'puppet', config: {} },
        ],
      },
    ],
  };

  test('arrive at the same instant, as an event of their own', () => {
    const history = started(two);
    tell(history, 'a/p', { kind: 'tell', program: 'q', message: { hello: 1 } });
    runIdle(history);
    expect(heard(history, 'a/q')).toEqual([[0, { kind: 'message', from: 'a/p', message: { hello: 1 } }]]);
    expect(events(history, 'message')).toHaveLength(1);
  });

  test('to nobody are a broken scenario', () => {
    const history = started(two);
    expect(() => tell(history, 'a/p', { kind: 'tell', program: 'r', message: {} })).toThrow(/a\/r/);
  });
});

describe('power', () => {
  test('off: timers, listeners and memory are gone; on: programs start anew', () => {
    const history = started(toyScenario({ b: { tcp: [7], udp: [53] } }));
    tell(history, 'b/p', timer('t', 100));
    expect(history.world.listeners.size).toBe(2);
    power(history, 'b', false);
    expect(history.world.listeners.size).toBe(0);
    expect(history.world.timers.size).toBe(0);
    expect(history.world.states.get('b/p')).toMatchObject({ heard: 0 });
    runUntil(history, 200);
    tell(history, 'b/p', timer('never', 1));
    power(history, 'b', true);
    runIdle(history);
    expect(heard(history, 'b/p')).toEqual([]);
    expect(events(history, 'start').at(-1)).toMatchObject({ at: 200, what: { program: 'b/p' } });
    expect(history.world.listeners.size).toBe(2);
  });

  test('what a program has on disk survives', () => {
    const history = started(toyScenario({}, {}, 'keeper'));
    tell(history, 'b/p', timer('t', 10));
    runIdle(history);
    power(history, 'b', false);
    expect(history.world.states.get('b/p')).toMatchObject({ heard: 3 });
  });

  test('a host switched off and on at once does not start twice for one boot', () => {
    const history = started(toyScenario());
    power(history, 'b', false);
    power(history, 'b', true);
    power(history, 'b', false);
    power(history, 'b', true);
    runIdle(history);
    expect(events(history, 'start').filter(({ host }) => host === 'b')).toHaveLength(3);
  });

  test('switching on what is on, and hosts that do not exist, change nothing', () => {
    const history = started(toyScenario());
    power(history, 'b', true);
    power(history, 'nobody', false);
    expect(events(history, 'power')).toEqual([]);
    expect(events(history, 'action')).toHaveLength(2);
  });

  test('a host of the scenario that is off starts when it is switched on', () => {
    const scenario = toyScenario();
    const history = started({
      ...scenario,
      hosts: scenario.hosts.map((host) => ({ ...host, down: host.id === 'c' })),
    });
    expect(events(history, 'start').map(({ host }) => host)).toEqual(['a', 'b']);
    power(history, 'c', true);
    expect(events(history, 'start').map(({ host }) => host)).toEqual(['a', 'b', 'c']);
  });
});

describe('gestures', () => {
  test('at a program that does not exist or a host that is off are on record, and nothing else', () => {
    const history = started(toyScenario());
    const before = history.log.length;
    tell(history, 'a/nothing', timer('t', 1));
    tell(history, 'nowhere/p', timer('t', 1));
    power(history, 'b', false);
    tell(history, 'b/p', timer('t', 1));
    act(history, { kind: 'inspect', what: 'letter 1' });
    runIdle(history);
    expect(history.log.slice(before).map(({ what }) => what.kind)).toEqual([
      'action',
      'action',
      'action',
      'power',
      'action',
      'action',
    ]);
  });

  test('cutting a link twice and restoring it once leaves it whole', () => {
    const history = started(toyScenario({ b: { tcp: [7] } }));
    cut(history);
    cut(history);
    cut(history, true);
    openConnection(history);
    expect(events(history, 'opened')).toHaveLength(2);
  });
});

test('a kind of program that is not registered is a broken scenario', () => {
  expect(() => createWorld(toyScenario({}, {}, 'unheard-of'), TOYS)).toThrow(/unheard-of/);
});
