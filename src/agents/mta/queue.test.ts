import { describe, expect, test } from 'vitest';
import { runUntil } from '../../sim/history.ts';
import {
  facts,
  mailbox,
  open,
  openFickle,
  power,
  queueOf,
  runDays,
  screen,
  send,
  type,
} from '../world.testing.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('what the next host says at each stage (RFC 5321 §4.2.1)', () => {
  /** Stage → what is said there; 4yz must be tried again, 5yz given up, and the words must reach the sender. */
  test.each([
    ['CONNECT', '421 4.3.2 Not now', 'refused to talk to me: 421 4.3.2 Not now'],
    ['EHLO', '451 4.3.0 Not now', 'refused to talk to me: 451 4.3.0 Not now'],
    ['MAIL', '451 4.3.0 Not now', 'said: 451 4.3.0 Not now (in reply to MAIL FROM command)'],
    ['RCPT', '450 4.2.1 Not now', 'said: 450 4.2.1 Not now (in reply to RCPT TO command)'],
    ['DATA', '451 4.3.0 Not now', 'said: 451 4.3.0 Not now (in reply to DATA command)'],
    ['END-OF-DATA', '452 4.3.1 Not now', 'said: 452 4.3.1 Not now (in reply to end of DATA command)'],
  ])('%s: %s, then all is well', (verb, reply, words) => {
    const history = openFickle([{ [verb]: reply }, {}]);
    expect(facts(history, 'deferred')).toMatchObject([
      { recipients: ['walter@example.org'], why: `host mx1.example.org[203.0.113.10] ${words}` },
    ]);
    expect(queueOf(history, 'neo')).toHaveLength(1);
    runDays(history, 1);
    expect(facts(history, 'relayed')).toHaveLength(1);
    expect(facts(history, 'bounced')).toEqual([]);
    expect(queueOf(history, 'neo')).toEqual([]);
  });

  test.each([
    ['HELO', '550 5.7.1 Go away', { EHLO: '502 5.5.1 What?' }],
    ['MAIL', '550 5.7.1 Go away', {}],
    ['RCPT', '550 5.1.1 Go away', {}],
    ['DATA', '554 5.5.1 Go away', {}],
    ['END-OF-DATA', '554 5.6.0 Go away', {}],
  ])('%s: %s, and the sender is told with a null reverse-path', (verb, reply, more) => {
    const history = openFickle([{ ...more, [verb]: reply }]);
    const [bounced] = facts(history, 'bounced');
    expect(bounced).toMatchObject({
      recipients: ['walter@example.org'],
      why: expect.stringContaining('Go away'),
    });
    const dsn = facts(history, 'accepted').find(({ origin }) => origin === 'dsn');
    // RFC 5321 §4.5.5, §6.1
    expect(dsn).toMatchObject({
      queueId: bounced!.notification,
      about: bounced!.queueId,
      envelope: { reversePath: '', forwardPaths: ['jura@firma1.intr'] },
    });
    const [letter] = mailbox(history, 'neo', 'jura');
    expect(letter).toMatch(/^Return-Path: <>\r\n/);
    expect(letter).toContain(`Status: ${reply.slice(4, 9)}\r\n`);
    expect(letter).toContain('Final-Recipient: rfc822; walter@example.org\r\n');
    expect(letter).toContain('Go away');
    expect(queueOf(history, 'neo')).toEqual([]);
    runDays(history, 6);
    expect(facts(history, 'bounced')).toHaveLength(1);
  });

  test('a 5yz greeting speaks for one host: the next exchanger is tried', () => {
    const history = openFickle([{ CONNECT: '554 5.3.2 No SMTP here' }], { mx2: true });
    expect(facts(history, 'relayed')[0]).toMatchObject({ host: 'neo', to: 'mx2.example.org' });
  });

  test('a 4yz at RCPT is tried at the next exchanger too', () => {
    const history = openFickle([{ RCPT: '450 4.2.1 Greylisted' }], { mx2: true });
    expect(facts(history, 'relayed')[0]).toMatchObject({ host: 'neo', to: 'mx2.example.org' });
    expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
  });

  test.each(['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA'])(
    'hanging up at %s leaves the letter to the next exchanger',
    (verb) => {
      const history = openFickle([{ [verb]: 'close' }], { mx2: true });
      expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
    },
  );

  test('no reply to the final dot: the letter may have arrived (RFC 1047), so it is not given to another host', () => {
    const history = openFickle([{ 'END-OF-DATA': 'close' }, {}], { mx2: true });
    expect(facts(history, 'deferred')).toMatchObject([
      {
        why: 'lost connection with mx1.example.org[203.0.113.10] while sending end of data -- message may be sent more than once',
      },
    ]);
    expect(facts(history, 'relayed')).toEqual([]);
    runDays(history, 1);
    expect(facts(history, 'relayed')).toMatchObject([{ to: 'mx1.example.org' }]);
    expect(mailbox(history, 'store', 'walter')).toEqual([]);
  });

  test.each(['CONNECT', 'EHLO', 'MAIL', 'END-OF-DATA'])(
    'silence at %s ends after five minutes (§4.5.3.2)',
    (verb) => {
      const history = openFickle([{ [verb]: 'silence' }, {}]);
      runDays(history, 1);
      const [deferred] = facts(history, 'deferred');
      expect(deferred!.at).toBeGreaterThanOrEqual(5 * MINUTE);
      expect(deferred!.at).toBeLessThan(6 * MINUTE);
      expect(facts(history, 'relayed')).toHaveLength(1);
    },
  );

  test('some recipients are taken, some refused, some deferred: each goes its own way', () => {
    const history = open('firma1');
    send(history, 'walter@example.org, nobody@example.org, anna@firma1.intr');
    expect(mailbox(history, 'store', 'walter')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
    expect(facts(history, 'bounced')).toMatchObject([{ recipients: ['nobody@example.org'] }]);
    expect(mailbox(history, 'neo', 'jura')[0]).toContain('550 5.1.1 <nobody@example.org>');
    expect(queueOf(history, 'neo')).toEqual([]);
  });
});

