/**
 * Is this the server we wanted? The checks of RFC 5280 §6 and RFC 6125 that mail programs make, in OpenSSL's order,
 * numbers and words.
 */
import type { Millis } from '../../base/time.ts';
import type { Certificate, Chain, TrustStore } from './certificate.ts';
import { isIssuedBy, isSame, isSelfSigned } from './certificate.ts';

/** OpenSSL's `X509_V_ERR_…` (`man openssl-verification-options`, x509_vfy.h). */
export const VERIFY_TEXTS = {
  1: 'unspecified certificate verification error',
  9: 'certificate is not yet valid',
  10: 'certificate has expired',
  18: 'self-signed certificate',
  19: 'self-signed certificate in certificate chain',
  20: 'unable to get local issuer certificate',
  21: 'unable to verify the first certificate',
  22: 'certificate chain too long',
  62: 'hostname mismatch',
} as const;

export type VerifyCode = keyof typeof VERIFY_TEXTS;

/** One line of `openssl s_client`: `verify error:num=20:unable to get local issuer certificate`. */
export interface VerifyError {
  readonly code: VerifyCode;
  readonly text: string;
  /** 0 is the server's own certificate. */
  readonly depth: number;
  /** Of the certificate at that depth. */
  readonly subject: string;
}

export interface Verification {
  readonly ok: boolean;
  /** In the order OpenSSL finds them when it goes on after each. */
  readonly errors: readonly VerifyError[];
  /** `Verify return code: 21 (unable to verify the first certificate)`: the last error's; 0 and `ok` without any. */
  readonly code: VerifyCode | 0;
  readonly text: string;
  /** The chain as it was put together, leaf first, as far as issuers were found. */
  readonly path: Chain;
}

/** OpenSSL allows 100; no honest chain comes near. */
const DEPTH_LIMIT = 10;

/**
 * Checks what a server presented. `expectedName` is the DNS name it must be good for; empty: any name will do, as for
 * `openssl s_client` without `-verify_hostname`. `instant` is milliseconds since 1970-01-01T00:00:00Z.
 */
export function verifyCertificate(
  chain: Chain,
  trust: TrustStore,
  expectedName: string,
  instant: Millis,
): Verification {
  const leaf = chain[0];
  const errors: VerifyError[] = [];
  const found = (code: VerifyCode, depth: number): void => {
    errors.push({ code, text: VERIFY_TEXTS[code], depth, subject: path[depth]?.subject ?? '' });
  };
  const path = leaf === undefined ? [] : buildPath(leaf, chain, trust);
  if (leaf === undefined) found(1, 0);
  else {
    const anchored = checkAnchor(path, trust, found);
    if (expectedName !== '' && !isGoodFor(leaf, expectedName)) found(62, 0);
    if (!anchored && path.length === 1 && !isSelfSigned(leaf)) found(21, 0);
    checkTimes(path, instant, found);
  }
  const last = errors.at(-1);
  return { ok: errors.length === 0, errors, code: last?.code ?? 0, text: last?.text ?? 'ok', path };
}

/** From the leaf up; an issuer we trust is preferred to one the server sent. */
function buildPath(leaf: Certificate, presented: Chain, trust: TrustStore): Certificate[] {
  const path = [leaf];
  for (let top = leaf; path.length <= DEPTH_LIMIT && !isSelfSigned(top); ) {
    const below = top;
    const issuer =
      trust.find((other) => isIssuedBy(below, other)) ?? presented.find((other) => isIssuedBy(below, other));
    if (issuer === undefined) break;
    path.push(issuer);
    top = issuer;
  }
  return path;
}

/** The chain must end in a root we trust. */
function checkAnchor(
  path: Chain,
  trust: TrustStore,
  found: (code: VerifyCode, depth: number) => void,
): boolean {
  const depth = path.length - 1;
  const root = path[depth]!;
  if (depth >= DEPTH_LIMIT) found(22, depth);
  else if (!isSelfSigned(root)) found(20, depth);
  else if (!trust.some((other) => isSame(other, root))) found(depth === 0 ? 18 : 19, depth);
  else return true;
  return false;
}

/** From the top down. OpenSSL passes over the topmost of a chain that breaks off, unless it is the leaf. */
function checkTimes(path: Chain, instant: Millis, found: (code: VerifyCode, depth: number) => void): void {
  const second = Math.floor(instant / 1000) * 1000;
  const top = path.length - 1;
  const from = top > 0 && !isSelfSigned(path[top]!) ? top - 1 : top;
  for (let depth = from; depth >= 0; depth--) {
    const { notBefore, notAfter } = path[depth]!;
    if (second < notBefore) found(9, depth);
    // OpenSSL counts the last second out, though RFC 5280 §4.1.2.5 counts it in.
    if (second >= notAfter) found(10, depth);
  }
}

/** By its dNSNames; by its common name only when it has none (RFC 6125 §6.4.4). */
export function isGoodFor(certificate: Certificate, host: string): boolean {
  const { names, subject } = certificate;
  return (names.length > 0 ? names : [subject]).some((name) => nameMatches(name, host));
}

/**
 * RFC 6125 §6.4.1 and §6.4.3: case does not matter; `*` stands for one whole first label, over at least two more.
 * (OpenSSL bears with `w*.example.org`, which RFC 9525 §6.3 has abolished; we do not.)
 */
export function nameMatches(pattern: string, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  const name = pattern.toLowerCase();
  if (wanted === '') return false;
  if (!name.startsWith('*.')) return !name.includes('*') && name === wanted;
  const rest = name.slice(1);
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === rest && rest.includes('.', 1) && !rest.includes('*');
}
