/** Which programs run on a host of a scenario file, and how each is configured. */
import { parseRfc3339 } from '../base/time.ts';
import { splitAddress } from '../mail/address.ts';
import type { DialectName } from '../protocol/smtp/types.ts';
import type { Certificate, TrustStore } from '../protocol/tls/certificate.ts';
import { selfSigned } from '../protocol/tls/certificate.ts';
import type { ProgramSpec } from '../sim/types.ts';
import type { FilesConfig } from './files/furnish.ts';
import type { ImapServerAgentConfig } from './imap-server.ts';
import type { MdaConfig } from './mda/types.ts';
import type { StoreConfig } from './message-store.ts';
import type { MtaConfig } from './mta/types.ts';
import type { MuaConfig } from './mua/types.ts';
import type { NameServerConfig } from './name-server.ts';
import type { Pop3ServerAgentConfig } from './pop3-server.ts';
import type { CachingResolverConfig } from './resolver/resolver.ts';
import { addressesOf, domainsOf } from './scenario-schema.ts';
import type { HostFile, ScenarioFile } from './scenario-schema.ts';
import { rootServer, rootZone } from './scenario-zones.ts';
import type { ShellConfig } from './shell-config.ts';
import type { ServiceConfig } from './smtp-service.ts';
import type { ResolverConfig } from './stub-resolver.ts';

const DAY_MS = 86_400_000;

type Zones = Readonly<Record<string, string>>;

/** Servers come before their clients: what starts first listens first. */
export function programsOf(file: ScenarioFile, host: HostFile, zones: Zones): readonly ProgramSpec[] {
  const programs: ProgramSpec[] = [];
  const add = (name: string, config: unknown, kind = name) => programs.push({ name, kind, config });
  const resolver = resolverConfig(file, host);
  if (host.zones.length > 0) {
    const served = Object.fromEntries(host.zones.map((zone) => [zone, zones[zone] ?? '']));
    const root = host === rootServer(file) ? { '.': rootZone(file, host) } : {};
    const minimal = file.age === 'today';
    add('ns', { zones: { ...served, ...root }, minimal } satisfies NameServerConfig);
  }
  if (host.resolver) add('resolver', recursionConfig(file, host.resolver));
  const keepsMail = host.lmtp !== undefined || host.smtp !== undefined;
  if (keepsMail) {
    add('store', storeConfig(file, host));
    add('mda', mdaConfig(file, host));
  }
  if (host.smtp) {
    const service = serviceConfig(file, host, host.smtp);
    const mta: MtaConfig = {
      ...service,
      resolver,
      transports: host.smtp.next_hop,
      relayHost: host.smtp.smarthost,
      clientTls: host.smtp.client_tls,
      clientLogin: null,
      trust: [],
    };
    add('mta', mta);
    if (host.submission) {
      const { port, tls, auth } = host.submission;
      add('msa', msaConfig(service, port, tls, auth));
    }
    if (host.qmtp) add('qmtp', { ...service, port: host.qmtp.port } satisfies ServiceConfig);
    if (host.submissions)
      add('msas', msaConfig(service, host.submissions.port, 'implicit', host.submissions.auth), 'msa');
  }
  if (host.pop) add('pop3', popConfig(file, host, host.pop.port, host.pop.tls));
  if (host.pops) add('pop3s', popConfig(file, host, host.pops.port, 'implicit'), 'pop3');
  if (host.imap) {
    const { port, tls, plaintext, auth } = host.imap;
    add('imap', imapConfig(file, host, port, tls, plaintext, auth));
  }
  if (host.imaps)
    add('imaps', imapConfig(file, host, host.imaps.port, 'implicit', true, host.imaps.auth), 'imap');
  if (host.mua) add('mua', muaConfig(file, host, resolver));
  if (host.shell !== false || Object.keys(host.files).length > 0)
    add('files', filesConfig(file, host, resolver));
  if (host.shell !== false) {
    const digVersion = file.age === '2006' ? '9.2.4' : '9.18';
    add('shell', { user: host.shell, resolver, digVersion } satisfies ShellConfig);
  }
  return programs;
}

/** Every host asks the scenario's resolvers; its own domain completes short names. */
function resolverConfig(file: ScenarioFile, host: HostFile): ResolverConfig {
  const servers = Object.values(file.hosts).flatMap((other) =>
    other.resolver ? [addressesOf(other)[0]!] : [],
  );
  const localhost = { localhost: '127.0.0.1', [host.name.toLowerCase()]: addressesOf(host)[0]! };
  const six = addressesOf(host).some((address) => address.includes(':'));
  const four = addressesOf(host).some((address) => !address.includes(':'));
  const types = [...(six ? (['AAAA'] as const) : []), ...(four ? (['A'] as const) : [])];
  return { servers, search: host.at, hosts: { ...localhost, ...host.hosts }, types };
}