describe('bounces', () => {
  test('of a letter with a null reverse-path are never sent', () => {
    const history = openFickle([{ RCPT: '550 5.1.1 Nobody' }], { reversePath: '' });
    expect(facts(history, 'bounced')).toMatchObject([{ notification: null }]);
    expect(facts(history, 'accepted')).toHaveLength(1);
    expect(queueOf(history, 'neo')).toEqual([]);
  });

  test('that bounce end there', () => {
    const history = openFickle([{ RCPT: '550 5.1.1 Nobody' }], { reversePath: 'otto@firma1.intr' });
    expect(facts(history, 'bounced').map(({ notification }) => notification !== null)).toEqual([true, false]);
    expect(facts(history, 'accepted')).toHaveLength(2);
    expect(queueOf(history, 'neo')).toEqual([]);
  });

  test('that must wait for the sender’s host wait like any letter', () => {
    const history = openFickle([{ RCPT: '550 5.1.1 Nobody' }], { reversePath: 'pepa@pobocka.firma1.intr' });
    expect(queueOf(history, 'neo')).toMatchObject([
      { envelope: { reversePath: '', forwardPaths: ['pepa@pobocka.firma1.intr'] } },
    ]);
  });
});

describe('waiting (§4.5.4.1)', () => {
  // A letter rests as long as it has been here, 300 to 4000 s, and then waits for a run of the queue, every 300 s.
  test('tries come ever farther apart, in runs of the queue', () => {
    const history = openFickle([{ RCPT: '450 4.2.1 Later' }]);
    runDays(history, 1);
    const tries = facts(history, 'deferred').map(({ at }) => at);
    const waits = tries.slice(1).map((at, i) => Math.round((at - tries[i]!) / 1000 / 10) * 10);
    expect(waits.slice(0, 6)).toEqual([600, 900, 1800, 3600, 4200, 4200]);
    for (const at of tries.slice(1)) expect(at % 300_000).toBeLessThan(5000);
  });

  test('after five days the letter is given up and the sender told', () => {
    const history = openFickle([{ RCPT: '450 4.2.1 Later' }]);
    const [accepted] = facts(history, 'accepted');
    runUntil(history, accepted!.at + 5 * DAY - MINUTE);
    expect(facts(history, 'bounced')).toEqual([]);
    runUntil(history, accepted!.at + 5 * DAY + 4300_000);
    expect(facts(history, 'bounced')).toMatchObject([{ recipients: ['walter@example.org'] }]);
    expect(mailbox(history, 'neo', 'jura')[0]).toContain('Action: failed\r\nStatus: 4.2.1\r\n');
    expect(queueOf(history, 'neo')).toEqual([]);
  });

  test('a host that was off for a week gives up what is too old by then', () => {
    const history = openFickle([{ RCPT: '450 4.2.1 Later' }]);
    power(history, 'neo', false);
    runDays(history, 7);
    power(history, 'neo', true);
    runDays(history, 1);
    expect(facts(history, 'bounced')).toHaveLength(1);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  });

  test('a restart takes everything up at once', () => {
    const history = openFickle([{ RCPT: '450 4.2.1 Later' }, {}]);
    power(history, 'neo', false);
    power(history, 'neo', true);
    runUntil(history, history.world.now + MINUTE);
    expect(facts(history, 'relayed')).toHaveLength(1);
  });
});

