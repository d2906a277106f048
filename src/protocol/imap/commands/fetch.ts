/** FETCH (RFC 3501 §6.4.5). */
import { messageOf, removedMessage } from '../../../mail/mailbox.ts';
import { keywordOf } from '../arguments.ts';
import type { Argument } from '../arguments.ts';
import type { FetchItem } from '../fetch-items.ts';
import { fetchItems } from '../fetch-items.ts';
import type { Failure } from '../fetch-text.ts';
import { fetchLine, removedLine } from '../fetch-text.ts';
import { positionsOf } from '../message-sets.ts';
import { modseqOf } from '../modseq.ts';
import { completed, timed } from '../replies.ts';
import type { Data, HeardCommand, ImapServerState, Outcome, Verdict } from '../session.ts';
import { ask, bad, imapCommand, IN_SELECTED, outcome, reply } from '../session.ts';
import { tellKeywords } from '../sync.ts';
import type { ImapAnswer } from '../types.ts';
import { withCondstore } from './enable.ts';

/** Octets that one FETCH brings: all of them are in memory at once, and a string has an end. */
const RESPONSE_LIMIT = 256 * 1024 * 1024;

interface Plan {
  /** Positions in the view, ascending. */
  readonly positions: readonly number[];
  readonly items: readonly FetchItem[];
  /** Messages are seen by this (no `.PEEK`). */
  readonly sees: boolean;
  /** Only what changed behind this modification sequence (RFC 7162 §3.1.4); -1: all. */
  readonly changedSince: number;
}

export const fetch = imapCommand<Plan>({
  verb: 'FETCH',
  tells: true,
  moves: IN_SELECTED,
  syntax: 'FETCH message-set (FLAGS BODY[] …)',
  clause: 'RFC 3501 §6.4.5',
  uid: true,
  reads: 'sections',
  keepsNumbers: true,
  handle: start,
  answered: fetched,
});

function start(session: ImapServerState, heard: HeardCommand): Verdict {
  const view = session.view!;
  if (heard.args.length < 2 || heard.args.length > 3) return reply(bad(session, heard, 'Invalid arguments'));
  const changedSince = changedSinceIn(heard.args[2]);
  if (typeof changedSince === 'string') return reply(bad(session, heard, changedSince));
  const positions = positionsOf(session, heard, heard.args[0]);
  if (typeof positions === 'string') return reply(bad(session, heard, positions));
  const items = fetchItems(heard.args.slice(1, 2));
  if (typeof items === 'string') return reply(bad(session, heard, items));
  const sees = !view.examined && items.some((item) => 'peek' in item && !item.peek);
  const all: readonly FetchItem[] = heard.uid
    ? [{ kind: 'uid' }, ...items.filter(({ kind }) => kind !== 'uid')]
    : items;
  const plan: Plan = {
    positions,
    items: changedSince >= 0 ? withItem(all, { kind: 'modseq' }) : all,
    sees,
    changedSince,
  };
  if (!sees) return ask({ kind: 'look' }, plan);
  const uids = positions.map((position) => view.uids[position]!);
  return ask(
    {
      kind: 'flag',
      uids,
      change: 'add',
      flags: ['\\Seen'],
      unchangedSince: null,
      changedSince,
      told: view.told,
    },
    plan,
  );
}

const withItem = (items: readonly FetchItem[], item: FetchItem): readonly FetchItem[] =>
  items.some(({ kind }) => kind === item.kind) ? items : [...items, item];

/** `(CHANGEDSINCE 12)`: -1 without, or what is wrong with it. */
function changedSinceIn(argument: Argument | undefined): number | string {
  if (argument === undefined) return -1;
  if (argument.kind !== 'list') return 'Invalid arguments';
  if (argument.items.length === 0) return -1;
  if (keywordOf(argument.items[0]) !== 'CHANGEDSINCE') return 'Unknown FETCH modifier';
  const number = argument.items[1]?.kind === 'atom' ? argument.items[1].text : '';
  const modseq = modseqOf(number);
  if (modseq === null) return 'Invalid CHANGEDSINCE modseq';
  return argument.items.length > 2 ? 'Unknown FETCH modifier' : modseq;
}

function fetched(session: ImapServerState, _heard: HeardCommand, plan: Plan, answer: ImapAnswer): Outcome {
  const mailbox = answer.view!;
  const asksModseq = plan.items.some(({ kind }) => kind === 'modseq');
  const [condstore, modseq] = asksModseq ? withCondstore(session, mailbox) : [session, []];
  const [named, keywords] = tellKeywords(condstore, mailbox);
  const { view } = named;
  const data: Data[] = [...modseq, ...keywords];
  const told = new Set<number>();
  let missing = false;
  let room = RESPONSE_LIMIT;
  let failure: Failure = '';
  for (const position of plan.positions) {
    const uid = view!.uids[position]!;
    const message = messageOf(mailbox, uid);
    if (message === undefined) {
      data.push(removedLine(named, position, removedMessage(mailbox, uid), plan.items));
      missing ||= plan.items.some(({ kind }) => kind !== 'uid' && kind !== 'flags');
      continue;
    }
    if (message.modseq <= plan.changedSince) continue;
    // What this FETCH itself has changed is said with it.
    const flags =
      plan.sees && message.modseq > view!.told ? withItem(plan.items, { kind: 'flags' }) : plan.items;
    if (flags !== plan.items || plan.items.some(({ kind }) => kind === 'flags')) told.add(uid);
    const line = fetchLine(named, position, message, flags, room);
    if (line.failure === 'too-much') {
      failure = line.failure;
      break;
    }
    data.push(line.data);
    room -= line.data.octets.length;
    failure ||= line.failure;
  }
  const words = missing ? timed('[EXPUNGEISSUED] Some messages were already expunged') : completed('Fetch');
  // Flags that other sessions changed are told behind this all the same, as Dovecot does.
  const silent = plan.sees ? told : null;
  if (failure !== '') return outcome(named, 'NO', timed(FAILURES[failure]), { data, silent });
  return outcome(named, 'OK', words, { data, silent });
}

/** RFC 3516 §4.3; a body that is not encoded as it says is none to Dovecot either. */
const FAILURES = {
  'unknown-cte': '[UNKNOWN-CTE] Unknown Content-Transfer-Encoding',
  invalid: '[PARSE] Invalid data in MIME part',
  'too-much': '[LIMIT] Too much to fetch at once',
} as const;
