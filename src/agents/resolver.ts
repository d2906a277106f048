/**
 * A caching resolver (RFC 1034 §5.3): answers from its cache, else asks the name server that is responsible for the
 * longest matching zone and remembers the answer, positive or negative, for its time to live.
 */
import { edited } from '../base/draft.ts';
import type { Octets } from '../base/octets.ts';
import { cacheLookup, cacheStore, emptyCache } from '../dns/cache.ts';
import type { CacheState } from '../dns/cache.ts';
import { isSubdomain, questionKey } from '../dns/names.ts';
import { noteOfMessage } from '../dns/presentation.ts';
import type { Answer, DnsMessage, Question } from '../dns/types.ts';
import { decodeMessage, encodeMessage } from '../dns/wire.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Address, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';

export interface CachingResolverConfig {
  /** Zone → address of its name server. The empty name (the root) takes the rest. */
  readonly servers: Readonly<Record<string, string>>;
}

interface Client {
  readonly peer: Address;
  readonly query: DnsMessage;
}

interface Fetch {
  /** Id of the query sent, 16 bits. */
  readonly id: number;
  readonly question: Question;
  readonly clients: readonly Client[];
  readonly sent: number;
}

const fetchWith = (fetch: Fetch, changes: Partial<Fetch>): Fetch =>
  edited<Fetch>(
    {
      id: fetch.id,
      question: fetch.question,
      clients: fetch.clients,
      sent: fetch.sent,
    },
    changes,
  );

export interface CachingResolverState {
  readonly config: CachingResolverConfig;
  readonly cache: CacheState;
  readonly nextId: number;
  /** Questions under way. */
  readonly fetches: readonly Fetch[];
}

const resolverWith = (
  resolver: CachingResolverState,
  changes: Partial<CachingResolverState>,
): CachingResolverState =>
  edited<CachingResolverState>(
    {
      config: resolver.config,
      cache: resolver.cache,
      nextId: resolver.nextId,
      fetches: resolver.fetches,
    },
    changes,
  );

const UPSTREAM_PORT = 5353;
const TIMEOUT_MS = 1500;
const MAX_TRIES = 3;
/** Questions under way at once; further clients get SERVFAIL. */
const MAX_FETCHES = 500;
/** Clients waiting for the same answer. */
const MAX_CLIENTS = 50;

const init = (config: unknown): CachingResolverState => ({
  config: config as CachingResolverConfig,
  cache: emptyCache(),
  nextId: 1,
  fetches: [],
});

type Step = readonly [CachingResolverState, readonly ProgramEffect[]];

function step(state: CachingResolverState, input: ProgramInput, at: StepContext): Step {
  switch (input.kind) {
    case 'start':
      return [
        state,
        [
          { kind: 'listen', protocol: 'udp', port: 53 },
          { kind: 'listen', protocol: 'udp', port: UPSTREAM_PORT },
        ],
      ];
    case 'datagram': {
      const message = decodeMessage(input.octets);
      if (!message) return [state, []];
      if (input.local.port === 53 && !message.response) return hearQuery(state, message, input.peer, at);
      if (input.local.port === UPSTREAM_PORT && message.response) return hearAnswer(state, message, at);
      return [state, []];
    }
    case 'timer':
      return giveUpOrAskAgain(state, Number(input.name.slice('fetch:'.length)));
    default:
      return [state, []];
  }
}

function hearQuery(state: CachingResolverState, query: DnsMessage, peer: Address, at: StepContext): Step {
  const known = cacheLookup(state.cache, query.question, at.now);
  if (known) return [state, [reply({ peer, query }, known)]];
  const key = questionKey(query.question);
  const client: Client = { peer, query };
  for (const fetch of state.fetches) {
    if (questionKey(fetch.question) !== key || fetch.clients.length >= MAX_CLIENTS) continue;
    const joined = fetchWith(fetch, { clients: [...fetch.clients, client] });
    return [resolverWith(state, { fetches: withEntry(state.fetches, joined) }), []];
  }
  const server = serverFor(state, query.question.name);
  if (server === null || state.fetches.length >= MAX_FETCHES) return [state, [fail(client)]];
  const id = state.nextId;
  const next = resolverWith(state, { nextId: id === 65535 ? 1 : id + 1 });
  return sendFetch(next, { id, question: query.question, clients: [client], sent: 0 });
}

