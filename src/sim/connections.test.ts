import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { runIdle, runUntil } from './history.ts';
import {
  at,
  connectTo,
  cut,
  events,
  heard,
  openConnection,
  power,
  say,
  started,
  tell,
  text,
  toyScenario,
} from './toys.testing.ts';
import type { History, LinkSpec } from './types.ts';

const B7 = at('192.0.2.2', 7);
/** `a` and `b` 10 ms apart, `b` listens on port 7. */
const net = (link: Partial<LinkSpec> = {}): History => started(toyScenario({ b: { tcp: [7] } }, link));
const kinds = (history: History, program: string) =>
  heard(history, program).map(([when, input]) => [when, input.kind]);

describe('opening (RFC 9293 §3.5)', () => {
  test('the client has the connection after one round trip, the server half a round trip later', () => {
    const history = net();
    tell(history, 'a/p', connectTo(B7));
    runIdle(history);
    expect(kinds(history, 'a/p')).toEqual([[20, 'opened']]);
    expect(kinds(history, 'b/p')).toEqual([[30, 'opened']]);
    const packets = events(history, 'packet').map(({ at: sent, host, what }) => [
      sent,
      host,
      what.flags,
      what.arrivesAt,
    ]);
    expect(packets).toEqual([
      [0, 'a', 'SYN', 10],
      [10, 'b', 'SYN-ACK', 20],
    ]);
  });

  test('each side hears the other’s address, and the client its own handle', () => {
    const history = net();
    openConnection(history);
    const [[, client], [, server]] = [heard(history, 'a/p')[0]!, heard(history, 'b/p')[0]!];
    expect(client).toMatchObject({ kind: 'opened', handle: 'h', peer: B7, local: { address: '192.0.2.1' } });
    expect(server).toMatchObject({ kind: 'opened', handle: null, local: B7, peer: { address: '192.0.2.1' } });
  });

  test('the server hears that it is open before what the client says at once', () => {
    const history = net();
    tell(history, 'a/p', connectTo(B7));
    runUntil(history, 20);
    tell(history, 'a/p', say(events(history, 'opened')[0]!.what.conn, 'hi'));
    runIdle(history);
    expect(kinds(history, 'b/p')).toEqual([
      [30, 'opened'],
      [30, 'octets'],
    ]);
  });

  test('a port where nobody listens refuses after one round trip', () => {
    const history = net();
    tell(history, 'a/p', connectTo(at('192.0.2.2', 8)));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[20, { kind: 'failed', handle: 'h', why: 'refused' }]]);
    expect(events(history, 'packet').map(({ what }) => what.flags)).toEqual(['SYN', 'RST']);
  });

  test('a host that is off is tried again after 1, 2, 4, … seconds until the time is up', () => {
    const history = net();
    power(history, 'b', false);
    tell(history, 'a/p', connectTo(B7, 'h', 10_000));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[10_000, { kind: 'failed', handle: 'h', why: 'timeout' }]]);
    // RFC 6298 §2.1, §5.5: one second, doubled each time.
    expect(events(history, 'packet').map((event) => event.at)).toEqual([0, 1000, 3000, 7000]);
  });

  test('a SYN sent again gets through when the host has come up', () => {
    const history = net();
    power(history, 'b', false);
    tell(history, 'a/p', connectTo(B7));
    runUntil(history, 500);
    power(history, 'b', true);
    runIdle(history);
    expect(kinds(history, 'a/p')).toEqual([[1020, 'opened']]);
  });

  test('an address nobody has times out, one of a family this host lacks is unreachable at once', () => {
    const history = net();
    tell(
      history,
      'a/p',
      connectTo(at('203.0.113.9', 7), 'none', 2000),
      connectTo(at('2001:db8::1', 7), 'six'),
    );
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([
      [0, { kind: 'failed', handle: 'six', why: 'unreachable' }],
      [2000, { kind: 'failed', handle: 'none', why: 'timeout' }],
    ]);
    expect(events(history, 'connecting').map(({ what }) => what.to)).toEqual([null, null]);
  });

  test('loopback reaches the host’s other programs without delay', () => {
    const scenario = toyScenario();
    const programs = [
      { name: 'p', kind: 'puppet', config: {} },
      { name: 'q', kind: 'puppet', config: { tcp: [7] } },
    ];
    const history = started({ ...scenario, hosts: scenario.hosts.map((host) => ({ ...host, programs })) });
    tell(history, 'a/p', connectTo(at('127.0.0.1', 7)));
    runIdle(history);
    expect(kinds(history, 'a/p')).toEqual([[0, 'opened']]);
    expect(kinds(history, 'a/q')).toEqual([[0, 'opened']]);
    expect(kinds(history, 'b/q')).toEqual([]);
  });

  test('a program is refused by itself', () => {
    const history = net();
    tell(history, 'b/p', connectTo(B7));
    runIdle(history);
    expect(heard(history, 'b/p')).toEqual([[0, { kind: 'failed', handle: 'h', why: 'refused' }]]);
  });

  test('a connect that was given up is heard of no more, on neither side', () => {
    for (const instant of [0, 5, 15]) {
      const history = net();
      tell(history, 'a/p', connectTo(B7));
      runUntil(history, instant);
      tell(history, 'a/p', { kind: 'cancel', handle: 'h' });
      runIdle(history);
      expect(heard(history, 'a/p')).toEqual([]);
      expect(heard(history, 'b/p')).toEqual([]);
      expect(history.world.conns.size).toBe(0);
    }
  });

  test('a time limit shorter than the round trip fails the connect, and the late SYN-ACK changes nothing', () => {
    const history = net();
    tell(history, 'a/p', connectTo(B7, 'h', 15));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[15, { kind: 'failed', handle: 'h', why: 'timeout' }]]);
    expect(heard(history, 'b/p')).toEqual([]);
    expect(history.world.conns.size).toBe(0);
  });
});

