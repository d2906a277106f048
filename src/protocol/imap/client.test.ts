/** The client machine against our own server. What it says alone, to a server by hand, is in the other client tests. */
import { describe, expect, test } from 'vitest';
import { withFlags, withoutMessages } from '../../mail/mailbox.ts';
import { inbox, JURA, leave, mailProgram, meet, ODD, poll, UID_VALIDITY } from './client.testing.ts';

const LETTERS = [
  'Subject: one\r\n\r\n.\r\n..\r\n)\r\nA5 OK not yet\r\n* 9 EXPUNGE\r\n{5}\r\n',
  `Subject: two\r\n\r\n${'x'.repeat(70)}\r\n${`${'y'.repeat(998)}\r\n`.repeat(200)}`,
  'Subject: 8 bit\r\n\r\ncaf\xe9 a\rb\n\r\n',
];

const TLS = { tls: 'may' } as const;

describe('a session', () => {
  test.each([0, 1, 7, 65_536])('letters come as they are kept, and stay (pieces of %d octets)', (pieces) => {
    const program = mailProgram();
    const letters = LETTERS.map((letter) => (pieces === 1 ? letter.slice(0, 3000) : letter));
    const box = inbox(letters);
    const { closedBy } = meet(box, program, {}, {}, { pieces, limit: 1_000_000 });
    expect(program.fetched).toEqual(letters.map((content, i) => ({ uid: i + 1, flags: [], content })));
    expect(program.log[0]).toBe(
      `whole ${UID_VALIDITY}: ${letters.map(({ length }, i) => `${i + 1}(${length})`).join(', ')}`,
    );
    expect(program.errors).toEqual(['']);
    // BODY.PEEK[] leaves no mark.
    expect(box.messages().map(({ flags }) => flags)).toEqual([[], [], []]);
    expect(closedBy).toBe('S');
  });

  test('word for word', () => {
    const { text } = meet(inbox(['A: 1\r\n\r\n']), mailProgram({ see: () => true, remove: () => true }));
    expect(text.replace(/\([\d. +]+ secs\)\.|CAPABILITY IMAP[^\]]*/g, '…')).toBe(
      [
        'S: * OK […] Dovecot (Debian) ready.',
        'C: A1 LOGIN "jura" "heslo"',
        'S: A1 OK […] Logged in',
        'C: A2 SELECT INBOX',
        'S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)',
        'S: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.',
        'S: * 1 EXISTS',
        'S: * 1 RECENT',
        'S: * OK [UNSEEN 1] First unseen.',
        'S: * OK [UIDVALIDITY 1420000000] UIDs valid',
        'S: * OK [UIDNEXT 2] Predicted next UID',
        'S: * OK [HIGHESTMODSEQ 2] Highest',
        'S: A2 OK [READ-WRITE] Select completed …',
        'C: A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)',
        'S: * 1 FETCH (UID 1 FLAGS (\\Recent) RFC822.SIZE 8)',
        'S: A3 OK Fetch completed …',
        'C: A4 UID FETCH 1 (BODY.PEEK[])',
        'S: * 1 FETCH (UID 1 BODY[] {8}',
        'S: A: 1',
        '',
        'S: )',
        'S: A4 OK Fetch completed …',
        'C: A5 UID STORE 1 +FLAGS (\\Seen)',
        'S: * 1 FETCH (UID 1 FLAGS (\\Seen \\Recent))',
        'S: A5 OK Store completed …',
        'C: A6 UID STORE 1 +FLAGS (\\Deleted)',
        'S: * 1 FETCH (UID 1 FLAGS (\\Deleted \\Seen \\Recent))',
        'S: A6 OK Store completed …',
        'C: A7 UID EXPUNGE 1',
        'S: * 1 EXPUNGE',
        'S: * 0 RECENT',
        'S: A7 OK Expunge completed …',
        'C: A8 LOGOUT',
        'S: * BYE Logging out',
        'S: A8 OK Logout completed …',
        '',
      ].join('\n'),
    );
  });

  test('its notes say what each line is', () => {
    const { wire } = meet(inbox(['A: 1\r\n\r\n']), mailProgram());
    const notes = wire.filter(({ from }) => from === 'C').map(({ note }) => note);
    expect(notes[2]).toEqual({
      kind: 'command',
      protocol: 'imap',
      tag: 'A3',
      verb: 'FETCH',
      line: 'A3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)',
      clause: 'RFC 3501 §6.4.5',
    });
    expect(notes.map((note) => note.kind === 'command' && note.verb)).toEqual([
      'LOGIN',
      'SELECT',
      'FETCH',
      'FETCH',
      'LOGOUT',
    ]);
  });

  test('what the program wants removed is removed, got now or earlier, and nothing else that is marked', () => {
    const box = inbox(LETTERS);
    box.change((mailbox) => withFlags(mailbox, [2], 'add', ['\\Deleted'], null).mailbox);
    const program = mailProgram({ has: [1], remove: ({ uid }) => uid !== 2 });
    meet(box, program);
    expect(program.fetched.map(({ uid }) => uid)).toEqual([2, 3]);
    expect(box.messages().map(({ uid }) => uid)).toEqual([2]);
    expect(program.log.slice(-2)).toEqual(['3 is gone', '1 is gone']);
  });

  test('an empty mailbox', () => {
    const program = mailProgram();
    const { text } = meet(inbox([]), program);
    expect(program).toMatchObject({ fetched: [], log: [`whole ${UID_VALIDITY}: `], errors: [''] });
    expect(text).not.toContain('FETCH');
  });

  test('long lists of UIDs go out in lines of no more than 1000 octets (RFC 2683 §3.2.1.5)', () => {
    const box = inbox(Array<string>(600).fill('A: 1\r\n\r\n'));
    const odd = ({ uid }: { uid: number }) => uid % 2 === 1;
    const has = Array.from({ length: 600 }, (_, i) => i + 1);
    const { wire } = meet(box, mailProgram({ has, see: odd, remove: odd }), {}, {}, { limit: 20_000 });
    expect(box.messages().map(({ uid }) => uid)).toEqual(has.filter((uid) => uid % 2 === 0));
    const lines = wire.flatMap(({ from, octets }) => (from === 'C' ? [octets.length] : []));
    expect(lines.length).toBe(4 + 3 * 4);
    expect(Math.max(...lines)).toBeLessThan(1000);
  });

  test('a connection lost at any point: one error, but behind LOGOUT', () => {
    const complete = meet(inbox(LETTERS), mailProgram({ remove: () => true })).wire;
    for (let cutAfter = 1; cutAfter < complete.length; cutAfter++) {
      const program = mailProgram({ remove: () => true });
      meet(inbox(LETTERS), program, {}, {}, { cutAfter });
      const last = complete.slice(0, cutAfter).some(({ octets }) => octets.includes('LOGOUT'));
      expect(program.errors, `cut after ${cutAfter}`).toEqual([
        last ? '' : expect.stringMatching(/^connection lost (before|within|between) /),
      ]);
    }
  });
});

