/** What becomes of letters that lie in mailboxes: POP3 and IMAP remove them, IMAP marks, files and moves them. */
import type { Fact } from '../agents/facts.ts';
import { NO_OCTETS } from '../base/octets.ts';
import { uidIn, uniqueId } from '../mail/mailbox.ts';
import { parseSet } from '../protocol/imap/sequence-set.ts';
import type { Facts } from './facts.ts';
import { namesOf } from './facts.ts';
import type { Kept } from './letters.ts';

export const INBOX = 'INBOX';

type MailboxFact = Extract<Fact, { kind: 'expunged' | 'flagged' | 'filed' | 'folder' }>;
type Of<K extends MailboxFact['kind']> = Extract<MailboxFact, { kind: K }>;

export function foldMailbox(facts: Facts, host: string, fact: MailboxFact): void {
  facts.version++;
  switch (fact.kind) {
    case 'expunged': {
      const gone = keptAs(facts, host, fact.mailbox, fact.folder ?? INBOX, fact.uid);
      if (gone) facts.kept.splice(facts.kept.indexOf(gone), 1);
      return;
    }
    case 'flagged':
      flagged(facts, host, fact);
      return;
    case 'filed':
      filed(facts, host, fact);
      return;
    case 'folder':
      folderChanged(facts, host, fact);
  }
}

const isOf = (kept: Kept, host: string, mailbox: string): boolean =>
  kept.host === host && kept.mailbox[0] === mailbox;

/** Within one folder the UID is enough, whatever its UIDVALIDITY. */
const sameUid = (a: string, b: string): boolean => a === b || uidIn(a) === uidIn(b);

const keptAs = (facts: Facts, host: string, mailbox: string, folder: string, uid: string): Kept | undefined =>
  facts.kept.find((kept) => isOf(kept, host, mailbox) && kept.folder === folder && sameUid(kept.uid, uid));

/** RFC 3501 §6.4.6; flags compare without case. */
function flagged(facts: Facts, host: string, { mailbox, folder, uids, change, flags }: Of<'flagged'>): void {
  const set = parseSet(uids) ?? [];
  const named = new Set(flags.map((flag) => flag.toLowerCase()));
  for (const kept of facts.kept) {
    if (!isOf(kept, host, mailbox) || kept.folder !== folder) continue;
    const uid = uidIn(kept.uid);
    if (!set.some(([low, high]) => uid >= low && uid <= high)) continue;
    const others = kept.flags.filter((flag) => !named.has(flag.toLowerCase()));
    kept.flags = change === 'replace' ? flags : change === 'remove' ? others : [...others, ...flags];
  }
}

/** Copies are letters like those they are copies of; what APPEND brings is one that nobody sent. */
function filed(facts: Facts, host: string, { mailbox, folder, uids, from, contents }: Of<'filed'>): void {
  const names = [mailbox, ...namesOf(facts, host).map((name) => `${mailbox}@${name}`)];
  uids.forEach((uid, i) => {
    const original = from && keptAs(facts, host, mailbox, from.folder, from.uids[i] ?? '');
    const at = facts.events.length;
    if (original) facts.kept.push({ ...original, uid, folder, at });
    else
      facts.kept.push({
        host,
        queueId: '',
        envelope: { reversePath: '', forwardPaths: [] },
        content: contents?.[i] ?? NO_OCTETS,
        blankLine: true,
        sentBy: [],
        at,
        uid,
        recipient: '',
        mailbox: names,
        folder,
        flags: [],
      });
  });
}

/** RFC 3501 §6.3.4, §6.3.5: what is below a folder is renamed along; INBOX stays, and is empty then. */
function folderChanged(facts: Facts, host: string, { mailbox, what, folder, from = '' }: Of<'folder'>): void {
  if (what === 'deleted') {
    for (let i = facts.kept.length - 1; i >= 0; i--) {
      const kept = facts.kept[i]!;
      if (isOf(kept, host, mailbox) && kept.folder === folder) facts.kept.splice(i, 1);
    }
    return;
  }
  if (what !== 'renamed') return;
  let moved = 0;
  for (const kept of facts.kept) {
    if (!isOf(kept, host, mailbox)) continue;
    if (kept.folder === from) {
      kept.folder = folder;
      if (from === INBOX) kept.uid = uniqueId(++moved, 0);
    } else if (from !== INBOX && kept.folder.startsWith(`${from}.`))
      kept.folder = folder + kept.folder.slice(from.length);
  }
}
