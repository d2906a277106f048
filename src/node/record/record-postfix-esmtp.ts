/** The recordings of firma1's Postfix as it is today: ESMTP, TLS, submission, SASL, DSN. */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, smtpReplyEnd } from './converse.ts';
import { stopDovecot } from './dovecot.ts';
import { startSasl } from './dovecot-sasl.ts';
import {
  changeSettings,
  type Instance,
  logLength,
  resetSettings,
  type Settings,
  startPostfix,
  stopPostfix,
} from './postfix.ts';
import * as auth from './postfix-esmtp-auth.ts';
import * as odd from './postfix-esmtp-auth-odd.ts';
import * as bdat from './postfix-esmtp-bdat.ts';
import * as commands from './postfix-esmtp-commands.ts';
import * as dsn from './postfix-esmtp-dsn.ts';
import {
  CLEAR,
  CLEAR_BROKEN,
  headOfToday,
  LISTED_ONLY,
  LISTEN,
  NEO_TODAY,
  NEO_TODAY_FILES,
  POBOCKA_TODAY,
  serveMail,
} from './postfix-esmtp-hosts.ts';
import * as limits from './postfix-esmtp-limits.ts';
import { mailParameters } from './postfix-esmtp-mail.ts';
import { early, pipelining } from './postfix-esmtp-pipelining.ts';
import { letters, type Room, scrubbed, sessions, showLog } from './postfix-esmtp-post.ts';
import { rcptParameters } from './postfix-esmtp-rcpt.ts';
import { ONE_BY_ONE, reused } from './postfix-esmtp-reuse.ts';
import { outsider, type Play, play } from './postfix-esmtp-say.ts';
import * as senders from './postfix-esmtp-senders.ts';
import * as tls from './postfix-esmtp-tls.ts';
import { pause } from './postfix-post.ts';
import { makeCertificate } from './record-postfix.ts';
import { ADDRESSES } from './room.ts';
import { type Recording, showConversation } from './transcript.ts';

interface Job {
  readonly name: string;
  readonly body: (room: Room) => Promise<string>;
  /** What differs from today's settings: on neo as a whole, on its port 587, at the branch office. */
  readonly neo?: Settings;
  readonly submission?: Settings;
  readonly pobocka?: Settings;
}

type With = Omit<Job, 'name' | 'body'>;
const told = (name: string, list: readonly Play[], changes: With = {}): Job => ({
  ...changes,
  name: `postfix-esmtp-${name}`,
  body: (room) => sessions(room, list),
});
const sent = (name: string, list: readonly Play[], changes: With = {}): Job => ({
  ...changes,
  name: `postfix-esmtp-${name}`,
  body: (room) => letters(room, list),
});

/** Two connections at the same time from one client. */
async function atOnce({ neo }: Room): Promise<string> {
  const offset = logLength(neo);
  const both = [play(25, 'the first', outsider, 'QUIT'), play(25, 'the second', outsider, 'QUIT')];
  const first = await open(both[0]!, smtpReplyEnd);
  const second = await open(both[1]!, smtpReplyEnd);
  await second.play([{ send: '', quietMs: 300 }]);
  await first.play(['QUIT']);
  const shown = [await first.leave(), await second.leave()];
  const told = shown.map((one, i) => showConversation({ ...one, session: both[i]! })).join('\n');
  await pause(200);
  return scrubbed(told + showLog(neo, offset, 'neo', /connect/i));
}

/** Rates are counted for 3 s here, and each group of sessions begins with a count of 0. */
async function byRate(room: Room): Promise<string> {
  const parts: string[] = [];
  for (const list of Object.values(limits.rates)) {
    await pause(3500);
    parts.push(await sessions(room, list));
  }
  return scrubbed(parts.join('\n'));
}

const DELAYS: Settings = {
  delay_warning_time: '2s',
  maximal_queue_lifetime: '5s',
  // Only `postqueue -f` tries again, so that every recording has as many attempts.
  minimal_backoff_time: '100s',
  maximal_backoff_time: '100s',
  queue_run_delay: '100s',
};

/** A new process greets every client: by then the client that does not wait has spoken. */
const SLOW: Settings = { max_use: '1' };
const SLOW_AND_STRICT: Settings = {
  ...SLOW,
  smtpd_delay_reject: 'no',
  smtpd_client_restrictions: 'sleep 1, reject_unauth_pipelining',
};

const RATES: Settings = {
  anvil_rate_time_unit: '3s',
  smtpd_client_message_rate_limit: '2',
  smtpd_client_recipient_rate_limit: '2',
  smtpd_client_connection_rate_limit: '3',
  smtpd_client_new_tls_session_rate_limit: '2',
  smtpd_client_auth_rate_limit: '2',
};

const POBOCKA_TLS: Settings = {
  smtpd_tls_security_level: 'may',
  smtpd_tls_cert_file: NEO_TODAY.smtpd_tls_cert_file!,
  smtpd_tls_key_file: NEO_TODAY.smtpd_tls_key_file!,
};

const LESS = { smtpd_discard_ehlo_keywords: 'dsn, smtputf8, 8bitmime, chunking, size, pipelining' };

