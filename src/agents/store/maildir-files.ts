/**
 * `~/Maildir`: each message of an account as a file. What is done to the files is done to the messages: taken away,
 * given other flags by another name, put there by hand through `tmp/` or straight into `new/`.
 */
import type { Octets } from '../../base/octets.ts';
import type { Account } from '../../mail/account.ts';
import { createMailbox, inboxOf, isOverQuota, SEPARATOR, withMailbox } from '../../mail/account.ts';
import type { Mailbox, Message } from '../../mail/mailbox.ts';
import { uniqueId, withFlags, withMessages, withoutMessages } from '../../mail/mailbox.ts';
import {
  flagsOfLetters,
  folderOf,
  keywordsText,
  maildirText,
  splitName,
  subscriptionsText,
  uidListText,
} from '../../mail/maildir.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { compareNames } from '../files/tree.ts';
import type { FileError, FileRequest, NamedStat } from '../files/types.ts';
import { DONE } from '../files/types.ts';
import type { Looked, Looking } from './files.ts';
import { answerOther, byHandWith, directoryStat, fileStat, otherFile, refuse } from './files.ts';
import { answerText } from './folder-files.ts';
import type { Place, Spot } from './maildir-names.ts';
import { baseOf, filesIn, messageAt, nameId, spotOf, statOfMessage, tmpId } from './maildir-names.ts';
import { isDiskFull } from './room.ts';
import type { StoreState } from './types.ts';
import { storeWith } from './types.ts';

export function answerMaildir(
  store: StoreState,
  account: Account,
  request: FileRequest,
  looking: Looking,
): Looked {
  const spot = spotOf(account, request.path);
  if (spot === null) return missing(store, account, request, looking);
  if (request.kind === 'rename') return rename(store, account, spot, request, looking);
  if (spot.place === 'tmp' && spot.name !== '')
    return answerOther(store, tmpId(account, spot), request, looking);
  if (spot.name === '') return onDirectory(store, account, spot, request);
  if (spot.place === null) {
    const text = ownFiles(store, account, spot.mailbox).get(spot.name);
    if (text !== undefined) return answerText(store, account, request, text, looking);
    return refuse(store, request.kind === 'write' || request.kind === 'mkdir' ? 'EPERM' : 'ENOENT');
  }
  return onMessage(store, account, spot, spot.place, request, looking);
}

/** A directory `.name` made by hand is a mailbox. */
function missing(
  store: StoreState,
  account: Account,
  request: FileRequest,
  { now, record }: Looking,
): Looked {
  const { path } = request;
  if (request.kind !== 'mkdir' || !/^\.[^./][^/]{0,100}$/.test(path) || path.endsWith(SEPARATOR))
    return refuse(store, 'ENOENT');
  const made = createMailbox(account, path.slice(1), '', Math.floor(now / 1000));
  if ('refused' in made) return refuse(store, made.refused === 'exists' ? 'EEXIST' : 'ENOSPC');
  record({ kind: 'folder', mailbox: account.id, what: 'created', folder: path.slice(1) });
  return [withAccount(store, made.done), DONE];
}

const withAccount = (store: StoreState, account: Account): StoreState =>
  storeWith(store, { accounts: withEntry(store.accounts, account) });

function onDirectory(store: StoreState, account: Account, spot: Spot, request: FileRequest): Looked {
  switch (request.kind) {
    case 'stat':
      return [store, { kind: 'stat', stat: directoryStat(account.id, store.config.madeAt * 1000, 0) }];
    case 'list': {
      const { place, mailbox } = spot;
      const entries =
        place === null ? rootEntries(store, account, mailbox) : filesIn(store, account, mailbox, place);
      return [store, { kind: 'entries', entries }];
    }
    case 'read':
    case 'write':
    case 'unlink':
      return refuse(store, 'EISDIR');
    case 'mkdir':
      return refuse(store, 'EEXIST');
    default:
      return refuse(store, 'EPERM');
  }
}

