/** The letters of the recordings of mailboxes as files, how they come to their mailbox, and how sessions look at it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { converse, pop3ReplyEnd, type ReplyEnd, smtpReplyEnd, type Step } from './converse.ts';
import { POP3_PORT } from './dovecot.ts';
import type { Instance } from './postfix.ts';
import { rest } from './postfix-post.ts';
import { ADDRESSES } from './room.ts';
import { showConversation, showText } from './transcript.ts';

export const SMTP_PORT = 10025;
export const IMAP_PORT = 10143;
export const LMTP_PORT = 10024;

export const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const imapReplyEnd: ReplyEnd = (text) => {
  const end = /^(?:\* OK \[CAPABILITY|a\d* |\+ ).*\r\n/m.exec(text);
  return end === null ? 0 : end.index + end[0].length;
};

interface Letter {
  readonly from: string;
  readonly to?: string;
  /** Lines without their ends; what the client's DATA says. */
  readonly lines: readonly string[];
}

export const letter = (from: string, ...lines: string[]): Letter => ({ from, lines });

export const LETTERS: readonly Letter[] = [
  letter(
    'ann@example.org',
    'From: Ann <ann@example.org>',
    'To: jura@firma1.intr',
    'Message-ID: <1@example.org>',
    'Date: Wed, 01 Feb 2006 12:52:24 +0100',
    'Subject: lines that begin with From',
    '',
    'From here on:',
    '>From there',
    '>>From afar',
    ' From a blank',
    'from below',
    'From',
    'From\tTAB',
    'The end.',
  ),
  letter(
    '',
    'From: MAILER-DAEMON',
    'Message-ID: <2@example.org>',
    'Date: Wed, 01 Feb 2006 12:52:25 +0100',
    'Subject: null sender, no body',
    '',
  ),
  letter(
    'eva@example.org',
    'Status: RO',
    'X-Status: F',
    'X-UID: 77',
    'X-Keywords: forged',
    'Content-Length: 3',
    'X-IMAPbase: 1138266105 21',
    'Message-ID: <3@example.org>',
    'Date: Wed, 01 Feb 2006 12:52:26 +0100',
    'From: eva@example.org',
    'Subject: fields of an mbox',
    '',
    '',
    'Empty lines at both ends.',
    '',
    '',
  ),
  letter(
    '"odd name"@example.org',
    'Subject: short',
    'Message-ID: <4@example.org>',
    'Date: Wed, 01 Feb 2006 12:52:27 +0100',
    'From: odd@example.org',
    '',
    '..',
    '\xc3\xa1\xfe',
  ),
];

export const LATER = letter(
  'anna@firma1.intr',
  'Subject: later',
  'Message-ID: <5@firma1.intr>',
  'Date: Wed, 01 Feb 2006 12:52:28 +0100',
  'From: anna@firma1.intr',
  '',
  'One more.',
);

const posted = ({ from, to = 'jura@firma1.intr', lines }: Letter): Step[] => [
  `MAIL FROM:<${from}>`,
  `RCPT TO:<${to}>`,
  'DATA',
  { send: `${lines.map((line) => `${line.startsWith('.') ? '.' : ''}${line}\r\n`).join('')}.\r\n` },
];

/** What there is at a host of the room. */
export interface Desk {
  readonly postfix: Instance;
  /** Files and folders looked at after each step, and commands. */
  readonly looks: readonly string[];
}

export const run = (command: string): string => {
  const { stdout, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'latin1',
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: '/home/jura' },
    cwd: '/home/jura',
  });
  return `$ ${command}\n${showText('O:', stdout + stderr)}`;
};

function showFile(path: string): string {
  return existsSync(path) ? `# ${path}\n${showText('M:', readFileSync(path, 'latin1'))}` : `# no ${path}\n`;
}

export const look = ({ looks }: Desk): string =>
  looks.map((what) => (what.startsWith('ls ') ? run(what) : showFile(what))).join('');

export async function post(desk: Desk, letters: readonly Letter[]): Promise<string> {
  const session = {
    title: 'letters',
    from: ADDRESSES.insider,
    to: { address: ADDRESSES.neo, port: SMTP_PORT },
    steps: ['EHLO pc1.firma1.intr', ...letters.flatMap(posted), 'QUIT'],
  };
  const shown = showConversation({ ...(await converse(session, smtpReplyEnd)), session });
  await rest([desk.postfix]);
  return shown + look(desk);
}

export async function lmtp(desk: Desk, letters: readonly Letter[]): Promise<string> {
  const session = {
    title: 'letters over LMTP',
    from: ADDRESSES.insider,
    to: { address: ADDRESSES.neo, port: LMTP_PORT },
    steps: ['LHLO pc1.firma1.intr', ...letters.flatMap(posted), 'QUIT'],
  };
  const shown = showConversation({ ...(await converse(session, smtpReplyEnd)), session });
  await pause(200);
  return shown + look(desk);
}

export async function pop3(desk: Desk, ...steps: Step[]): Promise<string> {
  const session = {
    title: 'POP3',
    from: ADDRESSES.insider,
    to: { address: ADDRESSES.neo, port: POP3_PORT },
    // Where it may not get in, the server says so unasked.
    steps: [
      'USER jura',
      steps.length === 0 ? { send: 'PASS heslo\r\n', quietMs: 500 } : 'PASS heslo',
      ...steps,
      'QUIT',
    ],
  };
  const shown = showConversation({ ...(await converse(session, pop3ReplyEnd)), session });
  await pause(200);
  return shown + look(desk);
}

export async function imap(desk: Desk, ...lines: string[]): Promise<string> {
  const steps = ['LOGIN jura heslo', ...lines, 'LOGOUT'].map((line, i) =>
    line.startsWith('=') ? line.slice(1) : `a${i + 1} ${line}`,
  );
  const session = {
    title: 'IMAP',
    from: ADDRESSES.insider,
    to: { address: ADDRESSES.neo, port: IMAP_PORT },
    steps,
  };
  const shown = showConversation({ ...(await converse(session, imapReplyEnd)), session });
  await pause(200);
  return shown + look(desk);
}

export const listing = (line: string): Step => ({ line, listing: true });
