/** The client machine, alone against a script and against the server in every dialect. */
import { describe, expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { drive, driven } from '../machine.ts';
import { join, parseTranscript, replay } from '../transcript.testing.ts';
import { pop3Client } from './client.ts';
import { LINE_WEIGHT, pop3ClientState, REFUSAL_LIMIT, REPLY_LIMIT } from './client-state.ts';
import { letterOf, testMailbox } from './maildrop.testing.ts';
import { pop3Server } from './server.ts';
import { serverOf } from './server.testing.ts';
import type { Pop3ClientAnswer, Pop3ClientConfig, Pop3ClientQuestion } from './types.ts';

const ANNA: Pop3ClientConfig = { user: 'anna', password: 'my secret', replyTimeoutMs: 60_000 };

/** A mail program: retrieves all it has not, removes what it is told to. */
function mailProgram(has: readonly string[] = [], removes: (uid: string) => boolean = () => false) {
  const fetched: { uid: string; content: string }[] = [];
  const errors: string[] = [];
  const listed: { uid: string; octets: number }[] = [];
  const answer = (question: Pop3ClientQuestion): Pop3ClientAnswer | undefined => {
    switch (question.kind) {
      case 'choose': {
        listed.push(...question.entries);
        const uids = question.entries.map(({ uid }) => uid);
        return {
          kind: 'chosen',
          retrieve: uids.filter((uid) => !has.includes(uid)),
          remove: uids.filter(removes),
        };
      }
      case 'fetched':
        fetched.push({ uid: question.uid, content: question.content });
        return { kind: 'noted' };
      case 'over':
        errors.push(question.error);
        return undefined;
    }
  };
  return { answer, fetched, errors, listed };
}

const LETTERS = [
  'Subject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nend.\r\n',
  letterOf(5000),
  'Subject: 8 bit\r\n\r\ncaf\xe9 \x00\x01 a\rb\r\n\r\n.\r\n',
  '',
];

describe.each(['dovecot2006', 'dovecot', 'qpopper', 'telenet-pop'] as const)('against %s', (dialect) => {
  const meet = (
    config: Pop3ClientConfig,
    program = mailProgram(),
    mailbox = testMailbox('anna', 'my secret', LETTERS),
    options: Parameters<typeof join>[3] = {},
  ) =>
    join(
      { machine: pop3Client, state: pop3ClientState(config) },
      { machine: pop3Server, state: serverOf(dialect) },
      { client: program.answer, server: mailbox.answer },
      options,
    );

  test.each([0, 1, 7])('letters come as they were kept (pieces of %d octets)', (pieces) => {
    const program = mailProgram(['uid9']);
    const mailbox = testMailbox('anna', 'my secret', LETTERS);
    const { closedBy } = meet(ANNA, program, mailbox, { pieces, limit: 100_000 });
    expect(program.fetched.map(({ content }) => content)).toEqual(LETTERS);
    expect(program.listed.map(({ octets }) => octets)).toEqual(LETTERS.map(({ length }) => length));
    expect(program.errors).toEqual(['']);
    expect(mailbox.letters()).toHaveLength(4);
    expect(mailbox.locked()).toBe(false);
    expect(closedBy).toBe('S');
  });

  test('what the program wants removed is removed, fetched now or earlier', () => {
    const program = mailProgram(['uid1', 'uid2'], (uid) => uid === 'uid1' || uid === 'uid3');
    const mailbox = testMailbox('anna', 'my secret', LETTERS);
    meet(ANNA, program, mailbox);
    expect(program.fetched.map(({ uid }) => uid)).toEqual(['uid3', 'uid4']);
    expect(mailbox.letters().map(({ uid }) => uid)).toEqual(['uid2', 'uid4']);
  });

  test('an empty maildrop', () => {
    const program = mailProgram();
    meet(ANNA, program, testMailbox('anna', 'my secret', []));
    expect(program).toMatchObject({ fetched: [], errors: [''] });
  });

  test('a wrong password and a locked maildrop are reported in the words of the server', () => {
    const wrong = mailProgram();
    const { text } = meet({ ...ANNA, password: 'no' }, wrong);
    expect(wrong.errors).toHaveLength(1);
    expect(text).toContain(`S: ${wrong.errors[0]}\n`);
    expect(text).toContain('C: QUIT\n');
    const busy = mailProgram();
    meet(ANNA, busy, testMailbox('anna', 'my secret', LETTERS, true));
    expect(busy.errors[0]).toMatch(/^-ERR ./);
  });

  test('a connection lost at any point: one error, nothing removed, no lock left', () => {
    const complete = meet(
      ANNA,
      mailProgram([], () => true),
    ).wire.length;
    for (let cutAfter = 1; cutAfter < complete; cutAfter++) {
      const program = mailProgram([], () => true);
      const mailbox = testMailbox('anna', 'my secret', LETTERS);
      meet(ANNA, program, mailbox, { cutAfter });
      expect(program.errors, `cut after ${cutAfter}`).toHaveLength(1);
      expect(program.errors[0]).toMatch(/^connection lost /);
      expect(mailbox.locked()).toBe(false);
      expect(mailbox.letters()).toHaveLength(4);
    }
  });
});

/** Plays a transcript seen from the client: here `C:` is the far end and `S:` the machine. */
function face(script: string, program = mailProgram(), config = ANNA) {
  const swapped = script.replace(/^([CS])(?=[:|])/gm, (_, side) => (side === 'C' ? 'S' : 'C'));
  return replay(pop3Client, pop3ClientState(config), parseTranscript(swapped), program.answer);
}

const IN = `
S: +OK ready
C: USER anna
S: +OK
C: PASS my secret
S: +OK
C: UIDL
`;

describe('alone', () => {
  test('without UIDL the message numbers stand for unique-ids', () => {
    const program = mailProgram();
    face(
      `${IN}S: -ERR unknown command
C: LIST
S: +OK 2 messages
S: 1 120
S: 2 200 and more
S: .
C: RETR 1
S: +OK
S: ..a
S: .
C: RETR 2
S: +OK
S: .
C: QUIT
S: +OK
C: <close>`,
      program,
    );
    expect(program.listed).toEqual([
      { uid: '1', octets: 120 },
      { uid: '2', octets: 200 },
    ]);
    expect(program.fetched).toEqual([
      { uid: '1', content: '.a\r\n' },
      { uid: '2', content: '' },
    ]);
    expect(program.errors).toEqual(['']);
  });

  test('a server that ends lines with bare LF', () => {
    const program = mailProgram();
    face(
      `${IN}S| +OK\\n1 abc\\n.\\n
C: LIST
S| +OK\\n1 9\\n.\\n
C: RETR 1
S| +OK\\nA: 1\\n\\n..\\n.\\n
C: NOOP
S| +OK\\n
C: QUIT
S| +OK\\n
C: <close>`,
      program,
    );
    expect(program.fetched).toEqual([{ uid: 'abc', content: 'A: 1\r\n\r\n.\r\n' }]);
  });

  test('a message that LIST leaves out has no known size; strange timers are nothing', () => {
    const program = mailProgram();
    face(
      `${IN}S: +OK\nS: 1 a\nS: 2 ${'~'.repeat(70)}\nS: .\nC: LIST\nT: other\nS: +OK\nS: 2 9\nS: .\nC: RETR 1`,
      program,
    );
    expect(program.listed).toEqual([
      { uid: 'a', octets: 0 },
      { uid: '~'.repeat(70), octets: 9 },
    ]);
    expect(program.errors).toEqual([]);
  });

  test('a letter the server refuses stays there, the others come and go', () => {
    const program = mailProgram([], () => true);
    face(
      `${IN}S: +OK
S: 1 a
S: 2 b
S: .
C: LIST
S: +OK
S: 1 10
S: 2 20
S: .
C: RETR 1
S: -ERR cannot read it
C: RETR 2
S: +OK
S: x
S: .
C: DELE 2
S: +OK
C: QUIT
S: +OK
C: <close>`,
      program,
    );
    expect(program.fetched.map(({ uid }) => uid)).toEqual(['b']);
    expect(program.errors).toEqual(['-ERR cannot read it']);
  });

  test('a server that refuses everything is left', () => {
    const program = mailProgram();
    const numbers = Array.from({ length: REFUSAL_LIMIT + 5 }, (_, index) => index + 1);
    const refusals = numbers.slice(0, REFUSAL_LIMIT).map((n) => `C: RETR ${n}\nS: -ERR no ${n}\n`);
    const uids = numbers.map((n) => `S: ${n} uid${n}\n`).join('');
    face(
      `${IN}S: +OK\n${uids}S: .\nC: LIST\nS: +OK\nS: .\n${refusals.join('')}C: QUIT\nS: +OK\nC: <close>`,
      program,
    );
    expect(program.errors).toEqual(['-ERR no 1']);
  });

  test.each([
    ['S: -ERR too busy\nC: <close>', '-ERR too busy'],
    [
      'S: 220 mail.example.org ESMTP\nC: <close>',
      'no POP3 reply from the server: 220 mail.example.org ESMTP',
    ],
    ['S: +OKAY\nC: <close>', 'no POP3 reply from the server: +OKAY'],
    [`S: +OK ${'x'.repeat(5000)}\nC: <close>`, /^no POP3 reply from the server: \+OK x{508}$/],
    ['T: reply\nC: <close>', 'no reply from the server within 60 s'],
    ['S: +OK\nC: USER anna\nT: reply\nC: <close>', 'no reply to USER within 60 s'],
    ['S: <close>', 'connection lost before the greeting'],
    [`${IN}S: <close>`, 'connection lost before the reply to UIDL'],
    [`${IN}S: +OK\nS: 1 a\nS: <close>`, 'connection lost within the reply to UIDL'],
    [`${IN}S: +OK\nS: 1 two words\nS: .\nC: <close>`, 'unreadable reply to UIDL: 1 two words'],
    [`${IN}S: +OK\nS: 1 ${'u'.repeat(71)}\nS: .\nC: <close>`, /^unreadable reply to UIDL: 1 u{71}$/],
    [`${IN}S: +OK\nS: 0 a\nS: .\nC: <close>`, 'unreadable reply to UIDL: 0 a'],
    [`${IN}S: +OK\nS:\nS: .\nC: <close>`, 'unreadable reply to UIDL: '],
    [`${IN}S: +OK\nS: .\nC: LIST\nS: +OK\nS: 1 x\nS: .\nC: <close>`, 'unreadable reply to LIST: 1 x'],
    [`${IN}S: +OK\nS: .\nC: LIST\nS: -ERR no\nC: QUIT\nS: +OK\nC: <close>`, '-ERR no'],
    [
      `${IN}S: +OK\nS: .\nC: LIST\nS: +OK\nS: .\nC: QUIT\nS: -ERR not removed\nC: <close>`,
      '-ERR not removed',
    ],
  ])('%j', (script, error) => {
    const program = mailProgram();
    const { closed } = face(script, program);
    expect(program.errors).toEqual([typeof error === 'string' ? error : expect.stringMatching(error)]);
    expect(closed).toBe(script.includes('C: <close>'));
  });

  test.each([
    [{ ...ANNA, user: 'anna\r\nQUIT' }, 'the user name has characters that POP3 cannot carry'],
    [{ ...ANNA, user: 'ann\u2603' }, 'the user name has characters that POP3 cannot carry'],
    [{ ...ANNA, user: '' }, 'there is no user name'],
    [{ ...ANNA, user: 'x'.repeat(249) }, 'the user name is too long for POP3'],
  ])('nothing is smuggled in by a name: %j', (config, error) => {
    const program = mailProgram();
    face('S: +OK\nC: QUIT\nS: +OK\nC: <close>', program, config);
    expect(program.errors).toEqual([error]);
  });

  describe('a reply without end is cut off at a bounded size', () => {
    const begin = ['+OK', '+OK', '+OK', '+OK', ''].join('\r\n') as Octets;
    const [listing] = drive(pop3Client, driven(pop3ClientState(ANNA)), { kind: 'octets', octets: begin });
    const hear = (held: typeof listing, text: string) =>
      drive(pop3Client, held, { kind: 'octets', octets: text as Octets });

    test('octets', () => {
      expect(listing.state).toMatchObject({ awaiting: 'UIDL', body: '' });
      const eighth = `${'x'.repeat(REPLY_LIMIT / 8 - 2)}\r\n`;
      let held = listing;
      for (let i = 0; i < 8; i++) [held] = hear(held, eighth);
      expect(held.state.awaiting).toBe('UIDL');
      const [after, effects] = hear(held, '\n');
      expect(after.state.error).toBe('the reply to UIDL is too large');
      expect(effects.map(({ kind }) => kind)).toEqual(['timer', 'ask', 'close']);
    });

    test('one line', () => {
      const [after] = hear(listing, 'x'.repeat(REPLY_LIMIT + 1));
      expect(after.state.error).toBe('the reply to UIDL is too large');
    });

    test('short lines, by what it costs to keep them', () => {
      let held = listing;
      [held] = hear(held, '\n'.repeat(100));
      expect(held.state.weight).toBe(100 * LINE_WEIGHT);
    });
  });

  test('the reply timer runs while a reply is awaited and at no other time', () => {
    const { effects } = face(
      `${IN}S: +OK\nS: 1 a\nS: .\nC: LIST\nS: +OK\nS: 1 9\nS: .\nC: RETR 1\nS: +OK\nS: .\nC: QUIT\nS: +OK\nC: <close>`,
    );
    let running = false;
    for (const effect of effects) {
      if (effect.kind === 'timer') running = effect.after !== null;
      if (effect.kind === 'ask' || effect.kind === 'close') expect(running).toBe(false);
    }
    const commands = effects.flatMap((effect, i) => (effect.kind === 'send' ? [effects[i + 1]] : []));
    expect(commands).toHaveLength(6);
    for (const next of commands) expect(next).toEqual({ kind: 'timer', name: 'reply', after: 60_000 });
  });

  test('a dot that a lone LF follows is no reason to delete a letter that goes on', () => {
    const letter = 'a\r\n.\nrest of letter\r\n.\r\n';
    for (const size of [1, 5, 1000]) {
      let [held] = drive(pop3Client, driven(pop3ClientState(ANNA)), {
        kind: 'octets',
        octets: '+OK\r\n+OK\r\n+OK\r\n+OK\r\n1 u1\r\n.\r\n+OK\r\n1 99\r\n.\r\n' as Octets,
      });
      const sent: string[] = [];
      const hear = (
        arrival: Parameters<typeof drive<typeof held.state, Pop3ClientQuestion, Pop3ClientAnswer>>[2],
      ): void => {
        const [next, effects] = drive(pop3Client, held, arrival);
        held = next;
        for (const effect of effects) {
          if (effect.kind === 'send') sent.push(effect.octets);
          if (effect.kind === 'ask' && effect.question.kind === 'fetched')
            hear({ kind: 'answer', answer: { kind: 'noted' } });
        }
      };
      hear({ kind: 'answer', answer: { kind: 'chosen', retrieve: ['u1'], remove: ['u1'] } });
      const text = `+OK\r\n${letter}`;
      for (let at = 0; at < text.length; at += size)
        hear({ kind: 'octets', octets: text.slice(at, at + size) as Octets });
      expect(sent[0]).toBe('RETR 1\r\n');
      // Without QUIT the server deletes nothing (RFC 1939 §6).
      expect(sent).not.toContain('QUIT\r\n');
      expect(held.state.error).not.toBe('');
    }
  });

  test('a long reply that keeps coming keeps the timer from running out', () => {
    let [held] = drive(pop3Client, driven(pop3ClientState(ANNA)), {
      kind: 'octets',
      octets: '+OK\r\n+OK\r\n+OK\r\n+OK\r\n' as Octets,
    });
    const restarted = Array.from({ length: 20 }, () => {
      const [next, effects] = drive(pop3Client, held, {
        kind: 'octets',
        octets: `${'x'.repeat(998)}\r\n`.repeat(10) as Octets,
      });
      held = next;
      return effects;
    });
    expect(restarted.flat()).toEqual(Array(3).fill({ kind: 'timer', name: 'reply', after: 60_000 }));
    expect(restarted[0]).toEqual([]);
  });
});