/** The name server for the longest configured zone above `name`. */
function serverFor(state: CachingResolverState, name: string): string | null {
  let best: string | null = null;
  for (const zone of Object.keys(state.config.servers))
    if ((zone === '' || isSubdomain(name, zone)) && (best === null || zone.length > best.length)) best = zone;
  return best === null ? null : state.config.servers[best]!;
}

function sendFetch(state: CachingResolverState, fetch: Fetch): Step {
  const { id } = fetch;
  const message: DnsMessage = {
    id,
    response: false,
    authoritative: false,
    truncated: false,
    recursionDesired: false,
    recursionAvailable: false,
    rcode: 'NOERROR',
    question: fetch.question,
    answers: [],
    authority: [],
    additional: [],
  };
  const server = serverFor(state, fetch.question.name)!;
  const effects: ProgramEffect[] = [
    {
      kind: 'datagram',
      from: UPSTREAM_PORT,
      to: { address: server, port: 53 },
      octets: encodeMessage(message),
      note: noteOfMessage(message),
    },
    { kind: 'timer', name: `fetch:${id}`, after: TIMEOUT_MS },
  ];
  const fetches = withEntry(state.fetches, fetchWith(fetch, { sent: fetch.sent + 1 }));
  return [resolverWith(state, { fetches }), effects];
}

function hearAnswer(state: CachingResolverState, message: DnsMessage, at: StepContext): Step {
  const fetch = entryOf(state.fetches, message.id);
  if (!fetch || questionKey(fetch.question) !== questionKey(message.question)) return [state, []];
  const fetches = withoutEntry(state.fetches, message.id);
  const effects: ProgramEffect[] = [{ kind: 'timer', name: `fetch:${message.id}`, after: null }];
  const good = message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN';
  const cache = good ? cacheStore(state.cache, message, at.now) : state.cache;
  const answer: Answer = { question: message.question, rcode: message.rcode, records: message.answers };
  for (const client of fetch.clients) effects.push(good ? reply(client, answer) : fail(client));
  return [resolverWith(state, { cache, fetches }), effects];
}

function giveUpOrAskAgain(state: CachingResolverState, id: number): Step {
  const fetch = entryOf(state.fetches, id);
  if (!fetch) return [state, []];
  if (fetch.sent < MAX_TRIES) return sendFetch(state, fetch);
  return [resolverWith(state, { fetches: withoutEntry(state.fetches, id) }), fetch.clients.map(fail)];
}

function reply(client: Client, answer: Answer): ProgramEffect {
  const rcode = answer.rcode === 'unavailable' ? 'SERVFAIL' : answer.rcode;
  return send(client, { rcode, answers: answer.records });
}

const fail = (client: Client): ProgramEffect => send(client, { rcode: 'SERVFAIL', answers: [] });

function send(client: Client, content: Pick<DnsMessage, 'rcode' | 'answers'>): ProgramEffect {
  const message: DnsMessage = {
    id: client.query.id,
    recursionDesired: client.query.recursionDesired,
    question: client.query.question,
    rcode: content.rcode,
    answers: content.answers,
    response: true,
    authoritative: false,
    truncated: false,
    recursionAvailable: true,
    authority: [],
    additional: [],
  };
  const octets: Octets = encodeMessage(message);
  return { kind: 'datagram', from: 53, to: client.peer, octets, note: noteOfMessage(message) };
}

export const cachingResolver: Program<CachingResolverState> = { init, step };