describe('circles (§6.3)', () => {
  test('a letter with 50 trace fields, this host’s among them, is refused (hopcount_limit)', () => {
    const history = open('firma1');
    const received = 'Received: from a.example.org by b.example.org; Mon, 2 Feb 2026 09:30:00 +0100';
    const lines = (count: number) => [
      'telnet neo 25',
      'EHLO pc',
      'MAIL FROM:<jura@firma1.intr>',
      'RCPT TO:<anna@firma1.intr>',
      'DATA',
      ...new Array<string>(count).fill(received),
      '',
      'round and round',
      '.',
      'QUIT',
    ];
    type(history, 'pc', ...lines(48));
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
    type(history, 'pc', ...lines(49));
    expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
    expect(screen(history, 'pc')).toContain('\n554 5.4.0 Error: too many hops\n');
    expect(facts(history, 'bounced')).toEqual([]);
  });

  test('two hosts that send everything to each other stop in the end', () => {
    const loop =
      'hosts: { mx1: { smtp: { next_hop: { example.org: { protocol: smtp, host: mx2.example.org, port: 25 } } } },' +
      ' mx2: { smtp: { next_hop: { example.org: { protocol: smtp, host: mx1.example.org, port: 25 } } } } }';
    const history = open('firma1', loop);
    send(history, 'walter@example.org');
    expect(facts(history, 'bounced')).toMatchObject([
      {
        why: expect.stringMatching(
          /said: 554 5\.4\.0 Error: too many hops \(in reply to end of DATA command\)$/,
        ),
      },
    ]);
    expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  });
});

describe('the mail log', () => {
  test('says what happened in the words of Postfix', () => {
    const history = open('firma1');
    send(history, 'walter@example.org');
    const lines = facts(history, 'logged').flatMap(({ host, text }) => (host === 'neo' ? [text] : []));
    const [accepted] = facts(history, 'accepted');
    expect(lines.every((line) => line.startsWith('Feb  2 09:30:'))).toBe(true);
    expect(lines).toContainEqual(expect.stringContaining(`${accepted!.queueId}: removed`));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /to=<walter@example\.org>, relay=mx1\.example\.org\[203\.0\.113\.10\]:25, .*status=sent \(250 2\.0\.0 Ok: queued as /,
      ),
    );
  });

  test('cannot be given lines of one’s own', () => {
    const history = open('firma1');
    type(history, 'pc', 'telnet neo 25', 'EHLO pc', 'MAIL FROM:<"a\u0001b"@firma1.intr>');
    send(history, 'anna@firma1.intr', { subject: 'x\r\nFeb  2 neo postfix/smtpd: forged' });
    expect(facts(history, 'logged').every(({ text }) => !/[\r\n]/.test(text))).toBe(true);
    expect(screen(history, 'pc')).not.toContain('250 2.1.0');
  });
});

test('a configured next hop that cannot be found is this host’s mistake: letters wait (as Postfix does with 4.3.5)', () => {
  for (const smarthost of ['[nosuch.firma1.intr]', 'nosuch.firma1.intr']) {
    const history = open('firma1', `hosts: { neo: { smtp: { smarthost: "${smarthost}" } } }`);
    send(history, 'walter@example.org');
    expect(facts(history, 'bounced')).toEqual([]);
    expect(facts(history, 'deferred')[0]?.why).toContain('nosuch.firma1.intr');
    expect(queueOf(history, 'neo')).toHaveLength(1);
  }
});

test('the case of a recipient makes no second copy', () => {
  const history = open('firma1');
  type(
    history,
    'pc',
    'telnet neo 25',
    'HELO pc',
    'MAIL FROM:<jura@firma1.intr>',
    'RCPT TO:<anna@firma1.intr>',
  );
  type(
    history,
    'pc',
    'RCPT TO:<ANNA@firma1.intr>',
    'RCPT TO:<anna@FIRMA1.intr>',
    'DATA',
    '',
    'x',
    '.',
    'QUIT',
  );
  expect(mailbox(history, 'neo', 'anna')).toHaveLength(1);
});

test('more domains than deliveries at once: none is forgotten, and the cap holds', () => {
  const history = open('firma1');
  const domains = Array.from({ length: 140 }, (_, i) => `x@d${i}.example.org`);
  send(history, domains.join(', '));
  runDays(history, 1);
  const gone = facts(history, 'bounced').flatMap(({ recipients }) => recipients);
  expect([...gone].sort()).toEqual([...domains].sort());
  expect(queueOf(history, 'neo')).toEqual([]);
});
