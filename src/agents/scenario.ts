/** From a scenario file to a stage: YAML and zone files in, programs with their configuration out. */
import { LineCounter, parseDocument } from 'yaml';
import { splitAddress } from '../mail/address.ts';
import { parseRfc3339 } from '../base/time.ts';
import { parseZoneFile } from '../dns/zone-file.ts';
import type { HostSpec, LinkSpec, Scenario } from '../sim/types.ts';
import { scenarioSchema } from './scenario-schema.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import { programsOf } from './scenario-programs.ts';
import { zoneTexts } from './scenario-zones.ts';
import type { Badge, Stage, StageHost } from './stage.ts';

export interface ScenarioProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export type LoadedStage = { readonly stage: Stage } | { readonly problems: readonly ScenarioProblem[] };

/** Other files of `scenarios/`, by name: `firma1.yaml`, `firma1.intr.zone`. */
export type ScenarioFiles = Readonly<Record<string, string>>;

/** Loads `scenarios/NAME.yaml`. Every error names file, line and what was expected. */
export function loadStage(name: string, files: ScenarioFiles): LoadedStage {
  const file = `${name}.yaml`;
  const read = readScenario(file, files, 0);
  if ('problems' in read) return read;
  const { scenario } = read;
  const problems = crossCheck(file, scenario);
  const zones = zoneTexts(scenario, files);
  problems.push(...zones.problems);
  for (const [origin, text] of Object.entries(zones.texts)) {
    const parsed = parseZoneFile(text, origin);
    if ('errors' in parsed)
      for (const { line, message } of parsed.errors)
        problems.push({ file: zones.files[origin] ?? file, line, message: `zone ${origin}: ${message}` });
  }
  return problems.length > 0 ? { problems } : { stage: stageOf(scenario, zones.texts) };
}

type Read = { readonly scenario: ScenarioFile } | { readonly problems: readonly ScenarioProblem[] };

function readScenario(file: string, files: ScenarioFiles, depth: number): Read {
  const text = files[file];
  if (text === undefined || depth > 5)
    return { problems: [{ file, line: 1, message: `no scenario file ${file}` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (document.errors.length > 0)
    return {
      problems: document.errors.map(({ message, pos }) => ({
        file,
        line: lineAt(pos[0]),
        message: message.split('\n', 1)[0]!,
      })),
    };
  let raw: unknown = document.toJS();
  const base = (raw as { extends?: unknown } | null)?.extends;
  if (typeof base === 'string') {
    const below = readRaw(`${base}.yaml`, files, depth + 1);
    if ('problems' in below) return below;
    raw = merge(below.raw, raw);
  }
  const checked = scenarioSchema.safeParse(raw);
  if (checked.success) return { scenario: checked.data };
  const problems = checked.error.issues.map(({ path, message }) => {
    const keys = path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    let line = 1;
    for (let length = keys.length; length > 0; length--) {
      const node = document.getIn(keys.slice(0, length), true) as
        | { range?: [number, number, number] }
        | undefined;
      if (!node?.range) continue;
      line = lineAt(node.range[0]);
      break;
    }
    return { file, line, message: `${keys.join('.') || 'file'}: ${message}` };
  });
  return { problems };
}

function readRaw(
  file: string,
  files: ScenarioFiles,
  depth: number,
): { readonly raw: unknown } | { readonly problems: readonly ScenarioProblem[] } {
  const text = files[file];
  if (text === undefined || depth > 5)
    return { problems: [{ file, line: 1, message: `no scenario file ${file}` }] };
  const raw: unknown = parseDocument(text).toJS();
  const base = (raw as { extends?: unknown } | null)?.extends;
  if (typeof base !== 'string') return { raw };
  const below = readRaw(`${base}.yaml`, files, depth + 1);
  return 'problems' in below ? below : { raw: merge(below.raw, raw) };
}

/** Objects are merged key by key; anything else on top replaces what is below. */
function merge(below: unknown, above: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(below) || !isObject(above)) return above;
  const out: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above))
    out[key] = key in below ? merge(below[key], value) : value;
  return out;
}

/** What the schema cannot see: names that point nowhere. */
function crossCheck(file: string, scenario: ScenarioFile): ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const say = (message: string) => problems.push({ file, line: 1, message });
  if (parseRfc3339(scenario.clock) === null)
    say(`clock: expected 2006-02-01T12:52:00+01:00, found "${scenario.clock}"`);
  for (const { between } of scenario.links)
    for (const end of between) if (!(end in scenario.hosts)) say(`links: there is no host "${end}"`);
  for (const { address } of scenario.accounts)
    if (!Object.values(scenario.hosts).some((host) => domainsOf(host).includes(splitAddress(address).domain)))
      say(`accounts: no host keeps mail for ${address}`);
  return problems;
}

/** Domains whose mail ends on this host. */
export const domainsOf = (host: HostFile): readonly string[] => [
  ...(host.smtp?.local ?? []),
  ...(host.lmtp?.local ?? []),
];

export const addressesOf = (host: HostFile): readonly string[] =>
  typeof host.ip === 'string' ? [host.ip] : host.ip;

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
  if (host.smtp) badges.push({ role: 'MTA', port: host.smtp.port });
  if (host.lmtp) badges.push({ role: 'LMTP', port: host.lmtp.port });
  if (host.lmtp || (host.smtp?.local.length ?? 0) > 0) badges.push({ role: 'MDA' });
  if (host.pop) badges.push({ role: 'POP3', port: host.pop.port });
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

function portsOf(file: ScenarioFile): Stage['ports'] {
  const ports: Record<number, 'smtp' | 'lmtp' | 'pop3' | 'dns'> = {
    25: 'smtp',
    587: 'smtp',
    110: 'pop3',
    53: 'dns',
  };
  for (const host of Object.values(file.hosts)) {
    if (host.smtp) ports[host.smtp.port] = 'smtp';
    if (host.submission) ports[host.submission.port] = 'smtp';
    if (host.lmtp) ports[host.lmtp.port] = 'lmtp';
    if (host.pop) ports[host.pop.port] = 'pop3';
  }
  return ports;
}
