/** Every letter the log knows, and where to find one. */
import type { QueueId } from '../agents/facts.ts';
import type { HostId, SimEvent } from '../sim/types.ts';
import { type Hop, type Letter, type LetterKey, letterKey } from './letter.ts';
import { lettersState } from './letters-fold.ts';
import { remembered } from './project.ts';

/** All letters of the first `count` events, in the order they were first accepted. Unchanged ones keep their identity. */
export const letters = remembered((log: readonly SimEvent[], count: number): readonly Letter[] => [
  ...lettersState(log, count).letters.values(),
]);

export const letterByKey = (log: readonly SimEvent[], count: number, key: LetterKey): Letter | null =>
  lettersState(log, count).letters.get(key) ?? null;

/** The letter that a host keeps under this queue id, and the hop; null when it is none. */
export function letterAt(
  log: readonly SimEvent[],
  count: number,
  host: HostId,
  queueId: QueueId,
): { readonly letter: Letter; readonly hop: Hop } | null {
  const state = lettersState(log, count);
  const entry = state.entries.get(letterKey(host, queueId));
  const letter = entry && state.letters.get(entry.key);
  const hop = entry && letter?.hops[entry.hop];
  return letter && hop ? { letter, hop } : null;
}
