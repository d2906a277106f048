/**
 * The recordings of mailboxes as files: what Postfix and Dovecot make of an mbox and of a Maildir, one step after the
 * other, each followed by a look at the files it touched.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { converse, pop3ReplyEnd, type ReplyEnd, smtpReplyEnd, type Step } from './converse.ts';
import { dovecotVersion, POP3_PORT, startDovecot, stopDovecot } from './dovecot.ts';
import { fetchLmtp, LMTP_EXECUTABLE } from './dovecot-lmtp.ts';
import { type Instance, postfixVersion, startPostfix, stopPostfix } from './postfix.ts';
import { rest } from './postfix-post.ts';
import { ADDRESSES } from './room.ts';
import {
  COMMON_VOLATILES,
  type Recording,
  scrub,
  showConversation,
  showText,
  type Volatile,
} from './transcript.ts';

export { fetchLmtp };

const SMTP_PORT = 10025;
const IMAP_PORT = 10143;
const LMTP_PORT = 10024;

const VOLATILES: readonly Volatile[] = [
  { pattern: /(?<=<)\d{14}(?=\.[0-9A-F]+@)/g, name: 'digits-of-time', numbered: false },
  { pattern: /\b\d{10}\.V[0-9a-f]+I[0-9a-f]+M\d+(?=\.neo)/g, name: 'postfix-name', numbered: true },
  { pattern: /\b\d{10}\.M\d+P\d+(?=\.neo)/g, name: 'dovecot-name', numbered: true },
  { pattern: /(?<=X-IMAP(?:base)?: )\d{10}/g, name: 'uidvalidity', numbered: true },
  { pattern: /(?<=UIDVALIDITY |APPENDUID |COPYUID |^M: 3 V)\d{10}/gm, name: 'uidvalidity', numbered: true },
  { pattern: /(?<= G)[0-9a-f]{32}/g, name: 'guid', numbered: true },
  { pattern: /(?<=dovecot-uidvalidity\.)[0-9a-f]{8}/g, name: 'hex-uidvalidity', numbered: true },
  { pattern: /(?<=ESMTP id |queued as )[0-9A-F]+/g, name: 'queue-id', numbered: true },
  { pattern: /(?<=id |> )[0-9A-Za-z+/]{22}(?=[:\s])/g, name: 'id', numbered: true },
  { pattern: /(?<=^S: \d 0000000\d)[0-9a-f]{8}/gm, name: 'uidvalidity', numbered: false },
  { pattern: /(?<=postfix\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=\]: )[0-9A-F]+(?=: )/g, name: 'queue-id', numbered: true },
  { pattern: /(?<=\bdelays?=)[\d./]+/g, name: 'delay', numbered: false },
  { pattern: /\b[A-Z][a-z]{2} [ \d]\d (?:\d\d:\d\d| 202\d)(?= \S+$)/gm, name: 'mtime', numbered: false },
  ...COMMON_VOLATILES,
];

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

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

const letter = (from: string, ...lines: string[]): Letter => ({ from, lines });

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

const LATER = letter(
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
interface Desk {
  readonly postfix: Instance;
  /** Files and folders looked at after each step, and commands. */
  readonly looks: readonly string[];
}

