/** LIST with RFC 5258's options, and LSUB (RFC 3501 §6.3.8, §6.3.9). */
import type { Octets } from '../../../base/octets.ts';
import type { Account } from '../../../mail/account.ts';
import { canonicalName, hasInferiors, mailboxNamed, SEPARATOR } from '../../../mail/account.ts';
import type { Argument } from '../arguments.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { matchesPattern } from '../list-patterns.ts';
import { nameText } from '../names.ts';
import { completed } from '../replies.ts';
import { decodeUtf7 } from '../utf7.ts';
import type { Data, HeardCommand, ImapServerState } from '../session.ts';
import { AFTER_LOGIN, ask, bad, imapCommand, ok, reply, untagged } from '../session.ts';
import type { StatusItem } from './status.ts';
import { statusItems, statusLine } from './status.ts';

const SELECTIONS = ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'] as const;
const RETURNS = ['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE'] as const;

interface Plan {
  readonly reference: string;
  readonly patterns: readonly string[];
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
    const plan = planOf(heard);
    return typeof plan === 'string' ? reply(bad(session, heard, plan)) : ask({ kind: 'account' }, plan);
  },
  answered(session, _heard, plan, { result }) {
    if (result.kind !== 'account') return ok(session, completed('List'));
    if (plan.patterns.length === 1 && plan.patterns[0] === '' && !plan.extended)
      return ok(session, completed('List'), rootLine(plan.reference));
    return ok(session, completed('List'), ...listLines(session, result.account, plan));
  },
});

/** An empty pattern asks for the separator, and the root of the reference. */
const rootLine = (reference: string): Data => {
  const at = reference.indexOf(SEPARATOR);
  const root = at < 0 ? '""' : reference.slice(0, at + 1);
  return untagged(`LIST (\\Noselect) "${SEPARATOR}" ${root}`);
};

/** What the arguments ask for, or what is wrong with them. */
function planOf({ args }: HeardCommand): Plan | string {
  const select = args[0]?.kind === 'list' ? args[0].items.map(keywordOf) : [];
  const rest = args[0]?.kind === 'list' ? args.slice(1) : args;
  if (select.some((option) => !SELECTIONS.includes(option as (typeof SELECTIONS)[number])))
    return 'Unknown select options';
  if (select.includes('RECURSIVEMATCH') && !select.includes('SUBSCRIBED'))
    return 'RECURSIVEMATCH must not be the only selection';
  const reference = astringOf(rest[0]);
  if (reference === null) return 'Invalid reference';
  const patterns = patternsIn(rest[1]);
  if (typeof patterns === 'string') return patterns;
  const returns = returnsIn(rest.slice(2));
  if (typeof returns === 'string') return returns;
  return {
    reference,
    patterns,
    extended: args[0]?.kind === 'list' || rest[1]?.kind === 'list' || rest.length > 2,
    select: select as Plan['select'],
    ...returns,
  };
}

function patternsIn(argument: Argument | undefined): readonly string[] | string {
  if (argument === undefined) return 'Invalid pattern';
  if (argument.kind !== 'list') return [argument.text];
  const texts = argument.items.map(astringOf);
  return texts.every((text) => text !== null) ? (texts as Octets[]) : 'Invalid pattern list';
}

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
  return { returns, status };
}

/** A name that LIST may speak of. */
interface Listed {
  readonly name: string;
  readonly exists: boolean;
  readonly subscribed: boolean;
  readonly use: string;
}

/** Every mailbox, every level above one, and every subscription, in the order of their names with INBOX first. */
function allNames(account: Account): readonly Listed[] {
  const names = new Set<string>();
  for (const { name } of account.mailboxes) withLevels(name, names);
  for (const name of account.subscriptions) withLevels(name, names);
  const subscribed = new Set(account.subscriptions);
  return [...names].sort(byName).map((name) => {
    const mailbox = mailboxNamed(account, name);
    return {
      name,
      exists: mailbox !== undefined,
      subscribed: subscribed.has(name),
      use: mailbox?.use ?? '',
    };
  });
}

