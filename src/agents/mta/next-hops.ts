/** Where the MTA sends mail for a domain (RFC 5321 §5.1): configured hops, address literals, mail exchangers. */
import { routeFor } from '../../dns/exchangers.ts';
import { parseName } from '../../dns/names.ts';
import type { Exchanger, Lookup } from '../../dns/types.ts';
import { isLoopback } from '../../sim/network.ts';
import { literalAddress } from '../networks.ts';
import { lookUpHost } from '../stub-resolver.ts';
import type { Delivery, MtaState } from './types.ts';

export type NextHops =
  | {
      readonly kind: 'hops';
      readonly by: 'mx' | 'implicit' | 'literal' | 'static';
      readonly exchangers: readonly Exchanger[];
      readonly port: number;
      readonly protocol: 'smtp' | 'lmtp';
    }
  | { readonly kind: 'none'; readonly why: 'nullMx' | 'noDomain' | 'noAddress' | 'temporary' | 'loop' }
  /** The configured next hop cannot be found: this host's own mistake, so the letters wait until it is mended. */
  | { readonly kind: 'misconfigured'; readonly host: string };

/** The exchangers in the order to be tried, as far as the delivery’s answers tell. */
export function nextHops(state: MtaState, delivery: Delivery): Lookup<NextHops> {
  const { config } = state;
  const { domain, known } = delivery;
  const transport = Object.hasOwn(config.transports, domain) ? config.transports[domain] : undefined;
  const relay = config.relayHost;
  const fixed =
    transport ??
    (relay.startsWith('[') ? { protocol: 'smtp' as const, host: relay.slice(1, -1), port: 25 } : null);
  if (fixed) {
    const found = lookUpHost(config.resolver, fixed.host, known);
    if ('need' in found) return found;
    const host = found.done;
    if (host.kind === 'unknown') return { done: { kind: 'misconfigured', host: fixed.host } };
    const exchangers = [{ preference: 0, name: host.name, addresses: host.addresses }];
    return { done: { kind: 'hops', by: 'static', exchangers, port: fixed.port, protocol: fixed.protocol } };
  }
  if (relay === '' && domain.startsWith('[')) return { done: literalHop(domain) };
  const name = parseName(relay === '' ? domain : relay);
  if (name === null) return { done: { kind: 'none', why: 'noDomain' } };
  const { types } = config.resolver;
  const route = routeFor(name, known, delivery.chance, [state.hostname.toLowerCase()], types);
  if ('need' in route) return route;
  if (route.done.kind === 'none')
    return { done: relay === '' ? route.done : { kind: 'misconfigured', host: relay } };
  const { by, exchangers } = route.done;
  return { done: { kind: 'hops', by, exchangers, port: 25, protocol: 'smtp' } };
}

/** RFC 5321 §2.3.5, §4.1.3: an address literal is where it says. */
function literalHop(domain: string): NextHops {
  const address = literalAddress(domain);
  if (address === null) return { kind: 'none', why: 'noDomain' };
  const exchangers = [{ preference: 0, name: domain, addresses: [address] }];
  return { kind: 'hops', by: 'literal', exchangers, port: 25, protocol: 'smtp' };
}

/** RFC 5321 §5.1: a host that finds itself among the exchangers, here by its address, leaves out those no better. */
export function beforeOurselves(
  { config, service }: MtaState,
  { exchangers, port }: Extract<NextHops, { kind: 'hops' }>,
): readonly Exchanger[] {
  const isOwn = (address: string) => isLoopback(address) || service.addresses.includes(address);
  const self = port === config.port ? exchangers.find(({ addresses }) => addresses.some(isOwn)) : undefined;
  return self ? exchangers.filter(({ preference }) => preference < self.preference) : exchangers;
}

/** Reasons that will not pass; any other is temporary. */
export const UNROUTABLE: Readonly<Record<string, { readonly status: string; readonly why: string }>> = {
  nullMx: { status: '5.1.10', why: 'domain does not accept mail (null MX)' },
  noDomain: { status: '5.4.4', why: 'host or domain name not found' },
  noAddress: { status: '5.4.4', why: 'no mail exchanger has an address' },
  loop: { status: '5.4.6', why: 'mail for this domain loops back to this host' },
};
