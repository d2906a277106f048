/** Which messages a command speaks of: by number, by UID, or `$` for what was last searched (RFC 5182). */
import type { Argument } from './arguments.ts';
import { astringOf } from './arguments.ts';
import { numbersIn, parseSet, positionsIn } from './sequence-set.ts';
import type { HeardCommand, ImapServerState } from './session.ts';

/** Positions in the view's `uids`, ascending; or what is wrong: the set is none, or names what is not there. */
export function positionsOf(
  session: ImapServerState,
  heard: HeardCommand,
  argument: Argument | undefined,
): readonly number[] | string {
  const text = astringOf(argument);
  if (text === null) return 'Invalid arguments';
  const words = heard.uid ? 'Invalid uidset' : 'Invalid messageset';
  const { uids } = session.view!;
  if (text === '$') {
    const saved = new Set(session.saved);
    return uids.flatMap((uid, position) => (saved.has(uid) ? [position] : []));
  }
  const set = parseSet(text);
  if (set === null) return words;
  if (heard.uid) return positionsIn(set, uids);
  return numbersIn(set, uids.length)?.map((number) => number - 1) ?? words;
}
