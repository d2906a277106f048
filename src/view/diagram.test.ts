import { describe, expect, test } from 'vitest';
import { allowedNow, sessionDiagram } from './diagram.ts';

const verbs = (protocol: 'smtp' | 'lmtp' | 'pop3', state: string) =>
  allowedNow(protocol, state).map(({ verb }) => verb);
const edge = (protocol: 'smtp' | 'lmtp' | 'pop3', from: string, to: string) =>
  sessionDiagram(protocol).edges.find((one) => one.from === from && one.to === to)?.verbs ?? [];

describe('SMTP (RFC 5321 §4.1.4)', () => {
  test('the way of a letter', () => {
    expect(edge('smtp', 'closed', 'connected')).toEqual(['CONNECT']);
    expect(edge('smtp', 'connected', 'ready')).toEqual(['HELO', 'EHLO']);
    expect(edge('smtp', 'ready', 'mail')).toEqual(['MAIL']);
    expect(edge('smtp', 'mail', 'rcpt')).toEqual(['RCPT']);
    expect(edge('smtp', 'rcpt', 'rcpt')).toContain('RCPT');
    expect(edge('smtp', 'rcpt', 'data')).toEqual(['DATA']);
    expect(edge('smtp', 'data', 'ready')).toEqual(['END-OF-DATA']);
    expect(edge('smtp', 'ready', 'closed')).toContain('QUIT');
  });

  test('what may be said now', () => {
    expect(verbs('smtp', 'mail')).toContain('RCPT');
    expect(verbs('smtp', 'mail')).not.toContain('DATA');
    expect(verbs('smtp', 'ready')).toEqual(expect.arrayContaining(['MAIL', 'RSET', 'NOOP', 'QUIT', 'VRFY']));
    expect(verbs('smtp', 'ready')).not.toContain('RCPT');
    expect(allowedNow('smtp', 'data')).toEqual([
      { verb: 'END-OF-DATA', syntax: '.', clause: 'RFC 5321 §4.1.1.4' },
    ]);
    expect(allowedNow('smtp', 'rcpt').find(({ verb }) => verb === 'DATA')?.clause).toBe('RFC 5321 §4.1.1.4');
    expect(allowedNow('smtp', 'constructor')).toEqual([]);
  });

  test('LMTP has LHLO in the place of HELO and EHLO (RFC 2033 §4.1)', () => {
    expect(edge('lmtp', 'connected', 'ready')).toEqual(['LHLO']);
    expect(verbs('lmtp', 'connected')).not.toContain('EHLO');
    expect(verbs('smtp', 'connected')).not.toContain('LHLO');
  });
});

describe('POP3 (RFC 1939 §3)', () => {
  test('authorization, transaction, update', () => {
    expect(sessionDiagram('pop3').states.slice(0, 3)).toEqual(['authorization', 'transaction', 'update']);
    expect(edge('pop3', 'authorization', 'transaction')).toEqual(['PASS', 'APOP', 'AUTH']);
    expect(edge('pop3', 'transaction', 'update')).toEqual(['QUIT']);
    expect(edge('pop3', 'authorization', 'closed')).toEqual(['QUIT']);
  });

  test('what may be said now', () => {
    expect(verbs('pop3', 'authorization')).toEqual(['USER', 'PASS', 'APOP', 'AUTH', 'STLS', 'CAPA', 'QUIT']);
    expect(verbs('pop3', 'transaction')).toEqual(
      expect.arrayContaining(['STAT', 'LIST', 'RETR', 'DELE', 'NOOP', 'RSET', 'QUIT']),
    );
    expect(verbs('pop3', 'update')).toEqual([]);
  });
});

test('every edge joins states of the diagram', () => {
  for (const protocol of ['smtp', 'lmtp', 'pop3'] as const) {
    const { states, edges, first, last } = sessionDiagram(protocol);
    for (const { from, to } of edges) expect(states).toEqual(expect.arrayContaining([from, to]));
    expect(states).toEqual(expect.arrayContaining([first, last]));
  }
});