function rootEntries(store: StoreState, account: Account, mailbox: Mailbox): readonly NamedStat[] {
  const made = store.config.madeAt * 1000;
  const entries: NamedStat[] = ['cur', 'new', 'tmp'].map((name) => ({
    name,
    stat: directoryStat(account.id, made, 0),
  }));
  for (const [name, text] of ownFiles(store, account, mailbox))
    entries.push({ name, stat: fileStat(account.id, made, text.length) });
  if (mailbox === inboxOf(account))
    for (const other of account.mailboxes) {
      const name = folderOf(other);
      if (name !== null && !name.includes('/'))
        entries.push({ name, stat: directoryStat(account.id, made, 3) });
    }
  return entries.sort(compareNames);
}

/** Dovecot's files of a mailbox: there once a session has read it. */
function ownFiles(store: StoreState, account: Account, mailbox: Mailbox): ReadonlyMap<string, Octets> {
  const own = new Map<string, Octets>();
  const inbox = mailbox === inboxOf(account);
  if (mailbox.recentFrom > 1 || !inbox)
    own.set(
      'dovecot-uidlist',
      uidListText(mailbox, (message) => baseOf(store, account, mailbox, message)),
    );
  if (mailbox.keywords.length > 0) own.set('dovecot-keywords', keywordsText(mailbox.keywords));
  if (inbox && account.subscriptions.length > 0) own.set('subscriptions', subscriptionsText(account));
  if (!inbox) own.set('maildirfolder', '' as Octets);
  return own;
}

function onMessage(
  store: StoreState,
  account: Account,
  spot: Spot,
  place: 'new' | 'cur' | 'tmp',
  request: Exclude<FileRequest, { kind: 'rename' }>,
  looking: Looking,
): Looked {
  const message = messageAt(store, account, spot, place);
  if (request.kind === 'write') {
    if (request.how === 'open') return [store, DONE];
    const before = request.how !== 'replace' && message ? maildirText(message.content) : '';
    const text = (before + request.content) as Octets;
    // Asked before anything is taken away: what finds no room leaves the message as it was.
    const why = noRoom(store, account, contentIn(text).length - (message?.content.length ?? 0));
    if (why !== null) return refuse(store, why);
    const emptied = message ? taken(store, account, spot.mailbox, message, looking) : store;
    const now = entryOf(emptied.accounts, account.id)!;
    return put(emptied, now, spot, place, { text, at: looking.now }, looking);
  }
  if (!message) return refuse(store, request.kind === 'mkdir' ? 'EPERM' : 'ENOENT');
  switch (request.kind) {
    case 'stat':
      return [store, { kind: 'stat', stat: statOfMessage(account, message) }];
    case 'read':
      return [store, { kind: 'content', content: maildirText(message.content) }];
    case 'unlink':
      return [taken(store, account, spot.mailbox, message, looking), DONE];
    case 'mkdir':
      return refuse(store, 'EEXIST');
    default:
      return refuse(store, 'ENOTDIR');
  }
}

/** Without a message, and without the name somebody gave it. */
function taken(
  store: StoreState,
  account: Account,
  mailbox: Mailbox,
  { uid }: Message,
  { record }: Looking,
): StoreState {
  const unique = uniqueId(uid, mailbox.uidValidity);
  record({ kind: 'expunged', mailbox: account.id, uid: unique, folder: mailbox.name });
  const names = withoutEntry(store.byHand.names, nameId(account, mailbox, uid));
  const left = withMailbox(account, withoutMessages(mailbox, [uid]));
  return byHandWith(withAccount(store, left), { names });
}

function noRoom(store: StoreState, account: Account, more: number): FileError | null {
  if (isOverQuota(account, more)) return 'EDQUOT';
  return isDiskFull(store, more) ? 'ENOSPC' : null;
}

