/** One mailbox as an mbox file: what it reads as, and what becomes of the mailbox when somebody writes the file. */
import type { Octets } from '../../base/octets.ts';
import type { Account } from '../../mail/account.ts';
import { inboxOf, isOverQuota, withMailbox } from '../../mail/account.ts';
import type { MboxMessage, MboxStyle } from '../../mail/mbox.ts';
import { mboxText, parseMbox } from '../../mail/mbox.ts';
import type { Mailbox, Message } from '../../mail/mailbox.ts';
import { mailboxWith, messageOf, uniqueId, withFlags, withMessages } from '../../mail/mailbox.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { DONE } from '../files/types.ts';
import type { Looked, Looking } from './files.ts';
import { byHandWith, refuse } from './files.ts';
import { isDiskFull } from './room.ts';
import type { StoreState } from './types.ts';
import { storeWith } from './types.ts';

export const mailboxKey = (account: Account, mailbox: Mailbox): string => `${account.id}/${mailbox.id}`;

/** Text that keeps an mbox from being one; empty: it is one. */
export const tornText = ({ byHand }: StoreState, key: string): Octets =>
  entryOf(byHand.torn, key)?.text ?? ('' as Octets);

function styleOf(store: StoreState, account: Account, mailbox: Mailbox, { clock }: Looking): MboxStyle {
  const { files } = store.config;
  const arrived = files.kind === 'mbox' ? files.writer : 'mta';
  return {
    writer: mailbox === inboxOf(account) ? arrived : 'client',
    owner: `${account.id}@${store.hostname}`,
    clock,
  };
}

export const mboxFile = (store: StoreState, account: Account, mailbox: Mailbox, looking: Looking): Octets =>
  (tornText(store, mailboxKey(account, mailbox)) +
    mboxText(mailbox, styleOf(store, account, mailbox, looking))) as Octets;

/** When the last message came in; without any, when the account was made. */
export const changedAt = ({ messages }: Mailbox, { config }: StoreState): number =>
  messages.reduce((latest, { internalDate }) => Math.max(latest, internalDate), config.madeAt * 1000);

/** The file has this text now: messages that are as they were keep their UIDs, others are new ones. */
export function writeMbox(
  store: StoreState,
  account: Account,
  mailbox: Mailbox,
  text: Octets,
  looking: Looking,
): Looked {
  const more = text.length - mailbox.octets;
  if (isOverQuota(account, more)) return refuse(store, 'EDQUOT');
  if (isDiskFull(store, more)) return refuse(store, 'ENOSPC');
  const { torn, messages } = parseMbox(text);
  const next = withText(mailbox, messages, looking);
  tellChanges(account, mailbox, next, looking);
  const key = mailboxKey(account, mailbox);
  const { byHand, accounts } = store;
  const marked =
    torn === '' ? withoutEntry(byHand.torn, key) : withEntry(byHand.torn, { id: key, text: torn });
  const written = storeWith(store, { accounts: withEntry(accounts, withMailbox(account, next)) });
  return [byHandWith(written, { torn: marked }), DONE];
}

/** A message and the one it was before, as far as it is the same. */
function withText(mailbox: Mailbox, read: readonly MboxMessage[], { clock }: Looking): Mailbox {
  const known = new Map<string, Message[]>();
  for (const message of mailbox.messages) {
    const same = known.get(bare(message.content));
    if (same) same.push(message);
    else known.set(bare(message.content), [message]);
  }
  const kept: Message[] = [];
  let rest = 0;
  let lastUid = 0;
  for (const { content } of read) {
    const same = known.get(bare(content))?.shift();
    // A UID ascends (RFC 3501 §2.3.1.1): what was moved to the front is new behind it.
    if (same === undefined || same.uid < lastUid) break;
    kept.push(same);
    lastUid = same.uid;
    rest++;
  }
  const octets = kept.reduce((sum, { content }) => sum + content.length, 0);
  const same = kept.length === mailbox.messages.length;
  const left = same
    ? mailbox
    : mailboxWith(mailbox, { messages: kept, octets, highestModseq: mailbox.highestModseq + 1 });
  const flagged = kept.reduce(
    (box, { uid }, i) => withFlags(box, [uid], 'replace', flagsRead(box, uid, read[i]!), null).mailbox,
    left,
  );
  return withMessages(
    flagged,
    read.slice(rest).map(({ content, flags, date }) => ({
      content,
      flags,
      internalDate: date - clock.offsetMinutes * 60_000,
    })),
  );
}

/** Before a session has seen a message its flags stand nowhere in the file. */
function flagsRead(mailbox: Mailbox, uid: number, { flags }: MboxMessage): readonly string[] {
  const before = messageOf(mailbox, uid)?.flags ?? [];
  return uid < mailbox.recentFrom ? flags : before;
}

/** Without the difference that quoting makes. */
const bare = (content: Octets): string => content.replace(/^>From /gm, 'From ');

function tellChanges(account: Account, before: Mailbox, after: Mailbox, { record }: Looking): void {
  const folder = before.name;
  const left = new Set(after.messages.map(({ uid }) => uid));
  const old = new Set(before.messages.map(({ uid }) => uid));
  for (const uid of old)
    if (!left.has(uid))
      record({ kind: 'expunged', mailbox: account.id, uid: uniqueId(uid, before.uidValidity), folder });
  const added = [...left].filter((uid) => !old.has(uid)).map((uid) => uniqueId(uid, after.uidValidity));
  if (added.length > 0) record({ kind: 'filed', mailbox: account.id, folder, uids: added, from: null });
}
