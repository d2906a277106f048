import { describe, expect, test } from 'vitest';
import { allowedNow, type DiagramProtocol, sessionDiagram } from './diagram.ts';

const verbs = (protocol: DiagramProtocol, state: string) =>
  allowedNow(protocol, state).map(({ verb }) => verb);
const edge = (protocol: DiagramProtocol, from: string, to: string) =>
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

describe('IMAP (RFC 3501 §3)', () => {
  test('not authenticated, authenticated, selected; LOGOUT and the server’s BYE from everywhere', () => {
    const { states, first, last } = sessionDiagram('imap');
    expect(states).toEqual(['not-authenticated', 'authenticated', 'selected', 'logout']);
    expect([first, last]).toEqual(['not-authenticated', 'logout']);
    expect(edge('imap', 'not-authenticated', 'authenticated')).toEqual(['LOGIN', 'AUTHENTICATE']);
    expect(edge('imap', 'authenticated', 'selected')).toEqual(['SELECT', 'EXAMINE']);
    expect(edge('imap', 'selected', 'authenticated')).toEqual(['CLOSE', 'UNSELECT']);
    for (const state of states.slice(0, 3))
      expect(edge('imap', state, 'logout')).toEqual(['SERVER', 'LOGOUT']);
  });

  test('what may be said now (RFC 3501 §6.1–6.4)', () => {
    const early = ['CAPABILITY', 'NOOP', 'LOGOUT', 'ID', 'STARTTLS', 'LOGIN', 'AUTHENTICATE'];
    expect(verbs('imap', 'not-authenticated')).toEqual(expect.arrayContaining(early));
    expect(verbs('imap', 'not-authenticated')).not.toContain('SELECT');
    expect(verbs('imap', 'authenticated')).toEqual(expect.arrayContaining(['SELECT', 'CREATE', 'IDLE']));
    expect(verbs('imap', 'authenticated')).not.toContain('FETCH');
    expect(verbs('imap', 'selected')).toEqual(
      expect.arrayContaining(['FETCH', 'STORE', 'EXPUNGE', 'SELECT']),
    );
    expect(verbs('imap', 'logout')).toEqual([]);
  });
});

describe('what a server does not have', () => {
  test('is not drawn, nor what only it leads to', () => {
    const { states, edges, events } = sessionDiagram('smtp', ['BDAT', 'STARTTLS', 'EXPN']);
    expect(states).not.toContain('chunks');
    expect(states).toEqual(sessionDiagram('smtp').states.filter((state) => state !== 'chunks'));
    const said = edges.flatMap((one) => one.verbs);
    for (const verb of ['BDAT', 'LAST-CHUNK', 'STARTTLS', 'SECURED', 'EXPN'])
      expect(said).not.toContain(verb);
    for (const verb of ['MAIL', 'DATA', 'VRFY', 'SERVER']) expect(said).toContain(verb);
    expect(events).toEqual(['CONNECT', 'END-OF-DATA', 'SERVER']);
    for (const { from, to } of edges) expect(states).toEqual(expect.arrayContaining([from, to]));
  });

  test('nor what a protocol does not have: there is no STARTTLS in this LMTP', () => {
    expect(sessionDiagram('lmtp').events).not.toContain('SECURED');
    expect(sessionDiagram('smtp').events).toContain('SECURED');
  });

  test('leaves what else leads there', () => {
    const { states, edges } = sessionDiagram('pop3', ['APOP', 'AUTH', 'STLS']);
    expect(states).toEqual(sessionDiagram('pop3').states);
    expect(edges.find(({ from, to }) => `${from}>${to}` === 'authorization>transaction')?.verbs).toEqual([
      'PASS',
    ]);
  });

  test('changes nothing about the whole', () => {
    expect(sessionDiagram('qmtp', []).states).toEqual(['closed', 'package', 'responses']);
    expect(sessionDiagram('smtp').states).toContain('chunks');
  });
});

test('every edge joins states of the diagram', () => {
  for (const protocol of ['smtp', 'lmtp', 'qmtp', 'pop3', 'imap'] as const) {
    const { states, edges, first, last } = sessionDiagram(protocol);
    for (const { from, to } of edges) expect(states).toEqual(expect.arrayContaining([from, to]));
    expect(states).toEqual(expect.arrayContaining([first, last]));
  }
});
