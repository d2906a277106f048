/** CAPA (RFC 2449) and STLS (RFC 2595), and TLS from the first octet (RFC 8314 §3). */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { parseTranscript, replayAllWays } from '../transcript.testing.ts';
import { renewed, TIMESTAMP, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';
import type { Pop3Answer, Pop3DialectName, Pop3ServerConfig } from './types.ts';

/** A server of somebody who says lines and makes TLS stand; each tells what the server then sends. */
function visit(dialect: Pop3DialectName, changes: Partial<Pop3ServerConfig>) {
  const mailbox = testMailbox('anna', 'my secret', ['A: 1\r\n\r\n1\r\n']);
  let held = driven(serverOf(dialect, changes));
  const take = (arrival: Arrival<Pop3Answer>): string => {
    const [next, effects] = drive(pop3Server, held, arrival);
    held = next;
    return effects
      .map((effect) => {
        if (effect.kind === 'send') return effect.octets;
        if (effect.kind === 'startTls' || effect.kind === 'close') return `<${effect.kind}>`;
        const answer = effect.kind === 'ask' ? mailbox.answer(effect.question) : undefined;
        return answer ? take({ kind: 'answer', answer }) : '';
      })
      .join('');
  };
  return {
    open: () => take({ kind: 'opened', peer: '192.0.2.1' }),
    say: (...lines: string[]) =>
      take({ kind: 'octets', octets: lines.map((line) => `${line}\r\n`).join('') as Octets }),
    secure: () =>
      take({ kind: 'secured', tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 } }),
    state: () => held.state,
  };
}

const lines = (text: string): readonly string[] => text.split('\r\n').slice(0, -1);

describe('CAPA (RFC 2449 §5)', () => {
  test.each(['dovecot', 'dovecot2006', 'qpopper', 'telenet-pop'] as const)(
    '%s: one reply, the names of the RFC, and nothing that is not there',
    (dialect) => {
      const { open, say } = visit(dialect, { mechanisms: ['PLAIN', 'CRAM-MD5'] });
      open();
      const [first, ...rest] = lines(say('CAPA'));
      expect(first).toMatch(/^\+OK/);
      expect(rest.at(-1)).toBe('.');
      const names = rest.slice(0, -1);
      expect(names).toEqual(expect.arrayContaining(['TOP', 'USER', 'UIDL', 'SASL PLAIN CRAM-MD5']));
      expect(names).not.toContain('STLS');
      for (const name of names)
        expect(name).toMatch(
          /^(CAPA|TOP|UIDL|RESP-CODES|PIPELINING|AUTH-RESP-CODE|USER|SASL [A-Z0-9 -]+|LOGIN-DELAY 0|EXPIRE NEVER)$/,
        );
      expect(names.includes('RESP-CODES')).toBe(dialect !== 'dovecot2006');
      say('USER anna');
      say('PASS my secret');
      expect(lines(say('CAPA')).includes('UIDL')).toBe(true);
    },
  );

  test('without mechanisms there is no SASL', () => {
    const { open, say } = visit('dovecot', { mechanisms: [] });
    open();
    expect(say('CAPA')).not.toContain('SASL');
  });

  test('qpopper says what it is only to whom it knows', () => {
    const { open, say } = visit('qpopper', {});
    open();
    expect(say('CAPA')).not.toContain('IMPLEMENTATION');
    say('USER anna');
    say('PASS my secret');
    expect(say('CAPA')).toContain('\r\nIMPLEMENTATION Qpopper-version-4.0\r\n');
  });
});

