/** The scenario `qmtp-race`: QMTP needs one round trip where SMTP needs one for each word of the conversation. */
import { expect, test } from 'vitest';
import { facts, mailbox, open, receivedBy, send } from './world.testing.ts';

test('the same letter, equally far: QMTP is there when SMTP has hardly said hello', () => {
  const history = open('qmtp-race');
  send(history, 'walter@example.org, donny@example.net', { account: 'dude@example.com' });
  const opened = (host: string): number =>
    history.log.find(
      ({ host: from, what }) => from === 'mail' && what.kind === 'connecting' && what.to === host,
    )!.at;
  const took = (host: string): number =>
    facts(history, 'accepted').find((fact) => fact.host === host)!.at - opened(host);
  // TCP: one round trip of 400 ms; the package, one way.
  expect(took('mx')).toBe(600);
  // And the greeting, EHLO, MAIL and RCPT and DATA, each awaited: 200 + 3 round trips, then the letter.
  expect(took('mxnet')).toBeGreaterThanOrEqual(600 + 3 * 400);
  for (const [host, user] of [
    ['mx', 'walter'],
    ['mxnet', 'donny'],
  ] as const) {
    const [letter] = mailbox(history, host, user);
    expect(receivedBy(letter!)).toHaveLength(2);
  }
  expect(mailbox(history, 'mx', 'walter')[0]).toContain('with QMTP');
});
