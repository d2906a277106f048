/** The client machine against servers by hand: transcripts in all ways, and what goes wrong. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import type { Arrival, Driven } from '../machine.ts';
import { drive, driven } from '../machine.ts';
import { LINE_LIMIT, LINE_WEIGHT, imapClient, imapClientState, REPLY_LIMIT } from './client.ts';
import type { ImapClientState } from './client.ts';
import { REFUSAL_LIMIT } from './client-letters.ts';
import { MESSAGES_LIMIT } from './client-mailbox.ts';
import { face, JURA, mailProgram } from './client.testing.ts';
import type { ImapClientAnswer } from './types.ts';

/** Up to the mailbox, with these responses to SELECT. */
const IN = `
S: * OK [CAPABILITY IMAP4rev1 UIDPLUS] ready
C: A1 LOGIN "jura" "heslo"
S: A1 OK [CAPABILITY IMAP4rev1 UIDPLUS] in
C: A2 SELECT INBOX
`;
const TWO = `${IN}
S: * 2 EXISTS
S: * OK [UIDVALIDITY 7] yes
S: A2 OK [READ-WRITE] there
C: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
S: * 1 FETCH (UID 10 FLAGS () RFC822.SIZE 5)
S: * 2 FETCH (UID 20 FLAGS (\\Seen) RFC822.SIZE 6)
S: A3 OK two
`;
/** Nothing is retrieved: the program has both. */
const hasAll = () => mailProgram({ has: [10, 20] });

/** Numbers of the session in RFC 3501 §8, its letter's header for the letter. */
const HEADER = [
  'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
  'From: Terry Gray <gray@cac.washington.edu>',
  'Subject: IMAP4rev1 WG mtg summary and minutes',
  'To: imap@cac.washington.edu',
  'cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>',
  'Message-Id: <B27397-0100000@cac.washington.edu>',
  'MIME-Version: 1.0',
  'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII',
  '',
];

