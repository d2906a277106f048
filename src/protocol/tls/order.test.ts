/** Records and messages out of their place, made with the very keys of the connection. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { certificateVerify, clientHello, message, readClientHello, serverHello } from './messages.ts';
import { ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, plainRecords } from './record.ts';
import { tlsClose, tlsSeal } from './session.ts';
import { copyOf, speak } from './speaking.ts';
import type { Side } from './wire.testing.ts';
import { hear, secured, started } from './wire.testing.ts';

const octets = (text: string): Octets => text as Octets;
const RANDOM = octets('r'.repeat(32));
const UNEXPECTED = { kind: 'failed', alert: 'unexpected_message', reason: 'unexpected message' };

/** A record as this side would make it, whatever is in it. */
function forged(from: Side, type: number, content: string): string {
  const state = copyOf(from.state);
  const records = speak(state, type, octets(content));
  from.state = state;
  return records;
}

const bare = (type: number, content: string): string => plainRecords(type, 0x0303, octets(content));

/** The first `count` records of some octets. */
function first(records: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count; i++) at += 5 + records.charCodeAt(at + 3) * 256 + records.charCodeAt(at + 4);
  return records.slice(0, at);
}

describe('protected, after the handshake', () => {
  test.each([
    ['a handshake message', HANDSHAKE, message('Finished', 'x')],
    ['the beginning of one', HANDSHAKE, '\x14'],
    ['ChangeCipherSpec', CHANGE_CIPHER_SPEC, '\x01'],
    ['a type that is none', 99, 'x'],
    ['no type at all', 0, 'x'],
  ])('%s', (_, type, content) => {
    for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
      const { client, server } = secured({ versions: [version] });
      hear(server, forged(client, type, content));
      expect(server.ends[0]).toMatchObject(UNEXPECTED);
    }
  });

  test('zeros behind the type are padding (RFC 8446 §5.4)', () => {
    const { client, server } = secured();
    // Type 0 puts a zero behind what is taken for the content and its type.
    hear(server, forged(client, 0, `padded\x17${'\0'.repeat(9)}`));
    expect([server.plain, server.ends]).toEqual(['padded', []]);
  });

  test('alerts', () => {
    const alert = (content: string): Side => {
      const { client, server } = secured();
      hear(server, forged(client, ALERT, content));
      return server;
    };
    expect(alert('\x01\x5a').ends).toEqual([]);
    expect(alert('\x01\x00').ends).toEqual([{ kind: 'closed' }]);
    expect(alert('\x02').ends[0]).toMatchObject({ alert: 'decode_error' });
    // Whatever the level says (RFC 8446 §6).
    expect(alert('\x01\x50').ends[0]).toMatchObject({ byPeer: true, reason: 'tlsv1 alert internal error' });
  });

  test('nothing of what lies behind close_notify is kept', () => {
    const { client, server } = secured();
    const closing = forged(client, ALERT, '\x01\x00');
    hear(server, closing + forged(client, APPLICATION_DATA, 'late'));
    expect([server.plain, server.state.inbox, server.ends]).toEqual(['', '', [{ kind: 'closed' }]]);
  });

  test('a bare alert counts no more', () => {
    const { client } = secured();
    hear(client, bare(ALERT, '\x02\x28'));
    expect(client.ends[0]).toMatchObject({ ...UNEXPECTED, byPeer: false });
  });

  test('nothing is sealed when it is over', () => {
    const { client, server } = secured();
    client.state = tlsClose(client.state).state;
    expect(tlsSeal(client.state, octets('x'))[1]).toBe('');
    hear(server, bare(ALERT, 'x'));
    expect(tlsSeal(server.state, octets('x'))[1]).toBe('');
  });
});

