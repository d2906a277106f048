/** Recordings of BIND's tools, and the same servers here to ask the same of. */
import { readFileSync } from 'node:fs';
import { act, createHistory, runIdle } from '../sim/history.ts';
import type { History, HostSpec, Scenario } from '../sim/types.ts';
import type { ShellConfig } from '../agents/shell-config.ts';
import type { CachingResolverConfig } from '../agents/resolver/resolver.ts';
import type { NameServerConfig } from '../agents/name-server.ts';
import { REGISTRY } from './registry.ts';
import type { ShellState } from './types.ts';

/** One command of a recording: what was typed, at the prompt of the shell and then at the command's own; and the screen. */
export interface Recorded {
  readonly command: string;
  readonly keys: readonly string[];
  readonly output: string;
}

export interface Recordings {
  /** Zone files in the head, by origin without its dot (the root is `.`). */
  readonly zones: Readonly<Record<string, string>>;
  readonly commands: readonly Recorded[];
}

/** `<TAB>`, `<SP>` and `<180 x "x">` are what they stand for. */
const plain = (text: string): string =>
  text
    .replaceAll('<TAB>', '\t')
    .replaceAll('<SP>', ' ')
    .replaceAll('<end>', '')
    .replace(/<(\d+) x "(.)">/g, (_, count: string, char: string) => char.repeat(Number(count)));

export function readRecordings(name: string): Recordings {
  const text = readFileSync(new URL(`../node/recordings/${name}.txt`, import.meta.url), 'utf8');
  const [head = '', ...parts] = text.split(/^\$ /m);
  const commands = parts.map((part) => {
    const [command = '', ...lines] = part.trimEnd().split('\n');
    return {
      command,
      keys: lines.flatMap((line) => (line.startsWith('K: ') ? [line.slice(3)] : [])),
      output: lines
        .filter((line) => line.startsWith('O:'))
        .map((line) => `${plain(line.slice(line.startsWith('O: ') ? 3 : 2))}\n`)
        .join(''),
    };
  });
  return { zones: zonesIn(head), commands };
}

