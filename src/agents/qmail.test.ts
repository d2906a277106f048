/** A server that asks nobody at RCPT whether a user exists: qmail-smtpd. */
import { expect, test } from 'vitest';
import { facts, mailbox, open, runDays, screen, type } from './world.testing.ts';

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
  expect(bounce).toContain('Subject: failure notice\r\n');
  expect(bounce).toContain(
    '<nobody@example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n' +
      '--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <dude@example.com>\r\nReceived: ',
  );
  const logged = facts(history, 'logged').filter(({ host }) => host === 'mx');
  const lines = logged.map(({ text }) => text.replace(/^.*? qmail\[\d+\]: \d+\.\d{6} /, ''));
  expect(lines.slice(0, 3)).toEqual([
    expect.stringMatching(/^new msg \d+$/),
    expect.stringMatching(/^info msg \d+: bytes \d+ from <dude@example\.com> qp \d+ uid 64011$/),
    expect.stringMatching(/^starting delivery \d+: msg \d+ to local nobody@example\.org$/),
  ]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^delivery \d+: failure: Sorry,_no_mailbox_here_by_that_name\._\(#5\.1\.1\)\/$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^bounce msg \d+ qp \d+$/));
  expect(lines).toContainEqual(expect.stringMatching(/^end msg \d+$/));
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^delivery \d+: success: 192\.0\.2\.25_accepted_message\.\/Remote_host_said:_2\S+\/$/,
    ),
  );
});
