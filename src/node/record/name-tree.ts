/** A small tree of name servers: a root, a top level, two organisations, one lame delegation; and a resolver that walks it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const TREE = {
  root: '203.0.113.1',
  org: '203.0.113.2',
  example: '203.0.113.53',
  lame: '203.0.113.54',
  /** An address where somebody hears and never answers. */
  deaf: '203.0.113.55',
  resolver: '127.0.0.1',
} as const;

const soa = (zone: string, server: string): string =>
  `$TTL 3600\n$ORIGIN ${zone}\n@ IN SOA ${server} hostmaster.example.org. 2015010501 10800 3600 604800 600\n@ IN NS ${server}\n`;

const LONG = Array.from(
  { length: 12 },
  (_, i) => `big IN TXT "${String(i).padStart(2, '0')} ${'x'.repeat(180)}"\n`,
).join('');

type Zones = Readonly<Record<string, string>>;

const ROOT: Zones = {
  '.': `${soa('.', 'a.root.example.')}a.root.example. IN A ${TREE.root}
org. IN NS ns.org-servers.example.
ns.org-servers.example. IN A ${TREE.org}
113.0.203.in-addr.arpa. IN NS ns.example.org.
100.51.198.in-addr.arpa. IN NS ns.example.org.
`,
};
const ORG: Zones = {
  'org.': `${soa('org.', 'ns.org-servers.example.')}example IN NS ns.example
ns.example IN A ${TREE.example}
`,
};
const EXAMPLE: Zones = {
  'example.org.': `${soa('example.org.', 'ns.example.org.')}@ IN MX 10 mail
@ IN MX 20 backup
@ IN A 198.51.100.80
@ IN TXT "v=spf1 mx -all"
ns IN A ${TREE.example}
mail IN A 198.51.100.7
mail IN AAAA 2001:db8::7
backup IN A 198.51.100.8
www IN CNAME @
nomail IN MX 0 .
lame IN A ${TREE.lame}
dead IN NS lame
mute IN A ${TREE.deaf}
deaf IN NS mute
orphan IN NS ns.orphan
ns.orphan IN A ${TREE.lame}
loop IN CNAME pool
pool IN CNAME loop
${LONG}`,
  '100.51.198.in-addr.arpa.': `${soa('100.51.198.in-addr.arpa.', 'ns.example.org.')}7 IN PTR mail.example.org.\n`,
  '113.0.203.in-addr.arpa.': `${soa('113.0.203.in-addr.arpa.', 'ns.example.org.')}53 IN PTR ns.example.org.\n1 IN PTR a.root.example.\n`,
};

/** As it stands in the recordings' heads. */
export const TREE_SETTINGS = [
  `root ${TREE.root}, org. ${TREE.org}, example.org ${TREE.example}; dead.example.org is delegated to ${TREE.lame}, which knows nothing of it;`,
  `orphan.example.org too; deaf.example.org to ${TREE.deaf}, which hears and never answers; resolv.conf names ${TREE.resolver}, a resolver that walks from the root.`,
  'Times to live count down in a cache; here they are shown as they were at first.',
  'rrset-order none: as BIND comes, the order of several records of one name and type differs from answer to answer.',
  ...Object.values({ ...ROOT, ...ORG, ...EXAMPLE })
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/x{50,}/, '...')),
];

function startServer(
  scratch: string,
  name: string,
  address: string,
  zones: Zones,
  options: string,
  more = '',
): ChildProcess {
  const root = join(scratch, name);
  mkdirSync(root);
  const files = Object.entries(zones).map(([zone, text], i) => {
    writeFileSync(join(root, `${i}.zone`), text);
    return `zone "${zone}" { type primary; file "${i}.zone"; };`;
  });
  writeFileSync(
    join(root, 'named.conf'),
    `options { directory "${root}"; listen-on { ${address}; }; listen-on-v6 { none; }; pid-file none;
      query-source address ${address}; session-keyfile none; dnssec-validation no; check-integrity no;
      managed-keys-directory "${root}"; minimal-responses no; rrset-order { order none; }; ${options} };
    controls { };\n${files.join('\n')}\n${more}`,
  );
  return spawn('named', ['-f', '-c', join(root, 'named.conf')], { stdio: 'ignore' });
}

function startResolver(scratch: string): ChildProcess {
  writeFileSync(join(scratch, 'hints'), `. IN NS a.root.example.\na.root.example. IN A ${TREE.root}\n`);
  const options = 'recursion yes; allow-recursion { any; }; empty-zones-enable no;';
  const hint = `zone "." { type hint; file "${join(scratch, 'hints')}"; };\n`;
  return startServer(scratch, 'resolver', TREE.resolver, {}, options, hint);
}

export function startTree(scratch: string): ChildProcess[] {
  for (const address of Object.values(TREE))
    if (address !== TREE.resolver) execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
  const cover = (name: string, text: string) => {
    writeFileSync(join(scratch, name), text);
    execFileSync('mount', ['--bind', join(scratch, name), `/etc/${name}`]);
  };
  cover('resolv.conf', `nameserver ${TREE.resolver}\n`);
  cover('nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n');
  return [
    startServer(scratch, 'root', TREE.root, ROOT, 'recursion no;'),
    startServer(scratch, 'org', TREE.org, ORG, 'recursion no;'),
    startServer(scratch, 'example', TREE.example, EXAMPLE, 'recursion no;'),
    startServer(scratch, 'lame', TREE.lame, {}, 'recursion no;'),
    startResolver(scratch),
  ];
}
