import { describe, expect, test } from 'vitest';
import { act, runIdle, runUntil } from '../sim/history.ts';
import { facts, fetch, mailbox, open, power, screen, send, type } from './world.testing.ts';

/** Jura's mail program, set up differently. */
/** An MSA that asks nobody to log in refuses at once whom it does not know. */
const OPEN_MSA = 'hosts: { neo: { submission: { tls: none, auth: [] } } }';

const desk = ({ submit = 'neo.firma1.intr:587', fetch = 'neo.firma1.intr:110', leave = false }): string =>
  `hosts: { pc: { mua: [{ address: jura@firma1.intr, submit: "${submit}", fetch: "${fetch}", leave_on_server: ${leave} }] } }`;

/** One session at a time in a mailbox. */
const LOCKED = 'hosts: { neo: { pop: { lock: true } } }';

describe('sending', () => {
  test('the envelope has Bcc, the letter has not (RFC 5322 §3.6.3)', () => {
    const history = open('firma1');
    send(history, 'Anna <anna@firma1.intr>', { cc: 'walter@example.org', bcc: 'jura@firma1.intr' });
    expect(facts(history, 'accepted')[0]!.envelope).toEqual({
      reversePath: 'jura@firma1.intr',
      forwardPaths: ['anna@firma1.intr', 'walter@example.org', 'jura@firma1.intr'],
    });
    const [letter] = mailbox(history, 'neo', 'jura');
    expect(letter).toContain('\r\nCc: walter@example.org\r\n');
    expect(letter).not.toMatch(/bcc|^To:.*jura/im);
  });

  test('one copy for each, however often they are named', () => {
    const history = open('firma1');
    send(history, 'anna@firma1.intr, Anna <anna@firma1.intr>', { cc: 'anna@firma1.intr' });
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
  });

  test.each([
    ['nobody to send to', '', 'no recipient'],
    ['a name without domain that nobody has', 'Otto', /^550 5\.1\.1 /],
    ['a recipient the server refuses', 'otto@firma1.intr', /^550 5\.1\.1 /],
  ])('fails with %s', (_what, to, reply) => {
    const history = open('firma1', OPEN_MSA);
    send(history, to);
    expect(facts(history, 'submitted')).toMatchObject([
      { ok: false, reply: typeof reply === 'string' ? reply : expect.stringMatching(reply) },
    ]);
  });

  test('counts as failed when one of two was refused, though the other has it', () => {
    const history = open('firma1', OPEN_MSA);
    send(history, 'anna@firma1.intr, otto@firma1.intr');
    expect(facts(history, 'submitted')).toMatchObject([{ ok: false, reply: expect.stringMatching(/^550 /) }]);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
  });

  test.each([
    ['unknown host', desk({ submit: 'nowhere.firma1.intr:587' }), 'nowhere.firma1.intr: unknown host'],
    ['refused', desk({ submit: 'neo.firma1.intr:2525' }), 'Connection refused'],
    ['no SMTP server', desk({ submit: 'neo.firma1.intr:110' }), 'connection lost'],
  ])('says why it cannot submit: %s', (_what, more, reply) => {
    const history = open('firma1', more);
    send(history, 'anna@firma1.intr');
    runUntil(history, history.world.now + 1_000_000);
    expect(facts(history, 'submitted')).toMatchObject([{ ok: false, reply }]);
  });

  test('a server that is off times out', () => {
    const history = open('firma1');
    power(history, 'neo', false);
    send(history, 'anna@firma1.intr');
    expect(facts(history, 'submitted')).toMatchObject([
      { ok: false, reply: expect.stringMatching(/unknown host|timed out/) },
    ]);
  });

  test('a connection that breaks before the reply to the final dot is a failure', () => {
    const history = open('firma1');
    const input = {
      kind: 'send',
      account: 'jura@firma1.intr',
      to: 'anna@firma1.intr',
      subject: 'x',
      body: 'y',
    };
    act(history, { kind: 'input', program: 'pc/mua', input });
    runUntil(history, 1000);
    power(history, 'neo', false);
    power(history, 'neo', true);
    runIdle(history, 200_000);
    expect(facts(history, 'submitted')).toMatchObject([{ ok: false }]);
  });

  test('an account it does not have is no account', () => {
    const history = open('firma1');
    const before = history.world.nextId;
    send(history, 'anna@firma1.intr', { account: 'anna@firma1.intr' });
    fetch(history, 'pc', 'constructor');
    expect(history.world.nextId).toBe(before);
  });
});