describe('alone', () => {
  test('the server of RFC 3501 §8', () => {
    const { program, closed } = face(
      `
S: * OK IMAP4rev1 Service Ready
C: A1 CAPABILITY
S: * CAPABILITY IMAP4rev1
S: A1 OK CAPABILITY completed
C: A2 LOGIN "mrc" "secret"
S: A2 OK LOGIN completed
C: A3 CAPABILITY
S: * CAPABILITY IMAP4rev1
S: A3 OK CAPABILITY completed
C: A4 SELECT INBOX
S: * 1 EXISTS
S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
S: * 2 RECENT
S: * OK [UNSEEN 17] Message 17 is the first unseen message
S: * OK [UIDVALIDITY 3857529045] UIDs valid
S: A4 OK [READ-WRITE] SELECT completed
C: A5 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
S: * 1 FETCH (UID 12 FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286 ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US") ("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92))
S: A5 OK FETCH completed
C: A6 UID FETCH 12 (BODY.PEEK[])
S: * 1 FETCH (UID 12 BODY[] {342}
${HEADER.map((line) => `S: ${line}`).join('\n')}
S: )
S: A6 OK FETCH completed
C: A7 UID STORE 12 +FLAGS (\\Deleted)
S: * 1 FETCH (FLAGS (\\Seen \\Deleted))
S: A7 OK +FLAGS completed
C: A8 EXPUNGE
S: * 1 EXPUNGE
S: A8 OK EXPUNGE completed
C: A9 LOGOUT
S: * BYE IMAP4rev1 server terminating connection
S: A9 OK LOGOUT completed
C: <close>`,
      { user: 'mrc', password: 'secret' },
      () => mailProgram({ remove: () => true }),
    );
    expect(program.log).toEqual([
      'whole 3857529045: 12(4286 \\Seen)',
      'fetched 12',
      '12 has \\Deleted \\Seen',
      '12 is gone',
    ]);
    expect(program.fetched[0]!.content).toBe(`${HEADER.join('\r\n')}\r\n`);
    expect(program.fetched[0]!.content).toHaveLength(342);
    expect(program.errors).toEqual(['']);
    expect(closed).toBe(true);
  });

  test('literals that the server must invite, for what cannot be quoted (RFC 3501 §4.3)', () => {
    const config = { user: 'ann\u00e1', password: 'a\r\nb"c\\d' };
    face(
      `S: * OK [CAPABILITY IMAP4rev1] hi
C: A1 LOGIN {5}
S: + yes
C: ann\xc3\xa1 {8}
S: +
C: a
C: b"c\\d
S: A1 NO [ALERT] not you
C: A2 LOGOUT
S: A2 OK bye
C: <close>`,
      config,
    );
    face(`S: * OK [CAPABILITY IMAP4rev1] hi\nC: A1 LOGIN "a" "b\\"c\\\\d"\nS: A1 NO no\nC: A2 LOGOUT`, {
      user: 'a',
      password: 'b"c\\d',
    });
  });

  test('a literal that is refused is not sent', () => {
    const { program } = face(
      `S: * OK [CAPABILITY IMAP4rev1] hi\nC: A1 LOGIN {5}\nS: A1 BAD no literals\nC: A2 LOGOUT`,
      { user: 'ann\u00e1' },
    );
    expect(program.errors).toEqual([]);
  });

  test('STARTTLS, then all over again; PLAIN without an initial response (RFC 4959 is not offered)', () => {
    // base64 of NUL, jura, NUL, heslo
    face(
      `S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi
C: A1 STARTTLS
S: A1 OK go
T: <tls>
C: A2 CAPABILITY
S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
S: A2 OK
C: A3 AUTHENTICATE PLAIN
S: +
C: AGp1cmEAaGVzbG8=
S: A3 OK in
C: A4 CAPABILITY
S: * CAPABILITY IMAP4rev1
S: A4 OK
C: A5 SELECT INBOX`,
      { tls: 'encrypt' },
    );
  });

  test('what is pipelined in the clear behind STARTTLS is never heard', () => {
    const { program, state } = face(
      `S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi
C: A1 STARTTLS
S| A1 OK go\\r\\n* CAPABILITY IMAP4rev1 LOGIN\\r\\nA2 OK\\r\\n
S: * PREAUTH welcome
T: <tls>
C: A2 CAPABILITY`,
      { tls: 'encrypt' },
    );
    expect(state).toMatchObject({ awaiting: 'capability', capabilities: null, loggedIn: false });
    expect(program.errors).toEqual([]);
  });

  test('CRAM-MD5 as in RFC 2195 §2', () => {
    face(
      `S: * OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hi
C: A1 AUTHENTICATE CRAM-MD5
S: + PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+
C: dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw
S: A1 OK CRAM authentication successful
C: A2 CAPABILITY`,
      { user: 'tim', password: 'tanstaaftanstaaf' },
    );
  });

  test('PREAUTH needs no login (RFC 3501 §7.1.4)', () => {
    face(`S: * PREAUTH [CAPABILITY IMAP4rev1] welcome\nC: A1 SELECT INBOX`);
  });

  test('a server that ends lines with bare LF, and writes small letters', () => {
    const { program } = face(
      `S| * ok [capability imap4rev1] hi\\n
C: A1 LOGIN "jura" "heslo"
S| A1 ok [Capability imap4rev1] in\\n
C: A2 SELECT INBOX
S| * 1 exists\\n* ok [uidvalidity 7]\\nA2 ok\\n
C: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
S| * 1 fetch (flags (\\\\seen \\\\SEEN Junk) uid 4 rfc822.size 3)\\nA3 ok\\n
C: A4 UID FETCH 4 (BODY.PEEK[])
S| * 1 fetch (body[] {3}\\na\\nb uid 4)\\nA4 ok\\n
C: A5 LOGOUT`,
    );
    expect(program.fetched).toEqual([{ uid: 4, flags: ['\\Seen', 'Junk'], content: 'a\nb' }]);
  });

  test('strings of every kind; what is said besides does no harm', () => {
    const { program } = face(
      `${TWO.replace('A3 OK two', '* STATUS {5}\nS: A3 OK ()\nS: * ESEARCH\nS: * OK [ALERT] {3}\nS: A3 OK two')}
C: A4 UID FETCH 10 (BODY.PEEK[])
S: * 1 FETCH (BODY[] "a \\"quoted\\" \\\\ one" UID 10 MODSEQ (5))
S: * 2 FETCH (UID 20 BODY[] "not this")
S: A4 OK
C: A5 UID FETCH 20 (BODY.PEEK[])
S: * 2 FETCH (UID 20 BODY[HEADER] {1}
S: x X {0}
S:  BODY[] {0}
S: )
S: A5 OK
C: A6 LOGOUT`,
    );
    expect(program.fetched.map(({ content }) => content)).toEqual(['a "quoted" \\ one', '']);
  });

  test('a letter the server refuses, or that is gone meanwhile, stays there; the others come and go', () => {
    const { program } = face(
      `${TWO.replace('2 EXISTS', '3 EXISTS').replace('A3 OK', '* 3 FETCH (UID 30 FLAGS ())\nS: A3 OK')}
C: A4 UID FETCH 10 (BODY.PEEK[])
S: A4 NO cannot read it
C: A5 UID FETCH 20 (BODY.PEEK[])
S: * 2 EXPUNGE
S: A5 OK nothing
C: A6 UID FETCH 30 (BODY.PEEK[])
S: * 2 FETCH (UID 30 BODY[] "x")
S: A6 OK
C: A7 UID STORE 30 +FLAGS (\\Deleted)
S: * 2 FETCH (FLAGS (\\Deleted))
S: A7 OK
C: A8 UID EXPUNGE 30
S: * 2 EXPUNGE
S: A8 OK
C: A9 LOGOUT
S: A9 OK
C: <close>`,
      {},
      () => mailProgram({ remove: () => true }),
    );
    expect(program.log.slice(1)).toEqual(['20 is gone', 'fetched 30', '30 has \\Deleted', '30 is gone']);
    expect(program.errors).toEqual(['NO cannot read it']);
  });

  test('without UIDPLUS, what somebody else has marked is not removed along', () => {
    const plain = TWO.replaceAll(' UIDPLUS', '');
    const marked = (script: string, others: string) =>
      face(
        `${plain.replace('UID 20 FLAGS (\\Seen)', `UID 20 FLAGS (${others})`)}
C: A4 UID STORE 10 +FLAGS (\\Deleted)
S: * 1 FETCH (FLAGS (\\Deleted))
S: A4 OK
${script}`,
        {},
        () => mailProgram({ has: [10, 20], remove: ({ uid }) => uid === 10 }),
      );
    marked('C: A5 EXPUNGE', '\\Seen');
    marked('C: A5 LOGOUT', '\\Deleted');
  });

  test('what is seen already is not marked; two rounds of work do not mix', () => {
    const { program } = face(
      `${TWO.replaceAll(' UIDPLUS', ' IDLE')}
C: A4 UID FETCH 10 (BODY.PEEK[])
S: * 1 FETCH (UID 10 BODY[] "x")
S: A4 OK
C: A5 UID FETCH 20 (BODY.PEEK[])
S: A5 NO not this one
C: A6 UID STORE 10 +FLAGS (\\Seen)
S: * 1 FETCH (FLAGS (\\Seen))
S: A6 OK
C: A7 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
S: A7 OK
C: A8 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 3 FETCH (UID 30 FLAGS (\\Seen))
S: A8 OK
C: A9 UID FETCH 30 (BODY.PEEK[])
S: * 3 FETCH (UID 30 BODY[] "y")
S: A9 OK
C: A10 IDLE
S: <close>`,
      { stay: true },
      () => mailProgram({ see: () => true }),
    );
    expect(program.fetched.map(({ uid, flags }) => [uid, flags])).toEqual([
      [10, []],
      [30, ['\\Seen']],
    ]);
    // The first thing that went wrong is what is told.
    expect(program.errors).toEqual(['NO not this one']);
  });

  test('a server that refuses everything is left', () => {
    const uids = Array.from({ length: REFUSAL_LIMIT + 5 }, (_, i) => i + 1);
    const refusals = uids
      .slice(0, REFUSAL_LIMIT)
      .map((uid) => `C: A${uid + 3} UID FETCH ${uid} (BODY.PEEK[])\nS: A${uid + 3} NO no ${uid}\n`);
    const { program } = face(
      `${IN}S: * ${uids.length} EXISTS\nS: * OK [UIDVALIDITY 7]\nS: A2 OK
C: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
${uids.map((uid) => `S: * ${uid} FETCH (UID ${uid})\n`).join('')}S: A3 OK
${refusals.join('')}C: A${REFUSAL_LIMIT + 4} LOGOUT
S: A${REFUSAL_LIMIT + 4} OK
C: <close>`,
    );
    expect(program.errors).toEqual(['NO no 1']);
  });
});

