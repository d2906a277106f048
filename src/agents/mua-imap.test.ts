/** The mail program on IMAP, in the world: its folder has what the mailbox has, by whomever it was changed. */
import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { inboxOf } from '../mail/account.ts';
import { mailboxWith } from '../mail/mailbox.ts';
import { encodeBase64Line } from '../mail/mime.ts';
import { readScenarioFiles } from '../node/scenarios.ts';
import type { Note } from '../protocol/note.ts';
import { act, runIdle, runUntil } from '../sim/history.ts';
import type { History } from '../sim/types.ts';
import type { StoreState } from './message-store.ts';
import type { MuaInput } from './mua-input.ts';
import type { MuaState } from './mua/types.ts';
import { loadStage } from './scenario.ts';
import { facts, fetch, mailbox, open, power, send, type } from './world.testing.ts';

const JURA = 'jura@firma1.intr';
const LAPTOP = `
  laptop:
    ip: 10.2.3.21
    name: laptop.firma1.intr
    at: firma1.intr
    place: [60, 60]
    mua: [{ address: ${JURA}, submit: "neo.firma1.intr:587", fetch: "neo.firma1.intr:110" }]`;

/** Jura's program on IMAP at his PC, and on POP3 at his laptop. */
const desk = (imap = 'neo.firma1.intr:143', more = ''): string =>
  `hosts:
  pc: { mua: [{ address: ${JURA}, submit: "neo.firma1.intr:587", imap: "${imap}" }] }${LAPTOP}\n${more}`;

const input = (history: History, gesture: MuaInput): void => {
  act(history, { kind: 'input', program: 'pc/mua', input: gesture });
  runIdle(history);
};

/** The folder at the PC: subject and flags of each letter. */
function folder(history: History): readonly string[] {
  const { folders } = history.world.states.get('pc/mua') as MuaState;
  const { uids = [], letters = [], flags = [] } = folders.find(({ id }) => id === JURA) ?? {};
  expect([letters.length, flags.length]).toEqual([uids.length, uids.length]);
  return letters.map((letter, i) => [/^Subject: (.*)\r$/m.exec(letter)![1], ...flags[i]!].join(' '));
}

const jobs = (history: History): number => (history.world.states.get('pc/mua') as MuaState).jobs.length;

/** All that pc and neo say to each other. */
const wire = (history: History): string =>
  history.log.map(({ what }) => (what.kind === 'segment' ? (what.altered ?? what.octets) : '')).join('');

