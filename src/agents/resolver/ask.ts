/** Putting a job's question to a server: by datagram, or on a connection when the answer did not fit in one. */
import { NO_OCTETS } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import { noteOfMessage } from '../../dns/presentation.ts';
import { frameMessage } from '../../dns/stream.ts';
import type { DnsMessage } from '../../dns/types.ts';
import { encodeMessage } from '../../dns/wire.ts';
import type { ConnId, ProgramEffect } from '../../sim/types.ts';
import { DNS_PORT } from '../dns-sessions.ts';
import { withEntry } from '../entries.ts';
import { triedOf } from './servers.ts';
import { type CachingResolverState, type Job, jobWith, resolverWith, type Waiting } from './types.ts';

/** Port the queries come from. */
export const UPSTREAM_PORT = 32_853;
const UDP_TIMEOUT_MS: Millis = 1500;
const TCP_TIMEOUT_MS: Millis = 3000;

/** Timer and, for a connection, handle of what a job waits for. */
export const nameOf = (job: Job): string => `job:${job.id}`;

/**
 * Ids that follow each other in no order an onlooker sees and that return only after all 65536 have been: a full-period
 * congruence. Who answers must know the one in use (RFC 5452 §4.2).
 */
const idAfter = (id: number): number => (id * 25_173 + 13_849) % 65_536;

const queryOf = (job: Job, id: number): DnsMessage => ({
  id,
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  rcode: 'NOERROR',
  question: { name: job.name, type: job.question.type },
  answers: [],
  authority: [],
  additional: [],
});

export function askByDatagram(
  state: CachingResolverState,
  job: Job,
  server: string,
  effects: ProgramEffect[],
): CachingResolverState {
  const id = state.nextId;
  const message = queryOf(job, id);
  effects.push({
    kind: 'datagram',
    from: UPSTREAM_PORT,
    to: { address: server, port: DNS_PORT },
    octets: encodeMessage(message),
    note: noteOfMessage(message),
  });
  effects.push({ kind: 'timer', name: nameOf(job), after: UDP_TIMEOUT_MS });
  return asked(state, job, server, { kind: 'udp', id, server });
}

export function askByConnection(
  state: CachingResolverState,
  job: Job,
  server: string,
  effects: ProgramEffect[],
): CachingResolverState {
  const to = { address: server, port: DNS_PORT };
  effects.push({ kind: 'connect', handle: nameOf(job), to, timeoutMs: TCP_TIMEOUT_MS });
  effects.push({ kind: 'timer', name: nameOf(job), after: TCP_TIMEOUT_MS });
  return asked(state, job, server, { kind: 'tcp', id: state.nextId, server, conn: null, rest: NO_OCTETS });
}

function asked(
  state: CachingResolverState,
  job: Job,
  server: string,
  waiting: Waiting,
): CachingResolverState {
  const { times, barred } = triedOf(job, server);
  const tried = withEntry(job.tried, { id: server, times: times + 1, barred });
  const next = jobWith(job, { spent: job.spent + 1, tried, waiting });
  return resolverWith(state, { nextId: idAfter(state.nextId), jobs: withEntry(state.jobs, next) });
}

/** The connection is open: the question goes out. */
export function askOn(job: Job, id: number, conn: ConnId, effects: ProgramEffect[]): void {
  const message = queryOf(job, id);
  const octets = frameMessage(encodeMessage(message));
  effects.push({ kind: 'send', conn, octets, note: noteOfMessage(message) });
}

/** Leaves whatever the job waits for; a connection is closed. */
export function stopWaiting(job: Job, effects: ProgramEffect[]): Job {
  const { waiting } = job;
  if (waiting.kind === 'udp' || waiting.kind === 'tcp')
    effects.push({ kind: 'timer', name: nameOf(job), after: null });
  if (waiting.kind === 'tcp') {
    if (waiting.conn === null) effects.push({ kind: 'cancel', handle: nameOf(job) });
    else effects.push({ kind: 'close', conn: waiting.conn });
  }
  return waiting.kind === 'nothing' ? job : jobWith(job, { waiting: { kind: 'nothing' } });
}
