/** What `openssl s_client` of OpenSSL 3.0.22 found for the same chains: every `verify error:num=` and the return code. */
import { describe, expect, test } from 'vitest';
import type { Chain, TrustStore } from './certificate.ts';
import { issue, selfSigned } from './certificate.ts';
import { nameMatches, verifyCertificate } from './verify.ts';
import { CA, DAY, INTERMEDIATE, LEAF, NOW, SELF } from './wire.testing.ts';

const LATER = NOW + 4000 * DAY;
const EARLIER = NOW - 4000 * DAY;

function verified(chain: Chain, trust: TrustStore, name: string, instant: number): string {
  const { errors, code, text } = verifyCertificate(chain, trust, name, instant);
  return [...errors.map((error) => `${error.code}@${error.depth}`), `${code} (${text})`].join(' ');
}

const OTHER = 'other.org';

test.each<[string, Chain, TrustStore, string, number, string]>([
  ['a whole chain', [LEAF, INTERMEDIATE], [CA], 'mail.example.org', NOW, '0 (ok)'],
  ['the root sent along', [LEAF, INTERMEDIATE, CA], [CA], '', NOW, '0 (ok)'],
  ['in any order', [LEAF, CA, INTERMEDIATE], [CA], '', NOW, '0 (ok)'],
  ['self-signed and trusted', [SELF], [SELF], 'mail.example.org', NOW, '0 (ok)'],
  ['no trust', [LEAF, INTERMEDIATE], [], '', NOW, '20@1 20 (unable to get local issuer certificate)'],
  ['no intermediate', [LEAF], [CA], '', NOW, '20@0 21@0 21 (unable to verify the first certificate)'],
  ['self-signed', [SELF], [CA], '', NOW, '18@0 18 (self-signed certificate)'],
  [
    'an unknown root',
    [LEAF, INTERMEDIATE, CA],
    [SELF],
    '',
    NOW,
    '19@2 19 (self-signed certificate in certificate chain)',
  ],
  ['a name', [LEAF, INTERMEDIATE], [CA], OTHER, NOW, '62@0 62 (hostname mismatch)'],
  ['a name and no trust', [LEAF, INTERMEDIATE], [], OTHER, NOW, '20@1 62@0 62 (hostname mismatch)'],
  ['a name, self-signed', [SELF], [], OTHER, NOW, '18@0 62@0 62 (hostname mismatch)'],
  [
    'a name, no intermediate',
    [LEAF],
    [],
    OTHER,
    NOW,
    '20@0 62@0 21@0 21 (unable to verify the first certificate)',
  ],
  ['everything, too late', [LEAF], [], OTHER, LATER, '20@0 62@0 21@0 10@0 10 (certificate has expired)'],
  ['too late, no trust', [LEAF, INTERMEDIATE], [], '', LATER, '20@1 10@0 10 (certificate has expired)'],
  [
    'all of it too late',
    [LEAF, INTERMEDIATE],
    [CA],
    '',
    LATER,
    '10@2 10@1 10@0 10 (certificate has expired)',
  ],
  [
    'all of it too early',
    [LEAF, INTERMEDIATE],
    [CA],
    OTHER,
    EARLIER,
    '62@0 9@2 9@1 9@0 9 (certificate is not yet valid)',
  ],
  ['self-signed, too early', [SELF], [], OTHER, EARLIER, '18@0 62@0 9@0 9 (certificate is not yet valid)'],
  ['nothing', [], [CA], OTHER, NOW, '1@0 1 (unspecified certificate verification error)'],
])('%s', (_, chain, trust, name, instant, expected) => {
  expect(verified(chain, trust, name, instant)).toBe(expected);
});

test('the first second counts, the last does not', () => {
  const at = (instant: number): number => verifyCertificate([SELF], [SELF], '', instant).code;
  expect([at(SELF.notBefore - 1), at(SELF.notBefore)]).toEqual([9, 0]);
  expect([at(SELF.notAfter - 1), at(SELF.notAfter), at(SELF.notAfter + 999)]).toEqual([0, 10, 10]);
});

test('an issuer is known by name and key', () => {
  const impostor = selfSigned({ subject: CA.subject, names: [], notBefore: NOW - 5 * DAY, days: 100 });
  const forged = issue(impostor, { subject: 'mail.example.org', notBefore: NOW, days: 10 });
  expect(verifyCertificate([forged, impostor], [CA], '', NOW).code).toBe(19);
  expect(verifyCertificate([forged], [CA], '', NOW).code).toBe(21);
  const renewed = selfSigned({ subject: SELF.subject, notBefore: NOW, days: 30 });
  expect(verifyCertificate([renewed], [SELF], '', NOW).code).toBe(18);
});

test('chains without end end', () => {
  const one = { ...LEAF, subject: 'one', issuer: 'two', keyId: '1', issuerKeyId: '2' };
  const two = { ...LEAF, subject: 'two', issuer: 'one', keyId: '2', issuerKeyId: '1' };
  const { code, path } = verifyCertificate([one, two], [CA], '', NOW);
  expect([code, path.length]).toEqual([22, 11]);
});

describe('names', () => {
  test.each([
    ['mail.example.org', 'MAIL.Example.org', true],
    ['mail.example.org', 'mail.example.org.', true],
    ['mail.example.org', 'xmail.example.org', false],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'A.EXAMPLE.org', true],
    ['*.example.org', 'a.b.example.org', false],
    ['*.example.org', 'example.org', false],
    ['*.example.org', '.example.org', false],
    ['*.org', 'b.org', false],
    ['*', 'org', false],
    ['*', '', false],
    ['', '', false],
    ['w*.example.net', 'ww.example.net', false],
    ['a.*.example.org', 'a.b.example.org', false],
    ['*.*.example.org', 'a.b.example.org', false],
  ])('%s for %s: %s', (pattern, host, fits) => {
    expect(nameMatches(pattern, host)).toBe(fits);
  });

  test('the common name counts only when there are no others', () => {
    const request = { subject: 'cn.example.org', notBefore: NOW, days: 1 };
    const bare = selfSigned({ ...request, names: [] });
    const named = selfSigned({ ...request, names: ['san.example.org'] });
    expect(verifyCertificate([bare], [bare], 'cn.example.org', NOW).code).toBe(0);
    expect(verifyCertificate([bare], [bare], 'x.example.org', NOW).code).toBe(62);
    expect(verifyCertificate([named], [named], 'cn.example.org', NOW).code).toBe(62);
    expect(verifyCertificate([named], [named], 'san.example.org', NOW).code).toBe(0);
  });
});

test('the depths name their certificates', () => {
  const { errors } = verifyCertificate([LEAF, INTERMEDIATE], [], OTHER, NOW);
  expect(errors.map(({ subject }) => subject)).toEqual(['Inter CA', 'mail.example.org']);
  expect(errors[0]!.text).toBe('unable to get local issuer certificate');
});
