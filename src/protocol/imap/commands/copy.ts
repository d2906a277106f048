/** COPY (RFC 3501 §6.4.7) and MOVE (RFC 6851), with what UIDPLUS says of them (RFC 4315 §3). */
import { astringOf } from '../arguments.ts';
import { positionsOf } from '../message-sets.ts';
import { invalidName, noSuchMailbox, readName } from '../names.ts';
import { completed, timed } from '../replies.ts';
import { setText } from '../sequence-set.ts';
import { ask, bad, imapCommand, IN_SELECTED, no, ok, outcome, reply, untagged } from '../session.ts';
import type { HeardCommand, ImapServerState, Outcome, Verdict } from '../session.ts';
import type { ImapAnswer, ImapRefusal } from '../types.ts';

interface Plan {
  readonly name: string;
  readonly count: number;
  /** Nothing is moved out of a mailbox opened with EXAMINE (RFC 3501 §6.3.2). */
  readonly forbidden: boolean;
}

const copying = (verb: 'COPY' | 'MOVE', clause: string) =>
  imapCommand<Plan>({
    verb,
    tells: true,
    moves: IN_SELECTED,
    syntax: `${verb} message-set mailbox`,
    clause,
    uid: true,
    handle: (session, heard) => start(session, heard, verb === 'MOVE'),
    answered: (session, _heard, plan, answer) => done(session, verb === 'MOVE', plan, answer),
  });

export const copy = copying('COPY', 'RFC 3501 §6.4.7');
export const move = copying('MOVE', 'RFC 6851 §3');

function start(session: ImapServerState, heard: HeardCommand, move: boolean): Verdict {
  const { uids, examined } = session.view!;
  const target = astringOf(heard.args[1]);
  if (heard.args.length >= 2 && target === null) return reply(bad(session, heard, 'Invalid arguments'));
  if (heard.args[0] === undefined || target === null) return reply(bad(session, heard, 'Missing arguments'));
  const positions = positionsOf(session, heard, heard.args[0]);
  if (typeof positions === 'string') return reply(bad(session, heard, positions));
  const name = readName(session, target);
  if (positions.length === 0)
    return ask({ kind: 'look' }, { name, count: 0, forbidden: false } satisfies Plan);
  const why = invalidName(name);
  if (why !== null) return reply(no(session, timed(why)));
  // That there is no such mailbox is told first.
  const forbidden = move && examined;
  const named = forbidden ? [] : positions.map((position) => uids[position]!);
  const plan: Plan = { name, count: positions.length, forbidden };
  return ask({ kind: 'copy', uids: named, name, move }, plan);
}

/** Why messages did not get into a mailbox. */
export function intoRefusal(why: ImapRefusal, name: string): string {
  switch (why) {
    case 'nonexistent':
      return `[TRYCREATE] ${noSuchMailbox(name)}`;
    case 'over-quota':
      return '[OVERQUOTA] Quota exceeded (mailbox for user is full)';
    case 'disk-full':
      return '[UNAVAILABLE] Not enough disk space';
    default:
      return '[LIMIT] Too many messages';
  }
}

function done(session: ImapServerState, move: boolean, plan: Plan, { result }: ImapAnswer): Outcome {
  if (result.kind === 'refused') return no(session, timed(intoRefusal(result.why, plan.name)));
  if (plan.forbidden) return no(session, timed('[CANNOT] Mailbox is read-only'));
  if (result.kind !== 'copied' || result.from.length === 0)
    return plan.count === 0
      ? ok(session, timed('No messages found'))
      : outcome(session, 'NO', timed('[EXPUNGEISSUED] Some of the requested messages no longer exist'));
  const { uidValidity, from, to } = result;
  const code = `[COPYUID ${uidValidity} ${setText(from)} ${setText(to)}]`;
  if (move) return ok(session, completed('Move'), untagged(`OK ${code} Moved UIDs.`));
  return ok(session, `${code} ${completed('Copy')}`);
}
