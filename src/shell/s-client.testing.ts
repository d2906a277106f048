/** The servers that `openssl s_client` was recorded at, as far as their words are in the recordings, and a PC to type at. */
import type { Octets } from '../base/octets.ts';
import type { Certificate, Chain, TrustStore } from '../protocol/tls/certificate.ts';
import { issue, selfSigned } from '../protocol/tls/certificate.ts';
import { tlsClose, tlsHear, tlsSeal, tlsServer } from '../protocol/tls/session.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import type { TlsVersion } from '../protocol/tls/versions.ts';
import { PREFERENCE } from '../protocol/tls/versions.ts';
import { act, createHistory, runIdle } from '../sim/history.ts';
import type {
  ConnId,
  History,
  HostSpec,
  Program,
  ProgramEffect,
  ProgramInput,
  Registry,
  Scenario,
  StepContext,
} from '../sim/types.ts';
import type { NameServerConfig } from '../agents/name-server.ts';
import type { ShellConfig } from '../agents/shell-config.ts';
import type { ShellInput } from './input.ts';
import { REGISTRY } from './registry.ts';
import type { ShellState } from './types.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const dated = (certificate: Certificate, from: string, to: string): Certificate => ({
  ...certificate,
  notBefore: at(from),
  notAfter: at(to),
});

export const CA = dated(
  selfSigned({ subject: 'Example CA', names: [], notBefore: 0, days: 1 }),
  '2025-01-01T00:00:00',
  '2049-12-31T23:59:59',
);
const signed = (subject: string, from = '2025-01-01T00:00:00', to = '2049-12-31T23:59:59'): Certificate =>
  dated(issue(CA, { subject, notBefore: 0, days: 1 }), from, to);

export const GOOD = signed('neo.firma1.intr');
const EXPIRED = signed('neo.firma1.intr', '2024-01-01T00:00:00', '2024-12-31T23:59:59');
const EARLY = signed('neo.firma1.intr', '2048-01-01T00:00:00', '2049-12-31T23:59:59');
const OTHER = signed('mail.example.com');
export const OWN = selfSigned({ subject: 'neo.firma1.intr', notBefore: at('2026-11-01T12:34:56'), days: 30 });

/** A server that says what it is told to say, in plain text or under TLS. */
export interface ScriptedConfig {
  readonly port: number;
  /** `starttls`: after the reply to the word of that name. */
  readonly tls: 'none' | 'starttls' | 'implicit';
  readonly chain: Chain;
  readonly versions?: readonly TlsVersion[];
  /** Replies by the beginning of a line, in any case; `''` to all others. One that ends in `\0` is the last. */
  readonly replies: Readonly<Record<string, string>>;
  /** Instead of its replies before TLS. */
  readonly before?: Readonly<Record<string, string>>;
  /** Every octet in a segment of its own. */
  readonly slow?: boolean;
}

interface Session {
  readonly line: string;
  /** After 354: nothing is answered before the dot. */
  readonly data: boolean;
  readonly tls: TlsState | null;
}

interface ScriptedState {
  readonly config: ScriptedConfig;
  readonly sessions: Readonly<Record<ConnId, Session>>;
}

function scriptedStep(
  state: ScriptedState,
  input: ProgramInput,
  at: StepContext,
): readonly [ScriptedState, readonly ProgramEffect[]] {
  const { config, sessions } = state;
  const effects: ProgramEffect[] = [];
  if (input.kind === 'start') effects.push({ kind: 'listen', protocol: 'tcp', port: config.port });
  if (input.kind !== 'opened' && input.kind !== 'octets') return [state, effects];
  const { conn } = input;
  const before = sessions[conn] ?? { line: '', data: false, tls: null };
  const after =
    input.kind === 'octets'
      ? hearScripted(config, before, conn, input.octets, at, effects)
      : config.tls === 'implicit'
        ? { ...before, tls: tlsServer(secrecyOf(config)) }
        : reply(config, before, conn, 'CONNECT', effects);
  return [{ config, sessions: { ...sessions, [conn]: after } }, effects];
}

const secrecyOf = ({ chain, versions = PREFERENCE }: ScriptedConfig) =>
  ({ side: 'server', chain, versions }) as const;

function hearScripted(
  config: ScriptedConfig,
  from: Session,
  conn: ConnId,
  octets: Octets,
  { clock, now, chance }: StepContext,
  effects: ProgramEffect[],
): Session {
  let session = from;
  let plain: string = octets;
  if (session.tls !== null) {
    const heard = tlsHear(session.tls, octets, clock.epochMs + now, chance);
    session = { ...session, tls: heard.state };
    for (const flight of heard.flights) put(config, conn, flight.octets, effects);
    plain = heard.plain;
    if (heard.secured && config.tls === 'implicit')
      session = reply(config, session, conn, 'CONNECT', effects);
    if (heard.end !== null) effects.push({ kind: 'close', conn });
  }
  const words = (session.line + plain).replaceAll('\r', '').split('\n');
  session = { ...session, line: words.pop()! };
  for (const word of words)
    if (!session.data || word === '.') session = reply(config, session, conn, word, effects);
  return session;
}

