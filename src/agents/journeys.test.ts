import { describe, expect, test } from 'vitest';
import { act, createHistory, runIdle } from '../sim/history.ts';
import { REGISTRY } from '../shell/registry.ts';
import {
  facts,
  fetch,
  mailbox,
  open,
  power,
  queueOf,
  receivedBy,
  runDays,
  screen,
  send,
  type,
} from './world.testing.ts';
import { readStage } from '../node/scenarios.ts';

/** A session as the notes type it, up to the final dot and QUIT. */
const session = (server: string, from: string, to: string, hello = 'HELO pc'): readonly string[] => [
  `telnet ${server} 25`,
  hello,
  `MAIL FROM:<${from}>`,
  `RCPT TO:<${to}>`,
  'DATA',
  'Subject: typed by hand',
  '',
  'Bowling tonight?',
  '.',
  'QUIT',
];

const pop3 = (server: string, user: string, password: string): readonly string[] => [
  `telnet ${server} 110`,
  `USER ${user}`,
  `PASS ${password}`,
  'LIST',
  'RETR 1',
  'QUIT',
];

describe('from keystroke to mailbox, in every scenario', () => {
  test('two-companies: Sendmail to Postfix, read with POP3 by hand', () => {
    const history = open('two-companies');
    type(history, 'pc', ...session('mail.example.com', 'dude@example.com', 'walter@example.org'));
    const [letter] = mailbox(history, 'mx', 'walter');
    // RFC 5321 §4.4: each relay puts its trace field on top of those before it.
    expect(receivedBy(letter!)).toEqual(['mx.example.org', 'mail.example.com']);
    expect(letter!.startsWith('Return-Path: <dude@example.com>\r\n')).toBe(true);
    type(history, 'walterpc', ...pop3('mx.example.org', 'walter', 'bowling'));
    const shown = screen(history, 'walterpc');
    expect(shown).toContain('by mx.example.org');
    expect(shown.indexOf('by mx.example.org')).toBeLessThan(shown.indexOf('by mail.example.com'));
    expect(shown).toContain('\nBowling tonight?\n.\n');
  });

  test.each(['firma1', 'firma1-2006'])('%s: out by MX and LMTP, fetched by mail program', (name) => {
    const history = open(name);
    type(history, 'pc', ...session('neo.firma1.intr', 'jura@firma1.intr', 'walter@example.org'));
    const [letter] = mailbox(history, 'store', 'walter');
    expect(receivedBy(letter!)).toEqual(['store.example.org', 'mx1.example.org', 'neo.firma1.intr']);
    fetch(history);
    expect(facts(history, 'fetched')).toMatchObject([
      { host: 'walterpc', account: 'walter@example.org', content: letter },
    ]);
    expect(facts(history, 'routed')).toMatchObject([
      {
        host: 'neo',
        by: 'mx',
        exchangers: [
          { preference: 10, name: 'mx1.example.org', addresses: ['203.0.113.10'] },
          { preference: 50, name: 'mx2.example.org', addresses: ['203.0.113.50'] },
        ],
      },
      { host: 'mx1', by: 'static', exchangers: [{ name: 'store.example.org' }] },
    ]);
  });

  test('firma1: and back again', () => {
    const history = open('firma1');
    // By mail program over mx1, which relays for the desks of its own company; and typed at neo, without it.
    send(history, 'Jura <jura@firma1.intr>', { host: 'walterpc', account: 'walter@example.org' });
    const [answer] = mailbox(history, 'neo', 'jura');
    expect(receivedBy(answer!)).toEqual(['neo.firma1.intr', 'mx1.example.org']);
    type(history, 'walterpc', ...session('neo.firma1.intr', 'walter@example.org', 'jura@firma1.intr'));
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(2);
    fetch(history, 'pc', 'jura@firma1.intr');
    expect(facts(history, 'fetched')).toHaveLength(2);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(0);
  });

  test.each([
    [
      'smtp.telenet.be',
      'vives3@telenet.be',
      'milan.dima@vives.be',
      'vives',
      'milan.dima',
      'andre.telenet-ops.be',
    ],
    ['mail.domain.ext', 'mail@domain.ext', 'mail@otherdomain.ext', 'otherdomain', 'mail', 'mail.domain.ext'],
    [
      'mailserver.example.com',
      'dude@example.com',
      'walter@example.org',
      'fks1',
      'walter',
      'mailserver.example.com',
    ],
  ])('course-notes: by way of %s', (server, from, to, store, user, relay) => {
    const history = open('course-notes');
    type(history, 'pc', ...session(server, from, to));
    const [letter] = mailbox(history, store, user);
    expect(receivedBy(letter!).at(-1)).toBe(relay);
    expect(receivedBy(letter!)).toHaveLength(2);
  });

  test('the log of every journey is the same each time, and its letters too', () => {
    const play = () => {
      const history = open('firma1');
      send(history, 'walter@example.org, vsichni@firma1.intr, nobody@example.org');
      fetch(history);
      return JSON.stringify(history.log);
    };
    expect(play()).toBe(play());
  });
});

