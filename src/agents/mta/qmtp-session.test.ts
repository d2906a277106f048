import { expect, test } from 'vitest';
import { act, createHistory, runIdle, runUntil } from '../../sim/history.ts';
import type { History } from '../../sim/types.ts';
import { lostLetters, waitingLetters } from '../../node/swarm-accounts.ts';
import { facts, mailbox, runDays } from '../world.testing.ts';
import { logOf, mtaOf, openPost } from './post.testing.ts';
import type { MtaConfig } from './types.ts';

/** Pobocka takes letters by QMTP. */
function openQmtp(): History {
  const transports = {
    'pobocka.firma1.intr': { protocol: 'qmtp', host: 'pobocka.firma1.intr', port: 209 },
  } as const;
  const plain = openPost({ ports: [25, 25], aliases: {}, neo: { transports } });
  const hosts = plain.scenario.hosts.map((host) => {
    if (host.id !== 'pobocka') return host;
    const config = { ...(host.programs.find(({ kind }) => kind === 'mta')!.config as MtaConfig), port: 209 };
    return { ...host, programs: [...host.programs, { name: 'qmtp', kind: 'qmtp', config }] };
  });
  const history = createHistory({ ...plain.scenario, hosts }, plain.registry);
  runIdle(history);
  return history;
}

function write(history: History, ...recipients: readonly string[]): void {
  const pieces = [
    'EHLO pc1\r\n',
    'MAIL FROM:<jura@firma1.intr>\r\n',
    ...recipients.map((to) => `RCPT TO:<${to}@pobocka.firma1.intr>\r\n`),
    'DATA\r\n',
    'Subject: x\r\n\r\nx\r\n.\r\n',
    'QUIT\r\n',
  ];
  act(history, { kind: 'input', program: 'pc1/typist', input: { port: 25, pieces, closes: false } });
  runIdle(history);
}

const connections = (history: History): number =>
  history.log.filter(
    ({ host, what }) => host === 'neo' && what.kind === 'connecting' && what.peer.port === 209,
  ).length;

test('K and D are final, each for its recipient', () => {
  const history = openQmtp();
  write(history, 'karel', 'nikdo');
  expect(mailbox(history, 'pobocka', 'karel')).toHaveLength(1);
  expect(facts(history, 'relayed')).toMatchObject([{ recipients: ['karel@pobocka.firma1.intr'] }]);
  expect(facts(history, 'bounced')).toMatchObject([{ recipients: ['nikdo@pobocka.firma1.intr'] }]);
  expect(mailbox(history, 'neo', 'jura')).toHaveLength(1);
  expect(logOf(history, 'neo').find((line) => line.startsWith('postfix/qmtp'))).toBeDefined();
  expect(lostLetters(history)).toEqual([]);
});

test('letters that wait go on one connection', () => {
  const history = openQmtp();
  act(history, { kind: 'power', host: 'pobocka', up: false });
  for (let i = 0; i < 12; i++) write(history, 'karel');
  act(history, { kind: 'power', host: 'pobocka', up: true });
  const before = connections(history);
  runDays(history, 1);
  expect(mailbox(history, 'pobocka', 'karel')).toHaveLength(12);
  expect(connections(history) - before).toBeLessThan(12);
  expect([...lostLetters(history), ...waitingLetters(history)]).toEqual([]);
  expect(mtaOf(history, 'neo').qmtp).toEqual([]);
});

test('the host goes while a package is on its way: the letter waits, and arrives in the end', () => {
  const whole = openQmtp();
  write(whole, 'karel');
  const instants = [...new Set(whole.log.map(({ at }) => at))];
  for (const instant of instants) {
    const history = openQmtp();
    const pieces = [
      'EHLO pc1\r\n',
      'MAIL FROM:<jura@firma1.intr>\r\n',
      'RCPT TO:<karel@pobocka.firma1.intr>\r\n',
    ];
    const letter = ['DATA\r\n', 'Subject: x\r\n\r\nx\r\n.\r\n', 'QUIT\r\n'];
    const input = { port: 25, pieces: [...pieces, ...letter], closes: false };
    act(history, { kind: 'input', program: 'pc1/typist', input });
    runUntil(history, instant);
    act(history, { kind: 'power', host: 'pobocka', up: false });
    act(history, { kind: 'power', host: 'pobocka', up: true });
    runDays(history, 1);
    expect(mailbox(history, 'pobocka', 'karel').length).toBeGreaterThan(0);
    expect([...lostLetters(history), ...waitingLetters(history)]).toEqual([]);
  }
});
