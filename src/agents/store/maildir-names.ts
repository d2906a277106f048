/** What the paths in a `~/Maildir` mean, and under which names the messages of an account stand there. */
import type { Account } from '../../mail/account.ts';
import { inboxOf, mailboxNamed } from '../../mail/account.ts';
import type { Mailbox, Message } from '../../mail/mailbox.ts';
import { flagLetters, maildirBase, maildirText, splitName } from '../../mail/maildir.ts';
import { entryOf } from '../entries.ts';
import { maildirTree } from '../files/furnish.ts';
import { compareNames } from '../files/tree.ts';
import type { NamedStat, Stat } from '../files/types.ts';
import { fileStat, othersIn } from './files.ts';
import type { StoreState } from './types.ts';

export type Place = 'new' | 'cur' | 'tmp';

/** What a path means: a mailbox and perhaps one of its directories and a name in that, or one of Dovecot's files. */
export interface Spot {
  readonly mailbox: Mailbox;
  readonly place: Place | null;
  /** In the place, or beside the places; empty: the directory itself. */
  readonly name: string;
}

/** Null: there is no such directory. */
export function spotOf(account: Account, path: string): Spot | null {
  const names = path === '' ? [] : path.split('/');
  const folder = names[0]?.startsWith('.') ? names.shift()! : null;
  const mailbox = folder === null ? inboxOf(account) : mailboxNamed(account, folder.slice(1));
  if (!mailbox || (folder !== null && mailbox === inboxOf(account))) return null;
  const [first = '', second = '', third] = names;
  if (third !== undefined) return null;
  if (first === 'new' || first === 'cur' || first === 'tmp') return { mailbox, place: first, name: second };
  return second === '' ? { mailbox, place: null, name: first } : null;
}

export const nameId = (account: Account, mailbox: Mailbox, uid: number): string =>
  `${account.id}/${mailbox.id}/${uid}`;

export const tmpId = (account: Account, { mailbox, name }: Spot): string =>
  `${maildirTree(account.id)}/${mailbox.id}/tmp/${name}`;

export function baseOf(store: StoreState, account: Account, mailbox: Mailbox, message: Message): string {
  const given = entryOf(store.byHand.names, nameId(account, mailbox, message.uid));
  if (given) return given.base;
  const { files } = store.config;
  const writer = files.kind === 'maildir' && mailbox === inboxOf(account) ? files.writer : 'dovecot';
  return maildirBase(message, mailbox, { writer, hostname: store.hostname });
}

/** A message is in `new/` until a session has seen it, or somebody has moved it. */
function placeOf(store: StoreState, account: Account, mailbox: Mailbox, { uid }: Message): 'new' | 'cur' {
  const moved = entryOf(store.byHand.names, nameId(account, mailbox, uid))?.moved ?? false;
  return moved || uid < mailbox.recentFrom ? 'cur' : 'new';
}

function nameOf(store: StoreState, account: Account, mailbox: Mailbox, message: Message): string {
  const base = baseOf(store, account, mailbox, message);
  if (placeOf(store, account, mailbox, message) === 'new') return base;
  return `${base}:2,${flagLetters(message.flags, mailbox.keywords)}`;
}

export function filesIn(
  store: StoreState,
  account: Account,
  mailbox: Mailbox,
  place: Place,
): readonly NamedStat[] {
  if (place === 'tmp') return othersIn(store, `${maildirTree(account.id)}/${mailbox.id}/tmp`);
  return mailbox.messages
    .filter((message) => placeOf(store, account, mailbox, message) === place)
    .map((message) => ({
      name: nameOf(store, account, mailbox, message),
      stat: statOfMessage(account, message),
    }))
    .sort(compareNames);
}

export const statOfMessage = (account: Account, { internalDate, content }: Message): Stat =>
  fileStat(account.id, internalDate, maildirText(content).length);

export function messageAt(
  store: StoreState,
  account: Account,
  { mailbox, name }: Spot,
  place: Place,
): Message | undefined {
  const { base } = splitName(name);
  // To make a name one has to count the message's lines: only for those that may have it.
  const mayBe = ({ uid, internalDate }: Message): boolean =>
    base.startsWith(`${Math.floor(internalDate / 1000)}.`) ||
    entryOf(store.byHand.names, nameId(account, mailbox, uid))?.base === base;
  return mailbox.messages.find(
    (message) =>
      mayBe(message) &&
      placeOf(store, account, mailbox, message) === place &&
      nameOf(store, account, mailbox, message) === name,
  );
}
