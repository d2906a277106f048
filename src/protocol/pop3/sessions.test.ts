/** Whole sessions out of RFC 1939 and out of the course notes. */
import { describe, expect, test } from 'vitest';
import { parseTranscript, replayAllWays } from '../transcript.testing.ts';
import { letterOf, renewed, TIMESTAMP, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { DIALECTS, serverOf } from './server.testing.ts';

// The server words of the RFC are nobody's, so codes and data are compared; its digest is that of `tanstaaf`.
const RFC1939_SECTION_10 = (login: string, first: string, second: string) => `
S: +OK *${login}
C: STAT
S: +OK 2 320
C: LIST
S: +OK*
S: 1 120
S: 2 200
S: .
C: RETR 1
S: +OK 120 octets
${first.replace(/^/gm, 'S: ')}
S: .
C: DELE 1
S: +OK*
C: RETR 2
S: +OK 200 octets
${second.replace(/^/gm, 'S: ')}
S: .
C: DELE 2
S: +OK*
C: QUIT
S: +OK*
S: <close>`;

const APOP = `${TIMESTAMP}
C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
S: +OK *`;
const USER_AND_PASS = `
C: USER mrose
S: +OK*
C: PASS tanstaaf
S: +OK*`;

describe.each(DIALECTS)('RFC 1939 §10 as %s', (dialect) => {
  test.each([
    ['as the RFC logs in', dialect === 'telenet-pop' ? USER_AND_PASS : APOP],
    ['by USER and PASS', USER_AND_PASS],
  ])('codes and data, %s', (_, login) => {
    const lines = (content: string) => content.replace(/\r\n$/, '').replace(/\r\n/g, '\n');
    const [first, second] = [letterOf(120), letterOf(200)];
    const transcript = parseTranscript(RFC1939_SECTION_10(login, lines(first), lines(second)));
    const state = serverOf(dialect, { hostname: 'dewey.example.org', apop: login === APOP });
    const mailbox = renewed(() => testMailbox('mrose', 'tanstaaf', [first, second]));
    const { questions } = replayAllWays(pop3Server, state, transcript, mailbox.answer);
    expect(questions.at(-1)).toEqual({ kind: 'update', user: 'mrose', remove: ['uid1', 'uid2'], seen: [] });
  });
});

// The notes lost the white space behind X-Keywords with which Dovecot keeps room in an mbox; with it the letter has the
// 969 octets that LIST and RETR say.
const MAILIK = `Return-Path: <jura@firma1.intr>
X-Original-To: jura@firma1.intr
Delivered-To: jura@firma1.intr
Received: from [10.2.3.168] (neo.firma1.intr [10.2.3.168])
        (using TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits))
        (No client certificate requested)
        by neo.firma1.intr (Postfix) with ESMTP id E62233B4086
        for <jura@firma1.intr>; Wed,  1 Feb 2006 12:52:24 +0100 (CET)
Message-ID: <43E0A0F8.4010309@firma1.intr>
Date: Wed, 01 Feb 2006 12:52:24 +0100
From: jura1 <jura@firma1.intr>
User-Agent: Mozilla Thunderbird 1.0.7-1.4.1.centos4 (X11/20051007)
X-Accept-Language: en-us, en
MIME-Version: 1.0
To: jura@firma1.intr
Subject: mailik
Content-Type: text/plain; charset=ISO-8859-1; format=flowed
Content-Transfer-Encoding: 7bit
X-IMAPbase: 1138266105 21
Status: 0
X-UID: 21
Content-Length: 31
X-Keywords:${' '.repeat(79)}

hgfhjgfhgfhjgh
hgdfhgdhfhjgdjgh
`;

test('the course notes in Czech: Dovecot in 2006, word for word', () => {
  const transcript = parseTranscript(`
S: +OK dovecot ready.
C: USER jura
S: +OK
C: PASS heslo
S: +OK Logged in.
C: STAT
S: +OK 1 969
C: LIST
S: +OK 1 messages:
S: 1 969
S: .
C: RETR 1
S: +OK 969 octets
${MAILIK.replace(/^/gm, 'S: ')}
S: .
C: DELE 1
S: +OK Marked to be deleted.
C: RSET
S: +OK
C: QUIT
S: +OK Logging out.
S: <close>`);
  const content = `${MAILIK}\n`.replace(/\n/g, '\r\n');
  const mailbox = testMailbox('jura', 'heslo', [content]);
  const state = serverOf('dovecot2006', { hostname: 'neo.firma1.intr' });
  const { notes } = replayAllWays(pop3Server, state, transcript, mailbox.answer);
  expect(mailbox.letters()).toHaveLength(1);
  const letter = notes.findIndex((note) => note.kind === 'content');
  expect(notes[letter]).toEqual({
    kind: 'content',
    protocol: 'pop3',
    octets: 969,
    letter: 'uid1',
    text: '+OK 969 octets',
  });
  expect(notes[letter - 1]).toEqual({
    kind: 'reply',
    protocol: 'pop3',
    verb: 'RETR',
    line: 'RETR 1',
    eol: 'crlf',
    argument: '1',
    code: '+OK',
    enhanced: '',
    text: '969 octets',
    lines: 1,
    stateBefore: 'transaction',
    state: 'transaction',
    clause: 'RFC 1939 §5',
  });
});

test('the course notes in Dutch: pop.telenet.be in 2019', () => {
  // The notes take the size for TOP's second argument: so many lines that the whole letter comes.
  const content = letterOf(4776);
  const transcript = parseTranscript(`
S: +OK POP3 ready
C: USER vives3@telenet.be
S: +OK
C: PASS XXXXX
S: +OK server ready
C: LIST
S: +OK 1 messages
S: 1 4776
S: .
C: TOP 1 4776
S: +OK*
${content.replace(/\r\n$/, '').replace(/\r\n/g, '\n').replace(/^/gm, 'S: ')}
S: .`);
  const mailbox = renewed(() => testMailbox('vives3@telenet.be', 'XXXXX', [content]));
  const state = serverOf('telenet-pop');
  replayAllWays(pop3Server, state, transcript, mailbox.answer);
});

test('Dovecot 2.3 as Debian ships it, as heard from it', () => {
  const letter =
    'From: a@example.org\r\nTo: jura@example.org\r\nSubject: one\r\n\r\nline 1\r\n.dot\r\n..two\r\nline 4\r\n';
  const transcript = parseTranscript(`
S: +OK Dovecot (Debian) ready.
C: STAT
S: -ERR Unknown command.
C: PASS x
S: -ERR No username given.
C: USER jura
S: +OK
C: PASS wrong
S: -ERR [AUTH] Authentication failed.
C: USER jura
S: +OK
C: PASS heslo
S: +OK Logged in.
C: USER x
S: -ERR Unknown command: USER
C: STAT
S: +OK 3 148
C: LIST
S: +OK 3 messages:
S: 1 88
S: 2 43
S: 3 17
S: .
C: LIST 1
S: +OK 1 88
C: LIST 9
S: -ERR There's no message 9.
C: LIST 0
S: -ERR There's no message 0.
C: LIST x
S: -ERR Invalid message number: x
C: LIST  1
S: +OK 1 88
C: LIST -1
S: -ERR Invalid message number: -1
C: RETR 1
S: +OK 88 octets
S: From: a@example.org
S: To: jura@example.org
S: Subject: one
S:
S: line 1
S: ..dot
S: ...two
S: line 4
S: .
C: TOP 1 0
S: +OK
S: From: a@example.org
S: To: jura@example.org
S: Subject: one
S:
S: .
C: TOP 1 1
S: +OK
S: From: a@example.org
S: To: jura@example.org
S: Subject: one
S:
S: line 1
S: .
C: TOP 1 x
S: -ERR Invalid size: x
C: TOP 3 1
S: +OK
S: Subject: nobody
S: .
C: UIDL
S: +OK
S: 1 uid1
S: 2 uid2
S: 3 uid3
S: .
C: UIDL 1
S: +OK 1 uid1
C: UIDL 7
S: -ERR There's no message 7.
C: NOOP
S: +OK
C: DELE 1
S: +OK Marked to be deleted.
C: DELE 1
S: -ERR Message is deleted.
C: RETR 1
S: -ERR Message is deleted.
C: LIST 1
S: -ERR Message is deleted.
C: UIDL 1
S: -ERR Message is deleted.
C: TOP 1 0
S: -ERR Message is deleted.
C: LIST
S: +OK 2 messages:
S: 2 43
S: 3 17
S: .
C: STAT
S: +OK 2 60
C: RSET
S: +OK
C: STAT
S: +OK 3 148
C: foo bar
S: -ERR Unknown command: FOO
C:
S: -ERR Unknown command.
C| NOOP\\n
S: +OK
C: DELE 2
S: +OK Marked to be deleted.
C: QUIT
S: +OK Logging out, messages deleted.
S: <close>`);
  const contents = [letter, 'From: a@example.org\r\nSubject: two\r\n\r\nbody\r\n', 'Subject: nobody\r\n'];
  const state = serverOf('dovecot');
  const mailbox = renewed(() => testMailbox('jura', 'heslo', contents));
  replayAllWays(pop3Server, state, transcript, mailbox.answer);
  expect(mailbox.letters().map(({ uid }) => uid)).toEqual(['uid1', 'uid3']);
});
