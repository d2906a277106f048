/** Whatever comes, nothing throws, nothing wrong is believed, and nothing grows without bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { tlsSeal } from './session.ts';
import type { TlsState } from './types.ts';
import type { TlsVersion } from './versions.ts';
import type { Pair, Side } from './wire.testing.ts';
import { hear, INTERMEDIATE, LEAF, run, secured, started } from './wire.testing.ts';

const VERSIONS: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1'];
const BAD_MAC = {
  kind: 'failed',
  alert: 'bad_record_mac',
  byPeer: false,
  reason: 'decryption failed or bad record mac',
};

function sealed(from: Side, text: string): string {
  const [state, records] = tlsSeal(from.state, text as Octets);
  from.state = state;
  return records;
}

const changed = (text: string, at: number, mask: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ mask) + text.slice(at + 1);

/** What OpenSSL 3.0.22's s_server answered to these, and said of them. */
test.each([
  ['EHLO x\r\n', '', 'wrong version number'],
  ['QUIT\r\n', '', 'wrong version number'],
  ['\r\n\r\n\r\n', '', 'wrong version number'],
  ['GET / HTTP/1.0\r\n', '', 'http request'],
  ['POST / HTTP/1.0\r\n', '', 'http request'],
  ['CONNECT x', '', 'https proxy request'],
  ['\x16\x03\x01\xff\xff', '\x15\x03\x03\x00\x02\x02\x16', 'packet length too long'],
  ['\x17\x03\x03\x00\x01x', '\x15\x03\x03\x00\x02\x02\x0a', 'unexpected message'],
  ['\x16\x03\x01\x00\x05\x02\x00\x00\x01x', '\x15\x03\x03\x00\x02\x02\x0a', 'unexpected message'],
  ['\x16\x03\x01\x00\x05\x01\x00\x00\x01x', '\x15\x03\x03\x00\x02\x02\x32', 'length too short'],
  ['Q\r\n', '', null],
  ['QUI\r', '', null],
])('a server hears %j', (typed, answer, reason) => {
  const { server } = started();
  const heard = hear(server, typed);
  expect(server.out).toBe(answer);
  expect(heard.end === null ? null : heard.end.kind === 'failed' && heard.end.reason).toBe(reason);
  if (reason !== null) expect(hear(server, 'more').end).toBeNull();
});

test.each([
  ['220 mail.example.org ESMTP\r\n', '', null, false, 'wrong version number'],
  ['\x15\x03\x03\x00\x02\x02\x28', '', 'handshake_failure', true, 'sslv3 alert handshake failure'],
  ['\x15\x03\x03\x00\x02\x02\x46', '', 'protocol_version', true, 'tlsv1 alert protocol version'],
  ['\x15\x03\x03\x00\x02\x02\xc8', '', null, true, 'unknown alert type'],
  ['\x16\x03\x03\x50\x02\x02\x28', '\x15', 'record_overflow', false, 'packet length too long'],
  ['\x17\x03\x03\x00\x02\x02\x28', '\x15', 'unexpected_message', false, 'unexpected message'],
])('a client hears %j', (said, answer, alert, byPeer, reason) => {
  const { client } = started();
  client.out = '';
  hear(client, said);
  expect(client.ends).toEqual([{ kind: 'failed', alert, byPeer, reason }]);
  expect(client.out.slice(0, 1)).toBe(answer);
});

