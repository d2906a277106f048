/**
 * How the jobs of the mail program begin and end. Of the letters in the outbox of an account one is under way, and the
 * others wait for it: they go along on its connection, or on one of their own if that is lost. By POP3 it fetches one
 * session at a time, too: two at once would both bring what is new.
 */
import type { Address, ProgramEffect } from '../../sim/types.ts';
import { withEntry, withoutEntry } from '../entries.ts';
import type { Fact } from '../facts.ts';
import { askDns, lookUpHost } from '../stub-resolver.ts';
import type { Job, MuaAccount, MuaState } from './types.ts';
import { jobWith, muaWith, record, setJob } from './types.ts';

const CONNECT_TIMEOUT_MS = 60_000;

/** Letters of the account that no server has given its verdict on, in the order in which they came. */
const outboxOf = ({ jobs }: MuaState, account: MuaAccount): readonly Job[] =>
  jobs.filter((job) => job.work.kind === 'send' && job.account.address === account.address && !job.reported);

/** Fetches by POP3 of the account, in the order in which they were asked for. */
const fetchesOf = ({ jobs }: MuaState, account: MuaAccount): readonly Job[] =>
  account.incoming.kind === 'pop3'
    ? jobs.filter((job) => job.work.kind === 'fetch' && job.account.address === account.address)
    : [];

const lineOf = (state: MuaState, { account, work }: Job): readonly Job[] =>
  work.kind === 'send' ? outboxOf(state, account) : fetchesOf(state, account);

const isWaiting = (state: MuaState, job: Job): boolean => {
  const [first] = lineOf(state, job);
  return first !== undefined && first.id !== job.id;
};

/** The letter that comes after this one. */
export const nextInOutbox = (state: MuaState, { id, account }: Job): Job | undefined =>
  outboxOf(state, account).find((job) => job.id !== id);

/** Looks the server up, then connects; a letter waits for those before it. */
export function proceed(state: MuaState, job: Job, effects: ProgramEffect[]): MuaState {
  if (isWaiting(state, job)) return setJob(state, job);
  const server = job.work.kind === 'send' ? job.account.submission : job.account.incoming;
  const found = lookUpHost(state.config.resolver, server.host, job.known);
  if ('need' in found) {
    const stub = askDns(state.stub, found.need, effects);
    return muaWith(state, { jobs: withEntry(state.jobs, job), stub });
  }
  if (found.done.kind === 'unknown') return fail(state, job, `${server.host}: unknown host`, effects);
  const to: Address = { address: found.done.addresses[0]!, port: server.port };
  effects.push({ kind: 'connect', handle: String(job.id), to, timeoutMs: CONNECT_TIMEOUT_MS });
  return setJob(state, jobWith(job, { connecting: true }));
}

export const fetchFailed = (account: MuaAccount, why: string): Fact => ({
  kind: 'fetch-failed',
  account: account.address,
  why,
  ...(account.incoming.kind === 'imap' && { by: 'imap' }),
});

/** The server could not be reached. That is so for all that wait for this job, and each is told of. */
export function fail(state: MuaState, job: Job, why: string, effects: ProgramEffect[]): MuaState {
  const stranded = [job, ...lineOf(state, job).filter(({ id }) => id !== job.id)];
  for (const { account, work } of stranded) {
    if (work.kind === 'fetch') {
      record(effects, fetchFailed(account, why));
      continue;
    }
    const { transaction, subject } = work;
    const to = transaction.forwardPaths;
    record(effects, {
      kind: 'submitted',
      account: account.address,
      to,
      subject,
      ok: false,
      reply: why,
    });
  }
  return muaWith(state, { jobs: state.jobs.filter((one) => !stranded.some(({ id }) => id === one.id)) });
}

/** The job is over, and the next one that waited for it begins. */
export function endJob(state: MuaState, job: Job, effects: ProgramEffect[]): MuaState {
  const after = muaWith(state, { jobs: withoutEntry(state.jobs, job.id) });
  const [next] = lineOf(after, job);
  return next === undefined ? after : proceed(after, next, effects);
}
