/** Sessions recorded with Debian's Dovecot 2.3: the POP3 service with its store must say the same, word for word. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import type { Arrival } from '../protocol/machine.ts';
import { drive, driven } from '../protocol/machine.ts';
import { withCrlf } from '../protocol/pop3/content.ts';
import { pop3Server, pop3ServerState } from '../protocol/pop3/server.ts';
import type { Pop3Answer, Pop3Refusal } from '../protocol/pop3/types.ts';
import { matches } from '../protocol/transcript.testing.ts';
import { mailHost, patternsOf, serviceOf } from './pop3-recordings.testing.ts';
import type { Differences, Recorded } from './recordings.testing.ts';
import { difference, readRecording } from './recordings.testing.ts';

const THREE = [
  `Return-Path: <ann@example.org>
Date: Mon, 5 Jan 2015 10:00:00 +0100
From: Ann <ann@example.org>
To: Jura <jura@firma1.intr>
Message-Id: <1@example.org>
Subject: hello

Hello, Jura.
Second line.
Third line.
`,
  'From: Eva <eva@example.org>\nSubject: dots\n\n.\n..\n.x\na.\n',
  'Subject: empty\n',
];

/** Those of dovecot-pop3-letters. */
const ODD = [
  'Subject: no line end at the end\n\nbody\nlast',
  'Subject: CRLF\r\n\r\nbody\r\n',
  'Subject: bare CR\n\na\rb\n\r\nc\r\r\nd\n',
  'Subject: 8 bit and NUL\n\ncaf\xe9 \0 x\n',
  'Subject: dots\n\n.\n..\n.a\n',
  'Subject: header only\n',
  'Subject: header without end',
  'Subject: empty body\n\n',
  '\nno header\n',
  '\n',
  'Subject: ends in a dot\n\n.',
  `Subject: long line\n\n${'x'.repeat(2000)}\n`,
];

const kept = (letters: readonly string[]): readonly string[] =>
  letters.map((content) => withCrlf(content as Octets));

/** What is otherwise on purpose. */
const DIFFERENCES: Differences = [['a command between servers of Dovecot', /^XCLIENT/m]];

function compare(
  said: { readonly lines: readonly string[]; readonly closed: boolean },
  session: Recorded,
): void {
  const expected = patternsOf(session);
  const { lines, closed } = said;
  expect(lines.map((line, i) => (matches(line, expected[i] ?? '') ? expected[i] : line))).toEqual(expected);
  expect(closed).toBe(session.serverCloses);
}

/** Each session by itself, at a mailbox of its own. */
const ALONE = [
  'dovecot-authorization',
  'dovecot-transaction',
  'dovecot-plaintext-off',
  'dovecot-pop3-auth',
  'dovecot-pop3-apop',
  'dovecot-pop3-stls',
  'dovecot-pop3-stls-clear',
  'dovecot-pop3-stls-required',
  'dovecot-pop3-stls-mechanisms',
  'dovecot-pop3-pop3s',
  'dovecot-pop3-commands',
  'dovecot-pop3-lines',
  'dovecot-pop3-letters',
];

describe.each(ALONE)('%s', (name) => {
  const { head, sessions } = readRecording(name);
  const same = sessions.filter((session) => difference(session, DIFFERENCES) === undefined);
  const config = serviceOf(head);
  const wrapped = name.endsWith('pop3s');
  const letters = kept(name.endsWith('letters') ? ODD : THREE);

  test('has sessions to compare', () => expect(same.length).toBeGreaterThan(sessions.length * 0.9));
  test.each(same.map((session) => [session.title, session] as const))('%s', (_, session) => {
    const host = mailHost(wrapped ? { ...config, tls: 'implicit' } : config, letters);
    host.open(1);
    host.play(1, session.sent, session.title);
    compare(host.heard(1), session);
  });
});

