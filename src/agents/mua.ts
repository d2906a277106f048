/**
 * MUA, the mail user agent (RFC 5598 §4.2.1): writes letters and submits them to its MSA, fetches mail by POP3 and
 * keeps it in its own folder. It is a client on both sides.
 */
import type { Octets } from '../base/octets.ts';
import { mailDate } from '../base/time.ts';
import { questionKey } from '../dns/names.ts';
import type { Answer, KnownAnswers } from '../dns/types.ts';
import { composeLetter, parseAddressList } from '../mail/compose.ts';
import type { Arrival, Driven } from '../protocol/machine.ts';
import { driven } from '../protocol/machine.ts';
import { pop3Client, pop3ClientState } from '../protocol/pop3/client.ts';
import type { Pop3ClientState } from '../protocol/pop3/client.ts';
import type { Pop3ClientAnswer } from '../protocol/pop3/types.ts';
import { smtpClient, smtpClientState } from '../protocol/smtp/client.ts';
import type { SmtpClientState } from '../protocol/smtp/client.ts';
import type { Outcome, Reply, SmtpClientAnswer, Transaction } from '../protocol/smtp/types.ts';
import type { Address, HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import type { Fact } from './facts.ts';
import type { MuaInput } from './mua-input.ts';
import type { ResolverConfig, StubState } from './stub-resolver.ts';
import { askDns, dnsTimer, hearDns, lookUpHost, stubState } from './stub-resolver.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import { connTimer, talk } from './talk.ts';

export interface MuaAccount {
  readonly address: string;
  /** Display name in From. */
  readonly name: string;
  readonly submission: { readonly host: string; readonly port: number };
  readonly pop3: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
  /** Leave letters on the server after fetching them. */
  readonly leaveOnServer: boolean;
}

export interface MuaConfig {
  readonly accounts: readonly MuaAccount[];
  readonly resolver: ResolverConfig;
}

interface Job {
  readonly id: number;
  readonly account: MuaAccount;
  readonly work:
    | { readonly kind: 'send'; readonly transaction: Transaction; readonly subject: string }
    | { readonly kind: 'fetch' };
  readonly known: KnownAnswers;
  /** Connecting or connected; false while the server's name is looked up. */
  readonly connecting: boolean;
  readonly conn: number | null;
  readonly smtp: Driven<SmtpClientState> | null;
  readonly pop3: Driven<Pop3ClientState> | null;
  readonly handed: boolean;
  /** The server's verdict is known: the letter is not in the outbox any more. */
  readonly reported: boolean;
}

const NEW_JOB = {
  known: {},
  connecting: false,
  conn: null,
  smtp: null,
  pop3: null,
  handed: false,
  reported: false,
} as const;

interface Folder {
  readonly uids: readonly string[];
  readonly letters: readonly Octets[];
}

export interface MuaState {
  readonly config: MuaConfig;
  readonly hostname: string;
  readonly nextNumber: number;
  readonly stub: StubState;
  readonly jobs: readonly Job[];
  /** Fetched letters by account address: on the disk of this computer. */
  readonly folders: Readonly<Record<string, Folder>>;
}

const STUB_PORT = 1054;
const CONNECT_TIMEOUT_MS = 60_000;
const REPLY_TIMEOUT_MS = 100_000;
const MAX_JOBS = 50;

const init = (config: unknown, host: HostSpec): MuaState => ({
  config: config as MuaConfig,
  hostname: host.name,
  nextNumber: 1,
  stub: stubState((config as MuaConfig).resolver, STUB_PORT),
  jobs: [],
  folders: {},
});

/** Folders and the outbox are on disk: a letter that no server has taken yet is sent when the computer is on again. */
const survive = (state: MuaState, config: unknown, host: HostSpec): MuaState => ({
  ...init(config, host),
  nextNumber: state.nextNumber,
  folders: state.folders,
  jobs: state.jobs
    .filter(({ work, reported }) => work.kind === 'send' && !reported)
    .map(({ id, account, work }) => ({ ...NEW_JOB, id, account, work })),
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
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      return state.jobs.reduce((next, job) => proceed(next, job, effects), state);
    case 'input':
      return gesture(state, input.input as MuaInput, at, effects);
    case 'datagram': {
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered({ ...state, stub }, answer, effects);
    }
    case 'opened':
      return opened(state, input, effects);
    case 'failed': {
      const job = entryOf(state.jobs, Number(input.handle));
      return job ? fail(state, job, CONNECT_FAILED[input.why], effects) : state;
    }
    case 'octets':
      return hearOn(state, input.conn, { kind: 'octets', octets: input.octets }, effects);
    case 'closed':
      return hearOn(state, input.conn, { kind: 'closed' }, effects);
    case 'timer': {
      if (input.name.startsWith('dns:')) {
        const [stub, answer] = dnsTimer(state.stub, input.name, effects);
        return answered({ ...state, stub }, answer, effects);
      }
      const own = connTimer(input.name);
      return own ? hearOn(state, own.conn, { kind: 'timeout', name: own.name }, effects) : state;
    }
    case 'message':
      return state;
  }
}

const CONNECT_FAILED = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  unreachable: 'Network is unreachable',
} as const;