describe.each(VERSIONS)('%s', (version) => {
  const only = { versions: [version] };

  test('no octet of a record can be changed', () => {
    const good = sealed(secured(only).client, 'MAIL FROM:<a@example.org>\r\n');
    for (let at = 0; at < good.length; at++) {
      for (const mask of [1, 0x80]) {
        const { client, server } = secured(only);
        sealed(client, 'MAIL FROM:<a@example.org>\r\n');
        hear(server, changed(good, at, mask));
        // A record that says it is longer waits for what comes next.
        for (let i = 0; i < 4; i++) hear(server, sealed(client, 'x'.repeat(16_000)));
        expect(server.plain).toBe('');
        expect(server.ends).toHaveLength(1);
        expect(server.ends[0]).toMatchObject({ kind: 'failed', byPeer: false });
        if (at >= 5) expect(server.ends[0]).toEqual(BAD_MAC);
      }
    }
  });

  test('no record twice, before its turn, left out, or back to its sender', () => {
    const records = (pair: Pair): [string, string] => [
      sealed(pair.client, 'one'),
      sealed(pair.client, 'two'),
    ];
    const tries: ((one: string, two: string) => string)[] = [(a) => a + a, (a, b) => b + a, (_, b) => b];
    for (const order of tries) {
      const pair = secured(only);
      hear(pair.server, order(...records(pair)));
      expect(pair.server.ends).toEqual([BAD_MAC]);
      expect(['', 'one']).toContain(pair.server.plain);
      run(pair);
      expect(pair.client.ends[0]).toMatchObject({ alert: 'bad_record_mac', byPeer: true });
    }
    const pair = secured(only);
    hear(pair.client, sealed(pair.client, 'one'));
    expect(pair.client.ends).toEqual([BAD_MAC]);
  });

  test('no octet of the handshake can be changed', () => {
    const honest = secured(only);
    const sides = ['client', 'server'] as const;
    for (const from of sides) {
      honest[from].flights.forEach(({ octets }, flight) => {
        for (let at = 0; at < octets.length; at += at < 400 ? 1 : 13) {
          const pair = started(only);
          let sent = 0;
          for (let round = 0; round < 4; round++) {
            for (const side of sides) {
              const out = pair[side].out;
              pair[side].out = '';
              if (out === '') continue;
              const now = side === from && sent++ === flight ? changed(out, at, 4) : out;
              hear(pair[side === 'client' ? 'server' : 'client'], now);
            }
          }
          // The low half of the version in the header of a bare record says nothing.
          const harmless = isBareVersion(octets, at);
          expect(pair.client.secured.length + pair.server.secured.length === 2).toBe(harmless);
          for (const side of sides) for (const end of pair[side].ends) expect(end.kind).toBe('failed');
        }
      });
    }
  });

  test('octets at random, at any moment', () => {
    const stages = stagesOf(only);
    fc.assert(
      fc.property(
        fc.nat({ max: stages.length - 1 }),
        fc.array(fc.oneof(noise, record), { minLength: 1, maxLength: 6 }),
        (stage, parts) => {
          const to = stages[stage]!();
          for (const part of parts) {
            hear(to, part);
            expectBounded(to.state);
          }
          expect(to.plain).toBe('');
          expect(to.ends.length).toBeLessThan(2);
          if (to.ends.length > 0 && !to.state.peerClosed) expect(to.state.phase).toBe('over');
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a message changed by chance', () => {
    const honest = secured(only);
    const bodies = [...honest.client.flights, ...honest.server.flights].map(({ octets }) => octets);
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.nat(), fc.nat(), noise, (octets, a, b, inserted) => {
        const [from, to] = [a % octets.length, b % octets.length].sort((x, y) => x - y) as [number, number];
        for (const stage of stagesOf(only)) {
          const side = stage();
          hear(side, octets.slice(0, from) + inserted + octets.slice(to));
          expectBounded(side.state);
          expect(side.plain).toBe('');
        }
      }),
      { numRuns: 60 },
    );
  });
});

const noise = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));
/** Something in a record, half of the time a handshake message that is well-formed outside. */
const record = fc
  .tuple(
    fc.constantFrom(20, 21, 22, 22, 23),
    noise,
    fc.constantFrom(0, 1, 2, 8, 11, 12, 14, 15, 16, 20),
    fc.boolean(),
  )
  .map(([type, body, kind, wraps]) => {
    const content = wraps ? `${String.fromCharCode(kind, 0, 0, body.length)}${body}` : body;
    return `${String.fromCharCode(type, 3, 3, 0, content.length)}${content}`;
  });

