/** Whatever a client sends, the IMAP server answers in bounded words, loses nothing and stays up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import { IMAP_COMMANDS } from '../protocol/imap/commands.ts';
import type { ImapStateName } from '../protocol/imap/session.ts';
import type { ProgramEffect } from '../sim/types.ts';
import { connect, type Host, imapHost, take } from './imap-host.testing.ts';

const letter = (content: string) => ({ content: octets(content), internalDate: 0, flags: [] });

class Talk {
  said = '';
  closed = false;
  readonly host: Host;
  constructor(host: Host) {
    this.host = host;
    connect(host, 1, '192.0.2.10', this.#hear);
  }
  #hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') this.said += effect.octets;
    if (effect.kind === 'close') this.closed = true;
  };
  say(text: string): string {
    const before = this.said.length;
    if (!this.closed) take(this.host, { kind: 'octets', conn: 1, octets: text as Octets }, this.#hear);
    return this.said.slice(before);
  }
}

const STATES: readonly (readonly [ImapStateName, string])[] = [
  ['not-authenticated', ''],
  ['authenticated', 'l LOGIN jura heslo\r\n'],
  ['selected', 'l LOGIN jura heslo\r\nl SELECT INBOX\r\n'],
];

describe.each(STATES)('in state %s', (state, opening) => {
  test.each(IMAP_COMMANDS.map((command) => [command.verb, command] as const))(
    '%s has its one answer',
    (verb, command) => {
      const talk = new Talk(imapHost([letter('a: b\r\n\r\nc\r\n')]));
      talk.say(opening);
      const said = talk.say(`t ${verb}\r\n`);
      if (verb === 'IDLE' && state !== 'not-authenticated') {
        expect(said).toBe('+ idling\r\n');
        return;
      }
      const tagged = said.split('\r\n').filter((line) => line.startsWith('t '));
      expect(tagged).toHaveLength(1);
      const allowed = command.moves[state] !== undefined;
      expect(tagged[0]).toMatch(allowed ? /^t (?:OK|NO|BAD) / : /^t BAD /);
    },
  );
});

const word = fc.constantFrom(
  ...IMAP_COMMANDS.map(({ verb }) => verb),
  ...[
    'UID',
    'INBOX',
    '""',
    '"',
    '(',
    ')',
    '*',
    '%',
    '1:*',
    '1',
    '$',
    '{3}',
    '{3+}',
    '{0}',
    '~{2}',
    '{99999999999}',
    'NIL',
  ],
  ...[
    'BODY[]',
    'BODY[1.2.HEADER.FIELDS (x',
    ']<0.10>',
    'FLAGS',
    '(\\Seen)',
    '+FLAGS',
    'RETURN',
    'NOT',
    'OR',
    'DONE',
  ],
  ...['\0', '\r', '\n', '\xff\xfe', '"\\', '\\*', 'a'.repeat(300), '&', '&AGE-', '..', '=?x?q?=00?='],
);
const line = fc.array(word, { maxLength: 8 }).map((words) => `t ${words.join(' ')}\r\n`);
const noise = fc.uint8Array({ maxLength: 60 }).map((codes) => String.fromCharCode(...codes));

test('noise and half commands: no throw, and NOOP still works or the connection is over', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...STATES.map(([, opening]) => opening)),
      fc.array(fc.oneof({ weight: 4, arbitrary: line }, { weight: 1, arbitrary: noise }), { maxLength: 25 }),
      (opening, lines) => {
        const talk = new Talk(imapHost([letter('Subject: x\r\n\r\ny\r\n'), letter('From: a@b\r\n\r\n')]));
        talk.say(opening);
        for (const text of lines) talk.say(text);
        // Out of literals, exchanges and IDLE.
        for (const text of ['xxx', '\r\n', '*\r\n', 'DONE\r\n', ')\r\n']) talk.say(text);
        const said = talk.say('z NOOP\r\n') + talk.say('z NOOP\r\n') + talk.say('z NOOP\r\n');
        expect(talk.closed || said.includes('z OK NOOP')).toBe(true);
        expect(talk.said.length).toBeLessThan(200_000);
        const [account] = talk.host.store.accounts;
        expect(account!.mailboxes[0]!.uidNext).toBeGreaterThanOrEqual(3);
      },
    ),
    { numRuns: 400 },
  );
});

describe('too much of anything', () => {
  const inside = (letters: readonly string[] = ['a: b\r\n\r\nc\r\n']): Talk => {
    const talk = new Talk(imapHost(letters.map(letter)));
    talk.say('l LOGIN jura heslo\r\nl SELECT INBOX\r\n');
    return talk;
  };
  test.each(['{99999999999}', '{99999999999+}', '{4294967296}', '{99999999999999999999999999}', '{65537+}'])(
    'a literal of %s octets is refused',
    (size) => {
      expect(inside().say(`t SELECT ${size}\r\n`)).toMatch(/^\* BYE Literal size too large\r\n$/);
      expect(inside().say(`t APPEND INBOX ${size === '{65537+}' ? '{99999999+}' : size}\r\n`)).toMatch(
        /^(?:\* BYE Literal size too large|t NO \[TOOBIG\] .*)\r\n$/,
      );
    },
  );
  test('many literals in one command are one too many in the end', () => {
    const talk = inside();
    for (let i = 0; i < 20 && !talk.closed; i++)
      talk.say(`${i === 0 ? 't LIST "" (' : ' '}{60000+}\r\n${'x'.repeat(60_000)}`);
    expect(talk.closed).toBe(true);
  });
  test.each([
    ['brackets', `t FETCH 1 ${'('.repeat(60_000)}\r\n`],
    ['lists', `t SEARCH ${'('.repeat(5000)}ALL${')'.repeat(5000)}\r\n`],
    ['NOT', `t SEARCH ${'NOT '.repeat(10_000)}ALL\r\n`],
    ['OR', `t SEARCH ${'OR ALL '.repeat(8000)}ALL\r\n`],
    ['sets', `t FETCH ${'1,'.repeat(30_000)}1 FLAGS\r\n`],
    ['ranges', 't FETCH 1:4294967295 FLAGS\r\n'],
    ['UIDs', 't UID FETCH 1:4294967295,1:4294967295 FLAGS\r\n'],
    ['patterns', `t LIST "" ${'*%'.repeat(30_000)}x\r\n`],
    ['part numbers', `t FETCH 1 BODY[${'1.'.repeat(20_000)}1]\r\n`],
    ['field names', `t FETCH 1 BODY[HEADER.FIELDS (${'x '.repeat(20_000)}y)]\r\n`],
    ['flags', `t STORE 1 +FLAGS (${Array.from({ length: 5000 }, (_, i) => `k${i}`).join(' ')})\r\n`],
  ])('%s', (_, command) => {
    const said = inside().say(command);
    expect(said).toMatch(/t (?:OK|NO|BAD) [^\r]*\r\n$/);
    expect(said.length).toBeLessThan(1_000_000);
  });
  test('one letter thousands of times: more than a string can hold is not brought, and the session goes on', () => {
    const talk = inside([`a: b\r\n\r\n${'x'.repeat(60_000)}\r\n`]);
    const said = talk.say(`t FETCH 1 (${'BODY[] '.repeat(9300).trim()})\r\n`);
    expect(said).toMatch(/^t NO \[LIMIT\] Too much to fetch at once[^\r]*\r\n$/);
    expect(talk.say('u NOOP\r\n')).toMatch(/^u OK/m);
  });
  test('a letter of parts in parts in parts', () => {
    const deep = `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n`.repeat(20_000);
    const talk = inside([deep]);
    const said = talk.say('t FETCH 1 (BODYSTRUCTURE ENVELOPE BODY.PEEK[1.1.1.1])\r\n');
    expect(said).toMatch(/t OK Fetch/);
    expect(said.length).toBeLessThan(3_000_000);
    expect(talk.say('t SEARCH BODY nothing\r\n')).toMatch(/^\* SEARCH\r\n/);
  });
  test('ten thousand messages', () => {
    const talk = inside(Array.from({ length: 10_000 }, (_, i) => `Subject: ${i}\r\n\r\nx\r\n`));
    expect(talk.say('t FETCH 1:* (FLAGS ENVELOPE)\r\n').match(/^\* \d+ FETCH/gm)).toHaveLength(10_000);
    expect(talk.say('t STORE 1:* +FLAGS.SILENT (\\Deleted)\r\n')).toMatch(/^t OK/);
    expect(talk.say('t EXPUNGE\r\n').match(/EXPUNGE\r/g)).toHaveLength(10_000);
    expect(talk.say('t NOOP\r\n')).toMatch(/^t OK/);
  });
});