const JOBS: readonly Job[] = [
  told('hello', tls.hello),
  told('hello-clear', tls.helloClear, { submission: CLEAR }),
  told('hello-broken-clients', tls.helloClear, { submission: CLEAR_BROKEN }),
  told('starttls', tls.startTls),
  told('before-tls', tls.beforeTls),
  told('auth', auth.dialogues, { submission: CLEAR }),
  told('auth-odd', odd.odd, { submission: CLEAR }),
  told('auth-long', odd.long, { submission: CLEAR }),
  told('auth-clear-then-tls', auth.clearThenTls, { submission: CLEAR }),
  told('auth-tls', auth.properly),
  told('auth-parameter', senders.parameter),
  told('senders', senders.senders),
  sent('senders-unlisted', senders.unlisted),
  told('senders-listed', senders.unlisted, { submission: LISTED_ONLY }),
  told('mail-parameters', mailParameters),
  told('rcpt-parameters', rcptParameters),
  told('bdat', bdat.bdats),
  sent('bdat-letters', bdat.stored),
  told('commands', commands.commands),
  told('pipelining', pipelining),
  told('early', early, { neo: SLOW }),
  told('early-refused', early, { neo: SLOW_AND_STRICT }),
  told('early-forbidden', early, { neo: { ...SLOW, smtpd_forbid_unauth_pipelining: 'yes' } }),
  told('pipelining-forbidden', pipelining, { neo: { smtpd_forbid_unauth_pipelining: 'yes' } }),
  told('limits', limits.limits),
  told('recipient-limit', limits.recipientLimit, { neo: { smtpd_recipient_limit: '2' } }),
  told('silence', limits.silence, { neo: { smtpd_timeout: '2s', smtpd_starttls_timeout: '2s' } }),
  {
    name: 'postfix-esmtp-connections',
    neo: { smtpd_client_connection_count_limit: '1' },
    body: atOnce,
  },
  { name: 'postfix-esmtp-rates', neo: RATES, body: byRate },
  sent('dsn', dsn.notified, { neo: LISTEN }),
  sent('dsn-not-there', dsn.withoutDsn, {
    neo: LISTEN,
    pobocka: { smtpd_discard_ehlo_keywords: 'dsn' },
  }),
  sent('dsn-delayed', dsn.delayed, { neo: DELAYS }),
  sent('double-bounce', dsn.doubleBounce),
  sent('to-postmaster', dsn.toPostmaster, {
    neo: { notify_classes: 'bounce, 2bounce, delay, policy, protocol, resource, software' },
  }),
  sent('received', dsn.received),
  sent('received-tls', [...dsn.received.slice(1, 4), dsn.received[7]!, dsn.received[9]!], {
    neo: { smtpd_tls_received_header: 'yes' },
  }),
  sent('received-login', [...dsn.received.slice(7, 10)], { neo: { smtpd_sasl_authenticated_header: 'yes' } }),
  sent('received-clear', dsn.receivedClear, { submission: CLEAR }),
  sent('onwards', dsn.onwards, { neo: LISTEN }),
  sent('onwards-tls', dsn.onwards.slice(0, 1), {
    neo: { ...LISTEN, smtp_tls_security_level: 'may', smtp_tls_loglevel: '1' },
    pobocka: POBOCKA_TLS,
  }),
  sent('onwards-less', dsn.onwards, { neo: LISTEN, pobocka: LESS }),
  sent('reuse', reused, { neo: ONE_BY_ONE }),
  sent('reuse-tls', reused.slice(2, 3), {
    neo: { ...ONE_BY_ONE, smtp_tls_security_level: 'may' },
    pobocka: POBOCKA_TLS,
  }),
];

/** Letters that wait from earlier sessions would come in between. */
const emptyQueue = ({ config }: Instance): void => {
  execFileSync('postsuper', ['-c', config, '-d', 'ALL'], { stdio: 'ignore' });
};

async function perform(room: Room, job: Job): Promise<Recording> {
  emptyQueue(room.neo);
  serveMail(room.neo, job.neo ?? {}, job.submission ?? {});
  if (job.pobocka) changeSettings(room.pobocka, job.pobocka);
  await pause(400);
  const body = await job.body(room);
  if (job.neo) resetSettings(room.neo, Object.keys(job.neo), NEO_TODAY);
  if (job.pobocka) resetSettings(room.pobocka, Object.keys(job.pobocka), POBOCKA_TODAY);
  const branch = Object.entries(job.pobocka ?? {}).filter(([key]) => !key.endsWith('_file'));
  const head = [
    ...headOfToday(job.neo, job.submission),
    ...branch.map(([key, value]) => `at pobocka: ${key} = ${value}`),
  ];
  return { name: job.name, head, body };
}

/** Only the recordings named on the command line, or all. */
const wanted = ({ name }: Job): boolean => process.argv[3] === undefined || name.includes(process.argv[3]);

export async function* recordPostfixEsmtp(scratch: string): AsyncGenerator<Recording> {
  // The room's own passwd: the branch office needs somebody too.
  appendFileSync('/etc/passwd', 'karel:x:5003:5003:Karel:/nonexistent:/bin/sh\n');
  makeCertificate(join(scratch, 'neo.pem'));
  const neo = startPostfix(scratch, 'neo', NEO_TODAY, NEO_TODAY_FILES, [`${ADDRESSES.neo}:25`]);
  const sasl = startSasl(scratch, join(scratch, 'neo', 'queue', 'private', 'auth'));
  const pobocka = startPostfix(scratch, 'pobocka', POBOCKA_TODAY, {}, [`${ADDRESSES.pobocka}:25`]);
  try {
    for (const job of JOBS.filter(wanted)) yield await perform({ neo, pobocka }, job);
  } finally {
    stopPostfix(neo);
    stopPostfix(pobocka);
    stopDovecot(sasl);
  }
}
