/** SEARCH (RFC 3501 §6.4.4), with ESEARCH (RFC 4731) and SEARCHRES (RFC 5182). */
import { decodeCharset } from '../../../mail/charset.ts';
import { removedMessage } from '../../../mail/mailbox.ts';
import { NO_OCTETS } from '../../../base/octets.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { completed, timed } from '../replies.ts';
import type { SearchKey } from '../search-keys.ts';
import { searchKey } from '../search-keys.ts';
import type { Searching } from '../search-match.ts';
import { matches } from '../search-match.ts';
import { setText } from '../sequence-set.ts';
import type { Data, HeardCommand, ImapServerState, Outcome, Verdict } from '../session.ts';
import {
  ask,
  bad,
  hasEnabled,
  imapCommand,
  IN_SELECTED,
  no,
  outcome,
  reply,
  sessionWith,
  untagged,
} from '../session.ts';
import type { ImapAnswer } from '../types.ts';
import { withCondstore } from './enable.ts';
import { knowing } from './store.ts';

const RETURNS = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE'] as const;
type Return = (typeof RETURNS)[number];

interface Plan {
  readonly key: SearchKey;
  /** Null: the old untagged SEARCH is the answer. */
  readonly returns: readonly Return[] | null;
  readonly modseq: boolean;
}

export const search = imapCommand<Plan>({
  verb: 'SEARCH',
  tells: true,
  moves: IN_SELECTED,
  syntax: 'SEARCH key …',
  clause: 'RFC 3501 §6.4.4',
  uid: true,
  keepsNumbers: true,
  handle: start,
  answered: found,
});

function start(session: ImapServerState, heard: HeardCommand): Verdict {
  let args = heard.args;
  let returns: readonly Return[] | null = null;
  if (keywordOf(args[0]) === 'RETURN' && args[1]?.kind === 'list') {
    const read = returnsIn(args[1].items);
    if (typeof read === 'string') return reply(bad(session, heard, read));
    returns = read;
    args = args.slice(2);
  } else if (hasEnabled(session, 'IMAP4rev2')) returns = ['ALL'];
  let charset = 'utf-8';
  if (keywordOf(args[0]) === 'CHARSET') {
    const name = astringOf(args[1]);
    if (name === null) return reply(bad(session, heard, 'Invalid charset argument'));
    charset = name === '' ? 'utf-8' : name;
    args = args.slice(2);
  }
  if (args.length === 0) return reply(bad(session, heard, 'Missing search parameters'));
  if (decodeCharset(NO_OCTETS, charset) === null) {
    // RFC 5182 §2.1: a search that fails leaves nothing in `$`, not what was found before.
    const after = returns?.includes('SAVE') ? sessionWith(session, { saved: [] }) : session;
    return reply(no(after, timed('[BADCHARSET] Unknown charset')));
  }
  const key = searchKey(args, charset);
  if ('wrong' in key) return reply(bad(session, heard, key.wrong));
  const plan: Plan = { key, returns, modseq: asksModseq(key) };
  const keywords = keywordsIn(key);
  return keywords.length === 0 ? ask({ kind: 'look' }, plan) : ask(knowing(keywords), plan);
}

/** RFC 4731 §3.1: `()` asks for ALL. */
function returnsIn(items: readonly Argument[]): readonly Return[] | string {
  const names = items.map(keywordOf);
  if (names.includes(null)) return 'SEARCH return options contain non-atoms';
  if (names.some((name) => !RETURNS.includes(name as Return))) return 'Unknown SEARCH return option';
  return names.length === 0 ? ['ALL'] : RETURNS.filter((name) => names.includes(name));
}

/** Keywords a search is about. */
function keywordsIn(key: SearchKey): readonly string[] {
  if (key.kind === 'flag') return key.flag.startsWith('\\') ? [] : [key.flag];
  if (key.kind === 'not') return keywordsIn(key.key);
  return key.kind === 'and' || key.kind === 'or' ? key.keys.flatMap(keywordsIn) : [];
}

/** Who searches by numbers may have sent more that count on them. Dovecot takes UIDs for numbers here. */
function namesNumbers(key: SearchKey): boolean {
  if (key.kind === 'numbers' || key.kind === 'uids') return true;
  if (key.kind === 'not') return namesNumbers(key.key);
  return (key.kind === 'and' || key.kind === 'or') && key.keys.some(namesNumbers);
}

