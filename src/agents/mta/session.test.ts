/** What becomes of a letter whose next host is odd, in Postfix's words (smtp_proto.c, smtp_trouble.c). */
import { describe, expect, test } from 'vitest';
import { act, runIdle } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { facts, openTold, runDays, type FickleConfig } from '../world.testing.ts';
import { logOf, mtaOf, openPost } from './post.testing.ts';
import type { MtaConfig } from './types.ts';

const SERVER = 'pobocka.firma1.intr[192.0.2.26]';

/** Neo, and a pobocka that says what it is told to; a letter is on its way. */
function send(sessions: FickleConfig['sessions'], neo: Partial<MtaConfig> = {}): History {
  const plain = openPost({ ports: [25, 25], aliases: {}, neo });
  const history = openTold(plain.scenario, { pobocka: sessions }, plain.registry);
  const pieces = [
    'EHLO pc1\r\n',
    'MAIL FROM:<jura@firma1.intr>\r\n',
    'RCPT TO:<karel@pobocka.firma1.intr>\r\n',
    'DATA\r\n',
    'Subject: x\r\n\r\nx\r\n.\r\n',
    'QUIT\r\n',
  ];
  act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
  runIdle(history, 400_000);
  return history;
}

const fates = (history: History): readonly string[] =>
  logOf(history, 'neo').flatMap((line) => /dsn=.*$/.exec(line)?.[0] ?? []);

const TLS = '250-hello\r\n250 STARTTLS';

describe('TLS', () => {
  test.each([
    ['not offered', { EHLO: '250 hello' }, '4.7.4', `TLS is required, but was not offered by host ${SERVER}`],
    [
      'refused',
      { EHLO: TLS, STARTTLS: '454 4.7.0 TLS not available' },
      '4.7.0',
      `TLS is required, but host ${SERVER} refused to start TLS: 454 4.7.0 TLS not available`,
    ],
    [
      'no handshake',
      { EHLO: TLS, STARTTLS: '220 go\r\nnonsense' },
      '4.7.5',
      'Cannot start TLS: handshake failure',
    ],
    [
      'a handshake without end',
      { EHLO: TLS, STARTTLS: '220 go' },
      '4.7.5',
      'Cannot start TLS: handshake failure',
    ],
    [
      'gone',
      { EHLO: TLS, STARTTLS: 'close' },
      '4.4.2',
      `lost connection with ${SERVER} while receiving the STARTTLS response`,
    ],
  ])('%s, where it must be: the letter waits', (_, replies, status, why) => {
    const history = send([replies], { clientTls: 'encrypt' });
    expect(fates(history)).toEqual([`dsn=${status}, status=deferred (${why})`]);
    expect(mtaOf(history, 'neo').queue).toHaveLength(1);
  });

  test('the handshake fails, where TLS is welcome: the letter goes without (RFC 7435)', () => {
    const history = send([{ EHLO: TLS, STARTTLS: '220 go\r\nnonsense' }, {}], { clientTls: 'may' });
    expect(facts(history, 'relayed')).toHaveLength(1);
    expect(facts(history, 'deferred')).toEqual([]);
    expect(logOf(history, 'neo').join('\n')).toContain(`SSL_connect error to ${SERVER}:25`);
  });
});

describe('logins at the relay host', () => {
  const relaying = {
    relayHost: '[pobocka.firma1.intr]',
    transports: {},
    clientLogin: { user: 'neo', password: 'x' },
  };

  test('a wrong password is mended by people, so letters wait', () => {
    const history = send(
      [{ EHLO: '250-hello\r\n250 AUTH PLAIN', AUTH: '535 5.7.8 Error: authentication failed' }],
      relaying,
    );
    expect(fates(history)).toEqual([
      `dsn=4.7.8, status=deferred (SASL authentication failed; server ${SERVER} said: 535 5.7.8 Error: authentication failed)`,
    ]);
  });

  test('the relay host is nowhere: this host is at fault', () => {
    const history = send([{}], { ...relaying, relayHost: '[nowhere.firma1.intr]' });
    expect(fates(history)[0]).toMatch(/^dsn=4\.3\.5, status=deferred \(Host or domain name not found/);
  });
});

describe('a host that falls silent, or goes', () => {
  test.each([
    ['CONNECT', 'receiving the initial server greeting'],
    ['EHLO', 'performing the EHLO handshake'],
    ['MAIL', 'sending MAIL FROM'],
    ['RCPT', 'sending RCPT TO'],
    ['DATA', 'sending DATA command'],
    ['END-OF-DATA', 'sending end of data -- message may be sent more than once'],
  ])('at %s', (verb, doing) => {
    expect(fates(send([{ [verb]: 'close' }]))).toEqual([
      `dsn=4.4.2, status=deferred (lost connection with ${SERVER} while ${doing})`,
    ]);
    expect(fates(send([{ [verb]: 'silence' }]))).toEqual([
      `dsn=4.4.2, status=deferred (conversation with ${SERVER} timed out while ${doing})`,
    ]);
  });
});

test('421 in the middle: the letter waits, and goes later', () => {
  const history = send([{ MAIL: '421 4.3.2 Going down' }, {}]);
  expect(fates(history)).toEqual([
    `dsn=4.3.2, status=deferred (host ${SERVER} said: 421 4.3.2 Going down (in reply to MAIL FROM command))`,
  ]);
  runDays(history, 1);
  expect(facts(history, 'relayed')).toHaveLength(1);
});

test('a 5yz greeting speaks for the host, not for the letter: it waits (smtp_skip_5xx_greeting)', () => {
  expect(fates(send([{ CONNECT: '554 5.3.2 No service' }]))).toEqual([
    `dsn=4.3.2, status=deferred (host ${SERVER} refused to talk to me: 554 5.3.2 No service)`,
  ]);
});

describe('a reply of a kind that does not belong there', () => {
  test.each([
    [
      '3yz to MAIL',
      { MAIL: '354 go' },
      '5.5.0',
      'Protocol error: host .* said: 354 go (in reply to MAIL FROM command)',
    ],
    [
      '3yz to RCPT',
      { RCPT: '354 go' },
      '5.5.0',
      'Protocol error: host .* said: 354 go (in reply to RCPT TO command)',
    ],
    [
      '3yz to the final dot',
      { 'END-OF-DATA': '354 go' },
      '5.5.0',
      'Protocol error: host .* said: 354 go (in reply to end of DATA command)',
    ],
    [
      '2yz to DATA',
      { DATA: '250 fine' },
      '5.5.0',
      'Protocol error: host .* said: 250 fine (in reply to DATA command)',
    ],
    [
      'a status code of another class',
      { RCPT: '450 5.1.1 later' },
      '4.0.0',
      'host .* said: 450 5.1.1 later (in reply to RCPT TO command)',
    ],
  ])(
    '%s: the letter is not taken to be delivered, nor does it hang (smtp_trouble.c)',
    (_, replies, status, why) => {
      const history = send([replies]);
      expect(facts(history, 'relayed')).toEqual([]);
      const verdict = status.startsWith('5') ? 'bounced' : 'deferred';
      const [fate] = fates(history);
      expect(fate).toMatch(
        new RegExp(
          `^dsn=${status}, status=${verdict} \\(${why.replaceAll('(', '\\(').replaceAll(')', '\\)')}`,
        ),
      );
      const { deliveries, queue } = mtaOf(history, 'neo');
      expect(deliveries).toEqual([]);
      expect(queue.flatMap(({ recipients }) => recipients.map(({ state }) => state))).toEqual(
        verdict === 'bounced' ? [] : ['waiting'],
      );
    },
  );
});