/** The message that a file's text is. */
function contentIn(text: Octets): Octets {
  const lines = text.replace(/\r?\n/g, '\r\n');
  return (lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`) as Octets;
}

/** A file is there now that was not: a message. */
function put(
  store: StoreState,
  account: Account,
  { mailbox, name }: Spot,
  place: Place,
  file: { readonly text: Octets; readonly at: number },
  { record }: Looking,
): Looked {
  const content = contentIn(file.text);
  const why = noRoom(store, account, content.length);
  if (why !== null) return refuse(store, why);
  const { base, letters } = splitName(name);
  const flags = letters === null ? [] : flagsOfLetters(letters, mailbox.keywords);
  // By id: the mailbox may have lost the file's earlier self.
  const target = account.mailboxes.find(({ id }) => id === mailbox.id) ?? mailbox;
  const filled = withMessages(target, [{ content, internalDate: file.at, flags }]);
  const uid = target.uidNext;
  const unique = uniqueId(uid, target.uidValidity);
  record({ kind: 'filed', mailbox: account.id, folder: target.name, uids: [unique], from: null });
  const given = { id: nameId(account, target, uid), base, moved: place === 'cur' };
  const names = withEntry(store.byHand.names, given).slice(-NAME_LIMIT);
  return [byHandWith(withAccount(store, withMailbox(account, filled)), { names }), DONE];
}

/** Names given by hand that are remembered; older ones become those a program would give. */
const NAME_LIMIT = 1000;

function rename(
  store: StoreState,
  account: Account,
  from: Spot,
  { to }: Extract<FileRequest, { kind: 'rename' }>,
  looking: Looking,
): Looked {
  const target = spotOf(account, to);
  if (target === null) return refuse(store, 'ENOENT');
  if (from.place === null || target.place === null || from.name === '' || target.name === '')
    return refuse(store, 'EPERM');
  if (from.place === 'tmp') {
    const id = tmpId(account, from);
    const other = otherFile(store, id);
    if (!other) return refuse(store, 'ENOENT');
    const others = withoutEntry(store.byHand.others, id);
    if (target.place === 'tmp')
      return [
        byHandWith(store, { others: withEntry(others, { ...other, id: tmpId(account, target) }) }),
        DONE,
      ];
    const file = { text: other.content, at: other.mtime };
    const [moved, answer] = put(byHandWith(store, { others }), account, target, target.place, file, looking);
    return [answer.kind === 'error' ? store : moved, answer];
  }
  const message = messageAt(store, account, from, from.place);
  if (!message) return refuse(store, 'ENOENT');
  // A letter goes back to nobody's desk: what was delivered is not being written any more.
  if (target.place === 'tmp') return refuse(store, 'EPERM');
  if (target.mailbox.id === from.mailbox.id)
    return [renamed(store, account, message, target, target.place, looking), DONE];
  const left = taken(store, account, from.mailbox, message, looking);
  const file = { text: message.content, at: message.internalDate };
  return put(left, entryOf(left.accounts, account.id)!, target, target.place, file, looking);
}

/** Another name in the same mailbox: other flags, perhaps another base, perhaps from `new/` to `cur/`. */
function renamed(
  store: StoreState,
  account: Account,
  message: Message,
  { mailbox, name }: Spot,
  place: 'new' | 'cur',
  { record }: Looking,
): StoreState {
  const { uid } = message;
  const { base, letters } = splitName(name);
  const id = nameId(account, mailbox, uid);
  const moved = place === 'cur' || uid < mailbox.recentFrom;
  const names = withEntry(store.byHand.names, { id, base, moved }).slice(-NAME_LIMIT);
  const next = byHandWith(store, { names });
  const flags = flagsOfLetters(letters ?? '', mailbox.keywords);
  const flagged = withFlags(mailbox, [uid], 'replace', flags, null).mailbox;
  if (flagged === mailbox) return next;
  record({
    kind: 'flagged',
    mailbox: account.id,
    folder: mailbox.name,
    uids: String(uid),
    change: 'replace',
    flags,
  });
  return withAccount(next, withMailbox(account, flagged));
}