const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

function gesture(state: MuaState, input: MuaInput, at: StepContext, effects: ProgramEffect[]): MuaState {
  const account = state.config.accounts.find(({ address }) => address === input.account);
  if (!account) return state;
  if (state.jobs.length >= MAX_JOBS) {
    const why = 'too many letters under way at once';
    if (input.kind === 'fetch') record(effects, { kind: 'fetch-failed', account: account.address, why });
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
  const base = {
    ...NEW_JOB,
    id,
    account,
  };
  const next = { ...state, nextNumber: id + 1 };
  if (input.kind === 'fetch') return proceed(next, { ...base, work: { kind: 'fetch' } }, effects);

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
    content,
  };
  return proceed(next, { ...base, work: { kind: 'send', transaction, subject: input.subject } }, effects);
}

const setJob = (state: MuaState, job: Job): MuaState => ({
  ...state,
  jobs: withEntry(state.jobs, job),
});

/** Looks the server up, then connects. */
function proceed(state: MuaState, job: Job, effects: ProgramEffect[]): MuaState {
  const server = job.work.kind === 'send' ? job.account.submission : job.account.pop3;
  const found = lookUpHost(state.config.resolver, server.host, job.known);
  if ('need' in found) return { ...setJob(state, job), stub: askDns(state.stub, found.need, effects) };
  if (found.done.kind === 'unknown') return fail(state, job, `${server.host}: unknown host`, effects);
  const to: Address = { address: found.done.addresses[0]!, port: server.port };
  effects.push({ kind: 'connect', handle: String(job.id), to, timeoutMs: CONNECT_TIMEOUT_MS });
  return setJob(state, { ...job, connecting: true });
}

function answered(state: MuaState, answer: Answer | null, effects: ProgramEffect[]): MuaState {
  if (!answer) return state;
  let next = state;
  for (const job of state.jobs) {
    if (job.connecting) continue;
    const known = { ...job.known, [questionKey(answer.question)]: answer };
    next = proceed(next, { ...job, known }, effects);
  }
  return next;
}

function fail(state: MuaState, job: Job, why: string, effects: ProgramEffect[]): MuaState {
  const account = job.account.address;
  if (job.work.kind === 'fetch') record(effects, { kind: 'fetch-failed', account, why });
  else {
    const { transaction, subject } = job.work;
    const to = transaction.forwardPaths;
    record(effects, { kind: 'submitted', account, to, subject, ok: false, reply: why });
  }
  return { ...state, jobs: withoutEntry(state.jobs, job.id) };
}

function opened(
  state: MuaState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  effects: ProgramEffect[],
): MuaState {
  const job = entryOf(state.jobs, Number(input.handle));
  if (!job) {
    effects.push({ kind: 'close', conn: input.conn });
    return state;
  }
  const { user, password } = job.account.pop3;
  const session: Job =
    job.work.kind === 'send'
      ? {
          ...job,
          conn: input.conn,
          smtp: driven(
            smtpClientState({ helo: state.hostname, variant: 'smtp', replyTimeoutMs: REPLY_TIMEOUT_MS }),
          ),
        }
      : {
          ...job,
          conn: input.conn,
          pop3: driven(pop3ClientState({ user, password, replyTimeoutMs: REPLY_TIMEOUT_MS })),
        };
  return hearJob(state, session, { kind: 'opened', peer: input.peer.address }, effects);
}

