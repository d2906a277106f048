/** The scenario `stripped`: somebody on the wire hides STARTTLS (RFC 3207 §6). */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { encodeBase64 } from '../mail/mime.ts';
import type { History } from '../sim/types.ts';
import { facts, mailbox, open, runDays, screen, send, type } from './world.testing.ts';

const carried = (history: History): string =>
  history.log.map(({ what }) => (what.kind === 'segment' ? (what.altered ?? what.octets) : '')).join('');

test('who types sees what the wire says, and may not use what it hides', () => {
  const history = open('stripped');
  type(history, 'pc', 'telnet neo 587', 'EHLO pc.firma1.intr', 'STARTTLS', 'AUTH PLAIN', 'QUIT');
  const said = screen(history, 'pc');
  expect(said).toContain('250-XXXXXXXX\n');
  expect(said).not.toContain('250-STARTTLS');
  // Both ways: the server hears XXXXXXXX, and its advice does not come through either.
  expect(said).toContain('\n500 5.5.2 Error: command not recognized\n');
  expect(said).toContain('\n530 5.7.0 Must issue a XXXXXXXX command first\n');
});

test('the mail program that insists keeps its letter, and its password', () => {
  const plain = open('firma1');
  send(plain, 'walter@example.org');
  runDays(plain, 0.01);
  expect(mailbox(plain, 'store', 'walter')).toHaveLength(1);

  const history = open('stripped');
  send(history, 'walter@example.org');
  runDays(history, 0.01);
  expect(mailbox(history, 'store', 'walter')).toHaveLength(0);
  expect(facts(history, 'accepted')).toHaveLength(0);
  const wire = carried(history);
  expect(wire).toContain('XXXXXXXX');
  for (const secret of ['heslo', encodeBase64(octets('\0jura\0heslo'))]) expect(wire).not.toContain(secret);
});

test('the server that takes TLS when it can get it goes on in the clear, and mx1 says so', () => {
  const history = open('stripped');
  type(
    history,
    'neo',
    'telnet localhost 25',
    'HELO neo.firma1.intr',
    'MAIL FROM:<jura@firma1.intr>',
    'RCPT TO:<walter@example.org>',
    'DATA',
    'Subject: not sealed',
    '',
    'anybody can read this',
    '.',
    'QUIT',
  );
  runDays(history, 0.01);
  const [letter] = mailbox(history, 'store', 'walter');
  expect(letter).toMatch(/by mx1\.example\.org \(Postfix\) with ESMTP id/);
  expect(carried(history)).toContain('anybody can read this');
});
