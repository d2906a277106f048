/** The mail program's conversation by IMAP: its folder has what the mailbox on the server has. */
import { uidIn, uniqueId } from '../../mail/mailbox.ts';
import { imapClient, imapClientState } from '../../protocol/imap/client.ts';
import type { ImapClientState } from '../../protocol/imap/client.ts';
import type { ImapClientAnswer, ImapClientQuestion } from '../../protocol/imap/types.ts';
import type { Arrival } from '../../protocol/machine.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Link } from '../talk.ts';
import { linked, secureFirst, talk } from '../talk.ts';
import { REPLY_TIMEOUT_MS, secrecyOf } from './secrecy.ts';
import type { Folder, Incoming, Job, MuaState } from './types.ts';
import { emptyFolder, jobWith, muaWith, record, setJob } from './types.ts';

/** How often a server without IDLE is asked. */
const POLL_MS = 600_000;

export function imapLink(
  state: MuaState,
  { account, work }: Job,
  server: Extract<Incoming, { kind: 'imap' }>,
  conn: number,
  at: StepContext,
  effects: ProgramEffect[],
): Link<ImapClientState> {
  const client = imapClientState({
    user: account.user,
    password: account.password,
    tls: server.tls,
    stay: work.kind === 'fetch' && work.stays,
    replyTimeoutMs: REPLY_TIMEOUT_MS,
    pollMs: POLL_MS,
  });
  if (server.tls !== 'implicit') return linked(client);
  return secureFirst(linked(client), conn, secrecyOf(state, server.host, at), effects);
}

/** The user has seen enough: sessions of this account that stay end. */
export function leave(state: MuaState, account: string, at: StepContext, effects: ProgramEffect[]): MuaState {
  let next = state;
  for (const job of state.jobs) {
    if (job.account.address !== account || job.work.kind !== 'fetch' || !job.work.stays) continue;
    const brief = jobWith(job, { work: { kind: 'fetch', stays: false, mark: null } });
    const arrival = { kind: 'answer', answer: { kind: 'leave' } } as const;
    next =
      job.imap === null ? setJob(next, brief) : fetchingByImap(next, job, job.imap, arrival, at, effects);
  }
  return next;
}

export function fetchingByImap(
  state: MuaState,
  job: Job,
  link: Link<ImapClientState>,
  arrival: Arrival<ImapClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MuaState {
  const account = job.account.address;
  const before = entryOf(state.folders, account) ?? emptyFolder(account);
  let folder = before;
  let error: string | null = null;
  const after = talk(
    imapClient,
    link,
    job.conn!,
    arrival,
    (question): ImapClientAnswer | null => {
      if (question.kind === 'over') {
        error = question.error;
        return null;
      }
      const [next, answer] = heard(folder, job, question, effects);
      folder = next;
      return answer;
    },
    effects,
    secrecyOf(state, job.account.incoming.host, at),
  );
  const folders = folder === before ? state.folders : withEntry(state.folders, folder);
  const told = muaWith(state, { folders, jobs: tellOthers(state.jobs, job, before, folder) });
  if (error === null) return setJob(told, jobWith(job, { imap: after.link }));
  const why = after.tlsEnd?.kind === 'failed' ? `no secure connection: ${after.tlsEnd.reason}` : error;
  if (why !== '') record(effects, { kind: 'fetch-failed', account, why, by: 'imap' });
  return muaWith(told, { jobs: withoutEntry(told.jobs, job.id) });
}

/** What one session has fetched another may not know of yet. */
function tellOthers(jobs: readonly Job[], by: Job, before: Folder, after: Folder): readonly Job[] {
  const had = new Set(before.uids);
  const fresh = after.uids.filter((uid) => !had.has(uid));
  if (fresh.length === 0) return jobs;
  return jobs.map((job) =>
    job.id === by.id || job.imap === null || job.account.address !== by.account.address
      ? job
      : jobWith(job, { others: [...job.others, ...fresh] }),
  );
}

type Told = Exclude<ImapClientQuestion, { kind: 'over' }>;

/** What the server tells changes the folder. */
function heard(
  folder: Folder,
  job: Job,
  question: Told,
  effects: ProgramEffect[],
): readonly [Folder, ImapClientAnswer | null] {
  const { uidValidity } = question;
  switch (question.kind) {
    case 'choose':
      return choose(folder, job, question, effects);
    case 'fetched': {
      const uid = uniqueId(question.uid, uidValidity);
      return [withLetter(folder, uid, question, effects), { kind: 'noted' }];
    }
    case 'changed':
      return [withFlags(folder, new Map([[uniqueId(question.uid, uidValidity), question.flags]])), null];
    case 'gone':
      return [without(folder, (uid) => uid === uniqueId(question.uid, uidValidity), effects), null];
  }
}

function choose(
  before: Folder,
  { work, others }: Job,
  { uidValidity, whole, entries }: Extract<Told, { kind: 'choose' }>,
  effects: ProgramEffect[],
): readonly [Folder, ImapClientAnswer] {
  const there = new Map(entries.map(({ uid, flags }) => [uniqueId(uid, uidValidity), flags]));
  const fresh = new Set(others);
  const isGone = (uid: string): boolean => !there.has(uid) && !fresh.has(uid);
  const folder = withFlags(whole ? without(before, isGone, effects) : before, there);
  const known = new Set(folder.uids);
  const retrieve = [...there.keys()].filter((uid) => !known.has(uid)).map(uidIn);
  const mark = work.kind === 'fetch' ? work.mark : null;
  const marked = mark !== null && there.has(mark.uid) ? [uidIn(mark.uid)] : [];
  const [see, remove] = mark?.as === 'removed' ? [[], marked] : [marked, []];
  return [folder, { kind: 'chosen', retrieve, see, remove }];
}

/** Two sessions may both bring the same letter. */
function withLetter(
  folder: Folder,
  uid: string,
  { flags, content }: Extract<Told, { kind: 'fetched' }>,
  effects: ProgramEffect[],
): Folder {
  if (folder.uids.includes(uid)) return folder;
  record(effects, { kind: 'fetched', account: folder.id, uid, content, by: 'imap' });
  return {
    id: folder.id,
    uids: [...folder.uids, uid],
    letters: [...folder.letters, content],
    flags: [...folder.flags, flags],
  };
}

function withFlags(folder: Folder, flags: ReadonlyMap<string, readonly string[]>): Folder {
  const { id, uids, letters } = folder;
  return { id, uids, letters, flags: uids.map((uid, i) => flags.get(uid) ?? folder.flags[i]!) };
}

function without(folder: Folder, isGone: (uid: string) => boolean, effects: ProgramEffect[]): Folder {
  const { id, uids, letters, flags } = folder;
  const stays = uids.map((uid) => !isGone(uid));
  if (!stays.includes(false)) return folder;
  uids.forEach((uid, i) => {
    if (!stays[i]) record(effects, { kind: 'vanished', account: id, uid });
  });
  const kept = <T>(list: readonly T[]): readonly T[] => list.filter((_, i) => stays[i]);
  return { id, uids: kept(uids), letters: kept(letters), flags: kept(flags) };
}
