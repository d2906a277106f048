/**
 * MUA, the mail user agent (RFC 5598 §4.2.1): writes letters and submits them to its MSA, fetches mail by POP3 or IMAP
 * and keeps it in its own folder. It is a client on both sides.
 */
import { mailDate } from '../../base/time.ts';
import { withAnswer } from '../../dns/known.ts';
import type { Answer } from '../../dns/types.ts';
import { composeLetter, parseAddressList } from '../../mail/compose.ts';
import type { Transaction } from '../../protocol/smtp/types.ts';
import { NO_MAIL_PARAMETERS } from '../../protocol/smtp/types.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { CONNECT_FAILURES } from '../connect-failures.ts';
import { entryOf } from '../entries.ts';
import type { MuaInput } from '../mua-input.ts';
import { dnsTimer, hearDns, hearDnsConnection, stubState } from '../stub-resolver.ts';
import { arrivalOf } from '../talk.ts';
import { leave } from './imap.ts';
import { fail, fetchFailed, proceed } from './jobs.ts';
import { hearOn, opened } from './sessions.ts';
import type { Job, MuaAccount, MuaConfig, MuaState } from './types.ts';
import { jobWith, muaWith, newJob, record } from './types.ts';

const STUB_PORT = 1054;
/** Letters in all outboxes, and fetches under way: of each no more than this. */
const MAX_JOBS = 50;

const init = (config: unknown, host: HostSpec): MuaState => ({
  config: config as MuaConfig,
  hostname: host.name,
  nextNumber: 1,
  stub: stubState((config as MuaConfig).resolver, STUB_PORT),
  jobs: [],
  folders: [],
});

/** Folders and the outbox are on disk: a letter that no server has taken yet is sent when the computer is on again. */
const survive = (state: MuaState, config: unknown, host: HostSpec): MuaState => ({
  ...init(config, host),
  nextNumber: state.nextNumber,
  folders: state.folders,
  jobs: state.jobs
    .filter(({ work, reported }) => work.kind === 'send' && !reported)
    .map(({ id, account, work }) => newJob(id, account, work)),
});

function step(
  state: MuaState,
  input: ProgramInput,
  at: StepContext,
): readonly [MuaState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  return [hear(state, input, at, effects), effects];
}

function hear(state: MuaState, input: ProgramInput, at: StepContext, effects: ProgramEffect[]): MuaState {
  const dns = hearDnsConnection(state.stub, input, effects);
  if (dns) return answered(muaWith(state, { stub: dns[0] }), dns[1], effects);
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      return proceedAll(state, effects, (job) => job);
    case 'input':
      return gesture(state, input.input as MuaInput, at, effects);
    case 'datagram': {
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered(muaWith(state, { stub }), answer, effects);
    }
    case 'opened':
      return opened(state, input, at, effects);
    case 'failed': {
      const job = entryOf(state.jobs, Number(input.handle));
      return job ? fail(state, job, CONNECT_FAILURES[input.why], effects) : state;
    }
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return hearOn(state, input.conn, arrivalOf(input), at, effects);
    case 'timer': {
      if (input.name.startsWith('dns:')) {
        const [stub, answer] = dnsTimer(state.stub, input.name, effects);
        return answered(muaWith(state, { stub }), answer, effects);
      }
      return state;
    }
    case 'message':
      return state;
  }
}

function gesture(state: MuaState, input: MuaInput, at: StepContext, effects: ProgramEffect[]): MuaState {
  const account = state.config.accounts.find(({ address }) => address === input.account);
  if (!account) return state;
  if (input.kind === 'leave') return leave(state, account.address, at, effects);
  const alike = state.jobs.filter(({ work }) => (work.kind === 'send') === (input.kind === 'send'));
  if (alike.length >= MAX_JOBS) {
    const why = 'too many letters under way at once';
    if (input.kind !== 'send') record(effects, fetchFailed(account, why));
    else
      record(effects, {
        kind: 'submitted',
        account: account.address,
        to: [],
        subject: input.subject,
        ok: false,
        reply: why,
      });
    return state;
  }
  const id = state.nextNumber;
  const next = muaWith(state, { nextNumber: id + 1 });
  if (input.kind !== 'send') {
    const work = fetchWork(account, input);
    return work === null ? state : proceed(next, newJob(id, account, work), effects);
  }

  const lists = [input.to, input.cc ?? '', input.bcc ?? ''].map((text) => parseAddressList(text));
  const recipients = [...new Set(lists.flat().map(({ address }) => address))].filter((text) => text !== '');
  if (recipients.length === 0) {
    record(effects, {
      kind: 'submitted',
      account: account.address,
      to: [],
      subject: input.subject,
      ok: false,
      reply: 'no recipient',
    });
    return next;
  }
  const content = composeLetter({
    from: { name: account.name, address: account.address },
    to: lists[0]!,
    cc: lists[1]!,
    subject: input.subject,
    body: input.body,
    date: mailDate(at.clock, at.now),
    messageId: `<${id}.${at.now}@${state.hostname}>`,
  });
  const transaction: Transaction = {
    letter: `mua-${id}`,
    reversePath: account.address,
    forwardPaths: recipients,
    parameters: NO_MAIL_PARAMETERS,
    recipientParameters: [],
    content,
  };
  const work = { kind: 'send', transaction, subject: input.subject } as const;
  return proceed(next, newJob(id, account, work), effects);
}

/** Null: what is wanted is not for POP3. */
function fetchWork(
  { incoming }: MuaAccount,
  input: Extract<MuaInput, { kind: 'fetch' | 'mark' }>,
): Job['work'] | null {
  if (input.kind === 'fetch')
    return { kind: 'fetch', stays: incoming.kind === 'imap' && input.stay === true, mark: null };
  if (incoming.kind === 'pop3') return null;
  return { kind: 'fetch', stays: false, mark: { uid: input.uid, as: input.as } };
}

/** Goes on with each job as `ready` makes it; null: not yet. What one comes to may be the end of others. */
function proceedAll(state: MuaState, effects: ProgramEffect[], ready: (job: Job) => Job | null): MuaState {
  let next = state;
  for (const { id } of state.jobs) {
    const job = entryOf(next.jobs, id);
    const going = job === undefined ? null : ready(job);
    if (going !== null) next = proceed(next, going, effects);
  }
  return next;
}

function answered(state: MuaState, answer: Answer | null, effects: ProgramEffect[]): MuaState {
  if (!answer) return state;
  return proceedAll(state, effects, (job) =>
    job.connecting ? null : jobWith(job, { known: withAnswer(job.known, answer) }),
  );
}

export const mua: Program<MuaState> = { init, step, survive };
