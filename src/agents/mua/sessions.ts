/** The mail program's conversations: submission by SMTP, and POP3; that by IMAP is in `imap.ts`. */
import { pop3Client } from '../../protocol/pop3/client.ts';
import { pop3ClientState } from '../../protocol/pop3/client-state.ts';
import type { Pop3ClientAnswer } from '../../protocol/pop3/types.ts';
import { smtpClient, smtpClientState } from '../../protocol/smtp/client.ts';
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import type { Outcome, SmtpClientAnswer, SmtpClientQuestion } from '../../protocol/smtp/types.ts';
import { isTaken } from '../../protocol/smtp/verdicts.ts';
import type { TlsEnd } from '../../protocol/tls/types.ts';
import type { ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Link } from '../talk.ts';
import { linked, secureFirst, talk } from '../talk.ts';
import { fetchingByImap, imapLink } from './imap.ts';
import { endJob, nextInOutbox, proceed } from './jobs.ts';
import { REPLY_TIMEOUT_MS, secrecyOf } from './secrecy.ts';
import type { SessionArrival } from './secrecy.ts';
import type { Folder, Job, MuaState } from './types.ts';
import { emptyFolder, jobWith, muaWith, newJob, record, setJob } from './types.ts';

/** A connection stands: the session of its job begins. */
export function opened(
  state: MuaState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MuaState {
  const job = entryOf(state.jobs, Number(input.handle));
  if (!job) {
    effects.push({ kind: 'close', conn: input.conn });
    return state;
  }
  const { conn } = input;
  const session =
    job.work.kind === 'send'
      ? jobWith(job, { conn, smtp: submissionLink(state, job, conn, at, effects) })
      : job.account.incoming.kind === 'imap'
        ? jobWith(job, { conn, imap: imapLink(state, job, job.account.incoming, conn, at, effects) })
        : jobWith(job, { conn, pop3: linked(pop3ClientState(fetchConfig(job))) });
  return hearJob(state, session, { kind: 'opened', peer: input.peer.address }, at, effects);
}

const fetchConfig = ({ account }: Job) => ({
  user: account.user,
  password: account.password,
  replyTimeoutMs: REPLY_TIMEOUT_MS,
});

function submissionLink(
  state: MuaState,
  job: Job,
  conn: number,
  at: StepContext,
  effects: ProgramEffect[],
): Link<SmtpClientState> {
  const { submission, user, password } = job.account;
  const client = smtpClientState({
    helo: state.hostname,
    variant: 'smtp',
    replyTimeoutMs: REPLY_TIMEOUT_MS,
    tls: submission.tls,
    login: submission.login ? { user, password } : null,
    pipelines: false,
  });
  if (submission.tls !== 'implicit') return linked(client);
  return secureFirst(linked(client), conn, secrecyOf(state, submission.host, at), effects);
}

/** Octets, a timer or the end of a connection, for the job that has it. */
export function hearOn(
  state: MuaState,
  conn: number,
  arrival: SessionArrival,
  at: StepContext,
  effects: ProgramEffect[],
): MuaState {
  const job = state.jobs.find((candidate) => candidate.conn === conn);
  return job ? hearJob(state, job, arrival, at, effects) : state;
}

const hearJob = (
  state: MuaState,
  job: Job,
  arrival: SessionArrival,
  at: StepContext,
  effects: ProgramEffect[],
): MuaState =>
  job.work.kind === 'send'
    ? submitting(state, job, arrival, at, effects)
    : job.imap !== null
      ? fetchingByImap(state, job, job.imap, arrival, at, effects)
      : fetching(state, job, arrival, effects);

/** A session with the submission server: the letter it was made for, and then what else is in the outbox by then. */
function submitting(
  state: MuaState,
  job: Job,
  arrival: SessionArrival,
  at: StepContext,
  effects: ProgramEffect[],
): MuaState {
  let next = state;
  let current = job;
  let over = null as Over | null;
  const report = (ok: boolean, reply: string): void => {
    const { transaction, subject } = letterOf(current);
    const { address: account } = current.account;
    record(effects, { kind: 'submitted', account, to: transaction.forwardPaths, subject, ok, reply });
    current = jobWith(current, { reported: true });
  };
  const after = talk(
    smtpClient,
    job.smtp!,
    job.conn!,
    arrival,
    (question): SmtpClientAnswer | null => {
      if (question.kind === 'over') {
        over = question;
        return null;
      }
      if (question.outcome) report(...verdict(question.outcome));
      if (current.handed) {
        const waiting = nextInOutbox(next, current);
        if (waiting === undefined) return { kind: 'done' };
        next = muaWith(next, { jobs: withoutEntry(next.jobs, current.id) });
        current = jobWith(waiting, { connecting: true, conn: current.conn, joined: true });
      }
      current = jobWith(current, { handed: true });
      return { kind: 'transaction', transaction: letterOf(current).transaction };
    },
    effects,
    secrecyOf(state, job.account.submission.host, at),
  );
  if (over === null) return setJob(next, jobWith(current, { smtp: after.link }));
  // The server had enough of this session, not of this letter: it gets one of its own.
  if (current.joined && isUntouched(over.outcome))
    return proceed(next, newJob(current.id, current.account, current.work), effects);
  if (over.outcome) report(...verdict(over.outcome));
  else if (!current.handed) report(false, whyLost(over, after.tlsEnd));
  // One that was said goodbye to has nobody waiting behind it.
  return job.reported
    ? muaWith(next, { jobs: withoutEntry(next.jobs, job.id) })
    : endJob(next, current, effects);
}

/** The transaction ended before any recipient was named. */
const isUntouched = (outcome: Outcome | null): boolean =>
  outcome?.recipients.every(({ stage }) => stage === 'mail') ?? false;

const letterOf = ({ work }: Job): Extract<Job['work'], { kind: 'send' }> => {
  if (work.kind !== 'send') throw new Error('a job that sends nothing has a submission session');
  return work;
};

type Over = Extract<SmtpClientQuestion, { kind: 'over' }>;

function whyLost({ stage, reply }: Over, tlsEnd: TlsEnd | null): string {
  if (tlsEnd?.kind === 'failed') return `no secure connection: ${tlsEnd.reason}`;
  if (reply) return replyText(reply);
  return stage === 'tls' ? 'the server offers no STARTTLS' : 'connection lost';
}

/** A submission counts as done only when the server took every recipient. */
function verdict(outcome: Outcome): [boolean, string] {
  const bad = outcome.recipients.find((one) => !isTaken(one));
  if (bad) return [false, bad.reply ? replyText(bad.reply) : 'connection lost before the reply'];
  const [first] = outcome.recipients;
  return [true, first?.reply ? replyText(first.reply) : ''];
}

const leavesOnServer = ({ account: { incoming } }: Job): boolean =>
  incoming.kind === 'pop3' && incoming.leaveOnServer;

function fetching(state: MuaState, job: Job, arrival: SessionArrival, effects: ProgramEffect[]): MuaState {
  const account = job.account.address;
  const before: Folder = entryOf(state.folders, account) ?? emptyFolder(account);
  let folder = before;
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
          const remove = leavesOnServer(job) ? [] : uids;
          // Numbers say nothing of what was fetched before: all of it may be new.
          if (!question.lasting) return { kind: 'chosen', retrieve: uids, remove };
          const { id, letters, flags } = folder;
          folder = { id, uids: folder.uids.filter((uid) => uids.includes(uid)), letters, flags };
          const retrieve = uids.filter((uid) => !folder.uids.includes(uid));
          return { kind: 'chosen', retrieve, remove };
        }
        case 'fetched': {
          const { lasting, uid, content } = question;
          const { id, letters, flags } = folder;
          const uids = lasting ? [...folder.uids, uid] : folder.uids;
          folder = { id, uids, letters: [...letters, content], flags };
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
  const folders = folder === before ? state.folders : withEntry(state.folders, folder);
  if (!over) return setJob(muaWith(state, { folders }), jobWith(job, { pop3: after.link }));
  return endJob(muaWith(state, { folders }), job, effects);
}
