/** The Dovecot recordings: POP3 word for word, with the log of each session. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { converse, open, pop3ReplyEnd, type Session } from './converse.ts';
import {
  DOVECOT_SETTINGS,
  type Dovecot,
  dovecotVersion,
  POP3_PORT,
  startDovecot,
  stopDovecot,
} from './dovecot.ts';
import { authorization, locked, MAILBOX, strict, transaction, updates } from './dovecot-sessions.ts';
import { ADDRESSES } from './room.ts';
import {
  COMMON_VOLATILES,
  type Recording,
  scrub,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

const VOLATILES: readonly Volatile[] = [
  { pattern: /(?<=Message-ID: <|X-IMAP(?:BASE)?: )\d{10}/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=\b[0-9a-f]{8})[0-9a-f]{8}\b/g, name: 'uidvalidity', numbered: false },
  { pattern: /(?<=session=<)[^>]+/g, name: 'session', numbered: false },
  { pattern: /(?<=mpid=)\d+/g, name: 'pid', numbered: false },
  { pattern: /<(\d+)>(?=<<session|<[A-Za-z0-9+/]+>)/g, name: 'pid', numbered: false },
  { pattern: /(?<=<<?pid>?><)[A-Za-z0-9+/]+(?=>)/g, name: 'session', numbered: false },
  { pattern: /(?<=attempts in )\d+(?= secs)/g, name: 'n', numbered: false },
  { pattern: /(?<=waited )\d+(?= secs)/g, name: 'n', numbered: false },
  ...COMMON_VOLATILES,
];

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** The same letters as an mbox and as a Maildir; which of them is read is the configuration's affair. */
function fillMailbox(): void {
  for (const place of ['mail', 'Maildir']) rmSync(`/home/jura/${place}`, { recursive: true, force: true });
  writeFileSync('/var/mail/jura', MAILBOX, 'latin1');
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(`/home/jura/Maildir/${part}`, { recursive: true });
  const letters = MAILBOX.split(/^From .*\n/m).slice(1);
  letters.forEach((text, i) => {
    writeFileSync(`/home/jura/Maildir/new/142044840${i}.M1P1.neo`, text.replace(/\n$/, ''), 'latin1');
  });
  execFileSync('chown', ['-R', 'jura', '/var/mail/jura', '/home/jura/Maildir']);
}

const headOf = (changes: readonly string[]): string[] => [
  `Dovecot ${dovecotVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}], POP3 on port ${POP3_PORT}; all else as Dovecot sets it.`,
  ...DOVECOT_SETTINGS,
  ...changes,
  'users: jura and anna, password heslo. client: 192.0.2.10.',
];

const logLength = ({ log }: Dovecot): number => (existsSync(log) ? statSync(log).size : 0);

function logFrom(dovecot: Dovecot, offset: number): string {
  const lines = existsSync(dovecot.log) ? readFileSync(dovecot.log, 'latin1').slice(offset) : '';
  return lines === '' ? '' : `# log\n${showText('J:', lines)}`;
}

async function one(dovecot: Dovecot, session: Session): Promise<string> {
  const offset = logLength(dovecot);
  const shown = showConversation({ ...(await converse(session, pop3ReplyEnd)), session });
  await pause(200);
  return shown + logFrom(dovecot, offset);
}

async function transcript(dovecot: Dovecot, list: readonly Session[], refill: boolean): Promise<string> {
  const parts: string[] = [];
  fillMailbox();
  if (!refill) parts.push(`# mailbox of jura at first\n${showText('M:', MAILBOX)}`);
  for (const session of list) {
    if (refill) fillMailbox();
    parts.push(await one(dovecot, session));
  }
  const left = readFileSync('/var/mail/jura', 'latin1');
  if (!refill) parts.push(`# mailbox of jura at last\n${showText('M:', left)}`);
  return parts.join('\n');
}

async function overlapping(dovecot: Dovecot): Promise<string> {
  fillMailbox();
  const offset = logLength(dovecot);
  const first = await open(locked.first, pop3ReplyEnd);
  await first.play(locked.first.steps);
  const second = await converse(locked.second, pop3ReplyEnd);
  await first.play(['DELE 1', 'QUIT']);
  const shown = [
    showConversation({ ...(await first.leave()), session: locked.first }),
    showConversation({ ...second, session: locked.second }),
  ];
  await pause(200);
  return shown.join('\n') + logFrom(dovecot, offset);
}

interface Job {
  readonly name: string;
  readonly changes: readonly string[];
  readonly body: (dovecot: Dovecot) => Promise<string>;
}

const MAILDIR = 'mail_location = maildir:~/Maildir';

const JOBS: readonly Job[] = [
  { name: 'dovecot-authorization', changes: [], body: (dovecot) => transcript(dovecot, authorization, true) },
  { name: 'dovecot-transaction', changes: [], body: (dovecot) => transcript(dovecot, transaction, true) },
  { name: 'dovecot-update', changes: [], body: (dovecot) => transcript(dovecot, updates, false) },
  { name: 'dovecot-two-sessions', changes: [], body: overlapping },
  { name: 'dovecot-two-sessions-maildir', changes: [MAILDIR], body: overlapping },
  {
    name: 'dovecot-two-sessions-locked',
    changes: ['pop3_lock_session = yes', 'mbox_lock_timeout = 3s'],
    body: overlapping,
  },
  {
    name: 'dovecot-plaintext-off',
    changes: ['disable_plaintext_auth = yes'],
    body: (dovecot) => transcript(dovecot, strict, true),
  },
];

export async function* recordDovecot(scratch: string): AsyncGenerator<Recording> {
  for (const { name, changes, body } of JOBS) {
    const dovecot = startDovecot(scratch, name, changes);
    try {
      await pause(300);
      yield { name, head: headOf(changes), body: scrub(await body(dovecot), VOLATILES) };
    } finally {
      stopDovecot(dovecot);
      await pause(300);
    }
  }
}
