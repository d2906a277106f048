/** What is put on record when messages are filed from one folder in another. */
import type { Mailbox } from '../../mail/mailbox.ts';
import { uniqueId } from '../../mail/mailbox.ts';
import type { Fact } from '../facts.ts';

/** Messages of one folder are in another, and if they moved, in that one alone. UIDs pair by pair. */
export function recordFiled(
  record: (fact: Fact) => void,
  mailbox: string,
  to: Mailbox,
  copies: readonly number[],
  source: Mailbox,
  originals: readonly number[],
  moved: boolean,
): void {
  if (copies.length === 0) return;
  const uids = copies.map((uid) => uniqueId(uid, to.uidValidity));
  const from = { folder: source.name, uids: originals.map((uid) => uniqueId(uid, source.uidValidity)) };
  record({ kind: 'filed', mailbox, folder: to.name, uids, from });
  if (moved) for (const uid of from.uids) record({ kind: 'expunged', mailbox, uid, folder: source.name });
}