describe('STLS (RFC 2595 §4)', () => {
  test('before it nobody may say a password, behind it everybody', () => {
    const { open, say, secure, state } = visit('dovecot', { tls: 'may', plaintext: false });
    open();
    expect(lines(say('CAPA')).slice(-3)).toEqual(['STLS', 'SASL', '.']);
    expect(say('USER anna')).toBe(
      '-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\r\n',
    );
    expect(say('STLS')).toBe('+OK Begin TLS negotiation now.\r\n<startTls>');
    expect(state().awaitsTls).toBe(true);
    expect(pop3Server.framing(state())).toEqual({ kind: 'hold' });
    expect(secure()).toBe('');
    expect(lines(say('CAPA')).slice(-3)).toEqual(['USER', 'SASL PLAIN', '.']);
    expect(say('STLS')).toBe('-ERR TLS is already active.\r\n');
    say('USER anna');
    expect(say('PASS my secret')).toBe('+OK Logged in.\r\n');
    expect(say('STLS')).toBe('-ERR Unknown command: STLS\r\n');
  });

  test('where TLS is required, not even a digest goes before it', () => {
    const { open, say, secure } = visit('dovecot', {
      tls: 'required',
      mechanisms: ['PLAIN', 'CRAM-MD5'],
      apop: true,
    });
    expect(open()).toContain(TIMESTAMP);
    expect(say('AUTH CRAM-MD5')).toBe('-ERR [AUTH] Authentication not allowed until SSL/TLS is enabled.\r\n');
    expect(say('APOP anna c4c9334bac560ecc979e58001b3e22fb')).toMatch(/^-ERR \[AUTH\]/);
    say('STLS');
    secure();
    expect(say('AUTH CRAM-MD5')).toMatch(/^\+ /);
  });

  test('CRAM-MD5 needs no TLS where it is not required', () => {
    const { open, say } = visit('dovecot', {
      tls: 'may',
      plaintext: false,
      mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
    });
    open();
    expect(lines(say('CAPA')).slice(-2)).toEqual(['SASL CRAM-MD5', '.']);
    expect(say('AUTH LOGIN')).toBe('-ERR [AUTH] Plaintext authentication disabled.\r\n');
    expect(say('AUTH CRAM-MD5')).toMatch(/^\+ /);
  });

  test('what is typed ahead of TLS is never heard: such a client is left', () => {
    const { open, say, state } = visit('dovecot', { tls: 'may' });
    open();
    expect(say('STLS', 'USER anna', 'PASS my secret')).toBe('+OK Begin TLS negotiation now.\r\n<close>');
    expect(state().state).toBe('closed');
  });

  test('words of the others', () => {
    for (const [dialect, before, begins, again] of [
      ['qpopper', 'Command not enabled', 'STLS', 'TLS in progress'],
      ['telenet-pop', 'TLS not available', 'ready', 'TLS already active'],
    ] as const) {
      const without = visit(dialect, {});
      without.open();
      expect(without.say('STLS')).toBe(`-ERR ${before}\r\n`);
      const { open, say, secure } = visit(dialect, { tls: 'may' });
      open();
      expect(say('STLS now')).toMatch(/^-ERR /);
      expect(say('STLS')).toBe(`+OK ${begins}\r\n<startTls>`);
      secure();
      expect(say('STLS')).toBe(`-ERR ${again}\r\n`);
    }
  });

  test('TLS that nobody asked for is nothing', () => {
    const { open, secure, say, state } = visit('dovecot', { tls: 'may' });
    open();
    expect(secure()).toBe('');
    expect(state().secured).toBe(false);
    expect(say('STLS')).toContain('<startTls>');
  });
});

test('where TLS comes first, so does its handshake: the greeting waits', () => {
  const { open, say, secure } = visit('dovecot', { tls: 'implicit', plaintext: false });
  expect(open()).toBe('');
  expect(say('USER anna')).toBe('');
  expect(secure()).toMatch(/^\+OK Dovecot \(Debian\) ready\.\r\n/);
  expect(say('USER anna')).toBe('+OK\r\n');
});

test('where TLS comes first and never comes, the connection is given up', () => {
  const [waiting, effects] = pop3Server.step(serverOf('telenet-pop', { tls: 'implicit' }), {
    kind: 'opened',
    peer: '192.0.2.1',
  });
  expect(effects).toEqual([{ kind: 'timer', name: 'idle', after: 600_000 }]);
  expect(pop3Server.step(waiting, { kind: 'timeout', name: 'idle' })[1]).toEqual([{ kind: 'close' }]);
});

test('LAST, where it is still known (RFC 1460): the highest number there was', () => {
  const letters = ['A: 1\r\n\r\n1\r\n', 'A: 2\r\n\r\n2\r\n', 'A: 3\r\n\r\n3\r\n', 'A: 4\r\n\r\n4\r\n'];
  const transcript = parseTranscript(`
S: +OK ready
C: USER anna
S: +OK *
C: PASS my secret
S: +OK *
C: LAST
S: +OK 0 is the last message seen.
C: RETR 3
S: +OK 11 octets
S: A: 3
S:
S: 3
S: .
C: LAST
S: +OK 3 *
C: DELE 2
S: +OK *
C: LAST
S: +OK 3 *
C: TOP 4 0
S: +OK *
S: A: 4
S:
S: .
C: LAST
S: +OK 3 *
C: DELE 4
S: +OK *
C: LAST
S: +OK 4 *
C: RSET
S: +OK *
C: LAST
S: +OK 0 *
C: LAST 1
S: -ERR Too many arguments for the last command.`);
  replayAllWays(
    pop3Server,
    serverOf('qpopper'),
    transcript,
    renewed(() => testMailbox('anna', 'my secret', letters)).answer,
  );
});