function zonesIn(head: string): Readonly<Record<string, string>> {
  const lines = head.split('\n').map((line) => line.replace(/^# ?/, ''));
  const zones: Record<string, string> = {};
  let origin = '';
  for (const line of lines) {
    const named = /^\$ORIGIN (\S+)/.exec(line);
    if (named) origin = named[1]! === '.' ? '.' : named[1]!.replace(/\.$/, '');
    else if (origin !== '' && (/ IN /.test(line) || line === '')) {
      const head = `$ORIGIN ${origin === '.' ? '.' : `${origin}.`}\n$TTL 3600\n`;
      zones[origin] = `${zones[origin] ?? head}${line.replace('...', 'x'.repeat(180))}\n`;
    }
  }
  return zones;
}

const PC = 'pc';

const host = (
  id: string,
  name: string,
  addresses: readonly string[],
  programs: HostSpec['programs'] = [],
): HostSpec => ({ id, name, addresses, programs });

const program = <C>(kind: string, config: C) => ({ name: kind, kind, config });

function historyOf(hosts: readonly HostSpec[], resolver: string): History {
  const shell: ShellConfig = {
    user: 'root',
    digVersion: '9.18',
    resolver: { servers: [resolver], search: '', hosts: {}, types: ['A'] },
  };
  const typist = hosts.map((spec) =>
    spec.id === PC ? { ...spec, programs: [...spec.programs, program('shell', shell)] } : spec,
  );
  const clock = { epochMs: 1_795_402_939_000, offsetMinutes: 0, zone: 'UTC' };
  const scenario: Scenario = {
    id: 'recorded',
    seed: 1,
    clock,
    hosts: typist,
    links: [],
    defaultLink: { latencyMs: 2 },
  };
  const history = createHistory(scenario, REGISTRY);
  runIdle(history);
  return history;
}

/** The two servers of `dig.txt` and `host.txt`, on the port 53 that ours have. */
export function openPair({ zones }: Recordings): History {
  const reverse =
    '$TTL 3600\n@ IN SOA neo.firma1.intr. hostmaster.firma1.intr. 1 10800 3600 604800 600\n' +
    '@ IN NS neo.firma1.intr.\n25 IN PTR neo.firma1.intr.\n';
  const ns: NameServerConfig = { zones: { ...zones, '2.0.192.in-addr.arpa': reverse }, minimal: true };
  const resolver: CachingResolverConfig = { servers: { '': '192.0.2.25' }, minimal: true };
  return historyOf(
    [
      host(PC, 'pc.firma1.intr', ['192.0.2.200']),
      host('neo', 'neo.firma1.intr', ['192.0.2.25'], [program('ns', ns)]),
      host('pobocka', 'pobocka.firma1.intr', ['192.0.2.26'], [program('resolver', resolver)]),
      host('nameless', 'nameless', ['198.51.100.99']),
    ],
    '192.0.2.26',
  );
}

/** The tree of `dig-trace.txt`, `host-tree.txt` and `nslookup*.txt`; its resolver is on the host where one types. */
export function openTree({ zones }: Recordings): History {
  const of = (...names: readonly string[]): NameServerConfig => ({
    zones: Object.fromEntries(names.map((name) => [name, zones[name]!])),
  });
  const roots = [{ name: 'a.root.example', addresses: ['203.0.113.1'] }];
  const resolver: CachingResolverConfig = { servers: {}, roots };
  const reverse = ['100.51.198.in-addr.arpa', '113.0.203.in-addr.arpa'];
  return historyOf(
    [
      host(PC, 'pc', ['203.0.113.200'], [program('resolver', resolver)]),
      host('root', 'a.root.example', ['203.0.113.1'], [program('ns', of('.'))]),
      host('org', 'ns.org-servers.example', ['203.0.113.2'], [program('ns', of('org'))]),
      host('ns', 'ns.example.org', ['203.0.113.53'], [program('ns', of('example.org', ...reverse))]),
      host('lame', 'ns.dead.example.org', ['203.0.113.54'], [program('ns', of())]),
      host('deaf', 'ns.deaf.example.org', ['203.0.113.55']),
    ],
    '127.0.0.1',
  );
}

/** Types a command and what belongs to its own prompt; the screen after it, without the shell's prompts. */
export function typed(history: History, command: string, keys: readonly string[] = []): string {
  const from = history.log.length;
  const enter = (input: unknown): void => {
    act(history, { kind: 'input', program: `${PC}/shell`, input });
    runIdle(history);
  };
  enter({ kind: 'line', text: command });
  // A tool that gave up reads no more.
  for (const key of keys)
    if (isRunning(history))
      enter(key === '^D' ? { kind: 'key', key } : { kind: 'line', text: key.replace('<Enter>', '') });
  const screen = history.log
    .slice(from)
    .flatMap(({ what }) => (what.kind === 'printed' ? [what.text] : []))
    .join('');
  if (isRunning(history)) enter({ kind: 'key', key: '^D' });
  return screen.slice(screen.indexOf('\n') + 1).replace(/root@pc:~# $/, '');
}

const isRunning = (history: History): boolean =>
  (history.world.states.get(`${PC}/shell`) as ShellState).foreground !== null;

/** A record, or a line that says one, of which there may be several in any order. */
const ORDERLESS =
  /^\S+\t+\d+\tIN\t|mail is handled by|has address|mail exchanger = |\ttext = |descriptive text|^\d+ \S+\.$/;

/**
 * A screen without what differs from run to run, and without EDNS, which our world has not: its lines, its record
 * among the additional ones, and its 39 octets.
 */
export function masked(screen: string): string {
  const edns = screen.includes('OPT PSEUDOSECTION');
  const cookie = /COOKIE/.test(screen) ? 39 : 11;
  const lines = screen
    .replace(/;; OPT PSEUDOSECTION:\n(?:; .*\n)+/g, '')
    .replace(/ADDITIONAL: (\d+)/g, (_, count: string) => `ADDITIONAL: ${Number(count) - (edns ? 1 : 0)}`)
    .replace(/rcvd: (\d+)/g, (_, size: string) => `rcvd: ${Number(size) - (edns ? cookie : 0)}`)
    .replace(/, id: (?:\d+|<id>)/g, ', id: <id>')
    .replace(/Query time: (?:\d+|<n>) msec/g, 'Query time: <n> msec')
    .replace(/ in (?:\d+|<n>) ms/g, ' in <n> ms')
    .replace(/(;; Received )\d+( bytes from \S+\()/g, '$1<n>$2')
    .replace(' tc rd ad;', ' tc rd;')
    .replace(/;; WHEN: .*/g, ';; WHEN: <date>')
    .replace(/(ttl = |\t)(?:35\d\d|3600)\b/g, '$13600')
    .replace(/ (?:35\d\d)(\tIN)/g, ' 3600$1')
    .replaceAll('#10053', '#53')
    .replaceAll(' -p 10053', '')
    .split('\n');
  for (let start = 0; start < lines.length; start++) {
    let last = start;
    while (last < lines.length && ORDERLESS.test(lines[last]!)) last++;
    if (last - start > 1) lines.splice(start, last - start, ...lines.slice(start, last).sort());
    start = last;
  }
  return lines.join('\n').trimEnd();
}