describe('routing (RFC 5321 §5.1)', () => {
  test('without MX records the address of the domain stands in', () => {
    const history = open('two-companies', 'dns: { example.org: ["@ A 198.51.100.25"] }');
    send(history, 'walter@example.org', { account: 'dude@example.com' });
    expect(facts(history, 'routed')).toMatchObject([
      { by: 'implicit', exchangers: [{ preference: 0, name: 'example.org' }] },
    ]);
    expect(mailbox(history, 'mx', 'walter')).toHaveLength(1);
  });

  test('a null MX is final (RFC 7505)', () => {
    const history = open('two-companies', 'dns: { example.org: ["MX 0 ."] }');
    send(history, 'walter@example.org', { account: 'dude@example.com' });
    expect(facts(history, 'bounced')).toMatchObject([{ why: 'Recipient address has null MX' }]);
    expect(mailbox(history, 'mail', 'dude')).toHaveLength(1);
  });

  test('a domain that does not exist bounces; one whose name server is silent waits', () => {
    const history = open('firma1');
    send(history, 'x@nowhere.test');
    expect(facts(history, 'bounced')).toMatchObject([{ recipients: ['x@nowhere.test'] }]);
    power(history, 'ns', false);
    send(history, 'walter@example.org');
    expect(facts(history, 'deferred')).toMatchObject([{ recipients: ['walter@example.org'] }]);
    power(history, 'ns', true);
    runDays(history, 1);
    expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
  });

  test('the best exchanger is off: the connect times out and the next one is tried', () => {
    const history = open('firma1');
    power(history, 'mx1', false);
    send(history, 'walter@example.org');
    expect(facts(history, 'relayed').map(({ host, to }) => [host, to])).toEqual([
      ['neo', 'mx2.example.org'],
      ['mx2', 'store.example.org'],
    ]);
    expect(facts(history, 'deferred')).toEqual([]);
  });

  test('nobody listens at the best exchanger: refused at once, and the next one is tried', () => {
    const { scenario } = readStage('firma1');
    const hosts = scenario.hosts.map((host) => (host.id === 'mx1' ? { ...host, programs: [] } : host));
    const history = createHistory({ ...scenario, hosts }, REGISTRY);
    runIdle(history);
    send(history, 'walter@example.org');
    expect(facts(history, 'relayed')[0]).toMatchObject({ host: 'neo', to: 'mx2.example.org' });
    expect(history.world.now).toBeLessThan(20_000);
  });

  test('both exchangers off: the letter waits, is tried again, and arrives when one is back', () => {
    const history = open('firma1');
    power(history, 'mx1', false);
    power(history, 'mx2', false);
    send(history, 'walter@example.org');
    const [deferred] = facts(history, 'deferred');
    expect(deferred).toMatchObject({ host: 'neo', why: expect.stringContaining('timed out') });
    expect(queueOf(history, 'neo')).toHaveLength(1);
    power(history, 'mx2', true);
    runDays(history, 1);
    expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
    expect(queueOf(history, 'neo')).toEqual([]);
    expect(facts(history, 'relayed')[0]!.at).toBeGreaterThanOrEqual(deferred!.retryAt);
  });

  test('a letter does not wait for another: one domain is down, the other gets its copy at once', () => {
    const history = open('firma1');
    power(history, 'mx1', false);
    power(history, 'mx2', false);
    send(history, 'walter@example.org, anna@firma1.intr');
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
    const [entry] = queueOf(history, 'neo');
    expect(entry!.recipients.map(({ address }) => address)).toEqual(['walter@example.org']);
  });

  test('an address literal is where it says (§4.1.3), and one’s own literal is at home', () => {
    const history = open('firma1');
    send(history, 'postmaster@[10.2.3.168], anna@[10.2.3.168], walter@[203.0.113.20]');
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
    expect(facts(history, 'routed')).toMatchObject([{ by: 'literal' }]);
    expect(facts(history, 'deferred')).toMatchObject([{ why: expect.stringContaining('refused') }]);
  });

  test('another name of one’s own address is a loop, not a conversation with oneself', () => {
    const history = open('course-notes');
    type(history, 'pc', ...session('smtp.telenet.be', 'vives3@telenet.be', 'someone@smtp.telenet.be'));
    expect(facts(history, 'bounced')).toMatchObject([
      { host: 'andre', why: expect.stringContaining('loops back') },
    ]);
    expect(mailbox(history, 'andre', 'vives3')).toHaveLength(1);
  });

  test.each(['constructor', '__proto__', 'tostring', 'hasownproperty'])(
    'a domain named %s is a domain like any other',
    (name) => {
      const history = open('firma1');
      type(history, 'pc', ...session('neo', 'jura@firma1.intr', `x@${name}`));
      send(history, `y@${name}`);
      type(history, 'pc', `telnet ${name} 25`);
      expect(facts(history, 'bounced').flatMap(({ recipients }) => recipients)).toContain(`y@${name}`);
      expect(screen(history, 'pc')).toContain('Name or service not known');
    },
  );
});

