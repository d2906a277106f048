import { describe, expect, test } from 'vitest';
import { act, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { facts } from '../world.testing.ts';
import { lettersOf, logOf, mtaOf, openPost, type Setting } from './post.testing.ts';

const SETTING: Setting = { ports: [25, 25], aliases: {} };

/** Sends letters from the desk, one for each recipient; they all come in before anything else happens. */
function write(history: History, ...recipients: readonly string[]): void {
  for (const to of recipients) {
    const pieces = [
      'EHLO pc1\r\n',
      'MAIL FROM:<jura@firma1.intr>\r\n',
      `RCPT TO:<${to}>\r\n`,
      'DATA\r\n',
      'x\r\n.\r\n',
      'QUIT\r\n',
    ];
    act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
    runIdle(history);
  }
}

const suspended = (history: History): number =>
  logOf(history, 'neo').filter((line) => line.includes('delivery temporarily suspended')).length;

describe('a destination that cannot be reached (SCHEDULER_README)', () => {
  // 1/5 + 1/4 + 1/3 + 1/2 of a cohort make more than one.
  test('is held to be dead after four letters: the fifth is not even tried', () => {
    const history = openPost(SETTING);
    write(history, ...'abcd'.split('').map((name) => `${name}@refused.example.net`));
    expect(suspended(history)).toBe(0);
    write(history, 'e@refused.example.net');
    expect(suspended(history)).toBe(1);
    expect(logOf(history, 'neo')).toContain(
      'postfix/error[<pid>]: <queue-id>: to=<e@refused.example.net>, relay=none, delay=<delay>, delays=<delays>, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to pobocka.firma1.intr[192.0.2.26]:10099: Connection refused)',
    );
    expect(mtaOf(history, 'neo').destinations).toMatchObject([{ id: 'refused.example.net', window: 0 }]);
  });

  test('is tried again after five minutes, and at once when somebody says so', () => {
    const history = openPost(SETTING);
    write(history, ...'abcde'.split('').map((name) => `${name}@refused.example.net`));
    const before = logOf(history, 'neo').length;
    act(history, { kind: 'input', program: 'neo/mta', input: {} });
    runIdle(history);
    expect(
      logOf(history, 'neo')
        .slice(before)
        .filter((line) => line.includes('smtp[')),
    ).not.toEqual([]);
    runUntil(history, history.world.now + 3_600_000);
    expect(facts(history, 'deferred').length).toBeGreaterThan(10);
  });

  test('holds up nobody else', () => {
    const history = openPost(SETTING);
    write(
      history,
      ...'abcde'.split('').map((name) => `${name}@refused.example.net`),
      'karel@pobocka.firma1.intr',
    );
    expect(facts(history, 'relayed')).toHaveLength(1);
  });
});

test('a letter for many at one host goes in lots of fifty (default_destination_recipient_limit)', () => {
  const users = Array.from({ length: 120 }, (_, i) => `u${i}`);
  const history = openPost({ ...SETTING, pobocka: { users } });
  const pieces = [
    'EHLO pc1\r\n',
    'MAIL FROM:<jura@firma1.intr>\r\n',
    ...users.map((user) => `RCPT TO:<${user}@pobocka.firma1.intr>\r\n`),
    'DATA\r\n',
    'x\r\n.\r\n',
    'QUIT\r\n',
  ];
  act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
  runIdle(history);
  const relayed = facts(history, 'relayed').filter(({ host }) => host === 'neo');
  expect(relayed.map(({ recipients }) => recipients.length)).toEqual([50, 50, 20]);
  expect(mtaOf(history, 'neo').deliveries).toEqual([]);
});

test('ETRN (RFC 1985): what waits for a domain is tried now', () => {
  const history = openPost(SETTING);
  act(history, { kind: 'power', host: 'pobocka', up: false });
  write(history, 'karel@pobocka.firma1.intr', 'x@refused.example.net');
  act(history, { kind: 'power', host: 'pobocka', up: true });
  const pieces = ['EHLO pc1\r\n', 'ETRN pobocka.firma1.intr\r\n', 'QUIT\r\n'];
  act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
  runIdle(history);
  expect(lettersOf(history, 'pobocka', 'karel')).toContain('x');
  expect(mtaOf(history, 'neo').queue.map(({ recipients }) => recipients[0]!.address)).toEqual([
    'x@refused.example.net',
  ]);
});
