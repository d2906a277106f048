/**
 * Certificates as plain data: what X.509 (RFC 5280) would hold as far as mail programs look at it. The signature is the
 * issuer's name and key id: nobody needs a key to forge one here.
 */
import type { Millis } from '../../base/time.ts';
import { hexDigest } from './digest.ts';

export interface Certificate {
  /** Common name of the subject. */
  readonly subject: string;
  /** dNSNames of the subjectAltName extension; the first label may be `*`. */
  readonly names: readonly string[];
  /** Common name of the issuer. */
  readonly issuer: string;
  /** Milliseconds since 1970-01-01T00:00:00Z (a `Clock`'s epochMs + now), whole seconds as in X.509. */
  readonly notBefore: Millis;
  readonly notAfter: Millis;
  /** Upper-case hexadecimal digits. */
  readonly serial: string;
  /** Key identifiers of the subject and of the issuer (RFC 5280 §4.2.1.1–2), upper-case hexadecimal digits. */
  readonly keyId: string;
  readonly issuerKeyId: string;
}

/** Leaf first, each issued by the next; the root may be left out (RFC 8446 §4.4.2). */
export type Chain = readonly Certificate[];

/** Certificates trusted to begin chains: what is in a `CAfile`. A self-signed one trusted directly counts, too. */
export type TrustStore = readonly Certificate[];

/** What a certificate is asked for. */
export interface CertificateRequest {
  readonly subject: string;
  /** Default: the subject alone. A CA's has none. */
  readonly names?: readonly string[];
  /** First instant of validity, milliseconds since 1970-01-01T00:00:00Z. */
  readonly notBefore: Millis;
  readonly days: number;
}

const DAY_MS = 86_400_000;
/** 9999-12-31T23:59:59Z, the last instant X.509 can name (RFC 5280 §4.1.2.5). */
const LAST_INSTANT = 253_402_300_799_000;

/** Issued by itself: what `openssl req -x509` makes, for a host or for a CA. The same request gives the same certificate. */
export function selfSigned(request: CertificateRequest): Certificate {
  const keyId = keyIdOf(request);
  return certificate(request, keyId, request.subject, keyId);
}

/** Issued by the simulated CA (or intermediate) whose certificate is `issuer`. */
export const issue = (issuer: Certificate, request: CertificateRequest): Certificate =>
  certificate(request, keyIdOf(request), issuer.subject, issuer.keyId);

const keyIdOf = (request: CertificateRequest): string =>
  hexDigest(`key ${request.subject} ${request.notBefore}`, 40);

function certificate(
  request: CertificateRequest,
  keyId: string,
  issuer: string,
  issuerKeyId: string,
): Certificate {
  const { subject, names = [subject] } = request;
  const notBefore = wholeSecond(request.notBefore);
  const notAfter = wholeSecond(notBefore + request.days * DAY_MS);
  const serial = hexDigest(`serial ${issuerKeyId} ${keyId} ${names.join()} ${notAfter}`, 40);
  return { subject, names, issuer, notBefore, notAfter, serial, keyId, issuerKeyId };
}

function wholeSecond(instant: Millis): Millis {
  if (!(instant > 0)) return 0;
  return Math.min(Math.floor(instant / 1000) * 1000, LAST_INSTANT);
}

export const isSelfSigned = (certificate: Certificate): boolean => isIssuedBy(certificate, certificate);

export const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  certificate.issuer === issuer.subject && certificate.issuerKeyId === issuer.keyId;

export const isSame = (one: Certificate, other: Certificate): boolean =>
  one.keyId === other.keyId &&
  one.serial === other.serial &&
  one.subject === other.subject &&
  one.issuerKeyId === other.issuerKeyId;