describe('login', () => {
  test('a wrong password, in the words of the server', () => {
    const program = mailProgram();
    const { text } = meet(inbox([]), program, { password: 'no' });
    expect(program.errors).toEqual(['NO [AUTHENTICATIONFAILED] Authentication failed.']);
    expect(text).toContain('C: A2 LOGOUT\n');
  });

  test.each([0, 1])('names and passwords that no quoted string can hold (pieces of %d octets)', (pieces) => {
    const program = mailProgram();
    const { text } = meet(inbox([]), program, ODD, {}, { pieces, limit: 1_000_000 });
    expect(program.errors).toEqual(['']);
    // The server says LITERAL+ (RFC 7888).
    expect(text).toContain('C: A1 LOGIN {8+}\n');
  });

  test.each([
    ['in the clear', {}, {}, /^A1 LOGIN "jura" "heslo"\n/],
    [
      'in the clear, where a digest will do',
      { mechanisms: ['PLAIN', 'CRAM-MD5'] },
      {},
      /^A1 AUTHENTICATE CRAM-MD5\n/,
    ],
    // base64 of NUL jura NUL heslo
    [
      'by STARTTLS',
      TLS,
      { tls: 'encrypt' },
      /^A1 STARTTLS\nA2 CAPABILITY\nA3 AUTHENTICATE PLAIN AGp1cmEAaGVzbG8=\n/,
    ],
    [
      'by STARTTLS, where the server wants it',
      { ...TLS, plaintext: false },
      { tls: 'encrypt' },
      /^A1 STARTTLS\n/,
    ],
    [
      'with no SASL',
      { ...TLS, mechanisms: [] },
      { tls: 'encrypt' },
      /^A1 STARTTLS\nA2 CAPABILITY\nA3 LOGIN "jura"/,
    ],
  ] as const)('%s', (_what, server, config, said) => {
    const program = mailProgram();
    const { wire } = meet(inbox(LETTERS), program, config, server);
    expect(program.errors).toEqual(['']);
    expect(program.fetched).toHaveLength(3);
    const lines = wire.flatMap(({ from, octets }) => (from === 'C' ? [octets] : []));
    expect(lines.join('').replaceAll('\r', '')).toMatch(said);
  });

  test.each([
    ['no STARTTLS', { tls: 'encrypt' }, {}, 'the server offers no STARTTLS'],
    [
      'TLS wanted by the server alone',
      {},
      { ...TLS, plaintext: false },
      'the server takes no password without TLS',
    ],
    ['TLS from the start that is none', { tls: 'implicit' }, {}, 'no secure connection'],
  ] as const)('nothing is said in the clear that must not be: %s', (_what, config, server, error) => {
    const program = mailProgram();
    const { text } = meet(inbox(LETTERS), program, config, server);
    expect(program.errors).toEqual([error]);
    expect(text).not.toMatch(/LOGIN "|AUTHENTICATE/);
  });

  test('nothing that was promised in the clear counts behind TLS', () => {
    const { wire } = meet(inbox([]), mailProgram(), { tls: 'encrypt' }, { ...TLS, plaintext: false });
    const lines = wire.flatMap(({ from, octets }) => (from === 'C' ? [octets] : []));
    expect(lines.slice(0, 2)).toEqual(['A1 STARTTLS\r\n', 'A2 CAPABILITY\r\n']);
  });
});

describe('staying', () => {
  const stay = { stay: true } as const;

  test('what arrives is fetched as it arrives, until the program leaves (RFC 2177)', () => {
    const box = inbox(LETTERS.slice(0, 1));
    const program = mailProgram();
    const deliver = (content: string) => () => {
      box.deliver(content);
      return box.news();
    };
    const afterwards = [deliver('Subject: late\r\n\r\n'), deliver('Subject: later\r\n\r\n'), leave];
    const { text, closedBy } = meet(box, program, stay, {}, { afterwards });
    expect(program.log).toEqual([
      `whole ${UID_VALIDITY}: 1(${LETTERS[0]!.length})`,
      'fetched 1',
      `new ${UID_VALIDITY}: 2(17)`,
      'fetched 2',
      `new ${UID_VALIDITY}: 3(18)`,
      'fetched 3',
    ]);
    expect(program.errors).toEqual(['']);
    expect(text.match(/^C: .* IDLE$/gm)).toHaveLength(3);
    expect(closedBy).toBe('S');
  });

  test('what others do in the mailbox is told', () => {
    const box = inbox(LETTERS);
    const program = mailProgram({ has: [1, 2, 3] });
    // Two sessions on one store: the other one is a POP3 session, or whoever else.
    const happens = (change: Parameters<typeof box.change>[0]) => () => {
      box.change(change);
      box.deliver('');
      return box.news();
    };
    const flag = happens((mailbox) => withFlags(mailbox, [2], 'add', ['\\Seen', '$Junk'], null).mailbox);
    const remove = happens((mailbox) => withoutMessages(mailbox, [1, 3]));
    meet(box, program, stay, {}, { afterwards: [flag, remove, leave] });
    expect(program.log).toEqual([
      expect.stringMatching(/^whole/),
      '2 has \\Seen $Junk',
      `new ${UID_VALIDITY}: 4(0)`,
      'fetched 4',
      '3 is gone',
      '1 is gone',
      `new ${UID_VALIDITY}: 5(0)`,
      'fetched 5',
    ]);
  });

  test('IDLE is begun anew before the server loses patience', () => {
    const program = mailProgram();
    const { text, client } = meet(inbox([]), program, stay, {}, { afterwards: [poll, poll, leave] });
    expect(text.match(/^C: DONE$/gm)).toHaveLength(3);
    expect(program.errors).toEqual(['']);
    const timers = client.effects.filter((effect) => effect.kind === 'timer' && effect.name === 'poll');
    expect(timers[0]).toMatchObject({ after: 29 * 60_000 });
  });

  test('another UIDVALIDITY in another session: none of the old UIDs mean anything', () => {
    const box = inbox(LETTERS);
    const [before, after] = [mailProgram(), mailProgram()];
    meet(box, before);
    box.renew(UID_VALIDITY + 1);
    meet(box, after);
    expect(after.log[0]).toMatch(new RegExp(`^whole ${UID_VALIDITY + 1}: 1\\(`));
    expect(JURA.stay).toBe(false);
  });
});
