/** What `openssl s_client` shows around and between the lines of a mail server. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { startDovecot, stopDovecot } from './dovecot.ts';
import { typeAt } from './keyboard.ts';
import { failures, mail, type Scene, sessions, verifying } from './openssl-scenes.ts';
import { startPostfix, stopPostfix } from './postfix.ts';
import { NEO, NEO_FILES } from './postfix-hosts.ts';
import { ADDRESSES } from './room.ts';
import { bundled, type Certificate, type Certificates, makeCertificates } from './room-certificates.ts';
import { COMMON_VOLATILES, type Recording, scrub, showText, type Volatile } from './transcript.ts';

const { neo } = ADDRESSES;
/** A certificate that was made now; those of {@link makeCertificates} begin and end at midnight. */
const MADE = '[A-Z][a-z]{2} [ \\d]\\d (?!00:00:00|23:59:59)\\d\\d:\\d\\d:\\d\\d 20[2-9]\\d GMT';
const PEM = /(-----BEGIN CERTIFICATE-----\n)(?:O: [0-9A-Za-z+/=]+\n)+/g;

const VOLATILES: readonly Volatile[] = [
  { pattern: /(?<=Session-ID: |Master-Key: |Resumption PSK: )[0-9A-F]{16,}/g, name: 'hex', numbered: false },
  { pattern: /(?<=Start Time: )\d+/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=has read )\d+(?= bytes)/g, name: 'n', numbered: false },
  { pattern: /(?<=and written )\d+(?= bytes)/g, name: 'n', numbered: false },
  { pattern: /(?<=^O: )[0-9A-F]{12,16}(?=:error:)/gm, name: 'thread', numbered: false },
  {
    pattern: /(?<=^O: {5}[0-9a-f]{4} - )(?:[0-9a-f]{2}[ -]){16}.*/gm,
    name: '16 octets in hex and in text',
    numbered: false,
  },
  { pattern: new RegExp(`(?<=v:NotBefore: |; NotAfter: )${MADE}`, 'g'), name: 'date', numbered: false },
  { pattern: /(?<=UIDVALIDITY )\d{10}/g, name: 'unix-time', numbered: false },
  { pattern: /(?<=\()\d\.\d{3} \+ \d\.\d{3}(?: \+ \d\.\d{3})?(?= secs\))/g, name: 'time', numbered: false },
  { pattern: /(?<=queued as )[0-9A-F]{6,12}/g, name: 'queue-id', numbered: false },
  ...COMMON_VOLATILES,
];

/** A mail server just good enough to show whose certificate it has. */
const guarded = (port: number, { key, certificate }: Certificate): Server =>
  createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('220 neo.firma1.intr ESMTP\r\n');
    socket.on('data', () => socket.end('221 2.0.0 Bye\r\n'));
  }).listen(port, neo);

/** It hears and says nothing. */
const mute = (port: number): Server =>
  createPlainServer((socket) => socket.on('error', () => socket.destroy())).listen(port, neo);

const showKeys = (keys: string): string =>
  keys.replace(/\r$/, '<Enter>').replace(/\x04/g, '^D').replace(/\x03/g, '^C');

async function shown(scenes: readonly Scene[], authority: string): Promise<string> {
  const parts: string[] = [];
  for (const [words, ...presses] of scenes) {
    const screen = await typeAt(`openssl s_client ${words.replace('ca.pem', authority)}`, presses);
    const typed = presses.map(({ keys }) => `K: ${showKeys(keys)}\n`).join('');
    parts.push(`$ openssl s_client ${words}\n${typed}${showText('O:', screen.replaceAll('\r\n', '\n'))}`);
  }
  return scrub(parts.join('\n').replaceAll(authority, 'ca.pem'), VOLATILES).replace(
    PEM,
    '$1O: <lines of base64>\n',
  );
}

const HEAD = [
  `${execFileSync('openssl', ['version'], { encoding: 'latin1' }).split(' ').slice(0, 2).join(' ')} of Debian 12 on a terminal.`,
  `neo.firma1.intr [${neo}]: Postfix on 10025 (STARTTLS), 10465 (TLS at once) and 10027 (no TLS), Dovecot on 10110 (STLS) and 10143 (STARTTLS);`,
  'certificates signed by Example CA, which is in ca.pem and nowhere else: 20001 good, 20002 expired, 20003 not valid yet,',
  '20004 for mail.example.com, 20005 self-signed; 20006 accepts and says nothing, 20007 is closed.',
  'K: keys pressed, in order; O: what the terminal showed, which has the typed characters in it where they were echoed.',
];

function startPostfixes(scratch: string, pem: string) {
  const tls = { smtpd_tls_security_level: 'may', smtpd_tls_cert_file: pem, smtpd_tls_key_file: pem };
  const start = (name: string, port: number, settings: Record<string, string>) =>
    startPostfix(scratch, name, { ...NEO, ...settings }, NEO_FILES, [`${neo}:${port}`]);
  return [
    start('neo', 10025, tls),
    start('wrapped', 10465, { ...tls, smtpd_tls_wrappermode: 'yes' }),
    start('plain', 10027, {}),
  ];
}

const dovecotChanges = ({ key, certificate }: Certificate): string[] => [
  'protocols = pop3 imap',
  'ssl = yes',
  `ssl_cert = <${certificate}`,
  `ssl_key = <${key}`,
  'service imap-login {',
  '  chroot =',
  '  inet_listener imap {\n    port = 10143\n  }',
  '  inet_listener imaps {\n    port = 0\n  }',
  '}',
];

function startGuarded(certificates: Certificates): Server[] {
  const { good, expired, early, other, own } = certificates;
  return [good, expired, early, other, own].map((certificate, i) => guarded(20001 + i, certificate));
}

export async function* recordOpenssl(scratch: string): AsyncGenerator<Recording> {
  const certificates = makeCertificates(scratch, 'neo.firma1.intr', 'mail.example.com');
  const postfixes = startPostfixes(scratch, bundled(certificates.good, join(scratch, 'neo.pem')));
  const dovecot = startDovecot(scratch, 'dovecot', dovecotChanges(certificates.good));
  const servers = [...startGuarded(certificates), mute(20006)];
  const groups = {
    openssl: sessions,
    'openssl-verify': verifying,
    'openssl-failures': failures,
    'openssl-mail': mail,
  };
  try {
    for (const [name, scenes] of Object.entries(groups))
      yield { name, head: HEAD, body: await shown(scenes, certificates.authority) };
  } finally {
    for (const server of servers) server.close();
    stopDovecot(dovecot);
    for (const postfix of postfixes) stopPostfix(postfix);
  }
}
