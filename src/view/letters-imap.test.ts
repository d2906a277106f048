/** A letter's way into an IMAP mailbox, through its folders, and into the folder of a mail program. */
import { describe, expect, test } from 'vitest';
import { facts, fetch, open, send, type } from '../agents/world.testing.ts';
import { readStage } from '../node/scenarios.ts';
import type { History } from '../sim/types.ts';
import { flightsAt } from './flights.ts';
import { journey } from './journey.ts';
import { letters } from './letters.ts';

const JURA = 'jura@firma1.intr';
const desk = (port: number): string =>
  `hosts: { pc: { mua: [{ address: ${JURA}, submit: "neo.firma1.intr:587", imap: "neo.firma1.intr:${port}" }] } }`;

/** `mailbox neo` for INBOX, `mailbox neo Work`, `folder pc`, … */
const places = (history: History, which = 0): readonly string[] =>
  letters(history.log, history.log.length)[which]!.places.map((place) => {
    const folder = place.kind === 'mailbox' && 'folder' in place ? ` ${place.folder}` : '';
    return `${place.kind} ${place.host}${folder}`;
  });

/** Jura types at neo's IMAP server. */
const session = (history: History, ...commands: readonly string[]): void => {
  const numbered = commands.map((command, i) => `x${i} ${command}`);
  type(
    history,
    'neo',
    'telnet localhost 143',
    'a LOGIN jura heslo',
    'b SELECT INBOX',
    ...numbered,
    'z LOGOUT',
  );
};

describe('fetched by IMAP', () => {
  test.each([143, 993])('the journey ends in the folder of the mail program (port %d)', (port) => {
    const history = open('firma1', desk(port));
    send(history, JURA);
    fetch(history, 'pc', JURA);
    const { log } = history;
    const [letter] = letters(log, log.length);
    const [fetched] = facts(history, 'fetched');
    expect(letter!.fetched).toMatchObject([{ host: 'pc', account: JURA, uid: fetched!.uid, from: 'neo' }]);
    expect(places(history)).toEqual(['mailbox neo', 'folder pc']);
    const way = journey(log, log.length, letter!.key, readStage('firma1'))!;
    expect(way.stations.map(({ host, state }) => `${host} ${state}`)).toEqual([
      'pc passed',
      'neo passed',
      'pc here',
    ]);
    expect(way.stations.at(-1)!.at).toBe(fetched!.at);
  });

  test.each([143, 993])('the letter is seen on its way (port %d)', (port) => {
    const history = open('firma1', desk(port));
    send(history, JURA);
    fetch(history, 'pc', JURA);
    const { log } = history;
    const [letter] = letters(log, log.length);
    const segment = log.find(
      ({ host, what }) =>
        what.kind === 'segment' && host === 'neo' && 'kind' in what.note && what.note.kind === 'content',
    )!;
    const count = segment.id - log[0]!.id + 1;
    const flights = flightsAt(log, count, segment.at, readStage('firma1').ports);
    expect(flights.filter(({ kind }) => kind === 'letter')).toMatchObject([
      { from: 'neo', to: 'pc', protocol: 'imap', letter: letter!.key, postmarks: 1 },
    ]);
  });

  test('what is removed on the server is in no folder any more', () => {
    const history = open('firma1', desk(143));
    send(history, JURA);
    send(history, JURA);
    fetch(history, 'pc', JURA);
    session(history, 'STORE 1 +FLAGS (\\Deleted)', 'EXPUNGE');
    expect(places(history)).toEqual(['folder pc']);
    fetch(history, 'pc', JURA);
    expect(places(history)).toEqual([]);
    expect(places(history, 1)).toEqual(['mailbox neo', 'folder pc']);
  });

  test('somebody who types FETCH gets the letter too, but keeps it nowhere', () => {
    const history = open('firma1', desk(143));
    send(history, JURA);
    session(history, 'FETCH 1 BODY[]');
    const [letter] = letters(history.log, history.log.length);
    expect(letter!.fetched).toEqual([]);
    expect(places(history)).toEqual(['mailbox neo']);
  });
});

describe('folders on the server', () => {
  const withLetters = (): History => {
    const history = open('firma1');
    send(history, JURA);
    send(history, JURA);
    return history;
  };

  test('copied, moved, renamed, deleted', () => {
    const history = withLetters();
    session(
      history,
      'CREATE Work',
      'CREATE Work.Old',
      'COPY 1 Work',
      'UID MOVE 2 Work.Old',
      'CREATE Workshop',
      'COPY 1 Workshop',
    );
    expect(places(history)).toEqual(['mailbox neo', 'mailbox neo Work', 'mailbox neo Workshop']);
    expect(places(history, 1)).toEqual(['mailbox neo Work.Old']);
    session(history, 'RENAME Work Play');
    expect(places(history)).toEqual(['mailbox neo', 'mailbox neo Play', 'mailbox neo Workshop']);
    expect(places(history, 1)).toEqual(['mailbox neo Play.Old']);
    session(history, 'STORE 1 +FLAGS (\\Deleted)', 'EXPUNGE', 'DELETE Play.Old');
    expect(places(history)).toEqual(['mailbox neo Play', 'mailbox neo Workshop']);
    expect(places(history, 1)).toEqual([]);
  });

  test('a copy of a copy, and its end', () => {
    const history = withLetters();
    session(history, 'CREATE One', 'CREATE Two', 'COPY 1 One', 'SELECT One', 'COPY 1 Two', 'MOVE 1 INBOX');
    expect(places(history)).toEqual(['mailbox neo', 'mailbox neo Two', 'mailbox neo']);
    session(history, 'SELECT Two', 'STORE 1 +FLAGS (\\Deleted)', 'CLOSE');
    expect(places(history)).toEqual(['mailbox neo', 'mailbox neo']);
  });

  test('INBOX renamed: its letters are elsewhere, and it is still there (RFC 3501 §6.3.5)', () => {
    const history = withLetters();
    session(history, 'RENAME INBOX Archive', 'CREATE Later', 'SELECT Archive', 'MOVE 2 Later');
    expect(places(history)).toEqual(['mailbox neo Archive']);
    expect(places(history, 1)).toEqual(['mailbox neo Later']);
    expect(facts(history, 'expunged').map(({ folder }) => folder)).toEqual(['INBOX', 'INBOX', 'Archive']);
  });
});
