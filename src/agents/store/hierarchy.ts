/** Mailboxes are made, deleted, renamed and subscribed to (RFC 3501 §6.3.3–6.3.7). */
import type { Account, Renamed } from '../../mail/account.ts';
import {
  createMailbox,
  deleteMailbox,
  inboxOf,
  mailboxNamed,
  subscribe,
  unsubscribe,
} from '../../mail/account.ts';
import type { Mailbox } from '../../mail/mailbox.ts';
import type { ImapRequest } from '../../protocol/imap/types.ts';
import type { Fact } from '../facts.ts';
import type { Asked, Carried } from './asked.ts';
import { refused, withAccount } from './asked.ts';
import { recordFiled } from './filed.ts';
import { customaryUse, renamedWithUses } from './uses.ts';

export type HierarchyRequest = Extract<
  ImapRequest,
  { kind: 'create' | 'delete' | 'rename' | 'subscribe' | 'unsubscribe' }
>;

type What = Extract<Fact, { kind: 'folder' }>['what'];

export function rearranged(asked: Asked, account: Account, request: HierarchyRequest): Carried {
  const { name } = request;
  const seconds = Math.floor(asked.now / 1000);
  switch (request.kind) {
    case 'create': {
      const use = request.use || customaryUse(name);
      return carried(asked, createMailbox(account, name, use, seconds), 'created', name);
    }
    case 'delete':
      return carried(asked, deleteMailbox(account, name), 'deleted', name);
    case 'rename':
      return rename(asked, account, request, renamedWithUses(account, name, request.to, seconds));
    case 'subscribe':
      if (!mailboxNamed(account, name)) return refused(asked.store, 'nonexistent');
      return carried(asked, subscribe(account, name), 'subscribed', name);
    case 'unsubscribe':
      return [withAccount(asked.store, unsubscribe(account, name)), { kind: 'done' }];
  }
}

function carried({ store, record }: Asked, outcome: Renamed, what: What, folder: string): Carried {
  if ('refused' in outcome) return refused(store, outcome.refused);
  record({ kind: 'folder', mailbox: outcome.done.id, what, folder });
  return [withAccount(store, outcome.done), { kind: 'done' }];
}

function rename(
  { store, record }: Asked,
  account: Account,
  { name, to }: Extract<ImapRequest, { kind: 'rename' }>,
  outcome: Renamed,
): Carried {
  if ('refused' in outcome) return refused(store, outcome.refused);
  record({ kind: 'folder', mailbox: account.id, what: 'renamed', folder: to, from: name });
  // RFC 3501 §6.3.5: INBOX itself stays, its messages go.
  if (name === 'INBOX') {
    const [inbox, target] = [inboxOf(account), mailboxNamed(outcome.done, to)!];
    const uidsIn = ({ messages }: Mailbox) => messages.map(({ uid }) => uid);
    recordFiled(record, account.id, target, uidsIn(target), inbox, uidsIn(inbox), true);
  }
  return [withAccount(store, outcome.done), { kind: 'done' }];
}
