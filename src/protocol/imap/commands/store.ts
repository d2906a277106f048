/** STORE (RFC 3501 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3). */
import type { FlagChange } from '../../../mail/mailbox.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { readFlags } from '../flags.ts';
import { positionsOf } from '../message-sets.ts';
import { modseqOf } from '../modseq.ts';
import { completed, timed } from '../replies.ts';
import { setText } from '../sequence-set.ts';
import type { HeardCommand, ImapServerState } from '../session.ts';
import { ask, bad, imapCommand, IN_SELECTED, no, ok, outcome, reply } from '../session.ts';
import type { ImapRequest } from '../types.ts';
import { withCondstore } from './enable.ts';

interface Plan {
  readonly uids: readonly number[];
  readonly silent: boolean;
  readonly conditional: boolean;
  /** The mailbox was opened with EXAMINE. */
  readonly ignored: boolean;
}

const IGNORED: Plan = { uids: [], silent: false, conditional: false, ignored: true };

/** No flags are changed, but a keyword that was named is known in the mailbox from then on: so Dovecot has it. */
export const knowing = (keywords: readonly string[]): ImapRequest => ({
  kind: 'flag',
  uids: [],
  change: 'add',
  flags: keywords,
  unchangedSince: null,
  changedSince: -1,
  told: 0,
});

export const store = imapCommand<Plan>({
  verb: 'STORE',
  tells: true,
  moves: IN_SELECTED,
  syntax: 'STORE message-set +FLAGS (\\Seen)',
  clause: 'RFC 3501 §6.4.6',
  uid: true,
  keepsNumbers: true,
  handle(session, heard) {
    const { uids, examined, told } = session.view!;
    if (heard.args.length < 2) return reply(bad(session, heard, 'Invalid arguments'));
    const positions = positionsOf(session, heard, heard.args[0]);
    if (typeof positions === 'string') return reply(bad(session, heard, positions));
    const change = changeOf(heard.args.slice(1));
    if ('why' in change)
      return reply(change.bad ? bad(session, heard, change.why) : no(session, timed(change.why)));
    const { kind, flags, silent, unchangedSince } = change;
    const conditional = unchangedSince !== null;
    if (examined) return ask(conditional ? { kind: 'look' } : knowing(flags), { ...IGNORED, conditional });
    const named = positions.map((position) => uids[position]!);
    return ask({ kind: 'flag', uids: named, change: kind, flags, unchangedSince, changedSince: -1, told }, {
      uids: named,
      silent,
      conditional,
      ignored: false,
    } satisfies Plan);
  },
  answered(session, heard, { uids, silent, conditional, ignored }, { result, view }) {
    if (ignored && !conditional) return ok(session, timed('Store ignored with read-only mailbox'));
    const [next, data] = conditional ? withCondstore(session, view) : [session, []];
    if (ignored)
      return outcome(next, 'NO', timed('CONDSTORE failed: Mailbox is read-only'), { data, quiet: true });
    const modified = result.kind === 'flagged' ? result.modified : [];
    const words =
      modified.length === 0
        ? completed('Store')
        : timed(`[MODIFIED ${modifiedText(session, heard, modified)}] Conditional store failed`);
    // A client that wants no word of its own change still hears what others did to the same message.
    const news = new Set(result.kind === 'flagged' ? result.news : []);
    const unheard = silent ? new Set(uids.filter((uid) => !news.has(uid))) : null;
    return outcome(next, 'OK', words, { data, silent: unheard });
  },
});

/** RFC 7162 §3.1.3: message numbers or UIDs, as the command had them. */
function modifiedText({ view }: ImapServerState, { uid }: HeardCommand, uids: readonly number[]): string {
  if (uid) return setText(uids);
  const modified = new Set(uids);
  return setText(view!.uids.flatMap((one, position) => (modified.has(one) ? [position + 1] : [])));
}

interface Change {
  readonly kind: FlagChange;
  readonly flags: readonly string[];
  readonly silent: boolean;
  readonly unchangedSince: number | null;
}

const KINDS: Readonly<Record<string, FlagChange>> = { FLAGS: 'replace', '+FLAGS': 'add', '-FLAGS': 'remove' };

interface Wrong {
  readonly bad: boolean;
  readonly why: string;
}

const wrong = (why: string): Wrong => ({ bad: true, why });

function changeOf(args: readonly Argument[]): Change | Wrong {
  const [first] = args;
  const unchangedSince = first?.kind === 'list' ? sinceOf(first.items) : null;
  if (typeof unchangedSince === 'string') return wrong(unchangedSince);
  const rest = first?.kind === 'list' ? args.slice(1) : args;
  const item = astringOf(rest[0])?.toUpperCase() ?? '';
  const silent = item.endsWith('.SILENT');
  const name = silent ? item.slice(0, -'.SILENT'.length) : item;
  if (!Object.hasOwn(KINDS, name)) return wrong('Invalid arguments');
  const list = rest[1]?.kind === 'list' ? rest.slice(1, 2) : rest.slice(1);
  const read = readFlags(list);
  return read.kind === 'wrong' ? read : { kind: KINDS[name]!, flags: read.flags, silent, unchangedSince };
}

/** `(UNCHANGEDSINCE 12)`: null for an empty list, or what is wrong with it. */
function sinceOf(items: readonly Argument[]): number | null | string {
  if (items.length === 0) return null;
  if (items.length !== 2) return 'Invalid STORE modifiers';
  if (keywordOf(items[0]) !== 'UNCHANGEDSINCE') return 'Unknown STORE modifier';
  const number = items[1]?.kind === 'atom' ? items[1].text : '';
  return modseqOf(number) ?? 'Invalid modseq';
}
