/** Postings recorded with Debian's Postfix (two hosts, neo and pobocka), and the same played here. */
import { readFileSync } from 'node:fs';
import type { Octets } from '../../base/octets.ts';
import { REGISTRY } from '../../shell/registry.ts';
import { act, createHistory, runIdle } from '../../sim/history.ts';
import type { History, HostSpec, Program, ProgramEffect, Registry } from '../../sim/types.ts';
import { readRecording } from '../recordings.testing.ts';
import type { MdaConfig } from '../mda/types.ts';
import type { StoreConfig } from '../message-store.ts';
import { facts, mailbox } from '../world.testing.ts';
import type { MtaConfig, MtaState } from './types.ts';

export interface Posting {
  readonly title: string;
  readonly client: string;
  readonly sent: readonly string[];
  /** Log lines by host, letters by mailbox, and what commands printed; place-holders without numbers. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
  readonly letters: Readonly<Record<string, string>>;
  readonly printed: readonly string[];
  readonly clientCloses: boolean;
  /** The log as it stands, of all hosts. */
  readonly logged: readonly string[];
}

export function readPostings(name: string): readonly Posting[] {
  const { sessions } = readRecording(name);
  const text = readFileSync(new URL(`../../node/recordings/${name}.txt`, import.meta.url), 'utf8');
  return text
    .split(/^# --- /m)
    .slice(1)
    .map((section, i) => ({
      ...sessions[i]!,
      ...readOutcome(section),
      clientCloses: section.includes('\n# the client closes'),
    }));
}

function readOutcome(section: string): Pick<Posting, 'logs' | 'letters' | 'printed'> {
  const logs: Record<string, string[]> = {};
  const letters: Record<string, string> = {};
  const printed: string[] = [];
  let mailboxName = '';
  for (const line of section.split('\n')) {
    const box = /^# mailbox of (\w+)/.exec(line);
    if (box) mailboxName = box[1]!;
    const log = /^J: <time> (\w+) (.*)$/.exec(line);
    if (log) logs[log[1]!] = [...(logs[log[1]!] ?? []), logShape(log[2]!)];
    const times = /^# \.\.\. that line (\d+) times$/.exec(line);
    if (times && mailboxName !== '')
      letters[mailboxName] += `${letters[mailboxName]!.split('\n').at(-2)}\n`.repeat(Number(times[1]) - 1);
    if (line.startsWith('M:')) letters[mailboxName] = `${letters[mailboxName] ?? ''}${line.slice(3)}\n`;
    if (line.startsWith('O:')) printed.push(line.slice(3));
  }
  for (const name of Object.keys(letters)) letters[name] = letterShape(letters[name]!);
  return { logs, letters, printed };
}

const withoutNumbers = (text: string): string => text.replace(/<(queue-id|digits-of-time)-\d+>/g, '<$1>');

/** A log line without what differs each time. Sizes depend on the length of ids. */
export const logShape = (line: string): string =>
  withoutNumbers(line)
    .replace(/\[\d+\]:/, '[<pid>]:')
    .replace(/(?<=: |as |<\d{14}\.|<<digits-of-time>\.)[0-9A-F]{8,12}(?=[:)@]|$)/g, '<queue-id>')
    .replace(/<\d{14}\./, '<<digits-of-time>.')
    .replace(/delay=[\d.]+, delays=[\d./]+/, 'delay=<delay>, delays=<delays>')
    .replace(/size[= ]\d+/, 'size=<size>')
    .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Letters without dates and ids; the line in front of each is the mailbox file's. */
