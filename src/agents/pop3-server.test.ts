/** The POP3 service on a simulated host: TLS, AUTH, APOP and the lock, as somebody at a shell meets them. */
import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { apopDigest } from '../protocol/sasl/sasl.ts';
import type { ProgramEffect } from '../sim/types.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';
import { facts, mailbox, open, screen, send, type } from './world.testing.ts';

const neo = (pop: string, more = ''): string => `hosts: { neo: { pop: { ${pop} }${more} } }`;
const logins = (history: ReturnType<typeof open>) => facts(history, 'login').map(({ ok }) => ok);

describe('TLS', () => {
  test('POP3S on 995 (RFC 8314 §3.3)', () => {
    const history = open('firma1', neo('plaintext: false', ', pops: {}'));
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'openssl s_client -quiet -connect neo.firma1.intr:995');
    type(history, 'pc', 'USER jura', 'PASS heslo', 'DELE 1', 'QUIT');
    expect(screen(history, 'pc')).toContain('+OK Logged in.\n');
    expect(screen(history, 'pc')).toContain('+OK Logging out, messages deleted.\n');
    expect(mailbox(history, 'neo', 'jura')).toEqual([]);
    const wire = history.log.flatMap(({ what }) => (what.kind === 'segment' ? [what.octets] : [])).join('');
    expect(wire).not.toContain('heslo');
  });

  test('STLS on 110 (RFC 2595)', () => {
    const history = open('firma1', neo('tls: may, plaintext: false'));
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'QUIT');
    expect(screen(history, 'pc')).toContain('-ERR [AUTH] Plaintext authentication disallowed');
    type(history, 'pc', 'openssl s_client -quiet -starttls pop3 -connect neo.firma1.intr:110');
    type(history, 'pc', 'USER jura', 'PASS heslo', 'QUIT');
    expect(screen(history, 'pc')).toContain('+OK Logged in.\n');
    expect(logins(history)).toEqual([true]);
  });
});

describe('logging in', () => {
  test('AUTH PLAIN, wrong and right (RFC 5034)', () => {
    const history = open('firma1');
    type(history, 'pc', 'telnet neo 110', 'CAPA', 'AUTH PLAIN AGp1cmEAYm93bGluZw==');
    type(history, 'pc', 'AUTH PLAIN AGp1cmEAaGVzbG8=', 'STAT', 'QUIT');
    expect(screen(history, 'pc')).toContain('\nSASL PLAIN LOGIN CRAM-MD5\n');
    expect(screen(history, 'pc')).toContain('-ERR [AUTH] Authentication failed.\n');
    expect(screen(history, 'pc')).toContain('+OK Logged in.\n');
    expect(logins(history)).toEqual([false, true]);
  });

  test('nobody logs in for somebody else (RFC 4616 §2)', () => {
    const history = open('firma1');
    const [forAnna, forJura] = ['anna\0jura\0heslo', 'jura\0jura\0heslo'].map((text) => btoa(text));
    type(history, 'pc', 'telnet neo 110', `AUTH PLAIN ${forAnna}`, `AUTH PLAIN ${forJura}`, 'QUIT');
    expect(logins(history)).toEqual([false, true]);
  });

  test('names without regard to case, and with the domain', () => {
    const history = open('firma1');
    for (const name of ['JURA', 'jura@firma1.intr', 'Jura@Firma1.Intr', 'jura@example.org', 'constructor'])
      type(history, 'pc', 'telnet neo 110', `USER ${name}`, 'PASS heslo', 'QUIT');
    expect(logins(history)).toEqual([true, true, true, false, false]);
  });

  test('APOP with the timestamp of the greeting, which no two have the same (RFC 1939 §7)', () => {
    const history = open('firma1', neo('dialect: qpopper, apop: true'));
    const timestamps = (): readonly string[] => screen(history, 'pc').match(/<\d+\.\d+@[^>]+>/g) ?? [];
    type(history, 'pc', 'telnet neo 110', 'QUIT', 'telnet neo 110');
    const [first, second] = timestamps();
    expect(second).toMatch(/^<\d+\.\d+@neo\.firma1\.intr>$/);
    expect(second).not.toBe(first);
    type(history, 'pc', `APOP jura ${apopDigest('heslo', second!)}`, 'QUIT');
    expect(screen(history, 'pc')).toContain('+OK jura has 0 visible messages (0 hidden) in 0 octets.\n');
    type(history, 'pc', 'telnet neo 110', `APOP jura ${apopDigest('heslo', second!)}`);
    expect(screen(history, 'pc')).toContain(
      '-ERR [AUTH] Password supplied for "jura" is incorrect.\n+OK Pop server at neo.firma1.intr signing off.\n',
    );
    expect(logins(history)).toEqual([true, false]);
  });
});

test('no challenge comes twice, in one segment either (RFC 2195 §2)', () => {
  const host = imapHost([]);
  host.pop3 = { ...host.pop3, config: { ...host.pop3.config, mechanisms: ['CRAM-MD5'] } };
  let said = '';
  const hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') said += effect.octets;
  };
  connect(host, 1, '192.0.2.1', hear, 'pop3');
  const twice = octets('AUTH CRAM-MD5\r\n*\r\nAUTH CRAM-MD5\r\n*\r\n');
  take(host, { kind: 'octets', conn: 1, octets: twice }, hear, 'pop3');
  const challenges = [...said.matchAll(/^\+ (.+)\r$/gm)].map(([, text]) => text);
  expect(challenges).toHaveLength(2);
  expect(challenges[1]).not.toBe(challenges[0]);
});

describe('one mailbox, two sessions', () => {
  const busy = (more: string) => {
    const history = open('firma1', more);
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo', 'DELE 1');
    type(
      history,
      'walterpc',
      'telnet neo.firma1.intr 110',
      'USER jura',
      'PASS heslo',
      'STAT',
      'DELE 1',
      'QUIT',
    );
    type(history, 'pc', 'QUIT');
    return history;
  };

  test.each(['qpopper', 'telenet-pop'])('%s has a lock (RFC 1939 §4)', (dialect) => {
    const history = busy(neo(`dialect: ${dialect}`));
    expect(screen(history, 'walterpc')).toContain('-ERR [IN-USE] ');
    expect(facts(history, 'expunged')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'jura')).toEqual([]);
  });

  test('Dovecot has none, unless it is told to', () => {
    const shared = busy('');
    expect(screen(shared, 'walterpc')).toContain('+OK 1 ');
    expect(facts(shared, 'expunged')).toHaveLength(1);
    expect(mailbox(shared, 'neo', 'jura')).toEqual([]);
    const locked = busy(neo('lock: true'));
    expect(screen(locked, 'walterpc')).toContain(
      '-ERR [IN-USE] Mailbox is locked by another POP3 session.\n',
    );
  });
});
