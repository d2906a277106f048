/** APPEND as it comes in: lines and literals by turns, of many messages in one command too (RFC 3502). */
import { describe, expect, test, vi } from 'vitest';
import type { Octets } from '../../../base/octets.ts';
import { newAccount } from '../../../mail/account.ts';
import type { Arrival, Driven } from '../../machine.ts';
import { drive, driven } from '../../machine.ts';
import { readArguments } from '../arguments.ts';
import { imapServer, imapServerState } from '../server.ts';
import type { ImapServerState } from '../session.ts';
import { sessionWith } from '../session.ts';
import type { ImapAnswer, ImapRequest } from '../types.ts';

vi.mock('../arguments.ts', async (original) => {
  const real = await original<typeof import('../arguments.ts')>();
  return { ...real, readArguments: vi.fn(real.readArguments) };
});

const LETTER = 'Subject: x\r\n\r\nx\r\n'.padEnd(1000, 'x') as Octets;

const loggedIn = (): Driven<ImapServerState> => {
  const fresh = imapServerState({
    hostname: 'mail.example.org',
    tls: 'none',
    plaintext: true,
    mechanisms: [],
    offsetMinutes: 0,
    messageLimit: 10_000_000,
  });
  return driven(sessionWith(fresh, { user: 'jura', state: 'authenticated' }));
};

/** What comes of these pieces, said by a client that has logged in: the server's words, and what it wants appended. */
function say(...pieces: readonly string[]) {
  let held = loggedIn();
  let said = '';
  const appended: Extract<ImapRequest, { kind: 'append' }>[] = [];
  const arrive = (arrival: Arrival<ImapAnswer>): void => {
    const [next, effects] = drive(imapServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind !== 'ask') continue;
      const { request } = effect.question;
      if (request.kind === 'append') appended.push(request);
      else arrive({ kind: 'answer', answer: ACCOUNT });
    }
  };
  for (const piece of pieces) arrive({ kind: 'octets', octets: piece as Octets });
  return { said, contents: appended.flatMap(({ messages }) => messages.map(({ content }) => content)), held };
}

const ACCOUNT: ImapAnswer = {
  view: null,
  recentFrom: 1,
  now: 0,
  result: { kind: 'account', account: newAccount('jura', 0, 1) },
};

const many = <T>(count: number, item: T): readonly T[] => new Array<T>(count).fill(item);

test('a CR at the end of a message is the message’s, whatever ends the line behind it', () => {
  for (const ending of ['\n', '\r\n'])
    expect(say('b APPEND INBOX {2+}\r\n', 'x\r', ending).contents).toEqual(['x\r']);
  expect(say('b APPEND {5+}\r\n', 'INBOX {2+}\r\nx\r', ' {1+}\r\n', 'y\n').contents).toEqual(['x\r', 'y']);
});

describe('many messages in one command (RFC 3502)', () => {
  const count = 50;

  test.each(['', '+'])('come whole, with {n%s}', (plus) => {
    const next = [` (\\Seen) "17-Jul-1996 02:44:25 -0700" {${LETTER.length}${plus}}\r\n`, LETTER];
    const { contents, said } = say('b APPEND INBOX', ...many(count, next).flat(), '\r\n');
    expect(contents).toEqual(many(count, LETTER));
    expect(said).toBe('+ OK\r\n'.repeat(plus === '' ? count : 0));
  });
  test('each is looked at once before the next is asked for, and once with the whole', () => {
    const read = vi.mocked(readArguments).mockClear();
    say('b APPEND INBOX', ...many(count, [` {${LETTER.length}}\r\n`, LETTER]).flat(), '\r\n');
    const looked = read.mock.calls.reduce((sum, [text, from]) => sum + text.length - from, 0);
    expect(looked).toBeLessThan(2.1 * count * LETTER.length);
  });
  test('those nobody waited to be asked for are only put behind each other', () => {
    const read = vi.mocked(readArguments).mockClear();
    const next = [` {${LETTER.length}+}\r\n`, LETTER];
    const one = say('b APPEND INBOX', ...next).held.state.reading!;
    const more = say('b APPEND INBOX', ...many(count, next).flat()).held.state.reading!;
    expect(more).toEqual({ ...one, text: `b APPEND INBOX${many(count, next).flat().join('')}` });
    expect(read).not.toHaveBeenCalled();
  });
  test('what is wrong is said before the next is sent, also behind some that came unasked', () => {
    const [line, letter] = ['b APPEND INBOX {4+}\r\n', 'a: b'];
    for (const before of [
      [line, letter],
      ['b APPEND INBOX {4}\r\n', letter, ' {4+}\r\n', letter],
    ])
      expect(say(...before, ' x {4}\r\n').said).toMatch(/b BAD .*Invalid arguments/);
    const most = many(999, [' {4+}\r\n', letter]).flat();
    expect(say(line, letter, ...most, ' {4}\r\n', letter, ' {4}\r\n').said).toMatch(
      /b BAD .*Too many messages/,
    );
  });
  test('a list that a literal stands in is judged when all is there', () => {
    expect(say('b APPEND INBOX (a {4}\r\n', 'a: b', ') {4}\r\n', 'a: b', '\r\n').said).toMatch(
      /^(?:\+ OK\r\n){2}b (?:BAD|NO) /,
    );
  });
});
