/** `dig`: its arguments, and its answer as the versions 9.2.4 (2004) and 9.18 (Debian 12) print it. */
import { type CivilTime, type Millis, MONTHS, WEEKDAYS } from '../base/time.ts';
import { flagNames, groupRecords, questionColumns, recordColumns } from '../dns/columns.ts';
import { parseName, reverseName, whyNoName } from '../dns/names.ts';
import { formatData, parseQueryType } from '../dns/records.ts';
import type { DnsMessage, DomainName, QueryType, Question, ResourceRecord } from '../dns/types.ts';
import { encodeMessage } from '../dns/wire.ts';

export type DigVersion = '9.2.4' | '9.18';

/** Parts of the output. */
export interface DigDisplay {
  readonly cmd: boolean;
  readonly comments: boolean;
  readonly question: boolean;
  readonly answer: boolean;
  readonly authority: boolean;
  readonly additional: boolean;
  readonly stats: boolean;
  readonly short: boolean;
}

export interface DigRequest {
  /** As typed behind `@`: a name or an address; null: the servers of `resolv.conf`. */
  readonly server: string | null;
  readonly port: number;
  readonly question: Question;
  readonly recursion: boolean;
  readonly display: DigDisplay;
  /** `cmd` when the name was read: 9.2.4 makes up its greeting then, whatever options follow. */
  readonly cmdAtName: boolean;
  readonly args: readonly string[];
  /** Lines to print before asking; {@link formatDig} does. */
  readonly warnings: readonly string[];
}

export interface DigContext {
  readonly version: DigVersion;
  /** Who answered. */
  readonly server: { readonly address: string; readonly port: number };
  readonly elapsedMs: Millis;
  readonly time: CivilTime;
  /** Abbreviation such as `CET`; `UTC` without one. Only 9.18 shows it. */
  readonly zone?: string;
  /** Size of the message received; without it that of our own encoding. */
  readonly octets?: number;
}

const VERSIONS: Readonly<Record<DigVersion, string>> = {
  '9.2.4': '9.2.4',
  '9.18': '9.18.49-1~deb12u3-Debian',
};
const DISPLAYS = [
  'cmd',
  'comments',
  'question',
  'answer',
  'authority',
  'additional',
  'stats',
  'short',
] as const;
/** Options that change nothing here: there is no EDNS, and the transport is the resolver's business. */
const IGNORED: readonly string[] = [
  'adflag',
  'besteffort',
  'bufsize',
  'cdflag',
  'cookie',
  'dnssec',
  'edns',
  'fail',
  'ignore',
  'retry',
  'search',
  'tcp',
  'time',
  'timeout',
  'tries',
  'vc',
];
const OPTIONS: readonly string[] = [...DISPLAYS, 'all', 'recurse', ...IGNORED];

const USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options`;

interface Reading {
  server: string | null;
  port: number;
  /** As typed. */
  name: string | null;
  /** The name a `-x` address stands for. */
  reverse: DomainName | null;
  type: QueryType | null;
  /** Bare words may be types until `-t`, `-c` or `-q` said otherwise. */
  openType: boolean;
  recursion: boolean;
  cmdAtName: boolean | null;
  display: Record<(typeof DISPLAYS)[number], boolean>;
  readonly warnings: string[];
}

/**
 * Reads the words behind `dig`: `[@server] [name] [type]`, `-t type`, `-q name`, `-x address`, `-p port`,
 * `+[no]short` and its like. Without a name it asks for the root's name servers, as dig does. One name at a
 * time. `error` has one or more lines.
 */
export function parseDigArguments(args: readonly string[]): DigRequest | { readonly error: string } {
  const reading: Reading = {
    server: null,
    port: 53,
    name: null,
    reverse: null,
    type: null,
    openType: true,
    recursion: true,
    cmdAtName: null,
    display: {
      cmd: true,
      comments: true,
      question: true,
      answer: true,
      authority: true,
      additional: true,
      stats: true,
      short: false,
    },
    warnings: [],
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    let error: string | null = null;
    if (word.startsWith('@')) reading.server = word.slice(1);
    else if (word.startsWith('+')) error = readPlus(reading, word);
    else if (word.startsWith('-')) {
      if (word === '-4' || word === '-6') continue;
      const value = word.length > 2 ? word.slice(2) : args[++i];
      error = value === undefined ? invalid(word) : readDash(reading, word, value);
    } else error = readWord(reading, word);
    if (error !== null) return { error };
  }
  return requestOf(reading, args);
}

const invalid = (option: string): string => `Invalid option: ${option}\n${USAGE}`;

function readPlus(reading: Reading, word: string): string | null {
  const typed = word.slice(1).split('=', 1)[0]!.toLowerCase();
  const on = !typed.startsWith('no');
  const name = on ? typed : typed.slice(2);
  const matches = OPTIONS.filter((option) => option === name || (name.length > 2 && option.startsWith(name)));
  const option = matches.includes(name) ? name : matches[0];
  if (option === undefined || (matches.length > 1 && option !== name)) return invalid(word);
  const display = DISPLAYS.find((part) => part === option);
  if (display) reading.display[display] = on;
  else if (option === 'all') for (const part of DISPLAYS) if (part !== 'short') reading.display[part] = on;
  if (option === 'recurse') reading.recursion = on;
  return null;
}

function readDash(reading: Reading, word: string, value: string): string | null {
  switch (word[1]) {
    case 't': {
      reading.openType = false;
      const type = parseQueryType(value);
      if (type === null) reading.warnings.push(`;; Warning, ignoring invalid type ${value}`);
      else setType(reading, type);
      return null;
    }
    case 'q':
      reading.openType = false;
      return setName(reading, value);
    case 'x': {
      const error = setName(reading, value);
      // Not a whole address: its parts turned round, so that `-x 192.0.2` asks for the zone of a network.
      reading.reverse =
        reverseName(value) ?? parseName(`${value.split('.').reverse().join('.')}.in-addr.arpa`);
      return error;
    }
    case 'p': {
      const port = Number(value);
      if (!Number.isInteger(port) || port < 1 || port > 65535)
        return `dig: Couldn't parse port number '${value}'`;
      reading.port = port;
      return null;
    }
    case 'c':
      reading.openType = false;
      if (value.toUpperCase() !== 'IN') reading.warnings.push(`;; Warning, ignoring invalid class ${value}`);
      return null;
    default:
      return invalid(word);
  }
}

function readWord(reading: Reading, word: string): string | null {
  if (reading.openType) {
    const type = parseQueryType(word);
    if (type !== null) setType(reading, type);
    if (type !== null || word.toUpperCase() === 'IN') return null;
  }
  return setName(reading, word);
}

function setType(reading: Reading, type: QueryType): void {
  if (reading.type !== null) reading.warnings.push(';; Warning, extra type option');
  reading.type = type;
}

function setName(reading: Reading, name: string): string | null {
  if (reading.name !== null) return `dig: one name at a time, please: '${reading.name}' or '${name}'`;
  reading.name = name;
  reading.cmdAtName = reading.display.cmd;
  return null;
}

function requestOf(reading: Reading, args: readonly string[]): DigRequest | { readonly error: string } {
  const typed = reading.name ?? '.';
  const name = reading.reverse ?? parseName(typed);
  if (name === null) return { error: `dig: '${typed}' is not a legal name (${whyNoName(typed)})` };
  // Without a name dig forgets even a type that was asked for.
  const type = reading.name === null ? 'NS' : (reading.type ?? (reading.reverse === null ? 'A' : 'PTR'));
  return {
    server: reading.server,
    port: reading.port,
    question: { name, type },
    recursion: reading.recursion,
    display: reading.display,
    cmdAtName: reading.cmdAtName ?? reading.display.cmd,
    args,
    warnings: reading.warnings,
  };
}