describe('octets', () => {
  const letters = 'abcdefghijklmnopqrst'.split('');

  test('arrive one latency later, in order', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'a/p', ...letters.map((letter) => say(conn, letter)));
    runIdle(history);
    expect(text(history, 'b/p')).toEqual(letters);
    expect(heard(history, 'b/p').at(-1)![0]).toBe(40);
  });

  test('bandwidth spreads them out: each packet takes 40 octets of header and its own', () => {
    const history = net({ octetsPerSecond: 1000 });
    const conn = openConnection(history);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'x'.repeat(60)), say(conn, 'y'.repeat(160)));
    runIdle(history);
    const times = heard(history, 'b/p')
      .filter(([, input]) => input.kind === 'octets')
      .map(([when]) => when - now);
    expect(times).toEqual([100 + 10, 100 + 200 + 10]);
  });

  test('a lossy link delays, and keeps the order', () => {
    const history = net({ loss: 0.4 });
    const conn = openConnection(history);
    tell(history, 'a/p', ...letters.map((letter) => say(conn, letter)));
    runIdle(history);
    expect(text(history, 'b/p')).toEqual(letters);
    const resent = events(history, 'segment').map(({ what }) => what.resent);
    expect(Math.max(...resent)).toBeGreaterThan(0);
    // What was resent arrives one retransmission time-out later, and nothing behind it overtakes.
    const arrivals = events(history, 'segment').map(({ what }) => what.arrivesAt);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
  });

  test('to a connection one does not have, or without octets, nothing is sent', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'c/p', say(conn, 'not mine'), { kind: 'close', conn }, say(999, 'x'), {
      kind: 'close',
      conn: 999,
    });
    tell(history, 'a/p', say(conn, ''));
    runIdle(history);
    expect(events(history, 'segment')).toEqual([]);
    expect(events(history, 'closed')).toEqual([]);
  });
});

