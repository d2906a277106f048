/**
 * A caching recursive resolver (RFC 1034 §5.3, RFC 1123 §6.1.3): answers from its cache, else walks the tree from the
 * nearest zone it knows the servers of, and remembers what it hears, positive, negative or a referral, for its time to
 * live. Clients ask by UDP and TCP.
 */
import { sameQuestion } from '../../dns/known.ts';
import { cacheFollow, emptyCache } from '../../dns/cache.ts';
import { entryOf, withEntry } from '../entries.ts';
import { hearQueries, listenOnDns, type Query, type Way } from '../dns-sessions.ts';
import type { Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { UPSTREAM_PORT } from './ask.ts';
import { hearDatagram, hearNothing, hearOctets, hearOpened, jobOn, jobOpening } from './hear.ts';
import { sayOutcome, sayReferral } from './replies.ts';
import {
  type Asker,
  type CachingResolverConfig,
  type CachingResolverState,
  jobWith,
  resolverWith,
  SERVFAIL,
} from './types.ts';
import { advance, startJob } from './walk.ts';

export type { CachingResolverConfig, CachingResolverState } from './types.ts';

/** Clients waiting for the same answer. */
const MAX_ASKERS = 50;

const init = (config: unknown): CachingResolverState => ({
  config: config as CachingResolverConfig,
  cache: emptyCache(),
  sessions: [],
  nextJob: 1,
  nextId: 1,
  jobs: [],
  shunned: [],
});

function step(
  state: CachingResolverState,
  input: ProgramInput,
  at: StepContext,
): readonly [CachingResolverState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  return [hear(state, input, at, effects), effects];
}

function hear(
  state: CachingResolverState,
  input: ProgramInput,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  switch (input.kind) {
    case 'start':
      listenOnDns(effects);
      effects.push({ kind: 'listen', protocol: 'udp', port: UPSTREAM_PORT });
      return state;
    case 'datagram':
      if (input.local.port === UPSTREAM_PORT) return hearDatagram(state, input, at, effects);
      return hearClients(state, input, at, effects);
    case 'opened':
      if (input.handle === null) return hearClients(state, input, at, effects);
      return hearOpened(state, input.handle, input.conn, effects);
    case 'failed': {
      const job = jobOpening(state, input.handle);
      return job ? hearNothing(state, job, at, effects) : state;
    }
    case 'octets': {
      const job = jobOn(state, input.conn);
      return job ? hearOctets(state, job, input.octets, at, effects) : hearClients(state, input, at, effects);
    }
    case 'closed': {
      const job = jobOn(state, input.conn);
      return job ? hearNothing(state, job, at, effects) : hearClients(state, input, at, effects);
    }
    case 'timer': {
      const job = entryOf(state.jobs, Number(input.name.slice('job:'.length)));
      return job ? hearNothing(state, job, at, effects) : state;
    }
    case 'conn-timer':
      return hearClients(state, input, at, effects);
    default:
      return state;
  }
}

function hearClients(
  state: CachingResolverState,
  input: ProgramInput,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const { sessions, queries } = hearQueries(state.sessions, input, effects);
  let next = sessions === state.sessions ? state : resolverWith(state, { sessions });
  for (const query of queries) next = hearQuery(next, query, at, effects);
  return next;
}

function hearQuery(
  state: CachingResolverState,
  { client, message: query }: Query,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const asker: Asker = { client, query };
  const { rcode, records, soa } = cacheFollow(state.cache, query.question, at.now);
  if (rcode !== null) {
    sayOutcome(state, asker, { rcode, records, soa }, at.now, effects);
    return state;
  }
  if (!query.recursionDesired) {
    sayReferral(state, asker, at.now, effects);
    return state;
  }
  const running = state.jobs.find(({ question }) => sameQuestion(question, query.question));
  if (running) {
    // Who asks again while the walk is on has still only one answer to get.
    const others = running.askers.filter((other) => !sameAsker(other, asker));
    if (others.length < MAX_ASKERS) {
      const joined = jobWith(running, { askers: [...others, asker] });
      return resolverWith(state, { jobs: withEntry(state.jobs, joined) });
    }
  }
  const started = running ? null : startJob(state, query.question, { by: [asker] }, at);
  if (started) return advance(started[0], started[1], at, effects);
  sayOutcome(state, asker, SERVFAIL, at.now, effects);
  return state;
}

const sameAsker = (one: Asker, other: Asker): boolean =>
  one.query.id === other.query.id && sameWay(one.client.way, other.client.way);

function sameWay(one: Way, other: Way): boolean {
  if (one.kind === 'tcp') return other.kind === 'tcp' && one.conn === other.conn;
  return other.kind === 'udp' && one.peer.port === other.peer.port && one.peer.address === other.peer.address;
}

export const cachingResolver: Program<CachingResolverState> = { init, step };
