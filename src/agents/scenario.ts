/** From a scenario file to a stage: YAML and zone files in, programs with their configuration out. */
import { splitAddress } from '../mail/address.ts';
import { octets } from '../base/octets.ts';
import { parseRfc3339 } from '../base/time.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import type { HostSpec, LinkSpec, Scenario } from '../sim/types.ts';
import { crossCheck } from './scenario-check.ts';
import { addressesOf, domainsOf, scenarioSchema } from './scenario-schema.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import { programsOf } from './scenario-programs.ts';
import type { ScenarioFiles, ScenarioProblem } from './scenario-source.ts';
import { problemAt, readSource } from './scenario-source.ts';
import { zoneTexts } from './scenario-zones.ts';
import type { Badge, Stage, StageHost } from './stage.ts';

export type { ScenarioFiles, ScenarioProblem } from './scenario-source.ts';

export type LoadedStage = { readonly stage: Stage } | { readonly problems: readonly ScenarioProblem[] };

/** Loads `scenarios/NAME.yaml`. Every error names file, line and what was expected. */
export function loadStage(name: string, files: ScenarioFiles): LoadedStage {
  const source = readSource(`${name}.yaml`, files);
  if ('problems' in source) return source;
  const checked = scenarioSchema.safeParse(source.raw);
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => {
      const path =
        issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
      const message =
        issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
      return problemAt(source, path, `${issue.path.map(String).join('.') || 'file'}: ${message}`);
    });
    return { problems };
  }
  const scenario = checked.data;
  const zones = zoneTexts(source, scenario, files);
  const problems = [...crossCheck(source, scenario), ...zones.problems];
  return problems.length > 0 ? { problems } : { stage: stageOf(scenario, zones.texts) };
}

function stageOf(file: ScenarioFile, zones: Readonly<Record<string, string>>): Stage {
  const clock = parseRfc3339(file.clock)!;
  const hosts: HostSpec[] = Object.entries(file.hosts).map(([id, host]) => ({
    id,
    name: host.name,
    addresses: addressesOf(host),
    programs: programsOf(file, host, zones),
    ...(host.down ? { down: true } : {}),
  }));
  const links: LinkSpec[] = file.links.map((link) => ({
    between: link.between,
    latencyMs: link.latency,
    ...(link.octets_per_second === undefined ? {} : { octetsPerSecond: link.octets_per_second }),
    ...(link.loss === undefined ? {} : { loss: link.loss }),
    ...(link.down ? { down: true } : {}),
    ...(link.alters.length === 0
      ? {}
      : { alters: link.alters.map(({ find, put }) => ({ find: octets(find), put: octets(put) })) }),
  }));
  const scenario: Scenario = {
    id: file.id,
    seed: file.seed,
    clock: { ...clock, ...(file.zone === undefined ? {} : { zone: file.zone }) },
    hosts,
    links,
    defaultLink: { latencyMs: file.latency },
  };
  return {
    id: file.id,
    title: plain(file.text),
    about: plain(file.about ?? file.text),
    scenario,
    hosts: Object.entries(file.hosts).map(([id, host]) => stageHost(file, id, host, zones)),
    accounts: file.accounts.map(({ address, password }) => ({
      address,
      user: splitAddress(address).localPart,
      password,
    })),
    lines: file.links.filter(({ hidden }) => !hidden).map(({ between, label }) => ({ between, label })),
    ports: portsOf(file),
  };
}

/** Drops the languages a text does not have. */
const plain = (texts: ScenarioFile['text']): Stage['title'] =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)) as Stage['title'];

function stageHost(
  file: ScenarioFile,
  id: string,
  host: HostFile,
  zones: Readonly<Record<string, string>>,
): StageHost {
  const users = file.accounts.filter(({ address }) => domainsOf(host).includes(splitAddress(address).domain));
  return {
    id,
    label: host.label ? plain(host.label) : { en: host.name.split('.', 1)[0]! },
    name: host.name,
    address: addressesOf(host)[0]!,
    zone: host.at,
    badges: badgesOf(host),
    mark: markOf(host, zones),
    shell: host.shell === false ? null : { user: host.shell },
    accounts: host.mua?.map(({ address }) => address) ?? [],
    mailboxes: users.map(({ address }) => splitAddress(address).localPart),
    x: host.place[0],
    y: host.place[1],
  };
}

function badgesOf(host: HostFile): readonly Badge[] {
  const badges: Badge[] = [];
  if (host.mua) badges.push({ role: 'MUA' });
  if (host.submission) badges.push({ role: 'MSA', port: host.submission.port });
  if (host.submissions) badges.push({ role: 'MSA', port: host.submissions.port });
  if (host.smtp) badges.push({ role: 'MTA', port: host.smtp.port });
  if (host.qmtp) badges.push({ role: 'QMTP', port: host.qmtp.port });
  if (host.lmtp) badges.push({ role: 'LMTP', port: host.lmtp.port });
  if (host.lmtp || (host.smtp?.local.length ?? 0) > 0) badges.push({ role: 'MDA' });
  if (host.pop) badges.push({ role: 'POP3', port: host.pop.port });
  if (host.pops) badges.push({ role: 'POP3', port: host.pops.port });
  if (host.imap) badges.push({ role: 'IMAP', port: host.imap.port });
  if (host.imaps) badges.push({ role: 'IMAP', port: host.imaps.port });
  if (host.resolver || host.zones.length > 0) badges.push({ role: 'DNS', port: 53 });
  return badges;
}

/** `MX 10` when the DNS names this host as an exchanger. */
function markOf(host: HostFile, zones: Readonly<Record<string, string>>): string {
  for (const [origin, text] of Object.entries(zones)) {
    const parsed = parseZoneFile(text, origin);
    if (!('zone' in parsed)) continue;
    for (const { data } of parsed.zone.records)
      if (data.type === 'MX' && data.exchange === host.name.toLowerCase()) return `MX ${data.preference}`;
  }
  return '';
}

const KNOWN: Stage['ports'] = {
  25: 'smtp',
  587: 'smtp',
  465: 'smtp',
  209: 'qmtp',
  110: 'pop3',
  995: 'pop3',
  143: 'imap',
  993: 'imap',
  53: 'dns',
};

function portsOf(file: ScenarioFile): Stage['ports'] {
  const ports: Record<number, Stage['ports'][number]> = { ...KNOWN };
  for (const host of Object.values(file.hosts)) {
    if (host.smtp) ports[host.smtp.port] = 'smtp';
    if (host.submission) ports[host.submission.port] = 'smtp';
    if (host.submissions) ports[host.submissions.port] = 'smtp';
    if (host.qmtp) ports[host.qmtp.port] = 'qmtp';
    if (host.lmtp) ports[host.lmtp.port] = 'lmtp';
    if (host.pop) ports[host.pop.port] = 'pop3';
    if (host.pops) ports[host.pops.port] = 'pop3';
    if (host.imap) ports[host.imap.port] = 'imap';
    if (host.imaps) ports[host.imaps.port] = 'imap';
  }
  return ports;
}
