/** A server that asks nobody at RCPT whether a user exists: qmail-smtpd. */
import { expect, test } from 'vitest';
import { mailbox, open, runDays, screen, type } from './world.testing.ts';

const QMAIL = 'hosts: { mx: { smtp: { dialect: qmail } } }\n';

test('an unknown user is accepted at RCPT, and the letter comes back', () => {
  const history = open('two-companies', QMAIL);
  type(
    history,
    'walterpc',
    'telnet mx 25',
    'HELO pc.example.org',
    'MAIL FROM:<dude@example.com>',
    'RCPT TO:<nobody@example.org>',
    'DATA',
    'Subject: lost',
    '',
    'Hello?',
    '.',
    'QUIT',
  );
  const said = screen(history, 'walterpc');
  expect(said).toMatch(/\n250 ok\n(DATA|.*\n)/);
  expect(said).toMatch(/\n250 ok \d+ qp \d+\n/);
  runDays(history, 0.1);
  const [bounce] = mailbox(history, 'mail', 'dude');
  expect(bounce).toContain('Return-Path: <>');
  expect(bounce).toContain('nobody@example.org');
});
