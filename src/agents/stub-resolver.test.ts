import { describe, expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import type { ProgramEffect } from '../sim/types.ts';
import { queryOf } from './dns-world.testing.ts';
import { askDns, dnsTimer, hearDns, hearDnsConnection, stubState } from './stub-resolver.ts';
import { open, power, screen, type } from './world.testing.ts';

const OTHERS = Array.from({ length: 40 }, (_, i) => `"many A 192.0.2.${i + 100}"`).join(', ');

describe('an answer of more than 512 octets', () => {
  test('is asked for again over TCP, and used whole', () => {
    const history = open('firma1', `dns: { example.net: ["many A 203.0.113.10", ${OTHERS}] }\n`);
    type(history, 'pc', 'telnet many.example.net 25', 'QUIT');
    expect(screen(history, 'pc')).toContain('Trying 203.0.113.10...\nConnected to many.example.net.\n');
    const connections = history.log.flatMap(({ host, what }) =>
      what.kind === 'connecting' && what.peer.port === 53 ? [host] : [],
    );
    expect(connections).toEqual(['resolver', 'pc']);
    expect(history.world.conns.size).toBe(0);
  });

  test('is given up when TCP does not work either', () => {
    const history = open('firma1', `dns: { example.net: ["many A 203.0.113.10", ${OTHERS}] }\n`);
    power(history, 'resolver', false);
    type(history, 'pc', 'telnet many.example.net 25');
    expect(screen(history, 'pc')).toContain('many.example.net:25, Temporary failure in name resolution');
  });
});

describe('the stub by itself', () => {
  const CONFIG = { servers: ['192.0.2.53', '192.0.2.54'], search: '', hosts: {}, types: ['A'] as const };
  const question = { name: 'x.example', type: 'A' } as const;
  const reply = (more: object) =>
    encodeMessage({ ...queryOf('x.example', 'A', { id: 1, response: true }), ...more });

  const truncated = () => {
    const effects: ProgramEffect[] = [];
    const asked = askDns(stubState(CONFIG, 1054), [question], effects);
    return hearDns(asked, reply({ truncated: true }), effects)[0];
  };

  test('TC: it connects to the server that said so, once', () => {
    const effects: ProgramEffect[] = [];
    const asked = askDns(stubState(CONFIG, 1054), [question], []);
    const [stub, answer] = hearDns(asked, reply({ truncated: true }), effects);
    expect(answer).toBeNull();
    expect(effects).toContainEqual({
      kind: 'connect',
      handle: 'dns:1',
      to: { address: '192.0.2.53', port: 53 },
      timeoutMs: 5000,
    });
    const again: ProgramEffect[] = [];
    hearDns(stub, reply({ truncated: true }), again);
    expect(again).toEqual([]);
  });

  test('silence on the connection: it is closed, and the next server is asked', () => {
    const [open] = hearDnsConnection(
      truncated(),
      {
        kind: 'opened',
        conn: 9,
        handle: 'dns:1',
        local: { address: '', port: 0 },
        peer: { address: '', port: 53 },
      },
      [],
    )!;
    const effects: ProgramEffect[] = [];
    const [next, answer] = dnsTimer(open, 'dns:1', effects);
    expect(answer).toBeNull();
    expect(effects).toContainEqual({ kind: 'close', conn: 9 });
    const query = effects.find((effect) => effect.kind === 'datagram');
    expect(query).toMatchObject({ to: { address: '192.0.2.54' } });
    expect(query?.kind === 'datagram' && decodeMessage(query.octets)).toMatchObject({ question });
    expect(next.pending).toMatchObject([{ stream: null, sent: 2 }]);
  });

  test('what is not its own is left alone; a connection nobody waits for any more is closed', () => {
    const stub = stubState(CONFIG, 1054);
    const address = { address: '', port: 0 };
    const opened = (handle: string | null) =>
      ({ kind: 'opened', conn: 3, handle, local: address, peer: address }) as const;
    expect(hearDnsConnection(stub, opened('t1'), [])).toBeNull();
    expect(hearDnsConnection(stub, opened(null), [])).toBeNull();
    expect(hearDnsConnection(stub, { kind: 'octets', conn: 3, octets: reply({}) }, [])).toBeNull();
    expect(hearDnsConnection(stub, { kind: 'closed', conn: 3, why: 'fin' }, [])).toBeNull();
    const effects: ProgramEffect[] = [];
    expect(hearDnsConnection(stub, opened('dns:8'), effects)).toEqual([stub, null]);
    expect(effects).toEqual([{ kind: 'close', conn: 3 }]);
  });
});