export const letterShape = (text: string): string =>
  withoutNumbers(text)
    .replaceAll('\r\n', '\n')
    .replace(/^From .+ {2}<ctime>\n/gm, '')
    // A mailbox file shows its own lines apart from those of letters.
    .replace(/^>From /gm, 'From ')
    .replace(/^<(\d+) x "(.)">$/gm, (_, times: string, text: string) => text.repeat(Number(times)))
    .replaceAll('<TAB>', '\t')
    .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\w{3}, [ \d]\d \w{3} \d{4} [\d:]{8} [+-]\d{4}/g, '<date>')
    .replace(/<\d{14}\.[0-9A-F]{8,12}@/g, '<<digits-of-time>.<queue-id>@')
    .replace(/[0-9A-F]{8,12}\.\d{9,10}\//g, '<queue-id>.<unix-time>/')
    .replace(/(?<=id |ID: |queued as )[0-9A-F]{8,12}\b/g, '<queue-id>')
    // The recorded pobocka does without `smtpd_tls_received_header`.
    .replace(/\t\(using TLS[\s\S]*?\t\(No client certificate requested\)\n/g, '')
    .replace(/message size \d+/g, 'message size <size>')
    .replace(/ +$/gm, '')
    .trimEnd();

/** Sends what a recorded client sent, each piece when the last was answered. */
interface TypistState {
  readonly pieces: readonly string[];
  readonly closes: boolean;
}
const typist: Program<TypistState> = {
  init: () => ({ pieces: [], closes: false }),
  step(state, input) {
    const effects: ProgramEffect[] = [];
    if (input.kind === 'input') {
      const {
        port,
        pieces,
        closes,
        address = '192.0.2.25',
      } = input.input as TypistState & {
        readonly port: number;
        readonly address?: string;
      };
      effects.push({ kind: 'connect', handle: 'neo', to: { address, port }, timeoutMs: 1000 });
      return [{ pieces, closes }, effects];
    }
    if (input.kind !== 'octets' || !/^\d{3} .*\r\n$/m.test(input.octets)) return [state, effects];
    const { conn } = input;
    const [piece, ...pieces] = state.pieces;
    if (piece !== undefined) effects.push({ kind: 'send', conn, octets: piece as Octets, note: {} });
    // Behind the 354 nothing more is said to it.
    const last = pieces.length === 0 && (piece === undefined || input.octets.startsWith('354'));
    if (state.closes && last) effects.push({ kind: 'close', conn });
    return [{ pieces, closes: state.closes }, effects];
  },
};

const NAMES = { '192.0.2.10': 'pc1.firma1.intr', '198.51.100.7': 'mail.example.org' };
const HOSTS = { 'pobocka.firma1.intr': '192.0.2.26', 'silent.example.net': '203.0.113.5' };

export interface Setting {
  /** Ports of neo and pobocka. */
  readonly ports: readonly [number, number];
  readonly aliases: MtaConfig['aliases'];
  readonly neo?: Partial<MtaConfig>;
  readonly pobocka?: Partial<MtaConfig>;
  /** What neo's mailboxes are like. */
  readonly store?: Partial<StoreConfig>;
}

function mailHost(
  id: string,
  address: string,
  domains: readonly string[],
  users: readonly string[],
  config: Partial<MtaConfig>,
  store: Partial<StoreConfig> = {},
): HostSpec {
  const mta: MtaConfig = {
    port: 25,
    dialect: 'postfix3',
    sizeLimit: 10_240_000,
    domains,
    relayDomains: [],
    relayRecipients: {},
    networks: ['192.0.2.0/28'],
    submission: null,
    tls: 'none',
    auth: null,
    certificates: [],
    without: [],
    users,
    passwords: {},
    aliases: {},
    checkSenderDomain: false,
    clientNames: { ...NAMES, '192.0.2.25': 'neo.firma1.intr', '192.0.2.26': 'pobocka.firma1.intr' },
    clientLimit: 0,
    banner: '',
    resolver: {
      servers: [],
      search: '',
      hosts: { ...HOSTS, 'neo.firma1.intr': '192.0.2.25' },
      types: ['A'],
    },
    transports: {},
    relayHost: '',
    clientTls: 'none',
    clientLogin: null,
    trust: [],
    ...config,
  };
  const aliases = config.aliases ?? {};
  const mda: MdaConfig = { domains, users, aliases, lmtpPort: null, dialect: 'postfix3' };
  const passwords = Object.fromEntries(users.map((user) => [user, 'x']));
  return {
    id,
    name: `${id}.firma1.intr`,
    addresses: [address],
    programs: [
      {
        name: 'store',
        kind: 'store',
        config: {
          users: passwords,
          domains,
          quota: 0,
          disk: 0,
          madeAt: 0,
          files: { kind: 'mbox', writer: 'mta' },
          ...store,
        } satisfies StoreConfig,
      },
      { name: 'mda', kind: 'mda', config: mda },
      { name: 'mta', kind: 'mta', config: mta },
    ],
  };
}

/** The two recorded hosts, and the clients. */
export function openPost({ ports, aliases, neo = {}, pobocka = {}, store = {} }: Setting): History {
  const transport = (host: string, port: number) => ({ protocol: 'smtp', host, port }) as const;
  const here = ['firma1.intr', 'neo.firma1.intr', 'localhost'];
  const client = (id: string, address: string): HostSpec => ({
    id,
    name: id,
    addresses: [address],
    programs: [{ name: 'typist', kind: 'typist', config: {} }],
  });
  const hosts = [
    mailHost(
      'neo',
      '192.0.2.25',
      here,
      ['jura', 'anna'],
      {
        port: ports[0],
        aliases,
        relayDomains: ['pobocka.firma1.intr'],
        transports: {
          'pobocka.firma1.intr': transport('pobocka.firma1.intr', ports[1]),
          'refused.example.net': transport('pobocka.firma1.intr', 10_099),
          'example.net': transport('silent.example.net', 10_099),
        },
        ...neo,
      },
      store,
    ),
    mailHost('pobocka', '192.0.2.26', ['pobocka.firma1.intr'], ['karel', 'eva'], {
      port: ports[1],
      transports: { 'firma1.intr': transport('neo.firma1.intr', ports[0]) },
      ...pobocka,
    }),
    client('pc1', '192.0.2.10'),
    client('mail', '198.51.100.7'),
    client('nameless', '198.51.100.99'),
  ];
  const registry: Registry = { ...REGISTRY, typist: typist as Program };
  const clock = { epochMs: Date.UTC(2026, 1, 2, 8, 30), offsetMinutes: 0, zone: 'UTC' };
  const scenario = { id: 'post', seed: 1, clock, hosts, links: [], defaultLink: { latencyMs: 1 } };
  const history = createHistory(scenario, registry);
  runIdle(history);
  return history;
}

/** Plays a posting; what came of it since. */
export function post(history: History, { client, sent, clientCloses }: Posting, port: number): void {
  const host = history.scenario.hosts.find(({ addresses }) => addresses.includes(client))!;
  act(history, {
    kind: 'input',
    program: `${host.id}/typist`,
    input: { port, pieces: sent, closes: clientCloses },
  });
  runIdle(history);
}

export const logOf = (history: History, host: string): readonly string[] =>
  facts(history, 'logged').flatMap((fact) =>
    fact.host === host ? [logShape(fact.text.replace(/^\w{3} [ \d]\d [\d:]{8} \w+ /, ''))] : [],
  );

/** What neo said to pobocka. */
export const saidBy = (history: History, host: string): readonly string[] =>
  history.log.flatMap((event) => {
    if (event.host !== host || event.what.kind !== 'segment' || event.what.side !== 'client') return [];
    const note = event.what.note as { readonly kind?: string; readonly line?: string };
    return note.kind === 'command' ? [sayShape(note.line!)] : [];
  });

const sayShape = (line: string): string => line.replace(/SIZE=\d+/, 'SIZE=<size>');

/** The same out of smtp(8)'s debugging lines. */
export const recordedSaying = ({ logs }: Posting): readonly string[] =>
  (logs.neo ?? []).flatMap((line) => {
    const said = /: > pobocka\S+ (.*)$/.exec(line)?.[1];
    return said === undefined || said === '.' ? [] : [sayShape(said)];
  });

export const lettersOf = (history: History, host: string, user: string): string =>
  letterShape(mailbox(history, host, user).join('\n'));

export const mtaOf = (history: History, host: string): MtaState =>
  history.world.states.get(`${host}/mta`) as MtaState;
