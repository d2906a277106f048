/** More of Dovecot's POP3: AUTH, APOP, TLS, arguments, lines, odd letters, locks, silence. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { converse, open, pop3ReplyEnd, type Session } from './converse.ts';
import {
  DOVECOT_SETTINGS,
  type Dovecot,
  dovecotVersion,
  POP3_PORT,
  startDovecot,
  stopDovecot,
} from './dovecot.ts';
import * as login from './dovecot-pop3-auth-sessions.ts';
import * as inside from './dovecot-pop3-sessions.ts';
import { MAILBOX } from './dovecot-sessions.ts';
import { ADDRESSES } from './room.ts';
import { makeCertificates } from './room-certificates.ts';
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
    pattern: /(?<=S: \+OK \d+ [0-9a-f]{8}|S: \d+ [0-9a-f]{8})[0-9a-f]{8}$/gm,
    name: 'uidvalidity',
    numbered: false,
  },
  { pattern: /(?<=ready\. )<[0-9a-f.]+[A-Za-z0-9+/=.]*@/g, name: 'challenge', numbered: false },
  { pattern: /(?<=^S: \+ )PD[A-Za-z0-9+/=]{20,}$/gm, name: 'cram-md5-challenge', numbered: false },
  { pattern: /(?<=session=<)[^>]+/g, name: 'session', numbered: false },
  { pattern: /(?<=mpid=)\d+/g, name: 'pid', numbered: false },
  { pattern: /<(\d+)>(?=<<session|<[A-Za-z0-9+/]+>)/g, name: 'pid', numbered: false },
  { pattern: /(?<=<<?pid>?><)[A-Za-z0-9+/]+(?=>)/g, name: 'session', numbered: false },
  { pattern: /(?<=(?:attempts|auth) in )\d+(?= secs)/g, name: 'n', numbered: false },
  { pattern: /(?<=waited )\d+(?= secs)/g, name: 'n', numbered: false },
  { pattern: /(?<=\. \[(?:[a-z0-9.]+:)?)20[-\d]{8} [\d:]{8}(?=\]$)/gm, name: 'date', numbered: false },
  ...COMMON_VOLATILES,
];

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const owned = (...paths: string[]): void => {
  execFileSync('chown', ['-R', 'jura', ...paths]);
};

function fillMailbox(): void {
  rmSync('/home/jura/mail', { recursive: true, force: true });
  writeFileSync('/var/mail/jura', MAILBOX, 'latin1');
  writeFileSync('/var/mail/anna', '', 'latin1');
  owned('/var/mail/jura');
  execFileSync('chown', ['anna', '/var/mail/anna']);
}

function fillMaildir(): void {
  rmSync('/home/jura/Maildir', { recursive: true, force: true });
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(`/home/jura/Maildir/${part}`, { recursive: true });
  inside.ODD_LETTERS.forEach((text, i) => {
    writeFileSync(`/home/jura/Maildir/new/14204484${10 + i}.M1P1.neo`, text, 'latin1');
  });
  owned('/home/jura/Maildir');
}

const headOf = (changes: readonly string[]): string[] => [
  `Dovecot ${dovecotVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}], POP3 on port ${POP3_PORT}, POP3S on ${login.POP3S_PORT}; all else as Dovecot sets it.`,
  ...DOVECOT_SETTINGS,
  ...changes,
  'users: jura and anna, password heslo. client: 192.0.2.10.',
];

const logLength = ({ log }: Dovecot): number => (existsSync(log) ? statSync(log).size : 0);

function logFrom(dovecot: Dovecot, offset: number): string {
  const text = existsSync(dovecot.log) ? readFileSync(dovecot.log, 'latin1').slice(offset) : '';
  return text === '' ? '' : `# log\n${showText('J:', text)}`;
}

/** Each session by itself, with the mailbox filled anew before it unless `once`. */
const each =
  (sessions: readonly Session[], fill: () => void = fillMailbox, once = false) =>
  async (dovecot: Dovecot): Promise<string> => {
    const parts: string[] = [];
    if (once) fill();
    for (const session of sessions) {
      if (!once) fill();
      const offset = logLength(dovecot);
      const shown = showConversation({ ...(await converse(session, pop3ReplyEnd)), session });
      await pause(150);
      parts.push(shown + logFrom(dovecot, offset));
    }
    return parts.join('\n');
  };

async function overlapping(dovecot: Dovecot): Promise<string> {
  const parts: string[] = [];
  for (const { first, second, rest } of inside.overlaps) {
    fillMailbox();
    const offset = logLength(dovecot);
    const one = await open(first, pop3ReplyEnd);
    await one.play(first.steps);
    const other = await converse(second, pop3ReplyEnd);
    await one.play(rest);
    parts.push(showConversation({ ...(await one.leave()), session: first }));
    await pause(150);
    parts.push(showConversation({ ...other, session: second }) + logFrom(dovecot, offset));
  }
  return parts.join('\n');
}

