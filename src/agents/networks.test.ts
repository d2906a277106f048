import { expect, test } from 'vitest';
import { inNetworks, isOwnLiteral } from './networks.ts';

test.each([
  ['10.2.3.20', ['10.2.3.0/24'], true],
  ['10.2.4.20', ['10.2.3.0/24'], false],
  ['10.2.4.20', ['192.0.2.1', '10.2.0.0/16'], true],
  ['10.2.3.128', ['10.2.3.128/25'], true],
  ['10.2.3.127', ['10.2.3.128/25'], false],
  ['192.0.2.1', ['192.0.2.1'], true],
  ['192.0.2.2', ['192.0.2.1/32'], false],
  ['203.0.113.9', ['0.0.0.0/0'], true],
  ['2001:db8:f00:b1a::77', ['2001:db8:f00:b1a::/64'], true],
  ['2001:db8:f00:b1b::77', ['2001:db8:f00:b1a::/64'], false],
  ['2001:db8:8000::1', ['2001:db8:8000::/33'], true],
  ['2001:db8:7fff::1', ['2001:db8:8000::/33'], false],
  ['10.2.3.20', ['2001:db8::/32', '::/0'], false],
  ['nonsense', ['0.0.0.0/0'], false],
  ['10.2.3.20', ['nonsense/8', ''], false],
])('%s in %j: %s', (address, networks, expected) => {
  expect(inNetworks(address, networks)).toBe(expected);
});

test.each([
  ['[192.0.2.1]', true],
  ['[IPv6:2001:db8::1]', true],
  ['[ipv6:2001:DB8:0:0::1]', true],
  ['[192.0.2.2]', false],
  ['192.0.2.1', false],
  ['[192.0.2.1', false],
  ['[]', false],
])('the literal %s is one’s own: %s (RFC 5321 §4.1.3)', (domain, expected) => {
  expect(isOwnLiteral(domain, ['192.0.2.1', '2001:db8::1'])).toBe(expected);
});
