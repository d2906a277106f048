/** `/var/mail`: one mbox a user, the lock files of those at work in them, and what else somebody put there. */
import type { Octets } from '../../base/octets.ts';
import type { Account } from '../../mail/account.ts';
import { inboxOf } from '../../mail/account.ts';
import { entryOf } from '../entries.ts';
import { compareNames, may } from '../files/tree.ts';
import type { FileRequest, NamedStat } from '../files/types.ts';
import { homeOf, SPOOL } from '../files/furnish.ts';
import type { Looked, Looking } from './files.ts';
import { answerOther, byHandWith, contentFor, fileStat, othersIn, refuse, refuseForFile } from './files.ts';
import { changedAt, mailboxKey, mboxFile, tornText, writeMbox } from './mbox-files.ts';
import type { StoreConfig, StoreState } from './types.ts';

/** A spool file comes into being with the first letter. */
function isThere(store: StoreState, account: Account): boolean {
  const inbox = inboxOf(account);
  if (inbox.messages.length > 0 || tornText(store, mailboxKey(account, inbox)) !== '') return true;
  return inbox.uidNext > 1 && !store.byHand.removed.includes(account.id);
}

/** Where the INBOX of a user is on disk. */
export const mailboxPath = ({ files }: StoreConfig, user: string): string =>
  files.kind === 'mbox' ? `/var/mail/${user}` : `${homeOf(user)}/Maildir`;

/** A lock file that somebody made and nobody takes away: whoever writes mboxes, or reads them, waits for it. */
export const isLockedByHand = ({ config, byHand }: StoreState, user: string): boolean =>
  config.files.kind === 'mbox' &&
  byHand.others.length > 0 &&
  entryOf(byHand.others, `${SPOOL}/${user}.lock`) !== undefined;

/** A spool file that was removed comes back with the next letter. */
export function withSpoolFile(store: StoreState, user: string): StoreState {
  const { removed } = store.byHand;
  if (!removed.includes(user)) return store;
  return byHandWith(store, { removed: removed.filter((id) => id !== user) });
}

const statOfSpool = (store: StoreState, account: Account, looking: Looking) =>
  fileStat(
    account.id,
    changedAt(inboxOf(account), store),
    mboxFile(store, account, inboxOf(account), looking).length,
  );

/** The lock that qpopper holds on a maildrop while a session has it. */
const popLock = (user: string): string => `.${user}.pop`;

export function answerSpool(store: StoreState, request: FileRequest, looking: Looking): Looked {
  if (request.kind === 'list' && request.path === '')
    return [store, { kind: 'entries', entries: all(store, looking) }];
  const name = request.path;
  if (name.includes('/')) return refuse(store, beyond(store, name.slice(0, name.indexOf('/'))));
  // Only root and the group mail may add and take away names here.
  const changes = request.kind === 'unlink' || request.kind === 'rename' || request.kind === 'mkdir';
  if (changes && looking.user !== 'root') return refuse(store, 'EACCES');
  const account = entryOf(store.accounts, name);
  if (account && (request.kind === 'write' || isThere(store, account)))
    return answerMbox(store, account, request, looking);
  const locked = store.locks.find(({ id }) => popLock(id) === name);
  if (locked && request.kind === 'stat')
    return [store, { kind: 'stat', stat: fileStat(locked.id, looking.now, 0) }];
  if (locked) return refuse(store, 'EBUSY');
  const id = `${SPOOL}/${name}`;
  if (request.kind === 'write' && entryOf(store.byHand.others, id) === undefined && looking.user !== 'root')
    return refuse(store, 'EACCES');
  return answerOther(store, id, request, looking);
}

const beyond = (store: StoreState, name: string): 'ENOTDIR' | 'ENOENT' =>
  entryOf(store.accounts, name) || entryOf(store.byHand.others, `${SPOOL}/${name}`) ? 'ENOTDIR' : 'ENOENT';

function all(store: StoreState, looking: Looking): readonly NamedStat[] {
  const boxes = store.accounts
    .filter((account) => isThere(store, account))
    .map((account) => ({ name: account.id, stat: statOfSpool(store, account, looking) }));
  const locks = store.locks.map(({ id }) => ({ name: popLock(id), stat: fileStat(id, looking.now, 0) }));
  return [...boxes, ...locks, ...othersIn(store, SPOOL)].sort(compareNames);
}

function answerMbox(store: StoreState, account: Account, request: FileRequest, looking: Looking): Looked {
  const inbox = inboxOf(account);
  const { user } = looking;
  const stat = fileStat(account.id, 0, 0);
  switch (request.kind) {
    case 'stat':
      return [store, { kind: 'stat', stat: statOfSpool(store, account, looking) }];
    case 'read':
      return [store, contentFor(stat, user, () => mboxFile(store, account, inbox, looking))];
    case 'write': {
      if (!may(stat, user, 'write')) return refuse(store, 'EACCES');
      const before = request.how !== 'replace' ? mboxFile(store, account, inbox, looking) : '';
      const text = (before + request.content) as Octets;
      return writeMbox(withSpoolFile(store, account.id), account, inbox, text, looking);
    }
    case 'unlink': {
      const [emptied, answer] = writeMbox(store, account, inbox, '' as Octets, looking);
      return [byHandWith(emptied, { removed: [...emptied.byHand.removed, account.id] }), answer];
    }
    default:
      return refuseForFile(store, request, 'EXDEV');
  }
}
