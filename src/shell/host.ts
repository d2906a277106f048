/** `host`: its arguments, and its answers as version 9.18 prints them (older ones differ in little). */
import type { Millis } from '../base/time.ts';
import { followAliases } from '../dns/chain.ts';
import { flagNames, groupRecords, questionColumns, recordColumns } from '../dns/columns.ts';
import { parseName, reverseName, whyNoName } from '../dns/names.ts';
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
            [-R number] [-m flag] [-p port] hostname [server]`;

/** Options without a value that change nothing here, and those with one. */
const IGNORED_FLAGS = '46dinsTUw';
const IGNORED_WITH_VALUE = 'cmNRW';

interface Reading {
  type: QueryType | null;
  port: number;
  recursion: boolean;
  verbose: boolean;
  readonly words: string[];
}

/**
 * Reads the words behind `host`: `[-t type] [-a] [-v] [-r] [-p port] name-or-address [server]`. `error` has
 * one or more lines.
 */
export function parseHostArguments(args: readonly string[]): HostRequest | { readonly error: string } {
  const reading: Reading = { type: null, port: 53, recursion: true, verbose: false, words: [] };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    // Options end at the first name, as they do for host.
    if (!word.startsWith('-') || word === '-' || reading.words.length > 0) {
      reading.words.push(word);
      continue;
    }
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!;
      if (`tp${IGNORED_WITH_VALUE}`.includes(letter)) {
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
  if (letter === 'a') reading.type = 'ANY';
  if (letter === 'a' || letter === 'v' || letter === 'd') reading.verbose = true;
  else if (letter === 'r') reading.recursion = false;
  else return IGNORED_FLAGS.includes(letter);
  return true;
}

function readValue(reading: Reading, letter: string, value: string): string | null {
  if (letter === 't') {
    reading.type = parseQueryType(value);
    if (reading.type === null) return `host: invalid type: ${value}\n`;
  }
  if (letter === 'p') {
    reading.port = Number(value);
    if (!Number.isInteger(reading.port) || reading.port < 1 || reading.port > 65535)
      return `host: invalid port: ${value}`;
  }
  return null;
}

function requestOf({
  type,
  port,
  recursion,
  verbose,
  words,
}: Reading): HostRequest | { readonly error: string } {
  const [typed, server] = words;
  if (typed === undefined) return { error: USAGE };
  const reverse = reverseName(typed);
  const name = reverse ?? parseName(typed);
  if (name === null) return { error: `host: '${typed}' is not a legal name (${whyNoName(typed)})` };
  return {
    shown: reverse === null ? typed : `${reverse}.`,
    question: { name, type: reverse === null ? (type ?? 'A') : 'PTR' },
    byDefault: type === null && reverse === null,
    server: server ?? null,
    port,
    recursion,
    verbose,
  };
}

/**
 * What to ask after the first answer: AAAA and MX of the name its aliases led to, when no type was asked for.
 */
export function hostFollowUps(request: HostRequest, reply: DnsMessage): readonly Question[] {
  if (!request.byDefault || reply.rcode !== 'NOERROR') return [];
  const { name } = followAliases(request.question, reply.answers);
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
    const tried = context.first ? request.shown.replace(/(.)\.$/, '$1') : shownName(reply.question.name);
    lines.push(`Trying "${tried}"`);
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
  else if (reply.answers.length > 0) lines.push(...groupRecords(reply.answers).map(sentence));
  else if (!request.byDefault)
    lines.push(`${shownName(reply.question.name)} has no ${reply.question.type} record`);
  if (request.verbose) {
    const octets = context.octets ?? encodeMessage(reply).length;
    lines.push(`Received ${octets} bytes from ${address}#${port} in ${context.elapsedMs} ms`);
  }
  return lines;
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
    if (records.length > 0)
      lines.push(`;; ${title} SECTION:`, ...groupRecords(records).map(recordColumns), '');
  return lines;
}

/** What host says when nobody answered `tries` queries. */
export function formatHostFailure(
  server: { readonly address: string; readonly port: number },
  tries: number,
  why: 'timed out' | 'connection refused',
): readonly string[] {
  const error = `;; communications error to ${server.address}#${server.port}: ${why}`;
  return [...new Array<string>(tries).fill(error), ';; no servers could be reached'];
}

/** The server's name has no address. */
export const hostServerUnknown = (server: string): string =>
  `host: couldn't get address for '${server}': not found`;
