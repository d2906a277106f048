/** What IMAP sessions ask of the store (`protocol/imap/types.ts`), carried out on an account. */
import type { Millis } from '../../base/time.ts';
import type { Account } from '../../mail/account.ts';
import { isOverQuota, mailboxById, mailboxNamed, withMailbox } from '../../mail/account.ts';
import type { Mailbox, NewMessage } from '../../mail/mailbox.ts';
import {
  mailboxWith,
  messageOf,
  uniqueId,
  withFlags,
  withMessages,
  withoutMessages,
} from '../../mail/mailbox.ts';
import type {
  ImapAnswer,
  ImapRefusal,
  ImapRequest,
  ImapResult,
  SelectedMailbox,
} from '../../protocol/imap/types.ts';
import { setText } from '../../protocol/imap/sequence-set.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Asked, Carried } from './asked.ts';
import { refused, withAccount } from './asked.ts';
import { rearranged } from './hierarchy.ts';
import { loginOf } from './login.ts';
import { recordFiled } from './filed.ts';
import { isDiskFull } from './room.ts';
import type { StoreQuestion, StoreRequest, StoreState, Watcher } from './types.ts';
import { storeWith } from './types.ts';

/** Messages one mailbox may hold. */
export const MESSAGE_LIMIT = 200_000;

/** The store afterwards, and the answer; null: none is awaited. */
export function answerImap(
  asked: Asked,
  { token, question }: Extract<StoreRequest, { kind: 'imap' }>,
): readonly [StoreState, ImapAnswer | null] {
  const { user, selected, request } = question;
  const id = `${asked.program}:${token}`;
  if (request.kind === 'unwatch') {
    const { watchers } = asked.store;
    return [storeWith(asked.store, { watchers: withoutEntry(watchers, id) }), null];
  }
  if (request.kind === 'watch') {
    const watcher: Watcher = { id, program: asked.program, token, user, selected };
    const watching = storeWith(asked.store, { watchers: withEntry(asked.store.watchers, watcher) });
    return shown(watching, user, selected, asked.now, { kind: 'news' });
  }
  if (request.kind === 'login') return loggedIn(asked, request);
  const account = entryOf(asked.store.accounts, user);
  if (!account) return shown(asked.store, user, null, asked.now, { kind: 'refused', why: 'nonexistent' });
  if (request.kind === 'select') return select(asked, account, request);
  const [next, result] = carriedOut(asked, account, selected, request);
  return shown(next, user, selected, asked.now, result);
}

/** The answer with the selected mailbox as it is now; whoever may change it claims what is recent there. */
export function shown(
  store: StoreState,
  user: string,
  selected: SelectedMailbox | null,
  now: Millis,
  result: ImapResult,
): readonly [StoreState, ImapAnswer] {
  const account = entryOf(store.accounts, user);
  const view = (selected && account && mailboxById(account, selected.id)) ?? null;
  if (!account || view === null || selected === null)
    return [store, { view: null, recentFrom: 1, now, result }];
  const { recentFrom, uidNext } = view;
  if (!selected.claims || recentFrom === uidNext) return [store, { view, recentFrom, now, result }];
  const claimed = mailboxWith(view, { recentFrom: uidNext });
  return [withAccount(store, withMailbox(account, claimed)), { view: claimed, recentFrom, now, result }];
}

function loggedIn(
  { store, record, now }: Asked,
  { credentials }: Extract<ImapRequest, { kind: 'login' }>,
): readonly [StoreState, ImapAnswer] {
  const user = loginOf(store.config, credentials);
  record({ kind: 'login', protocol: 'imap', mailbox: user ?? credentials.user, ok: user !== null });
  const result: ImapResult =
    user === null ? { kind: 'refused', why: 'bad-login' } : { kind: 'welcome', user };
  return shown(store, '', null, now, result);
}

function select(
  { store, record, now }: Asked,
  account: Account,
  { name, examine }: Extract<ImapRequest, { kind: 'select' }>,
): readonly [StoreState, ImapAnswer] {
  const mailbox = mailboxNamed(account, name);
  if (!mailbox) return shown(store, account.id, null, now, { kind: 'refused', why: 'nonexistent' });
  record({ kind: 'selected', mailbox: account.id, folder: name, readOnly: examine });
  return shown(store, account.id, { id: mailbox.id, claims: !examine }, now, { kind: 'done' });
}

type Rest = Exclude<
  StoreQuestion['request'],
  { kind: 'watch' } | { kind: 'unwatch' } | { kind: 'login' } | { kind: 'select' }
>;

