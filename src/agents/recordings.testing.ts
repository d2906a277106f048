/** Recorded sessions with real mail servers, and what our service says to the same clients. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Octets } from '../base/octets.ts';
import { octets } from '../base/octets.ts';
import { encodeBase64Line } from '../mail/mime.ts';
import { cramDigest } from '../protocol/sasl/sasl.ts';
import { selfSigned } from '../protocol/tls/certificate.ts';
import { tlsClient, tlsHear, tlsSeal, tlsStart } from '../protocol/tls/session.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import { matches } from '../protocol/transcript.testing.ts';
import type { HostSpec, ProgramEffect, StepContext } from '../sim/types.ts';
import type { Logged, Occasion } from './smtp-log.ts';
import { logSession, sessionOpened } from './smtp-log.ts';
import type { Heard, ServiceConfig, ServiceState } from './smtp-service.ts';
import { serviceHears, serviceOpened, serviceState } from './smtp-service.ts';
import { UNVERIFIED } from './talk.ts';

export interface Recorded {
  readonly title: string;
  readonly client: string;
  readonly port: number;
  /** What the client sent, line by line; `TLS` where TLS began. */
  readonly sent: readonly string[];
  /** The server's lines, as patterns; and as they stand in the recording. */
  readonly heard: readonly string[];
  readonly shown: readonly string[];
  readonly serverCloses: boolean;
  readonly clientCloses: boolean;
  /** Lines of its log, as recorded. */
  readonly logged: readonly string[];
}

export interface Recording {
  readonly head: string;
  readonly sessions: readonly Recorded[];
}

