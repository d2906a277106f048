/** Sessions recorded with Debian's Postfix 3.7: the service with its policy must say the same, word for word. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { octets } from '../base/octets.ts';
import { cramDigest } from '../protocol/sasl/sasl.ts';
import { encodeBase64Line } from '../mail/mime.ts';
import type { Octets } from '../base/octets.ts';
import { selfSigned } from '../protocol/tls/certificate.ts';
import { tlsClient, tlsHear, tlsSeal, tlsStart } from '../protocol/tls/session.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import { PREFERENCE } from '../protocol/tls/versions.ts';
import { matches } from '../protocol/transcript.testing.ts';
import type { HostSpec, ProgramEffect, StepContext } from '../sim/types.ts';
import type { Heard, ServiceConfig, ServiceState } from './smtp-service.ts';
import { serviceHears, serviceOpened, serviceState } from './smtp-service.ts';

interface Recorded {
  readonly title: string;
  readonly client: string;
  readonly port: number;
  /** What the client sent, line by line; `TLS` where TLS began. */
  readonly sent: readonly string[];
  /** The server's lines, as patterns. */
  readonly heard: readonly string[];
  readonly serverCloses: boolean;
}

interface Recording {
  readonly head: string;
  readonly sessions: readonly Recorded[];
}

function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`../node/recordings/${name}.txt`, import.meta.url), 'utf8');
  const [head = '', ...sections] = text.split(/^# --- /m);
  return { head, sessions: sections.map(readSession) };
}

function readSession(section: string): Recorded {
  const [head = '', ...lines] = section.split('\n');
  const found = /^(.*?)(?:; port (\d+))? \(client ([\d.]+)\)$/.exec(head);
  const sent: string[] = [];
  const heard: string[] = [];
  let last: { readonly list: string[]; readonly line: string } | null = null;
  let before: string[] | null = null;
  // What the client says without waiting for a reply comes in one piece.
  const add = ({ list, line }: { readonly list: string[]; readonly line: string }): void => {
    if (list === sent && before === sent && line !== TLS && sent.at(-1) !== TLS) sent.push(sent.pop() + line);
    else list.push(line);
    before = list;
  };
  for (const line of lines) {
    const times = /^# \.\.\. that line (\d+) times$/.exec(line);
    for (let i = 1; times !== null && last !== null && i < Number(times[1]); i++) add(last);
    if (/^# TLSv1\.\d begins$/.test(line)) last = { list: sent, line: TLS };
    else if (line.startsWith('C:')) last = { list: sent, line: octetsOf(line.slice(3)) };
    else if (line.startsWith('S:')) last = { list: heard, line: patternOf(line.slice(3)) };
    else {
      if (!line.startsWith('#')) last = null;
      continue;
    }
    add(last);
  }
  const serverCloses = lines.includes('# the server closes');
  return {
    title: found?.[1] ?? head,
    port: Number(found?.[2] ?? 25),
    client: found?.[3] ?? '',
    sent,
    heard,
    serverCloses,
  };
}

/** Not on the wire: the handshake. */
const TLS = '\0TLS';

function octetsOf(shown: string): string {
  const raw = shown
    .replace(/<(\d+) x "(.)">/g, (_, count: string, char: string) => char.repeat(Number(count)))
    .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('<NUL>', '\0')
    .replaceAll('<TAB>', '\t')
    .replaceAll('<SP>', ' ')
    .replaceAll('<CR>', '\r');
  if (raw.endsWith('<end>')) return raw.slice(0, -5);
  return raw.endsWith('<LF>') ? `${raw.slice(0, -4)}\n` : `${raw}\r\n`;
}

const patternOf = (shown: string): string =>
  shown
    .replace(/(?<=queued as )\S+/, '*')
    .replace(/(?<=334 )<cram-md5-challenge>/, '*')
    .replaceAll('<SP>', ' ')
    .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

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
    banner: '',
  };
}

