import { describe, expect, test } from 'vitest';
import { journeyLog } from './journey.testing.ts';
import { act, close, connect, emit, logBuilder, reply, send, typed, typeLine } from './log.testing.ts';
import { sessionOf, sessions } from './sessions.ts';

const { log, ids, conns } = journeyLog();
const at = (id: number) => sessionOf(log, id + 1, conns.typed)!;

describe('an SMTP session', () => {
  test('one for each connection', () => {
    expect(
      sessions(log, log.length).map(({ conn, client, server, protocol }) => [conn, client, server, protocol]),
    ).toEqual([
      [conns.typed, 'pc', 'neo', 'smtp'],
      [conns.relay, 'neo', 'mx1', 'smtp'],
      [conns.lmtp, 'mx1', 'store', 'lmtp'],
      [conns.pop3, 'pc', 'store', 'pop3'],
    ]);
  });

  test('state, envelope and helo come from what the server answered', () => {
    // The RCPT has been sent, its answer not yet.
    expect(at(ids.rcpt!)).toMatchObject({
      phase: 'open',
      state: 'mail',
      helo: 'pc.firma1.intr',
      reversePath: 'jura@firma1.intr',
      forwardPaths: [],
      clientProgram: 'pc/shell',
      serverProgram: 'neo/mta',
    });
    expect(at(ids.rcpt! + 2)).toMatchObject({ state: 'rcpt', forwardPaths: ['walter@example.org'] });
  });

  test('exchanges are in order, greeting first', () => {
    const said = at(ids.rcpt! + 2).exchanges.map(({ verb, line, code, text }) => [verb, line, code, text]);
    expect(said).toEqual([
      ['CONNECT', '', '220', 'neo.firma1.intr ESMTP Postfix'],
      ['HELO', 'HELO pc.firma1.intr', '250', 'neo.firma1.intr'],
      ['MAIL', 'MAIL FROM:<jura@firma1.intr>', '250', 'Ok'],
      ['RCPT', 'RCPT TO:<walter@example.org>', '250', 'Ok'],
    ]);
    const last = at(ids.rcpt! + 2).exchanges.at(-1)!;
    expect(log[last.id]!.what.kind).toBe('segment');
    expect(last.at).toBe(log[last.id]!.at);
  });

  test('data lines are counted; the final dot ends the transaction', () => {
    // Three header fields, the empty line, one line of body.
    expect(at(ids.dot!)).toMatchObject({ state: 'data', dataLines: 5, reversePath: 'jura@firma1.intr' });
    expect(at(ids.queued!)).toMatchObject({
      state: 'ready',
      reversePath: null,
      forwardPaths: [],
      dataLines: 5,
    });
  });

  test('the end says who closed', () => {
    expect(sessionOf(log, log.length, conns.typed)).toMatchObject({
      phase: 'closed',
      closedBy: 'neo',
      closedWhy: 'local',
      state: 'closed',
    });
  });

  test('unchanged ones keep their identity, exchanges of the past do not grow', () => {
    const before = at(ids.rcpt! + 2);
    const all = sessionOf(log, log.length, conns.typed)!;
    expect(all.exchanges.length).toBeGreaterThan(4);
    expect(before.exchanges).toHaveLength(4);
    expect(at(ids.rcpt! + 2).exchanges).toHaveLength(4);
    expect(sessionOf(log, log.length, conns.typed)!.exchanges).toHaveLength(all.exchanges.length);
    const relayed = sessionOf(log, log.length - 1, conns.relay);
    expect(sessionOf(log, log.length, conns.relay)).toBe(relayed);
  });
});

test('a long session and its fork do not write into each other', () => {
  const long = (word: string, from: number) => {
    const b = logBuilder();
    const { conn, accepted } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'telnet'));
    for (let i = 0; i < 1000; i++) {
      const line = `NOOP ${i < from ? 'past' : word}`;
      send(b, conn, 'server', '250\r\n', reply('250 Ok', { line }), accepted);
    }
    return { log: b.log, conn };
  };
  const { log: whole, conn } = long('first', 700);
  const fork = [...whole.slice(0, 1400), ...long('second', 0).log.slice(1400)];
  const said = (of: typeof whole, count: number) =>
    sessionOf(of, count, conn)!.exchanges.map(({ argument }) => argument);
  expect(said(whole, whole.length).slice(699, 701)).toEqual(['past', 'first']);
  expect(said(fork, fork.length).at(-1)).toBe('second');
  expect(said(fork, fork.length)).toHaveLength(1000);
  expect(said(whole, 1200)).toEqual(said(fork, 1200));
  expect(said(whole, whole.length).at(-1)).toBe('first');
});

