/** What goes wrong between a client and a server, and what a server must not do to a client. */
import { describe, expect, test } from 'vitest';
import { LINE_LIMIT, LINE_WEIGHT, REPLY_LIMIT } from './client.ts';
import { MESSAGES_LIMIT } from './client-mailbox.ts';
import { byHand, face, hasAll, IN, saidIn, STAY, TWO } from './client-scripts.testing.ts';

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
    const begin = saidIn(LISTING);
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
    const lines = saidIn(STAY);
    const stays = byHand([...lines, 'S: + idling'], { stay: true }, hasAll());
    const line = `* OK ${'x'.repeat(LINE_LIMIT - 7)}\r\n`;
    for (let i = 0; i <= REPLY_LIMIT / LINE_LIMIT; i++) stays.octets(line);
    expect(stays.program.errors).toEqual([]);
  });

  test('flags that would fill the memory', () => {
    const many = 2000;
    const played = byHand([...saidIn(IN), `S: * ${many} EXISTS`, 'S: * OK [UIDVALIDITY 7]', 'S: A2 OK'], {});
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
    const played = byHand(saidIn(TWO), {});
    const before = played.kinds.length;
    played.octets('* 1 FETCH (UID 10 BODY[] {200000}\r\n');
    for (let i = 0; i < 199; i++) played.octets('x'.repeat(1000));
    expect(played.kinds.slice(before)).toEqual(Array(3).fill('reply 60000'));
  });
});
