/**
 * MS, the message store (RFC 5598 §4.2.4): the mailboxes of one host. The MDA puts letters in; POP3 sessions read a
 * maildrop and remove at UPDATE; IMAP sessions do all the rest. Everything but locks and watchers is on disk.
 */
import type { Millis } from '../base/time.ts';
import type { Account } from '../mail/account.ts';
import { inboxOf, isOverQuota, mailboxById, newAccount, withMailbox } from '../mail/account.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import {
  mailboxWith,
  messageOf,
  NO_FLAGS,
  uniqueId,
  withFlags,
  withMessages,
  withoutMessages,
} from '../mail/mailbox.ts';
import { setText } from '../protocol/imap/sequence-set.ts';
import type { SelectedMailbox } from '../protocol/imap/types.ts';
import { withCrlf } from '../protocol/pop3/content.ts';
import type { Pop3Refusal } from '../protocol/pop3/types.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Fact } from './facts.ts';
import type { MountedAnswer, MountedRequest } from './files/types.ts';
import { answerMounted } from './store/files.ts';
import { isLockedByHand, mailboxPath, withSpoolFile } from './store/spool-files.ts';
import { loginOf } from './store/login.ts';
import { answerImap, shown } from './store/imap.ts';
import { mailboxKey, tornText } from './store/mbox-files.ts';
import { isDiskFull } from './store/room.ts';
import type { StoreAnswer, StoreConfig, StoreRefusal, StoreRequest, StoreState } from './store/types.ts';
import { storeWith } from './store/types.ts';

export type { StoreAnswer, StoreConfig, StoreRequest, StoreState } from './store/types.ts';

function init(config: unknown, host: HostSpec): StoreState {
  const { users, domains, quota, disk, madeAt, files } = config as StoreConfig;
  return {
    config: { users, domains, quota, disk, madeAt, files },
    hostname: host.name,
    byHand: { names: [], torn: [], others: [], removed: [] },
    accounts: Object.keys(users).map((user) => newAccount(user, quota, madeAt)),
    locks: [],
    watchers: [],
  };
}

const survive = (state: StoreState): StoreState => storeWith(state, { locks: [], watchers: [] });

/** What one request has to work with: answers and facts go out through it. */
interface Desk {
  readonly state: StoreState;
  /** Name of the program that asks. */
  readonly from: string;
  /** Milliseconds since 1970, a whole second. */
  readonly now: Millis;
  readonly answer: (message: StoreAnswer) => void;
  readonly record: (fact: Fact) => void;
}

type Request<K extends StoreRequest['kind']> = Extract<StoreRequest, { kind: K }>;

function step(
  state: StoreState,
  input: ProgramInput,
  at: StepContext,
): readonly [StoreState, readonly ProgramEffect[]] {
  if (input.kind !== 'message') return [state, []];
  const effects: ProgramEffect[] = [];
  const from = input.from.slice(input.from.indexOf('/') + 1);
  const desk: Desk = {
    state,
    from,
    now: Math.floor((at.clock.epochMs + at.now) / 1000) * 1000,
    answer: (message) => effects.push({ kind: 'tell', program: from, message }),
    record: (fact) => effects.push({ kind: 'record', fact }),
  };
  const request = input.message as StoreRequest | MountedRequest;
  const next = request.kind === 'mounted' ? look(desk, request, at, effects) : obey(desk, request);
  if (next.accounts === state.accounts) return [next, effects];
  return [tellWatchers(state, next, desk.now, effects), effects];
}

/** Somebody looks at the mailboxes as files, or changes those. */
function look(
  { state, from, now, record }: Desk,
  { tree, user, requests, errand }: MountedRequest,
  at: StepContext,
  effects: ProgramEffect[],
): StoreState {
  const looking = { user, now, clock: at.clock, record };
  const [next, answers] = answerMounted(state, { tree, requests }, looking);
  const message: MountedAnswer = { kind: 'mounted', answers, errand };
  effects.push({ kind: 'tell', program: from, message });
  return next;
}

function obey(desk: Desk, request: StoreRequest): StoreState {
  switch (request.kind) {
    case 'store':
      return store(desk, request);
    case 'login':
      return login(desk, request);
    case 'retrieve':
      return retrieve(desk, request);
    case 'update':
    case 'abandon':
      return leave(desk, request);
    case 'imap': {
      const { from, now, record } = desk;
      const [next, answer] = answerImap({ store: desk.state, program: from, now, record }, request);
      if (answer !== null) desk.answer({ kind: 'imap', token: request.token, answer });
      return next;
    }
  }
}

const withAccount = (state: StoreState, account: Account): StoreState =>
  storeWith(state, { accounts: withEntry(state.accounts, account) });

/** Puts a letter into the INBOX of an account. */
function store(desk: Desk, request: Request<'store'>): StoreState {
  const { state, answer, record, now } = desk;
  const { token, content, queueId, recipient, envelope, blankLine, mailbox } = request;
  const account = entryOf(state.accounts, mailbox);
  const why = refusalOf(state, account, content.length);
  if (!account || why !== null) {
    const path = mailboxPath(state.config, mailbox);
    answer({ kind: 'not-stored', token, why: why ?? 'user-unknown', mailbox: { user: mailbox, path } });
    return state;
  }
  const inbox = inboxOf(account);
  const uid = uniqueId(inbox.uidNext, inbox.uidValidity);
  record({ kind: 'delivered', queueId, recipient, mailbox, uid, envelope, content, blankLine });
  answer({ kind: 'stored', token });
  const delivered = withMessages(inbox, [{ content, internalDate: now, flags: NO_FLAGS }]);
  return withAccount(withSpoolFile(state, mailbox), withMailbox(account, delivered));
}