type SessionArrival = Exclude<Arrival<never>, { kind: 'answer' }>;

function hearOn(state: MuaState, conn: number, arrival: SessionArrival, effects: ProgramEffect[]): MuaState {
  const job = state.jobs.find((candidate) => candidate.conn === conn);
  return job ? hearJob(state, job, arrival, effects) : state;
}

const hearJob = (state: MuaState, job: Job, arrival: SessionArrival, effects: ProgramEffect[]): MuaState =>
  job.work.kind === 'send'
    ? submitting(state, job, job.work, arrival, effects)
    : fetching(state, job, arrival, effects);

const replyText = (reply: Reply): string =>
  [reply.code, reply.enhanced, reply.lines.join(' ')].filter((part) => part !== '').join(' ');

function submitting(
  state: MuaState,
  job: Job,
  work: Extract<Job['work'], { kind: 'send' }>,
  arrival: SessionArrival,
  effects: ProgramEffect[],
): MuaState {
  let { handed, reported } = job;
  let over = false;
  const { transaction, subject } = work;
  const report = (ok: boolean, reply: string) =>
    record(effects, {
      kind: 'submitted',
      account: job.account.address,
      to: transaction.forwardPaths,
      subject,
      ok,
      reply,
    });
  const after = talk(
    smtpClient,
    job.smtp!,
    job.conn!,
    arrival,
    (question): SmtpClientAnswer | null => {
      if (question.outcome) reported = true;
      if (question.outcome) report(...verdict(question.outcome));
      if (question.kind === 'next') {
        if (handed) return { kind: 'done' };
        handed = true;
        return { kind: 'transaction', transaction };
      }
      over = true;
      if (!handed) report(false, question.reply ? replyText(question.reply) : 'connection lost');
      return null;
    },
    effects,
  );
  if (!over) return setJob(state, { ...job, handed, reported, smtp: after.driven });
  effects.push({ kind: 'timer', name: `${job.conn}:reply`, after: null });
  return { ...state, jobs: withoutEntry(state.jobs, job.id) };
}

/** A submission counts as done only when the server took every recipient. */
function verdict(outcome: Outcome): [boolean, string] {
  const bad = outcome.recipients.find(({ reply }) => reply === null || reply.code >= 300);
  if (bad) return [false, bad.reply ? replyText(bad.reply) : 'connection lost before the reply'];
  const [first] = outcome.recipients;
  return [true, first?.reply ? replyText(first.reply) : ''];
}

function fetching(state: MuaState, job: Job, arrival: SessionArrival, effects: ProgramEffect[]): MuaState {
  const account = job.account.address;
  let folder: Folder = state.folders[account] ?? { uids: [], letters: [] };
  let over = false;
  const after = talk(
    pop3Client,
    job.pop3!,
    job.conn!,
    arrival,
    (question): Pop3ClientAnswer | null => {
      switch (question.kind) {
        case 'choose': {
          const uids = question.entries.map(({ uid }) => uid);
          const retrieve = uids.filter((uid) => !folder.uids.includes(uid));
          return { kind: 'chosen', retrieve, remove: job.account.leaveOnServer ? [] : uids };
        }
        case 'fetched': {
          const { uid, content } = question;
          folder = { uids: [...folder.uids, uid], letters: [...folder.letters, content] };
          record(effects, { kind: 'fetched', account, uid, content });
          return { kind: 'noted' };
        }
        case 'over':
          over = true;
          if (question.error !== '') record(effects, { kind: 'fetch-failed', account, why: question.error });
          return null;
      }
    },
    effects,
  );
  const folders = { ...state.folders, [account]: folder };
  if (!over) return setJob({ ...state, folders }, { ...job, pop3: after.driven });
  effects.push({ kind: 'timer', name: `${job.conn}:reply`, after: null });
  return { ...state, folders, jobs: withoutEntry(state.jobs, job.id) };
}

export const mua: Program<MuaState> = { init, step, survive };
