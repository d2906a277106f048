/** Certificates and their texts; the forms of the lines are what OpenSSL 3.0.22 printed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { decodeBase64 } from '../../mail/mime.ts';
import { issue, selfSigned } from './certificate.ts';
import {
  alternativeNames,
  certificatePem,
  decodeCertificate,
  encodeCertificate,
  parseCertificates,
  x509Lines,
} from './certificate-text.ts';
import { CA, INTERMEDIATE, LEAF, NOW, SELF } from './wire.testing.ts';

test('openssl x509 -noout -subject -issuer -dates', () => {
  expect(x509Lines(LEAF)).toEqual([
    'subject=CN = mail.example.org',
    'issuer=CN = Inter CA',
    'notBefore=Feb 28 12:00:00 2026 GMT',
    'notAfter=May 29 12:00:00 2026 GMT',
  ]);
  expect(x509Lines(selfSigned({ subject: 'x', notBefore: Date.UTC(2006, 1, 1, 9, 7, 5), days: 1 }))[2]).toBe(
    'notBefore=Feb  1 09:07:05 2006 GMT',
  );
  expect(alternativeNames(LEAF)).toBe('DNS:mail.example.org, DNS:*.example.org');
});

test('the same request gives the same certificate, another one other keys', () => {
  const request = { subject: 'a.example', notBefore: NOW, days: 10 };
  expect(selfSigned(request)).toEqual(selfSigned(request));
  expect(issue(CA, request)).toEqual(issue(CA, request));
  expect(selfSigned(request).keyId).toMatch(/^[0-9A-F]{40}$/);
  expect(selfSigned({ ...request, subject: 'b.example' }).keyId).not.toBe(selfSigned(request).keyId);
  expect(selfSigned({ ...request, notBefore: NOW + 1000 }).keyId).not.toBe(selfSigned(request).keyId);
  expect(issue(CA, request).serial).not.toBe(selfSigned(request).serial);
});

test('validity is whole seconds that X.509 can name', () => {
  const { notBefore, notAfter } = selfSigned({ subject: 'x', notBefore: 1999.5, days: 1e12 });
  expect([notBefore, new Date(notAfter).toISOString()]).toEqual([1000, '9999-12-31T23:59:59.000Z']);
  expect(selfSigned({ subject: 'x', notBefore: Number.NaN, days: 1 }).notBefore).toBe(0);
});

test('a PEM block comes back, and says itself what it is', () => {
  const pem = certificatePem(LEAF);
  const lines = pem.split('\n');
  expect(lines[0]).toBe('-----BEGIN CERTIFICATE-----');
  expect(lines.slice(-2)).toEqual(['-----END CERTIFICATE-----', '']);
  expect(lines.every((line) => line.length <= 64)).toBe(true);
  expect(parseCertificates(pem)).toEqual([LEAF]);
  const plain = decodeBase64(lines.slice(1, -2).join('') as Octets);
  expect(plain).toMatch(/^Posthorn certificate 1 \(lines of text, not DER\)\nserial /);
  expect(plain).toContain('\ndns-name *.example.org\n');
});

test('a file holds a chain, with text around and any line ends', () => {
  const file = `leaf\n${certificatePem(LEAF)}\nnext\n${certificatePem(INTERMEDIATE)}${certificatePem(CA)}`;
  expect(parseCertificates(file)).toEqual([LEAF, INTERMEDIATE, CA]);
  expect(parseCertificates(file.replaceAll('\n', '\r\n'))).toEqual([LEAF, INTERMEDIATE, CA]);
  expect(parseCertificates(certificatePem(SELF).repeat(201))).toBeNull();
});

test('what is no certificate is null', () => {
  const pem = certificatePem(LEAF);
  for (const file of [
    '',
    'x',
    pem.slice(0, -30),
    pem.slice(0, 60),
    pem.replace(/\n[^\n]+\n/, '\n'),
    `${pem}${pem.slice(0, 200)}`,
  ])
    expect(parseCertificates(file)).toBeNull();
  expect(parseCertificates('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')).toBeNull();
  const good = encodeCertificate(LEAF);
  for (const bad of [
    good.replace('2026-02-28', '2026-02-30'),
    good.replace('2026-02-28', '2026-02-3x'),
    good.replace('subject ', 'Subject '),
    good.replace('dns-name ', 'dnsname '),
    `${good}x`,
    `${good}\n`,
    good.slice(0, -1),
    good.replace('mail', 'm\xff\xfeil'),
    good + 'dns-name x\n'.repeat(100),
    good.replace('Inter CA', 'x'.repeat(40_000)),
    good.replace('Inter CA', 'Inter\x00CA'),
  ])
    expect(decodeCertificate(bad as Octets)).toBeNull();
  expect(decodeCertificate(good)).toEqual(LEAF);
});

test('whatever the names are, what is written can be read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }),
      (subject, names) => {
        const written = encodeCertificate(selfSigned({ subject, names, notBefore: NOW, days: 1 }));
        const read = decodeCertificate(written);
        expect(read).not.toBeNull();
        expect(encodeCertificate(read!)).toBe(written);
      },
    ),
    { numRuns: 300 },
  );
});

test('no file throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 600 }), (noise, at) => {
      const pem = certificatePem(LEAF);
      parseCertificates(noise);
      parseCertificates(pem.slice(0, at) + noise + pem.slice(at));
      decodeCertificate((encodeCertificate(LEAF).slice(0, at) + noise) as Octets);
    }),
    { numRuns: 300 },
  );
});
