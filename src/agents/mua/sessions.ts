/** The mail program's two conversations: submission by SMTP, and POP3. */
import type { Arrival } from '../../protocol/machine.ts';
import { driven } from '../../protocol/machine.ts';
import { pop3Client, pop3ClientState } from '../../protocol/pop3/client.ts';
import type { Pop3ClientAnswer } from '../../protocol/pop3/types.ts';
import { smtpClient, smtpClientState } from '../../protocol/smtp/client.ts';
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type { Outcome, SmtpClientAnswer } from '../../protocol/smtp/types.ts';
import type { ProgramEffect, ProgramInput } from '../../sim/types.ts';
import { entryOf, withoutEntry } from '../entries.ts';
import { talk } from '../talk.ts';
import type { Folder, Job, MuaState } from './types.ts';
import { jobWith, muaWith, record, setJob } from './types.ts';

const REPLY_TIMEOUT_MS = 100_000;

/** A connection stands: the session of its job begins. */
export function opened(
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
      ? jobWith(job, {
          conn: input.conn,
          smtp: driven(
            smtpClientState({ helo: state.hostname, variant: 'smtp', replyTimeoutMs: REPLY_TIMEOUT_MS }),
          ),
        })
      : jobWith(job, {
          conn: input.conn,
          pop3: driven(pop3ClientState({ user, password, replyTimeoutMs: REPLY_TIMEOUT_MS })),
        });
  return hearJob(state, session, { kind: 'opened', peer: input.peer.address }, effects);
}

type SessionArrival = Exclude<Arrival<never>, { kind: 'answer' }>;

/** Octets, a timer or the end of a connection, for the job that has it. */
export function hearOn(
  state: MuaState,
  conn: number,
  arrival: SessionArrival,
  effects: ProgramEffect[],
): MuaState {
  const job = state.jobs.find((candidate) => candidate.conn === conn);
  return job ? hearJob(state, job, arrival, effects) : state;
}

const hearJob = (state: MuaState, job: Job, arrival: SessionArrival, effects: ProgramEffect[]): MuaState =>
  job.work.kind === 'send'
    ? submitting(state, job, job.work, arrival, effects)
    : fetching(state, job, arrival, effects);

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
  if (!over) return setJob(state, jobWith(job, { handed, reported, smtp: after.driven }));
  return muaWith(state, { jobs: withoutEntry(state.jobs, job.id) });
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
  if (!over) return setJob(muaWith(state, { folders }), jobWith(job, { pop3: after.driven }));
  return muaWith(state, { folders, jobs: withoutEntry(state.jobs, job.id) });
}
