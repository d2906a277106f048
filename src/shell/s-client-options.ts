/** The command line of `openssl s_client`, read as OpenSSL 3.0 reads it. */
import type { TlsVersion } from '../protocol/tls/versions.ts';
import { PREFERENCE } from '../protocol/tls/versions.ts';
import { lookUpFailed, noFile } from './s-client-errors.ts';
import { portNumber } from './services.ts';

export type StartTls = 'smtp' | 'lmtp' | 'pop3' | 'imap';

export interface SClientOptions {
  readonly host: string;
  readonly port: number;
  readonly startTls: StartTls | null;
  /** Said in EHLO or LHLO before STARTTLS. */
  readonly name: string;
  /** SNI; empty: none. `complains`: OpenSSL misses it when it was not left out on purpose. */
  readonly serverName: string;
  readonly complains: boolean;
  /** Name the certificate must be good for; empty: any. */
  readonly expectedName: string;
  readonly strict: boolean;
  readonly versions: readonly TlsVersion[];
  readonly crlf: boolean;
  /** Nothing but the verification, and the lines of the server. */
  readonly quiet: boolean;
  readonly brief: boolean;
  /** The lines of the verification that tell of no error are left out. */
  readonly verifyQuiet: boolean;
  /** R, Q, K and k at the head of a line, and the end of input, are commands. */
  readonly commands: boolean;
  readonly ignoresEof: boolean;
  readonly showCerts: boolean;
}

export type Parsed =
  | { readonly kind: 'run'; readonly options: SClientOptions }
  | { readonly kind: 'said'; readonly text: string; readonly ok: boolean };

const said = (text: string, ok = false): Parsed => ({ kind: 'said', text, ok });
const USE_HELP = 's_client: Use -help for summary.\n';

/** Those with a value. */
const VALUED = [
  'connect',
  'starttls',
  'name',
  'servername',
  'verify_hostname',
  'CAfile',
  'port',
  'host',
] as const;
type Valued = (typeof VALUED)[number];

const FLAGS = [
  'help',
  'crlf',
  'quiet',
  'brief',
  'ign_eof',
  'no_ign_eof',
  'nocommands',
  'showcerts',
  'noservername',
  'verify_return_error',
  'verify_quiet',
] as const;
const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  tls1: 'TLSv1',
  tls1_2: 'TLSv1.2',
  tls1_3: 'TLSv1.3',
};

/** Options as given; of two alike the later one counts. */
interface Given {
  readonly values: Partial<Record<Valued, string>>;
  readonly flags: readonly string[];
  readonly rest: readonly string[];
}

/** The words behind `openssl s_client`. */
export function parseSClient(words: readonly string[]): Parsed {
  const given = readWords(words);
  if ('kind' in given) return given;
  const { values, flags, rest } = given;
  if (flags.includes('help')) return said(HELP, true);
  if (rest.length > 1) return said(USE_HELP);
  if (rest.length === 1 && values.connect !== undefined)
    return said(`s_client: cannot provide both -connect option and target parameter\n${USE_HELP}`);
  const versions = flags.flatMap((flag) => VERSIONS[flag] ?? []);
  if (new Set(versions).size > 1) return said('Cannot supply multiple protocol flags\n');
  const target = targetOf(rest[0] ?? values.connect ?? '', values);
  if (target === null)
    return said('s_client: -connect argument or target parameter malformed or ambiguous\n');
  if (values.CAfile !== undefined) return said(noFile(values.CAfile));
  const port = portNumber(target.service);
  if (port === null) return said(lookUpFailed('Servname not supported for ai_socktype'));
  return { kind: 'run', options: optionsOf(given, target.host, port & 0xffff, versions) };
}

function readWords(words: readonly string[]): Given | Parsed {
  const values: Partial<Record<Valued, string>> = {};
  const flags: string[] = [];
  let at = 0;
  for (; at < words.length && /^-./.test(words[at]!); at++) {
    const name = words[at]!.replace(/^--?/, '');
    const valued = VALUED.find((one) => one === name);
    if (name === '') return { values, flags, rest: words.slice(at + 1) };
    if (valued === undefined) {
      if (!FLAGS.some((flag) => flag === name) && !Object.hasOwn(VERSIONS, name))
        return said(`s_client: Unknown option: ${words[at]}\n${USE_HELP}`);
      flags.push(name);
      continue;
    }
    at++;
    const value = words[at];
    if (value === undefined) return said(`s_client: Option -${name} needs a value\n${USE_HELP}`);
    if (valued === 'starttls' && !PROTOCOLS.includes(value)) return said(badProtocol());
    if (valued === 'starttls' && !ours(value))
      return said(`s_client: -starttls ${value}: no such servers here\n`);
    values[valued] = value;
  }
  return { values, flags, rest: words.slice(at) };
}