/** Root hints where the scenario has a tree; else which server has which zone. */
function recursionConfig(
  file: ScenarioFile,
  resolver: Exclude<HostFile['resolver'], false>,
): CachingResolverConfig {
  const minimal = file.age === 'today';
  if (resolver === true) return { servers: serversOf(file), minimal };
  const roots = resolver.roots.map((id) => {
    const host = file.hosts[id]!;
    return { name: host.name.toLowerCase(), addresses: addressesOf(host) };
  });
  return { servers: {}, roots, minimal };
}

function serversOf(file: ScenarioFile): Readonly<Record<string, string>> {
  const servers: Record<string, string> = {};
  for (const host of Object.values(file.hosts))
    for (const zone of host.zones) servers[zone === '.' ? '' : zone] = addressesOf(host)[0]!;
  const root = rootServer(file);
  return root ? { '': addressesOf(root)[0]!, ...servers } : servers;
}

function usersOf(file: ScenarioFile, host: HostFile): Readonly<Record<string, string>> {
  const domains = domainsOf(host);
  const users: Record<string, string> = {};
  for (const { address, password } of file.accounts) {
    const { localPart, domain } = splitAddress(address);
    if (domains.includes(domain)) users[localPart] = password;
  }
  return users;
}

const dialectName = (name: string): DialectName =>
  name === 'postfix' ? 'postfix3' : name === 'sendmail' ? 'sendmail8' : (name as DialectName);

function storeConfig(file: ScenarioFile, host: HostFile): StoreConfig {
  return {
    users: usersOf(file, host),
    domains: domainsOf(host),
    quota: host.quota,
    disk: host.disk,
    madeAt: Math.floor(parseRfc3339(file.clock)!.epochMs / 1000),
    files: mailboxForm(host),
  };
}

/**
 * Debian's Postfix, Exim, Sendmail and Dovecot all have mboxes in /var/mail unless told otherwise, then as now. An IMAP
 * server here has the hierarchy of a Maildir, and qmail's own habit is a Maildir.
 */
function mailboxForm(host: HostFile): StoreConfig['files'] {
  const qmail = host.smtp?.dialect === 'qmail';
  const form = host.mailboxes ?? (host.imap || host.imaps || qmail ? 'maildir' : 'mbox');
  if (form === 'mbox') return { kind: 'mbox', writer: host.lmtp ? 'lmtp' : 'mta' };
  return { kind: 'maildir', writer: host.lmtp ? 'dovecot' : qmail ? 'qmail' : 'postfix' };
}

/** What there is to look at and to change from the shell of a host, or for programs that read files. */
function filesConfig(file: ScenarioFile, host: HostFile, resolver: ResolverConfig): FilesConfig {
  const mail = host.lmtp !== undefined || host.smtp !== undefined;
  const users = mail ? Object.keys(usersOf(file, host)) : [];
  const shell = host.shell === false ? [] : [host.shell];
  const folders = host.imap !== undefined || host.imaps !== undefined;
  return {
    madeAt: Math.floor(parseRfc3339(file.clock)!.epochMs / 1000) * 1000,
    users: [...new Set([...users, ...shell])],
    mail: mail ? { form: mailboxForm(host).kind, users, folders } : null,
    hosts: resolver.hosts,
    servers: resolver.servers,
    search: resolver.search,
    aliases: mail ? host.aliases : null,
    files: host.files,
  };
}

function mdaConfig(file: ScenarioFile, host: HostFile): MdaConfig {
  return {
    domains: domainsOf(host),
    users: Object.keys(usersOf(file, host)),
    aliases: host.aliases,
    lmtpPort: host.lmtp?.port ?? null,
    dialect: host.lmtp ? 'dovecot-lmtp' : dialectName(host.smtp?.dialect ?? 'postfix3'),
  };
}

function serviceConfig(
  file: ScenarioFile,
  host: HostFile,
  smtp: NonNullable<HostFile['smtp']>,
): ServiceConfig {
  const dialect = dialectName(smtp.dialect);
  const relayRecipients: Record<string, readonly string[]> = {};
  for (const domain of Object.keys(smtp.next_hop)) {
    const known = file.accounts.filter(({ address }) => splitAddress(address).domain === domain);
    if (known.length > 0)
      relayRecipients[domain] = known.map(({ address }) => splitAddress(address).localPart.toLowerCase());
  }
  return {
    port: smtp.port,
    dialect,
    sizeLimit: smtp.size,
    domains: smtp.local,
    relayDomains: [...smtp.relay_domains, ...Object.keys(smtp.next_hop)],
    relayRecipients,
    networks: ['127.0.0.0/8', ...smtp.relay_from],
    submission: null,
    tls: smtp.tls,
    auth: authConfig(smtp.auth, smtp.tls, smtp.auth_line),
    certificates: [certificateOf(file, host)],
    without: [],
    passwords: usersOf(file, host),
    users: Object.keys(usersOf(file, host)),
    aliases: host.aliases,
    checkSenderDomain: smtp.check_sender ?? dialect === 'sendmail8',
    clientNames: host.client_names,
    clientLimit: host.client_limit,
    banner: smtp.banner,
  };
}

