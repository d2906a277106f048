/** The Exim recordings: what differs between the servers shows where both are told the same, so most sessions are Postfix's. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Session } from './converse.ts';
import { EXIM_SETTINGS, type EximChanges, eximVersion, furnishExim, startExim, stopExim } from './exim.ts';
import * as auth from './exim-auth.ts';
import * as letters from './exim-letters.ts';
import { NAMES_SETTINGS, startNames } from './exim-names.ts';
import { pause, postings, transcript } from './exim-post.ts';
import * as sessions from './exim-sessions.ts';
import { troubles } from './mailbox-troubles.ts';
import * as transactions from './exim-transactions.ts';
import { type Instance, startPostfix, stopPostfix } from './postfix.ts';
import * as abuse from './postfix-abuse.ts';
import * as addresses from './postfix-addresses.ts';
import * as failures from './postfix-failures.ts';
import { POBOCKA, POBOCKA_FILES } from './postfix-hosts.ts';
import { relayed, stored, type Posting } from './postfix-letters.ts';
import * as small from './postfix-sessions.ts';
import { ADDRESSES } from './room.ts';
import type { Recording } from './transcript.ts';

interface Job {
  readonly name: string;
  readonly changes: EximChanges;
  readonly head?: readonly string[];
  readonly sessions?: readonly Session[];
  readonly postings?: readonly Posting[];
}

const PLAIN: EximChanges = {};
const OPEN = [
  'acl_smtp_vrfy = accept',
  'acl_smtp_expn = accept',
  'acl_smtp_etrn = accept',
  'dsn_advertise_hosts = *',
  'MAIN_SMTPUTF8_ADVERTISE_HOSTS = *',
];
const TLS = ['MAIN_TLS_ENABLE = yes'];
const NOTLS = ['AUTH_SERVER_ALLOW_NOTLS_PASSWORDS = yes'];
const CLOSED = 'helo_verify_hosts = *';
const LIMITS = [
  'recipients_max = 2',
  'smtp_receive_timeout = 2s',
  'pipelining_connect_advertise_hosts =',
  'smtp_max_unknown_commands = 0',
  'smtp_banner = $primary_hostname ready\\nsecond line',
  'CHECK_RCPT_VERIFY_SENDER = yes',
  'CHECK_RCPT_REVERSE_DNS = yes',
  CLOSED,
];
/** Exim takes its queue in no order, so that one bad letter cannot hold up the rest. */
const IN_ORDER = ['queue_run_in_order = true'];
const HURRY = ['delay_warning = 1s', 'delay_warning_condition = yes'];

const JOBS: readonly Job[] = [
  { name: 'exim-greeting', changes: PLAIN, sessions: [...small.greeting, ...sessions.greeting] },
  { name: 'exim-commands', changes: PLAIN, sessions: small.commands },
  { name: 'exim-mail', changes: PLAIN, sessions: addresses.mail },
  { name: 'exim-rcpt', changes: PLAIN, sessions: addresses.rcpt },
  { name: 'exim-data', changes: PLAIN, sessions: [...small.data, ...transactions.letters] },
  { name: 'exim-chunks', changes: PLAIN, sessions: transactions.chunks },
  { name: 'exim-synchronization', changes: PLAIN, sessions: [...sessions.turns, ...abuse.pipelining] },
  { name: 'exim-garbage', changes: PLAIN, sessions: [...abuse.garbage, ...sessions.abuse, ...abuse.tooMany] },
  { name: 'exim-line-ends', changes: PLAIN, sessions: abuse.lineEnds },
  { name: 'exim-letters', changes: PLAIN, postings: [...stored, ...letters.aliased] },
  { name: 'exim-relay', changes: PLAIN, postings: relayed },
  { name: 'exim-bounce', changes: PLAIN, postings: [...failures.bounced, ...letters.bounced] },
  { name: 'exim-queue', changes: { local: IN_ORDER }, head: IN_ORDER, postings: letters.queued },
  { name: 'exim-mainlog-refused', changes: PLAIN, postings: failures.refused },
  { name: 'exim-open', changes: { local: OPEN }, head: OPEN, sessions: transactions.opened },
  { name: 'exim-auth', changes: { local: NOTLS, authenticators: true }, head: NOTLS, sessions: auth.auth },
  { name: 'exim-tls', changes: { local: TLS, authenticators: true }, head: TLS, sessions: auth.beforeTls },
  { name: 'exim-limits', changes: { local: LIMITS }, head: LIMITS, sessions: sessions.limited },
  {
    name: 'exim-mailbox-troubles',
    changes: { local: IN_ORDER },
    head: IN_ORDER,
    postings: troubles('mailq'),
  },
  {
    name: 'exim-expired',
    changes: { local: HURRY, retry: '* * F,4s,1s' },
    head: [...HURRY, 'retry: * * F,4s,1s'],
    postings: letters.expired,
  },
];

const headOf = (changes: readonly string[]): string[] => [
  `Exim ${eximVersion()} (Debian 12, exim4-daemon-heavy) as neo.firma1.intr [${ADDRESSES.neo}], listening on port 10025.`,
  ...EXIM_SETTINGS,
  ...NAMES_SETTINGS,
  `clients: ${ADDRESSES.insider} pc1.firma1.intr (may relay), ${ADDRESSES.outsider} mail.example.org, ${ADDRESSES.nameless} (no name).`,
  ...changes.map((line) => `changed here: ${line}`),
];

/** A certificate where Debian's TLS settings look for it, and a password file for its AUTH examples. */
function makeSecrets(): void {
  const [key, certificate] = ['/etc/exim4/exim.key', '/etc/exim4/exim.crt'];
  const subject = ['-subj', '/CN=neo.firma1.intr', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    { stdio: 'ignore' },
  );
  const hash = execFileSync('openssl', ['passwd', '-6', '-salt', 'posthorn', 'secret'], {
    encoding: 'latin1',
  });
  writeFileSync('/etc/exim4/passwd', `jura:${hash.trim()}:secret\n`);
  execFileSync('chown', ['Debian-exim', key, '/etc/exim4/passwd']);
}

async function recorded(job: Job, pobocka: Instance): Promise<Recording> {
  const exim = startExim(job.changes);
  await pause(700);
  try {
    const body = job.sessions ? await transcript(job.sessions) : await postings(pobocka, job.postings ?? []);
    return { name: job.name, head: headOf(job.head ?? []), body };
  } finally {
    await stopExim(exim);
    execFileSync('sh', ['-c', 'rm -f /var/spool/exim4/input/*']);
  }
}

export async function* recordExim(scratch: string): AsyncGenerator<Recording> {
  furnishExim(scratch);
  makeSecrets();
  const names = startNames(scratch);
  const pobocka = startPostfix(scratch, 'pobocka', POBOCKA, POBOCKA_FILES, [`${ADDRESSES.pobocka}:25`]);
  await pause(1500);
  const only = process.argv[3];
  try {
    for (const job of JOBS) if (only === undefined || job.name === only) yield await recorded(job, pobocka);
  } finally {
    stopPostfix(pobocka);
    names.kill();
  }
}
