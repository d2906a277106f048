/** `~/mail`: the mailboxes of a user besides INBOX as mboxes, levels of the hierarchy as directories. */
import type { Octets } from '../../base/octets.ts';
import type { Account } from '../../mail/account.ts';
import { SEPARATOR } from '../../mail/account.ts';
import type { Mailbox } from '../../mail/mailbox.ts';
import { compareNames } from '../files/tree.ts';
import { subscriptionsText } from '../../mail/maildir.ts';
import type { FileRequest, NamedStat } from '../files/types.ts';
import type { Looked, Looking } from './files.ts';
import { contentFor, directoryStat, fileStat, refuse, refuseForFile } from './files.ts';
import { changedAt, mboxFile, writeMbox } from './mbox-files.ts';
import type { StoreState } from './types.ts';

const SUBSCRIPTIONS = '.subscriptions';

export function answerFolders(
  store: StoreState,
  account: Account,
  request: FileRequest,
  looking: Looking,
): Looked {
  const { path } = request;
  if (path === SUBSCRIPTIONS && account.subscriptions.length > 0)
    return answerText(store, account, request, subscriptionsText(account), looking);
  const mailbox = account.mailboxes.find((each) => each.name !== 'INBOX' && pathOf(each) === path);
  if (mailbox) return answerFile(store, account, mailbox, request, looking);
  const below = account.mailboxes.some((each) => pathOf(each).startsWith(`${path}/`));
  if (path !== '' && !below) return refuse(store, request.kind === 'write' ? 'EPERM' : 'ENOENT');
  switch (request.kind) {
    case 'list':
      return [store, { kind: 'entries', entries: entriesOf(store, account, path, looking) }];
    case 'stat':
      return [store, { kind: 'stat', stat: directoryStat(account.id, store.config.madeAt * 1000, 0) }];
    case 'read':
    case 'write':
    case 'unlink':
      return refuse(store, 'EISDIR');
    default:
      return refuse(store, 'EPERM');
  }
}

const pathOf = ({ name }: Mailbox): string => name.replaceAll(SEPARATOR, '/');

function entriesOf(
  store: StoreState,
  account: Account,
  directory: string,
  looking: Looking,
): readonly NamedStat[] {
  const before = directory === '' ? '' : `${directory}/`;
  const found = new Map<string, NamedStat>();
  for (const mailbox of account.mailboxes) {
    const path = pathOf(mailbox);
    if (mailbox.name === 'INBOX' || !path.startsWith(before)) continue;
    const [name = '', ...deeper] = path.slice(before.length).split('/');
    const stat =
      deeper.length > 0
        ? directoryStat(account.id, store.config.madeAt * 1000, 0)
        : fileStat(account.id, changedAt(mailbox, store), mboxFile(store, account, mailbox, looking).length);
    if (!found.has(name) || stat.kind === 'directory') found.set(name, { name, stat });
  }
  if (directory === '' && account.subscriptions.length > 0) {
    const size = subscriptionsText(account).length;
    found.set(SUBSCRIPTIONS, {
      name: SUBSCRIPTIONS,
      stat: fileStat(account.id, store.config.madeAt * 1000, size),
    });
  }
  return [...found.values()].sort(compareNames);
}

/** A file that only programs write. */
export function answerText(
  store: StoreState,
  account: Account,
  request: FileRequest,
  text: Octets,
  { user }: Looking,
): Looked {
  const stat = fileStat(account.id, store.config.madeAt * 1000, text.length);
  switch (request.kind) {
    case 'stat':
      return [store, { kind: 'stat', stat }];
    case 'read':
      return [store, contentFor(stat, user, () => text)];
    default:
      return refuseForFile(store, request);
  }
}

function answerFile(
  store: StoreState,
  account: Account,
  mailbox: Mailbox,
  request: FileRequest,
  looking: Looking,
): Looked {
  const text = () => mboxFile(store, account, mailbox, looking);
  switch (request.kind) {
    case 'stat': {
      const stat = fileStat(account.id, changedAt(mailbox, store), text().length);
      return [store, { kind: 'stat', stat }];
    }
    case 'read':
      return [store, { kind: 'content', content: text() }];
    case 'write': {
      const before = request.how !== 'replace' ? text() : '';
      return writeMbox(store, account, mailbox, (before + request.content) as Octets, looking);
    }
    default:
      return refuseForFile(store, request);
  }
}
