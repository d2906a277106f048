/** IMAP as the page shows it, in the scenario `one-mailbox`: a phone reads and waits, a desktop deletes with POP3. */
import { describe, expect, test } from 'vitest';
import { open, send, type } from '../agents/world.testing.ts';
import type { Fact } from '../agents/facts.ts';
import { readStage } from '../node/scenarios.ts';
import type { SimEvent } from '../sim/types.ts';
import { why } from './causes.ts';
import { counters } from './counters.ts';
import { describe as inWords } from './describe.ts';
import { describeFact } from './describe-fact.ts';
import { flightsAt } from './flights.ts';
import { logbook } from './logbook.ts';
import { related } from './related.ts';
import { type Session, sessions } from './sessions.ts';
import { timeline } from './timeline.ts';
import { factOf, noteOf, replyText } from './wire.ts';

const LETTER = { host: 'walterpc', account: 'walter@example.org', body: 'Tonight?' };
const stage = readStage('one-mailbox');

function story() {
  const history = open('one-mailbox');
  for (const subject of ['Bowling', 'Lunch']) send(history, 'anna@example.com', { ...LETTER, subject });
  type(history, 'phone', 'telnet mail 143', 'a1 LOGIN anna tajne', 'a2 SELECT INBOX', 'a3 FETCH 1 BODY[]');
  type(history, 'phone', 'a4 IDLE');
  type(history, 'desktop', 'telnet mail 110', 'USER anna', 'PASS tajne', 'DELE 1', 'QUIT');
  type(history, 'phone', 'DONE');
  return history.log;
}

const log = story();
const phone = (at = log.length): Session =>
  sessions(log, at).find(({ client, protocol }) => client === 'phone' && protocol === 'imap')!;
const said = ({ exchanges }: Session): readonly string[] => exchanges.map(replyText);
const eventOf = (find: (event: SimEvent) => boolean): SimEvent => log.find(find)!;
const noteIn = ({ what }: SimEvent) => (what.kind === 'segment' ? noteOf(what.note) : null);
const expunge = eventOf((event) => {
  const note = noteIn(event);
  return note?.kind === 'reply' && note.protocol === 'imap' && note.text === '1 EXPUNGE';
});

describe('the session', () => {
  test('has its replies with tags, data that nobody asked for among them', () => {
    expect(said(phone())).toEqual([
      expect.stringMatching(/^\* OK \[CAPABILITY IMAP4rev1 .*\] Dovecot \(Debian\) ready\.$/),
      expect.stringMatching(/^a1 OK \[CAPABILITY .*\] Logged in$/),
      expect.stringMatching(/^a2 OK \[READ-WRITE\] Select completed/),
      expect.stringMatching(/^a3 OK Fetch completed/),
      '+ idling',
      '* 1 EXPUNGE',
      expect.stringMatching(/^a4 OK Idle completed/),
    ]);
    expect(phone().exchanges[3]).toMatchObject({
      data: [expect.stringMatching(/^\* 1 FETCH \(.*BODY\[\] \{\d+\}$/)],
      lines: 2,
    });
    const select = phone().exchanges[2]!;
    expect(select.data).toContain('* 2 EXISTS');
    expect(select.argument).toBe('INBOX');
    expect(select.lines).toBe(select.data!.length + 1);
  });

  test('knows who logged in, and what is selected', () => {
    expect(phone()).toMatchObject({ state: 'selected', user: 'anna', loggedIn: true, folder: 'INBOX' });
    const beforeLogin = eventOf((event) => factOf(event)?.kind === 'login').id;
    expect(phone(beforeLogin)).toMatchObject({ user: '', loggedIn: false, folder: '' });
  });

  test('forgets the folder when it is closed, or could not be opened', () => {
    const history = open('one-mailbox');
    type(history, 'phone', 'telnet mail 143', 'a1 LOGIN anna tajne', 'a2 EXAMINE INBOX');
    const now = (): Session => sessions(history.log, history.log.length).at(-1)!;
    expect(now()).toMatchObject({ folder: 'INBOX', readOnly: true });
    type(history, 'phone', 'a3 CLOSE');
    expect(now()).toMatchObject({ folder: '', readOnly: false, state: 'authenticated' });
    type(history, 'phone', 'a4 SELECT INBOX', 'a5 SELECT None');
    expect(now()).toMatchObject({ folder: '', state: 'authenticated', loggedIn: true });
  });
});

describe('what flies', () => {
  const labels = log.flatMap((event) =>
    event.what.kind === 'segment' ? flightsAt(log, event.id + 1, event.at, stage.ports).slice(-1) : [],
  );
  const flight = (label: string | RegExp) =>
    labels.find((one) => (typeof label === 'string' ? one.label === label : label.test(one.label)));

  test('is of IMAP, and says what it tells', () => {
    expect(flight('a1 LOGIN anna tajne')).toMatchObject({ kind: 'command', protocol: 'imap' });
    expect(flight('* 2 EXISTS, a2 OK')).toMatchObject({ kind: 'reply', protocol: 'imap' });
    expect(flight('+ idling')).toMatchObject({ from: 'mail', to: 'phone' });
    expect(flight('* 1 EXPUNGE')).toMatchObject({ from: 'mail', to: 'phone', kind: 'reply' });
  });

  test('a letter that is fetched is an envelope', () => {
    expect(flight(/^FETCH · \d+ B$/)).toMatchObject({ kind: 'letter', protocol: 'imap', to: 'phone' });
  });
});

describe('the log', () => {
  const rows = logbook(log, log.length, null, 'imap');

  test('has IMAP for a filter, exchanges with their data, and what became of the mailbox', () => {
    expect(rows.every(({ protocol }) => protocol === 'imap')).toBe(true);
    expect(rows.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^a2 SELECT INBOX → .*\* 2 EXISTS.*, a2 OK \[READ-WRITE\] Select/),
    );
    expect(rows.map(({ i18n }) => i18n.key)).toEqual(
      expect.arrayContaining(['login', 'selected', 'content']),
    );
    expect(inWords(expunge, log)).toMatchObject({
      i18n: { key: 'told', values: { host: 'mail', to: 'phone' } },
      text: '* 1 EXPUNGE',
      protocol: 'imap',
    });
  });

  test('that POP3 deleted is why IMAP tells of it', () => {
    const causes = why(log, expunge.id).map(({ text }) => text);
    expect(causes).toContain('QUIT');
    const fact = eventOf((event) => factOf(event)?.kind === 'expunged');
    expect(inWords(fact, log)).toMatchObject({ protocol: 'pop3', i18n: { key: 'expunged' } });
  });

  test.each<readonly [Fact, string, string]>([
    [{ kind: 'login', protocol: 'imap', mailbox: 'anna', ok: false }, 'loginRefused', ''],
    [{ kind: 'expunged', mailbox: 'anna', uid: '1', folder: 'Trash' }, 'expungedFrom', 'Trash'],
    [{ kind: 'selected', mailbox: 'anna', folder: 'Odesl&AOE-no', readOnly: true }, 'examined', 'Odesláno'],
    [
      { kind: 'flagged', mailbox: 'anna', folder: 'x', uids: '1:2', change: 'remove', flags: ['\\Seen'] },
      'flagged.remove',
      'x',
    ],
    [{ kind: 'filed', mailbox: 'anna', folder: 'Sent', uids: ['1'], from: null }, 'appended', 'Sent'],
    [
      { kind: 'filed', mailbox: 'anna', folder: 'A', uids: ['1'], from: { folder: 'INBOX', uids: ['1'] } },
      'copied',
      'A',
    ],
    [{ kind: 'folder', mailbox: 'anna', what: 'created', folder: 'A' }, 'folder.created', 'A'],
    [{ kind: 'folder', mailbox: 'anna', what: 'renamed', folder: 'B', from: 'A' }, 'folder.renamed', 'B'],
  ])('%o', (fact, key, folder) => {
    const described = describeFact(fact, 'mail');
    expect(described).toMatchObject({ kind: 'mailbox', protocol: 'imap', i18n: { key } });
    if (folder !== '') expect(described.i18n.values.folder).toBe(folder);
  });
});

