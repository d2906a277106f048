/**
 * The resolver's algorithm (RFC 1034 §5.3.3): from what is known down the tree, referral by referral, until somebody
 * answers. Every question has a bound on queries, aliases, depth and time; beyond it the answer is SERVFAIL.
 */
import type { Millis } from '../../base/time.ts';
import { sameQuestion } from '../../dns/known.ts';
import { cacheFollow } from '../../dns/cache.ts';
import { addressesIn, type Cut } from '../../dns/cuts.ts';
import type { DomainName, Question, ResourceRecord } from '../../dns/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { askByDatagram, stopWaiting } from './ask.ts';
import { sayOutcome } from './replies.ts';
import { chooseServer, knownCut } from './servers.ts';
import {
  type Asker,
  type CachingResolverState,
  type Job,
  jobWith,
  type Outcome,
  resolverWith,
  SERVFAIL,
} from './types.ts';

/** Questions under way at once; further ones get SERVFAIL. */
const MAX_JOBS = 500;
/** Queries sent for one client's question: BIND's `max-recursion-queries` has come down to this from 100. */
const MAX_QUERIES = 50;
/** Addresses looked up for the sake of addresses: BIND's `max-recursion-depth`. */
const MAX_DEPTH = 7;
const MAX_ALIASES = 16;
/** BIND's `resolver-query-timeout`: by then a stub resolver has asked somebody else. */
const MAX_WALK_MS: Millis = 10_000;

/** Takes up a question; null when there is no room for another. */
export function startJob(
  state: CachingResolverState,
  question: Question,
  asked: { readonly by: readonly Asker[] } | { readonly for: Job },
  at: StepContext,
): readonly [CachingResolverState, Job] | null {
  if (state.jobs.length >= MAX_JOBS) return null;
  const parent = 'for' in asked ? asked.for : null;
  const job: Job = {
    id: state.nextJob,
    question,
    askers: 'by' in asked ? asked.by : [],
    parents: parent ? [parent.id] : [],
    depth: parent ? parent.depth + 1 : 0,
    startedAt: parent ? parent.startedAt : at.now,
    spent: 0,
    limit: parent ? parent.limit - parent.spent : MAX_QUERIES,
    name: question.name,
    aliases: [],
    cut: null,
    tried: [],
    sought: [],
    waiting: { kind: 'nothing' },
  };
  const jobs = withEntry(state.jobs, job);
  return [resolverWith(state, { nextJob: state.nextJob + 1, jobs }), job];
}

/** Goes on with a job that waits for nothing: to its answer, or to the next thing it must wait for. */
export function advance(
  state: CachingResolverState,
  job: Job,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const { type } = job.question;
  const followed = cacheFollow(state.cache, { name: job.name, type }, at.now);
  const records = [...job.aliases, ...followed.records];
  if (followed.rcode !== null) {
    const { rcode, soa } = followed;
    return finish(state, job, { rcode, records, soa }, at, effects);
  }
  const moved = followed.name === job.name ? job : aliased(job, followed.records, followed.name);
  const over =
    moved.aliases.length > MAX_ALIASES ||
    moved.spent >= moved.limit ||
    at.now - moved.startedAt >= MAX_WALK_MS;
  const cut = moved.cut ?? knownCut(state, moved.name, at.now);
  if (over || !cut) return finish(state, moved, SERVFAIL, at, effects);
  const choice = chooseServer(state, moved, cut, at.host, at.now);
  const here = jobWith(moved, { cut });
  switch (choice.kind) {
    case 'ask':
      return askByDatagram(state, here, choice.server, effects);
    case 'find':
      return findAddress(state, here, choice.question, at, effects);
    case 'none':
      return finish(state, here, SERVFAIL, at, effects);
  }
}

/** The same job, asking for what its question is an alias of. */
export const aliased = (job: Job, aliases: readonly ResourceRecord[], name: DomainName): Job =>
  jobWith(job, { aliases: [...job.aliases, ...aliases], name, cut: null, tried: [], sought: [] });

/** The same job, at the servers of a zone further down. */
export const lowered = (job: Job, cut: Cut): Job => jobWith(job, { cut, tried: [], sought: [] });

/** A server without glue: its address is a question of its own, and a job waits for it. */
function findAddress(
  state: CachingResolverState,
  job: Job,
  question: Question,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  const here = jobWith(job, { sought: [...job.sought, question] });
  const running = state.jobs.find((other) => sameQuestion(other.question, question));
  if (running && !isAbove(state, running.id, here)) return waitFor(state, here, running);
  // A question that waits for this one, or is it, can't be waited for; nor one too far from what was asked.
  if (running || here.depth >= MAX_DEPTH) return advance(state, here, at, effects);
  const started = startJob(state, question, { for: here }, at);
  if (!started) return finish(state, here, SERVFAIL, at, effects);
  const [next, child] = started;
  return advance(waitFor(next, here, child), child, at, effects);
}

/** Is the job with this id the one given, or one that waits for it, directly or not? */
function isAbove(state: CachingResolverState, id: number, job: Job): boolean {
  const above = new Set<number>([job.id]);
  for (const seen of above) {
    if (seen === id) return true;
    const parents = seen === job.id ? job.parents : (entryOf(state.jobs, seen)?.parents ?? []);
    for (const parent of parents) above.add(parent);
  }
  return false;
}

function waitFor(state: CachingResolverState, job: Job, child: Job): CachingResolverState {
  const waiting = jobWith(job, { waiting: { kind: 'job', id: child.id, name: child.question.name } });
  const parents = child.parents.includes(job.id) ? child.parents : [...child.parents, job.id];
  const jobs = withEntry(withEntry(state.jobs, waiting), jobWith(child, { parents }));
  return resolverWith(state, { jobs });
}

/** A job is over: its askers are told, and those that waited for an address go on. */
export function finish(
  state: CachingResolverState,
  job: Job,
  outcome: Outcome,
  at: StepContext,
  effects: ProgramEffect[],
): CachingResolverState {
  stopWaiting(job, effects);
  for (const asker of job.askers) sayOutcome(state, asker, outcome, at.now, effects);
  let next = resolverWith(state, { jobs: withoutEntry(state.jobs, job.id) });
  for (const id of job.parents) {
    const parent = entryOf(next.jobs, id);
    if (parent?.waiting.kind !== 'job' || parent.waiting.id !== job.id) continue;
    const found = addressesIn(outcome.records, parent.waiting.name);
    next = advance(next, resumed(parent, parent.waiting.name, found, job.spent), at, effects);
  }
  return next;
}

/** The parent with what was found, and charged with what it cost. */
const resumed = (parent: Job, name: DomainName, found: readonly string[], spent: number): Job =>
  jobWith(parent, {
    spent: parent.spent + spent,
    cut: parent.cut && {
      zone: parent.cut.zone,
      servers: parent.cut.servers.map((server) =>
        server.name === name && found.length > 0 ? { name, addresses: found } : server,
      ),
    },
    waiting: { kind: 'nothing' },
  });
