/** firma1 as it is today: neo with submission, TLS and SASL, and its branch office pobocka. Real ports: the room is sealed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { changeSettings, type Instance, postfixVersion, type Settings } from './postfix.ts';
import { ADDRESSES, SCRATCH } from './room.ts';

export const TODAY: Settings = {
  myhostname: 'neo.firma1.intr',
  mydestination: 'firma1.intr, neo.firma1.intr',
  myorigin: 'firma1.intr',
  mynetworks: '192.0.2.0/28',
  relay_domains: 'pobocka.firma1.intr',
  recipient_delimiter: '+',
  message_size_limit: '20971520',
  fast_flush_domains: '$relay_domains',
  smtpd_relay_restrictions: 'permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination',
  smtpd_tls_security_level: 'may',
  smtpd_tls_loglevel: '1',
  smtpd_sasl_type: 'dovecot',
  smtpd_sasl_path: 'private/auth',
  mailbox_size_limit: '0',
  // Postfix's own 1s, after the tenth error of a session, would only make a recording long.
  smtpd_error_sleep_time: '0',
};

/** Where things are, and what the room has instead of DNS: of no interest to a reader. */
const PLACES: Settings = {
  inet_interfaces: ADDRESSES.neo,
  smtpd_tls_cert_file: join(SCRATCH, 'neo.pem'),
  smtpd_tls_key_file: join(SCRATCH, 'neo.pem'),
  smtpd_sender_login_maps: 'hash:%etc/logins',
  alias_maps: 'hash:%etc/aliases',
  alias_database: 'hash:%etc/aliases',
  transport_maps: 'hash:%etc/transport',
};

export const NEO_TODAY: Settings = { ...TODAY, ...PLACES };

export const NEO_TODAY_FILES: Settings = {
  aliases: 'postmaster: jura\nabuse: jura\nvsichni: jura, anna\nmailer-daemon: postmaster\n',
  logins: 'jura@firma1.intr jura\nanna@firma1.intr anna\nvsichni@firma1.intr jura,anna\n',
  transport: [
    'pobocka.firma1.intr smtp:[pobocka.firma1.intr]',
    'example.net smtp:[silent.example.net]',
    'refused.example.net smtp:[pobocka.firma1.intr]:10099',
    '',
  ].join('\n'),
};

export const POBOCKA_TODAY: Settings = {
  myhostname: 'pobocka.firma1.intr',
  mydestination: 'pobocka.firma1.intr',
  mynetworks: '192.0.2.26',
  smtpd_relay_restrictions: 'permit_mynetworks reject_unauth_destination',
  inet_interfaces: ADDRESSES.pobocka,
  alias_maps: '',
  relayhost: '[neo.firma1.intr]',
  smtp_bind_address: ADDRESSES.pobocka,
};

/** What both services of Debian's commented master.cf have, and the sender must be the login's own. */
const LOGIN_ONLY: Settings = {
  smtpd_reject_unlisted_recipient: 'no',
  smtpd_client_restrictions: '',
  smtpd_helo_restrictions: '',
  smtpd_sender_restrictions: 'reject_sender_login_mismatch',
  smtpd_relay_restrictions: '',
  smtpd_recipient_restrictions: 'permit_sasl_authenticated,reject',
};

/** Debian's commented submission and submissions services; STARTTLS must come first. */
const SUBMISSION: Settings = {
  syslog_name: 'postfix/submission',
  smtpd_tls_security_level: 'encrypt',
  smtpd_sasl_auth_enable: 'yes',
  smtpd_tls_auth_only: 'yes',
  ...LOGIN_ONLY,
};

const SUBMISSIONS: Settings = {
  syslog_name: 'postfix/submissions',
  smtpd_tls_wrappermode: 'yes',
  smtpd_sasl_auth_enable: 'yes',
  ...LOGIN_ONLY,
};

/** What differs on port 587 in a recording. */
export const CLEAR: Settings = { smtpd_tls_security_level: 'may', smtpd_tls_auth_only: 'no' };
export const CLEAR_BROKEN: Settings = { ...CLEAR, broken_sasl_auth_clients: 'yes' };
export const LISTED_ONLY: Settings = { smtpd_reject_unlisted_recipient: 'yes' };

/** Has neo log every line that it and the branch office say to each other. */
export const LISTEN: Settings = { debug_peer_list: 'pobocka.firma1.intr', debug_peer_level: '1' };

function serve(instance: Instance, port: number, options: Settings): void {
  const at = `${ADDRESSES.neo}:${port}`;
  const words = Object.entries(options).map(([key, value]) => `-o { ${key} = ${value} }`);
  const line = `${at} inet n - n - - smtpd ${words.join(' ')}`;
  execFileSync('postconf', ['-c', instance.config, '-Me', `${at}/inet=${line}`]);
}

/** Puts neo's settings and its three ports in order, and has the running Postfix take them. */
export function serveMail(neo: Instance, changed: Settings, submission: Settings): void {
  // Watching a peer is for what neo says to it, not for what it says to neo.
  serve(neo, 25, { debug_peer_list: '' });
  serve(neo, 587, { ...SUBMISSION, ...submission });
  serve(neo, 465, SUBMISSIONS);
  changeSettings(neo, changed);
}

const shown = (settings: Settings): string[] =>
  Object.entries(settings).map(([key, value]) => `${key} = ${value}`.trimEnd());

export const headOfToday = (changed: Settings = {}, submission: Settings = {}): string[] => [
  `Postfix ${postfixVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}] on ports 25, 587 and 465; no DNS, names from a hosts file.`,
  ...shown({ ...TODAY, ...changed }),
  `port 587: ${shown({ ...SUBMISSION, ...submission }).join('; ')}`,
  `port 465: ${shown(SUBMISSIONS).join('; ')}`,
  'SASL: Dovecot, auth_mechanisms = plain login cram-md5, auth_failure_delay = 0; passwords heslo (jura), tajne (anna).',
  'smtpd_sender_login_maps: jura@firma1.intr jura; anna@firma1.intr anna; vsichni@firma1.intr jura,anna.',
  'local users: jura, anna; aliases: postmaster, abuse: jura; vsichni: jura, anna; mailer-daemon: postmaster; all else as Postfix sets it.',
  `clients: ${ADDRESSES.insider} pc1.firma1.intr (in mynetworks), ${ADDRESSES.outsider} mail.example.org, ${ADDRESSES.nameless} (no name).`,
  "A log stands in this order: smtpd's lines, then each letter's, whatever order the processes wrote them in.",
  '<cram-md5-challenge> is base64 of <digits.digits@neo.firma1.intr>, <cram-md5-response> of login, space and digest.',
];
