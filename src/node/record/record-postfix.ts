/** The Postfix recordings: which settings each needs, and which transcripts it gives. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './converse.ts';
import {
  changeSettings,
  type Instance,
  resetSettings,
  type Settings,
  startPostfix,
  stopPostfix,
} from './postfix.ts';
import * as abuse from './postfix-abuse.ts';
import * as addresses from './postfix-addresses.ts';
import * as failures from './postfix-failures.ts';
import { headOf, NEO, NEO_FILES, POBOCKA, POBOCKA_FILES } from './postfix-hosts.ts';
import { tooLarge, troubles } from './mailbox-troubles.ts';
import * as letters from './postfix-letters.ts';
import { pause, postings, transcript } from './postfix-post.ts';
import * as sessions from './postfix-sessions.ts';
import { underSettings } from './postfix-settings.ts';
import { ADDRESSES, SCRATCH } from './room.ts';
import type { Recording } from './transcript.ts';

const GROUPS: readonly (readonly [string, readonly Session[]])[] = [
  ['postfix-greeting', sessions.greeting],
  ['postfix-mail', addresses.mail],
  ['postfix-rcpt', addresses.rcpt],
  ['postfix-data', sessions.data],
  ['postfix-commands', sessions.commands],
  ['postfix-garbage', abuse.garbage],
  ['postfix-pipelining', abuse.pipelining],
  ['postfix-line-ends', abuse.lineEnds],
  ['postfix-too-many', abuse.tooMany],
];

const POSTINGS: readonly (readonly [string, readonly letters.Posting[]])[] = [
  ['postfix-letters', letters.stored],
  ['postfix-relay', letters.relayed],
  ['postfix-bounce', failures.bounced],
  ['postfix-queue', failures.deferred],
  ['postfix-maillog-refused', failures.refused],
];

type Room = { readonly neo: Instance; readonly pobocka: Instance };
type Job = (room: Room) => Promise<Recording>;

const withSettings =
  (name: string, settings: Settings, body: (room: Room) => Promise<string>): Job =>
  async (room) => {
    changeSettings(room.neo, settings);
    await pause(300);
    return { name, head: headOf(settings), body: await body(room) };
  };

const COLUMNS =
  'In queue listings QQQQQQQ and Day Mon dd hh:mm:ss stand for a queue id and a time of the same width.';

const JOBS: readonly Job[] = [
  ...POSTINGS.map(
    ([name, list]): Job =>
      async ({ neo, pobocka }) => ({
        name,
        head: [...headOf(), COLUMNS],
        body: await postings(neo, pobocka, list),
      }),
  ),
  ...GROUPS.map(
    ([name, list]): Job =>
      async () => ({ name, head: headOf(), body: await transcript(list) }),
  ),
  withSettings('postfix-line-ends-normalize', { smtpd_forbid_bare_newline: 'normalize' }, () =>
    transcript(abuse.smuggling),
  ),
  withSettings('postfix-line-ends-reject', { smtpd_forbid_bare_newline: 'reject' }, () =>
    transcript(abuse.smuggling),
  ),
  withSettings(
    'postfix-expired',
    {
      delay_warning_time: '1s',
      maximal_queue_lifetime: '3s',
      minimal_backoff_time: '1s',
      maximal_backoff_time: '1s',
      queue_run_delay: '1s',
    },
    ({ neo, pobocka }) => postings(neo, pobocka, failures.expired),
  ),
];

/** Recorded by itself (`record.ts postfix postfix-mailbox-troubles`): it lays other disks over /var/mail. */
const mailboxTroubles = withSettings(
  'postfix-mailbox-troubles',
  { message_size_limit: '100000', mailbox_size_limit: '100000' },
  ({ neo, pobocka }) => postings(neo, pobocka, [...troubles('postqueue -p'), ...tooLarge('postqueue -p')]),
);

const withOnly =
  (name: string, settings: Settings, list: readonly Session[]): Job =>
  async (room) => {
    const recording = await withSettings(name, settings, () => transcript(list))(room);
    resetSettings(room.neo, Object.keys(settings), NEO);
    await pause(300);
    return recording;
  };

const SETTINGS_JOBS: readonly Job[] = [
  withOnly(
    'postfix-settings-debian',
    {
      smtpd_banner: '$myhostname ESMTP $mail_name (Debian/GNU)',
      smtpd_relay_restrictions: 'permit_mynetworks permit_sasl_authenticated defer_unauth_destination',
    },
    underSettings.debian,
  ),
  withOnly(
    'postfix-settings-helo',
    {
      smtpd_helo_required: 'yes',
      smtpd_helo_restrictions: 'reject_invalid_helo_hostname reject_non_fqdn_helo_hostname',
    },
    underSettings.heloRequired,
  ),
  withOnly(
    'postfix-settings-restrictions',
    {
      smtpd_client_restrictions: 'reject_unknown_client_hostname',
      smtpd_sender_restrictions:
        'reject_non_fqdn_sender check_sender_access inline:{spam@example.org=REJECT}',
      smtpd_recipient_restrictions:
        'reject_non_fqdn_recipient check_recipient_access inline:{{anna@firma1.intr = 450 4.2.1 Not now}}',
    },
    underSettings.restrictions,
  ),
  withOnly('postfix-settings-strict', { strict_rfc821_envelopes: 'yes' }, underSettings.strict),
  withOnly(
    'postfix-settings-limits',
    {
      smtpd_recipient_limit: '2',
      smtpd_timeout: '2s',
      disable_vrfy_command: 'yes',
      message_size_limit: '1000',
    },
    underSettings.limits,
  ),
  withOnly(
    'postfix-settings-tls',
    {
      smtpd_tls_security_level: 'may',
      smtpd_tls_cert_file: join(SCRATCH, 'neo.pem'),
      smtpd_tls_key_file: join(SCRATCH, 'neo.pem'),
    },
    underSettings.tls,
  ),
];

export function makeCertificate(file: string): void {
  const subject = ['-subj', '/CN=neo.firma1.intr', '-days', '2'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file, '-out', `${file}.crt`, ...subject],
    {
      stdio: 'ignore',
    },
  );
  writeFileSync(file, readFileSync(`${file}.crt`), { flag: 'a' });
}

export async function* recordPostfix(scratch: string): AsyncGenerator<Recording> {
  const neo = startPostfix(scratch, 'neo', NEO, NEO_FILES, [`${ADDRESSES.neo}:10025`]);
  makeCertificate(join(scratch, 'neo.pem'));
  const pobocka = startPostfix(scratch, 'pobocka', POBOCKA, POBOCKA_FILES, [`${ADDRESSES.pobocka}:10026`]);
  try {
    if (process.argv[3] === 'postfix-mailbox-troubles') yield await mailboxTroubles({ neo, pobocka });
    else for (const job of [...SETTINGS_JOBS, ...JOBS]) yield await job({ neo, pobocka });
  } finally {
    stopPostfix(neo);
    stopPostfix(pobocka);
  }
}