describe('in the handshake', () => {
  test('a client without keys may say an alert in the clear, and ChangeCipherSpec is passed over', () => {
    const { client, server } = started();
    hear(server, client.out);
    hear(server, bare(CHANGE_CIPHER_SPEC, '\x01'));
    expect(server.ends).toEqual([]);
    hear(server, bare(ALERT, '\x02\x46'));
    expect(server.ends[0]).toMatchObject({ byPeer: true, reason: 'tlsv1 alert protocol version' });
  });

  test.each(['', '\x02', '\x01\x01'])('ChangeCipherSpec of %j', (content) => {
    const { client } = started();
    // An empty one is a record, too.
    hear(client, content === '' ? '\x14\x03\x03\x00\x00' : bare(CHANGE_CIPHER_SPEC, content));
    expect(client.ends[0]).toMatchObject(UNEXPECTED);
  });

  test('a protected ChangeCipherSpec is not passed over (RFC 8446 §5)', () => {
    const { client, server } = started();
    hear(server, client.out);
    hear(client, first(server.out, 2));
    server.state = { ...server.state, spokenCount: 0 };
    hear(client, forged(server, CHANGE_CIPHER_SPEC, '\x01'));
    expect(client.ends[0]).toMatchObject(UNEXPECTED);
  });

  test('nothing may come between the records of one message', () => {
    const { client } = started();
    hear(client, bare(HANDSHAKE, '\x02\x00'));
    hear(client, bare(CHANGE_CIPHER_SPEC, '\x01'));
    expect(client.ends[0]).toMatchObject(UNEXPECTED);
  });

  test('before TLS 1.3 Finished comes behind ChangeCipherSpec', () => {
    const { client, server } = started({ versions: ['TLSv1.2'] });
    hear(server, client.out);
    hear(server, bare(HANDSHAKE, message('ClientKeyExchange', 'x')));
    hear(server, bare(HANDSHAKE, message('Finished', 'x')));
    expect(server.ends[0]).toMatchObject(UNEXPECTED);
  });

  test('a server that has not the key of its certificate', () => {
    const { client, server } = started();
    hear(server, client.out);
    hear(client, first(server.out, 4));
    expect(client.state.phase).toBe('CertificateVerify');
    server.state = { ...server.state, spokenCount: 2 };
    hear(client, forged(server, HANDSHAKE, certificateVerify(octets('s'.repeat(256)))));
    expect(client.ends[0]).toMatchObject({ alert: 'decrypt_error', reason: 'bad signature' });
  });

  test.each([
    ['no certificate', message('Certificate', '\0\0\0\0'), 'decode_error', 'no certificates returned'],
    [
      'no certificate we can read',
      message('Certificate', '\0\0\0\x06\0\0\x01x\0\0'),
      'bad_certificate',
      'bad certificate',
    ],
    ['octets behind the list', message('Certificate', '\0\0\0\0x'), 'bad_certificate', 'bad certificate'],
  ])('%s', (_, said, alert, reason) => {
    const { client, server } = started();
    hear(server, client.out);
    hear(client, first(server.out, 3));
    server.state = { ...server.state, spokenCount: 1 };
    hear(client, forged(server, HANDSHAKE, said));
    expect(client.ends[0]).toMatchObject({ alert, byPeer: false, reason });
  });
});

describe('hellos', () => {
  const answer = (hello: string): Side => {
    const { client } = started({ versions: ['TLSv1.2'] });
    hear(client, bare(HANDSHAKE, hello));
    return client;
  };
  const hello = (version: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3'): string =>
    serverHello({ random: RANDOM, session: octets(''), version }, RANDOM);

  test('a version that was not offered, or that nobody knows', () => {
    expect(answer(hello('TLSv1.2')).ends).toEqual([]);
    for (const said of [hello('TLSv1'), hello('TLSv1.3'), hello('TLSv1.2').replace('\x03\x03', '\x03\x02')])
      expect(answer(said).ends[0]).toMatchObject({
        alert: 'protocol_version',
        reason: 'unsupported protocol',
      });
  });

  test('a suite that is not its version’s, and what is malformed', () => {
    expect(answer(hello('TLSv1.2').replace('\xc0\x30', '\x13\x02')).ends[0]).toMatchObject({
      alert: 'illegal_parameter',
      reason: 'wrong cipher returned',
    });
    const body = hello('TLSv1.2').slice(4);
    for (const bad of [body.slice(0, -1), `${body}x`, `${body}\0\x01x`, `${body.slice(0, -1)}\x01`])
      expect(answer(message('ServerHello', bad)).ends[0]).toMatchObject({ alert: 'decode_error' });
  });

  const said = (serverName: string): string =>
    clientHello({ random: RANDOM, session: octets(''), serverName, versions: ['TLSv1.3'] }, RANDOM).slice(4);

  test('octets too many or too few', () => {
    const body = said('a.example');
    expect(readClientHello(octets(body))).toMatchObject({ serverName: 'a.example', versions: ['TLSv1.3'] });
    for (let at = 0; at < body.length; at++) {
      // Without extensions a hello is whole (RFC 5246 §7.4.1.2): it is an old client's then.
      const read = readClientHello(octets(body.slice(0, at)));
      expect(read?.serverName ?? '').toBe('');
    }
    expect(readClientHello(octets(`${body}x`))).toBeNull();
  });

  test('a server name that is none is taken for no name', () => {
    const read = (from: string, to: string): string | undefined =>
      readClientHello(octets(said('a.example').replace(from, to)))?.serverName;
    expect(read('a.example', 'a\x00exampl\n')).toBe('');
    // Its type is host_name, or nobody knows what it is.
    expect(read('\x00\x00\x09a', '\x01\x00\x09a')).toBe('');
    expect(read('\x00\x00\x09a', '\x00\x00\xffa')).toBe('');
  });
});
