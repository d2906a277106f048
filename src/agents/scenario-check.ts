/** What the schema of a scenario cannot see: names that point nowhere, two of what there can be one of. */
import { parseRfc3339 } from '../base/time.ts';
import { addressFamily, parseName } from '../dns/names.ts';
import { tidy } from './files/paths.ts';
import { splitAddress } from '../mail/address.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import type { Path, ScenarioProblem, ScenarioSource } from './scenario-source.ts';
import { problemAt } from './scenario-source.ts';
import { addressesOf, domainsOf } from './scenario-schema.ts';

type Say = (path: Path, message: string) => void;

export function crossCheck(source: ScenarioSource, scenario: ScenarioFile): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const say: Say = (path, message) => {
    problems.push(problemAt(source, path, `${path.join('.')}: ${message}`));
  };
  if (parseRfc3339(scenario.clock) === null)
    say(['clock'], `expected an instant such as 2006-02-01T12:52:00+01:00, found "${scenario.clock}"`);
  checkHosts(scenario, say);
  scenario.links.forEach(({ between }, index) => {
    for (const end of between)
      if (!Object.hasOwn(scenario.hosts, end))
        say(['links', index, 'between'], `expected the names of two hosts: there is no host "${end}"`);
    if (between[0] === between[1]) say(['links', index, 'between'], 'expected two different hosts');
  });
  const hosts = Object.values(scenario.hosts);
  scenario.accounts.forEach(({ address }, index) => {
    const { localPart, domain } = splitAddress(address);
    if (!hosts.some((host) => domainsOf(host).includes(domain)))
      say(
        ['accounts', index, 'address'],
        `expected an address in a domain of one of the hosts, found "${address}"`,
      );
    // Mailbox names are compared without regard to case, and kept in lower case.
    if (localPart !== localPart.toLowerCase())
      say(['accounts', index, 'address'], `expected an address in lower case, found "${address}"`);
  });
  return problems;
}

/** Keys of a host that serve mailboxes. */
const MAILBOX_SERVERS = [
  ['pop', 'a POP3 server'],
  ['pops', 'a POP3 server'],
  ['imap', 'an IMAP server'],
  ['imaps', 'an IMAP server'],
] as const;

function checkHosts(scenario: ScenarioFile, say: Say): void {
  const owners = new Map<string, string>();
  for (const [id, host] of Object.entries(scenario.hosts)) {
    if (parseName(host.name) === null)
      say(['hosts', id, 'name'], `expected a domain name, found "${host.name}"`);
    for (const address of addressesOf(host)) {
      const owner = owners.get(address);
      if (addressFamily(address) === null)
        say(['hosts', id, 'ip'], `expected an IPv4 or IPv6 address, found "${address}"`);
      if (owner !== undefined)
        say(['hosts', id, 'ip'], `expected an address of its own: ${owner} has ${address}`);
      owners.set(address, id);
    }
    const keepsMail = host.smtp !== undefined || host.lmtp !== undefined;
    for (const [key, server] of MAILBOX_SERVERS)
      if (host[key] && !keepsMail)
        say(['hosts', id, key], `expected smtp or lmtp on the same host: ${server} needs mailboxes`);
    if (host.submission && !host.smtp)
      say(['hosts', id, 'submission'], 'expected smtp on the same host: submitted mail goes to its queue');
    checkFiles(id, host, say);
    checkZones(scenario, id, host, say);
  }
}

/** Mailboxes are there already, and what programs were set up with is written from the other keys. */
function checkFiles(id: string, host: HostFile, say: Say): void {
  const paths = Object.keys(host.files);
  for (const path of paths) {
    const where = ['hosts', id, 'files', path];
    if (tidy(path) !== path) say(where, 'expected a path without "." and ".."');
    else if (TAKEN.some((taken) => taken.test(path)))
      say(where, 'expected another place: the host has a file or a mailbox there');
    else if (paths.some((other) => other.startsWith(`${path}/`)))
      say(where, 'expected a file: another path goes on below it');
  }
}

const TAKEN: readonly RegExp[] = [
  /^\/var\/(?:spool\/)?mail(?:\/|$)/,
  /^\/home\/[^/]+(?:\/(?:Maildir|mail)(?:\/.*)?)?$/,
  /^\/(?:etc|home|root|tmp|var)$/,
  /^\/etc\/(?:hostname|hosts|resolv\.conf|aliases)(?:\/|$)/,
];

function checkZones(scenario: ScenarioFile, id: string, host: HostFile, say: Say): void {
  host.zones.forEach((zone, index) => {
    if (!Object.hasOwn(scenario.dns, zone))
      say(['hosts', id, 'zones', index], `expected a zone of "dns": there is no zone "${zone}"`);
  });
  if (typeof host.resolver === 'boolean') return;
  host.resolver.roots.forEach((root, index) => {
    if (!scenario.hosts[root]?.zones.includes('.'))
      say(
        ['hosts', id, 'resolver', 'roots', index],
        `expected a host that has the zone ".": "${root}" has not`,
      );
  });
}