/** An MSA with AUTH asks everybody to log in; without, it serves the clients of its own network. */
function msaConfig(
  service: ServiceConfig,
  port: number,
  tls: ServiceConfig['tls'],
  mechanisms: readonly string[],
): ServiceConfig {
  const auth = authConfig(mechanisms, tls, false);
  return { ...service, port, tls, auth, submission: auth === null ? 'network' : 'login' };
}

const authConfig = (
  mechanisms: readonly string[],
  tls: ServiceConfig['tls'],
  oldLine: boolean,
): ServiceConfig['auth'] =>
  mechanisms.length === 0 ? null : { mechanisms, tlsOnly: tls === 'encrypt', oldLine };

function imapConfig(
  file: ScenarioFile,
  host: HostFile,
  port: number,
  tls: ImapServerAgentConfig['tls'],
  plaintext: boolean,
  mechanisms: ImapServerAgentConfig['mechanisms'],
): ImapServerAgentConfig {
  const { offsetMinutes } = parseRfc3339(file.clock)!;
  return { port, tls, plaintext, mechanisms, offsetMinutes, certificates: [certificateOf(file, host)] };
}

function popConfig(
  file: ScenarioFile,
  host: HostFile,
  port: number,
  tls: Pop3ServerAgentConfig['tls'],
): Pop3ServerAgentConfig {
  const { pop, pops } = host;
  const own = tls === 'implicit' ? pops : undefined;
  const dialect = own?.dialect ?? pop?.dialect ?? 'dovecot';
  return {
    port,
    dialect,
    tls,
    plaintext: pop?.plaintext ?? false,
    mechanisms: own?.auth ?? pop?.auth ?? (dialect.startsWith('dovecot') ? ['PLAIN'] : []),
    apop: pop?.apop ?? false,
    locks: pop?.lock ?? null,
    certificates: [certificateOf(file, host)],
  };
}

/** Made by the host itself, a month before the scenario begins. */
function certificateOf(file: ScenarioFile, host: HostFile): Certificate {
  const notBefore = parseRfc3339(file.clock)!.epochMs - 30 * DAY_MS;
  return selfSigned({ subject: host.name, notBefore, days: 365 });
}

/** How a mail program reaches the MSA at `submit`: as that host's entry says. */
function submissionOf(file: ScenarioFile, submit: string): MuaConfig['accounts'][number]['submission'] {
  const { host: name, port } = hostAndPort(submit, 587);
  const server = hostNamed(file, name);
  if (server?.submissions?.port === port)
    return { host: name, port, tls: 'implicit', login: server.submissions.auth.length > 0 };
  const submission = server?.submission?.port === port ? server.submission : undefined;
  const secure = submission !== undefined && submission.tls !== 'none';
  const login = submission !== undefined && submission.auth.length > 0;
  return { host: name, port, tls: secure ? 'encrypt' : 'none', login };
}

const hostNamed = (file: ScenarioFile, name: string): HostFile | undefined =>
  Object.values(file.hosts).find((host) => host.name === name || addressesOf(host).includes(name));

/** How a mail program comes by its letters: an IMAP server is reached as that host's entry says. */
function incomingOf(
  file: ScenarioFile,
  { fetch, imap, leave_on_server: leaveOnServer }: NonNullable<HostFile['mua']>[number],
): MuaConfig['accounts'][number]['incoming'] {
  if (imap === undefined) return { kind: 'pop3', ...hostAndPort(fetch!, 110), leaveOnServer };
  const { host, port } = hostAndPort(imap, 143);
  const server = hostNamed(file, host);
  if (server?.imaps?.port === port) return { kind: 'imap', host, port, tls: 'implicit' };
  const secure = server?.imap?.port === port && server.imap.tls !== 'none';
  return { kind: 'imap', host, port, tls: secure ? 'encrypt' : 'none' };
}

/** The certificates a user has looked at and said yes to: those of the servers of the accounts. */
const trustOf = (file: ScenarioFile): TrustStore =>
  Object.values(file.hosts).flatMap((host) =>
    host.submission || host.submissions || host.imap || host.imaps ? [certificateOf(file, host)] : [],
  );

function muaConfig(file: ScenarioFile, host: HostFile, resolver: ResolverConfig): MuaConfig {
  return {
    resolver,
    trust: trustOf(file),
    accounts: (host.mua ?? []).map((account) => ({
      address: account.address,
      name: account.name,
      submission: submissionOf(file, account.submit),
      user: splitAddress(account.address).localPart,
      password: file.accounts.find(({ address }) => address === account.address)?.password ?? '',
      incoming: incomingOf(file, account),
    })),
  };
}

function hostAndPort(text: string, port: number): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { host: text, port }
    : { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
