/** A name server for Exim's room: Debian's Exim routes by MX and looks every client up, so it needs a DNS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADDRESSES } from './room.ts';

const SOA = `$TTL 3600
@ IN SOA ns.firma1.intr. hostmaster.firma1.intr. 1 10800 3600 604800 600
@ IN NS ns.firma1.intr.
`;

const ZONES: Readonly<Record<string, string>> = {
  '.': 'ns.firma1.intr. IN A 127.0.0.1\n',
  'firma1.intr': `@ IN MX 10 neo
neo IN A ${ADDRESSES.neo}
ns IN A 127.0.0.1
pobocka IN MX 10 pobocka
pobocka IN A ${ADDRESSES.pobocka}
pc1 IN A ${ADDRESSES.insider}
`,
  'example.org': `@ IN MX 10 mail
mail IN A ${ADDRESSES.outsider}
`,
  'example.net': `@ IN MX 10 silent
silent IN A ${ADDRESSES.silent}
refused IN MX 10 refused
refused IN A ${ADDRESSES.insider}
nomail IN MX 0 .
address IN A ${ADDRESSES.insider}
dangling IN MX 10 nowhere
text IN TXT "neither MX nor A"
`,
  '2.0.192.in-addr.arpa':
    '25 IN PTR neo.firma1.intr.\n26 IN PTR pobocka.firma1.intr.\n10 IN PTR pc1.firma1.intr.\n',
  '100.51.198.in-addr.arpa': '7 IN PTR mail.example.org.\n',
};

/** As it stands in the recordings' heads. */
export const NAMES_SETTINGS = [
  `DNS: pobocka.firma1.intr MX ${ADDRESSES.pobocka}; example.net MX ${ADDRESSES.silent} (no route), refused.example.net MX ${ADDRESSES.insider}`,
  '(port closed), nomail.example.net MX 0 ".", dangling.example.net MX to a name without address, text.example.net only TXT;',
  'example.org MX its mail server (port closed); lame.example.com: SERVFAIL; anything else: NXDOMAIN.',
];

export function startNames(scratch: string): ChildProcess {
  const root = join(scratch, 'names');
  mkdirSync(root);
  const zones = Object.entries(ZONES).map(([zone, records], i) => {
    writeFileSync(join(root, `${i}.zone`), SOA + records);
    return `zone "${zone}" { type primary; file "${i}.zone"; };`;
  });
  // A zone whose file is missing is a zone the server is lame for.
  zones.push('zone "lame.example.com" { type primary; file "missing.zone"; };');
  writeFileSync(
    join(root, 'named.conf'),
    `options { directory "${root}"; listen-on port 53 { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;
      session-keyfile none; dnssec-validation no; recursion no; check-integrity no; managed-keys-directory "${root}"; };
    controls { };\n${zones.join('\n')}\n`,
  );
  return spawn('named', ['-f', '-c', join(root, 'named.conf')], { stdio: 'ignore' });
}
