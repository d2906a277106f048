/** Sessions recorded with Debian's Exim 4.96: the service with its policy must say the same, word for word. */
import { describe } from 'vitest';
import type { Differences } from './recordings.testing.ts';
import { CERTIFICATE, testRecording } from './recordings.testing.ts';
import type { ServiceConfig } from './smtp-service.ts';

/** The recorded host's configuration, as the head of the recordings says. */
function configOf(head: string): ServiceConfig {
  const clear = head.includes('AUTH_SERVER_ALLOW_NOTLS_PASSWORDS = yes');
  const login = clear || head.includes('MAIN_TLS_ENABLE = yes');
  return {
    port: 25,
    dialect: 'exim4',
    sizeLimit: 10_240_000,
    domains: ['firma1.intr', 'neo.firma1.intr', 'localhost'],
    relayDomains: ['pobocka.firma1.intr'],
    relayRecipients: {},
    networks: ['127.0.0.0/8', '192.0.2.0/28'],
    submission: null,
    tls: 'may',
    auth: login ? { mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'], tlsOnly: !clear, oldLine: false } : null,
    without: [],
    certificates: [CERTIFICATE],
    users: ['jura', 'anna', 'daemon'],
    passwords: { jura: 'secret', anna: 'secret' },
    aliases: {
      postmaster: ['anna'],
      root: ['anna'],
      info: ['jura', 'anna'],
      branch: ['karel@pobocka.firma1.intr'],
      nothing: ['anna'],
    },
    checkSenderDomain: false,
    clientNames: { '192.0.2.10': 'pc1.firma1.intr', '198.51.100.7': 'mail.example.org' },
    clientLimit: 0,
    banner: '',
  };
}

/** What a session holds that this server does otherwise than Exim, on purpose. */
const DIFFERENCES: Differences = [
  ['clear text where TLS should begin', /^STARTTLS\r\n(?!\0TLS)./m],
  ['lines beyond 16384 octets are heard as several commands', /.{16385}/],
  ['addresses longer than what a reply shows', /FROM:<a{600}/],
  ['control octets in the argument of VRFY', /^VRFY a\x1b/m],
  ['a refused chunk answered before its octets came', /^# BDAT 3 LAST$/],
  ['chunks without a right number', /^BDAT (?:-1|3 FOO)/m],
  ['between chunks a mistake leaves nothing but RSET', /^BDAT 12\r\nSubject: b\r\n(?:BDAT 3\r\n\r\nx)?DATA/m],
  ['an empty letter is counted with an empty line', /^BDAT 0 LAST\r\nQUIT/m],
  ['octets of a refused chunk heard as commands', /^BDAT 10300000/m],
  ['limits of RFC 5321 §4.5.3.1 on local parts and labels', /<a{65}@|@a{64}\./],
  ['domains that are no domains', /@exa_mple|@198\.51\.100\.7>|@192\.0\.2\.25>/],
  ['blanks around the @ of a path', /<jura @/],
  ['BODY without a value', /BODY=\r/],
  ['two parameters, or words, that may not follow', /ORCPT=|> (?:FOO|<anna@firma1.intr>)\r/],
  ['SMTPUTF8 told from other parameters not offered', /SMTPUTF8/],
  ['PRDR is offered and not done', /PRDR\r\nRCPT/],
  ['routing inside local parts is not looked for', /[%!]|"bob@/],
  ['subaddresses and subdomains of relay domains belong to all our servers', /jura\+lists|@sub\.pobocka/],
  ['an access list that counts bad recipients', /nikdo25/],
  ['aliases that fail, defer and break', /<(?:gone|later|broken)@/],
  [
    'letters are not judged by their headers or the length of their lines',
    /^# (?:header syntax: (?!group)|a line of 999)/,
  ],
  // RFC 5321 §4.1.1.4; letters could be smuggled in by it.
  ['LF.LF ends a letter whose first line ended in LF', /^DATA\n/m],
  ['PLAIN with an authorization identity, or four parts', /YW5uYQBqdXJhAHNlY3JldA|YQBqdXJhAHNlY3JldAB4/],
];

const RECORDINGS = [
  'exim-greeting',
  'exim-commands',
  'exim-garbage',
  'exim-mail',
  'exim-rcpt',
  'exim-data',
  'exim-line-ends',
  'exim-synchronization',
  'exim-chunks',
  'exim-auth',
  'exim-tls',
];

/** What the receiving side writes, in any order: letters and deliveries have lines of their own, TLS and synchronization none here. */
const mainlog = (lines: readonly string[]): readonly string[] =>
  lines
    .map((line) =>
      line
        .replaceAll('<TAB>', '\t')
        .replace(/<SP>$/, ' ')
        .replace(/<(\d+) x "(.)">/g, (_, count: string, char: string) => char.repeat(Number(count)))
        .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        // Exim's debugging of LOGIN and CRAM-MD5; its way with a space in quotes.
        .replace(/ \(set_id=\w+\)$/, '')
        .replace('"jura=nov', '"jura nov')
        .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '<time> ')
        .replace(/D=\S+$/, 'D=<delay>')
        .replace(/read=\d+/, 'read=<n>')
        .replace(/<exim-id-\d+>|[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}/, '<exim-id>'),
    )
    .filter(
      (line) =>
        !/^<time> (?:<exim-id> (?!rejected)|unexpected disconnection|TLS error|ignoring AUTH=|\*\*\*\*|SMTP protocol sync)/.test(
          line,
        ),
    )
    .toSorted();

describe.each(RECORDINGS)('%s', (name) => {
  testRecording(name, configOf, { right: 'secret', wrong: 'other' }, DIFFERENCES, 1 / 3, mainlog);
});
