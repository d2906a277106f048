/** The scenario `one-mailbox`: what one device does to the mailbox, the other hears (RFC 3501 §5.2, RFC 2177). */
import { expect, test } from 'vitest';
import { mailbox, open, screen, send, type } from './world.testing.ts';

const LETTER = { host: 'walterpc', account: 'walter@example.org', subject: 'Bowling', body: 'Tonight?' };

test('POP3 deletes under IMAP: IDLE hears it at once, NOOP when it asks', () => {
  const history = open('one-mailbox');
  send(history, 'anna@example.com', LETTER);
  send(history, 'anna@example.com', { ...LETTER, subject: 'Lunch' });
  expect(mailbox(history, 'mail', 'anna')).toHaveLength(2);

  type(history, 'phone', 'telnet mail 143', 'a1 LOGIN anna tajne', 'a2 SELECT INBOX', 'a3 IDLE');
  expect(screen(history, 'phone')).toContain('\n* 2 EXISTS\n');
  type(history, 'desktop', 'telnet mail 110', 'USER anna', 'PASS tajne', 'DELE 1');
  expect(screen(history, 'phone')).not.toContain('EXPUNGE');
  type(history, 'desktop', 'QUIT');
  expect(screen(history, 'phone')).toMatch(/\+ idling\n\* 1 EXPUNGE\n/);

  type(history, 'phone', 'DONE');
  type(history, 'desktop', 'telnet mail 110', 'USER anna', 'PASS tajne', 'DELE 1', 'QUIT');
  type(history, 'phone', 'a4 NOOP', 'a5 FETCH 1 BODY[]', 'a6 LOGOUT');
  expect(screen(history, 'phone')).toMatch(/a4 NOOP\n\* 1 EXPUNGE\n(?:\* 0 RECENT\n)?a4 OK NOOP completed/);
  expect(screen(history, 'phone')).toMatch(/\* BYE Logging out\na6 OK Logout completed/);
  expect(mailbox(history, 'mail', 'anna')).toHaveLength(0);
});
