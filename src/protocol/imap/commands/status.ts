/** STATUS (RFC 3501 §6.3.10), with SIZE (RFC 8438), HIGHESTMODSEQ (RFC 7162) and DELETED (RFC 9051). */
import type { Octets } from '../../../base/octets.ts';
import { mailboxNamed } from '../../../mail/account.ts';
import type { Mailbox } from '../../../mail/mailbox.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { invalidName, nameText, noSuchMailbox, readName } from '../names.ts';
import { completed, timed } from '../replies.ts';
import { astring } from '../strings.ts';
import type { Data, ImapServerState } from '../session.ts';
import { AFTER_LOGIN, ask, bad, hasEnabled, imapCommand, no, ok, reply, untagged } from '../session.ts';
import { withCondstore } from './enable.ts';

export type StatusItem =
  | 'MESSAGES'
  | 'RECENT'
  | 'UIDNEXT'
  | 'UIDVALIDITY'
  | 'UNSEEN'
  | 'HIGHESTMODSEQ'
  | 'SIZE'
  | 'DELETED';

/** In the order they are answered in. */
const ITEMS: readonly StatusItem[] = [
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'HIGHESTMODSEQ',
  'SIZE',
  'DELETED',
];

/** The items of a list, or what is wrong with it. */
export function statusItems(argument: Argument | undefined): readonly StatusItem[] | string {
  if (argument?.kind !== 'list') return argument === undefined ? 'Missing arguments' : 'Invalid arguments';
  if (argument.items.length === 0) return 'Empty status list';
  const names = argument.items.map(keywordOf);
  for (const [i, name] of names.entries())
    if (!ITEMS.includes(name as StatusItem))
      return name === null
        ? 'Status list contains non-atoms'
        : `Invalid status item ${keywordOf(argument.items[i])}`;
  return ITEMS.filter((item) => names.includes(item));
}

/** `shown`: the name as it is to go back; without, as it is. */
export function statusLine(
  session: ImapServerState,
  mailbox: Mailbox,
  items: readonly StatusItem[],
  shown?: Octets,
): Data {
  const parts = items.map((item) => `${item} ${countOf(session, mailbox, item)}`);
  return untagged(`STATUS ${shown ?? nameText(session, mailbox.name)} (${parts.join(' ')})`);
}

function countOf({ view }: ImapServerState, mailbox: Mailbox, item: StatusItem): number {
  const { messages } = mailbox;
  switch (item) {
    case 'MESSAGES':
      return messages.length;
    case 'RECENT':
      if (view?.id === mailbox.id && !view.examined) return view.recent.length;
      return messages.filter(({ uid }) => uid >= mailbox.recentFrom).length;
    case 'UIDNEXT':
      return mailbox.uidNext;
    case 'UIDVALIDITY':
      return mailbox.uidValidity;
    case 'UNSEEN':
      return messages.filter(({ flags }) => !flags.includes('\\Seen')).length;
    case 'HIGHESTMODSEQ':
      return mailbox.highestModseq;
    case 'SIZE':
      return mailbox.octets;
    case 'DELETED':
      return messages.filter(({ flags }) => flags.includes('\\Deleted')).length;
  }
}

interface Plan {
  readonly name: string;
  /** As it goes back: an IMAP4rev1 client has it as it wrote it. */
  readonly shown: Octets;
  readonly items: readonly StatusItem[];
}

export const status = imapCommand<Plan>({
  verb: 'STATUS',
  moves: AFTER_LOGIN,
  syntax: 'STATUS mailbox (MESSAGES UNSEEN …)',
  clause: 'RFC 3501 §6.3.10',
  handle(session, heard) {
    const text = astringOf(heard.args[0]);
    if (text === null) return reply(bad(session, heard, 'Missing arguments'));
    const items = statusItems(heard.args[1]);
    if (typeof items === 'string') return reply(bad(session, heard, items));
    const name = readName(session, text);
    const why = invalidName(name);
    if (why !== null) return reply(no(session, timed(why)));
    const shown = hasEnabled(session, 'IMAP4rev2') ? nameText(session, name) : astring(text);
    return ask({ kind: 'account' }, { name, shown, items } satisfies Plan);
  },
  answered(session, _heard, { name, shown, items }, { result, view }) {
    const mailbox = result.kind === 'account' ? mailboxNamed(result.account, name) : undefined;
    if (mailbox === undefined) return no(session, timed(noSuchMailbox(name)));
    const [next, data] = items.includes('HIGHESTMODSEQ') ? withCondstore(session, view) : [session, []];
    const done = completed(view?.id === mailbox.id ? 'Status on selected mailbox' : 'Status');
    const words = view?.id === mailbox.id ? `[CLIENTBUG] ${done}` : done;
    return ok(next, words, ...data, statusLine(session, mailbox, items, shown));
  },
});
