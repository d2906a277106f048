/** The zones of a scenario: written out in a file, or a few lines completed with what every zone needs. */
import { addressFamily, isSubdomain, parseName } from '../dns/names.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import { addressesOf } from './scenario-schema.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import type { Path, ScenarioFiles, ScenarioProblem, ScenarioSource } from './scenario-source.ts';
import { problemAt } from './scenario-source.ts';

export interface ZoneTexts {
  /** Zone → zone file (RFC 1035 §5). */
  readonly texts: Readonly<Record<string, string>>;
  readonly problems: readonly ScenarioProblem[];
}

export function zoneTexts(source: ScenarioSource, scenario: ScenarioFile, files: ScenarioFiles): ZoneTexts {
  const texts: Record<string, string> = {};
  const problems: ScenarioProblem[] = [];
  for (const [zone, content] of Object.entries(scenario.dns)) {
    const written = typeof content === 'string';
    if (written && !Object.hasOwn(files, content)) {
      problems.push(
        problemAt(
          source,
          ['dns', zone],
          `dns.${zone}: expected the name of a zone file: there is no ${content}`,
        ),
      );
      continue;
    }
    const lines = written ? [] : completed(scenario, zone, content);
    const text = written ? files[content]! : lines.map((line) => line.text).join('\n');
    texts[zone] = text;
    const parsed = parseZoneFile(text, zone);
    if (!('errors' in parsed)) continue;
    for (const { line, message } of parsed.errors) {
      const said = `zone ${zone}: ${message}`;
      problems.push(
        written
          ? { file: content, line, message: said }
          : problemAt(source, lines[line - 1]?.path ?? ['dns', zone], said),
      );
    }
  }
  return { texts, problems };
}

/** A line of a completed zone, and what in the scenario it comes from. */
interface ZoneLine {
  readonly text: string;
  readonly path: Path;
}

/** SOA and NS of the scenario's name server, the lines as given, and the addresses of the hosts in the zone. */
function completed(scenario: ScenarioFile, zone: string, given: readonly string[]): readonly ZoneLine[] {
  const own: Path = ['dns', zone];
  const origin = zone === '.' ? '.' : `${zone}.`;
  const head = [
    `$ORIGIN ${origin}`,
    '$TTL 3600',
    `@ IN SOA ${serverName(scenario, zone)}. hostmaster.${origin === '.' ? 'invalid.' : origin} 1 7200 900 1209600 300`,
    `@ IN NS ${serverName(scenario, zone)}.`,
  ];
  const lines = given.flatMap((line, index) =>
    line.split('\n').map((text) => ({ text: withOwner(text), path: [...own, index] })),
  );
  const zones = Object.keys(scenario.dns);
  const addresses = Object.entries(scenario.hosts)
    .filter(([, host]) => belongsTo(host.name, zone, zones))
    .flatMap(([id, host]) => addressLines(host).map((text) => ({ text, path: ['hosts', id, 'ip'] })));
  return [...head.map((text) => ({ text, path: own })), ...lines, ...addresses, { text: '', path: own }];
}

const serverName = (scenario: ScenarioFile, zone: string): string =>
  Object.values(scenario.hosts).find((host) => host.zones.includes(zone))?.name ?? `ns.${zone}`;

/** A line that begins with a record's type (or its TTL) is about the zone itself. */
const withOwner = (line: string): string =>
  /^(?:\d+\s+)?(?:IN\s+)?(?:A|AAAA|MX|NS|CNAME|TXT|PTR|SOA)\s/i.test(line) ? `@ ${line}` : line;

/** The longest zone above a name has it. */
function belongsTo(name: string, zone: string, zones: readonly string[]): boolean {
  const host = parseName(name);
  if (host === null) return false;
  const above = zones.filter((candidate) => isSubdomain(host, candidate));
  return above.sort((a, b) => b.length - a.length)[0] === zone;
}

const addressLines = (host: HostFile): readonly string[] =>
  addressesOf(host).map(
    (address) => `${host.name}. IN ${addressFamily(address) === 6 ? 'AAAA' : 'A'} ${address}`,
  );

/**
 * The host that knows which zones there are, and so that there are no others: a plain name server if there is one. Null
 * where the scenario writes its own root zone.
 */
export function rootServer(scenario: ScenarioFile): HostFile | null {
  if (Object.hasOwn(scenario.dns, '.')) return null;
  const servers = Object.values(scenario.hosts).filter(({ zones }) => zones.length > 0);
  return servers.find(({ smtp, lmtp }) => !smtp && !lmtp) ?? servers[0] ?? null;
}

/** The root zone: each zone of the scenario is delegated, and any other name does not exist. */
export function rootZone(scenario: ScenarioFile, server: HostFile): string {
  const delegations = Object.keys(scenario.dns).map(
    (zone) => `${zone}. IN NS ${serverName(scenario, zone)}.`,
  );
  return [
    '$ORIGIN .',
    '$TTL 3600',
    `@ IN SOA ${server.name}. hostmaster.${server.name}. 1 7200 900 1209600 300`,
    `@ IN NS ${server.name}.`,
    ...delegations,
    '',
  ].join('\n');
}