describe('closing', () => {
  test('FIN comes after everything that was sent before, and ends both directions', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'a/p', say(conn, 'last words'), { kind: 'close', conn }, say(conn, 'too late'));
    runIdle(history);
    expect(heard(history, 'b/p').slice(1)).toMatchObject([
      [40, { kind: 'octets', octets: 'last words' }],
      [40, { kind: 'closed', why: 'fin' }],
    ]);
    expect(events(history, 'closed').map(({ host, what }) => [host, what.side, what.why])).toEqual([
      ['a', 'client', 'local'],
      ['b', 'server', 'fin'],
    ]);
    expect(history.world.conns.size).toBe(0);
  });

  test('the server can close too', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'b/p', say(conn, 'bye'), { kind: 'close', conn });
    runIdle(history);
    expect(
      heard(history, 'a/p')
        .slice(1)
        .map(([, input]) => input.kind),
    ).toEqual(['octets', 'closed']);
    expect(history.world.conns.size).toBe(0);
  });

  test('both closing at once: no one is told of what it did itself', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'a/p', { kind: 'close', conn });
    tell(history, 'b/p', { kind: 'close', conn });
    runIdle(history);
    expect(events(history, 'closed').map(({ what }) => what.why)).toEqual(['local', 'local']);
    expect(history.world.conns.size).toBe(0);
  });

  test('octets that meet a FIN on their way are not heard', () => {
    const history = net();
    const conn = openConnection(history);
    tell(history, 'a/p', { kind: 'close', conn });
    tell(history, 'b/p', say(conn, 'crossing'));
    runIdle(history);
    expect(text(history, 'a/p')).toEqual([]);
    expect(heard(history, 'b/p').at(-1)![1]).toMatchObject({ kind: 'closed', why: 'fin' });
  });
});

describe('crashes', () => {
  test('nobody is told of a power cut; who speaks to the rebooted host hears RST', () => {
    const history = net();
    const conn = openConnection(history);
    power(history, 'b', false);
    power(history, 'b', true);
    runIdle(history);
    expect(kinds(history, 'a/p')).toEqual([[20, 'opened']]);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'are you there?'));
    runIdle(history);
    expect(heard(history, 'a/p').at(-1)).toEqual([now + 20, { kind: 'closed', conn, why: 'reset' }]);
    expect(text(history, 'b/p')).toEqual([]);
    expect(history.world.conns.size).toBe(0);
  });

  test('a host that is off is sent the same again until it is up, and then answers with RST', () => {
    const history = net();
    const conn = openConnection(history);
    power(history, 'b', false);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'hello?'));
    runUntil(history, now + 2000);
    power(history, 'b', true);
    runIdle(history);
    // Sent at 0 s, again at 1 s and 3 s after the first try reached nobody.
    expect(heard(history, 'a/p').at(-1)).toEqual([
      now + 10 + 3000 + 10,
      { kind: 'closed', conn, why: 'reset' },
    ]);
  });

  test('a crashed client sends nothing again: what it had sent is lost with it', () => {
    const history = net();
    const conn = openConnection(history);
    cut(history);
    tell(history, 'a/p', say(conn, 'half a letter'));
    runUntil(history, history.world.now + 100);
    power(history, 'a', false);
    cut(history, true);
    runIdle(history, 1_000_000);
    expect(text(history, 'b/p')).toEqual([]);
    expect(events(history, 'closed')).toEqual([]);
  });

  test('a server that crashed before the ACK came answers it with RST', () => {
    const history = net();
    tell(history, 'a/p', connectTo(B7));
    runUntil(history, 15);
    power(history, 'b', false);
    power(history, 'b', true);
    runIdle(history);
    expect(kinds(history, 'a/p')).toEqual([
      [20, 'opened'],
      [40, 'closed'],
    ]);
    expect(heard(history, 'b/p')).toEqual([]);
  });

  test('a client that crashes while connecting leaves nothing behind', () => {
    for (const instant of [0, 5, 15]) {
      const history = net();
      tell(history, 'a/p', connectTo(B7));
      runUntil(history, instant);
      power(history, 'a', false);
      power(history, 'a', true);
      runIdle(history);
      expect(heard(history, 'a/p')).toEqual([]);
      expect(heard(history, 'b/p')).toEqual([]);
      expect(history.world.conns.size).toBe(0);
    }
  });
});

