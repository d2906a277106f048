/** What comes back from the servers asked: answers by datagram and on connections, silence, refusals. */
import type { Octets } from '../../base/octets.ts';
import { sameQuestion } from '../../dns/known.ts';
import { cacheRecords, cacheStore } from '../../dns/cache.ts';
import { cutOf, storeAdditional, storeCut } from '../../dns/cuts.ts';
import { type Reading, readResponse } from '../../dns/response.ts';
import { cutStream } from '../../dns/stream.ts';
import type { DnsMessage, ResourceRecord } from '../../dns/types.ts';
import { decodeMessage } from '../../dns/wire.ts';
import type { ConnId, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { withEntry } from '../entries.ts';
import { askByConnection, askOn, nameOf, stopWaiting } from './ask.ts';
import { configuredCut, forgive, shunLame, shunSilent, triedOf } from './servers.ts';
import { type CachingResolverState, type Job, jobWith, resolverWith } from './types.ts';
import { advance, aliased, finish, lowered } from './walk.ts';

/** A datagram on the port the queries leave from; who did not get a query can't answer one (RFC 5452 §9.1). */
export function hearDatagram(
  state: CachingResolverState,
  input: Extract<ProgramInput, { kind: 'datagram' }>,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const message = decodeMessage(input.octets);
  if (!message) return state;
  const job = state.jobs.find(
    ({ waiting }) =>
      waiting.kind === 'udp' && waiting.id === message.id && waiting.server === input.peer.address,
  );
  if (!job || !answers(job, message)) return state;
  return hearResponse(state, job, input.peer.address, message, at, effects);
}

const answers = (job: Job, message: DnsMessage): boolean =>
  message.response && sameQuestion(message.question, { name: job.name, type: job.question.type });

/** The job that waits for this connection, which is being opened (by its handle) or open. */
export const jobOpening = (state: CachingResolverState, handle: string): Job | undefined =>
  state.jobs.find((job) => job.waiting.kind === 'tcp' && job.waiting.conn === null && nameOf(job) === handle);
export const jobOn = (state: CachingResolverState, conn: ConnId): Job | undefined =>
  state.jobs.find(({ waiting }) => waiting.kind === 'tcp' && waiting.conn === conn);

export function hearOpened(
  state: CachingResolverState,
  handle: string,
  conn: ConnId,
  effects: ProgramEffect[],
): CachingResolverState {
  const job = jobOpening(state, handle);
  if (job?.waiting.kind !== 'tcp') {
    effects.push({ kind: 'close', conn });
    return state;
  }
  const { id, server, rest } = job.waiting;
  askOn(job, id, conn, effects);
  const waiting = { kind: 'tcp', id, server, conn, rest } as const;
  return resolverWith(state, { jobs: withEntry(state.jobs, jobWith(job, { waiting })) });
}

export function hearOctets(
  state: CachingResolverState,
  job: Job,
  octets: Octets,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  if (job.waiting.kind !== 'tcp') return state;
  const { id, server, conn } = job.waiting;
  const { messages, rest } = cutStream((job.waiting.rest + octets) as Octets);
  for (const octetsOfOne of messages) {
    const message = decodeMessage(octetsOfOne);
    if (message?.id === id && answers(job, message))
      return hearResponse(state, job, server, message, at, effects);
  }
  const waiting = { kind: 'tcp', id, server, conn, rest } as const;
  return resolverWith(state, { jobs: withEntry(state.jobs, jobWith(job, { waiting })) });
}

/** Silence for too long, or no connection: the next server, or this one again. */
export function hearNothing(
  state: CachingResolverState,
  job: Job,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const { waiting } = job;
  if (waiting.kind !== 'udp' && waiting.kind !== 'tcp') return state;
  const shunned = shunSilent(state.shunned, waiting.server, at.now);
  return advance(resolverWith(state, { shunned }), stopWaiting(job, effects), at, effects);
}

function hearResponse(
  state: CachingResolverState,
  waitingJob: Job,
  server: string,
  message: DnsMessage,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const overTcp = waitingJob.waiting.kind === 'tcp';
  const job = stopWaiting(waitingJob, effects);
  const zone = job.cut?.zone ?? '';
  const reading = readResponse(message, zone);
  const next = resolverWith(state, {
    cache: remembered(state, message, reading, at),
    shunned: forgive(state.shunned, server),
  });
  switch (reading.kind) {
    case 'data':
    case 'negative': {
      const records = [...job.aliases, ...reading.records];
      const rcode = reading.kind === 'negative' ? reading.rcode : 'NOERROR';
      const soa = reading.kind === 'negative' ? reading.soa : null;
      return finish(next, job, { rcode, records, soa }, at, effects);
    }
    case 'alias':
      return advance(next, aliased(job, reading.records, reading.name), at, effects);
    case 'referral': {
      const told = cutOf(reading.zone, reading.servers, reading.glue);
      const fixed = configuredCut(next.config, job.name);
      // What is configured further down is known better than what a server above says.
      return advance(
        next,
        lowered(job, fixed && fixed.zone.length >= told.zone.length ? fixed : told),
        at,
        effects,
      );
    }
    case 'truncated':
      if (overTcp) return advance(next, barred(job, server), at, effects);
      return askByConnection(next, job, server, effects);
    case 'lame':
    case 'failed': {
      const shunned = shunLame(next.shunned, server, zone, at.now);
      return advance(resolverWith(next, { shunned }), barred(job, server), at, effects);
    }
  }
}

const barred = (job: Job, server: string): Job =>
  jobWith(job, {
    tried: withEntry(job.tried, { id: server, times: triedOf(job, server).times, barred: true }),
  });

/** The cache with what the zone may speak of in this message, and nothing else. */
function remembered(
  { cache }: CachingResolverState,
  message: DnsMessage,
  reading: Reading,
  at: StepContext,
): CachingResolverState['cache'] {
  switch (reading.kind) {
    case 'data': {
      const [server] = reading.servers;
      let next = cacheStore(cache, said(message, 'NOERROR', reading.records, null), at.now);
      if (server) next = cacheRecords(next, server.name, 'NS', reading.servers, at.now);
      return storeAdditional(next, reading.additional, at.now);
    }
    case 'alias':
      return cacheStore(cache, said(message, 'NOERROR', reading.records, null), at.now);
    case 'negative':
      return cacheStore(cache, said(message, reading.rcode, reading.records, reading.soa), at.now);
    case 'referral':
      return storeCut(cache, reading.zone, reading.servers, reading.glue, at.now);
    default:
      return cache;
  }
}

/** The message as if it had said only this. */
const said = (
  message: DnsMessage,
  rcode: DnsMessage['rcode'],
  answers: readonly ResourceRecord[],
  soa: ResourceRecord | null,
): DnsMessage => ({
  id: message.id,
  response: true,
  authoritative: message.authoritative,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  rcode,
  question: message.question,
  answers,
  authority: soa ? [soa] : [],
  additional: [],
});
