import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { frameMessage } from '../dns/stream.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import type { ProgramEffect } from '../sim/types.ts';
import { type DnsSessions, hearQueries } from './dns-sessions.ts';
import { ask, openDns, probeOf, probing, queryOf, zoneFile } from './dns-world.testing.ts';

const LONG = `long TXT ${Array.from({ length: 4 }, () => `"${'x'.repeat(200)}"`).join(' ')}`;
const NS = '192.0.2.1';
const TO = { address: NS, port: 53 };
const open = () =>
  openDns({ ns: { address: NS, zones: { 'example.org': zoneFile(`@ NS ns | ns A ${NS} | ${LONG}`) } } }, []);

const framed = (name: string, type: 'A' | 'TXT', id: number): Octets =>
  frameMessage(encodeMessage(queryOf(name, type, { id })));

describe('by datagram', () => {
  test('an answer of more than 512 octets is cut and says so (RFC 1035 §4.2.1)', () => {
    const history = open();
    expect(ask(history, 'long.example.org', 'TXT', {}, NS)).toMatchObject({ truncated: true, answers: [] });
    expect(probeOf(history).heard[0]!.length).toBeLessThanOrEqual(512);
    expect(ask(history, 'ns.example.org', 'A', {}, NS)).toMatchObject({
      truncated: false,
      authoritative: true,
    });
  });

  test('a zone it has not is refused, garbage is complained about, responses are not answered', () => {
    const history = open();
    expect(ask(history, 'example.com', 'A', {}, NS)).toMatchObject({ rcode: 'REFUSED' });
    probing(history, {
      kind: 'ask',
      to: TO,
      octets: 'ab\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xff' as Octets,
    });
    expect(probeOf(history).heard.at(-1)).toBe('ab\x81\x01\x00\x00\x00\x00\x00\x00\x00\x00');
    expect(ask(history, 'ns.example.org', 'A', { response: true }, NS)).toBeNull();
  });
});

describe('on a connection', () => {
  const connected = () => {
    const history = open();
    probing(history, { kind: 'connect', to: TO }, 100);
    return history;
  };

  test('the answer comes whole', () => {
    const history = connected();
    probing(history, { kind: 'send', octets: framed('long.example.org', 'TXT', 5) }, 100);
    const [answer] = probeOf(history).heard.map(decodeMessage);
    expect(answer).toMatchObject({ id: 5, truncated: false, answers: [{ name: 'long.example.org' }] });
  });

  test('several queries at once, and one octet by octet (RFC 7766 §6.2.1, §8)', () => {
    const history = connected();
    const both = framed('ns.example.org', 'A', 1) + framed('no.example.org', 'A', 2);
    probing(history, { kind: 'send', octets: both as Octets }, 100);
    for (const octet of framed('ns.example.org', 'A', 3))
      probing(history, { kind: 'send', octets: octet as Octets }, 20_000 / 40);
    const heard = probeOf(history).heard.map(decodeMessage);
    expect(heard.map((message) => [message?.id, message?.rcode])).toEqual([
      [1, 'NOERROR'],
      [2, 'NXDOMAIN'],
      [3, 'NOERROR'],
    ]);
  });

  test('who says nothing for 30 seconds is hung up on; who speaks in time is not', () => {
    const history = open();
    probing(history, { kind: 'connect', to: TO });
    expect(probeOf(history).closed).toBe(true);
    const { now } = history.world;
    expect(now).toBeGreaterThan(30_000);
    expect(now).toBeLessThan(31_000);
  });

  test('a hundred and fifty at a time, and no more', () => {
    let sessions: DnsSessions = [];
    const effects: ProgramEffect[] = [];
    for (let conn = 1; conn <= 151; conn++) {
      const input = { kind: 'opened', conn, handle: null, local: TO, peer: TO } as const;
      ({ sessions } = hearQueries(sessions, input, effects));
    }
    expect(sessions).toHaveLength(150);
    expect(effects.at(-1)).toEqual({ kind: 'close', conn: 151 });
    ({ sessions } = hearQueries(sessions, { kind: 'closed', conn: 7, why: 'fin' }, effects));
    expect(sessions).toHaveLength(149);
  });

  test('no octets make it throw, and it keeps no more of them than one message has', () => {
    const chunk = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
        let sessions: DnsSessions = [{ id: 1, rest: '' as Octets }];
        for (const codes of chunks) {
          const octets = String.fromCharCode(...codes) as Octets;
          const datagram = { kind: 'datagram', local: TO, peer: TO, octets } as const;
          hearQueries(sessions, datagram, []);
          ({ sessions } = hearQueries(sessions, { kind: 'octets', conn: 1, octets }, []));
          expect(sessions[0]!.rest.length).toBeLessThan(65_537);
        }
      }),
    );
  });
});
