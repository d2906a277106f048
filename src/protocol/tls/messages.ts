/** Handshake messages (RFC 8446 §4, RFC 5246 §7.4): their octets, and what is read out of them. */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Chain } from './certificate.ts';
import { decodeCertificate, encodeCertificate } from './certificate-text.ts';
import { number } from './record.ts';
import type { TlsVersion } from './versions.ts';
import { PREFERENCE, TLS_VERSIONS, versionOf } from './versions.ts';

/** HandshakeType. */
export const HANDSHAKE_TYPES = {
  ClientHello: 1,
  ServerHello: 2,
  EncryptedExtensions: 8,
  Certificate: 11,
  ServerKeyExchange: 12,
  ServerHelloDone: 14,
  CertificateVerify: 15,
  ClientKeyExchange: 16,
  Finished: 20,
} as const;

export type HandshakeName = keyof typeof HANDSHAKE_TYPES;

const NAMES = Object.keys(HANDSHAKE_TYPES) as HandshakeName[];

export const handshakeName = (type: number): HandshakeName | null =>
  NAMES.find((name) => HANDSHAKE_TYPES[name] === type) ?? null;

export const RANDOM_OCTETS = 32;

/** Extensions (RFC 8446 §4.2), and what they say here. */
const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const SIGNATURE_ALGORITHMS = 13;
const SUPPORTED_VERSIONS = 43;
const KEY_SHARE = 51;
const X25519 = number(0x001d, 2);
const RSA_PSS_SHA256 = number(0x0804, 2);

/** A vector (RFC 8446 §3.4): its length in `size` octets, then itself. */
const vector = (size: number, octets: string): string => number(octets.length, size) + octets;
const extension = (type: number, octets: string): string => number(type, 2) + vector(2, octets);

/** A handshake message with its header. */
export const message = (name: HandshakeName, body: string): Octets =>
  (number(HANDSHAKE_TYPES[name], 1) + vector(3, body)) as Octets;

/** Reads vectors and numbers off octets; once something is missing, everything more is empty and `ok` is false. */
interface Reader {
  readonly octets: Octets;
  at: number;
  ok: boolean;
}

const reader = (octets: Octets): Reader => ({ octets, at: 0, ok: true });

function take(from: Reader, count: number): Octets {
  const end = from.at + count;
  if (end > from.octets.length) from.ok = false;
  if (!from.ok) return NO_OCTETS;
  const taken = from.octets.slice(from.at, end) as Octets;
  from.at = end;
  return taken;
}

function takeNumber(from: Reader, size: number): number {
  let value = 0;
  for (const octet of take(from, size)) value = value * 256 + octet.charCodeAt(0);
  return value;
}

const takeVector = (from: Reader, size: number): Octets => take(from, takeNumber(from, size));
const atEnd = (from: Reader): boolean => from.at >= from.octets.length;

/** Calls for each extension of a list; false when the list is malformed. */
function eachExtension(list: Octets, hear: (type: number, octets: Octets) => void): boolean {
  const from = reader(list);
  while (from.ok && !atEnd(from)) {
    const type = takeNumber(from, 2);
    const octets = takeVector(from, 2);
    if (from.ok) hear(type, octets);
  }
  return from.ok;
}

export interface ClientHello {
  readonly random: Octets;
  readonly session: Octets;
  /** Server name indication (RFC 6066 §3); empty: none. */
  readonly serverName: string;
  readonly versions: readonly TlsVersion[];
}

/** `share` is 32 octets that look like a public key. */
export function clientHello(hello: ClientHello, share: Octets): Octets {
  const { random, session, serverName, versions } = hello;
  const offered = PREFERENCE.filter((version) => versions.includes(version));
  const suites = offered.map((version) => number(TLS_VERSIONS[version].suite, 2)).join('');
  let extensions = '';
  if (serverName !== '') extensions += extension(SERVER_NAME, vector(2, `\0${vector(2, serverName)}`));
  extensions += extension(SUPPORTED_GROUPS, vector(2, X25519));
  extensions += extension(SIGNATURE_ALGORITHMS, vector(2, RSA_PSS_SHA256));
  if (offered.includes('TLSv1.3')) {
    const codes = offered.map((version) => number(TLS_VERSIONS[version].code, 2)).join('');
    extensions += extension(SUPPORTED_VERSIONS, vector(1, codes));
    extensions += extension(KEY_SHARE, vector(2, X25519 + vector(2, share)));
  }
  // Since TLS 1.3 the field is frozen at 1.2's number (RFC 8446 §4.1.2).
  const legacy = Math.min(0x0303, ...offered.slice(0, 1).map((version) => TLS_VERSIONS[version].code));
  return message(
    'ClientHello',
    number(legacy, 2) +
      random +
      vector(1, session) +
      vector(2, suites) +
      vector(1, '\0') +
      vector(2, extensions),
  );
}

