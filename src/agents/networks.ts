/** Address ranges, as in `mynetworks`. */
import { addressFamily, parseIpv4, parseIpv6 } from '../dns/names.ts';

/** Whether `address` lies in one of the CIDR blocks (`10.2.3.0/24`, `2001:db8::/32`, or a single address). */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  return networks.some((network) => inNetwork(address, network));
}

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

function inNetwork(address: string, network: string): boolean {
  const [base = '', prefix] = network.split('/');
  const bits = (text: string): readonly number[] | null => {
    const four = parseIpv4(text);
    if (four) return four.flatMap((octet) => [octet >> 4, octet & 15]);
    const six = parseIpv6(text);
    return six
      ? six.flatMap((group) => [group >> 12, (group >> 8) & 15, (group >> 4) & 15, group & 15])
      : null;
  };
  const one = bits(address);
  const other = bits(base);
  if (!one || !other || one.length !== other.length) return false;
  const length = prefix === undefined ? one.length * 4 : Number(prefix);
  for (let i = 0; i * 4 < length; i++) {
    const left = Math.min(4, length - i * 4);
    if (one[i]! >> (4 - left) !== other[i]! >> (4 - left)) return false;
  }
  return true;
}