const STAY = TWO.replaceAll(' UIDPLUS', ' IDLE');

describe('staying', () => {
  test('IDLE: what comes is listed from where the last listing ended', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: + idling
S: * OK Still here
S: * 1 FETCH (FLAGS (\\Flagged))
S: * 1 EXPUNGE
S: * 2 EXISTS
C: DONE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 30 FLAGS (\\Recent) RFC822.SIZE 1)
S: A5 OK
C: A6 UID FETCH 30 (BODY.PEEK[])
S: * 2 FETCH (UID 30 BODY[] {1}
S: x)
S: A6 OK
C: A7 IDLE
S: + idling
T: poll
C: DONE
S: * 2 EXPUNGE
S: A7 OK
C: A8 IDLE`,
      { stay: true },
      hasAll,
    );
    expect(program.log).toEqual([
      'whole 7: 10(5), 20(6 \\Seen)',
      '10 has \\Flagged',
      '10 is gone',
      'new 7: 30(1)',
      'fetched 30',
      '30 is gone',
    ]);
  });

  test('what is told in one breath is told at once, whatever it ends with', () => {
    const played = byHand(
      [...STAY.split('\n').filter((line) => line.startsWith('S:')), 'S: + idling'],
      { stay: true },
      hasAll(),
    );
    played.octets('* 2 EXPUNGE\r\n* 1 FETCH (FLAGS ($a))\r\n* 0 RECENT\r\n');
    expect(played.program.log.slice(1)).toEqual(['20 is gone', '10 has $a']);
    played.octets('* 1 FETCH (FLAGS ())\r\n* 1 FE');
    played.octets('TCH (FLAGS ($b))\r\n');
    expect(played.program.log.slice(3)).toEqual(['10 has no flags', '10 has $b']);
  });

  test('nothing new behind a message that came and went', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: * 3 EXISTS
S: + idling
C: DONE
S: * 3 EXPUNGE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 20 FLAGS (\\Seen) RFC822.SIZE 6)
S: A5 OK
C: A6 IDLE
S: + idling
S: * 2 EXPUNGE
S: * 2 EXISTS
C: DONE
S: A6 OK
C: A7 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 EXPUNGE
S: A7 OK
C: A8 IDLE
S: + idling
S: * 2 EXISTS
C: DONE
S: A8 OK
C: A9 UID FETCH 21:* (UID FLAGS RFC822.SIZE)`,
      { stay: true },
      hasAll,
    );
    expect(program.log.slice(1)).toEqual(['20 is gone']);
  });

  test('a server without IDLE, or that refuses it, is asked now and then', () => {
    const script = (from: number) => `
T: other
T: poll
C: A${from} NOOP
S: * 2 FETCH (FLAGS ())
S: A${from} OK
S: * 1 FETCH (FLAGS (\\Answered))
S: * 3 EXISTS
C: A${from + 1} UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 3 FETCH (UID 30 FLAGS ())
S: A${from + 1} OK
C: A${from + 2} UID FETCH 30 (BODY.PEEK[])
S: A${from + 2} OK
T: poll
C: A${from + 3} NOOP
S: A${from + 3} BAD busy`;
    const { program, effects } = face(TWO + script(4), { stay: true }, hasAll);
    expect(program.log.slice(1)).toEqual(['20 has no flags', '10 has \\Answered', 'new 7: 30(0)']);
    const polls = effects.flatMap((effect) =>
      effect.kind === 'timer' && effect.name === 'poll' ? [effect.after] : [],
    );
    expect(polls).toEqual([600_000, 600_000, null, 600_000, 600_000]);
    face(`${STAY}\nC: A4 IDLE\nS: A4 NO not today\n${script(5)}`, { stay: true }, hasAll);
    face(`${STAY}\nC: A4 IDLE\nS: + idling\nS: A4 OK enough\n${script(5)}`, { stay: true }, hasAll);
  });

  test('the program leaves at any time', () => {
    const lines = STAY.split('\n').filter((line) => line.startsWith('S:'));
    lines.push('S: + idling');
    for (let before = 0; before <= lines.length; before++) {
      const played = byHand(lines.slice(0, before), { stay: true }, hasAll());
      const from = played.said().length;
      played.take({ kind: 'answer', answer: { kind: 'leave' } });
      for (const line of lines.slice(before)) played.hear(line);
      if (played.said().at(-1) === 'DONE') played.hear('S: A4 OK');
      // The greeting, and the tagged response to each command, end it at once.
      const [first, ...rest] = played.said().slice(from);
      expect(first === 'DONE' ? rest : [first, ...rest], `before line ${before}`).toEqual([
        expect.stringMatching(/^A\d LOGOUT$/),
      ]);
    }
  });

  test('only the whole of a listing is believed: what comes unasked comes again', () => {
    const { program } = face(
      `${STAY}
C: A4 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
S: * 3 FETCH (UID 30 FLAGS (\\Seen))
S: * 4 EXISTS
S: * 2 EXPUNGE
S: A4 OK
C: A5 UID FETCH 21:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 30 FLAGS ())
S: * 2 FETCH (FLAGS (\\Answered))
S: * 3 FETCH (UID 40 FLAGS ())
S: * 3 EXPUNGE
S: A5 OK
C: A6 UID FETCH 30 (BODY.PEEK[])
S: * 2 EXPUNGE
S: A6 OK
C: A7 IDLE
S: + idling
S: * 2 EXISTS
C: DONE
S: A7 OK
C: A8 UID FETCH 31:* (UID FLAGS RFC822.SIZE)
S: * 2 FETCH (UID 4294967295 FLAGS ())
S: A8 OK
C: A9 UID FETCH 4294967295 (BODY.PEEK[])
S: A9 OK
C: A10 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
S: A10 OK
C: A11 UID FETCH 4294967295:* (UID FLAGS RFC822.SIZE)`,
      { stay: true },
      hasAll,
    );
    expect(program.log.slice(1)).toEqual([
      '20 is gone',
      'new 7: 30(0 \\Answered)',
      '30 is gone',
      'new 7: 4294967295(0)',
    ]);
  });
});

