/** What dig and host print, asked of two small BIND servers: one with authority, one that forwards to it. */
import { execFileSync, type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';
import { type Recording, showText } from './transcript.ts';

const PORT = 10053;

const FIRMA1 = `$TTL 3600
$ORIGIN firma1.intr.
@ IN SOA neo.firma1.intr. hostmaster.firma1.intr. 2015010501 10800 3600 604800 600
@ IN NS neo.firma1.intr.
@ IN MX 10 neo.firma1.intr.
@ IN MX 20 pobocka.firma1.intr.
@ IN TXT "v=spf1 mx -all"
neo IN A ${ADDRESSES.neo}
neo IN AAAA 2001:db8::25
pobocka IN A ${ADDRESSES.pobocka}
pobocka IN MX 10 pobocka.firma1.intr.
mail IN CNAME neo.firma1.intr.
www IN CNAME nikde.firma1.intr.
nomail IN MX 0 .
two IN A 192.0.2.1
two IN A 192.0.2.2
long IN TXT "one" "two; three \\"four\\""
`;

const REVERSE = `$TTL 3600
@ IN SOA neo.firma1.intr. hostmaster.firma1.intr. 1 10800 3600 604800 600
@ IN NS neo.firma1.intr.
25 IN PTR neo.firma1.intr.
`;

function startNamed(
  scratch: string,
  name: string,
  address: string,
  zones: string,
  options: string,
): ChildProcess {
  const root = join(scratch, name);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'firma1.zone'), FIRMA1);
  writeFileSync(join(root, 'reverse.zone'), REVERSE);
  const config = join(root, 'named.conf');
  writeFileSync(
    config,
    `options { directory "${root}"; listen-on port ${PORT} { ${address}; }; listen-on-v6 { none; }; pid-file none;
      session-keyfile none; dnssec-validation no; managed-keys-directory "${root}"; ${options} };
    controls { };\n${zones}`,
  );
  return spawn('named', ['-f', '-c', config], { stdio: 'ignore' });
}

const AUTHORITY = `@${ADDRESSES.neo} -p ${PORT}`;
const RESOLVER = `@${ADDRESSES.pobocka} -p ${PORT}`;

const DIGS: readonly string[] = [
  `${AUTHORITY} firma1.intr MX`,
  `${AUTHORITY} firma1.intr mx +noall +answer`,
  `${AUTHORITY} firma1.intr MX +short`,
  `${AUTHORITY} neo.firma1.intr`,
  `${AUTHORITY} neo.firma1.intr A +short`,
  `${AUTHORITY} neo.firma1.intr AAAA`,
  `${AUTHORITY} neo.firma1.intr MX`,
  `${AUTHORITY} mail.firma1.intr`,
  `${AUTHORITY} mail.firma1.intr MX`,
  `${AUTHORITY} www.firma1.intr`,
  `${AUTHORITY} nikde.firma1.intr`,
  `${AUTHORITY} nikde.firma1.intr +short`,
  `${AUTHORITY} nomail.firma1.intr MX`,
  `${AUTHORITY} firma1.intr TXT`,
  `${AUTHORITY} long.firma1.intr TXT +short`,
  `${AUTHORITY} firma1.intr SOA`,
  `${AUTHORITY} firma1.intr NS`,
  `${AUTHORITY} firma1.intr ANY`,
  `${AUTHORITY} firma1.intr FOO`,
  `${AUTHORITY} -x ${ADDRESSES.neo}`,
  `${AUTHORITY} -x 192.0.2.77`,
  `${AUTHORITY} example.org MX`,
  `${AUTHORITY} +norecurse firma1.intr MX`,
  `${AUTHORITY} +tcp firma1.intr MX`,
  `${AUTHORITY} FIRMA1.intr mx`,
  `${AUTHORITY} -t mx firma1.intr neo.firma1.intr`,
  `${RESOLVER} firma1.intr MX`,
  `${RESOLVER} nikde.firma1.intr`,
  `${RESOLVER} neo.firma1.intr MX`,
  `@${ADDRESSES.neo} -p 10054 firma1.intr +time=1 +tries=1`,
  `@${ADDRESSES.nameless} -p ${PORT} firma1.intr +time=1 +tries=1`,
  `@${ADDRESSES.nameless} -p ${PORT} firma1.intr +time=1 +tries=1 +short`,
  '@nikde.firma1.intr firma1.intr',
];

const HOSTS: readonly string[] = [
  `-p ${PORT} firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} neo.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t mx firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t mx neo.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t mx nomail.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t a two.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t txt firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t txt long.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t ns firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t soa firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -t foo firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} mail.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} www.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} nikde.firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} example.org ${ADDRESSES.neo}`,
  `-p ${PORT} ${ADDRESSES.neo} ${ADDRESSES.neo}`,
  `-p ${PORT} 192.0.2.77 ${ADDRESSES.neo}`,
  `-p ${PORT} -v -t mx firma1.intr ${ADDRESSES.neo}`,
  `-p ${PORT} -W 1 -R 1 firma1.intr ${ADDRESSES.nameless}`,
  '-p 10054 -W 1 -R 1 firma1.intr 192.0.2.25',
  'firma1.intr nikde.firma1.intr',
  '',
];

/** Runs a program and shows what it printed, without what differs from one run to the next. */
export function run(program: string, words: string): string {
  const { stdout } = spawnSync('sh', ['-c', `stdbuf -oL ${program} ${words} 2>&1`], { encoding: 'latin1' });
  const volatile = stdout
    .replace(/, id: \d+/g, ', id: <id>')
    .replace(/COOKIE: [0-9a-f]+/g, 'COOKIE: <cookie>')
    .replace(/Query time: \d+ msec/g, 'Query time: <n> msec')
    .replace(/(Received \d+ bytes from \S+ in )\d+ ms/g, '$1<n> ms')
    .replace(/;; WHEN: .*/g, ';; WHEN: <Day Mon dd hh:mm:ss UTC yyyy>');
  return `$ ${`${program} ${words}`.trim()}\n${showText('O:', volatile)}`;
}

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export async function* recordNames(scratch: string): AsyncGenerator<Recording> {
  const reverse = 'zone "2.0.192.in-addr.arpa" { type primary; file "reverse.zone"; };';
  const zones = `zone "firma1.intr" { type primary; file "firma1.zone"; };\n${reverse}\n`;
  const servers = [
    startNamed(scratch, 'authority', ADDRESSES.neo, zones, 'recursion no;'),
    startNamed(
      scratch,
      'resolver',
      ADDRESSES.pobocka,
      '',
      `recursion yes; allow-recursion { any; }; forward only; forwarders { ${ADDRESSES.neo} port ${PORT}; };`,
    ),
  ];
  const silent = createSocket('udp4').bind(PORT, ADDRESSES.nameless);
  await pause(2500);
  const version = execFileSync('named', ['-v'], { encoding: 'latin1' }).split(' (')[0]!;
  const head = [
    `${version}, its dig and host. Port ${PORT}: ${ADDRESSES.neo} is the authority of firma1.intr, ${ADDRESSES.pobocka} a resolver`,
    `that forwards to it, ${ADDRESSES.nameless} hears and never answers. Nobody listens on port 10054.`,
    'The order of several records of one name and type differs from run to run.',
    'The zone:',
    ...FIRMA1.trimEnd().split('\n'),
  ];
  try {
    yield { name: 'dig', head, body: DIGS.map((words) => run('dig', words)).join('\n') };
    yield { name: 'host', head, body: HOSTS.map((words) => run('host', words)).join('\n') };
  } finally {
    silent.close();
    for (const server of servers) server.kill();
  }
}
