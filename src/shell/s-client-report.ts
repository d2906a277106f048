/** What `openssl s_client` tells of a handshake: the verification while it goes on, and the report behind it. */
import type { Millis } from '../base/time.ts';
import type { Certificate, Chain } from '../protocol/tls/certificate.ts';
import { isSelfSigned } from '../protocol/tls/certificate.ts';
import { certificatePem, opensslDate, opensslName } from '../protocol/tls/certificate-text.ts';
import { hexDigest } from '../protocol/tls/digest.ts';
import type { TlsState } from '../protocol/tls/types.ts';
import type { Verification, VerifyCode } from '../protocol/tls/verify.ts';
import { nameMatches } from '../protocol/tls/verify.ts';
import { TLS_VERSIONS } from '../protocol/tls/versions.ts';
import type { SClientOptions } from './s-client-options.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/**
 * The calls that OpenSSL makes of its `verify_callback`: each thing found wrong, in its order, and each certificate that
 * is good, from the top of the chain to the leaf. With `strict` the first wrong thing is the last call.
 */
export function verifyLines({ errors, path }: Verification, quiet: boolean, strict: boolean): string {
  const lines: string[] = [];
  // What was wrong last is still on OpenSSL's mind when a certificate is good, and it prints its date again.
  let last: VerifyCode | 0 = 0;
  const good = (depth: number): void => {
    const certificate = path[depth];
    if (certificate === undefined) return;
    if (!quiet) lines.push(depthLine(depth, certificate));
    lines.push(...dateLines(last, certificate));
    if (!quiet) lines.push('verify return:1');
  };
  let next = topVerified(path);
  for (const { code, text: words, depth } of errors) {
    const ofTime = code === 9 || code === 10;
    // Times are looked at certificate by certificate, all else before.
    for (; ofTime && next > depth; next--) good(next);
    last = code;
    lines.push(depthLine(depth, path[depth]), `verify error:num=${code}:${words}`);
    lines.push(...dateLines(code, path[depth]));
    if (strict) return text(lines);
    if (!quiet) lines.push('verify return:1');
  }
  for (; next >= 0; next--) good(next);
  return text(lines);
}

/** OpenSSL passes over the topmost of a chain that breaks off, unless it is the leaf. */
function topVerified(path: Chain): number {
  const top = path.length - 1;
  return top > 0 && !isSelfSigned(path[top]!) ? top - 1 : top;
}

const depthLine = (depth: number, certificate: Certificate | undefined): string =>
  `depth=${depth} ${certificate === undefined ? '<no cert>' : opensslName(certificate.subject)}`;

function dateLines(code: VerifyCode | 0, certificate: Certificate | undefined): readonly string[] {
  if (certificate === undefined) return [];
  if (code === 9) return [`notBefore=${opensslDate(certificate.notBefore)}`];
  return code === 10 ? [`notAfter=${opensslDate(certificate.notAfter)}`] : [];
}

/** How far it came. `rejected`: by -verify_return_error; `undone`: not to its end, `none`: not even to a certificate. */
export type HandshakeEnd = 'done' | 'rejected' | 'undone' | 'none';

export interface Handshake {
  readonly end: HandshakeEnd;
  readonly options: SClientOptions;
  readonly tls: TlsState;
  /** Octets of the connection, both ways, those before STARTTLS included. */
  readonly read: number;
  readonly written: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly instant: Millis;
}

const TEMP_KEY = 'Server Temp Key: X25519, 253 bits';

/** The lines of -brief. */
export function summary({ options, tls }: Handshake): string {
  const version = tls.version ?? 'TLSv1.3';
  const leaf = tls.peerChain[0];
  return text([
    'CONNECTION ESTABLISHED',
    `Protocol version: ${version}`,
    `Ciphersuite: ${TLS_VERSIONS[version].cipher}`,
    ...(leaf === undefined ? [] : [`Peer certificate: ${opensslName(leaf.subject)}`]),
    'Hash used: SHA256',
    'Signature type: RSA-PSS',
    ...verificationLines(tls, options),
    ...(version === 'TLSv1.3'
      ? []
      : [
          'Supported Elliptic Curve Point Formats: uncompressed:ansiX962_compressed_prime:ansiX962_compressed_char2',
        ]),
    TEMP_KEY,
  ]);
}