describe('an account on IMAP', () => {
  test('a letter is fetched and stays; a program on POP3 takes it away; then the folder has it no more', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    fetch(history, 'pc', JURA);
    const [delivered] = facts(history, 'delivered');
    const [fetched] = facts(history, 'fetched');
    expect(fetched).toMatchObject({
      host: 'pc',
      account: JURA,
      uid: delivered!.uid,
      content: delivered!.content,
    });
    expect(folder(history)).toEqual(['one']);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);

    fetch(history, 'laptop', JURA);
    expect(facts(history, 'fetched').map(({ host }) => host)).toEqual(['pc', 'laptop']);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(0);
    expect(folder(history)).toEqual(['one']);

    fetch(history, 'pc', JURA);
    expect(folder(history)).toEqual([]);
    expect(facts(history, 'vanished')).toMatchObject([{ host: 'pc', account: JURA, uid: delivered!.uid }]);
    expect(facts(history, 'fetch-failed')).toEqual([]);
  });

  test('each letter is fetched once, also by two sessions at the same time', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    fetch(history, 'pc', JURA);
    send(history, JURA, { subject: 'two' });
    for (let i = 0; i < 2; i++)
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'fetch', account: JURA } });
    runIdle(history);
    fetch(history, 'pc', JURA);
    expect(facts(history, 'fetched')).toHaveLength(2);
    expect(folder(history)).toEqual(['one', 'two']);
    expect(jobs(history)).toBe(0);
  });

  test('flags that somebody else set are seen', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    fetch(history, 'pc', JURA);
    const other = [
      'telnet neo 143',
      'a LOGIN jura heslo',
      'b SELECT INBOX',
      'c STORE 1 +FLAGS (\\Flagged work)',
    ];
    type(history, 'laptop', ...other, 'd LOGOUT');
    fetch(history, 'pc', JURA);
    expect(folder(history)).toEqual(['one \\Flagged work']);
    expect(facts(history, 'fetched')).toHaveLength(1);
    const carried = history.log.filter(
      ({ host, what }) => host === 'neo' && what.kind === 'segment' && (what.note as Note).kind === 'content',
    );
    expect(carried).toHaveLength(1);
  });

  test('what is marked here is marked there', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    send(history, JURA, { subject: 'two' });
    fetch(history, 'pc', JURA);
    const [one, two] = facts(history, 'fetched').map(({ uid }) => uid);
    input(history, { kind: 'mark', account: JURA, uid: two!, as: 'seen' });
    expect(folder(history)).toEqual(['one', 'two \\Seen']);
    expect(facts(history, 'flagged')).toMatchObject([
      { mailbox: 'jura', uids: '2', change: 'add', flags: ['\\Seen'] },
    ]);
    input(history, { kind: 'mark', account: JURA, uid: one!, as: 'removed' });
    expect(folder(history)).toEqual(['two \\Seen']);
    expect(facts(history, 'expunged')).toMatchObject([{ mailbox: 'jura', uid: one }]);
    expect(facts(history, 'vanished')).toMatchObject([{ uid: one }]);
    const before = history.log.length;
    act(history, {
      kind: 'input',
      program: 'laptop/mua',
      input: { kind: 'mark', account: JURA, uid: two!, as: 'removed' } satisfies MuaInput,
    });
    runIdle(history);
    // POP3 cannot do that.
    expect(history.log.slice(before).filter(({ what }) => what.kind !== 'action')).toEqual([]);
  });

  test('a mailbox made anew: all that was known is void (RFC 3501 §2.3.1.1)', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    fetch(history, 'pc', JURA);
    const store = history.world.states.get('neo/store') as StoreState;
    const accounts = store.accounts.map((account) => {
      const inbox = inboxOf(account);
      const renewed = mailboxWith(inbox, { uidValidity: inbox.uidValidity + 1 });
      return { ...account, mailboxes: account.mailboxes.with(0, renewed) };
    });
    history.world.states.set('neo/store', { ...store, accounts });
    fetch(history, 'pc', JURA);
    expect(folder(history)).toEqual(['one']);
    const [first, second] = facts(history, 'fetched').map(({ uid }) => uid);
    expect(second).not.toBe(first);
    expect(facts(history, 'vanished')).toMatchObject([{ uid: first }]);
  });

  test('a program that stays has what arrives as it arrives, and hears what others do', () => {
    const history = open('firma1', desk());
    input(history, { kind: 'fetch', account: JURA, stay: true });
    send(history, JURA, { subject: 'one' });
    send(history, JURA, { subject: 'two' });
    expect(folder(history)).toEqual(['one', 'two']);
    fetch(history, 'laptop', JURA);
    expect(folder(history)).toEqual([]);
    expect(facts(history, 'vanished')).toHaveLength(2);
    // Longer than any server waits for a silent client.
    runUntil(history, history.world.now + 3 * 3_600_000);
    send(history, JURA, { subject: 'three' });
    expect(folder(history)).toEqual(['three']);
    expect(jobs(history)).toBe(1);
    input(history, { kind: 'leave', account: JURA });
    expect(jobs(history)).toBe(0);
    send(history, JURA, { subject: 'four' });
    expect(folder(history)).toEqual(['three']);
    expect(facts(history, 'fetch-failed')).toEqual([]);
  });

  test('who leaves while the connection is made has one session, and no more', () => {
    const history = open('firma1', desk());
    send(history, JURA, { subject: 'one' });
    act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'fetch', account: JURA, stay: true } });
    input(history, { kind: 'leave', account: JURA });
    expect(folder(history)).toEqual(['one']);
    expect(jobs(history)).toBe(0);
  });

  test('a server that goes while one stays with it is reported', () => {
    const history = open('firma1', desk());
    input(history, { kind: 'fetch', account: JURA, stay: true });
    power(history, 'neo', false);
    power(history, 'neo', true);
    runUntil(history, history.world.now + 3_600_000);
    expect(facts(history, 'fetch-failed')).toMatchObject([
      { why: expect.stringMatching(/^connection lost/) },
    ]);
    expect(jobs(history)).toBe(0);
  });
});

test.each([
  ['neither', ''],
  ['both', ', fetch: "neo.firma1.intr", imap: "neo.firma1.intr"'],
])('an account has its letters from one server: %s', (_what, servers) => {
  const mua = `hosts: { pc: { mua: [{ address: ${JURA}, submit: "neo.firma1.intr"${servers} }] } }`;
  const files = {
    ...readScenarioFiles(),
    'one.yaml': `extends: firma1\nformat: posthorn-scenario/1\nid: one\n${mua}\n`,
  };
  expect(loadStage('one', files)).toMatchObject({
    problems: [
      { file: 'one.yaml', line: 4, message: expect.stringContaining('expected either fetch or imap') },
    ],
  });
});