function asksModseq(key: SearchKey): boolean {
  if (key.kind === 'modseq') return true;
  if (key.kind === 'not') return asksModseq(key.key);
  return (key.kind === 'and' || key.kind === 'or') && key.keys.some(asksModseq);
}

function found(session: ImapServerState, heard: HeardCommand, plan: Plan, answer: ImapAnswer): Outcome {
  const [next, modseqLine] = plan.modseq ? withCondstore(session, answer.view) : [session, []];
  const { numbers, uids, modseqs } = hits(next, answer, plan.key);
  const named = heard.uid ? uids : numbers;
  const tail = plan.modseq && named.length > 0 ? highestOf(plan.returns, modseqs) : null;
  const saves = plan.returns?.includes('SAVE') === true;
  const after = saves ? sessionWith(next, { saved: savedOf(plan.returns!, uids) }) : next;
  const line = plan.returns === null ? [oldLine(named, tail)] : newLine(heard, plan.returns, named, tail);
  const data = [...modseqLine, ...line];
  return outcome(after, 'OK', completed('Search'), { data, keepsNumbers: namesNumbers(plan.key) });
}

interface Hits {
  readonly numbers: readonly number[];
  readonly uids: readonly number[];
  readonly modseqs: readonly number[];
}

function hits(session: ImapServerState, { view: mailbox, now }: ImapAnswer, key: SearchKey): Hits {
  const view = session.view!;
  const searching: Searching = {
    count: view.uids.length,
    lastUid: view.uids.at(-1) ?? 0,
    recent: new Set(view.recent),
    saved: new Set(session.saved),
    offsetMinutes: session.config.offsetMinutes,
    now,
    bounds: new Map(),
  };
  const numbers: number[] = [];
  const uids: number[] = [];
  const modseqs: number[] = [];
  let at = 0;
  view.uids.forEach((uid, position) => {
    const { messages } = mailbox!;
    while (at < messages.length && messages[at]!.uid < uid) at++;
    const message = messages[at]?.uid === uid ? messages[at]! : removedMessage(mailbox!, uid);
    if (!matches(searching, message, position + 1, key)) return;
    numbers.push(position + 1);
    uids.push(uid);
    modseqs.push(message.modseq);
  });
  return { numbers, uids, modseqs };
}

/** The highest of those that are answered: RFC 7162 §3.1.5, RFC 4731 §3.2. */
function highestOf(returns: readonly Return[] | null, modseqs: readonly number[]): number {
  const ends = returns !== null && !returns.includes('ALL') && !returns.includes('COUNT');
  const [min, max] = [ends && returns.includes('MIN'), ends && returns.includes('MAX')];
  if (!min && !max) return modseqs.reduce((high, modseq) => Math.max(high, modseq), 0);
  return Math.max(min ? modseqs[0]! : 0, max ? modseqs.at(-1)! : 0);
}

/** RFC 5182 §2.1: with MIN or MAX alone only those are kept. */
function savedOf(returns: readonly Return[], uids: readonly number[]): readonly number[] {
  if (returns.includes('ALL') || returns.includes('COUNT')) return uids;
  if (!returns.includes('MIN') && !returns.includes('MAX')) return uids;
  const ends = [
    returns.includes('MIN') ? uids[0] : undefined,
    returns.includes('MAX') ? uids.at(-1) : undefined,
  ];
  return [...new Set(ends.filter((uid) => uid !== undefined))];
}

const oldLine = (named: readonly number[], modseq: number | null): Data =>
  untagged(['SEARCH', ...named].join(' ') + (modseq === null ? '' : ` (MODSEQ ${modseq})`));

function newLine(
  heard: HeardCommand,
  returns: readonly Return[],
  named: readonly number[],
  modseq: number | null,
): readonly Data[] {
  if (returns.every((name) => name === 'SAVE')) return [];
  const parts = [`ESEARCH (TAG "${heard.tag}")`];
  if (heard.uid) parts.push('UID');
  if (named.length > 0) {
    if (returns.includes('MIN')) parts.push(`MIN ${named[0]}`);
    if (returns.includes('MAX')) parts.push(`MAX ${named.at(-1)}`);
    if (returns.includes('ALL')) parts.push(`ALL ${setText(named)}`);
  }
  if (returns.includes('COUNT')) parts.push(`COUNT ${named.length}`);
  if (modseq !== null) parts.push(`MODSEQ ${modseq}`);
  return [untagged(parts.join(' '))];
}