const run = (command: string): string => {
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

const look = ({ looks }: Desk): string =>
  looks.map((what) => (what.startsWith('ls ') ? run(what) : showFile(what))).join('');

async function post(desk: Desk, letters: readonly Letter[]): Promise<string> {
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

async function lmtp(desk: Desk, letters: readonly Letter[]): Promise<string> {
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

async function pop3(desk: Desk, ...steps: Step[]): Promise<string> {
  const session = {
    title: 'POP3',
    from: ADDRESSES.insider,
    to: { address: ADDRESSES.neo, port: POP3_PORT },
    steps: ['USER jura', 'PASS heslo', ...steps, 'QUIT'],
  };
  const shown = showConversation({ ...(await converse(session, pop3ReplyEnd)), session });
  await pause(200);
  return shown + look(desk);
}

async function imap(desk: Desk, ...lines: string[]): Promise<string> {
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

const listing = (line: string): Step => ({ line, listing: true });

const DOVECOT = [
  'protocols = imap pop3 lmtp',
  'auth_username_format = %Ln',
  'postmaster_address = postmaster@firma1.intr',
  `service imap-login {\n  chroot =\n  inet_listener imap {\n    port = ${IMAP_PORT}\n  }\n  inet_listener imaps {\n    port = 0\n  }\n}`,
  `service lmtp {\n  executable = ${LMTP_EXECUTABLE}\n  inet_listener lmtp {\n    address = ${ADDRESSES.neo}\n    port = ${LMTP_PORT}\n  }\n}`,
];

const POSTFIX = {
  myhostname: 'neo.firma1.intr',
  mydestination: 'firma1.intr, neo.firma1.intr, localhost',
  myorigin: 'firma1.intr',
  mynetworks: '127.0.0.0/8 192.0.2.0/28',
  smtpd_relay_restrictions: 'permit_mynetworks reject_unauth_destination',
  inet_interfaces: ADDRESSES.neo,
  alias_maps: '',
};

interface Job {
  readonly name: string;
  /** What matters of the settings, for the head; lines of dovecot.conf begin with `mail_location`. */
  readonly postfix: Readonly<Record<string, string>>;
  readonly dovecot: readonly string[];
  readonly looks: readonly string[];
  readonly body: (desk: Desk) => AsyncIterable<string>;
}

const MBOX_LOOKS = ['/var/mail/jura', 'ls -l /var/mail'];

async function* mbox(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS);
  yield await pop3(desk, 'STAT');
  yield await pop3(desk, listing('RETR 1'), listing('UIDL'));
  yield await post(desk, [LATER]);
  yield await pop3(desk, 'DELE 2');
}

async function* mboxImap(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS);
  yield await imap(desk, 'SELECT INBOX');
  yield await imap(desk, 'SELECT INBOX', 'FETCH 1 BODY[]');
  yield await imap(
    desk,
    'SELECT INBOX',
    'STORE 1 +FLAGS (\\Answered)',
    'STORE 2 +FLAGS (\\Flagged \\Draft)',
    'STORE 3 +FLAGS ($Label1 custom)',
    'STORE 4 +FLAGS (\\Deleted $Label1 \\Seen)',
  );
  yield await post(desk, [LATER]);
  const more = {
    ...desk,
    looks: [
      ...desk.looks,
      'ls -lA /home/jura/mail /home/jura/mail/a',
      '/home/jura/mail/Sent',
      '/home/jura/mail/.subscriptions',
    ],
  };
  yield await imap(
    more,
    'CREATE Sent',
    'CREATE a/b',
    'SUBSCRIBE Sent',
    'SELECT INBOX',
    'COPY 1,3 Sent',
    'APPEND Sent (\\Seen) "01-Feb-2006 12:52:30 +0100" {33}',
    '=Subject: filed\r\n\r\nFrom me.\r\nEnd\r\n',
    'EXPUNGE',
  );
}

async function* mboxEdited(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS.slice(0, 2));
  yield await imap(desk, 'SELECT INBOX', 'STORE 1 +FLAGS (\\Seen)');
  yield run("sed -i '1,/^$/d' /var/mail/jura") + look(desk);
  yield await pop3(desk, 'STAT', listing('UIDL'));
  yield run('rm /var/mail/jura; echo no mailbox > /var/mail/jura; chown jura /var/mail/jura') + look(desk);
  yield await pop3(desk, 'STAT');
  yield await imap(desk, 'SELECT INBOX');
  yield await post(desk, [LATER]);
  yield await pop3(desk, 'STAT');
}

const MAILDIR_LOOKS = ['ls -lAR /home/jura/Maildir'];
const UID_LISTS = [
  '/home/jura/Maildir/dovecot-uidlist',
  '/home/jura/Maildir/dovecot-keywords',
  '/home/jura/Maildir/subscriptions',
];

async function* maildir(desk: Desk): AsyncGenerator<string> {
  yield await post(desk, LETTERS.slice(0, 2));
  const first = 'cat $(ls -d /home/jura/Maildir/new/* | head -1)';
  yield run(first);
  yield await pop3(desk, 'STAT');
  yield await pop3(desk, listing('RETR 1'), 'DELE 2');
  yield await post(desk, LETTERS.slice(2));
  const more = { ...desk, looks: [...desk.looks, ...UID_LISTS] };
  yield await imap(more, 'SELECT INBOX');
  yield await imap(
    more,
    'SELECT INBOX',
    'STORE 1 +FLAGS (\\Answered \\Flagged)',
    'STORE 2 +FLAGS (\\Draft $Forwarded)',
    'STORE 3 +FLAGS ($Label1 custom \\Seen)',
    'STORE 1 +FLAGS (\\Deleted custom)',
  );
  yield await imap(
    more,
    'CREATE Sent',
    'CREATE a.b',
    'SUBSCRIBE Sent',
    'SUBSCRIBE a.b',
    'SELECT INBOX',
    'COPY 3 Sent',
    'APPEND Sent (\\Seen) "01-Feb-2006 12:52:30 +0100" {33}',
    '=Subject: filed\r\n\r\nFrom me.\r\nEnd\r\n',
    'EXPUNGE',
  );
}

async function* maildirLmtp(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, LETTERS.slice(0, 2));
  yield run('cat $(ls -d /home/jura/Maildir/new/* | head -1)');
  yield await imap(desk, 'SELECT INBOX', 'STORE 1 +FLAGS (\\Seen)');
}

