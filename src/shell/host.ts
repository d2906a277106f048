/** `host`: its arguments, and its answers as version 9.18 prints them (older ones differ in little). At work: `host-run.ts`. */
import type { Millis } from '../base/time.ts';
import { followAliases } from '../dns/chain.ts';
import { flagNames, questionColumns, recordColumns } from '../dns/columns.ts';
import { parseTypedName, reverseName, whyNoName } from '../dns/names.ts';
import { formatData, parseQueryType } from '../dns/records.ts';
import type {
  DnsMessage,
  DomainName,
  QueryType,
  Question,
  RecordType,
  ResourceRecord,
} from '../dns/types.ts';
import { encodeMessage } from '../dns/wire.ts';
import { RCODES } from '../dns/wire-codes.ts';
import type { ToolVersion } from './look-up-types.ts';

export interface HostRequest {
  /** The name as host shows it: as typed, or the reverse name with its final dot. */
  readonly shown: string;
  readonly question: Question;
  /** No type was asked for: A comes first, AAAA and MX follow ({@link hostFollowUps}). */
  readonly byDefault: boolean;
  /** As typed: a name or an address; null: the servers of `resolv.conf`. */
  readonly server: string | null;
  readonly port: number;
  readonly recursion: boolean;
  readonly verbose: boolean;
  readonly tcp: boolean;
  /** Times a server is asked. */
  readonly tries: number;
  readonly timeoutMs: Millis;
}

export interface HostContext {
  /** Who answered. */
  readonly server: { readonly address: string; readonly port: number };
  readonly elapsedMs: Millis;
  /** The first answer of this command: a server named by the user is shown before it. */
  readonly first: boolean;
  /** Size of the message received; without it that of our own encoding. */
  readonly octets?: number;
}

const USAGE = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -a is equivalent to -v -t ANY
       -A is like -a but omits RRSIG, NSEC, NSEC3
       -c specifies query class for non-IN data
       -C compares SOA records on authoritative nameservers
       -d is equivalent to -v
       -l lists all hosts in a domain, using AXFR
       -m set memory debugging flag (trace|record|usage)
       -N changes the number of dots allowed before root lookup is done
       -p specifies the port on the server to query
       -r disables recursive processing
       -R specifies number of retries for UDP packets
       -s a SERVFAIL response should stop query
       -t specifies the query type
       -T enables TCP/IP mode
       -U enables UDP mode
       -v enables verbose output
       -V print version number and exit
       -w specifies to wait forever for a reply
       -W specifies how long to wait for a reply
       -4 use IPv4 query transport only
       -6 use IPv6 query transport only`;

/** Options without a value that change nothing here, and those with one. */
const IGNORED_FLAGS = '46insUw';
const IGNORED_WITH_VALUE = 'cmN';

interface Reading {
  type: QueryType | null;
  port: number;
  recursion: boolean;
  verbose: boolean;
  tcp: boolean;
  tries: number;
  timeoutMs: Millis;
  readonly words: string[];
}

/**
 * Reads the words behind `host`: `[-t type] [-a] [-v] [-r] [-p port] name-or-address [server]`. `error` has
 * one or more lines.
 */
export function parseHostArguments(args: readonly string[]): HostRequest | { readonly error: string } {
  const reading: Reading = {
    type: null,
    port: 53,
    recursion: true,
    verbose: false,
    tcp: false,
    tries: 2,
    timeoutMs: 5000,
    words: [],
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    // Options end at the first name, as they do for host.
    if (!word.startsWith('-') || word === '-' || reading.words.length > 0) {
      reading.words.push(word);
      continue;
    }
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!;
      if (`tpRW${IGNORED_WITH_VALUE}`.includes(letter)) {
        const value = k + 1 < word.length ? word.slice(k + 1) : args[++i];
        if (value === undefined) return { error: `host: option requires an argument -- ${letter}\n${USAGE}` };
        const error = readValue(reading, letter, value);
        if (error !== null) return { error };
        break;
      }
      if (!readFlag(reading, letter)) return { error: `host: illegal option -- ${letter}\n${USAGE}` };
    }
  }
  return requestOf(reading);
}

function readFlag(reading: Reading, letter: string): boolean {
  if (letter === 'a' || letter === 'A') reading.type = 'ANY';
  if (letter === 'a' || letter === 'A' || letter === 'v' || letter === 'd') reading.verbose = true;
  else if (letter === 'r') reading.recursion = false;
  else if (letter === 'T') reading.tcp = true;
  else return IGNORED_FLAGS.includes(letter);
  return true;
}

function readValue(reading: Reading, letter: string, value: string): string | null {
  if (letter === 't') {
    reading.type = parseQueryType(value);
    if (reading.type === null) return `host: invalid type: ${value}\n`;
  }
  // As in host: one retry at least, one second at least.
  if (letter === 'R') reading.tries = Math.min(Math.max(1, Number(value) || 1), 20) + 1;
  if (letter === 'W') reading.timeoutMs = Math.max(1, Math.min(Number(value) || 1, 3600)) * 1000;
  if (letter === 'p') {
    reading.port = Number(value);
    if (!Number.isInteger(reading.port) || reading.port < 1 || reading.port > 65535)
      return `host: invalid port: ${value}`;
  }
  return null;
}

function requestOf(reading: Reading): HostRequest | { readonly error: string } {
  const { type, port, recursion, verbose, tcp, tries, timeoutMs } = reading;
  const [typed, server] = reading.words;
  if (typed === undefined) return { error: USAGE };
  const reverse = reverseName(typed);
  const name = reverse ?? parseTypedName(typed);
  if (name === null) return { error: `host: '${typed}' is not a legal name (${whyNoName(typed)})` };
  return {
    shown: reverse === null ? typed : `${reverse}.`,
    question: { name, type: reverse === null ? (type ?? 'A') : 'PTR' },
    byDefault: type === null && reverse === null,
    server: server ?? null,
    port,
    recursion,
    verbose,
    tcp,
    tries,
    timeoutMs,
  };
}

/**
 * What to ask after the first answer: AAAA and MX of the name its aliases led to, when no type was asked for.
 */
export function hostFollowUps(request: HostRequest, reply: DnsMessage): readonly Question[] {
  if (!request.byDefault || reply.rcode !== 'NOERROR') return [];
  const { name } = followAliases(reply.question, reply.answers);
  return [
    { name, type: 'AAAA' },
    { name, type: 'MX' },
  ];
}

/** One answer as lines of text, without line ends; also for the answers to {@link hostFollowUps}. */
export function formatHost(request: HostRequest, reply: DnsMessage, context: HostContext): readonly string[] {
  const { address, port } = context.server;
  const lines: string[] = [];
  if (request.verbose) {
    lines.push(tryingLine(request, reply.question));
  }
  if (context.first && request.server !== null)
    lines.push(
      'Using domain server:',
      `Name: ${request.server}`,
      `Address: ${address}#${port}`,
      'Aliases: ',
      '',
    );
  if (reply.rcode !== 'NOERROR') lines.push(notFound(request, reply));
  else if (request.verbose) lines.push(...verboseAnswer(reply));
  else if (reply.answers.length > 0) lines.push(...reply.answers.map(sentence));
  else if (!request.byDefault)
    lines.push(`${shownName(reply.question.name)} has no ${reply.question.type} record`);
  if (request.verbose) {
    const octets = context.octets ?? encodeMessage(reply).length;
    lines.push(`Received ${octets} bytes from ${address}#${port} in ${context.elapsedMs} ms`);
  }
  return lines;
}

