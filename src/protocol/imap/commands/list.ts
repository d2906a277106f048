/** LIST with RFC 5258's options, and LSUB (RFC 3501 §6.3.8, §6.3.9). */
import type { Octets } from '../../../base/octets.ts';
import type { Account } from '../../../mail/account.ts';
import { SEPARATOR } from '../../../mail/account.ts';
import type { Mailbox } from '../../../mail/mailbox.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { namesMatching, PATTERNS_LIMIT } from '../list-patterns.ts';
import { nameText, readName } from '../names.ts';
import { completed } from '../replies.ts';
import type { Data, HeardCommand, ImapServerState } from '../session.ts';
import { AFTER_LOGIN, ask, bad, imapCommand, ok, outcome, reply, untagged } from '../session.ts';
import { withCondstore } from './enable.ts';
import type { StatusItem } from './status.ts';
import { statusItems, statusLine } from './status.ts';

const SELECTIONS = ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'] as const;
const RETURNS = ['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'] as const;

interface Plan {
  readonly reference: string;
  /** With the reference in front of each, canonical as names are. */
  readonly patterns: readonly string[];
  /** The pattern is empty: this asks for the separator, and the root of the reference. */
  readonly root: boolean;
  /** In the form of RFC 5258, which names only those attributes that were asked for. */
  readonly extended: boolean;
  readonly select: readonly (typeof SELECTIONS)[number][];
  readonly returns: readonly (typeof RETURNS)[number][];
  readonly status: readonly StatusItem[];
}

export const list = imapCommand<Plan>({
  verb: 'LIST',
  moves: AFTER_LOGIN,
  syntax: 'LIST reference mailbox-pattern',
  clause: 'RFC 3501 §6.3.8',
  handle(session, heard) {
    const plan = planOf(session, heard);
    return typeof plan === 'string' ? reply(bad(session, heard, plan)) : ask({ kind: 'account' }, plan);
  },
  answered(session, _heard, plan, { result, view }) {
    if (result.kind !== 'account') return ok(session, completed('List'));
    if (plan.root) return ok(session, completed('List'), rootLine(plan.reference));
    const asksModseq = plan.status.includes('HIGHESTMODSEQ');
    const [next, told] = asksModseq ? withCondstore(session, view) : [session, []];
    const data = [...told, ...listLines(next, result.account, plan)];
    return outcome(next, 'OK', completed('List'), { data });
  },
});

const rootLine = (reference: string): Data => {
  const at = reference.indexOf(SEPARATOR);
  const root = at < 0 ? '""' : reference.slice(0, at + 1);
  return untagged(`LIST (\\Noselect) "${SEPARATOR}" ${root}`);
};

/** What the arguments ask for, or what is wrong with them. */
function planOf(session: ImapServerState, { args }: HeardCommand): Plan | string {
  const select = args[0]?.kind === 'list' ? args[0].items.map(keywordOf) : [];
  const rest = args[0]?.kind === 'list' ? args.slice(1) : args;
  if (select.some((option) => !SELECTIONS.includes(option as (typeof SELECTIONS)[number])))
    return 'Unknown select options';
  if (select.includes('RECURSIVEMATCH') && !select.includes('SUBSCRIBED'))
    return 'RECURSIVEMATCH must not be the only selection';
  const reference = astringOf(rest[0]);
  if (reference === null) return 'Invalid reference';
  const texts = patternsIn(rest[1]);
  if (typeof texts === 'string') return texts;
  if (patternsLength(reference, texts) > PATTERNS_LIMIT) return 'Too long patterns';
  const returns = returnsIn(rest.slice(2));
  if (typeof returns === 'string') return returns;
  const extended = args[0]?.kind === 'list' || rest[1]?.kind === 'list' || rest.length > 2;
  return {
    reference,
    patterns: texts.map((text) => readName(session, (reference + text) as Octets)),
    root: texts.length === 1 && texts[0] === '' && !extended,
    extended,
    select: SELECTIONS.filter((option) => select.includes(option)),
    ...returns,
  };
}

function patternsIn(argument: Argument | undefined): readonly string[] | string {
  if (argument === undefined) return 'Invalid pattern';
  if (argument.kind !== 'list') return [argument.text];
  const texts = argument.items.map(astringOf);
  return texts.every((text) => text !== null) ? (texts as Octets[]) : 'Invalid pattern list';
}

/** Each counts for one octet more, that there be no end of empty ones either. */
const patternsLength = (reference: string, texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + reference.length + text.length + 1, 0);

/** RFC 5258 §3.2 and RFC 5819: `RETURN (CHILDREN STATUS (MESSAGES))`. */
function returnsIn(rest: readonly Argument[]): Pick<Plan, 'returns' | 'status'> | string {
  if (rest.length === 0) return { returns: [], status: [] };
  const [keyword, options] = rest;
  if (keywordOf(keyword) !== 'RETURN' || options?.kind !== 'list' || rest.length > 2)
    return 'Extra arguments';
  const returns: (typeof RETURNS)[number][] = [];
  let status: readonly StatusItem[] = [];
  for (let i = 0; i < options.items.length; i++) {
    const name = keywordOf(options.items[i]);
    if (name === 'STATUS' && options.items[i + 1]?.kind === 'list') {
      const items = statusItems(options.items[++i]);
      if (typeof items === 'string') return items;
      status = items;
    } else if (RETURNS.includes(name as (typeof RETURNS)[number]))
      returns.push(name as (typeof RETURNS)[number]);
    else return 'Unknown return options';
  }
  return { returns: RETURNS.filter((name) => returns.includes(name)), status };
}