function withLevels(name: string, into: Set<string>): void {
  for (let at = name.indexOf(SEPARATOR); at >= 0; at = name.indexOf(SEPARATOR, at + 1))
    into.add(name.slice(0, at));
  into.add(name);
}

const isInbox = (name: string): boolean => name === 'INBOX' || name.startsWith(`INBOX${SEPARATOR}`);

function byName(a: string, b: string): number {
  if (isInbox(a) !== isInbox(b)) return isInbox(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function listLines(session: ImapServerState, account: Account, plan: Plan): readonly Data[] {
  const { select, status } = plan;
  const lines: Data[] = [];
  const subscribedOnly = select.includes('SUBSCRIBED');
  for (const listed of allNames(account)) {
    if (!plan.patterns.some((pattern) => isNamed(canonicalPattern(plan.reference, pattern), listed.name)))
      continue;
    const below = select.includes('RECURSIVEMATCH') && hasSubscribedInferior(account, plan, listed.name);
    if (subscribedOnly && !listed.subscribed && !below) continue;
    if (!subscribedOnly && !listed.exists && !hasInferiors(account, listed.name)) continue;
    if (select.includes('SPECIAL-USE') && listed.use === '') continue;
    const attributes = attributesOf(account, plan, listed);
    const info = below ? ' (CHILDINFO ("SUBSCRIBED"))' : '';
    lines.push(
      untagged(`LIST (${attributes.join(' ')}) "${SEPARATOR}" ${nameText(session, listed.name)}${info}`),
    );
    const mailbox = mailboxNamed(account, listed.name);
    if (status.length > 0 && mailbox) lines.push(statusLine(session, mailbox, status));
  }
  return lines;
}

/** Patterns are about the names themselves, not about how modified UTF-7 writes them. */
const isNamed = (pattern: string, name: string): boolean =>
  matchesPattern(decodeUtf7(pattern) ?? pattern, decodeUtf7(name) ?? name);

const canonicalPattern = (reference: string, pattern: string): string => canonicalName(reference + pattern);

/** Subscribed mailboxes below that no pattern finds themselves (RFC 5258 §3.5). */
const hasSubscribedInferior = (
  { subscriptions }: Account,
  { patterns, reference }: Plan,
  name: string,
): boolean =>
  subscriptions.some(
    (other) =>
      other.startsWith(name + SEPARATOR) &&
      !patterns.some((pattern) => isNamed(canonicalPattern(reference, pattern), other)),
  );

function attributesOf(
  account: Account,
  plan: Plan,
  { name, exists, subscribed, use }: Listed,
): readonly string[] {
  const { extended, select, returns } = plan;
  const attributes: string[] = [];
  if (subscribed && (select.includes('SUBSCRIBED') || returns.includes('SUBSCRIBED')))
    attributes.push('\\Subscribed');
  if (!exists) attributes.push(extended ? '\\NonExistent' : '\\Noselect');
  if (!extended || returns.includes('CHILDREN'))
    attributes.push(hasInferiors(account, name) ? '\\HasChildren' : '\\HasNoChildren');
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
    return ask({ kind: 'account' }, canonicalPattern(reference, pattern));
  },
  answered(session, _heard, pattern, { result }) {
    if (result.kind !== 'account') return ok(session, completed('Lsub'));
    const { account } = result;
    const { subscriptions } = account;
    const lines = allNames(account).flatMap(({ name, subscribed, use }) => {
      const isLevel =
        !subscribed &&
        pattern.endsWith('%') &&
        subscriptions.some((other) => other.startsWith(name + SEPARATOR) && !isNamed(pattern, other));
      if ((!subscribed && !isLevel) || !isNamed(pattern, name)) return [];
      const attributes = isLevel ? '\\Noselect' : use;
      return [untagged(`LSUB (${attributes}) "${SEPARATOR}" ${nameText(session, name)}`)];
    });
    return ok(session, completed('Lsub'), ...lines);
  },
});