describe('who is who on neo', () => {
  test('vsichni is jura and anna; who is also named apart gets two copies, as measured with Debian’s Postfix', () => {
    const history = open('firma1');
    send(history, 'vsichni@firma1.intr, anna@firma1.intr');
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(2);
    expect(mailbox(history, 'neo', 'jura')[0]).toContain('X-Original-To: vsichni@firma1.intr\r\n');
    expect(facts(history, 'removed')).toHaveLength(1);
  });

  test('whoever is in an alias twice gets the letter once', () => {
    const history = open('firma1');
    send(history, 'vsichni@firma1.intr, Vsichni@Firma1.intr');
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
  });

  test.each([
    'postmaster',
    'Postmaster',
    'postmaster@firma1.intr',
    'abuse@firma1.intr',
    'jura+lists@firma1.intr',
    'JURA@Firma1.INTR',
  ])('%s is jura', (address) => {
    const history = open('firma1');
    type(history, 'walterpc', ...session('neo.firma1.intr', 'walter@example.org', address));
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  });

  test('an unknown user is refused at RCPT (550 5.1.1), and nothing is accepted', () => {
    const history = open('firma1');
    type(
      history,
      'walterpc',
      'telnet neo.firma1.intr 25',
      'HELO pc',
      'MAIL FROM:<walter@example.org>',
      'RCPT TO:<otto@firma1.intr>',
    );
    expect(screen(history, 'walterpc')).toContain('\n550 5.1.1 <otto@firma1.intr>');
    expect(facts(history, 'accepted')).toEqual([]);
  });

  test('outsiders may not relay (554 5.7.1), but reach the relay domain and its postmaster', () => {
    const history = open('firma1');
    type(
      history,
      'walterpc',
      'telnet neo.firma1.intr 25',
      'HELO pc',
      'MAIL FROM:<walter@example.org>',
      'RCPT TO:<someone@elsewhere.test>',
      'RCPT TO:<anybody@pobocka.firma1.intr>',
    );
    expect(screen(history, 'walterpc')).toMatch(
      /\n554 5\.7\.1 <someone@elsewhere\.test>[^\n]*\n.*\n250 2\.1\.5 /s,
    );
  });

  test('what it relays waits while the branch office is away', () => {
    const history = open('firma1');
    type(
      history,
      'walterpc',
      ...session('neo.firma1.intr', 'walter@example.org', 'pepa@pobocka.firma1.intr'),
    );
    expect(facts(history, 'deferred')).toMatchObject([{ recipients: ['pepa@pobocka.firma1.intr'] }]);
    expect(queueOf(history, 'neo')).toHaveLength(1);
  });

  test.each([
    ['in a circle', '{ a: [b], b: [c], c: [a] }'],
    ['to itself', '{ a: [a] }'],
  ])('aliases %s: the name is unknown', (_how, aliases) => {
    const history = open('firma1', `hosts: { neo: { aliases: ${aliases} } }`);
    type(history, 'pc', ...session('neo', 'jura@firma1.intr', 'a@firma1.intr').slice(0, 4));
    expect(screen(history, 'pc')).toContain('\n550 5.1.1 <a@firma1.intr>');
  });

  test('aliases that meet in a circle deliver once to each real mailbox', () => {
    const history = open(
      'firma1',
      'hosts: { neo: { aliases: { a: [b, anna], b: [a, jura], jura: [jura, anna] } } }',
    );
    send(history, 'a@firma1.intr');
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
  });

  test('an alias may lead elsewhere, and to a name that is gone: one copy leaves, the other bounces', () => {
    const history = open('firma1', 'hosts: { neo: { aliases: { a: [walter@example.org, otto] } } }');
    send(history, 'a@firma1.intr');
    expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
    expect(facts(history, 'bounced')).toMatchObject([{ recipients: ['otto@firma1.intr'] }]);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
    expect(queueOf(history, 'neo')).toEqual([]);
  });
});

