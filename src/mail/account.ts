/**
 * The mailboxes of one user and how they are named: a hierarchy with INBOX in it, and subscriptions (RFC 3501 §5.1).
 * Names are as on the wire, in modified UTF-7, with {@link SEPARATOR} between levels, as a Maildir++ has them.
 */
import { edited } from '../base/draft.ts';
import type { Mailbox, NewMessage } from './mailbox.ts';
import { emptyMailbox, mailboxWith, withMessages, withoutMessages } from './mailbox.ts';

export const SEPARATOR = '.';

export interface Account {
  /** Login of the user. */
  readonly id: string;
  /** INBOX first, the others in the order they were created. */
  readonly mailboxes: readonly Mailbox[];
  /** Names that exist or not (RFC 3501 §6.3.6). */
  readonly subscriptions: readonly string[];
  /** Octets all its mailboxes may hold together; 0: no limit. */
  readonly quota: number;
  readonly nextMailbox: number;
  readonly lastUidValidity: number;
}

export const accountWith = (account: Account, changes: Partial<Account>): Account =>
  edited<Account>(
    {
      id: account.id,
      mailboxes: account.mailboxes,
      subscriptions: account.subscriptions,
      quota: account.quota,
      nextMailbox: account.nextMailbox,
      lastUidValidity: account.lastUidValidity,
    },
    changes,
  );

/** An account with an empty INBOX, whose UIDVALIDITY is the second it was made in. */
export const newAccount = (id: string, quota: number, epochSeconds: number): Account => ({
  id,
  mailboxes: [emptyMailbox(1, 'INBOX', epochSeconds)],
  subscriptions: [],
  quota,
  nextMailbox: 2,
  lastUidValidity: epochSeconds,
});

/** RFC 3501 §5.1: INBOX in any case is the one INBOX, also as the first level of a name. */
export function canonicalName(name: string): string {
  if (!/^inbox(?:\.|$)/i.test(name)) return name;
  return `INBOX${name.slice(5)}`;
}

export const mailboxNamed = (account: Account, name: string): Mailbox | undefined =>
  account.mailboxes.find((mailbox) => mailbox.name === name);

export const mailboxById = (account: Account, id: number): Mailbox | undefined =>
  account.mailboxes.find((mailbox) => mailbox.id === id);

export const inboxOf = (account: Account): Mailbox => account.mailboxes[0]!;

/** The account with this mailbox in the place of the one with its id. */
export const withMailbox = (account: Account, mailbox: Mailbox): Account =>
  accountWith(account, {
    mailboxes: account.mailboxes.map((other) => (other.id === mailbox.id ? mailbox : other)),
  });

export function octetsIn(account: Account): number {
  let sum = 0;
  for (const { octets } of account.mailboxes) sum += octets;
  return sum;
}

/** Whether so many octets more would be over the quota. */
export const isOverQuota = (account: Account, more: number): boolean =>
  account.quota > 0 && octetsIn(account) + more > account.quota;

const isBelow = (name: string, above: string): boolean => name.startsWith(above + SEPARATOR);

export const hasInferiors = (account: Account, name: string): boolean =>
  account.mailboxes.some((mailbox) => isBelow(mailbox.name, name));

/** Mailboxes one account may have. */
export const MAILBOX_LIMIT = 1000;

/** Subscriptions of one account, to mailboxes that are there or no more. */
export const SUBSCRIPTION_LIMIT = 1000;

/** Octets of a mailbox's name, all its levels together. */
export const NAME_LIMIT = 255;

/** Why the hierarchy stays as it is. */
export type NameRefusal =
  | 'exists'
  | 'nonexistent'
  | 'inbox'
  | 'inferior'
  | 'has-inferiors'
  | 'too-many'
  | 'too-long';

export type Renamed = { readonly done: Account } | { readonly refused: NameRefusal };

