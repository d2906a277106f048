/** The Postfix recordings: which instance each needs, and which transcripts it gives. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { converse, type Session, smtpReplyEnd } from './converse.ts';
import {
  changeSettings,
  type Instance,
  logLength,
  logSince,
  resetSettings,
  postfixVersion,
  type Settings,
  startPostfix,
  stopPostfix,
} from './postfix.ts';
import * as letters from './postfix-letters.ts';
import * as sessions from './postfix-sessions.ts';
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
  { pattern: /(?<=[0-9A-F]\.)\d{10}(?=\/)/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=<)\d{14}(?=\.[0-9A-F]+@)/g, name: 'digits-of-time', numbered: false },
  { pattern: /(?<![0-9A-Za-z])[0-9A-F]{9,12}(?![0-9A-Za-z])/g, name: 'queue-id', numbered: true },
  { pattern: /(?<=postfix\/[a-z-]+)\[(\d+)\](?=:)/g, name: 'pid', numbered: false },
  { pattern: /(?<=\bdelay=)[\d.]+/g, name: 'delay', numbered: false },
  { pattern: /(?<=\bdelays=)[\d./]+/g, name: 'delays', numbered: false },
  ...COMMON_VOLATILES,
];

export const NEO: Settings = {
  myhostname: 'neo.firma1.intr',
  mydestination: 'firma1.intr, neo.firma1.intr, localhost',
  myorigin: 'firma1.intr',
  relay_domains: 'pobocka.firma1.intr',
  mynetworks: '127.0.0.0/8 192.0.2.0/28',
  recipient_delimiter: '+',
  smtpd_relay_restrictions: 'permit_mynetworks reject_unauth_destination',
  inet_interfaces: ADDRESSES.neo,
  alias_maps: 'hash:%etc/aliases',
  alias_database: 'hash:%etc/aliases',
  transport_maps: 'hash:%etc/transport',
};

export const NEO_FILES: Settings = {
  aliases: 'postmaster: anna\nmailer-daemon: postmaster\nroot: anna\ninfo: jura, anna\n',
  transport: [
    `pobocka.firma1.intr smtp:[pobocka.firma1.intr]:10026`,
    `example.net smtp:[silent.example.net]:10099`,
    `refused.example.net smtp:[pobocka.firma1.intr]:10099`,
    '',
  ].join('\n'),
};

export const headOf = (changed: Settings = {}): string[] => [
  `Postfix ${postfixVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}], listening on port 10025; no DNS, names from a hosts file.`,
  ...Object.entries({ ...NEO, ...changed })
    .filter(([key]) => !/_maps|_database|inet_|_file/.test(key))
    .map(([key, value]) => `${key} = ${value}`),
  'local users: jura, anna; aliases: postmaster, root: anna; info: jura, anna; all else as Postfix sets it (no TLS, no SASL).',
  `clients: ${ADDRESSES.insider} pc1.firma1.intr (in mynetworks), ${ADDRESSES.outsider} mail.example.org, ${ADDRESSES.nameless} (no name).`,
];

const POBOCKA: Settings = {
  myhostname: 'pobocka.firma1.intr',
  mydestination: 'pobocka.firma1.intr',
  mynetworks: '127.0.0.0/8',
  smtpd_relay_restrictions: 'permit_mynetworks reject_unauth_destination',
  smtpd_recipient_restrictions:
    'check_sender_access hash:%etc/access, check_recipient_access hash:%etc/access',
  message_size_limit: '20000',
  inet_interfaces: ADDRESSES.pobocka,
  local_recipient_maps: 'hash:%etc/people',
  alias_maps: '',
  mailbox_transport: 'discard',
};

const POBOCKA_FILES: Settings = {
  people: 'karel x\neva x\nlater x\nbusy x\n',
  access: [
    'spam@example.org REJECT we know you',
    'later@pobocka.firma1.intr 450 4.2.0 Greylisted, try again later',
    'busy@pobocka.firma1.intr 451 4.3.0 Mailbox busy',
    '',
  ].join('\n'),
};

const MAILBOXES = ['jura', 'anna'];
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Waits until nothing is on its way any more: no file in the moving queues and no new log line for a while. */
async function rest(instances: readonly Instance[]): Promise<void> {
  let length = -1;
  let calm = 0;
  for (let tries = 0; calm < 4 && tries < 200; tries++) {
    await pause(60);
    const now = instances.reduce((sum, instance) => sum + logLength(instance), 0);
    const moving = instances.some((instance) => {
      const queue = `${instance.config}/../queue`;
      const places = ['maildrop', 'incoming', 'active'].map((place) => `${queue}/${place}`);
      return execFileSync('find', [...places, '-type', 'f'], { encoding: 'latin1' }) !== '';
    });
    calm = now === length && !moving ? calm + 1 : 0;
    length = now;
  }
}

/** A queue listing has columns: its place-holders are as wide as what they replace. */
function showOutput(command: string, output: string): string {
  if (!/^(?:postqueue -p|mailq)/.test(command)) return showText('O:', output);
  const columns = output
    .replace(/^[0-9A-F]{9,12}(?=[ *!])/gm, (id) => '<queue-id>'.padEnd(id.length, '.').slice(0, id.length))
    .replace(/\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b/g, '<Day Mon dd hh:mm:ss>'.slice(1, -1));
  return showText('O:', columns);
}

