/** A client and a server of TLS on a fake wire. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import { tlsClose, tlsHear, tlsSeal, tlsStart } from './session.ts';
import type { TlsState } from './types.ts';
import type { TlsVersion } from './versions.ts';
import type { Cutting, Pair, Side } from './wire.testing.ts';
import { byOctet, expectTalk, hear, NOW, run, say, secured, started, tell } from './wire.testing.ts';

const VERSIONS: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1'];
const octets = (text: string): Octets => text as Octets;

describe.each(VERSIONS)('%s', (version) => {
  const only = { versions: [version] };

  test('whole', () => expectTalk(secured(only)));

  test('octet by octet', () => expectTalk(run(started(only), byOctet), byOctet));

  test('cut in two anywhere', () => {
    const longest = Math.max(
      ...[secured(only).client, secured(only).server].flatMap(({ flights }) =>
        flights.map((f) => f.octets.length),
      ),
    );
    for (let at = 1; at < longest; at++) {
      const cutting: Cutting = (text) => [text.slice(0, at), text.slice(at)];
      expectTalk(run(started(only), cutting), cutting);
    }
  });

  test('a state in the middle survives JSON', () => {
    const pair = started(only);
    const through = (side: Side): void => {
      side.state = JSON.parse(JSON.stringify(side.state)) as TlsState;
    };
    run(pair, (text) => {
      through(pair.client);
      through(pair.server);
      return byOctet(text).map((octet, i) => {
        if (i % 97 === 0) [pair.client, pair.server].forEach(through);
        return octet;
      });
    });
    [pair.client, pair.server].forEach(through);
    expectTalk(pair);
  });

  test('the same chances give the same octets, others do not', () => {
    const sent = (pair: Pair): string[] =>
      [...pair.client.flights, ...pair.server.flights].map((f) => f.octets);
    expect(sent(secured(only))).toEqual(sent(secured(only)));
    const other = started(only);
    const again = tlsStart(started(only).client.state, 0.25);
    expect(again.flights).toEqual([]);
    hear(other.server, other.client.flights[0]!.octets, NOW, 0.125);
    expect(other.server.flights[0]!.octets).not.toBe(sent(secured(only)).at(version === 'TLSv1.3' ? 2 : -2));
  });

  test('long data come in records of 2^14', () => {
    const pair = secured(only);
    const letter = Array.from({ length: 100_000 }, (_, i) =>
      String.fromCharCode((i * 7 + (i >> 8)) & 255),
    ).join('');
    const records = tell(pair.client, letter);
    let count = 0;
    for (let at = 0; at < records.length; count++) {
      const length = records.charCodeAt(at + 3) * 256 + records.charCodeAt(at + 4);
      expect([records.charCodeAt(at), length <= 2 ** 14 + 256]).toEqual([23, true]);
      at += 5 + length;
    }
    expect(count).toBe(7);
    run(pair, (text) => text.match(/.{1,1460}/gs) ?? []);
    // Not toBe: nobody wants to see the difference.
    expect(pair.server.plain === letter).toBe(true);
  });

  test('many records', () => {
    const pair = secured(only);
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i}\r\n`);
    for (const line of lines) tell(pair.client, line);
    for (const line of lines) tell(pair.server, line);
    run(pair);
    expect([pair.server.plain, pair.client.plain]).toEqual([lines.join(''), lines.join('')]);
  });

  test('what passes cannot be read off the wire', () => {
    const pair = secured(only);
    const one = tell(pair.client, 'PASS sesame');
    const two = tell(pair.client, 'PASS sesame');
    expect(one).not.toContain('sesame');
    expect(one.length).toBe(two.length);
    expect(one).not.toBe(two);
  });
});

test('the shapes of the records are those of TLS 1.3', () => {
  const { client, server } = secured();
  const heads = (text: string): string[] => {
    const out = [];
    for (let at = 0; at < text.length; at += 5 + text.charCodeAt(at + 3) * 256 + text.charCodeAt(at + 4))
      out.push(
        [0, 1, 2]
          .map((i) =>
            text
              .charCodeAt(at + i)
              .toString(16)
              .padStart(2, '0'),
          )
          .join(''),
      );
    return out;
  };
  expect(client.flights.map((flight) => heads(flight.octets))).toEqual([['160301'], ['140303', '170303']]);
  expect(server.flights.map((flight) => heads(flight.octets))).toEqual([
    ['160303', '140303', '170303', '170303', '170303', '170303'],
  ]);
  expect(client.flights[0]!.octets).toContain('mail.example.org');
});

test('the notes say what goes by', () => {
  const messages = (pair: Pair): string[] => [
    ...pair.client.flights.map(({ note }) => `C: ${note.messages.join()}`),
    ...pair.server.flights.map(({ note }) => `S: ${note.messages.join()}`),
  ];
  expect(messages(secured())).toEqual([
    'C: ClientHello',
    'C: ChangeCipherSpec,Finished',
    'S: ServerHello,ChangeCipherSpec,EncryptedExtensions,Certificate,CertificateVerify,Finished',
  ]);
  expect(messages(secured({ versions: ['TLSv1.2'] }))).toEqual([
    'C: ClientHello',
    'C: ClientKeyExchange,ChangeCipherSpec,Finished',
    'S: ServerHello,Certificate,ServerKeyExchange,ServerHelloDone',
    'S: ChangeCipherSpec,Finished',
  ]);
  const { client, server } = secured();
  expect(client.flights[0]!.note).toEqual({
    kind: 'tls',
    protocol: 'tls',
    messages: ['ClientHello'],
    version: '',
    cipher: '',
    offers: ['TLSv1.3', 'TLSv1.2'],
    serverName: 'mail.example.org',
    certificate: null,
    alert: null,
    reason: '',
    clause: 'RFC 8446 §2',
  });
  expect(server.flights[0]!.note).toMatchObject({
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    serverName: 'mail.example.org',
    certificate: {
      subject: 'mail.example.org',
      issuer: 'Inter CA',
      names: ['mail.example.org', '*.example.org'],
      notBefore: 'Feb 28 12:00:00 2026 GMT',
      notAfter: 'May 29 12:00:00 2026 GMT',
    },
  });
});

describe('the end', () => {
  test('close_notify', () => {
    const pair = secured();
    const { client, server } = pair;
    tell(client, 'QUIT\r\n');
    const closed = tlsClose(client.state);
    client.state = closed.state;
    say(client, closed.flights);
    expect(closed.flights[0]!.note).toMatchObject({
      messages: ['Alert'],
      alert: { level: 'warning', name: 'close_notify', code: 0 },
    });
    const heard = hear(server, client.out);
    expect([heard.plain, heard.end]).toEqual(['QUIT\r\n', { kind: 'closed' }]);
    // Still free to say its last word, deaf to what may follow.
    expect(tell(server, '221 Bye\r\n')).not.toBe('');
    expect(hear(server, 'x'.repeat(9)).end).toBeNull();
    expect(hear(client, server.out)).toMatchObject({ plain: '', end: null, flights: [] });
    expect(tlsClose(server.state).flights).toHaveLength(1);
    expect(tlsClose(client.state).flights).toEqual([]);
    expect(tlsSeal(client.state, octets('x'))[1]).toBe('');
  });

  test('nothing is sealed before it is secured, nothing said when it is closed then', () => {
    const { client, server } = started();
    for (const side of [client, server]) {
      expect(tlsSeal(side.state, octets('x'))).toEqual([side.state, NO_OCTETS]);
      expect(tlsClose(side.state).flights).toEqual([]);
      expect(tlsClose(side.state).state.phase).toBe('over');
    }
  });

  test('a client that has not started hears nothing', () => {
    const { client } = started();
    const fresh: TlsState = { ...client.state, phase: 'start' };
    expect(tlsHear(fresh, octets('220 x\r\n'), NOW, 0).state).toBe(fresh);
  });
});