const PROTOCOLS: readonly string[] =
  'smtp pop3 imap ftp xmpp xmpp-server telnet irc mysql postgres lmtp nntp sieve ldap'.split(' ');

const ours = (name: string): name is StartTls => ['smtp', 'lmtp', 'pop3', 'imap'].includes(name);

const badProtocol = (): string =>
  `s_client: Value must be one of:\n${PROTOCOLS.map((name) => `\t${name}\n`).join('')}`;

interface Target {
  readonly host: string;
  readonly service: string;
}

/** `BIO_parse_hostserv`: `HOST`, `HOST:PORT`, `[IPv6]:PORT`, either part left out; null when it cannot be told. */
function targetOf(text: string, values: Given['values']): Target | null {
  const found = /^(?:\[([^\]]*)\]|([^:[]*))(?::([^:]*))?$/.exec(text);
  if (found === null) return null;
  const [, literal, name, service] = found;
  const given = literal ?? name ?? '';
  const host = given === '' || given === '*' ? (values.host ?? 'localhost') : given;
  const port = service === undefined || service === '' || service === '*' ? values.port : service;
  return { host, service: port ?? '4433' };
}

function optionsOf(
  given: Given,
  host: string,
  port: number,
  versions: readonly TlsVersion[],
): SClientOptions {
  const { values, flags } = given;
  const has = (flag: string): boolean => flags.includes(flag);
  const brief = has('brief');
  const startTls = values.starttls !== undefined && ours(values.starttls) ? values.starttls : null;
  const silent = has('noservername');
  const serverName = values.servername ?? (silent || !isDnsName(host) ? '' : host);
  return {
    host,
    port,
    startTls,
    name: values.name ?? 'mail.example.com',
    serverName,
    complains: !silent && serverName === '',
    expectedName: values.verify_hostname ?? '',
    strict: has('verify_return_error'),
    versions: versions.length > 0 ? versions.slice(0, 1) : PREFERENCE,
    crlf: has('crlf'),
    quiet: has('quiet') || brief,
    brief,
    verifyQuiet: brief || has('verify_quiet'),
    commands: !has('nocommands'),
    ignoresEof: ignoresEof(flags),
    showCerts: has('showcerts'),
  };
}

/** The last word counts, and -quiet is one. */
const ignoresEof = (flags: readonly string[]): boolean =>
  (flags.findLast((flag) => flag === 'quiet' || flag.endsWith('ign_eof')) ?? 'no_ign_eof') !== 'no_ign_eof';

/** What OpenSSL takes for a DNS name: one label alone is none. */
const isDnsName = (host: string): boolean =>
  host.includes('.') &&
  /[A-Za-z_]/.test(host) &&
  host.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label) && !/^-|-$/.test(label));

/** Those of the summary of OpenSSL 3.0 that are here. */
const HELP = `Usage: s_client [options] [host:port]

General options:
 -help                      Display this summary

Network options:
 -host val                  Use -connect instead
 -port +int                 Use -connect instead
 -connect val               TCP/IP where to connect; default: 4433)

Identity options:
 -CAfile infile             PEM format file of CA's
 -name val                  Hostname to use for "-starttls lmtp", "-starttls smtp" or "-starttls xmpp[-server]"

Input/Output options:
 -crlf                      Convert LF from terminal into CRLF
 -quiet                     No s_client output
 -ign_eof                   Ignore input eof (default when -quiet)
 -no_ign_eof                Don't ignore input eof
 -starttls val              Use the appropriate STARTTLS command before starting TLS
 -brief                     Restrict output to brief summary of connection parameters

Debug options:
 -showcerts                 Show all certificates sent by the server
 -nocommands                Do not use interactive command letters
 -servername val            Set TLS extension servername (SNI) in ClientHello (default)
 -noservername              Do not send the server name (SNI) extension in the ClientHello

Protocol and version options:
 -tls1                      Just use TLSv1
 -tls1_2                    Just use TLSv1.2
 -tls1_3                    Just use TLSv1.3

Validation options:
 -verify_hostname val       expected peer hostname
 -verify_return_error       Close connection on verification error
 -verify_quiet              Restrict verify output to errors

Parameters:
 host:port                  Where to connect; same as -connect option
`;
