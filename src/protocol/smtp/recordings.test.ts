/** Sessions recorded with Debian's Postfix 3.7: the dialect `postfix3` must say the same, word for word. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { octets } from '../../base/octets.ts';
import { splitAddress, unquoteLocalPart } from '../../mail/address.ts';
import { drive, driven } from '../machine.ts';
import { matches } from '../transcript.testing.ts';
import { smtpServer, smtpServerState } from './server.ts';
import type { Agent } from './server.testing.ts';
import { CONFIG, unless } from './server.testing.ts';

interface Recorded {
  readonly title: string;
  readonly client: string;
  /** What the client sent, line by line. */
  readonly sent: readonly string[];
  /** The server's lines, as patterns. */
  readonly heard: readonly string[];
  readonly serverCloses: boolean;
}

function readRecording(name: string): readonly Recorded[] {
  const text = readFileSync(new URL(`../../node/recordings/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split(/^# --- /m)
    .slice(1)
    .map(readSession);
}

function readSession(section: string): Recorded {
  const [head = '', ...lines] = section.split('\n');
  const found = /^(.*) \(client ([\d.]+)\)$/.exec(head);
  const sent: string[] = [];
  const heard: string[] = [];
  let last: { readonly list: string[]; readonly line: string } | null = null;
  for (const line of lines) {
    const times = /^# \.\.\. that line (\d+) times$/.exec(line);
    for (let i = 1; times !== null && last !== null && i < Number(times[1]); i++) last.list.push(last.line);
    if (line.startsWith('C:')) last = { list: sent, line: octetsOf(line.slice(3)) };
    else if (line.startsWith('S:')) last = { list: heard, line: patternOf(line.slice(3)) };
    else continue;
    last.list.push(last.line);
  }
  const serverCloses = lines.includes('# the server closes');
  return { title: found?.[1] ?? head, client: found?.[2] ?? '', sent, heard, serverCloses };
}

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

const patternOf = (shown: string): string => shown.replace(/(?<=queued as )\S+/, '*').replaceAll('<SP>', ' ');

const LOCAL = ['jura', 'anna', 'postmaster', 'root', 'info'];
const OWN_DOMAINS = ['', 'firma1.intr', 'neo.firma1.intr', 'localhost', '[192.0.2.25]'];

/** The recorded host's policy, as the head of the recordings describes it. */
const policy = (client: string): Agent => {
  const relays = client.startsWith('192.0.2.');
  return unless((question) => {
    if (question.kind !== 'rcpt' && question.kind !== 'vrfy') return undefined;
    const address = question.kind === 'rcpt' ? question.forwardPath : question.argument;
    const { localPart, domain } = splitAddress(address);
    const user = unquoteLocalPart(localPart).toLowerCase();
    const known = LOCAL.includes(user.split('+', 1)[0] ?? '');
    const relayed = domain.endsWith('pobocka.firma1.intr');
    if (OWN_DOMAINS.includes(domain) && !known) return { kind: 'refuse', why: 'user-unknown', text: '' };
    if (!OWN_DOMAINS.includes(domain) && !relays && !relayed) {
      return { kind: 'refuse', why: 'relay-denied', text: '' };
    }
    return undefined;
  });
};

/** What the machine says to a recorded client. */
function answerTo(
  session: Recorded,
  sizeLimit: number,
): { readonly said: string[]; readonly closed: boolean } {
  const config = { ...CONFIG, hostname: 'neo.firma1.intr', sizeLimit };
  const agent = policy(session.client);
  let held = driven(smtpServerState(config));
  let said = '';
  let closed = false;
  const take = (
    arrival: Parameters<typeof drive<typeof held.state, unknown, ReturnType<Agent>>>[2],
  ): void => {
    if (closed) return;
    const [next, effects] = drive(smtpServer, held, arrival);
    held = next;
    for (const effect of effects) {
      if (effect.kind === 'send') said += effect.octets;
      if (effect.kind === 'close') closed = true;
      if (effect.kind === 'ask') take({ kind: 'answer', answer: agent(effect.question) });
    }
  };
  take({ kind: 'opened', peer: session.client });
  for (const line of session.sent) take({ kind: 'octets', octets: octets(line) });
  return { said: said.split('\r\n').slice(0, -1), closed };
}

/** EHLO offers less here: only what is done. */
const NOT_OFFERED = ['250-ETRN', '250-DSN', '250-SMTPUTF8', '250 CHUNKING'];
const offered = (heard: readonly string[]): readonly string[] =>
  heard
    .filter((line) => !NOT_OFFERED.includes(line))
    .map((line) => (line === '250-8BITMIME' ? '250 8BITMIME' : line));

/** What a session holds that this server does otherwise than Postfix, on purpose; undefined for all others. */
function difference(session: Recorded): string | undefined {
  const text = session.sent.join('');
  const commands = text.replace(/^DATA\r\n.*?^\.\r\n/gms, '');
  const found = DIFFERENCES.find(([, pattern]) => pattern.test(commands));
  return found?.[0];
}

const DIFFERENCES: readonly (readonly [string, RegExp])[] = [
  ['commands not offered', /^(?:ETRN|XCLIENT|XFORWARD|STARTTLS|AUTH|BDAT|EXPN)/m],
  ['parameters not offered', / (?:RET=|ENVID=|NOTIFY=|AUTH=|SMTPUTF8)/],
  ['parameters after HELO', /^HELO [^\n]*\n(?:(?!EHLO|HELO)[^\n]*\n)*?MAIL[^\n]*> [A-Z]+=/m],
  ['words for SIZE beyond 63 bits', /SIZE=\d{19}/],
  ['control and 8-bit octets', /[A-Z].*[\x00\x01\x07-\x08\x0b\x1b\x7f]|[\xc0-\xff]/],
  ['lines longer than 2048 octets', /.{2049}/],
  [
    'addresses that RFC 5321 forbids',
    /(?:FROM|TO):[^<\n]*>|<<|<Ann|<@[^:\n]*>|@[^">,\n]*@[^\n]*>|@\[[^\]]*>|\.>|\w @|<a{65,}@|<a{300}@/,
  ],
  ['routing inside local parts', /[%!]|"bob@/],
  // RFC 1870 §6.1: SIZE speaks of its own MAIL command; Postfix remembers it until RSET.
  ['a refused SIZE remembered', /SIZE=10240001\r?\nMAIL FROM:<[^>]*>\r?\nRSET/],
  ['recipients echoed without quotes', /nov\\"ak/],
];

describe.each([
  ['postfix-greeting'],
  ['postfix-commands'],
  ['postfix-garbage'],
  ['postfix-mail'],
  ['postfix-rcpt'],
  ['postfix-data'],
  ['postfix-pipelining'],
  ['postfix-too-many'],
  ['postfix-line-ends-normalize'],
])('%s', (name) => {
  const sessions = readRecording(name);
  const same = sessions.filter((session) => difference(session) === undefined);
  test('has sessions to compare', () => expect(same.length).toBeGreaterThan(sessions.length / 2));
  test.each(same.map((session) => [session.title, session] as const))('%s', (_, session) => {
    const { said, closed } = answerTo(session, CONFIG.sizeLimit);
    const expected = offered(session.heard);
    expect(said.map((line, i) => (matches(line, expected[i] ?? '') ? expected[i] : line))).toEqual(expected);
    expect(closed).toBe(session.serverCloses);
  });
});
