/** The recordings of Dovecot's IMAP server, word for word. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { converse, imapReplyEnd, lineEnd, type Session } from './converse.ts';
import { type Dovecot, startDovecot, stopDovecot } from './dovecot.ts';
import { headOf, imapConfiguration } from './dovecot-imap.ts';
import { FEW, fillMaildir, type Letter, MANY } from './dovecot-imap-letters.ts';
import * as fetch from './dovecot-imap-fetch.ts';
import * as parts from './dovecot-imap-parts.ts';
import * as append from './dovecot-imap-append.ts';
import * as store from './dovecot-imap-store.ts';
import * as list from './dovecot-imap-list.ts';
import { mailboxes } from './dovecot-imap-mailboxes.ts';
import { names } from './dovecot-imap-names.ts';
import { copies } from './dovecot-imap-copy.ts';
import * as pieces from './dovecot-imap-pieces.ts';
import * as select from './dovecot-imap-select.ts';
import * as lines from './dovecot-imap-lines.ts';
import * as login from './dovecot-imap-login.ts';
import { processesNamed } from './room.ts';
import {
  COMMON_VOLATILES,
  type Recording,
  scrub,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  {
    pattern: /(?<=")\d\d-[A-Z][a-z]{2}-20[2-9]\d \d\d:\d\d:\d\d [-+]\d{4}(?=")/g,
    name: 'now',
    numbered: false,
  },
  { pattern: /(?<=UIDVALIDITY |COPYUID |APPENDUID )\d{10}\b/g, name: 'uidvalidity', numbered: true },
  {
    pattern: /(?<=\()\d+\.\d{3} \+ \d+\.\d{3}(?: \+ \d+\.\d{3})?(?= secs\))/g,
    name: 'time',
    numbered: false,
  },
  { pattern: /(?<=session=<)[^>]+/g, name: 'session', numbered: false },
  { pattern: /(?<=mpid=)\d+/g, name: 'pid', numbered: false },
  { pattern: /<(\d+)>(?=<<session|<[A-Za-z0-9+/]+>)/g, name: 'pid', numbered: false },
  { pattern: /(?<=<<?pid>?><)[A-Za-z0-9+/]+(?=>)/g, name: 'session', numbered: false },
  { pattern: /(?<=attempts in |waited )\d+(?= secs)/g, name: 'n', numbered: false },
  ...COMMON_VOLATILES.filter(({ name }) => name === 'time'),
];

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** A session's own process writes its log and leaves the mailbox; then the next one may come. */
async function untilGone(): Promise<void> {
  for (let tries = 0; tries < 100 && processesNamed('imap') + processesNamed('pop3') > 0; tries++)
    await pause(10);
  await pause(40);
}

const logLength = ({ log }: Dovecot): number => (existsSync(log) ? statSync(log).size : 0);

function logFrom({ log }: Dovecot, offset: number): string {
  const lines = existsSync(log) ? readFileSync(log, 'latin1').slice(offset) : '';
  return lines === '' ? '' : `# log\n${showText('J:', lines)}`;
}

interface Job {
  readonly name: string;
  readonly changes?: readonly string[];
  readonly notes?: readonly string[];
  readonly body: (dovecot: Dovecot) => Promise<string>;
}

interface Manner {
  readonly letters: readonly Letter[];
  /** The log of each session too. */
  readonly log?: true;
  /** One session finds what the other left. */
  readonly goesOn?: true;
}

/** Sessions one after the other. Where each begins anew, so do the numbers of place-holders. */
const told =
  (list: readonly Session[], { letters, log, goesOn }: Manner) =>
  async (dovecot: Dovecot): Promise<string> => {
    const parts: string[] = [];
    if (goesOn) fillMaildir(letters);
    for (const session of list) {
      if (!goesOn) fillMaildir(letters);
      const offset = logLength(dovecot);
      const said = showConversation({ ...(await converse(session, imapReplyEnd, lineEnd)), session });
      await untilGone();
      const text = log ? said + logFrom(dovecot, offset) : said;
      parts.push(goesOn ? text : scrub(text, VOLATILES));
    }
    return goesOn ? scrub(parts.join('\n'), VOLATILES) : parts.join('\n');
  };

/** The letters themselves, for all recordings. */
const showLetters = (): string =>
  MANY.map(({ text, received, flags }, i) => {
    const place = flags === undefined ? 'new' : `cur, flags ${flags}`;
    return `# letter ${i + 1} (${place}), internal date ${received}\n${showText('M:', text)}`;
  }).join('\n');