const CERTIFICATE = selfSigned({ subject: 'neo.firma1.intr', notBefore: 0, days: 365 });
const HOST: HostSpec = { id: 'neo', name: 'neo.firma1.intr', addresses: ['192.0.2.25'], programs: [] };
const AT: StepContext = {
  now: 0,
  clock: { epochMs: 0, offsetMinutes: 0 },
  host: HOST,
  id: 'neo/mta',
  event: 1,
  chance: 0.5,
};
/** What the service says to a recorded client. */
function answerTo(
  config: ServiceConfig,
  session: Recorded,
): { readonly said: string[]; readonly closed: boolean } {
  let service: ServiceState = serviceState(config, HOST);
  let tls: TlsState | null = null;
  let said = '';
  let closed = false;
  const take = (step: (effects: ProgramEffect[]) => Heard): void => {
    if (closed) return;
    const effects: ProgramEffect[] = [];
    const heard = step(effects);
    service = heard.service;
    for (const effect of effects) {
      if (effect.kind === 'send') hear(effect.octets);
      if (effect.kind === 'close') closed = true;
    }
    for (const { conn } of heard.letters) {
      const answer = { kind: 'answer', answer: { kind: 'queued', queueId: 'ID' } } as const;
      take((more) => serviceHears(service, conn, answer, AT, more));
    }
  };
  const deliver = (wire: Octets): void =>
    take((effects) => serviceHears(service, 1, { kind: 'octets', octets: wire }, AT, effects));
  const hear = (wire: Octets): void => {
    if (tls === null) {
      said += wire;
      return;
    }
    const heard = tlsHear(tls, wire, 0, 0.5);
    tls = heard.state;
    said += heard.plain;
    for (const { octets: flight } of heard.flights) deliver(flight);
  };
  const beginTls = (): void => {
    const started = tlsStart(tlsClient(TLS_CLIENT), 0.25);
    tls = started.state;
    for (const { octets: flight } of started.flights) deliver(flight);
  };
  const peer = { address: session.client, port: 40000 };
  const local = { address: '192.0.2.25', port: session.port };
  take((effects) =>
    serviceOpened(service, { kind: 'opened', conn: 1, handle: null, local, peer }, AT, effects),
  );
  for (const line of session.sent) {
    if (line === TLS) {
      beginTls();
      continue;
    }
    let wire = octets(line.startsWith('<cram-md5-response>') ? response(said, session.title) : line);
    if (tls !== null) [tls, wire] = tlsSeal(tls, wire);
    deliver(wire);
  }
  return { said: said.split('\r\n').slice(0, -1), closed };
}

const TLS_CLIENT = {
  side: 'client',
  serverName: '',
  expectedName: '',
  trust: [],
  verify: 'none',
  versions: PREFERENCE,
} as const;

/** The recordings hide CRAM-MD5 responses; their titles say whether they were right. */
function response(said: string, title: string): string {
  const challenge = Buffer.from(/334 (\S+)\r\n$/.exec(said)?.[1] ?? '', 'base64').toString('latin1');
  const digest = cramDigest(/wrong|unknown/.test(title) ? 'other' : 'heslo', challenge);
  return `${encodeBase64Line(`jura ${digest}` as Octets)}\r\n`;
}

/** What a session holds that this server does otherwise than Postfix, on purpose; undefined for all others. */
function difference(session: Recorded): string | undefined {
  const text = session.sent.join('');
  const commands = text.replace(/^DATA\r\n.*?^\.\r\n/gms, '');
  const found = DIFFERENCES.find(([, pattern]) => pattern.test(commands));
  return found?.[0];
}

const DIFFERENCES: readonly (readonly [string, RegExp])[] = [
  ['commands of other networks', /^(?:XCLIENT|XFORWARD)/m],
  ['control octets', /[A-Z].*[\x00\x01\x07-\x08\x0b\x1b\x7f]/],
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
  const { head, sessions } = readRecording(name);
  const same = sessions.filter((session) => difference(session) === undefined);
  test('has sessions to compare', () => expect(same.length).toBeGreaterThan(sessions.length / 3));
  test.each(same.map((session) => [session.title, session] as const))('%s', (_, session) => {
    const { said, closed } = answerTo(configOf(head, session.port), session);
    const expected = session.heard;
    expect(said.map((line, i) => (matches(line, expected[i] ?? '') ? expected[i] : line))).toEqual(expected);
    expect(closed).toBe(session.serverCloses);
  });
});
