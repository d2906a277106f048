/** `smtpd_client_connection_count_limit`, as `postfix-esmtp-connections.txt` has it. */
import { expect, test } from 'vitest';
import { REGISTRY } from '../shell/registry.ts';
import { act, createHistory, runIdle } from '../sim/history.ts';
import { visited } from './visited.ts';
import { facts, scenarioWith } from './world.testing.ts';

/** What the second of two connections from `from` to neo hears first. */
function second(from: string, limit: number): string {
  const base = scenarioWith('firma1', `hosts: { neo: { client_limit: ${limit} } }\n`);
  const { scenario, visitor } = visited(base, {
    at: 'neo',
    from,
    plainAuth: false,
    epochMs: base.clock.epochMs,
  })!;
  const history = createHistory(scenario, REGISTRY);
  for (const call of [1, 2]) {
    const input = { kind: 'open', call, to: { address: '10.2.3.168', port: 25 }, secure: false };
    act(history, { kind: 'input', program: visitor, input });
    runIdle(history, 1000);
  }
  const heard = facts(history, 'visit').filter(({ call, what }) => call === 2 || what === 'ended');
  return heard.map(({ what, octets }) => (what === 'ended' ? '# closed' : octets)).join('');
}

test('a client with too many is told so, and hung up on', () => {
  expect(second('192.0.2.7', 1)).toBe(
    '421 4.7.0 neo.firma1.intr Error: too many connections from 192.0.2.7\r\n# closed',
  );
  expect(second('192.0.2.7', 2)).toBe('220 neo.firma1.intr ESMTP Postfix\r\n');
  expect(second('192.0.2.7', 0)).toBe('220 neo.firma1.intr ESMTP Postfix\r\n');
});

test('clients of its own networks may have as many as they like', () => {
  expect(second('10.2.3.99', 1)).toBe('220 neo.firma1.intr ESMTP Postfix\r\n');
});