describe('fetching', () => {
  test('an empty mailbox is no failure', () => {
    const history = open('firma1');
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toEqual([]);
    expect(facts(history, 'fetch-failed')).toEqual([]);
  });

  test('removes what it has fetched, and only that', () => {
    const history = open('firma1');
    send(history, 'jura@firma1.intr', { subject: 'one' });
    send(history, 'jura@firma1.intr', { subject: 'two' });
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched').map(({ content }) => /Subject: (.*)\r/.exec(content)![1])).toEqual([
      'one',
      'two',
    ]);
    expect(facts(history, 'expunged')).toHaveLength(2);
    expect(mailbox(history, 'neo', 'jura')).toEqual([]);
  });

  test('leaves letters on the server when told so, and fetches each once (RFC 1939 §7, UIDL)', () => {
    const history = open('firma1', desk({ leave: true }));
    send(history, 'jura@firma1.intr');
    fetch(history, 'pc', 'jura@firma1.intr');
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  });

  test('a mailbox that somebody else holds is in use (§8), until that session ends', () => {
    const history = open('firma1', LOCKED);
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo');
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetch-failed')).toMatchObject([{ why: expect.stringMatching(/^-ERR /) }]);
    type(history, 'pc', 'QUIT');
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toHaveLength(1);
  });

  test('Dovecot by itself shares a mailbox among sessions', () => {
    const history = open('firma1');
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo');
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toHaveLength(1);
    type(history, 'pc', 'RETR 1', 'DELE 1', 'QUIT');
    expect(screen(history, 'pc')).toContain('-ERR Message 1 expunged.');
    expect(facts(history, 'expunged')).toHaveLength(1);
  });

  test('the lock goes with a connection that breaks, and DELE without QUIT deletes nothing (§6)', () => {
    const history = open('firma1', LOCKED);
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo', 'DELE 1');
    expect(screen(history, 'pc')).toMatch(/\+OK[^\n]*\n$/);
    power(history, 'pc', false);
    power(history, 'pc', true);
    runUntil(history, history.world.now + 900_000);
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toHaveLength(1);
  });

  test('and with a server that restarts', () => {
    const history = open('firma1', LOCKED);
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo');
    power(history, 'neo', false);
    power(history, 'neo', true);
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetch-failed')).toEqual([]);
  });

  test('a letter that comes while a session is open waits for the next one', () => {
    const history = open('firma1');
    type(history, 'pc', 'telnet neo 110', 'USER jura', 'PASS heslo');
    send(history, 'jura@firma1.intr');
    type(history, 'pc', 'STAT', 'QUIT');
    expect(screen(history, 'pc')).toContain('\n+OK 0 0\n');
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  });

  test('a client that leaves while it logs in leaves no lock', () => {
    const history = open('firma1');
    for (const text of ['telnet neo 110', 'USER jura', 'PASS heslo', 'QUIT'])
      act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'line', text } });
    runIdle(history);
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetch-failed')).toEqual([]);
  });

  test.each([
    ['a wrong password', 'accounts: [{ address: jura@firma1.intr, password: "" }]', /password/],
    ['an unknown host', desk({ fetch: 'nowhere:110' }), 'nowhere: unknown host'],
    ['a refusal', desk({ fetch: 'neo.firma1.intr:111' }), 'Connection refused'],
  ])('fails with %s', (_what, more, why) => {
    const history = open('firma1', more);
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetch-failed')).toMatchObject([
      { why: typeof why === 'string' ? why : expect.stringMatching(why) },
    ]);
  });

  test('a crash in the middle loses nothing: what was not yet deleted is fetched again or known already', () => {
    const start = open('firma1');
    send(start, 'jura@firma1.intr', { body: 'x\n'.repeat(50) });
    const { now } = start.world;
    for (let instant = 0; instant < 4000; instant += 110) {
      const history = open('firma1');
      send(history, 'jura@firma1.intr', { body: 'x\n'.repeat(50) });
      act(history, {
        kind: 'input',
        program: 'pc/mua',
        input: { kind: 'fetch', account: 'jura@firma1.intr' },
      });
      runUntil(history, now + instant);
      power(history, 'pc', false);
      power(history, 'pc', true);
      runUntil(history, history.world.now + 900_000);
      fetch(history, 'pc', 'jura@firma1.intr');
      const uids = new Set(facts(history, 'fetched').map(({ uid }) => uid));
      expect(uids.size).toBe(1);
      expect(mailbox(history, 'neo', 'jura')).toEqual([]);
    }
  });
});

test('a power cut on the way loses no letter: it is in the outbox, and goes when the computer is on again', () => {
  const history = open('firma1');
  const input = {
    kind: 'send',
    account: 'jura@firma1.intr',
    to: 'anna@firma1.intr',
    subject: 'Late',
    body: 'x',
  };
  act(history, { kind: 'input', program: 'pc/mua', input });
  runUntil(history, history.world.now + 400);
  expect(facts(history, 'submitted')).toEqual([]);
  power(history, 'pc', false);
  power(history, 'pc', true);
  runIdle(history);
  expect(facts(history, 'submitted')).toMatchObject([{ ok: true }]);
  expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
  power(history, 'pc', false);
  power(history, 'pc', true);
  runIdle(history);
  expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
});