function verificationLines(
  { verification, peerChain }: TlsState,
  { expectedName }: SClientOptions,
): string[] {
  if (verification !== null && !verification.ok)
    return [`Verification error: ${reported(verification, false).text}`];
  const leaf = peerChain[0];
  const names = leaf === undefined ? [] : leaf.names.length > 0 ? leaf.names : [leaf.subject];
  const name = expectedName === '' ? undefined : names.find((one) => nameMatches(one, expectedName));
  return ['Verification: OK', ...(name === undefined ? [] : [`Verified peername: ${name}`])];
}

/** The last thing wrong; the first, where the verification ended with it. */
function reported(verification: Verification | null, strict: boolean): { code: number; text: string } {
  const first = verification?.errors[0];
  if (strict && first !== undefined) return { code: first.code, text: first.text };
  return { code: verification?.code ?? 0, text: verification?.text ?? 'ok' };
}

/** What stands between `CONNECTED` and the server's first line. */
export function report(handshake: Handshake): string {
  const { end, options, tls, read, written } = handshake;
  const { peerChain, version } = tls;
  const known = end === 'done' || end === 'undone';
  const modern = version === 'TLSv1.3';
  const agreed = version !== null && (end === 'done' || (end === 'rejected' && modern));
  return text([
    '---',
    ...(peerChain.length === 0 ? [] : ['Certificate chain', ...chainLines(peerChain, options), '---']),
    ...(known ? certificateLines(peerChain, options) : ['no peer certificate available']),
    '---',
    'No client certificate CA names sent',
    ...(end === 'done' ? ['Peer signing digest: SHA256', 'Peer signature type: RSA-PSS'] : []),
    ...(known || (end === 'rejected' && modern) ? [TEMP_KEY] : []),
    '---',
    `SSL handshake has read ${read} bytes and written ${written} bytes`,
    ...(end === 'rejected'
      ? [`Verification error: ${reported(tls.verification, true).text}`]
      : verificationLines(tls, options)),
    '---',
    agreed ? `New, ${version}, Cipher is ${TLS_VERSIONS[version].cipher}` : 'New, (NONE), Cipher is (NONE)',
    ...(known ? ['Server public key is 2048 bit'] : []),
    `Secure Renegotiation IS ${version === null || modern ? 'NOT ' : ''}supported`,
    'Compression: NONE',
    'Expansion: NONE',
    'No ALPN negotiated',
    ...sessionLines(handshake),
    '---',
  ]);
}

function chainLines(chain: Chain, { showCerts }: SClientOptions): string[] {
  return chain.flatMap((certificate, at) => [
    ` ${at} s:${opensslName(certificate.subject)}`,
    `   i:${opensslName(certificate.issuer)}`,
    '   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256',
    `   v:NotBefore: ${opensslDate(certificate.notBefore)}; NotAfter: ${opensslDate(certificate.notAfter)}`,
    ...(showCerts ? [certificatePem(certificate).trimEnd()] : []),
  ]);
}

function certificateLines([leaf]: Chain, { showCerts }: SClientOptions): string[] {
  if (leaf === undefined) return ['no peer certificate available'];
  return [
    'Server certificate',
    ...(showCerts ? [] : [certificatePem(leaf).trimEnd()]),
    `subject=${opensslName(leaf.subject)}`,
    `issuer=${opensslName(leaf.issuer)}`,
  ];
}

/** TLS 1.3 has sessions by tickets only, and our servers give none. */
function sessionLines({ end, options, tls, instant }: Handshake): string[] {
  const version = tls.version ?? options.versions[0] ?? 'TLSv1.3';
  const { code, text: words } = reported(tls.verification, end === 'rejected');
  const verified = `Verify return code: ${code} (${words})`;
  if (version === 'TLSv1.3') return ['Early data was not sent', verified];
  const done = end === 'done';
  const secret = tls.secret?.join(' ') ?? '';
  return [
    'SSL-Session:',
    `    Protocol  : ${version}`,
    `    Cipher    : ${done ? TLS_VERSIONS[version].cipher : '0000'}`,
    `    Session-ID: ${done ? hexDigest(`session ${secret}`, 64) : ''}`,
    '    Session-ID-ctx: ',
    `    Master-Key: ${done ? hexDigest(`master ${secret}`, 96) : ''}`,
    '    PSK identity: None',
    '    PSK identity hint: None',
    '    SRP username: None',
    `    Start Time: ${Math.floor(instant / 1000)}`,
    '    Timeout   : 7200 (sec)',
    // The session has not been told of a verification that ended the handshake.
    `    ${end === 'rejected' ? 'Verify return code: 0 (ok)' : verified}`,
    `    Extended master secret: ${end === 'none' ? 'no' : 'yes'}`,
  ];
}
