/** SELECT and EXAMINE (RFC 3501 §6.3.1, §6.3.2), and how they are left: CLOSE and UNSELECT (§6.4.2, RFC 3691). */
import type { Mailbox } from '../../../mail/mailbox.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { invalidName, nameText, noSuchMailbox, readName } from '../names.ts';
import { completed, timed } from '../replies.ts';
import type { Data, HeardCommand, ImapServerState, Outcome, Verdict, View } from '../session.ts';
import {
  AFTER_LOGIN,
  ask,
  bad,
  hasEnabled,
  imapCommand,
  IN_SELECTED,
  no,
  ok,
  outcome,
  reply,
  sessionWith,
  untagged,
} from '../session.ts';
import { flagLines } from '../sync.ts';
import type { ImapAnswer } from '../types.ts';
import { withCondstore } from './enable.ts';

interface Plan {
  readonly name: string;
  readonly examine: boolean;
  readonly condstore: boolean;
}

const TO_SELECTED = { authenticated: 'selected', selected: 'selected' } as const;

const opening = (verb: 'SELECT' | 'EXAMINE', clause: string) =>
  imapCommand<Plan>({
    verb,
    moves: TO_SELECTED,
    syntax: `${verb} mailbox`,
    clause,
    handle: (session, heard) => open(session, heard, verb === 'EXAMINE'),
    answered: (session, _heard, plan, answer) => opened(session, plan, answer),
  });

export const select = opening('SELECT', 'RFC 3501 §6.3.1');
export const examine = opening('EXAMINE', 'RFC 3501 §6.3.2');

function open(session: ImapServerState, heard: HeardCommand, examine: boolean): Verdict {
  const text = astringOf(heard.args[0]);
  if (text === null) return reply(afterClosing(session, bad(closed(session), heard, 'Invalid arguments')));
  const name = readName(session, text);
  const why = invalidName(name);
  if (why !== null) return reply(afterClosing(session, no(closed(session), timed(why))));
  const options = (heard.args[1]?.kind === 'list' ? heard.args[1].items : []).map(keywordOf);
  const condstore = options.includes('CONDSTORE');
  if (options.some((option) => option !== 'CONDSTORE')) {
    const words = options.includes('QRESYNC') ? 'QRESYNC not enabled' : 'Unknown FETCH modifier';
    return reply(afterClosing(session, bad(closed(session), heard, words)));
  }
  return ask({ kind: 'select', name, examine }, { name, examine, condstore } satisfies Plan);
}

const closed = (session: ImapServerState): ImapServerState => sessionWith(session, { view: null, saved: [] });

/** RFC 7162 §3.2.11: what comes from here on is no more about the mailbox before. */
const afterClosing = ({ view }: ImapServerState, of: Outcome): Outcome =>
  view === null ? of : { ...of, data: [untagged('OK [CLOSED] Previous mailbox closed.'), ...of.data] };

function opened(session: ImapServerState, plan: Plan, answer: ImapAnswer): Outcome {
  const mailbox = answer.view;
  const [condstore] = plan.condstore ? withCondstore(closed(session), null) : [closed(session)];
  if (answer.result.kind === 'refused' || mailbox === null)
    return afterClosing(session, outcome(condstore, 'NO', timed(noSuchMailbox(plan.name))));
  const view = viewOf(mailbox, plan.examine, answer.recentFrom, hasEnabled(session, 'IMAP4rev2'));
  const next = sessionWith(condstore, { view });
  const words = plan.examine ? `[READ-ONLY] ${completed('Examine')}` : `[READ-WRITE] ${completed('Select')}`;
  return afterClosing(session, ok(next, words, ...introduction(next, view, mailbox)));
}

function viewOf(mailbox: Mailbox, examined: boolean, recentFrom: number, rev2: boolean): View {
  const uids = mailbox.messages.map(({ uid }) => uid);
  return {
    id: mailbox.id,
    uidValidity: mailbox.uidValidity,
    examined,
    uids,
    recent: rev2 ? [] : uids.filter((uid) => uid >= recentFrom),
    told: mailbox.highestModseq,
    behind: false,
    claimedFrom: null,
    keywords: mailbox.keywords,
  };
}

/** RFC 3501 §6.3.1; RFC 9051 §6.3.2 leaves RECENT and UNSEEN out and says the name. */
function introduction(session: ImapServerState, view: View, mailbox: Mailbox): readonly Data[] {
  const { uidValidity, uidNext, highestModseq, messages } = mailbox;
  const rev2 = hasEnabled(session, 'IMAP4rev2');
  const unseen = messages.findIndex(({ flags }) => !flags.includes('\\Seen')) + 1;
  const lines = [...flagLines(view.keywords, view.examined), untagged(`${messages.length} EXISTS`)];
  if (!rev2) {
    lines.push(untagged(`${view.recent.length} RECENT`));
    if (unseen > 0) lines.push(untagged(`OK [UNSEEN ${unseen}] First unseen.`));
  }
  lines.push(
    untagged(`OK [UIDVALIDITY ${uidValidity}] UIDs valid`),
    untagged(`OK [UIDNEXT ${uidNext}] Predicted next UID`),
    untagged(`OK [HIGHESTMODSEQ ${highestModseq}] Highest`),
  );
  if (rev2) lines.push(untagged(`LIST () "." ${nameText(session, mailbox.name)}`));
  return lines;
}

/** CLOSE removes what is marked `\Deleted` without a word of it. */
export const close = imapCommand({
  verb: 'CLOSE',
  moves: { selected: 'authenticated' },
  syntax: 'CLOSE',
  clause: 'RFC 3501 §6.4.2',
  reads: 'none',
  handle: ({ view }) => ask(view!.examined ? { kind: 'look' } : { kind: 'expunge', uids: view!.uids }),
  answered: (session) => ok(closed(session), completed('Close')),
});

export const unselect = imapCommand({
  verb: 'UNSELECT',
  moves: { selected: 'authenticated' },
  syntax: 'UNSELECT',
  clause: 'RFC 3691 §2',
  reads: 'none',
  handle: (session) => reply(ok(closed(session), completed('Unselect'))),
});

export const check = imapCommand({
  verb: 'CHECK',
  tells: true,
  moves: IN_SELECTED,
  syntax: 'CHECK',
  clause: 'RFC 3501 §6.4.1',
  reads: 'none',
  handle: () => ask({ kind: 'look' }),
  answered: (session) => ok(session, completed('Check')),
});

/** RFC 2342: one namespace, the user's own. */
export const namespace = imapCommand({
  verb: 'NAMESPACE',
  moves: AFTER_LOGIN,
  syntax: 'NAMESPACE',
  clause: 'RFC 2342 §5',
  reads: 'none',
  handle: () => ask({ kind: 'look' }),
  answered: (session) => ok(session, completed('Namespace'), untagged('NAMESPACE (("" ".")) NIL NIL')),
});