function put({ slow }: ScriptedConfig, conn: ConnId, octets: Octets, effects: ProgramEffect[]): void {
  for (const piece of slow ? octets.split('') : octets === '' ? [] : [octets])
    effects.push({ kind: 'send', conn, octets: piece as Octets, note: {} });
}

function reply(
  config: ScriptedConfig,
  session: Session,
  conn: ConnId,
  word: string,
  effects: ProgramEffect[],
): Session {
  let { tls } = session;
  const replies = tls === null && config.before ? config.before : config.replies;
  const key = Object.keys(replies).find((one) => one !== '' && word.toUpperCase().startsWith(one)) ?? '';
  const text = replies[key] ?? '';
  let octets = text.replace('\0', '') as Octets;
  if (tls !== null) [tls, octets] = tlsSeal(tls, octets);
  put(config, conn, octets, effects);
  if (text.endsWith('\0')) {
    if (tls !== null) for (const flight of tlsClose(tls).flights) put(config, conn, flight.octets, effects);
    effects.push({ kind: 'close', conn });
  }
  const begins = tls === null && /STARTTLS|STLS/.test(word) && !text.startsWith('5');
  if (config.tls === 'starttls' && begins) tls = tlsServer(secrecyOf(config));
  return { ...session, data: text.startsWith('354'), tls };
}