/** A client fed by hand. */
function byHand(lines: readonly string[], config: Partial<typeof JURA>, program = mailProgram()) {
  let held: Driven<ImapClientState> = driven(imapClientState({ ...JURA, ...config }));
  const said: string[] = [];
  const kinds: string[] = [];
  const take = (arrival: Arrival<ImapClientAnswer>): void => {
    const [next, effects] = drive(imapClient, held, arrival);
    held = next;
    for (const effect of effects) {
      kinds.push(effect.kind === 'timer' ? `${effect.name} ${effect.after}` : effect.kind);
      if (effect.kind === 'send') said.push(effect.octets.slice(0, -2));
      const given = effect.kind === 'ask' ? program.answer(effect.question) : undefined;
      if (given !== undefined) take({ kind: 'answer', answer: given });
    }
  };
  const octets = (text: string): void => take({ kind: 'octets', octets: text as Octets });
  const hear = (line: string): void => octets(`${line.slice(3)}\r\n`);
  take({ kind: 'opened', peer: '192.0.2.1' });
  for (const line of lines) hear(line);
  return { take, hear, octets, said: () => said, kinds, program, state: () => held.state };
}

describe('what goes wrong', () => {
  const GREETED = 'S: * OK [CAPABILITY IMAP4rev1] hi\nC: A1 LOGIN "jura" "heslo"\n';
  const LISTING = `${IN}S: * 2 EXISTS\nS: * OK [UIDVALIDITY 7]\nS: A2 OK\nC: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)\n`;
  const OUT = (tag: number) => `\nC: A${tag} LOGOUT\nS: A${tag} OK\nC: <close>`;
  test.each([
    ['S: * BYE too busy\nC: <close>', 'BYE too busy'],
    ['S: * NO way\nC: <close>', 'NO way'],
    [
      'S: 220 mail.example.org ESMTP\nC: <close>',
      'no IMAP response from the server: 220 mail.example.org ESMTP',
    ],
    ['S: * OKAY\nC: <close>', 'no IMAP response from the server: * OKAY'],
    ['S: +OK POP3 ready\nC: <close>', 'no IMAP response from the server: +OK POP3 ready'],
    [`S: * OK ${'x'.repeat(LINE_LIMIT)}\nC: <close>`, 'a line of the reply from the server is too long'],
    ['T: reply\nC: <close>', 'no reply from the server within 60 s'],
    [`${GREETED}T: reply\nC: <close>`, 'no reply to LOGIN within 60 s'],
    ['S: <close>', 'connection lost before the greeting'],
    [`${GREETED}S: <close>`, 'connection lost before the reply to LOGIN'],
    [`${LISTING}S: * 1 FETCH (X {3}\nS: <close>`, 'connection lost within the reply to UID FETCH'],
    [`${GREETED}S: * BYE going down\nS: <close>`, 'BYE going down'],
    [`${GREETED}S: * BYE going down\nS: A1 OK\nC: <close>`, 'BYE going down'],
    [`${GREETED}S: A1 NO\nC: A2 LOGOUT\nT: reply\nC: <close>`, 'NO'],
    [
      `${GREETED}S: * 5 EXISTS\nS: * 9 EXPUNGE\nS: A1 OK\nC: A2 CAPABILITY\nT: reply\nC: <close>`,
      /CAPABILITY/,
    ],
    [`${GREETED}S: A2 OK\nC: <close>`, 'no IMAP response to LOGIN: A2 OK'],
    [`${GREETED}S: A1 PREAUTH\nC: <close>`, 'no IMAP response to LOGIN: A1 PREAUTH'],
    [`${GREETED}S: + go on\nC: <close>`, 'no IMAP response to LOGIN: + go on'],
    [`${GREETED}S: A1 NO${OUT(2)}`, 'NO'],
    [`S: * OK hi\nC: A1 CAPABILITY\nS: A1 BAD what?${OUT(2)}`, 'BAD what?'],
    [`${IN}S: * OK [UIDVALIDITY 7]\nS: A2 OK\nC: A3 LOGOUT\nT: reply\nC: <close>`, ''],
    [`${IN}S: * OK [UIDVALIDITY 7]\nS: A2 OK\nC: A3 LOGOUT\nS: * BYE\nS: <close>`, ''],
    [`${IN}S: A2 NO no INBOX${OUT(3)}`, 'NO no INBOX'],
    [`${IN}S: * 1 EXISTS\nS: A2 OK${OUT(3)}`, 'the server tells no UIDVALIDITY'],
    [`${IN}S: * 1 EXISTS\nS: * OK [UIDVALIDITY 0]\nS: A2 OK${OUT(3)}`, 'the server tells no UIDVALIDITY'],
    [`${LISTING}S: * OK [UIDVALIDITY 8]\nC: <close>`, 'the server has changed UIDVALIDITY'],
    [`${LISTING}S: A3 NO${OUT(4)}`, 'NO'],
    [`${LISTING}S: * 1 EXISTS\nS: A3 OK\nC: <close>`, 'the server has lost count: 1 EXISTS'],
    [`${LISTING}S: * 3 EXPUNGE\nS: A3 OK\nC: <close>`, 'the server has lost count: 3 EXPUNGE'],
    [`${LISTING}S: * 3 FETCH (UID 1)\nS: A3 OK\nC: <close>`, 'the server has lost count: 3 FETCH'],
    [
      `${LISTING}S: * 2 FETCH (UID 1)\nS: * 2 FETCH (UID 2)\nS: A3 OK\nC: <close>`,
      'the server has changed UID 1 to 2',
    ],
    [
      `${LISTING}S: * 1 FETCH (UID 2)\nS: * 2 FETCH (UID 2)\nS: A3 OK\nC: <close>`,
      'UID 2 comes behind UID 2',
    ],
    [`${LISTING}S: * 0 FETCH (UID 2)\nS: A3 OK\nC: <close>`, 'unreadable response: * 0 FETCH (UID 2)'],
    [`${LISTING}S: * 1 FETCH (UID 0)\nS: A3 OK\nC: <close>`, 'unreadable response: * 1 FETCH (UID 0)'],
    [`${LISTING}S: * 1 FETCH (UID 4294967296)\nS: A3 OK\nC: <close>`, /^unreadable response: /],
    [`${LISTING}S: * 1 FETCH (UID)\nS: A3 OK\nC: <close>`, 'unreadable response: * 1 FETCH (UID)'],
    [`${LISTING}S: * 1 FETCH UID 1\nS: A3 OK\nC: <close>`, 'unreadable response: * 1 FETCH UID 1'],
    [`${LISTING}S: * 1 FETCH (UID 1\nS: A3 OK\nC: <close>`, 'unreadable response: * 1 FETCH (UID 1'],
    [`${LISTING}S: * 1 FETCH (X {99999999}\nC: <close>`, 'the reply to UID FETCH is too large'],
    [`${LISTING}S: * 1 FETCH (X {99999999999999999999}\nC: <close>`, 'the reply to UID FETCH is too large'],
    [
      `${IN}S: * ${MESSAGES_LIMIT + 1} EXISTS\nS: * OK [UIDVALIDITY 7]\nS: A2 OK\nC: <close>`,
      `the mailbox has too many messages: ${MESSAGES_LIMIT + 1}`,
    ],
  ])('%j', (script, error) => {
    const { program, closed } = face(script);
    expect(program.errors).toEqual([typeof error === 'string' ? error : expect.stringMatching(error)]);
    expect(closed).toBe(script.includes('C: <close>'));
  });

  test.each([
    [{ user: '' }, 'there is no user name'],
    [{ password: '' }, 'there is no password'],
    [{ user: 'a\0b' }, 'user name or password have characters that IMAP cannot carry'],
  ])('%j', (config, error) => {
    const { program } = face(`S: * OK [CAPABILITY IMAP4rev1] hi${OUT(1)}`, config);
    expect(program.errors).toEqual([error]);
  });

  test.each([
    ['S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome', 'the server logs in before there is TLS', 1],
    ['S: * OK [CAPABILITY IMAP4rev1] hi', 'the server offers no STARTTLS', 1],
    ['S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC: A1 STARTTLS\nS: A1 NO not now', 'NO not now', 2],
  ])('no login without TLS: %j', (script, error, tag) => {
    const { program } = face(script + OUT(tag), { tls: 'encrypt' });
    expect(program.errors).toEqual([error]);
  });

  test('nothing can be smuggled in by a name, quoted or not', () => {
    const played = byHand(['S: * OK [CAPABILITY IMAP4rev1 LITERAL+] hi'], { user: 'a"\r\nA9 LOGOUT\r\n' });
    expect(played.said()).toEqual(['A1 LOGIN {15+}\r\na"\r\nA9 LOGOUT\r\n "heslo"']);
  });

  test('a reply without end is cut off at a bounded size', () => {
    const begin = LISTING.split('\n').filter((line) => line.startsWith('S:'));
    const short = byHand(begin, {});
    short.octets('* OK\r\n'.repeat(100));
    expect(short.state().weight).toBe(100 * LINE_WEIGHT);
    const long = byHand(begin, {});
    const line = `* OK ${'x'.repeat(LINE_LIMIT - 7)}\r\n`;
    for (let i = 0; i < REPLY_LIMIT / LINE_LIMIT; i++) long.octets(line);
    expect(long.program.errors).toEqual([]);
    long.octets('* OK\r\n');
    expect(long.program.errors).toEqual(['the reply to UID FETCH is too large']);
  });

  test('a session that stays is not cut off, however much it hears in time', () => {
    const lines = STAY.split('\n').filter((line) => line.startsWith('S:'));
    const stays = byHand([...lines, 'S: + idling'], { stay: true }, hasAll());
    const line = `* OK ${'x'.repeat(LINE_LIMIT - 7)}\r\n`;
    for (let i = 0; i <= REPLY_LIMIT / LINE_LIMIT; i++) stays.octets(line);
    expect(stays.program.errors).toEqual([]);
  });

  test('flags that would fill the memory', () => {
    const many = 2000;
    const played = byHand(
      [
        ...IN.split('\n').filter((line) => line.startsWith('S:')),
        `S: * ${many} EXISTS`,
        'S: * OK [UIDVALIDITY 7]',
        'S: A2 OK',
      ],
      {},
    );
    const flag = 'f'.repeat(30_000);
    for (let i = 1; i <= many; i++) played.octets(`* ${i} FETCH (UID ${i} FLAGS (${flag}))\r\n`);
    played.octets('A3 OK\r\n');
    expect(played.program.errors).toEqual(['the messages have too many flags']);
  });

  test('the reply timer runs while a reply is awaited and at no other time', () => {
    const { effects } = face(
      `${STAY}C: A4 IDLE\nS: + idling\nS: * 1 FETCH (FLAGS ())\nT: poll\nC: DONE\nS: A4 OK\nC: A5 IDLE\nS: + idling`,
      { stay: true },
      hasAll,
    );
    let running = false;
    let polling = false;
    for (const effect of effects) {
      if (effect.kind === 'timer' && effect.name === 'reply') running = effect.after !== null;
      if (effect.kind === 'timer' && effect.name === 'poll') polling = effect.after !== null;
      if (polling) expect(running).toBe(false);
      if (effect.kind === 'ask' && effect.question.kind === 'choose') expect(running).toBe(false);
    }
    expect(running).toBe(false);
    effects.forEach((effect, i) => {
      if (effect.kind === 'send')
        expect(effects[i + 1]).toEqual({ kind: 'timer', name: 'reply', after: 60_000 });
    });
  });

  test('a long letter that keeps coming keeps the timer from running out', () => {
    const played = byHand(
      TWO.split('\n').filter((line) => line.startsWith('S:')),
      {},
    );
    const before = played.kinds.length;
    played.octets('* 1 FETCH (UID 10 BODY[] {200000}\r\n');
    for (let i = 0; i < 199; i++) played.octets('x'.repeat(1000));
    expect(played.kinds.slice(before)).toEqual(Array(3).fill('reply 60000'));
  });
});
