/** nslookup, dig +trace and host at a tree of name servers that hangs together from the root. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { type Keys, typeAt } from './keyboard.ts';
import { startTree, TREE, TREE_SETTINGS } from './name-tree.ts';
import { run } from './record-names.ts';
import { type Recording, showText } from './transcript.ts';

const DIGS: readonly string[] = [
  '+trace example.org MX',
  '+trace mail.example.org',
  '+trace www.example.org',
  '+trace nikde.example.org',
  '+trace dead.example.org +time=1 +tries=1',
  '+trace deaf.example.org +time=1 +tries=1',
  '+trace orphan.example.org',
  '+trace +nodnssec +noall +answer example.org MX',
  '+trace -x 198.51.100.7',
  '+trace +short example.org MX',
  'example.org MX',
  'example.org MX +short',
  'mail.example.org +short',
  'www.example.org +short',
  'nikde.example.org +short',
  '-x 198.51.100.7',
  '-x 198.51.100.7 +short',
  '-x 198.51.100.99',
  'example.com',
  'dead.example.org',
  'loop.example.org',
  'big.example.org TXT +short',
  `@${TREE.example} big.example.org TXT +noedns`,
  `@${TREE.example} big.example.org TXT +noedns +ignore`,
  `@${TREE.root} example.org MX +norecurse`,
  `@${TREE.org} example.org MX +norecurse`,
  `@${TREE.example} example.org MX +norecurse`,
  `@${TREE.lame} dead.example.org`,
  `@${TREE.deaf} deaf.example.org +time=1 +tries=2`,
  `@${TREE.example} example.com`,
  '+nssearch example.org',
  'example.org +noall +answer +multiline SOA',
  'example.org ns +noall +answer +additional',
];

const HOSTS: readonly string[] = [
  'example.org',
  '-a example.org',
  '-v mail.example.org',
  '-v -t mx example.org',
  '-C example.org',
  '-t mx nomail.example.org',
  '-t ns example.org',
  'www.example.org',
  'nikde.example.org',
  'dead.example.org',
  'loop.example.org',
  '198.51.100.7',
  '198.51.100.99',
  `-t txt big.example.org ${TREE.example}`,
  `example.com ${TREE.example}`,
  `-W 1 -R 1 deaf.example.org ${TREE.deaf}`,
  '-t foo example.org',
  '-4 mail.example.org',
];

const LOOKUPS: readonly string[] = [
  'example.org',
  'mail.example.org',
  'www.example.org',
  '-type=mx example.org',
  '-type=MX example.org',
  '-query=mx example.org',
  '-q=mx mail.example.org',
  '-type=ns example.org',
  '-type=soa example.org',
  '-type=txt example.org',
  '-type=any example.org',
  '-type=aaaa mail.example.org',
  '-type=aaaa backup.example.org',
  '-type=ptr 7.100.51.198.in-addr.arpa',
  '-type=foo example.org',
  '198.51.100.7',
  '198.51.100.99',
  'nikde.example.org',
  'dead.example.org',
  'loop.example.org',
  'example.com',
  `example.org ${TREE.example}`,
  `-type=mx example.org ${TREE.example}`,
  'example.org ns.example.org',
  `example.org ${TREE.root}`,
  `example.com ${TREE.example}`,
  `-timeout=1 -retry=1 deaf.example.org ${TREE.deaf}`,
  'example.org nikde.example.org',
  `-type=txt big.example.org ${TREE.example}`,
  '-debug -type=mx example.org',
  '-port=10054 example.org',
  'nomail.example.org',
  '-type=mx nomail.example.org',
  '-foo example.org',
];

const line = (text: string, thenMs = 600): Keys => ({ keys: `${text}\r`, thenMs });

const INTERACTIVE: readonly (readonly Keys[])[] = [
  [line('example.org'), line('exit')],
  [line('set type=mx'), line('example.org'), line('mail.example.org'), line('exit')],
  [line(`server ${TREE.example}`), line('set q=mx'), line('example.org'), line('example.com'), line('exit')],
  [line('server ns.example.org'), line('mail.example.org'), line('exit')],
  [line(`lserver ${TREE.root}`), line('example.org'), line('exit')],
  [line('server nikde.example.org', 1500), line('exit')],
  [line('set all'), line('set foo'), line('set'), line('exit')],
  [line('set debug'), line('mail.example.org'), line('set nodebug'), line('exit')],
  [line('help'), line('foo bar'), line(''), line('nikde.example.org'), line('exit')],
  [line('ls example.org'), line('set norecurse'), line('example.org'), line('quit')],
  [line('-type=mx'), line('198.51.100.7'), { keys: '\x04' }],
];

const showKeys = (keys: string): string => keys.replace(/\r$/, '<Enter>').replace(/\x04/g, '^D');

async function typed(): Promise<string> {
  const parts: string[] = [];
  for (const presses of INTERACTIVE) {
    const screen = await typeAt('nslookup', presses);
    const keys = presses.map((press) => `K: ${showKeys(press.keys)}\n`).join('');
    parts.push(`$ nslookup\n${keys}${showText('O:', screen.replaceAll('\r\n', '\n'))}`);
  }
  return undated(parts.join('\n')).replace(/, id: \d+/g, ', id: <id>');
}

/** Takes out how long an answer took and how long it has been in the resolver's cache. */
const undated = (text: string): string =>
  text
    .replace(/ in \d+ ms/g, ' in <n> ms')
    .replace(/\b35\d\d(?=<TAB>IN|$)/gm, '3600')
    .replace(/\b59\d(?=<TAB>IN|$)/gm, '600');

const asked = (program: string, list: readonly string[]): string =>
  undated(list.map((words) => run(program, words)).join('\n'));

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export async function* recordNameTree(scratch: string): AsyncGenerator<Recording> {
  const servers = startTree(scratch);
  const deaf = createSocket('udp4').bind(53, TREE.deaf);
  await pause(2500);
  const version = execFileSync('named', ['-v'], { encoding: 'latin1' }).split(' (')[0]!;
  const head = [`${version} and its tools, all on port 53.`, ...TREE_SETTINGS];
  try {
    yield { name: 'dig-trace', head, body: asked('dig', DIGS) };
    yield { name: 'host-tree', head, body: asked('host', HOSTS) };
    yield { name: 'nslookup', head, body: asked('nslookup', LOOKUPS) };
    yield { name: 'nslookup-interactive', head, body: await typed() };
  } finally {
    deaf.close();
    for (const server of servers) server.kill();
  }
}
