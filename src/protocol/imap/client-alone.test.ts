/** The client machine against servers by hand, each transcript in all ways. */
import { describe, expect, test } from 'vitest';
import { REFUSAL_LIMIT } from './client-letters.ts';
import { face, IN, TWO } from './client-scripts.testing.ts';
import { mailProgram } from './client.testing.ts';
import { RFC3501_HEADER } from './rfc3501-header.testing.ts';

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
${RFC3501_HEADER.map((line) => `S: ${line}`).join('\n')}
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
    expect(program.fetched[0]!.content).toBe(`${RFC3501_HEADER.join('\r\n')}\r\n`);
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
S: * 2 FETCH (UID 20 BODY[RFC3501_HEADER] {1}
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
