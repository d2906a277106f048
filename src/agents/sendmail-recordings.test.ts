/** Sessions recorded with Sendmail 8.17.1.9: the service with its policy must say the same, word for word. */
import { describe } from 'vitest';
import type { Differences } from './recordings.testing.ts';
import { CERTIFICATE, testRecording } from './recordings.testing.ts';
import type { ServiceConfig } from './smtp-service.ts';

/** The recorded host's configuration, as the head of the recordings says. */
function configOf(head: string): ServiceConfig {
  return {
    port: 25,
    dialect: 'sendmail8',
    sizeLimit: 10_240_000,
    domains: ['neo.firma1.intr', 'firma1.intr', 'localhost'],
    relayDomains: ['pobocka.firma1.intr'],
    relayRecipients: {},
    networks: ['127.0.0.0/8', '192.0.2.10/32'],
    submission: null,
    tls: 'none',
    auth: { mechanisms: ['DIGEST-MD5', 'CRAM-MD5'], tlsOnly: false, oldLine: false },
    without: head.includes('goaway') ? ['VRFY', 'EXPN'] : [],
    certificates: [CERTIFICATE],
    users: ['jura', 'anna'],
    passwords: {},
    aliases: { postmaster: ['anna'], info: ['anna', 'jura'] },
    checkSenderDomain: false,
    clientNames: { '192.0.2.10': 'pc1.firma1.intr', '198.51.100.7': 'mail.example.org' },
    clientLimit: 0,
    banner: '',
  };
}

/** What a session holds that this server does otherwise than Sendmail, on purpose. */
const DIFFERENCES: Differences = [
  ['HELP has one text, whatever the topic', /^HELP [A-Z]/m],
  ['users have no full names here, and VRFY shows the address that was asked for', /^# (?:VRFY|EXPN)$/],
  ['octets cut off and stripped', /\0|\xff/],
  ['two words before the @', /<ann lee@/],
  ['routing inside local parts is not looked for', /[%!]/],
];

const RECORDINGS = ['sendmail-conversation', 'sendmail-letters', 'sendmail-goaway'];

describe.each(RECORDINGS)('%s', (name) => {
  testRecording(name, configOf, { right: 'secret', wrong: 'other' }, DIFFERENCES);
});