const scripted: Program<ScriptedState> = {
  init: (config) => ({ config: config as ScriptedConfig, sessions: {} }),
  step: scriptedStep,
};

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\r\n`).join('');
const FEATURES = '250-PIPELINING|250-SIZE 10240000|250-VRFY|250-ETRN'.split('|');
const MORE = '250-ENHANCEDSTATUSCODES|250-8BITMIME|250-DSN|250-SMTPUTF8|250 CHUNKING'.split('|');

const SMTP: ScriptedConfig['replies'] = {
  CONNECT: lines('220 neo.firma1.intr ESMTP Postfix'),
  EHLO: lines('250-neo.firma1.intr', ...FEATURES, ...MORE),
  MAIL: lines('250 2.1.0 Ok'),
  RCPT: lines('250 2.1.5 Ok'),
  DATA: lines('354 End data with <CR><LF>.<CR><LF>'),
  NOOP: lines('250 2.0.0 Ok'),
  QUIT: `${lines('221 2.0.0 Bye')}\0`,
  '': lines('500 5.5.2 Error: command not recognized'),
};
const SMTP_BEFORE: ScriptedConfig['replies'] = {
  ...SMTP,
  EHLO: lines('250-neo.firma1.intr', ...FEATURES, '250-STARTTLS', ...MORE),
  STARTTLS: lines('220 2.0.0 Ready to start TLS'),
};
const GUARDED: ScriptedConfig['replies'] = {
  CONNECT: lines('220 neo.firma1.intr ESMTP'),
  '': `${lines('221 2.0.0 Bye')}\0`,
};
const CAPA = 'CAPA|TOP|UIDL|RESP-CODES|PIPELINING|AUTH-RESP-CODE|USER|SASL PLAIN|.'.split('|');
const POP3: ScriptedConfig['replies'] = {
  CONNECT: lines('+OK Dovecot (Debian) ready.'),
  STLS: lines('+OK Begin TLS negotiation now.'),
  CAPA: lines('+OK', ...CAPA),
  USER: lines('+OK'),
  PASS: lines('+OK Logged in.'),
  STAT: lines('+OK 0 0'),
  RETR: lines("-ERR There's no message 1."),
  QUIT: `${lines('+OK Logging out.')}\0`,
};
const LISTED = 'OK Pre-login capabilities listed, post-login capabilities have more.';
const CAPABILITY = '* CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+';

/** Words of the recording that only an IMAP server would know are taken from it. */
export const imapReplies = (recorded: string): ScriptedConfig['replies'] => {
  const between = (from: string, to: string): string =>
    recorded.slice(recorded.indexOf(from) + from.length, recorded.indexOf(to));
  const answer = (from: string, to: string): string => between(from, to).replaceAll('\n', '\r\n');
  return {
    CONNECT: lines('* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.'),
    '. CAPABILITY': lines(`${CAPABILITY} STARTTLS AUTH=PLAIN`, `. ${LISTED}`),
    '. STARTTLS': lines('. OK Begin TLS negotiation now.'),
    'A CAPABILITY': lines(`${CAPABILITY} AUTH=PLAIN`, `a ${LISTED}`),
    'A NOOP': lines('a OK NOOP completed.'),
    'A LOGIN': answer('a LOGIN jura heslo\n', 'b SELECT INBOX\n'),
    'B SELECT': answer('b SELECT INBOX\n', 'c LOGOUT\n'),
    'C LOGOUT': `${answer('c LOGOUT\n', 'closed\n')}\0`,
    'B LOGOUT': `${lines('* BYE Logging out', 'b OK Logout completed.')}\0`,
  };
};

const guarded = (port: number, chain: Chain): ScriptedConfig => ({
  port,
  tls: 'implicit',
  chain,
  replies: GUARDED,
});

/** The servers of the recordings. */
export const serversOf = (recorded = ''): readonly ScriptedConfig[] => [
  { port: 10025, tls: 'starttls', chain: [GOOD], replies: SMTP, before: SMTP_BEFORE },
  { port: 10465, tls: 'implicit', chain: [GOOD], replies: SMTP },
  { port: 10027, tls: 'none', chain: [], replies: SMTP },
  { port: 10110, tls: 'starttls', chain: [GOOD], replies: POP3 },
  { port: 10143, tls: 'starttls', chain: [GOOD], replies: imapReplies(recorded) },
  guarded(20001, [GOOD]),
  guarded(20002, [EXPIRED]),
  guarded(20003, [EARLY]),
  guarded(20004, [OTHER]),
  guarded(20005, [OWN]),
  { port: 20006, tls: 'none', chain: [], replies: {} },
];

export function openServers(servers: readonly ScriptedConfig[], trust: TrustStore): History {
  const ns: NameServerConfig = {
    zones: {
      'firma1.intr':
        '$TTL 3600\n@ IN SOA neo.firma1.intr. hostmaster.firma1.intr. 1 10800 3600 604800 600\n@ IN NS neo\n' +
        'neo IN A 192.0.2.25\ntwo IN A 192.0.2.26\ntwo IN A 192.0.2.25\n',
    },
  };
  const shell: ShellConfig = {
    user: 'root',
    digVersion: '9.18',
    trust,
    resolver: {
      servers: ['192.0.2.25'],
      search: 'firma1.intr',
      // Of a family that this host lacks.
      hosts: { 'silent.example.net': '2001:db8::5' },
      types: ['A'],
    },
  };
  const program = <C>(kind: string, config: C, name = kind) => ({ name, kind, config });
  const hosts: readonly HostSpec[] = [
    { id: 'pc', name: 'pc', addresses: ['192.0.2.200'], programs: [program('shell', shell)] },
    {
      id: 'neo',
      name: 'neo.firma1.intr',
      addresses: ['192.0.2.25'],
      programs: [
        program('ns', ns),
        ...servers.map((config, i) => program('scripted', config, `scripted${i}`)),
      ],
    },
    { id: 'two', name: 'two.firma1.intr', addresses: ['192.0.2.26'], programs: [] },
  ];
  const clock = { epochMs: at('2026-11-25T10:00:00'), offsetMinutes: 0, zone: 'UTC' };
  const defaultLink = { latencyMs: 2 };
  const scenario: Scenario = { id: 'openssl', seed: 1, clock, hosts, links: [], defaultLink };
  const registry: Registry = { ...REGISTRY, scripted: scripted as Program };
  const history = createHistory(scenario, registry);
  runIdle(history);
  return history;
}

export function enter(history: History, input: ShellInput): void {
  act(history, { kind: 'input', program: 'pc/shell', input });
  runIdle(history);
}

/** A line, or one of the keys. */
export const press = (history: History, key: string): void =>
  enter(
    history,
    key === '^C' || key === '^D' ? { kind: 'key', key } : { kind: 'line', text: key.replace('<Enter>', '') },
  );

export const foregroundOf = (history: History): ShellState['foreground'] =>
  (history.world.states.get('pc/shell') as ShellState).foreground;

/** What the terminal has shown since `from`. */
export const shownSince = (history: History, from: number): string =>
  history.log
    .slice(from)
    .flatMap(({ host, what }) => (host === 'pc' && what.kind === 'printed' ? [what.text] : []))
    .join('');

/** Types a command and what belongs to it; the screen after it, without the shell's prompts. */
export function typedAt(history: History, command: string, keys: readonly string[] = []): string {
  const from = history.log.length;
  press(history, command);
  for (const key of keys) if (foregroundOf(history) !== null) press(history, key);
  const screen = shownSince(history, from);
  return screen.slice(screen.indexOf('\n') + 1).replace(/root@pc:~# $/, '');
}
