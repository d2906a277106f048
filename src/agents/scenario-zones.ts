/** The zone files of a scenario: written out in a file, or a few lines completed with what every zone needs. */
import { addressFamily, isSubdomain, parseName } from '../dns/names.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import type { ScenarioFiles, ScenarioProblem } from './scenario.ts';

export interface ZoneTexts {
  readonly texts: Readonly<Record<string, string>>;
  /** File name of the zones that have one. */
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly ScenarioProblem[];
}

export function zoneTexts(scenario: ScenarioFile, files: ScenarioFiles): ZoneTexts {
  const texts: Record<string, string> = {};
  const named: Record<string, string> = {};
  const problems: ScenarioProblem[] = [];
  for (const [zone, content] of Object.entries(scenario.dns)) {
    if (typeof content !== 'string') {
      texts[zone] = completed(scenario, zone, content);
      continue;
    }
    const text = files[content];
    if (text === undefined)
      problems.push({ file: `${scenario.id}.yaml`, line: 1, message: `dns: no zone file ${content}` });
    else {
      texts[zone] = text;
      named[zone] = content;
    }
  }
  return { texts, files: named, problems };
}

/** SOA and NS of the scenario's name server, the lines as given, and the addresses of the hosts in the zone. */
function completed(scenario: ScenarioFile, zone: string, lines: readonly string[]): string {
  const server = Object.values(scenario.hosts).find((host) => host.zones.includes(zone));
  const ns = server?.name ?? `ns.${zone}`;
  const zones = Object.keys(scenario.dns);
  const addresses = Object.values(scenario.hosts)
    .filter((host) => belongsTo(host.name, zone, zones))
    .flatMap(addressLines);
  return [
    `$ORIGIN ${zone}.`,
    '$TTL 3600',
    `@ IN SOA ${ns}. hostmaster.${zone}. 1 7200 900 1209600 300`,
    `@ IN NS ${ns}.`,
    ...lines.map((line) =>
      /^(?:\d+\s+)?(?:IN\s+)?(?:A|AAAA|MX|NS|CNAME|TXT|PTR|SOA)\s/i.test(line) ? `@ ${line}` : line,
    ),
    ...addresses,
    '',
  ].join('\n');
}

/** The longest zone above a name has it. */
function belongsTo(name: string, zone: string, zones: readonly string[]): boolean {
  const host = parseName(name);
  if (host === null) return false;
  const above = zones.filter((candidate) => isSubdomain(host, candidate));
  return above.sort((a, b) => b.length - a.length)[0] === zone;
}

const addressLines = (host: HostFile): readonly string[] =>
  (typeof host.ip === 'string' ? [host.ip] : host.ip).map(
    (address) => `${host.name}. IN ${addressFamily(address) === 6 ? 'AAAA' : 'A'} ${address}`,
  );