describe('a cut link', () => {
  test('holds everything up; restored, all of it arrives in order', () => {
    const history = net();
    const conn = openConnection(history);
    cut(history);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'one'));
    runUntil(history, now + 1500);
    tell(history, 'a/p', say(conn, 'two'), say(conn, 'three'), { kind: 'close', conn });
    runUntil(history, now + 2000);
    cut(history, true);
    runIdle(history, 1_000_000);
    expect(text(history, 'b/p')).toEqual(['one', 'two', 'three']);
    expect(heard(history, 'b/p').at(-1)![1]).toMatchObject({ kind: 'closed', why: 'fin' });
    expect(history.world.conns.size).toBe(0);
  });

  test('what was under way when it was cut is sent again', () => {
    const history = net();
    const conn = openConnection(history);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'on the way'));
    runUntil(history, now + 5);
    cut(history);
    runUntil(history, now + 500);
    cut(history, true);
    runIdle(history);
    expect(heard(history, 'b/p').at(-1)).toMatchObject([
      now + 1010,
      { kind: 'octets', octets: 'on the way' },
    ]);
  });

  test('the ACK of the handshake is held up too, and nothing overtakes it', () => {
    const history = net();
    tell(history, 'a/p', connectTo(B7));
    runUntil(history, 20);
    cut(history);
    tell(history, 'a/p', say(events(history, 'opened')[0]!.what.conn, 'hi'));
    runUntil(history, 500);
    expect(heard(history, 'b/p')).toEqual([]);
    cut(history, true);
    runIdle(history);
    expect(kinds(history, 'b/p')).toEqual([
      [1030, 'opened'],
      [1030, 'octets'],
    ]);
  });

  test('for too long, the sender’s connection times out', () => {
    const history = net();
    const conn = openConnection(history);
    cut(history);
    const { now } = history.world;
    tell(history, 'a/p', say(conn, 'anybody?'), say(conn, 'hello?'));
    runIdle(history, 1_000_000);
    const closed = heard(history, 'a/p').filter(([, input]) => input.kind === 'closed');
    // 1 + 2 + 4 + 8 + 16 + 32 + 64 + 64 seconds of retransmissions after the first arrival failed.
    expect(closed).toEqual([[now + 10 + 191_000, { kind: 'closed', conn, why: 'timeout' }]]);
    expect(text(history, 'b/p')).toEqual([]);
  });

  test('connects fail with a timeout', () => {
    const history = net({ down: true });
    tell(history, 'a/p', connectTo(B7, 'h', 5000));
    runIdle(history);
    expect(heard(history, 'a/p')).toEqual([[5000, { kind: 'failed', handle: 'h', why: 'timeout' }]]);
    expect(events(history, 'packet').map(({ what }) => what.arrivesAt)).toEqual([null, null, null]);
  });
});

describe('somebody on the link', () => {
  const alters = [{ find: octets('secret'), put: octets('public') }];
  test('changes what TCP carries, and the log has both', () => {
    const history = net({ alters });
    const conn = openConnection(history);
    tell(history, 'a/p', say(conn, 'a secret, two secrets'));
    tell(history, 'a/p', say(conn, 'nothing'));
    runIdle(history);
    expect(text(history, 'b/p')).toEqual(['a public, two publics', 'nothing']);
    const segments = events(history, 'segment').map(({ what }) => [what.octets, what.altered]);
    expect(segments).toEqual([
      ['a secret, two secrets', 'a public, two publics'],
      ['nothing', undefined],
    ]);
  });
  test('does not see across segments', () => {
    const history = net({ alters });
    const conn = openConnection(history);
    tell(history, 'a/p', say(conn, 'a sec'));
    tell(history, 'a/p', say(conn, 'ret'));
    runIdle(history);
    expect(text(history, 'b/p')).toEqual(['a sec', 'ret']);
  });
});