/** RFC 3501 §6.3.3. `epochSeconds`: now. */
export function createMailbox(account: Account, name: string, use: string, epochSeconds: number): Renamed {
  if (mailboxNamed(account, name)) return { refused: 'exists' };
  if (account.mailboxes.length >= MAILBOX_LIMIT) return { refused: 'too-many' };
  return { done: withNew(account, name, use, epochSeconds) };
}

function withNew(account: Account, name: string, use: string, epochSeconds: number): Account {
  const uidValidity = Math.max(epochSeconds, account.lastUidValidity + 1);
  const made = emptyMailbox(account.nextMailbox, name, uidValidity, use);
  return accountWith(account, {
    mailboxes: [...account.mailboxes, made],
    nextMailbox: account.nextMailbox + 1,
    lastUidValidity: uidValidity,
  });
}

/** RFC 3501 §6.3.4: the mailbox goes with its messages, its inferiors stay. */
export function deleteMailbox(account: Account, name: string): Renamed {
  if (name === 'INBOX') return { refused: 'inbox' };
  const found = mailboxNamed(account, name);
  if (!found) return { refused: hasInferiors(account, name) ? 'has-inferiors' : 'nonexistent' };
  return {
    done: accountWith(account, { mailboxes: account.mailboxes.filter((mailbox) => mailbox !== found) }),
  };
}

/**
 * RFC 3501 §6.3.5: inferiors are renamed along, all of them or none. INBOX is not renamed: its messages move to a new
 * mailbox and it is empty then.
 */
export function renameMailbox(account: Account, from: string, to: string, epochSeconds: number): Renamed {
  if (from !== 'INBOX' && isBelow(to, from)) return { refused: 'inferior' };
  if (!mailboxNamed(account, from) && !hasInferiors(account, from)) return { refused: 'nonexistent' };
  if (mailboxNamed(account, to)) return { refused: 'exists' };
  if (to.length > NAME_LIMIT) return { refused: 'too-long' };
  if (from === 'INBOX') return renameInbox(account, to, epochSeconds);
  const goes = ({ name }: Mailbox): boolean => name === from || isBelow(name, from);
  const stay = new Set(account.mailboxes.filter((mailbox) => !goes(mailbox)).map(({ name }) => name));
  const mailboxes: Mailbox[] = [];
  for (const mailbox of account.mailboxes) {
    const name = goes(mailbox) ? to + mailbox.name.slice(from.length) : mailbox.name;
    if (goes(mailbox) && stay.has(name)) return { refused: 'exists' };
    if (goes(mailbox) && name.length > NAME_LIMIT) return { refused: 'too-long' };
    mailboxes.push(name === mailbox.name ? mailbox : mailboxWith(mailbox, { name }));
  }
  return { done: accountWith(account, { mailboxes }) };
}

function renameInbox(account: Account, to: string, epochSeconds: number): Renamed {
  if (account.mailboxes.length >= MAILBOX_LIMIT) return { refused: 'too-many' };
  const inbox = inboxOf(account);
  const made = withNew(account, to, '', epochSeconds);
  const target = made.mailboxes.at(-1)!;
  const moved: readonly NewMessage[] = inbox.messages;
  const emptied = withoutMessages(
    inbox,
    inbox.messages.map(({ uid }) => uid),
  );
  return { done: withMailbox(withMailbox(made, withMessages(target, moved)), emptied) };
}

/** RFC 3501 §6.3.6. */
export function subscribe(account: Account, name: string): Renamed {
  const { subscriptions } = account;
  if (subscriptions.includes(name)) return { done: account };
  if (subscriptions.length >= SUBSCRIPTION_LIMIT) return { refused: 'too-many' };
  return { done: accountWith(account, { subscriptions: [...subscriptions, name] }) };
}

export const unsubscribe = (account: Account, name: string): Account =>
  accountWith(account, { subscriptions: account.subscriptions.filter((other) => other !== name) });