export function readRecording(name: string): Recording {
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
  let whole = false;
  // What the client says without waiting for a reply comes in one piece.
  const add = ({ list, line }: { readonly list: string[]; readonly line: string }): void => {
    const alone = line.startsWith('\0');
    if (list === sent && before === sent && !alone && !whole) sent.push(sent.pop() + line);
    else list.push(line);
    before = list;
    whole = alone;
  };
  for (const line of lines) {
    const times = /^# \.\.\. that line (\d+) times$/.exec(line);
    for (let i = 1; times !== null && last !== null && i < Number(times[1]); i++) add(last);
    if (/^# TLSv1\.\d begins$/.test(line)) last = { list: sent, line: TLS };
    else if (line.startsWith('C: <base64 of "')) last = { list: sent, line: RESPONSE };
    else if (line.startsWith('C: <cram-md5-response>')) last = { list: sent, line: RESPONSE };
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
    shown: lines.filter((line) => line.startsWith('S:')).map((line) => line.slice(3)),
    serverCloses,
    clientCloses: lines.includes('# the client closes'),
    logged: lines.filter((line) => line.startsWith('J: ')).map((line) => line.slice(3)),
  };
}

/** Not on the wire: the handshake, and a response to CRAM-MD5 that is made on the spot. */
export const TLS = '\0TLS';
const RESPONSE = '\0RESPONSE';

export function octetsOf(shown: string): string {
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
    .replace(/<(?:date|queue-id|exim-id)(?:-\d+)?>/g, '*')
    .replace(/(?<=334 )<(?:cram-md5-)?challenge>/, '*')
    .replaceAll('<TAB>', '\t')
    .replaceAll('<SP>', ' ')
    .replace(/<(\d+) x "(.)">/g, (_, count: string, char: string) => char.repeat(Number(count)))
    .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

export const CERTIFICATE = selfSigned({ subject: 'neo.firma1.intr', notBefore: 0, days: 365 });
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
export function answerTo(
  config: ServiceConfig,
  session: Recorded,
  passwords: Passwords,
): { readonly said: string[]; readonly closed: boolean; readonly logged: readonly string[] } {
  let service: ServiceState = serviceState(config, HOST);
  let logs: Logged = { logs: [], nextNumber: 1 };
  const logged: string[] = [];
  const style = { dialect: config.dialect, hostname: HOST.name, daemon: 'smtpd', lane: 0 } as const;
  let tls: TlsState | null = null;
  let said = '';
  let closed = false;
  const take = (occasion: Occasion, step: (effects: ProgramEffect[]) => Heard): void => {
    if (closed) return;
    const effects: ProgramEffect[] = [];
    const before = service;
    const heard = step(effects);
    service = heard.service;
    logs = logSession(logs, style, 1, occasion, before, service, 0, AT, effects);
    for (const effect of effects) {
      if (effect.kind === 'record' && 'text' in effect.fact) logged.push(String(effect.fact.text));
      if (effect.kind === 'send') hear(effect.octets);
      if (effect.kind === 'close') closed = true;
    }
    for (const { conn } of heard.letters) {
      const answer = { kind: 'answer', answer: { kind: 'queued', queueId: 'ID' } } as const;
      take('answer', (more) => serviceHears(service, conn, answer, AT, more));
    }
  };
  const deliver = (wire: Octets): void =>
    take('octets', (effects) => serviceHears(service, 1, { kind: 'octets', octets: wire }, AT, effects));
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
    const started = tlsStart(tlsClient(UNVERIFIED), 0.25);
    tls = started.state;
    for (const { octets: flight } of started.flights) deliver(flight);
  };
  const peer = { address: session.client, port: 40000 };
  const local = { address: '192.0.2.25', port: session.port };
  const opening: ProgramEffect[] = [];
  const name = config.clientNames[session.client] ?? 'unknown';
  logs = sessionOpened(logs, style, 1, { name, address: session.client }, AT, opening);
  for (const effect of opening)
    if (effect.kind === 'record' && 'text' in effect.fact) logged.push(String(effect.fact.text));
  take('opened', (effects) =>
    serviceOpened(service, { kind: 'opened', conn: 1, handle: null, local, peer }, AT, effects),
  );
  for (const line of session.sent) {
    if (line === TLS) {
      beginTls();
      continue;
    }
    let wire = octets(line === RESPONSE ? response(said, session.title, passwords) : line);
    if (tls !== null) [tls, wire] = tlsSeal(tls, wire);
    deliver(wire);
  }
  const ended = closed;
  if (session.clientCloses)
    take('closed', (effects) => serviceHears(service, 1, { kind: 'closed' }, AT, effects));
  return { said: said.split('\r\n').slice(0, -1), closed: ended, logged };
}

/** Of `jura`, and a wrong one. */
export interface Passwords {
  readonly right: string;
  readonly wrong: string;
}

/** The recordings hide CRAM-MD5 responses; their titles say whether they were right. */
function response(said: string, title: string, { right, wrong }: Passwords): string {
  const challenge = Buffer.from(/334 (\S+)\r\n$/.exec(said)?.[1] ?? '', 'base64').toString('latin1');
  const digest = cramDigest(/wrong|unknown/.test(title) ? wrong : right, challenge);
  return `${encodeBase64Line(`jura ${digest}` as Octets)}\r\n`;
}

/**
 * What is otherwise on purpose: why, and the commands (without mail data) by which such sessions are known, or their
 * titles behind `# `.
 */
export type Differences = readonly (readonly [string, RegExp])[];

export function difference(session: Recorded, differences: Differences): string | undefined {
  const text = session.sent.join('');
  const commands = text.replace(/^DATA\r\n.*?^\.\r\n/gms, '');
  const title = `# ${session.title}`;
  return differences.find(([, pattern]) =>
    pattern.test(pattern.source.startsWith('^# ') ? title : commands),
  )?.[0];
}

/** Every session of a recording that is not known to differ, word for word; and its log, as far as `logOf` takes it. */
export function testRecording(
  name: string,
  configOf: (head: string, port: number) => ServiceConfig,
  passwords: Passwords,
  differences: Differences,
  atLeast = 1 / 3,
  logOf?: (lines: readonly string[]) => readonly string[],
): void {
  const { head, sessions } = readRecording(name);
  const same = sessions.filter((session) => difference(session, differences) === undefined);
  test('has sessions to compare', () => expect(same.length).toBeGreaterThan(sessions.length * atLeast));
  test.each(same.map((session) => [session.title, session] as const))('%s', (_, session) => {
    const { said, closed, logged } = answerTo(configOf(head, session.port), session, passwords);
    const expected = session.heard;
    expect(said.map((line, i) => (matches(line, expected[i] ?? '') ? expected[i] : line))).toEqual(expected);
    expect(closed).toBe(session.serverCloses);
    if (logOf) expect(logOf(logged)).toEqual(logOf(session.logged));
  });
}