function dialogue(lines: readonly (readonly [string, string])[]) {
  const b = logBuilder();
  const { conn, accepted } = connect(b, 'pc/shell', 'neo/mta', 25, typeLine(b, 'pc', 'telnet'));
  for (const [line, answer] of lines) {
    const out = send(b, conn, 'client', `${line}\r\n`, typed(line), accepted);
    send(b, conn, 'server', `${answer}\r\n`, reply(answer, { line }), out.arrived);
  }
  return sessionOf(b.log, b.log.length, conn)!;
}

describe('what replies change', () => {
  const MAIL = ['MAIL FROM:<a@example.org>', '250 2.1.0 Ok'] as const;

  test('a refused command changes nothing (RFC 5321 §4.1.4)', () => {
    const session = dialogue([
      MAIL,
      ['RCPT TO:<b@example.org>', '550 5.1.1 User unknown'],
      ['HELO x', '501 5.5.4 No'],
    ]);
    expect(session).toMatchObject({ reversePath: 'a@example.org', forwardPaths: [], helo: '' });
  });

  test('RSET, EHLO: the envelope is thrown away', () => {
    expect(dialogue([MAIL, ['RSET', '250 2.0.0 Ok']]).reversePath).toBeNull();
    expect(dialogue([MAIL, ['EHLO x.example', '250 neo']])).toMatchObject({
      reversePath: null,
      helo: 'x.example',
    });
  });

  test('the null reverse-path is one', () => {
    expect(dialogue([['MAIL FROM:<>', '250 2.1.0 Ok']]).reversePath).toBe('');
  });

  test('POP3: user and login', () => {
    const before = log.findIndex(({ what }) => what.kind === 'segment' && what.octets === 'PASS heslo\r\n');
    expect(sessionOf(log, before, conns.pop3)).toMatchObject({
      user: 'walter',
      loggedIn: false,
      state: 'authorization',
    });
    expect(sessionOf(log, log.length, conns.pop3)).toMatchObject({
      user: 'walter',
      loggedIn: true,
      state: 'update',
    });
  });
});

describe('connections that come to nothing', () => {
  test('refused', () => {
    const b = logBuilder();
    const from = { address: '192.0.2.1', port: 40000 };
    const peer = { address: '192.0.2.2', port: 587 };
    const start = typeLine(b, 'pc', 'telnet');
    emit(b, 'pc', { kind: 'connecting', conn: 1, program: 'pc/shell', to: 'neo', from, peer }, start);
    expect(sessionOf(b.log, 2, 1)).toMatchObject({ phase: 'connecting', protocol: 'smtp' });
    b.now = 40;
    emit(b, 'pc', { kind: 'failed', conn: 1, program: 'pc/shell', why: 'refused' }, 1);
    expect(sessionOf(b.log, 3, 1)).toMatchObject({ phase: 'failed', failedWhy: 'refused', endedAt: 40 });
    expect(sessionOf(b.log, 1, 1)).toBeNull();
  });

  test('a power cut ends the sessions of that host, and no others', () => {
    const b = logBuilder();
    const start = typeLine(b, 'pc', 'telnet');
    const one = connect(b, 'pc/shell', 'neo/mta', 25, start).conn;
    const other = connect(b, 'pc/shell', 'mx1/mta', 25, start).conn;
    emit(b, 'neo', { kind: 'power', up: false }, act(b, { kind: 'power', host: 'neo', up: false }));
    expect(sessionOf(b.log, b.log.length, one)).toMatchObject({
      phase: 'closed',
      closedWhy: 'power',
      closedBy: 'neo',
    });
    expect(sessionOf(b.log, b.log.length, other)).toMatchObject({ phase: 'open' });
    close(b, other, 'server', start);
    emit(b, 'mx1', { kind: 'power', up: false });
    expect(sessionOf(b.log, b.log.length, other)).toMatchObject({ closedWhy: 'local', closedBy: 'mx1' });
  });
});

test('QMTP has no greeting: the server waits for a package, then for what becomes of it', () => {
  const b = logBuilder();
  const { conn, accepted } = connect(b, 'pc/shell', 'neo/qmtp', 209, typeLine(b, 'pc', 'telnet'));
  const state = (): string => sessionOf(b.log, b.log.length, conn)!.state;
  expect(state()).toBe('package');
  const body = { kind: 'body', protocol: 'qmtp', text: 'x\r\n', lines: 1 } as const;
  emit(b, 'neo', { kind: 'heard', conn, side: 'server', note: { ...body, state: 'responses' } }, accepted);
  expect(state()).toBe('responses');
});