/** An answer as lines of text, without line ends. */
export function formatDig(request: DigRequest, reply: DnsMessage, context: DigContext): readonly string[] {
  const { display } = request;
  if (display.short)
    return [...request.warnings, ...groupRecords(reply.answers).map((record) => formatData(record.data))];
  const lines = [...request.warnings, ...greeting(request, context.version)];
  if (display.comments) lines.push(...header(reply, context.version), '');
  if (display.question) lines.push(...section(display, 'QUESTION', [questionColumns(reply.question)]));
  const sections: readonly (readonly [boolean, string, readonly ResourceRecord[]])[] = [
    [display.answer, 'ANSWER', reply.answers],
    [display.authority, 'AUTHORITY', reply.authority],
    [display.additional, 'ADDITIONAL', reply.additional],
  ];
  for (const [shown, title, records] of sections)
    if (shown && records.length > 0)
      lines.push(...section(display, title, groupRecords(records).map(recordColumns)));
  if (display.stats) lines.push(...statistics(request, reply, context), '');
  return lines;
}

function greeting(request: DigRequest, version: DigVersion): readonly string[] {
  if (!(version === '9.2.4' ? request.cmdAtName : request.display.cmd)) return [];
  const first = [
    '',
    `; <<>> DiG ${VERSIONS[version]} <<>>${request.args.map((word) => ` ${word}`).join('')}`,
  ];
  // Two blanks: between them 9.2.4 would say `short_form`.
  if (version === '9.2.4')
    return [...first, `;; global options: ${request.display.short ? 'short_form' : ''} printcmd`];
  return [...first, ...(request.server === null ? [] : ['; (1 server found)']), ';; global options: +cmd'];
}

function header(reply: DnsMessage, version: DigVersion): readonly string[] {
  const counts =
    `QUERY: 1, ANSWER: ${reply.answers.length}, ` +
    `AUTHORITY: ${reply.authority.length}, ADDITIONAL: ${reply.additional.length}`;
  const lines = [
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: QUERY, status: ${reply.rcode}, id: ${reply.id}`,
    `;; flags: ${flagNames(reply)}; ${counts}`,
  ];
  if (version === '9.18' && reply.recursionDesired && !reply.recursionAvailable)
    lines.push(';; WARNING: recursion requested but not available');
  return lines;
}

const section = (display: DigDisplay, title: string, lines: readonly string[]): readonly string[] =>
  display.comments ? [`;; ${title} SECTION:`, ...lines, ''] : lines;

function statistics(request: DigRequest, reply: DnsMessage, context: DigContext): readonly string[] {
  const { address, port } = context.server;
  return [
    `;; Query time: ${context.elapsedMs} msec`,
    `;; SERVER: ${address}#${port}(${request.server ?? address})${context.version === '9.18' ? ' (UDP)' : ''}`,
    `;; WHEN: ${when(context)}`,
    `;; MSG SIZE  rcvd: ${context.octets ?? encodeMessage(reply).length}`,
  ];
}

/** C's ctime for 9.2.4 (`Thu Jan  5 13:10:15 2006`), date(1) with leading zero and zone for 9.18. */
function when({ version, time, zone }: DigContext): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const day = `${WEEKDAYS[time.weekday]} ${MONTHS[time.month - 1]}`;
  if (version === '9.2.4') return `${day} ${String(time.day).padStart(2)} ${clock} ${time.year}`;
  return `${day} ${two(time.day)} ${clock} ${zone ?? 'UTC'} ${time.year}`;
}

/** What dig says when nobody answered `tries` queries. */
export function formatDigFailure(
  request: DigRequest,
  context: Pick<DigContext, 'version' | 'server'> & {
    readonly tries: number;
    readonly why: 'timed out' | 'connection refused';
  },
): readonly string[] {
  const { address, port } = context.server;
  const hello = [...request.warnings, ...greeting(request, context.version)];
  if (context.version === '9.2.4') return [...hello, ';; connection timed out; no servers could be reached'];
  const error = `;; communications error to ${address}#${port}: ${context.why}`;
  return [...new Array<string>(context.tries).fill(error), ...hello, ';; no servers could be reached'];
}

/** The name behind `@` has no address. */
export const digServerUnknown = (server: string): string =>
  `dig: couldn't get address for '${server}': not found`;