function refusalOf(state: StoreState, account: Account | undefined, octets: number): StoreRefusal | null {
  if (account === undefined) return 'user-unknown';
  if (isLockedByHand(state, account.id)) return 'locked';
  if (isOverQuota(account, octets)) return 'mailbox-full';
  return isDiskFull(state, octets) ? 'disk-full' : null;
}

function login(desk: Desk, request: Request<'login'>): StoreState {
  const { token, credentials, locks } = request;
  const { state, answer, record, from } = desk;
  const user = loginOf(state.config, credentials);
  record({ kind: 'login', protocol: 'pop3', mailbox: user ?? credentials.user, ok: user !== null });
  const account = user === null ? undefined : entryOf(state.accounts, user);
  if (user === null || account === undefined) {
    answer({ kind: 'refused', token, why: 'bad-login' });
    return state;
  }
  const why = maildropTrouble(state, account, request);
  if (why !== null) {
    answer({ kind: 'refused', token, why });
    return state;
  }
  const inbox = inboxOf(account);
  const { messages, uidValidity, uidNext } = inbox;
  const entries = messages.map(({ uid, content }) => ({ uid, octets: withCrlf(content).length }));
  answer({ kind: 'maildrop', token, mailbox: user, uidValidity, entries });
  // A session that has seen the messages has taken their being recent (RFC 3501 §2.3.2), a POP3 session too.
  const claimed =
    inbox.recentFrom === uidNext
      ? state
      : withAccount(state, withMailbox(account, mailboxWith(inbox, { recentFrom: uidNext })));
  if (!locks) return claimed;
  return storeWith(claimed, { locks: withEntry(state.locks, { id: user, holder: `${from}:${token}` }) });
}

/** Why a maildrop cannot be opened; null: it can. */
function maildropTrouble(
  state: StoreState,
  account: Account,
  { locks, copies }: Request<'login'>,
): Pop3Refusal | null {
  const inbox = inboxOf(account);
  if (isLockedByHand(state, account.id) || (locks && entryOf(state.locks, account.id))) return 'in-use';
  if (copies && isOverQuota(account, inbox.octets)) return 'over-quota';
  if (copies && isDiskFull(state, inbox.octets)) return 'unavailable';
  return tornText(state, mailboxKey(account, inbox)) === '' ? null : 'corrupt';
}

function retrieve(desk: Desk, { token, mailbox, uid }: Request<'retrieve'>): StoreState {
  const { state, answer } = desk;
  const account = entryOf(state.accounts, mailbox);
  const message = account && messageOf(inboxOf(account), uid);
  answer(message ? { kind: 'message', token, content: message.content } : { kind: 'gone', token });
  return state;
}

/** The end of a POP3 session: with QUIT what it marked is removed (RFC 1939 §6), and in any case its lock goes. */
function leave(desk: Desk, request: Request<'update'> | Request<'abandon'>): StoreState {
  const { state, answer, record, from } = desk;
  const { token, mailbox } = request;
  if (request.kind === 'update') answer({ kind: 'updated', token });
  const lock = entryOf(state.locks, mailbox);
  const unlocked =
    lock?.holder === `${from}:${token}`
      ? storeWith(state, { locks: withoutEntry(state.locks, mailbox) })
      : state;
  const account = entryOf(state.accounts, mailbox);
  if (request.kind === 'abandon' || !account) return unlocked;
  const inbox = inboxOf(account);
  const removed = request.remove.filter((uid) => messageOf(inbox, uid) !== undefined);
  for (const uid of removed) record({ kind: 'expunged', mailbox, uid: uniqueId(uid, inbox.uidValidity) });
  const left = withoutMessages(inbox, removed);
  const unseen = request.seen.filter((uid) => messageOf(left, uid)?.flags.includes('\\Seen') === false);
  const flags = ['\\Seen'];
  const seen = withFlags(left, unseen, 'add', flags, null).mailbox;
  if (unseen.length > 0) {
    const uids = setText([...unseen].sort((a, b) => a - b));
    record({ kind: 'flagged', mailbox, folder: 'INBOX', uids, change: 'add', flags });
  }
  return seen === inbox ? unlocked : withAccount(unlocked, withMailbox(account, seen));
}

/** Sessions that wait for something to happen in a mailbox hear of it; what is recent is the first one's that may. */
function tellWatchers(
  before: StoreState,
  after: StoreState,
  now: Millis,
  effects: ProgramEffect[],
): StoreState {
  let state = after;
  for (const { program, token, user, selected } of after.watchers) {
    if (selected === null || selectedIn(before, user, selected) === selectedIn(after, user, selected))
      continue;
    const [next, answer] = shown(state, user, selected, now, { kind: 'news' });
    state = next;
    effects.push({
      kind: 'tell',
      program,
      message: { kind: 'imap', token, answer } satisfies StoreAnswer,
    });
  }
  return state;
}

function selectedIn(state: StoreState, user: string, { id }: SelectedMailbox): Mailbox | undefined {
  const account = entryOf(state.accounts, user);
  return account && mailboxById(account, id);
}

export const messageStore: Program<StoreState> = {
  init,
  step,
  survive,
};
