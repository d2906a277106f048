/** What OpenSSL says of servers that do not behave: the lines are those of the recorded binary, tried at such servers. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { act, runIdle } from '../sim/history.ts';
import type { History } from '../sim/types.ts';
import type { ScriptedConfig } from './s-client.testing.ts';
import {
  CA,
  enter,
  foregroundOf,
  GOOD,
  openServers,
  press,
  serversOf,
  shownSince,
  typedAt,
} from './s-client.testing.ts';
import { dialogueHears, openDialogue } from './s-client-starttls.ts';

const START = 'openssl s_client -starttls smtp -connect neo.firma1.intr:10025';
const WRAPPED = 'openssl s_client -connect neo.firma1.intr:10465';

const opened = (trust = [CA]): History => openServers(serversOf(), trust);

describe('what goes wrong', () => {
  const refused = (code: string, text: string): string =>
    `:error:80000${code}:system library:BIO_connect:${text}:../crypto/bio/bio_sock2.c:117:calling connect()\n`;

  test('two addresses: the first that answers; or an error for each', () => {
    expect(typedAt(opened(), 'openssl s_client -connect two:10465 -brief -verify_quiet')).toMatch(
      /^Can't use SSL_get_servername\nCONNECTION ESTABLISHED\n/,
    );
    const screen = typedAt(opened(), 'openssl s_client -connect two:1');
    expect(screen.split(refused('06F', 'Connection refused'))).toHaveLength(3);
    expect(screen).toMatch(/connect:errno=111\n$/);
  });

  test('a server that speaks TLS 1.0 only, and one that has TLS 1.2 only', () => {
    const server = (versions: ScriptedConfig['versions']): ScriptedConfig => ({
      port: 465,
      tls: 'implicit',
      chain: [GOOD],
      replies: {},
      versions: versions!,
    });
    const old = openServers([server(['TLSv1'])], [CA]);
    expect(typedAt(old, 'openssl s_client -connect neo.firma1.intr:smtps')).toMatch(
      /:error:0A00014D:[\s\S]*New, \(NONE\), Cipher is \(NONE\)\nServer public key is 2048 bit\nSecure Renegotiation IS supported[\s\S]*Protocol {2}: TLSv1\n {4}Cipher {4}: 0000\n/,
    );
    const twelve = openServers([server(['TLSv1.2'])], [CA]);
    expect(typedAt(twelve, 'openssl s_client -connect neo.firma1.intr:465 -tls1_3 -quiet')).toMatch(
      /^[0-9A-F]{16}:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:\.\.\/ssl\/record\/rec_layer_s3\.c:1602:SSL alert number 70\n$/,
    );
  });

  test('-verify_return_error under TLS 1.2 has no key exchange yet, and its session no verdict', () => {
    const screen = typedAt(opened([]), `${WRAPPED} -tls1_2 -verify_return_error`);
    expect(screen).not.toContain('Server Temp Key');
    expect(screen).toContain('New, (NONE), Cipher is (NONE)\nSecure Renegotiation IS supported\n');
    expect(screen).toMatch(/Verification error: unable to get local[\s\S]*Verify return code: 0 \(ok\)\n/);
  });

  test('the server hangs up: before STARTTLS, in the handshake, and later', () => {
    const gone: ScriptedConfig = {
      port: 25,
      tls: 'none',
      chain: [],
      replies: { CONNECT: '554 No\r\n\0', '': '' },
    };
    const screen = typedAt(
      openServers([gone], []),
      'openssl s_client -starttls smtp -connect neo.firma1.intr:25',
    );
    expect(screen).toMatch(
      /^CONNECTED\(00000003\)\nDidn't find STARTTLS in server response, trying anyway\.\.\.\n[0-9A-F]{16}:error:0A000126:.*:318:\n---\nno peer certificate available\n/,
    );
    const history = opened();
    const from = history.log.length;
    press(history, `${START} -brief`);
    act(history, { kind: 'power', host: 'neo', up: false });
    enter(history, { kind: 'line', text: 'NOOP' });
    runIdle(history);
    expect(shownSince(history, from)).toMatch(
      /250 CHUNKING\nNOOP\n(?:CONNECTION CLOSED BY SERVER\nroot@pc:~# )?$/,
    );
  });

  test('hostile octets end it, and never throw', () => {
    const noise = [
      '\x16\x03\x03\x00\x02\x02\x28',
      '\x15\x03\x03\x00\x02\x02\x28',
      'HTTP/1.1 400\r\n',
      '\0'.repeat(40),
    ];
    for (const octets of noise)
      for (const tls of ['none', 'starttls'] as const) {
        const replies = { CONNECT: tls === 'none' ? octets : '220 x\r\n', EHLO: '250 x\r\n', '': octets };
        const history = openServers([{ port: 25, tls: 'none', chain: [], replies }], []);
        typedAt(
          history,
          `openssl s_client -connect neo.firma1.intr:25 ${tls === 'none' ? '' : '-starttls smtp'}`,
          ['^C'],
        );
        expect(foregroundOf(history)).toBe(null);
      }
  });

  test('a long chain of garbage before STARTTLS stays bounded', () => {
    let dialogue = openDialogue('smtp', 'x');
    for (let i = 0; i < 100; i++) dialogue = dialogueHears(dialogue, '250-'.repeat(5000) as Octets).dialogue;
    expect(JSON.stringify(dialogue).length).toBeLessThan(60_000);
  });
});