describe('the way there', () => {
  const SECRETS = ['heslo', encodeBase64Line(octets('\0jura\0heslo')), 'Subject: one'];

  test.each([
    ['STARTTLS', '143', / STARTTLS/],
    ['TLS from the first octet', '993', null],
  ])('%s: nothing secret is on the wire', (_what, port, said) => {
    const history = open(
      'firma1',
      desk(`neo.firma1.intr:${port}`, 'links: [{ between: [pc, neo], latency: 100 }]'),
    );
    send(history, JURA, { subject: 'one' });
    const before = wire(history).length;
    fetch(history, 'pc', JURA);
    expect(folder(history)).toEqual(['one']);
    const carried = wire(history).slice(before);
    for (const secret of SECRETS) expect(carried).not.toContain(secret);
    if (said !== null) expect(carried).toMatch(said);
    expect(facts(history, 'login')).toMatchObject([{ protocol: 'imap', mailbox: 'jura', ok: true }]);
  });

  test('a host that has no MSA may have a certificate that is trusted, too', () => {
    const mua =
      'mua: [{ address: walter@example.org, submit: "mx1.example.org:25", imap: "store.example.org:993" }]';
    const history = open('firma1', `hosts: { store: { imaps: {} }, walterpc: { ${mua} } }`);
    send(history, 'walter@example.org');
    fetch(history);
    expect(facts(history, 'fetch-failed')).toEqual([]);
    expect(facts(history, 'fetched')).toMatchObject([{ host: 'walterpc', account: 'walter@example.org' }]);
  });

  test('a server without TLS: whoever listens in reads it all', () => {
    const history = open(
      'firma1',
      desk().replace('hosts:', 'hosts:\n  neo: { imap: { tls: none, auth: [PLAIN] } }'),
    );
    send(history, JURA, { subject: 'one' });
    fetch(history, 'pc', JURA);
    expect(folder(history)).toEqual(['one']);
    for (const text of ['A1 LOGIN "jura" "heslo"\r\n', 'Subject: one']) expect(wire(history)).toContain(text);
  });

  test('who hides STARTTLS gets no password', () => {
    const history = open('stripped', desk());
    fetch(history, 'pc', JURA);
    expect(facts(history, 'fetch-failed')).toMatchObject([{ why: 'the server offers no STARTTLS' }]);
    expect(facts(history, 'login')).toEqual([]);
    for (const secret of SECRETS) expect(wire(history)).not.toContain(secret);
  });

  test.each([
    ['a certificate with another name', '10.2.3.168:993', /^no secure connection: certificate verify failed/],
    ['the same by STARTTLS', '10.2.3.168:143', /^no secure connection: /],
    ['an unknown host', 'nowhere:143', /^nowhere: unknown host$/],
    ['a refusal', 'neo.firma1.intr:144', /^Connection refused$/],
    ['a POP3 server', 'neo.firma1.intr:110', /^no IMAP response from the server: \+OK /],
    ['a server that waits for TLS', 'neo.firma1.intr:465', /^(no reply from|connection lost)/],
  ])('fails with %s', (_what, server, why) => {
    const history = open('firma1', desk(server));
    fetch(history, 'pc', JURA);
    runUntil(history, history.world.now + 900_000);
    expect(facts(history, 'fetch-failed')).toMatchObject([
      { account: JURA, why: expect.stringMatching(why) },
    ]);
    expect(jobs(history)).toBe(0);
  });

  test.each([
    ['no password', '""', /^there is no password$/],
    ['another than the server has', 'changed', /^NO \[AUTHENTICATIONFAILED\] /],
  ])('fails with %s', (_what, password, why) => {
    const history = open(
      'firma1',
      desk('neo.firma1.intr:143', `accounts: [{ address: ${JURA}, password: ${password} }]`),
    );
    if (password !== '""') {
      const store = history.world.states.get('neo/store') as StoreState;
      const config = { ...store.config, users: { jura: 'heslo' } };
      history.world.states.set('neo/store', { ...store, config });
    }
    fetch(history, 'pc', JURA);
    expect(facts(history, 'fetch-failed')).toMatchObject([{ why: expect.stringMatching(why) }]);
  });

  test('a crash at any instant loses nothing and doubles nothing', () => {
    for (let instant = 0; instant < 3600; instant += 170) {
      const history = open('firma1', desk());
      send(history, JURA, { subject: 'one', body: 'x\n'.repeat(50) });
      act(history, { kind: 'input', program: 'pc/mua', input: { kind: 'fetch', account: JURA } });
      runUntil(history, history.world.now + instant);
      power(history, 'pc', false);
      power(history, 'pc', true);
      runUntil(history, history.world.now + 900_000);
      fetch(history, 'pc', JURA);
      expect(folder(history), `crash at ${instant}`).toEqual(['one']);
      expect(facts(history, 'fetched')).toHaveLength(1);
      expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    }
  });
});