const few: Manner = { letters: FEW };
const many: Manner = { letters: MANY };
const none: Manner = { letters: [] };
const logged: Manner = { letters: FEW, log: true };
const FEW_NOTE = `INBOX before each session: the first ${FEW.length} letters of dovecot-imap-letters.txt.`;
const MANY_NOTE = 'INBOX before each session: the letters of dovecot-imap-letters.txt.';
const ORDER_NOTE =
  'LIST goes by the order of the folders on the disk, which is no property of Dovecot; on this disk the newest is first.';
const NONE_NOTE = 'INBOX before each session: empty.';

const JOBS: readonly Job[] = [
  {
    name: 'dovecot-imap-letters',
    notes: ['The letters of the recordings, as files of a Maildir: their line ends are LF.'],
    body: async () => showLetters(),
  },
  { name: 'dovecot-imap-login', notes: [FEW_NOTE], body: told(login.logins, logged) },
  { name: 'dovecot-imap-authenticate', notes: [FEW_NOTE], body: told(login.authentications, logged) },
  {
    name: 'dovecot-imap-authenticate-login',
    changes: ['auth_mechanisms = plain login'],
    notes: [FEW_NOTE],
    body: told(login.loginMechanism, logged),
  },
  { name: 'dovecot-imap-lines', notes: [FEW_NOTE], body: told(lines.beforeLogin, few) },
  { name: 'dovecot-imap-lines-inside', notes: [FEW_NOTE], body: told(lines.afterLogin, few) },
  { name: 'dovecot-imap-select', notes: [FEW_NOTE], body: told(select.selects, few) },
  { name: 'dovecot-imap-status', notes: [FEW_NOTE], body: told(select.statuses, few) },
  {
    name: 'dovecot-imap-recent',
    notes: [
      'INBOX at first: the first 4 letters of dovecot-imap-letters.txt. Each session finds what the last one left.',
    ],
    body: told(select.recent, { letters: FEW, goesOn: true }),
  },
  { name: 'dovecot-imap-list', notes: [NONE_NOTE, ORDER_NOTE], body: told(list.lists, none) },
  { name: 'dovecot-imap-mailboxes', notes: [FEW_NOTE, ORDER_NOTE], body: told(mailboxes, few) },
  { name: 'dovecot-imap-names', notes: [NONE_NOTE, ORDER_NOTE], body: told(names, none) },
  { name: 'dovecot-imap-fetch', notes: [FEW_NOTE], body: told(fetch.items, few) },
  { name: 'dovecot-imap-fetch-sets', notes: [FEW_NOTE], body: told(fetch.sets, few) },
  { name: 'dovecot-imap-fetch-seen', notes: [FEW_NOTE], body: told(fetch.seen, few) },
  { name: 'dovecot-imap-fetch-modseq', notes: [FEW_NOTE], body: told(fetch.modSequences, few) },
  { name: 'dovecot-imap-envelopes', notes: [MANY_NOTE], body: told(parts.envelopes, many) },
  { name: 'dovecot-imap-structures', notes: [MANY_NOTE], body: told(parts.structures, many) },
  { name: 'dovecot-imap-sections', notes: [MANY_NOTE], body: told(parts.sections, many) },
  { name: 'dovecot-imap-fields', notes: [MANY_NOTE], body: told(parts.fields, many) },
  { name: 'dovecot-imap-partial', notes: [MANY_NOTE], body: told(pieces.pieces, many) },
  { name: 'dovecot-imap-binary', notes: [MANY_NOTE], body: told(pieces.binaries, many) },
  { name: 'dovecot-imap-store', notes: [FEW_NOTE], body: told(store.stores, few) },
  { name: 'dovecot-imap-expunge', notes: [FEW_NOTE], body: told(store.expunges, few) },
  { name: 'dovecot-imap-copy', notes: [FEW_NOTE], body: told(copies, few) },
  { name: 'dovecot-imap-append', notes: [FEW_NOTE], body: told(append.appends, few) },
  { name: 'dovecot-imap-append-literals', notes: [FEW_NOTE], body: told(append.literals, few) },
  { name: 'dovecot-imap-append-several', notes: [FEW_NOTE], body: told(append.several, few) },
];

/** Only the recordings named on the command line, or all. */
const wanted = ({ name }: Job): boolean => process.argv[3] === undefined || name.includes(process.argv[3]);

export async function* recordDovecotImap(scratch: string): AsyncGenerator<Recording> {
  process.env.TZ = 'UTC';
  for (const { name, changes = [], notes = [], body } of JOBS.filter(wanted)) {
    const dovecot = startDovecot(scratch, name, imapConfiguration(changes));
    try {
      await pause(300);
      yield { name, head: headOf(changes, notes), body: await body(dovecot) };
    } finally {
      stopDovecot(dovecot);
      await pause(300);
    }
  }
}