async function* mboxLmtp(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, LETTERS);
  yield await pop3(desk, 'STAT');
}

const hidden = (command: string): void => {
  run(command);
};

/** A letter of some 3000 octets. */
const LARGE = letter(
  'ann@example.org',
  'Subject: large',
  '',
  ...Array.from({ length: 40 }, () => 'x'.repeat(70)),
);

async function* lmtpTroubles(desk: Desk): AsyncGenerator<string> {
  yield await lmtp(desk, [LARGE, LARGE]);
  hidden(
    'mount -t tmpfs -o size=64k,mode=1777 tmpfs /home/anna && head -c 100000 /dev/zero > /home/anna/fill',
  );
  const toAnna = { ...LARGE, to: 'anna@firma1.intr' };
  yield await lmtp(desk, [toAnna]);
  hidden('umount /home/anna');
  yield await lmtp(desk, [{ ...LARGE, to: 'nobody@firma1.intr' }]);
}

async function* maildirTroubles(desk: Desk): AsyncGenerator<string> {
  hidden(
    'mount -t tmpfs -o size=64k,mode=1777 tmpfs /home/anna && head -c 100000 /dev/zero > /home/anna/fill',
  );
  yield await post(desk, [{ ...LARGE, to: 'anna@firma1.intr' }]);
  hidden('umount /home/anna');
  const fates = readFileSync(desk.postfix.log, 'latin1').match(/^.* status=.*\n/gm) ?? [];
  yield `# log\n${showText('J:', fates.join(''))}`;
}

const JOBS: readonly Job[] = [
  { name: 'mailbox-files-mbox', postfix: {}, dovecot: [], looks: MBOX_LOOKS, body: mbox },
  { name: 'mailbox-files-mbox-imap', postfix: {}, dovecot: [], looks: MBOX_LOOKS, body: mboxImap },
  { name: 'mailbox-files-mbox-edited', postfix: {}, dovecot: [], looks: MBOX_LOOKS, body: mboxEdited },
  { name: 'mailbox-files-mbox-lmtp', postfix: {}, dovecot: [], looks: MBOX_LOOKS, body: mboxLmtp },
  {
    name: 'mailbox-files-maildir',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: MAILDIR_LOOKS,
    body: maildir,
  },
  {
    name: 'mailbox-files-lmtp-troubles',
    postfix: {},
    dovecot: [
      'mail_location = maildir:~/Maildir',
      'mail_plugins = quota',
      'plugin {\n  quota_vsizes = yes\n  quota = count:User quota\n  quota_rule = *:bytes=5000\n  quota_grace = 0\n}',
    ],
    looks: [],
    body: lmtpTroubles,
  },
  {
    name: 'mailbox-files-maildir-troubles',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: [],
    body: maildirTroubles,
  },
  {
    name: 'mailbox-files-maildir-lmtp',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: MAILDIR_LOOKS,
    body: maildirLmtp,
  },
];

const headOf = ({ postfix, dovecot }: Job): string[] => [
  `Postfix ${postfixVersion()} and Dovecot ${dovecotVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}]; users jura and anna.`,
  ...Object.entries(postfix).map(([key, value]) => `${key} = ${value}`),
  ...(dovecot.length > 0
    ? dovecot.flatMap((line) => line.split('\n'))
    : ['mail_location = mbox:~/mail:INBOX=/var/mail/%u']),
  'All else as they are set by themselves. Commands are run by root in /home/jura, LC_ALL=C.UTF-8.',
];

export async function* recordMailboxFiles(scratch: string): AsyncGenerator<Recording> {
  const only = process.argv[3];
  for (const job of JOBS.filter(({ name }) => only === undefined || name === only)) {
    for (const place of ['mail', 'Maildir']) rmSync(`/home/jura/${place}`, { recursive: true, force: true });
    rmSync('/var/mail/jura', { force: true });
    const postfix = startPostfix(scratch, `${job.name}-postfix`, { ...POSTFIX, ...job.postfix }, {}, [
      `${SMTP_PORT}`,
    ]);
    const dovecot = startDovecot(scratch, job.name, [...DOVECOT, ...job.dovecot]);
    try {
      await pause(700);
      const parts: string[] = [];
      for await (const part of job.body({ postfix, looks: job.looks })) parts.push(part);
      yield { name: job.name, head: headOf(job), body: scrub(parts.join('\n'), VOLATILES) };
    } finally {
      stopPostfix(postfix);
      stopDovecot(dovecot);
      await pause(300);
    }
  }
}
