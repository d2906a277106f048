/** The two Postfix hosts of the recordings: neo, the company's server, and pobocka, its branch office. */
import { postfixVersion, type Settings } from './postfix.ts';
import { ADDRESSES } from './room.ts';

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

export const POBOCKA: Settings = {
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

export const POBOCKA_FILES: Settings = {
  people: 'karel x\neva x\nlater x\nbusy x\n',
  access: [
    'spam@example.org REJECT we know you',
    'later@pobocka.firma1.intr 450 4.2.0 Greylisted, try again later',
    'busy@pobocka.firma1.intr 451 4.3.0 Mailbox busy',
    '',
  ].join('\n'),
};