/** What `host -v` says before each question: the name as it was typed, or what it was completed to. */
export function tryingLine(request: HostRequest, { name }: Question): string {
  const typed = name === request.question.name ? request.shown.replace(/(.)\.$/, '$1') : shownName(name);
  return `Trying "${typed}"`;
}

/** Without the final dot, the root excepted. */
const shownName = (name: DomainName): string => (name === '' ? '.' : name.replaceAll('\\046', '\\.'));

function notFound(request: HostRequest, { rcode, question }: DnsMessage): string {
  const name = rcode === 'NXDOMAIN' ? request.shown : shownName(question.name);
  return `Host ${name} not found: ${RCODES.indexOf(rcode)}(${rcode})`;
}

const SENTENCES: Readonly<Record<RecordType, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  NS: 'name server',
  CNAME: 'is an alias for',
  PTR: 'domain name pointer',
  MX: 'mail is handled by',
  TXT: 'descriptive text',
  SOA: 'has SOA record',
};

const sentence = ({ name, data }: ResourceRecord): string =>
  `${shownName(name)} ${SENTENCES[data.type]} ${formatData(data)}`;

function verboseAnswer(reply: DnsMessage): readonly string[] {
  const counts =
    `QUERY: 1, ANSWER: ${reply.answers.length}, ` +
    `AUTHORITY: ${reply.authority.length}, ADDITIONAL: ${reply.additional.length}`;
  const lines = [
    `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${reply.id}`,
    `;; flags: ${flagNames(reply)}; ${counts}`,
    '',
    ';; QUESTION SECTION:',
    questionColumns(reply.question),
    '',
  ];
  const sections = { ANSWER: reply.answers, AUTHORITY: reply.authority, ADDITIONAL: reply.additional };
  for (const [title, records] of Object.entries(sections))
    if (records.length > 0) lines.push(`;; ${title} SECTION:`, ...records.map(recordColumns), '');
  return lines;
}

/** What host says at last when nobody answered; 9.18 has said of each try how it failed (`failureLines`). */
export const formatHostFailure = (version: ToolVersion): string =>
  version === '9.2.4'
    ? ';; connection timed out; no servers could be reached'
    : ';; no servers could be reached';

/** The server's name has no address. */
export const hostServerUnknown = (server: string): string =>
  `host: couldn't get address for '${server}': not found`;
