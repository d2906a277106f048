/** A client and a server of TLS joined by a fake wire. */
import { expect } from 'vitest';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import { issue, selfSigned } from './certificate.ts';
import type { TlsHeard } from './session.ts';
import { tlsClient, tlsHear, tlsSeal, tlsServer, tlsStart } from './session.ts';
import type { TlsClientConfig, TlsEnd, TlsFacts, TlsFlight, TlsServerConfig, TlsState } from './types.ts';

/** 2026-03-01T12:00:00Z */
export const NOW = 1_772_366_400_000;
export const DAY = 86_400_000;
const HOST = 'mail.example.org';

export const CA = selfSigned({ subject: 'Firma 1 CA', names: [], notBefore: NOW - 900 * DAY, days: 3650 });
export const INTERMEDIATE = issue(CA, {
  subject: 'Inter CA',
  names: [],
  notBefore: NOW - 300 * DAY,
  days: 900,
});
export const LEAF = issue(INTERMEDIATE, {
  subject: HOST,
  names: [HOST, '*.example.org'],
  notBefore: NOW - DAY,
  days: 90,
});
export const SELF = selfSigned({ subject: HOST, notBefore: NOW - DAY, days: 30 });

export const CLIENT: TlsClientConfig = {
  side: 'client',
  serverName: HOST,
  expectedName: HOST,
  trust: [CA],
  verify: 'required',
  versions: ['TLSv1.3', 'TLSv1.2'],
};
export const SERVER: TlsServerConfig = {
  side: 'server',
  chain: [LEAF, INTERMEDIATE],
  versions: ['TLSv1.3', 'TLSv1.2', 'TLSv1'],
};

/** One side with all it said and heard. */
export interface Side {
  state: TlsState;
  /** Said and not delivered yet. */
  out: string;
  readonly flights: TlsFlight[];
  readonly secured: TlsFacts[];
  plain: string;
  readonly ends: TlsEnd[];
}

export interface Pair {
  readonly client: Side;
  readonly server: Side;
}

export const side = (state: TlsState): Side => ({
  state,
  out: '',
  flights: [],
  secured: [],
  plain: '',
  ends: [],
});

/** How what one side said reaches the other. */
export type Cutting = (octets: string) => readonly string[];
export const whole: Cutting = (octets) => [octets];
export const byOctet: Cutting = (octets) => octets.split('');

export function say(to: Side, flights: readonly TlsFlight[]): void {
  for (const flight of flights) {
    to.flights.push(flight);
    to.out += flight.octets;
  }
}

export function hear(to: Side, octets: string, instant = NOW, chance = 0.75): TlsHeard {
  const heard = tlsHear(to.state, octets as Octets, instant, chance);
  to.state = heard.state;
  say(to, heard.flights);
  if (heard.secured) to.secured.push(heard.secured);
  to.plain += heard.plain;
  if (heard.end) to.ends.push(heard.end);
  return heard;
}

export function started(client: Partial<TlsClientConfig> = {}, server: Partial<TlsServerConfig> = {}): Pair {
  const pair = {
    client: side(tlsClient({ ...CLIENT, ...client })),
    server: side(tlsServer({ ...SERVER, ...server })),
  };
  const { state, flights } = tlsStart(pair.client.state, 0.25);
  pair.client.state = state;
  say(pair.client, flights);
  return pair;
}

const taken = (from: Side): Octets => {
  const { out } = from;
  from.out = NO_OCTETS;
  return out as Octets;
};

/** Delivers until both have nothing more to say. */
export function run(pair: Pair, cutting: Cutting = whole): Pair {
  const { client, server } = pair;
  while (client.out !== '' || server.out !== '') {
    for (const piece of cutting(taken(client))) hear(server, piece);
    for (const piece of cutting(taken(server))) hear(client, piece);
  }
  return pair;
}

export const secured = (client: Partial<TlsClientConfig> = {}, server: Partial<TlsServerConfig> = {}): Pair =>
  run(started(client, server));

/** A machine's words, sealed. */
export function tell(from: Side, text: string): Octets {
  const [state, records] = tlsSeal(from.state, text as Octets);
  from.state = state;
  from.out += records;
  return records;
}

/** Both talk, and both understand. */
export function expectTalk(pair: Pair, cutting: Cutting = whole): void {
  const { client, server } = pair;
  expect([client.ends, server.ends]).toEqual([[], []]);
  expect([client.secured.length, server.secured.length]).toEqual([1, 1]);
  tell(server, '220 ready\r\n');
  tell(client, 'EHLO pc\r\n');
  run(pair, cutting);
  expect([client.plain, server.plain]).toEqual(['220 ready\r\n', 'EHLO pc\r\n']);
}