test('a command lights up with its reply and what it did', () => {
  const login = eventOf((event) => factOf(event)?.kind === 'login');
  const lit = related(log, log.length, login.id).events.map((id) => noteIn(log[id]!));
  expect(lit).toContainEqual(expect.objectContaining({ kind: 'typed', text: 'a1 LOGIN anna tajne' }));
  expect(lit).toContainEqual(expect.objectContaining({ kind: 'reply', tag: 'a1', code: 'OK' }));
  const fetched = eventOf(
    (event) => noteIn(event)?.kind === 'typed' && /a3/.test(JSON.stringify(event.what)),
  );
  const around = related(log, log.length, fetched.id).events.map((id) => noteIn(log[id]!)?.kind);
  expect(around).toEqual(expect.arrayContaining(['typed', 'content', 'reply']));
});

test('refusals and what is gone weigh more on the timeline', () => {
  const history = open('one-mailbox');
  type(history, 'phone', 'telnet mail 143', 'a1 LOGIN anna wrong');
  const refused = history.log.find((event) => {
    const note = noteIn(event);
    return note?.kind === 'reply' && note.code === 'NO';
  })!;
  const tick = timeline(history.log, history.log.length, 1000).find(({ id }) => id === refused.id);
  expect(tick).toMatchObject({ protocol: 'imap', weight: 2 });
});

test('the number on the map is that of INBOX', () => {
  const history = open('one-mailbox');
  send(history, 'anna@example.com', { ...LETTER, subject: 'Bowling' });
  const boxes = () => counters(history.log, history.log.length, stage).hosts.mail!.mailboxes;
  expect(boxes()).toEqual({ anna: 1 });
  type(history, 'phone', 'telnet mail 143', 'a1 LOGIN anna tajne', 'a2 SELECT INBOX', 'a3 CREATE Old');
  type(history, 'phone', 'a4 COPY 1 Old');
  expect(boxes()).toEqual({ anna: 1 });
  type(history, 'phone', 'a5 MOVE 1 Old');
  expect(boxes()).toEqual({ anna: 0 });
  type(history, 'phone', 'a6 SELECT Old', 'a7 COPY 1:2 INBOX');
  expect(boxes()).toEqual({ anna: 2 });
  // What goes elsewhere is not its loss.
  type(history, 'phone', 'b1 STORE 1 +FLAGS (\\Deleted)', 'b2 EXPUNGE');
  expect(boxes()).toEqual({ anna: 2 });
  type(history, 'phone', 'a8 RENAME INBOX Older');
  expect(boxes()).toEqual({ anna: 0 });
});
