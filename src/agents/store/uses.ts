/** What mailboxes are for (RFC 6154): some names have a use by custom, to others a client gives one. */
import type { Account, Renamed } from '../../mail/account.ts';
import { accountWith, mailboxById, renameMailbox } from '../../mail/account.ts';
import { mailboxWith } from '../../mail/mailbox.ts';

/** As Debian's Dovecot has it set. */
const USES: Readonly<Record<string, string>> = {
  Drafts: '\\Drafts',
  Junk: '\\Junk',
  Trash: '\\Trash',
  Sent: '\\Sent',
  'Sent Messages': '\\Sent',
};

/** The use of a mailbox of this name; empty: none. */
export const customaryUse = (name: string): string => (Object.hasOwn(USES, name) ? USES[name]! : '');

/** A use by custom goes with the name, one that a client has given with the mailbox. */
export function renamedWithUses(account: Account, from: string, to: string, epochSeconds: number): Renamed {
  const outcome = renameMailbox(account, from, to, epochSeconds);
  if ('refused' in outcome) return outcome;
  const mailboxes = outcome.done.mailboxes.map((mailbox) => {
    const before = mailboxById(account, mailbox.id);
    if (before?.name === mailbox.name) return mailbox;
    const given = before?.use === customaryUse(before?.name ?? '') ? '' : mailbox.use;
    return mailboxWith(mailbox, { use: customaryUse(mailbox.name) || given });
  });
  return { done: accountWith(outcome.done, { mailboxes }) };
}