function run(neo: Instance, command: string): string {
  const words = command.replace(/\b(postqueue|mailq|postsuper|sendmail)\b/g, (name) =>
    name === 'sendmail' || name === 'mailq' ? `${name} -C ${neo.config}` : `${name} -c ${neo.config}`,
  );
  const { stdout, stderr } = spawnSync('sh', ['-c', words], { encoding: 'latin1' });
  const shown = command.startsWith('sleep') ? '' : `$ ${command}\n`;
  return shown + showOutput(command, stdout + stderr);
}

async function post(neo: Instance, pobocka: Instance, item: letters.Posting): Promise<string> {
  for (const user of MAILBOXES) if (existsSync(`/var/mail/${user}`)) truncateSync(`/var/mail/${user}`);
  const from = [logLength(neo), logLength(pobocka)] as const;
  const parts: string[] = [];
  if (item.steps.length === 0 && item.gone !== true) parts.push(`# --- ${item.title}\n`);
  else {
    const session = {
      title: item.title,
      from: item.from,
      to: { address: ADDRESSES.neo, port: 10025 },
      steps: item.steps,
    };
    parts.push(showConversation({ ...(await converse(session, smtpReplyEnd)), session }));
  }
  await rest([neo, pobocka]);
  for (const command of item.then ?? []) {
    parts.push(run(neo, command));
    await rest([neo, pobocka]);
  }
  const log = (instance: Instance, offset: number, name: string) => {
    const lines = logSince(instance, offset);
    if (lines !== '') parts.push(`# log of ${name}\n${showText('J:', lines)}`);
  };
  log(neo, from[0], 'neo');
  log(pobocka, from[1], 'pobocka');
  for (const user of MAILBOXES) {
    const text = existsSync(`/var/mail/${user}`) ? readFileSync(`/var/mail/${user}`, 'latin1') : '';
    if (text !== '') parts.push(`# mailbox of ${user}\n${showText('M:', text)}`);
  }
  return parts.join('');
}

async function postings(neo: Instance, pobocka: Instance, list: readonly letters.Posting[]): Promise<string> {
  const parts: string[] = [];
  for (const item of list) parts.push(await post(neo, pobocka, item));
  return scrub(parts.join('\n'), VOLATILES);
}

async function transcript(list: readonly Session[]): Promise<string> {
  const parts: string[] = [];
  for (const session of list) {
    const conversation = await converse(session, smtpReplyEnd);
    parts.push(showConversation({ ...conversation, session }));
  }
  return scrub(parts.join('\n'), VOLATILES);
}

const GROUPS: readonly (readonly [string, readonly Session[]])[] = [
  ['postfix-greeting', sessions.greeting],
  ['postfix-mail', sessions.mail],
  ['postfix-rcpt', sessions.rcpt],
  ['postfix-data', sessions.data],
  ['postfix-commands', sessions.commands],
  ['postfix-garbage', sessions.garbage],
  ['postfix-pipelining', sessions.pipelining],
  ['postfix-line-ends', sessions.lineEnds],
  ['postfix-too-many', sessions.tooMany],
];

const POSTINGS: readonly (readonly [string, readonly letters.Posting[]])[] = [
  ['postfix-letters', letters.stored],
  ['postfix-relay', letters.relayed],
  ['postfix-bounce', letters.bounced],
  ['postfix-queue', letters.deferred],
  ['postfix-maillog-refused', letters.refused],
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

const JOBS: readonly Job[] = [
  ...POSTINGS.map(
    ([name, list]): Job =>
      async ({ neo, pobocka }) => ({ name, head: headOf(), body: await postings(neo, pobocka, list) }),
  ),
  ...GROUPS.map(
    ([name, list]): Job =>
      async () => ({ name, head: headOf(), body: await transcript(list) }),
  ),
  withSettings('postfix-line-ends-normalize', { smtpd_forbid_bare_newline: 'normalize' }, () =>
    transcript(sessions.smuggling),
  ),
  withSettings('postfix-line-ends-reject', { smtpd_forbid_bare_newline: 'reject' }, () =>
    transcript(sessions.smuggling),
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
    ({ neo, pobocka }) => postings(neo, pobocka, letters.expired),
  ),
];

const withOnly =
  (name: string, settings: Settings, list: readonly Session[]): Job =>
  async (room) => {
    const recording = await withSettings(name, settings, () => transcript(list))(room);
    resetSettings(room.neo, Object.keys(settings), NEO);
    await pause(300);
    return recording;
  };

const { underSettings } = sessions;

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
      smtpd_tls_cert_file: '/etc/ssl/certs/ssl-cert-snakeoil.pem',
      smtpd_tls_key_file: '/etc/ssl/private/ssl-cert-snakeoil.key',
    },
    underSettings.tls,
  ),
];

export async function* recordPostfix(scratch: string): AsyncGenerator<Recording> {
  const neo = startPostfix(scratch, 'neo', NEO, NEO_FILES, [`${ADDRESSES.neo}:10025`]);
  const pobocka = startPostfix(scratch, 'pobocka', POBOCKA, POBOCKA_FILES, [`${ADDRESSES.pobocka}:10026`]);
  try {
    for (const job of [...SETTINGS_JOBS, ...JOBS]) yield await job({ neo, pobocka });
  } finally {
    stopPostfix(neo);
    stopPostfix(pobocka);
  }
}
