/**
 * The recordings of mailboxes as files: what Postfix and Dovecot make of an mbox and of a Maildir, one step after the
 * other, each followed by a look at the files it touched.
 */
import { rmSync } from 'node:fs';
import { dovecotVersion, startDovecot, stopDovecot } from './dovecot.ts';
import { fetchLmtp, LMTP_EXECUTABLE } from './dovecot-lmtp.ts';
import { postfixVersion, startPostfix, stopPostfix } from './postfix.ts';
import type { Desk } from './mailbox-files-say.ts';
import { IMAP_PORT, LMTP_PORT, pause, SMTP_PORT } from './mailbox-files-say.ts';
import * as scenes from './mailbox-files-scenes.ts';
import { ADDRESSES } from './room.ts';
import { COMMON_VOLATILES, type Recording, scrub, type Volatile } from './transcript.ts';

export { fetchLmtp };

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
  { pattern: /(?<=\[)20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?=\])/g, name: 'instant', numbered: false },
  { pattern: /\b[A-Z][a-z]{2} [ \d]\d (?:\d\d:\d\d| 202\d)(?= \S+$)/gm, name: 'mtime', numbered: false },
  ...COMMON_VOLATILES,
];

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

const JOBS: readonly Job[] = [
  { name: 'mailbox-files-mbox', postfix: {}, dovecot: [], looks: scenes.MBOX_LOOKS, body: scenes.mbox },
  {
    name: 'mailbox-files-mbox-imap',
    postfix: {},
    dovecot: [],
    looks: scenes.MBOX_LOOKS,
    body: scenes.mboxImap,
  },
  {
    name: 'mailbox-files-mbox-edited',
    postfix: {},
    dovecot: [],
    looks: scenes.MBOX_LOOKS,
    body: scenes.mboxEdited,
  },
  {
    name: 'mailbox-files-mbox-lmtp',
    postfix: {},
    dovecot: [],
    looks: scenes.MBOX_LOOKS,
    body: scenes.mboxLmtp,
  },
  {
    name: 'mailbox-files-maildir',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: scenes.MAILDIR_LOOKS,
    body: scenes.maildir,
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
    body: scenes.lmtpTroubles,
  },
  {
    name: 'mailbox-files-maildir-troubles',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: [],
    body: scenes.maildirTroubles,
  },
  {
    name: 'mailbox-files-maildir-lmtp',
    postfix: { home_mailbox: 'Maildir/' },
    dovecot: ['mail_location = maildir:~/Maildir'],
    looks: scenes.MAILDIR_LOOKS,
    body: scenes.maildirLmtp,
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
