/** The words behind `dig`. */
import type { Millis } from '../base/time.ts';
import { formatName, parseName, parseTypedName, reverseName, whyNoName } from '../dns/names.ts';
import { parseQueryType } from '../dns/records.ts';
import type { DomainName, QueryType, Question } from '../dns/types.ts';

const DISPLAYS = [
  'cmd',
  'comments',
  'question',
  'answer',
  'authority',
  'additional',
  'stats',
  'short',
  'multiline',
] as const;

/** Parts of the output. */
export type DigDisplay = Readonly<Record<(typeof DISPLAYS)[number], boolean>>;

export interface DigRequest {
  /** As typed behind `@`: a name or an address; null: the servers of `resolv.conf`. */
  readonly server: string | null;
  readonly port: number;
  readonly question: Question;
  /** The name as typed, with the final dot: capitals go out and come back, though they make no difference. */
  readonly shown: string;
  readonly recursion: boolean;
  /** Walk from the root, as a resolver does. */
  readonly trace: boolean;
  readonly tcp: boolean;
  /** Leave it at a truncated answer. */
  readonly ignore: boolean;
  /** Times each server is asked. */
  readonly tries: number;
  readonly timeoutMs: Millis;
  readonly display: DigDisplay;
  /** `cmd` when the name was read: 9.2.4 makes up its greeting then, whatever options follow. */
  readonly cmdAtName: boolean;
  readonly args: readonly string[];
  /** Lines to print before the answer. */
  readonly warnings: readonly string[];
}

/** Options that change nothing here: there is no EDNS and no DNSSEC. */
const IGNORED: readonly string[] = [
  'adflag',
  'besteffort',
  ...[
    'bufsize',
    'cdflag',
    'cookie',
    'crypto',
    'dnssec',
    'do',
    'edns',
    'ednsnegotiation',
    'ednsopt',
    'expandaaaa',
  ],
  ...[
    'expandaaaa',
    'fail',
    'idnin',
    'idnout',
    'keepopen',
    'ndots',
    'nsid',
    'onesoa',
    'padding',
    'rrcomments',
    'search',
  ],
  ...['split', 'subnet'],
];
const SWITCHES = ['recurse', 'rdflag', 'trace', 'tcp', 'vc', 'ignore'] as const;
/** What short forms mean that could be several options. */
const SHORT_FOR: ReadonlyMap<string, string> = new Map([
  ['ad', 'adflag'],
  ['cd', 'cdflag'],
  ['do', 'dnssec'],
]);
const NUMBERS = ['time', 'timeout', 'tries', 'retry'] as const;
const OPTIONS: readonly string[] = [...DISPLAYS, 'all', ...SWITCHES, ...NUMBERS, ...IGNORED];

/** Names in one command line. */
const MAX_NAMES = 20;

const USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options`;

/** What one question is asked with; what stands before the first name holds for all of them. */
interface Options {
  /** As typed; null: none yet, these are the defaults. */
  name: string | null;
  /** As typed behind `@`; those of the defaults first. */
  servers: string[];
  /** The name a `-x` address stands for. */
  reverse: DomainName | null;
  type: QueryType | null;
  recurse: boolean;
  trace: boolean;
  tcp: boolean;
  ignore: boolean;
  tries: number;
  timeoutMs: Millis;
  cmdAtName: boolean;
  display: Record<(typeof DISPLAYS)[number], boolean>;
  warnings: string[];
}

interface Reading {
  port: number;
  /** Bare words may be types until `-t` or `-c` said otherwise. */
  openType: boolean;
  readonly defaults: Options;
  readonly questions: Options[];
}

const shown = (parts: boolean): Options['display'] => ({
  cmd: parts,
  comments: parts,
  question: parts,
  answer: parts,
  authority: parts,
  additional: parts,
  stats: parts,
  short: false,
  multiline: false,
});

/**
 * Reads the words behind `dig`: `[@server] [name] [type]`, `-t type`, `-q name`, `-x address`, `-p port`,
 * `+[no]short` and its like, for as many names as there are. Without a name it asks for the root's name servers,
 * as dig does. `error` has one or more lines.
 */
export function parseDigArguments(
  args: readonly string[],
): readonly DigRequest[] | { readonly error: string } {
  const defaults: Options = {
    name: null,
    servers: [],
    reverse: null,
    type: null,
    recurse: true,
    trace: false,
    tcp: false,
    ignore: false,
    tries: 3,
    timeoutMs: 5000,
    cmdAtName: true,
    display: shown(true),
    warnings: [],
  };
  const reading: Reading = { port: 53, openType: true, defaults, questions: [] };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    let error: string | null = null;
    if (word.startsWith('@')) current(reading).servers.push(word.slice(1));
    else if (word.startsWith('+')) error = readPlus(reading, word);
    else if (word.startsWith('-')) {
      if (word === '-4' || word === '-6' || word === '-r') continue;
      const value = word.length > 2 ? word.slice(2) : args[++i];
      error = value === undefined ? invalid(word) : readDash(reading, word, value);
    } else readWord(reading, word);
    if (error !== null) return { error };
  }
  return requestsOf(reading, args);
}

/** The question being described: the last one, or what holds for all. */
const current = ({ questions, defaults }: Reading): Options => questions.at(-1) ?? defaults;

const invalid = (option: string): string => `Invalid option: ${option}\n${USAGE}`;

function readPlus(reading: Reading, word: string): string | null {
  const options = current(reading);
  const [typed = '', value] = word.slice(1).toLowerCase().split('=', 2);
  const on = !typed.startsWith('no');
  const short = on ? typed : typed.slice(2);
  const name = SHORT_FOR.get(short) ?? short;
  const matches = OPTIONS.filter((option) => option === name || (name.length > 1 && option.startsWith(name)));
  const option = matches.includes(name) ? name : matches[0];
  if (option === undefined || (matches.length > 1 && option !== name && !sameOption(matches)))
    return invalid(word);
  const display = DISPLAYS.find((part) => part === option);
  // These two dig has but once, for all names of the line.
  if (display === 'short' || display === 'cmd') setForAll(reading, display, on);
  else if (display) options.display[display] = on;
  else if (option === 'all') {
    const { short, multiline } = options.display;
    options.display = { ...shown(on), short, multiline };
    setForAll(reading, 'cmd', on);
  } else if (option === 'recurse' || option === 'rdflag') options.recurse = on;
  else if (option === 'tcp' || option === 'vc') options.tcp = on;
  else if (option === 'ignore') options.ignore = on;
  else if (option === 'trace') setTrace(options, on);
  else if (NUMBERS.some((number) => number === option)) return readNumber(options, option, value ?? '', word);
  return null;
}

function setForAll({ defaults, questions }: Reading, part: 'short' | 'cmd', on: boolean): void {
  for (const options of [defaults, ...questions]) options.display[part] = on;
}

/** `tim` is short for `time` and `timeout`, which are one option. */
const sameOption = (matches: readonly string[]): boolean =>
  matches.every((match) => match.startsWith('time'));

/** What dig sets with `+trace`; whatever follows may change it again. */
function setTrace(options: Options, on: boolean): void {
  options.trace = on;
  if (!on) return;
  options.recurse = true;
  const { display } = options;
  display.comments = display.stats = display.additional = display.question = false;
  display.authority = true;
}

function readNumber(options: Options, option: string, value: string, word: string): string | null {
  const number = /^\d{1,4}$/.test(value) ? Number(value) : null;
  if (number === null) return invalid(word);
  if (option === 'tries') options.tries = Math.max(1, Math.min(number, 20));
  else if (option === 'retry') options.tries = Math.min(number, 19) + 1;
  else options.timeoutMs = Math.max(1, number) * 1000;
  return null;
}

function readDash(reading: Reading, word: string, value: string): string | null {
  switch (word[1]) {
    case 't': {
      reading.openType = false;
      const type = parseQueryType(value);
      const options = current(reading);
      if (type === null) options.warnings.push(`;; Warning, ignoring invalid type ${value}`);
      else setType(options, type);
      return null;
    }
    case 'q':
      startQuestion(reading, value, null);
      return null;
    case 'x':
      // Not a whole address: its parts turned round, so that `-x 192.0.2` asks for the zone of a network.
      startQuestion(
        reading,
        value,
        reverseName(value) ?? parseName(`${value.split('.').reverse().join('.')}.in-addr.arpa`),
      );
      return null;
    case 'p': {
      const port = Number(value);
      if (!Number.isInteger(port) || port < 1 || port > 65535)
        return `dig: Couldn't parse port number '${value}'`;
      reading.port = port;
      return null;
    }
    case 'c':
      reading.openType = false;
      if (value.toUpperCase() !== 'IN')
        current(reading).warnings.push(`;; Warning, ignoring invalid class ${value}`);
      return null;
    default:
      return invalid(word);
  }
}

function readWord(reading: Reading, word: string): void {
  if (reading.openType) {
    const type = parseQueryType(word);
    if (type !== null) setType(current(reading), type);
    if (type !== null || word.toUpperCase() === 'IN') return;
  }
  startQuestion(reading, word, null);
}

function setType(options: Options, type: QueryType): void {
  if (options.type !== null) options.warnings.push(';; Warning, extra type option');
  options.type = type;
}

function startQuestion({ defaults, questions }: Reading, name: string, reverse: DomainName | null): void {
  if (questions.length >= MAX_NAMES) return;
  questions.push({
    ...defaults,
    servers: [...defaults.servers],
    name,
    reverse,
    cmdAtName: defaults.display.cmd,
    display: { ...defaults.display },
    warnings: questions.length === 0 ? [...defaults.warnings] : [],
  });
}

function requestsOf(
  reading: Reading,
  args: readonly string[],
): readonly DigRequest[] | { readonly error: string } {
  const requests: DigRequest[] = [];
  for (const options of reading.questions.length > 0 ? reading.questions : [reading.defaults]) {
    const typed = options.name ?? '.';
    const name = options.reverse ?? parseTypedName(typed);
    if (name === null) return { error: `dig: '${typed}' is not a legal name (${whyNoName(typed)})` };
    // Without a name dig forgets even a type that was asked for.
    const type = options.name === null ? 'NS' : (options.type ?? (options.reverse === null ? 'A' : 'PTR'));
    requests.push({
      server: options.servers[0] ?? null,
      port: reading.port,
      question: { name, type },
      shown: options.reverse === null && typed !== '.' ? `${typed.replace(/\.$/, '')}.` : formatName(name),
      recursion: options.recurse,
      trace: options.trace,
      tcp: options.tcp,
      ignore: options.ignore,
      tries: options.tries,
      timeoutMs: options.timeoutMs,
      display: options.display,
      cmdAtName: options.name === null ? options.display.cmd : options.cmdAtName,
      args,
      warnings: options.warnings,
    });
  }
  return requests;
}
