/** From a host's name to a connection: the look-up, then one address after the other, as `getaddrinfo` programs do. */
import { CONNECT_TIMEOUT_MS } from './telnet.ts';
import { lookUpHost } from '../agents/stub-resolver.ts';
import { NOTHING_KNOWN, withAnswer } from '../dns/known.ts';
import type { Answer, KnownAnswers, Question } from '../dns/types.ts';
import type { Here } from './jobs.ts';

export interface Reaching {
  readonly host: string;
  readonly port: number;
  readonly known: KnownAnswers;
  /** Addresses still to be tried, the one being tried first; null: the name is being looked up. */
  readonly addresses: readonly string[] | null;
}

export type Reached =
  | { readonly kind: 'reaching'; readonly reaching: Reaching; readonly need: readonly Question[] }
  /** In the words of `gai_strerror`. */
  | { readonly kind: 'unknown'; readonly why: string };

export const towards = (host: string, port: number): Reaching => ({
  host,
  port,
  known: NOTHING_KNOWN,
  addresses: null,
});

/** Looks the name up as far as the known answers go, then tries its first address. */
export function reach(reaching: Reaching, here: Here): Reached {
  const found = lookUpHost(here.config.resolver, reaching.host, reaching.known);
  if ('need' in found) return { kind: 'reaching', reaching, need: found.need };
  if (found.done.kind === 'found')
    return tryFirst({ ...reaching, addresses: found.done.addresses }, here) ?? NO_NAME;
  if (found.done.why === 'notFound') return NO_NAME;
  return { kind: 'unknown', why: 'Temporary failure in name resolution' };
}

const NO_NAME: Reached = { kind: 'unknown', why: 'Name or service not known' };

/** An answer of the DNS came; null when none was awaited. */
export function reachWith(reaching: Reaching, answer: Answer, here: Here): Reached | null {
  if (reaching.addresses !== null) return null;
  const known = withAnswer(reaching.known, answer);
  return reach({ ...reaching, known }, here);
}

/** The address did not do; null when it was the last one. */
export const reachNext = (reaching: Reaching, here: Here): Reached | null =>
  tryFirst({ ...reaching, addresses: reaching.addresses?.slice(1) ?? [] }, here);

function tryFirst(reaching: Reaching, { effects, handle }: Here): Reached | null {
  const address = reaching.addresses?.[0];
  if (address === undefined) return null;
  const to = { address, port: reaching.port };
  effects.push({ kind: 'connect', handle, to, timeoutMs: CONNECT_TIMEOUT_MS });
  return { kind: 'reaching', reaching, need: [] };
}
