/** What a session hears of others, and when: expected lines are Dovecot 2.3.19's, asked side by side. */
import { expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import type { NewMessage } from '../mail/mailbox.ts';
import type { ProgramEffect } from '../sim/types.ts';
import type { Host } from './imap-host.testing.ts';
import { connect, imapHost, take } from './imap-host.testing.ts';

const LETTER: NewMessage = { content: octets('Subject: x\r\n\r\nx\r\n'), internalDate: 0, flags: [] };

/** Connections that may be spoken on; what is pushed to others is kept until they are asked. */
function sessions(host: Host, count: number) {
  const heard = new Map<number, string>();
  const hear = (effect: ProgramEffect): void => {
    if (effect.kind === 'send') heard.set(effect.conn, (heard.get(effect.conn) ?? '') + effect.octets);
  };
  const news = (conn: number): readonly string[] => {
    const lines = (heard.get(conn) ?? '').split('\r\n').slice(0, -1);
    heard.delete(conn);
    return lines.map((line) => line.replace(/ \([\d.]+ \+ [\d.]+ secs\)/, '').replace(/UID \d{9,}/, 'UID'));
  };
  const say = (conn: number, line: string): readonly string[] => {
    take(host, { kind: 'octets', conn, octets: octets(`${line}\r\n`) }, hear);
    return news(conn);
  };
  const all = Array.from({ length: count }, (_, i) => {
    connect(host, i + 1, '192.0.2.1', hear);
    say(i + 1, 'a LOGIN jura heslo');
    return {
      say: (line: string) => say(i + 1, line),
      news: () => news(i + 1),
    };
  });
  return all;
}

const APPEND = 'a APPEND INBOX {14+}\r\nSubject: y\r\n\r\n';

test('recent messages are one session’s: the first that idles, and no later one’s (RFC 3501 §2.3.2)', () => {
  const [first, second, third, reader] = sessions(imapHost([]), 4);
  reader!.say('a EXAMINE INBOX');
  reader!.say('b IDLE');
  for (const idler of [first!, second!]) {
    idler.say('a SELECT INBOX');
    idler.say('b IDLE');
  }
  third!.say(APPEND);
  expect(first!.news()).toEqual(['* 1 EXISTS', '* 1 RECENT']);
  expect(second!.news()).toEqual(['* 1 EXISTS']);
  expect(reader!.news()).toEqual(['* 1 EXISTS', '* 1 RECENT']);
  expect(third!.say('c SELECT INBOX')).toContain('* 0 RECENT');
});

test('what is recent stays so until it can be told', () => {
  const [one, other] = sessions(imapHost([LETTER]), 2);
  one!.say('a SELECT INBOX');
  for (const [i, line] of ['LIST "" *', 'STATUS INBOX (MESSAGES)', 'CREATE x', 'COPY 1 nowhere'].entries()) {
    other!.say(APPEND);
    expect(one!.say(`b ${line}`).some((said) => said.includes('EXISTS'))).toBe(false);
    expect(one!.say('c NOOP')).toEqual([`* ${i + 2} EXISTS`, `* ${i + 2} RECENT`, 'c OK NOOP completed.']);
  }
  expect(other!.say('d SELECT INBOX')).toContain('* 0 RECENT');
});

test('a refusal is told alone; that something is gone is told with it', () => {
  const [one, other] = sessions(imapHost([LETTER, LETTER, LETTER]), 2);
  for (const session of [one!, other!]) session.say('a SELECT INBOX');
  other!.say('b STORE 2 +FLAGS (\\Deleted)');
  other!.say('c EXPUNGE');
  expect(one!.say('b COPY 1 nowhere')).toEqual(["b NO [TRYCREATE] Mailbox doesn't exist: nowhere."]);
  expect(one!.say('c COPY 2 INBOX')).toEqual([
    '* 2 EXPUNGE',
    '* 2 RECENT',
    'c NO [EXPUNGEISSUED] Some of the requested messages no longer exist.',
  ]);
});

test('UIDs stand beside changed flags with UID STORE, and there only if it is told of its own', () => {
  const [one, other] = sessions(imapHost([LETTER, LETTER]), 2);
  for (const session of [other!, one!]) session.say('a SELECT INBOX');
  const after = (line: string): readonly string[] => {
    other!.say('b STORE 1 FLAGS (\\Flagged)');
    other!.say('b STORE 1 FLAGS (\\Answered)');
    return one!.say(`c ${line}`).filter((said) => said.startsWith('* 1 FETCH'));
  };
  const plain = ['* 1 FETCH (FLAGS (\\Answered))'];
  expect(after('UID STORE 2 +FLAGS (\\Seen)')).toEqual(['* 1 FETCH (UID 1 FLAGS (\\Answered))']);
  for (const line of [
    'NOOP',
    'UID SEARCH ALL',
    'UID COPY 2 INBOX',
    'UID EXPUNGE 2',
    'UID STORE 2 +FLAGS.SILENT (\\Draft)',
  ])
    expect([line, after(line)]).toEqual([line, plain]);
});

test('EXPUNGE waits for a search by numbers, even with UID', () => {
  for (const [search, tells] of [
    ['UID SEARCH ALL', true],
    ['UID SEARCH UID 1', false],
    ['UID SEARCH NOT 1:2', false],
    ['UID SEARCH OR SEEN (UNSEEN 3)', false],
    ['SEARCH ALL', false],
  ] as const) {
    const [one, other] = sessions(imapHost([LETTER, LETTER, LETTER]), 2);
    for (const session of [one!, other!]) session.say('a SELECT INBOX');
    other!.say('b STORE 2 +FLAGS (\\Deleted)');
    other!.say('c EXPUNGE');
    expect([search, one!.say(`b ${search}`).includes('* 2 EXPUNGE')]).toEqual([search, tells]);
    expect(one!.say('c NOOP').includes('* 2 EXPUNGE')).toBe(!tells);
  }
});

test('a conditional STORE is refused where nothing may be changed, and turns CONDSTORE on all the same', () => {
  const [one] = sessions(imapHost([LETTER]), 1);
  one!.say('a EXAMINE INBOX');
  expect(one!.say('b STORE 1 +FLAGS (\\Seen)')).toEqual(['b OK Store ignored with read-only mailbox.']);
  expect(one!.say('c STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)')).toEqual([
    '* OK [HIGHESTMODSEQ 2] Highest',
    'c NO CONDSTORE failed: Mailbox is read-only.',
  ]);
  one!.say('d SELECT INBOX');
  expect(one!.say('e STORE 1 +FLAGS (\\Seen)')[0]).toMatch(/^\* 1 FETCH \(MODSEQ \(\d+\) FLAGS/);
});

test('EXPUNGE and CLOSE remove nothing that the client has not heard of', () => {
  for (const command of ['EXPUNGE', 'CLOSE']) {
    const [one, other] = sessions(imapHost([LETTER]), 2);
    for (const session of [one!, other!]) session.say('a SELECT INBOX');
    other!.say('b STORE 1 +FLAGS (\\Deleted)');
    other!.say('c APPEND INBOX (\\Deleted) {14+}\r\nSubject: y\r\n\r\n');
    one!.say(`b ${command}`);
    expect([command, other!.say('d NOOP')]).toEqual([command, ['* 1 EXPUNGE', 'd OK NOOP completed.']]);
  }
});

test('what the end of IDLE has behind it in the same segment is answered as if it came later (RFC 2177)', () => {
  const lines = [
    'SELECT Jiny',
    'EXAMINE Jiny',
    'STATUS Jiny (MESSAGES)',
    'COPY 1 Jiny',
    'MOVE 1 Jiny',
    'STORE 1 +FLAGS (\\Deleted)',
    'EXPUNGE',
    'FETCH 1 (FLAGS BODY.PEEK[HEADER])',
    'SEARCH ALL',
    'LIST "" *',
    'CREATE Nova',
    'DELETE Jiny',
    'RENAME Jiny Nova',
    'SUBSCRIBE Jiny',
    'GETQUOTAROOT INBOX',
    'APPEND Jiny {14+}\r\nSubject: y\r\n\r\n',
    'NOOP',
    'CHECK',
    'IDLE\r\nDONE',
    'CLOSE',
    'UNSELECT',
    'LOGOUT',
  ];
  for (const line of lines) {
    const alone = idler();
    const apart = [
      ...alone.say('b IDLE'),
      ...alone.say('DONE'),
      ...alone.say(`c ${line}`),
      ...alone.say('d NOOP'),
    ];
    expect(idler().say(`b IDLE\r\nDONE\r\nc ${line}\r\nd NOOP`), line).toEqual(apart);
  }
});

test('what FETCH leaves out as unchanged has not been seen by it (RFC 7162 §3.1.4.1)', () => {
  const session = idler();
  session.say('b STORE 2 +FLAGS (\\Flagged)');
  expect(session.say('c FETCH 1:2 (BODY[TEXT]) (CHANGEDSINCE 999999)').at(-1)).toBe('c OK Fetch completed.');
  expect(session.say('d SEARCH UNSEEN')[0]).toBe('* SEARCH 1 2');
  const [since] = /\d+(?=\))/.exec(session.say('e FETCH 1 MODSEQ').join(' '))!;
  expect(session.say(`f FETCH 1:2 (BODY[TEXT]) (CHANGEDSINCE ${since})`).join()).not.toContain('* 1 FETCH');
  expect(session.say('g SEARCH UNSEEN')[0]).toBe('* SEARCH 1');
});

test('nothing is moved out of a mailbox opened with EXAMINE, nor into one that is not there', () => {
  const session = idler();
  session.say('b EXAMINE INBOX');
  expect(session.say('c MOVE 1 Jiny')).toEqual(['c NO [CANNOT] Mailbox is read-only.']);
  expect(session.say('d MOVE 1 nope')).toEqual(["d NO [TRYCREATE] Mailbox doesn't exist: nope."]);
  expect(session.say('e STATUS Jiny (MESSAGES)')[0]).toBe('* STATUS Jiny (MESSAGES 0)');
});

function idler() {
  const [session] = sessions(imapHost([LETTER, LETTER]), 1);
  session!.say('a CREATE Jiny');
  session!.say('a SELECT INBOX');
  return session!;
}
