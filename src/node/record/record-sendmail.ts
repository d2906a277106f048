/** The Sendmail recordings: an older dialect of the same protocol, for comparison. */
import type { Session } from './converse.ts';
import { NAMES_SETTINGS, startNames } from './exim-names.ts';
import { troubles } from './mailbox-troubles.ts';
import { type Instance, startPostfix, stopPostfix } from './postfix.ts';
import { POBOCKA, POBOCKA_FILES } from './postfix-hosts.ts';
import type { Posting } from './postfix-letters.ts';
import { ADDRESSES } from './room.ts';
import {
  furnishSendmail,
  SENDMAIL_PORT,
  type SendmailChanges,
  sendmailVersion,
  settingsOf,
  startSendmail,
  stopSendmail,
} from './sendmail.ts';
import { bounced, LITTLE_PATIENCE, logged, queued } from './sendmail-letters.ts';
import { pause, postings, transcript } from './sendmail-post.ts';
import { conversation, letters, polite, silent } from './sendmail-sessions.ts';
import type { Recording } from './transcript.ts';

const LOG_SETTINGS = [
  "The daemon is started as sm-mta (-L), as Debian does; sendmail(1) has upstream's submit.cf. LogLevel 9; Debian's rsyslog, traditional format.",
];

const headOf = (changes: SendmailChanges): string[] => [
  `Sendmail ${sendmailVersion()} (Debian 12 package, upstream's generic cf) as neo.firma1.intr [${ADDRESSES.neo}], port ${SENDMAIL_PORT}${changes.dns ? '.' : '; no DNS.'}`,
  ...settingsOf(changes),
  'local users: jura, anna; aliases: postmaster: anna; info: jura, anna.',
  ...(changes.dns ? [...NAMES_SETTINGS, ...LOG_SETTINGS] : []),
  `clients: ${ADDRESSES.insider} pc1.firma1.intr (may relay), ${ADDRESSES.outsider} mail.example.org, ${ADDRESSES.nameless} (no name).`,
];

interface Job {
  readonly name: string;
  readonly changes: SendmailChanges;
  readonly sessions?: readonly Session[];
  readonly postings?: readonly Posting[];
}

const DEBIAN_GREETING =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ${...} is a macro of sendmail.cf.
  "define(`confSMTP_LOGIN_MSG', `$j Sendmail $v/$Z; $b; (No UCE/UBE) $?{client_addr}logging access from: ${client_name}(${client_resolve})-$_$.')";

const JOBS: readonly Job[] = [
  { name: 'sendmail-conversation', changes: {}, sessions: conversation },
  { name: 'sendmail-letters', changes: {}, sessions: letters },
  {
    name: 'sendmail-debian',
    changes: {
      lines: [
        "define(`confPRIVACY_FLAGS', `needmailhelo,needexpnhelo,needvrfyhelo,restrictqrun,restrictexpand,nobodyreturn,authwarnings')",
        DEBIAN_GREETING,
      ],
    },
    sessions: polite,
  },
  {
    name: 'sendmail-goaway',
    changes: { lines: ["define(`confPRIVACY_FLAGS', `goaway')"] },
    sessions: silent,
  },
  { name: 'sendmail-log', changes: { dns: true, lines: LITTLE_PATIENCE }, postings: logged },
  { name: 'sendmail-bounce', changes: { dns: true }, postings: bounced },
  { name: 'sendmail-queue', changes: { dns: true }, postings: queued },
  { name: 'sendmail-mailbox-troubles', changes: { dns: true }, postings: troubles('mailq') },
];

async function recorded({ name, changes, ...job }: Job, pobocka: Instance): Promise<Recording> {
  startSendmail(changes);
  try {
    await pause(700);
    const body = job.sessions
      ? await transcript(job.sessions, name === 'sendmail-letters')
      : await postings(pobocka, job.postings ?? []);
    return { name, head: headOf(changes), body };
  } finally {
    stopSendmail();
    await pause(500);
  }
}

export async function* recordSendmail(scratch: string): AsyncGenerator<Recording> {
  const syslog = furnishSendmail(scratch);
  const names = startNames(scratch);
  const pobocka = startPostfix(scratch, 'pobocka', POBOCKA, POBOCKA_FILES, [`${ADDRESSES.pobocka}:25`]);
  await pause(1500);
  const only = process.argv[3];
  try {
    for (const job of JOBS) if (only === undefined || job.name === only) yield await recorded(job, pobocka);
  } finally {
    stopPostfix(pobocka);
    names.kill();
    syslog.kill();
  }
}