test('UPDATE: one mailbox, session after session, as dovecot-update has it', () => {
  const { head, sessions } = readRecording('dovecot-update');
  const host = mailHost(serviceOf(head), kept(THREE));
  const left: number[] = [];
  sessions.forEach((session, index) => {
    const conn = index + 1;
    host.open(conn);
    host.play(conn, session.sent, session.title);
    compare(host.heard(conn), session);
    host.leave(conn);
    left.push(host.letters().length);
  });
  expect(sessions).toHaveLength(6);
  expect(left).toEqual([3, 3, 2, 2, 0, 0]);
});

/** The second session of each pair is played between USER, PASS, STAT and the rest of the first. */
test.each([
  'dovecot-two-sessions',
  'dovecot-two-sessions-maildir',
  'dovecot-two-sessions-locked',
  'dovecot-pop3-expunged',
])('two sessions at once: %s', (name) => {
  const { head, sessions } = readRecording(name);
  expect(sessions.length).toBeGreaterThan(0);
  for (let i = 0; i < sessions.length; i += 2) {
    const [first, second] = [sessions[i]!, sessions[i + 1]!];
    const host = mailHost(serviceOf(head), kept(THREE));
    host.open(1);
    host.play(1, first.sent.slice(0, 3), first.title);
    host.open(2);
    host.play(2, second.sent, second.title);
    host.play(1, first.sent.slice(3), first.title);
    compare(host.heard(1), first);
    compare(host.heard(2), second);
  }
});

test('logging in while another session has the lock: dovecot-pop3-locked', () => {
  const { head, sessions } = readRecording('dovecot-pop3-locked');
  expect(sessions).toHaveLength(4);
  const host = mailHost(serviceOf(head), kept(THREE));
  host.open(1);
  host.play(1, ['USER jura\r\n', 'PASS heslo\r\n'], '');
  sessions.forEach((session, index) => {
    host.open(index + 2);
    host.play(index + 2, session.sent, session.title);
    compare(host.heard(index + 2), session);
  });
});

/** No simulated store fails in these ways: the machine is told. */
test.each<[string, Pop3Refusal]>([
  ['dovecot-pop3-unreadable', 'unavailable'],
  ['dovecot-pop3-no-passwords', 'try-later'],
])('what a login can meet with: %s', (name, why) => {
  const { head, sessions } = readRecording(name);
  const config = { ...serviceOf(head), hostname: 'neo.firma1.intr' };
  for (const session of sessions) {
    let held = driven(pop3ServerState(config));
    let said = '';
    let closed = false;
    const take = (arrival: Arrival<Pop3Answer>): void => {
      const [next, effects] = drive(pop3Server, held, arrival);
      held = next;
      for (const effect of effects) {
        if (effect.kind === 'send') said += effect.octets;
        if (effect.kind === 'close') closed = true;
        if (effect.kind === 'ask')
          take({ kind: 'answer', answer: { kind: 'refused', why, at: '2026-11-25 16:34:01' } });
      }
    };
    take({ kind: 'opened', peer: '192.0.2.10' });
    for (const line of session.sent) if (!closed) take({ kind: 'octets', octets: line as Octets });
    compare({ lines: said.split('\r\n').slice(0, -1), closed }, session);
  }
});

test('silence: dovecot-pop3-idle', () => {
  const { head, sessions } = readRecording('dovecot-pop3-idle');
  const [early, between, late] = sessions as [Recorded, Recorded, Recorded];
  const host = mailHost(serviceOf(head), kept(THREE));
  for (const conn of [1, 2, 3]) host.open(conn);
  host.play(3, late.sent, late.title);
  host.pass(100_000);
  // It is the time there is to log in, and USER does not lengthen it.
  host.play(2, between.sent, between.title);
  host.pass(79_999);
  expect([1, 2, 3].map((conn) => host.heard(conn).closed)).toEqual([false, false, false]);
  host.pass(1);
  compare(host.heard(1), early);
  compare(host.heard(2), between);
  host.pass(419_999);
  expect(host.heard(3).closed).toBe(false);
  host.pass(1);
  compare(host.heard(3), late);
  expect(host.letters()).toHaveLength(3);
});
