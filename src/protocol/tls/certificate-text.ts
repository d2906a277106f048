/** Certificates as text: what `openssl x509` prints, and the PEM blocks of certificate files. */
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/octets.ts';
import type { Clock, Millis } from '../../base/time.ts';
import { civilTime, MONTHS, parseRfc3339 } from '../../base/time.ts';
import { decodeBase64, encodeBase64Line } from '../../mail/mime.ts';
import type { Certificate } from './certificate.ts';

const UTC: Clock = { epochMs: 0, offsetMinutes: 0 };
const two = (n: number): string => String(n).padStart(2, '0');

/** OpenSSL's `Feb  1 11:52:24 2006 GMT`. */
export function opensslDate(instant: Millis): string {
  const t = civilTime(UTC, instant);
  const clock = `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  return `${MONTHS[t.month - 1]} ${String(t.day).padStart(2)} ${clock} ${t.year} GMT`;
}

/** A name as OpenSSL 3.0 prints it. */
export const opensslName = (commonName: string): string => `CN = ${commonName}`;

/** The lines of `openssl x509 -noout -subject -issuer -dates`, as OpenSSL 3.0 prints them. */
export const x509Lines = (certificate: Certificate): readonly string[] => [
  `subject=${opensslName(certificate.subject)}`,
  `issuer=${opensslName(certificate.issuer)}`,
  `notBefore=${opensslDate(certificate.notBefore)}`,
  `notAfter=${opensslDate(certificate.notAfter)}`,
];

/** `DNS:mail.example.org, DNS:*.example.org`, as under `X509v3 Subject Alternative Name:`. */
export const alternativeNames = (certificate: Certificate): string =>
  certificate.names.map((name) => `DNS:${name}`).join(', ');

const FORM = 'Posthorn certificate 1 (lines of text, not DER)';
const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

const NAME_LIMIT = 255;
const NAMES_LIMIT = 100;
/** Octets of one encoded certificate, and blocks in one file, that are read at all. */
const ENCODED_LIMIT = 32_768;
const BLOCKS_LIMIT = 200;

/** Names may hold no control characters: they would end a line. */
const clean = (name: string): string => name.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, NAME_LIMIT);

function rfc3339(instant: Millis): string {
  const t = civilTime(UTC, instant);
  const date = `${String(t.year).padStart(4, '0')}-${two(t.month)}-${two(t.day)}`;
  return `${date}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}Z`;
}

/**
 * The octets that stand for a certificate in files and on the wire. They are *not* X.509's DER: they are lines of text,
 * which whoever decodes the base64 of a PEM block can read, and the first line says so.
 */
export function encodeCertificate(certificate: Certificate): Octets {
  const lines = [
    FORM,
    `serial ${certificate.serial}`,
    `issuer ${clean(certificate.issuer)}`,
    `issuer-key ${certificate.issuerKeyId}`,
    `not-before ${rfc3339(certificate.notBefore)}`,
    `not-after ${rfc3339(certificate.notAfter)}`,
    `subject ${clean(certificate.subject)}`,
    `subject-key ${certificate.keyId}`,
    ...certificate.names.slice(0, NAMES_LIMIT).map((name) => `dns-name ${clean(name)}`),
  ];
  return encodeUtf8(`${lines.join('\n')}\n`);
}

const SHAPE = new RegExp(
  [
    '^[^\\n]*\\nserial ([0-9A-F]{1,40})\\nissuer ([^\\n]*)\\nissuer-key ([0-9A-F]{1,40})',
    'not-before (\\S{20})\\nnot-after (\\S{20})\\nsubject ([^\\n]*)\\nsubject-key ([0-9A-F]{1,40})\\n([^]*)$',
  ].join('\\n'),
);

/** What `encodeCertificate` made; null for anything it would not have made. */
export function decodeCertificate(encoded: Octets): Certificate | null {
  if (encoded.length > ENCODED_LIMIT || !encoded.startsWith(`${FORM}\n`)) return null;
  const parts = SHAPE.exec(decodeUtf8(encoded));
  if (parts === null) return null;
  const [serial, issuer, issuerKeyId, first, last, subject, keyId, rest] = parts.slice(1) as [
    ...[string, string, string, string],
    ...[string, string, string, string],
  ];
  const notBefore = parseRfc3339(first)?.epochMs;
  const notAfter = parseRfc3339(last)?.epochMs;
  if (notBefore === undefined || notAfter === undefined) return null;
  const names = rest
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice('dns-name '.length));
  const certificate: Certificate = {
    subject,
    names,
    issuer,
    notBefore,
    notAfter,
    serial,
    keyId,
    issuerKeyId,
  };
  return encodeCertificate(certificate) === encoded ? certificate : null;
}

/** A PEM block (RFC 7468 §5), lines of 64 characters ended by LF. See `encodeCertificate` for what is in it. */
export function certificatePem(certificate: Certificate): string {
  const lines = encodeBase64Line(encodeCertificate(certificate)).match(/.{1,64}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/**
 * The certificates of a file, in its order: a certificate with its chain, or a CA file. Text around the blocks is
 * passed over (RFC 7468 §5.2). Null when there is none, too many, or one that cannot be read.
 */
export function parseCertificates(file: string): readonly Certificate[] | null {
  const certificates: Certificate[] = [];
  for (let at = file.indexOf(BEGIN); at >= 0; at = file.indexOf(BEGIN, at)) {
    const end = file.indexOf(END, at);
    if (end < 0 || certificates.length >= BLOCKS_LIMIT) return null;
    const certificate = parseBlock(file.slice(at + BEGIN.length, end));
    if (certificate === null) return null;
    certificates.push(certificate);
    at = end + END.length;
  }
  return certificates.length > 0 ? certificates : null;
}

function parseBlock(block: string): Certificate | null {
  if (block.length > ENCODED_LIMIT * 2) return null;
  const base64 = block.replace(/[ \t\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  return decodeCertificate(decodeBase64(base64 as Octets));
}