/** Both sides, at every step of a handshake. */
function stagesOf(only: { versions: TlsVersion[] }): (() => Side)[] {
  const step = (count: number, which: 'client' | 'server') => (): Side => {
    const pair = started(only);
    for (let i = 0; i < count; i++) {
      const [from, to] =
        i % 2 === 0 ? ([pair.client, pair.server] as const) : ([pair.server, pair.client] as const);
      const out = from.out;
      from.out = '';
      hear(to, out);
    }
    return pair[which];
  };
  return [0, 1, 2, 3, 4].flatMap((count) => [step(count, 'client'), step(count, 'server')]);
}

function expectBounded(state: TlsState): void {
  expect(state.inbox.length).toBeLessThan(5 + 2 ** 14 + 256);
  expect(state.partial.length).toBeLessThan(4 + 32_768);
}

/** The third octet of a record that is not protected: a hello, or ChangeCipherSpec, or any before it. */
function isBareVersion(octets: string, wanted: number): boolean {
  let bare = true;
  for (let at = 0; at < octets.length; ) {
    const type = octets.charCodeAt(at);
    if (wanted === at + 2) return type === 20 || (type === 22 && bare);
    if (type === 20) bare = false;
    at += 5 + octets.charCodeAt(at + 3) * 256 + octets.charCodeAt(at + 4);
  }
  return false;
}

describe('bounds', () => {
  test('a record of 2^14 + 256 is waited for, one more is not', () => {
    const { server } = started();
    hear(server, '\x16\x03\x01\x41\x00');
    expect([server.ends, server.state.wanted]).toEqual([[], 5 + 2 ** 14 + 256]);
    const other = started().server;
    hear(other, '\x16\x03\x01\x41\x01');
    expect(other.ends[0]).toMatchObject({ alert: 'record_overflow', reason: 'packet length too long' });
  });

  test('a bare record may hold 2^14', () => {
    const { server } = started();
    hear(server, `\x16\x03\x01\x40\x01${'\x01'.repeat(2 ** 14 + 1)}`);
    expect(server.ends[0]).toMatchObject({ alert: 'record_overflow', reason: 'data length too long' });
  });

  test('a handshake message may not be endless', () => {
    const { server } = started();
    hear(server, '\x16\x03\x01\x00\x04\x01\xff\xff\xff');
    expect(server.ends[0]).toMatchObject({ alert: 'illegal_parameter', reason: 'excessive message size' });
    const patient = started().server;
    hear(patient, '\x16\x03\x01\x00\x04\x01\x00\x80\x00');
    for (let i = 0; i < 32_767; i++) hear(patient, '\x16\x03\x01\x00\x01x');
    expect(patient.ends).toEqual([]);
    expectBounded(patient.state);
    hear(patient, '\x16\x03\x01\x00\x01x');
    expect(patient.ends[0]).toMatchObject({ alert: 'decode_error' });
  });

  test('a chain of more than one record', () => {
    const names = Array.from({ length: 90 }, (_, i) => `${'n'.repeat(200)}${i}.example.org`);
    const chain = [{ ...LEAF, names: ['mail.example.org', ...names] }, INTERMEDIATE];
    const pair = secured({}, { chain });
    expect(pair.client.secured[0]?.peerChain).toEqual(chain);
  });

  test('empty records', () => {
    const { server } = started();
    hear(server, '\x16\x03\x01\x00\x00');
    expect(server.ends[0]).toMatchObject({ alert: 'unexpected_message' });
  });
});

test('nothing but a handshake and alerts before it is secured, no handshake after', () => {
  const { client, server } = secured();
  const again = started().client.out;
  hear(server, again);
  expect(server.ends[0]).toMatchObject({ alert: 'unexpected_message' });
  hear(client, '\x14\x03\x03\x00\x01\x01');
  expect(client.ends[0]).toMatchObject({ alert: 'unexpected_message' });
});

test('what lies behind the ClientHello in one message run is refused', () => {
  const { client, server } = started();
  const hello = client.out.slice(5);
  const twice = `\x16\x03\x01${String.fromCharCode((hello.length * 2) >> 8, (hello.length * 2) & 255)}${hello}${hello}`;
  hear(server, twice);
  expect(server.ends[0]).toMatchObject({ alert: 'unexpected_message', reason: 'not on record boundary' });
});
