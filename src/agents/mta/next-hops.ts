/** Where the MTA sends mail for a domain (RFC 5321 §5.1): configured hops, address literals, mail exchangers. */
import { NOTHING_KNOWN, withAnswer } from '../../dns/known.ts';
import { routeFor } from '../../dns/exchangers.ts';
import { addressFamily, parseName } from '../../dns/names.ts';
import type { Answer, Exchanger, KnownAnswers, Lookup, Question, Route } from '../../dns/types.ts';
import { isLoopback } from '../../sim/network.ts';
import { literalAddress } from '../networks.ts';
import { lookUpHost } from '../stub-resolver.ts';
import type { Trouble } from './entry.ts';
import type { Delivery, Hop, MtaState } from './types.ts';
import { misconfigured } from './wording.ts';
import { wordsOf } from './words.ts';

export type NextHops =
  | {
      readonly kind: 'hops';
      readonly by: 'mx' | 'implicit' | 'literal' | 'static';
      readonly exchangers: readonly Exchanger[];
      readonly port: number;
      readonly protocol: Hop['protocol'];
    }
  | { readonly kind: 'none'; readonly trouble: Trouble };

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
    if (host.kind === 'unknown') {
      const asked = { name: fixed.host, type: addressType(state) };
      const trouble = wordsOf(config.dialect).route('noDomain', fixed.host, asked);
      return { done: { kind: 'none', trouble: misconfigured(trouble) } };
    }
    const exchangers = [{ preference: 0, name: host.name, addresses: host.addresses }];
    return { done: { kind: 'hops', by: 'static', exchangers, port: fixed.port, protocol: fixed.protocol } };
  }
  if (relay === '' && domain.startsWith('[')) return { done: literalHop(state, domain) };
  return byExchangers(state, delivery, relay === '' ? domain : relay);
}

function byExchangers(state: MtaState, delivery: Delivery, domain: string): Lookup<NextHops> {
  const { resolver, relayHost, dialect } = state.config;
  const name = parseName(domain);
  const none = (why: (Route & { kind: 'none' })['why'], known: KnownAnswers): Lookup<NextHops> => {
    const trouble = wordsOf(dialect).route(why, domain, lastAsked(state, name ?? domain, known));
    return { done: { kind: 'none', trouble: relayHost === '' ? trouble : misconfigured(trouble) } };
  };
  if (name === null) return none('noDomain', NOTHING_KNOWN);
  let { known } = delivery;
  for (;;) {
    const route = routeFor(name, known, delivery.chance, [state.hostname.toLowerCase()], resolver.types);
    if ('need' in route) {
      const numbers = route.need.filter(isNumeric);
      if (numbers.length === 0) return route;
      for (const question of numbers) known = withAnswer(known, itself(question));
      continue;
    }
    if (route.done.kind === 'none') return none(route.done.why, known);
    const { by, exchangers } = route.done;
    const hops = { kind: 'hops', by, exchangers, port: 25, protocol: 'smtp' } as const;
    const eligible = beforeOurselves(state, hops);
    return eligible.length === 0 ? none('loop', known) : { done: { ...hops, exchangers: eligible } };
  }
}

/** An MX record that holds an address instead of a name: not allowed (RFC 5321 §5.1), and Postfix goes there all the same. */
const isNumeric = ({ name, type }: Question): boolean =>
  (type === 'A' || type === 'AAAA') && addressFamily(name) !== null;

function itself(question: Question): Answer {
  const { name, type } = question;
  const fits = addressFamily(name) === (type === 'A' ? 4 : 6);
  const data = { type: type as 'A', address: name };
  return { question, rcode: 'NOERROR', records: fits ? [{ name, ttl: 0, data }] : [] };
}

/** The look-up that failed, as messages name it: the last address asked for, or the MX itself. */
function lastAsked(
  state: MtaState,
  domain: string,
  known: KnownAnswers,
): { readonly name: string; readonly type: string } {
  const answers = Object.values(known);
  const mx = answers.find(({ question }) => question.type === 'MX');
  if (mx && mx.rcode !== 'NOERROR' && mx.rcode !== 'NXDOMAIN') return { name: domain, type: 'MX' };
  const address = answers.findLast(({ question }) => question.type === 'A' || question.type === 'AAAA');
  return { name: address?.question.name ?? domain, type: addressType(state) };
}

/** The type Postfix asks for last: since 2.11 it goes by way of IPv6 too. */
const addressType = ({ config }: MtaState): string => (config.dialect === 'postfix2006' ? 'A' : 'AAAA');

/** RFC 5321 §2.3.5, §4.1.3: an address literal is where it says. */
function literalHop(state: MtaState, domain: string): NextHops {
  const address = literalAddress(domain);
  if (address === null) {
    const asked = { name: domain, type: addressType(state) };
    return { kind: 'none', trouble: wordsOf(state.config.dialect).route('noDomain', domain, asked) };
  }
  const exchangers = [{ preference: 0, name: domain, addresses: [address] }];
  return { kind: 'hops', by: 'literal', exchangers, port: 25, protocol: 'smtp' };
}

/** RFC 5321 §5.1: a host that finds itself among the exchangers, here by its address, leaves out those no better. */
function beforeOurselves(
  { config, service }: MtaState,
  { exchangers, port }: Extract<NextHops, { kind: 'hops' }>,
): readonly Exchanger[] {
  const isOwn = (address: string) => isLoopback(address) || service.addresses.includes(address);
  const self = port === config.port ? exchangers.find(({ addresses }) => addresses.some(isOwn)) : undefined;
  return self ? exchangers.filter(({ preference }) => preference < self.preference) : exchangers;
}
