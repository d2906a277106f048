/** Sessions recorded with Debian's Postfix 3.7: the service with its policy must say the same, word for word. */
import { describe } from 'vitest';
import type { Differences } from './recordings.testing.ts';
import { CERTIFICATE, testRecording } from './recordings.testing.ts';
import type { ServiceConfig } from './smtp-service.ts';

const has = (head: string, setting: string): boolean => head.includes(setting);

/** The recorded host's configuration, as the head of the recordings says. */
function configOf(head: string, port: number): ServiceConfig {
  const esmtp = has(head, 'ports 25, 587 and 465');
  const submission = port === 587 || port === 465;
  const encrypt = has(head, 'smtpd_tls_security_level = encrypt');
  const old = has(head, 'broken_sasl_auth_clients = yes');
  const aliases = esmtp
    ? { postmaster: ['jura'], abuse: ['jura'], vsichni: ['jura', 'anna'] }
    : { postmaster: ['anna'], info: ['jura', 'anna'] };
  return {
    port,
    dialect: 'postfix3',
    sizeLimit: esmtp ? 20_971_520 : 10_240_000,
    domains: ['firma1.intr', 'neo.firma1.intr', ...(esmtp ? [] : ['localhost'])],
    relayDomains: ['pobocka.firma1.intr'],
    relayRecipients: {},
    networks: ['127.0.0.0/8', '192.0.2.0/28'],
    submission: submission ? 'login' : null,
    tls: port === 465 ? 'implicit' : port === 587 && encrypt ? 'encrypt' : esmtp ? 'may' : 'none',
    auth: submission
      ? { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'], tlsOnly: port === 587 && encrypt, oldLine: old }
      : null,
    without: [],
    certificates: [CERTIFICATE],
    users: ['jura', 'anna', 'root'],
    passwords: { jura: 'heslo', anna: 'tajne' },
    aliases,
    checkSenderDomain: false,
    clientNames: { '192.0.2.10': 'pc1.firma1.intr', '198.51.100.7': 'mail.example.org' },
    clientLimit: 0,
    banner: '',
  };
}

/** What a session holds that this server does otherwise than Postfix, on purpose. */
const DIFFERENCES: Differences = [
  ['commands of other networks', /^(?:XCLIENT|XFORWARD)/m],
  ['control octets in addresses', /(?:FROM|TO|VRFY).*[\x01-\x08\x0b\x1b\x7f]/],
  ['lines longer than 2048 octets', /.{2049}/],
  [
    'addresses that RFC 5321 forbids',
    /(?:FROM|TO):[^<\n]*>|<<|<Ann|<@[^:\n]*>|@[^">,\n]*@[^\n]*>|@\[[^\]]*>|\.>|\w @|<a{65,}@|<a{300}@|VRFY @/,
  ],
  ['routing inside local parts', /[%!]|"bob@/],
  // RFC 1870 §6.1: SIZE speaks of its own MAIL command; Postfix remembers it until RSET.
  ['a refused SIZE remembered', /SIZE=10240001\r?\nMAIL FROM:<[^>]*>\r?\nRSET/],
  ['recipients echoed without quotes', /nov\\"ak/],
];

const RECORDINGS = [
  'postfix-greeting',
  'postfix-commands',
  'postfix-garbage',
  'postfix-mail',
  'postfix-rcpt',
  'postfix-data',
  'postfix-pipelining',
  'postfix-too-many',
  'postfix-line-ends-normalize',
  'postfix-esmtp-hello',
  'postfix-esmtp-hello-clear',
  'postfix-esmtp-hello-broken-clients',
  'postfix-esmtp-starttls',
  'postfix-esmtp-before-tls',
  'postfix-esmtp-auth',
  'postfix-esmtp-auth-odd',
  'postfix-esmtp-auth-long',
  'postfix-esmtp-auth-tls',
  'postfix-esmtp-auth-clear-then-tls',
  'postfix-esmtp-auth-parameter',
  'postfix-esmtp-senders',
  'postfix-esmtp-mail-parameters',
  'postfix-esmtp-rcpt-parameters',
  'postfix-esmtp-bdat',
  'postfix-esmtp-commands',
  'postfix-esmtp-pipelining',
  'postfix-esmtp-limits',
];

describe.each(RECORDINGS)('%s', (name) => {
  testRecording(name, configOf, { right: 'heslo', wrong: 'other' }, DIFFERENCES);
});
