/** What a client does in the mailbox: lists, retrieves, marks and removes (RFC 3501 §6.4, RFC 4315). */
import type { Octets } from '../../base/octets.ts';
import { entryOf, mailboxWith } from './client-mailbox.ts';
import type { ClientResponse } from './client-responses.ts';
import type { ImapClientState, Step, Task, Work } from './client-state.ts';
import { ask, clientWith, logOut, NO_WORK, offers, say, workWith } from './client-state.ts';
import { setText } from './sequence-set.ts';
import type { ImapClientAnswer, ImapEntry } from './types.ts';

type Status = Extract<ClientResponse, { kind: 'status' }>;

/** Refused retrievals after which the client gives up. */
export const REFUSAL_LIMIT = 20;
/** UIDs in one command: RFC 2683 §3.2.1.5 advises lines of no more than 1000 octets. */
const SET_LIMIT = 80;

export const select = (state: ImapClientState): Step => say(state, 'select', 'SELECT', 'INBOX');

export function selected(state: ImapClientState, { status, words }: Status): Step {
  if (status !== 'OK') return logOut(state, words);
  const { uidValidity, messages } = state.mailbox;
  // RFC 3501 §6.3.1: without UIDVALIDITY there are no unique identifiers.
  if (uidValidity === 0) return logOut(state, 'the server tells no UIDVALIDITY');
  return messages.length === 0 ? choose(state, true, []) : list(state);
}

/** Lists what has not been listed yet. `*` always names the last message, known or not. */
export function list(state: ImapClientState): Step {
  const from = Math.min(state.mailbox.lastUid + 1, 4_294_967_295);
  const next = clientWith(state, { mailbox: mailboxWith(state.mailbox, { grown: false }) });
  return say(next, 'listing', 'UID FETCH', `${from}:* (UID FLAGS RFC822.SIZE)`);
}

/** Null: nothing is new. */
export function listed(
  state: ImapClientState,
  { status, words }: Status,
  fresh: readonly ImapEntry[],
  whole: boolean,
): Step | null {
  if (status !== 'OK') return logOut(state, words);
  const { messages, grown } = state.mailbox;
  // Of a message that it does not list nobody knows whether it is gone.
  const complete = grown || !messages.includes(null);
  return whole || fresh.length > 0 ? choose(state, whole && complete, fresh) : null;
}

function choose(state: ImapClientState, whole: boolean, entries: readonly ImapEntry[]): Step {
  const { uidValidity } = state.mailbox;
  return ask(clientWith(state, { awaiting: 'choice' }), { kind: 'choose', uidValidity, whole, entries });
}

export function chosen(
  state: ImapClientState,
  answer: Extract<ImapClientAnswer, { kind: 'chosen' }>,
): Step | null {
  const retrieve = uidsOf(state, answer.retrieve);
  const { see, remove } = answer;
  return workOn(clientWith(state, { work: workWith(NO_WORK, { retrieve, see, remove, tasks: null }) }));
}

/** Of the messages there are, those that are wanted: each once and in their order. */
function uidsOf({ mailbox }: ImapClientState, wanted: readonly number[], unless = ''): readonly number[] {
  const set = new Set(wanted);
  const uids: number[] = [];
  for (const message of mailbox.messages)
    if (message !== null && set.has(message.uid) && !message.flags.includes(unless)) uids.push(message.uid);
  return uids;
}

/** UID of the message that is retrieved now; 0: none is. */
export const wantedNow = ({ awaiting, work }: ImapClientState): number =>
  awaiting === 'letter' ? work.retrieve[work.position]! : 0;

/** The reply to a retrieval is whole. */
export function retrieved(state: ImapClientState, { status }: Status, content: Octets | null): Step | null {
  const { work, mailbox } = state;
  const uid = work.retrieve[work.position]!;
  if (status !== 'OK') {
    const refusals = work.refusals + 1;
    if (refusals >= REFUSAL_LIMIT) return logOut(state);
    return missed(state, workWith(work, { refusals }), uid);
  }
  // Somebody else has removed it meanwhile.
  if (content === null) return missed(state, work, uid);
  const flags = entryOf(mailbox, uid)?.flags ?? [];
  const { uidValidity } = mailbox;
  return ask(clientWith(state, { awaiting: 'noted' }), { kind: 'fetched', uidValidity, uid, flags, content });
}

const missed = (state: ImapClientState, work: Work, uid: number): Step | null =>
  workOn(
    clientWith(state, {
      work: workWith(work, { missed: [...work.missed, uid], position: work.position + 1 }),
    }),
  );

export const noted = (state: ImapClientState): Step | null =>
  workOn(clientWith(state, { work: workWith(state.work, { position: state.work.position + 1 }) }));

/** The next command there is to say; null: none is left. */
export function workOn(state: ImapClientState): Step | null {
  const { retrieve, position } = state.work;
  const uid = retrieve[position];
  if (uid !== undefined) return say(state, 'letter', 'UID FETCH', `${uid} (BODY.PEEK[])`);
  const [task, ...tasks] = state.work.tasks ?? tasksOf(state);
  const next = clientWith(state, { work: workWith(state.work, { tasks }) });
  if (task === undefined) return null;
  const set = setText(task.uids);
  switch (task.kind) {
    case 'flag':
      return say(next, 'marking', 'UID STORE', `${set} +FLAGS (${task.flag})`);
    case 'expunge':
      return say(next, 'expunging', 'UID EXPUNGE', set);
    case 'expunge-all':
      return othersAreDeleted(next, task.uids) ? null : say(next, 'expunging', 'EXPUNGE');
  }
}

/** A message that was to be retrieved and did not come is never marked or removed. */
function tasksOf(state: ImapClientState): readonly Task[] {
  const missing = new Set(state.work.missed);
  const here = (uids: readonly number[], unless: string) =>
    uidsOf(state, uids, unless).filter((uid) => !missing.has(uid));
  const remove = here(state.work.remove, '');
  const tasks: Task[] = [];
  for (const uids of inSets(here(state.work.see, '\\Seen')))
    tasks.push({ kind: 'flag', uids, flag: '\\Seen' });
  for (const uids of inSets(remove)) tasks.push({ kind: 'flag', uids, flag: '\\Deleted' });
  if (remove.length === 0) return tasks;
  if (!offers(state, 'UIDPLUS')) return [...tasks, { kind: 'expunge-all', uids: remove }];
  for (const uids of inSets(remove)) tasks.push({ kind: 'expunge', uids });
  return tasks;
}

function inSets(uids: readonly number[]): readonly (readonly number[])[] {
  const sets: (readonly number[])[] = [];
  for (let at = 0; at < uids.length; at += SET_LIMIT) sets.push(uids.slice(at, at + SET_LIMIT));
  return sets;
}

/** EXPUNGE removes whatever is marked, by whomever: what others have marked must not go. */
function othersAreDeleted({ mailbox }: ImapClientState, own: readonly number[]): boolean {
  const ours = new Set(own);
  return mailbox.messages.some((message) => message?.flags.includes('\\Deleted') && !ours.has(message.uid));
}