/** A name that LIST may speak of. */
interface Listed {
  readonly name: string;
  readonly mailbox: Mailbox | undefined;
  readonly subscribed: boolean;
  /** There are mailboxes below. */
  readonly hasInferiors: boolean;
}

/** Every mailbox, every level above one, and every subscription, in the order of their names with INBOX first. */
function allNames({ mailboxes, subscriptions }: Account): readonly Listed[] {
  const byName = new Map(mailboxes.map((mailbox) => [mailbox.name, mailbox]));
  const subscribed = new Set(subscriptions);
  const withInferiors = levelsAbove(byName.keys());
  const names = new Set([...byName.keys(), ...subscribed, ...withInferiors, ...levelsAbove(subscribed)]);
  return [...names].sort(inOrder).map((name) => ({
    name,
    mailbox: byName.get(name),
    subscribed: subscribed.has(name),
    hasInferiors: withInferiors.has(name),
  }));
}

function levelsAbove(names: Iterable<string>): ReadonlySet<string> {
  const levels = new Set<string>();
  for (const name of names)
    for (let at = name.indexOf(SEPARATOR); at >= 0; at = name.indexOf(SEPARATOR, at + 1))
      levels.add(name.slice(0, at));
  return levels;
}

const isInbox = (name: string): boolean => name === 'INBOX' || name.startsWith(`INBOX${SEPARATOR}`);

function inOrder(a: string, b: string): number {
  if (isInbox(a) !== isInbox(b)) return isInbox(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function listLines(session: ImapServerState, account: Account, plan: Plan): readonly Data[] {
  const { select, status } = plan;
  const lines: Data[] = [];
  const subscribedOnly = select.includes('SUBSCRIBED');
  const names = allNames(account);
  const matching = matchingOf(plan.patterns, names);
  const above = select.includes('RECURSIVEMATCH') ? levelsAboveUnnamed(account, matching) : NO_NAMES;
  for (const listed of names) {
    if (!matching.has(listed.name)) continue;
    const below = above.has(listed.name);
    if (subscribedOnly && !listed.subscribed && !below) continue;
    if (!subscribedOnly && !listed.mailbox && !listed.hasInferiors) continue;
    if (select.includes('SPECIAL-USE') && !listed.mailbox?.use) continue;
    const attributes = attributesOf(plan, listed);
    const info = below ? ' (CHILDINFO ("SUBSCRIBED"))' : '';
    lines.push(
      untagged(`LIST (${attributes.join(' ')}) "${SEPARATOR}" ${nameText(session, listed.name)}${info}`),
    );
    if (status.length > 0 && listed.mailbox) lines.push(statusLine(session, listed.mailbox, status));
  }
  return lines;
}

const NO_NAMES: ReadonlySet<string> = new Set();

const matchingOf = (patterns: readonly string[], names: readonly Listed[]): ReadonlySet<string> =>
  namesMatching(
    patterns,
    names.map(({ name }) => name),
  );

/** The levels above subscribed mailboxes that no pattern finds themselves (RFC 5258 §3.5). */
const levelsAboveUnnamed = ({ subscriptions }: Account, matching: ReadonlySet<string>): ReadonlySet<string> =>
  levelsAbove(subscriptions.filter((name) => !matching.has(name)));

function attributesOf(
  { extended, select, returns }: Plan,
  { mailbox, subscribed, hasInferiors }: Listed,
): readonly string[] {
  const use = mailbox?.use ?? '';
  const attributes: string[] = [];
  if (subscribed && (select.includes('SUBSCRIBED') || returns.includes('SUBSCRIBED')))
    attributes.push('\\Subscribed');
  if (!mailbox) attributes.push(extended ? '\\NonExistent' : '\\Noselect');
  if (!extended || returns.includes('CHILDREN'))
    attributes.push(hasInferiors ? '\\HasChildren' : '\\HasNoChildren');
  if (use !== '' && (!extended || select.includes('SPECIAL-USE') || returns.includes('SPECIAL-USE')))
    attributes.push(use);
  return attributes;
}

/** LSUB: subscriptions, and for a `%` at the end the levels above them. */
export const lsub = imapCommand<string>({
  verb: 'LSUB',
  moves: AFTER_LOGIN,
  syntax: 'LSUB reference mailbox-pattern',
  clause: 'RFC 3501 §6.3.9',
  handle(session, heard) {
    const [reference, pattern] = [astringOf(heard.args[0]), astringOf(heard.args[1])];
    if (reference === null) return reply(bad(session, heard, 'Invalid reference'));
    if (pattern === null) return reply(bad(session, heard, 'Invalid pattern'));
    if (heard.args.length > 2) return reply(bad(session, heard, 'Extra arguments'));
    if (patternsLength(reference, [pattern]) > PATTERNS_LIMIT)
      return reply(bad(session, heard, 'Too long patterns'));
    return ask({ kind: 'account' }, readName(session, (reference + pattern) as Octets));
  },
  answered(session, _heard, pattern, { result }) {
    if (result.kind !== 'account') return ok(session, completed('Lsub'));
    const { account } = result;
    const names = allNames(account);
    const matching = matchingOf([pattern], names);
    const above = pattern.endsWith('%') ? levelsAboveUnnamed(account, matching) : NO_NAMES;
    const data = names.flatMap(({ name, mailbox, subscribed }) => {
      if (!matching.has(name) || !(subscribed || above.has(name))) return [];
      const attributes = subscribed ? (mailbox?.use ?? '') : '\\Noselect';
      return [untagged(`LSUB (${attributes}) "${SEPARATOR}" ${nameText(session, name)}`)];
    });
    return outcome(session, 'OK', completed('Lsub'), { data });
  },
});