/** Null when malformed. Unknown extensions are passed over (RFC 8446 §4.1.2). */
export function readClientHello(body: Octets): ClientHello | null {
  const from = reader(body);
  const legacy = takeNumber(from, 2);
  const random = take(from, RANDOM_OCTETS);
  const session = takeVector(from, 1);
  const suites = takeVector(from, 2);
  const compressions = takeVector(from, 1);
  const extensions = atEnd(from) ? NO_OCTETS : takeVector(from, 2);
  let versions = PREFERENCE.filter((version) => TLS_VERSIONS[version].code <= legacy);
  let serverName = '';
  const wellFormed = eachExtension(extensions, (type, octets) => {
    if (type === SERVER_NAME) serverName = readServerName(octets);
    if (type === SUPPORTED_VERSIONS) {
      const listed = takeVector(reader(octets), 1);
      versions = PREFERENCE.filter((version) => hasNumber(listed, TLS_VERSIONS[version].code));
    }
  });
  if (!from.ok || !atEnd(from) || !wellFormed || session.length > 32) return null;
  if (suites.length < 2 || suites.length % 2 !== 0 || compressions === '') return null;
  // A version without its suite is not really offered.
  return {
    random,
    session,
    serverName,
    versions: versions.filter((version) => hasNumber(suites, TLS_VERSIONS[version].suite)),
  };
}

function hasNumber(list: Octets, wanted: number): boolean {
  for (let i = 0; i + 1 < list.length; i += 2) {
    if (list.charCodeAt(i) * 256 + list.charCodeAt(i + 1) === wanted) return true;
  }
  return false;
}

/** What may be said in server_name: a DNS name in ASCII, no address literal (RFC 6066 §3). */
export const isServerName = (name: string): boolean =>
  /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name) && name.length <= 255 && !/(^|\.)[0-9]+$/.test(name);

function readServerName(octets: Octets): string {
  const list = reader(takeVector(reader(octets), 2));
  const type = takeNumber(list, 1);
  const name = takeVector(list, 2);
  return type === 0 && isServerName(name) ? name : '';
}

export interface ServerHello {
  readonly random: Octets;
  readonly session: Octets;
  readonly version: TlsVersion;
}

export function serverHello({ random, session, version }: ServerHello, share: Octets): Octets {
  const { code, suite } = TLS_VERSIONS[version];
  const start = number(Math.min(code, 0x0303), 2) + random + vector(1, session) + number(suite, 2);
  if (version !== 'TLSv1.3') return message('ServerHello', `${start}\0`);
  const extensions =
    extension(SUPPORTED_VERSIONS, number(code, 2)) + extension(KEY_SHARE, X25519 + vector(2, share));
  return message('ServerHello', `${start}\0${vector(2, extensions)}`);
}

/** `malformed`, or `version`: none we know, or `suite`: not the one of its version. */
export function readServerHello(body: Octets): ServerHello | 'malformed' | 'version' | 'suite' {
  const from = reader(body);
  let code = takeNumber(from, 2);
  const random = take(from, RANDOM_OCTETS);
  const session = takeVector(from, 1);
  const suite = takeNumber(from, 2);
  const compression = takeNumber(from, 1);
  const extensions = atEnd(from) ? NO_OCTETS : takeVector(from, 2);
  const wellFormed = eachExtension(extensions, (type, octets) => {
    if (type === SUPPORTED_VERSIONS) code = takeNumber(reader(octets), 2);
  });
  if (!from.ok || !atEnd(from) || !wellFormed || compression !== 0) return 'malformed';
  const version = versionOf(code);
  if (version === null) return 'version';
  return TLS_VERSIONS[version].suite === suite ? { random, session, version } : 'suite';
}

/** RFC 8446 §4.4.2, or the shorter form of RFC 5246 §7.4.2. */
export function certificateMessage(chain: Chain, version: TlsVersion): Octets {
  const hasExtensions = version === 'TLSv1.3';
  const list = chain
    .map((certificate) => vector(3, encodeCertificate(certificate)) + (hasExtensions ? vector(2, '') : ''))
    .join('');
  return message('Certificate', (hasExtensions ? vector(1, '') : '') + vector(3, list));
}

/** The chain; null when the message or a certificate in it cannot be read. */
export function readCertificateMessage(body: Octets, version: TlsVersion): Chain | null {
  const hasExtensions = version === 'TLSv1.3';
  const from = reader(body);
  if (hasExtensions) takeVector(from, 1);
  const list = reader(takeVector(from, 3));
  const chain = [];
  while (list.ok && !atEnd(list)) {
    const certificate = decodeCertificate(takeVector(list, 3));
    if (hasExtensions) takeVector(list, 2);
    if (certificate === null) return null;
    chain.push(certificate);
  }
  return from.ok && atEnd(from) && list.ok ? chain : null;
}

/** RFC 8446 §4.4.3: algorithm rsa_pss_rsae_sha256 and the signature. */
export const certificateVerify = (signature: Octets): Octets =>
  message('CertificateVerify', RSA_PSS_SHA256 + vector(2, signature));

/** RFC 8422 §5.4: an ECDHE share, signed. */
export const serverKeyExchange = (share: Octets, signature: Octets): Octets =>
  message('ServerKeyExchange', `\x03${X25519}${vector(1, share)}${RSA_PSS_SHA256}${vector(2, signature)}`);

export const clientKeyExchange = (share: Octets): Octets => message('ClientKeyExchange', vector(1, share));

export const encryptedExtensions = (): Octets => message('EncryptedExtensions', vector(2, ''));