async function whileLocked(dovecot: Dovecot): Promise<string> {
  fillMailbox();
  const [holder] = inside.unreadable;
  const one = await open(holder!, pop3ReplyEnd);
  await one.play(['USER jura', 'PASS heslo', 'STAT']);
  const parts: string[] = [];
  for (const session of inside.locked) {
    const offset = logLength(dovecot);
    const shown = showConversation({ ...(await converse(session, pop3ReplyEnd)), session });
    await pause(150);
    parts.push(shown + logFrom(dovecot, offset));
  }
  await one.play(['QUIT']);
  await one.leave();
  return parts.join('\n');
}

async function silent(dovecot: Dovecot): Promise<string> {
  fillMailbox();
  const offset = logLength(dovecot);
  const heard = await Promise.all(inside.idle.map((session) => converse(session, pop3ReplyEnd)));
  const shown = heard.map((conversation, i) =>
    showConversation({ ...conversation, session: inside.idle[i]! }),
  );
  return shown.join('\n') + logFrom(dovecot, offset);
}

function fillUnreadable(): void {
  fillMailbox();
  execFileSync('chown', ['root', '/var/mail/jura']);
  chmodSync('/var/mail/jura', 0o600);
}

interface Job {
  readonly name: string;
  readonly changes: readonly string[];
  /** Where certificates are; not for the head. */
  readonly places?: readonly string[];
  readonly body: (dovecot: Dovecot) => Promise<string>;
}

const MAILDIR = 'mail_location = maildir:~/Maildir';
const QUICK = 'auth_failure_delay = 0 secs';
const ALL_MECHANISMS = 'auth_mechanisms = plain login cram-md5';
const CLEAR = 'disable_plaintext_auth = no';
const NO_CLEAR = 'disable_plaintext_auth = yes';

function jobs(scratch: string): readonly Job[] {
  const { good } = makeCertificates(scratch, 'neo.firma1.intr', 'mail.example.com');
  const places = [
    `ssl_cert = <${good.certificate}`,
    `ssl_key = <${good.key}`,
    `service pop3-login {\n  inet_listener pop3s {\n    port = ${login.POP3S_PORT}\n    ssl = yes\n  }\n}`,
  ];
  const all: readonly Job[] = [
    { name: 'auth', changes: [ALL_MECHANISMS, QUICK], body: each(login.auth) },
    { name: 'apop', changes: ['auth_mechanisms = plain apop', QUICK], body: each(login.apopOffered) },
    { name: 'stls', changes: ['ssl = yes', NO_CLEAR, QUICK], places, body: each(login.stls) },
    {
      name: 'stls-clear',
      changes: ['ssl = yes', ALL_MECHANISMS, CLEAR, QUICK],
      places,
      body: each(login.stlsMay),
    },
    {
      name: 'stls-required',
      changes: ['ssl = required', ALL_MECHANISMS, CLEAR, QUICK],
      places,
      body: each(login.stlsRequired),
    },
    {
      name: 'stls-mechanisms',
      changes: ['ssl = yes', ALL_MECHANISMS, NO_CLEAR, QUICK],
      places,
      body: each(login.stlsMechanisms),
    },
    { name: 'pop3s', changes: ['ssl = yes', NO_CLEAR, QUICK], places, body: each(login.pop3s) },
    { name: 'commands', changes: [], body: each(inside.commands) },
    { name: 'lines', changes: [QUICK], body: each(inside.lines) },
    { name: 'letters', changes: [MAILDIR], body: each(inside.letters, fillMaildir) },
    { name: 'last', changes: ['pop3_enable_last = yes'], body: each(inside.last, fillMailbox, true) },
    { name: 'expunged', changes: [], body: overlapping },
    { name: 'locked', changes: ['pop3_lock_session = yes', 'mbox_lock_timeout = 3s'], body: whileLocked },
    { name: 'unreadable', changes: [], body: each(inside.unreadable, fillUnreadable) },
    {
      name: 'no-passwords',
      changes: ['passdb {\n  driver = checkpassword\n  args = /nowhere\n}'],
      body: each(inside.noPasswords),
    },
    { name: 'idle', changes: [], body: silent },
  ];
  const wanted = process.argv.slice(3);
  return wanted.length === 0 ? all : all.filter(({ name }) => wanted.includes(name));
}

export async function* recordDovecotPop3(scratch: string): AsyncGenerator<Recording> {
  for (const { name, changes, places = [], body } of jobs(scratch)) {
    const dovecot = startDovecot(scratch, name, [...changes, ...places]);
    try {
      await pause(300);
      const head = headOf(changes.flatMap((change) => change.split('\n')));
      yield { name: `dovecot-pop3-${name}`, head, body: scrub(await body(dovecot), VOLATILES) };
    } finally {
      stopDovecot(dovecot);
      await pause(300);
    }
  }
}
