/** Address ranges, as in `mynetworks`. */
import { addressFamily, parseIpv4, parseIpv6 } from '../dns/names.ts';

/** Whether `address` lies in one of the CIDR blocks (`10.2.3.0/24`, `2001:db8::/32`, or a single address). */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  const groups = groupsOf(address);
  return groups !== null && networks.some((network) => inNetwork(groups, network));
}

/** Octets of an IPv4 address, 16-bit groups of an IPv6 address; null for neither. */
const groupsOf = (address: string): readonly number[] | null => parseIpv4(address) ?? parseIpv6(address);

/** The address in an address literal's brackets (RFC 5321 §4.1.3); null when it is none. */
export function literalAddress(domain: string): string | null {
  if (!domain.startsWith('[') || !domain.endsWith(']')) return null;
  const address = domain.slice(1, -1).replace(/^ipv6:/i, '');
  return addressFamily(address) === null ? null : address;
}

/** Whether an address literal names one of these addresses, however it is written. */
export function isOwnLiteral(domain: string, addresses: readonly string[]): boolean {
  const address = literalAddress(domain);
  return address !== null && inNetworks(address, addresses);
}

function inNetwork(groups: readonly number[], network: string): boolean {
  const slash = network.indexOf('/');
  const base = groupsOf(slash < 0 ? network : network.slice(0, slash));
  if (base === null || base.length !== groups.length) return false;
  const width = base.length === 4 ? 8 : 16;
  let bits = slash < 0 ? base.length * width : Number(network.slice(slash + 1));
  for (let i = 0; bits > 0 && i < base.length; i++, bits -= width) {
    const shift = Math.max(0, width - bits);
    if (groups[i]! >> shift !== base[i]! >> shift) return false;
  }
  return true;
}
