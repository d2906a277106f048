/** Which version they agree on, and what the client thinks of the certificate. */
import { describe, expect, test } from 'vitest';
import { cipherSummary, exchangeDetail, tlsFacts, trustWord } from './facts.ts';
import type { TlsVersion } from './versions.ts';
import {
  CA,
  DAY,
  expectTalk,
  hear,
  INTERMEDIATE,
  LEAF,
  NOW,
  secured,
  SELF,
  started,
} from './wire.testing.ts';

const VERSIONS: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1'];

describe('versions', () => {
  test.each<[TlsVersion[], TlsVersion[], TlsVersion, string]>([
    [['TLSv1.3', 'TLSv1.2', 'TLSv1'], ['TLSv1', 'TLSv1.2', 'TLSv1.3'], 'TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
    [['TLSv1.2', 'TLSv1.3'], ['TLSv1.2'], 'TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
    [['TLSv1.2'], ['TLSv1.3', 'TLSv1.2'], 'TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
    [['TLSv1.3', 'TLSv1'], ['TLSv1'], 'TLSv1', 'DHE-RSA-AES256-SHA'],
  ])('client %j, server %j: %s', (client, server, version, cipher) => {
    const pair = secured({ versions: client }, { versions: server });
    expectTalk(pair);
    expect(pair.client.secured[0]).toMatchObject({ version, cipher, bits: 256, cipherBits: 256 });
    expect(pair.server.secured[0]).toMatchObject({ version, cipher, peerChain: [], verification: null });
  });

  // As openssl s_client -tls1_3 and s_server -tls1_2 do.
  test.each<[TlsVersion[], TlsVersion[]]>([
    [['TLSv1.3'], ['TLSv1.2']],
    [['TLSv1'], ['TLSv1.3', 'TLSv1.2']],
    [['TLSv1.3', 'TLSv1.2'], []],
  ])('client %j, server %j: none in common', (client, server) => {
    const pair = secured({ versions: client }, { versions: server });
    expect(pair.server.out + pair.server.flights[0]!.octets.slice(0, 1)).toBe('\x15');
    expect(pair.server.flights[0]!.octets.slice(5)).toBe('\x02F');
    expect(pair.server.ends).toEqual([
      { kind: 'failed', alert: 'protocol_version', byPeer: false, reason: 'unsupported protocol' },
    ]);
    expect(pair.client.ends).toEqual([
      { kind: 'failed', alert: 'protocol_version', byPeer: true, reason: 'tlsv1 alert protocol version' },
    ]);
  });

  test('a server without a certificate', () => {
    const { client, server } = secured({}, { chain: [] });
    expect(server.ends[0]).toMatchObject({ alert: 'handshake_failure', reason: 'no shared cipher' });
    expect(client.ends[0]).toMatchObject({ byPeer: true, reason: 'sslv3 alert handshake failure' });
  });
});

describe('certificates', () => {
  test('what Postfix and s_client say of a good one', () => {
    const { client, server } = secured();
    const facts = client.secured[0]!;
    expect(tlsFacts(client.state)).toEqual(facts);
    expect(facts.peerChain).toEqual([LEAF, INTERMEDIATE]);
    expect(facts.verification).toMatchObject({
      ok: true,
      code: 0,
      text: 'ok',
      path: [LEAF, INTERMEDIATE, CA],
    });
    expect(trustWord(facts, 'mail.example.org')).toBe('Verified');
    expect(trustWord(facts, '')).toBe('Trusted');
    expect(trustWord(server.secured[0]!, '')).toBe('Anonymous');
    // src/node/recordings/postfix-esmtp-starttls.txt
    expect(`${cipherSummary(facts)} ${exchangeDetail(facts)}`).toBe(
      'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256',
    );
    expect(exchangeDetail(secured({ versions: ['TLSv1.2'] }).client.secured[0]!)).toBe('');
  });

  // The alerts that openssl s_client -verify_return_error sent.
  test.each([
    [
      'another name',
      { expectedName: 'other.org' },
      {},
      NOW,
      62,
      'bad_certificate',
      'sslv3 alert bad certificate',
    ],
    ['too late', {}, {}, NOW + 400 * DAY, 10, 'certificate_expired', 'sslv3 alert certificate expired'],
    ['too early', {}, {}, NOW - 9 * DAY, 9, 'bad_certificate', 'sslv3 alert bad certificate'],
    ['no trust', { trust: [] }, {}, NOW, 20, 'unknown_ca', 'tlsv1 alert unknown ca'],
    ['no intermediate', {}, { chain: [LEAF] }, NOW, 21, 'unknown_ca', 'tlsv1 alert unknown ca'],
    ['self-signed', {}, { chain: [SELF] }, NOW, 18, 'unknown_ca', 'tlsv1 alert unknown ca'],
  ] as const)('%s', (_, clientConfig, serverConfig, instant, code, alert, reason) => {
    for (const version of VERSIONS) {
      for (const verify of ['required', 'opportunistic', 'none'] as const) {
        const { client, server } = started({ ...clientConfig, verify, versions: [version] }, serverConfig);
        for (let i = 0; i < 4; i++) {
          hear(server, client.out, instant);
          client.out = '';
          hear(client, server.out, instant);
          server.out = '';
        }
        if (verify === 'required') {
          expect(client.ends).toEqual([
            { kind: 'failed', alert, byPeer: false, reason: 'certificate verify failed' },
          ]);
          expect(client.state.verification).toMatchObject({ ok: false, code });
          expect(client.flights.at(-1)!.note).toMatchObject({
            messages: ['Alert'],
            alert: { level: 'fatal', name: alert },
          });
          expect(server.ends).toEqual([{ kind: 'failed', alert, byPeer: true, reason }]);
          expect([client.secured, server.secured]).toEqual([[], []]);
        } else {
          expect([client.ends, server.ends, server.secured.length]).toEqual([[], [], 1]);
          expect(client.secured[0]!.verification?.code).toBe(verify === 'none' ? undefined : code);
        }
      }
    }
  });

  test('trust in words', () => {
    const word = (config: Parameters<typeof secured>[0]): string =>
      trustWord(
        secured({ verify: 'opportunistic', ...config }).client.secured[0]!,
        config?.expectedName ?? '',
      );
    expect(word({ expectedName: 'other.org' })).toBe('Trusted');
    expect(word({ trust: [] })).toBe('Untrusted');
    expect(word({ verify: 'none' })).toBe('Anonymous');
  });

  test('server names that are none are not said', () => {
    for (const serverName of ['192.0.2.1', '', '[IPv6:::1]', 'a b', '2001:db8::1', `${'x'.repeat(256)}`]) {
      const pair = secured({ serverName });
      expect([pair.server.state.serverName, pair.client.flights[0]!.note.serverName]).toEqual(['', '']);
      expectTalk(pair);
    }
  });
});