function carriedOut(
  asked: Asked,
  account: Account,
  selected: SelectedMailbox | null,
  request: Rest,
): Carried {
  const view = selected === null ? undefined : mailboxById(account, selected.id);
  const nothing: Carried = [asked.store, { kind: 'done' }];
  switch (request.kind) {
    case 'look':
      return nothing;
    case 'account':
      return [asked.store, { kind: 'account', account }];
    case 'flag':
      return view ? flag(asked, account, view, request) : nothing;
    case 'append':
      return append(asked, account, request);
    case 'copy':
      return view ? copy(asked, account, view, request) : nothing;
    case 'expunge':
      return view ? expunge(asked, account, view, request.uids) : nothing;
    default:
      return rearranged(asked, account, request);
  }
}

function flag(
  { store, record }: Asked,
  account: Account,
  view: Mailbox,
  { uids: named, change, flags, unchangedSince, changedSince, told }: Extract<ImapRequest, { kind: 'flag' }>,
): Carried {
  const modseqOf = (uid: number): number => messageOf(view, uid)?.modseq ?? 0;
  const uids = changedSince < 0 ? named : named.filter((uid) => modseqOf(uid) > changedSince);
  const { mailbox, modified } = withFlags(view, uids, change, flags, unchangedSince);
  if (mailbox !== view && mailbox.highestModseq !== view.highestModseq) {
    const touched = mailbox.messages.filter(({ modseq }) => modseq === mailbox.highestModseq);
    const set = setText(touched.map(({ uid }) => uid));
    record({ kind: 'flagged', mailbox: account.id, folder: view.name, uids: set, change, flags });
  }
  const next = mailbox === view ? store : withAccount(store, withMailbox(account, mailbox));
  const news = uids.filter((uid) => modseqOf(uid) > told);
  return [next, { kind: 'flagged', modified, news }];
}

/** Why these messages cannot be added; null: they can. Those that move are no more octets than before. */
function noRoom(
  store: StoreState,
  account: Account,
  mailbox: Mailbox,
  messages: readonly NewMessage[],
  move: boolean,
): ImapRefusal | null {
  if (mailbox.messages.length + messages.length > MESSAGE_LIMIT) return 'too-many-messages';
  if (move) return null;
  let octets = 0;
  for (const { content } of messages) octets += content.length;
  if (isOverQuota(account, octets)) return 'over-quota';
  return isDiskFull(store, octets) ? 'disk-full' : null;
}

function append(
  { store, record, now }: Asked,
  account: Account,
  { name, messages }: Extract<ImapRequest, { kind: 'append' }>,
): Carried {
  const mailbox = mailboxNamed(account, name);
  if (!mailbox) return refused(store, 'nonexistent');
  const dated = messages.map(({ content, flags, internalDate }) => ({
    content,
    flags,
    internalDate: internalDate ?? now,
  }));
  const why = noRoom(store, account, mailbox, dated, false);
  if (why !== null) return refused(store, why);
  const next = withMessages(mailbox, dated);
  const uids = dated.map((_, i) => mailbox.uidNext + i);
  const unique = uids.map((uid) => uniqueId(uid, next.uidValidity));
  const contents = dated.map(({ content }) => content);
  record({ kind: 'filed', mailbox: account.id, folder: name, uids: unique, from: null, contents });
  return [
    withAccount(store, withMailbox(account, next)),
    { kind: 'appended', uidValidity: next.uidValidity, uids },
  ];
}

function copy(
  { store, record }: Asked,
  account: Account,
  view: Mailbox,
  { uids, name, move }: Extract<ImapRequest, { kind: 'copy' }>,
): Carried {
  const target = mailboxNamed(account, name);
  if (!target) return refused(store, 'nonexistent');
  const messages = uids.flatMap((uid) => messageOf(view, uid) ?? []);
  // RFC 3501 §6.4.7: all of them, or none.
  if (messages.length < uids.length || messages.length === 0)
    return [store, { kind: 'copied', uidValidity: target.uidValidity, from: [], to: [] }];
  const why = noRoom(store, account, target, messages, move);
  if (why !== null) return refused(store, why);
  const from = messages.map(({ uid }) => uid);
  const to = messages.map((_, i) => target.uidNext + i);
  let next = withMailbox(account, withMessages(target, messages));
  recordFiled(record, account.id, target, to, view, from, move);
  if (move) next = withMailbox(next, withoutMessages(mailboxById(next, view.id)!, from));
  return [withAccount(store, next), { kind: 'copied', uidValidity: target.uidValidity, from, to }];
}

function expunge(
  { store, record }: Asked,
  account: Account,
  view: Mailbox,
  uids: readonly number[],
): Carried {
  const named = new Set(uids);
  const gone = view.messages
    .filter(({ uid, flags }) => flags.includes('\\Deleted') && named.has(uid))
    .map(({ uid }) => uid);
  for (const uid of gone) {
    const unique = uniqueId(uid, view.uidValidity);
    record({ kind: 'expunged', mailbox: account.id, uid: unique, folder: view.name });
  }
  if (gone.length === 0) return [store, { kind: 'expunged', uids: gone }];
  return [
    withAccount(store, withMailbox(account, withoutMessages(view, gone))),
    { kind: 'expunged', uids: gone },
  ];
}