describe('Sendmail asks the DNS about the sender', () => {
  const typed = (history: ReturnType<typeof open>, from: string) =>
    type(history, 'pc', 'telnet mail.example.com 25', 'HELO pc', `MAIL FROM:<${from}>`);

  test('a domain that does not exist is refused, one that does is not', () => {
    const history = open('two-companies');
    typed(history, 'x@nowhere.test');
    expect(screen(history, 'pc')).toMatch(
      /\n501 5\.1\.8 <x@nowhere\.test>\.\.\. Sender domain must exist\n$/,
    );
    type(history, 'pc', 'MAIL FROM:<walter@example.org>');
    expect(screen(history, 'pc')).toMatch(/\n250 2\.1\.0 .*Sender ok\n$/);
  });

  test('what is typed while it asks is not lost', () => {
    const history = open('two-companies');
    type(history, 'pc', 'telnet mail.example.com 25', 'HELO pc');
    for (const text of ['MAIL FROM:<walter@example.org>', 'RCPT TO:<dude@example.com>', 'NOOP'])
      act(history, { kind: 'input', program: 'pc/shell', input: { kind: 'line', text } });
    runIdle(history);
    const replies = screen(history, 'pc')
      .split('\n')
      .filter((line) => /^\d{3} /.test(line));
    expect(replies.map((line) => line.slice(0, 3))).toEqual(['220', '250', '250', '250', '250']);
  });

  test('a silent resolver is a passing failure', () => {
    const history = open('two-companies');
    type(history, 'pc', 'telnet 192.0.2.25 25', 'HELO pc');
    power(history, 'resolver', false);
    type(history, 'pc', 'MAIL FROM:<walter@example.org>');
    expect(screen(history, 'pc')).toMatch(/\n45\d [^\n]*\n$/);
  });
});
