/** The causes of a log the other way round: what each event brought about. */
import type { EventId, SimEvent } from '../sim/types.ts';
import { indexOf } from './log.ts';
import { gather, type Index } from './project.ts';

/** Linked lists by index in the log, since most events have one effect or none; -1 ends them. */
interface Links {
  readonly firstEffect: number[];
  readonly lastEffect: number[];
  readonly nextSibling: number[];
}

const INDEX: Index<Links> = {
  start: () => ({ firstEffect: [], lastEffect: [], nextSibling: [] }),
  step: ({ firstEffect, lastEffect, nextSibling }, event, log) => {
    const own = firstEffect.length;
    firstEffect.push(-1);
    lastEffect.push(-1);
    nextSibling.push(-1);
    const cause = event.cause < event.id ? indexOf(log, event.cause) : -1;
    if (cause < 0 || cause >= own) return;
    if (firstEffect[cause] === -1) firstEffect[cause] = own;
    else nextSibling[lastEffect[cause]!] = own;
    lastEffect[cause] = own;
  },
};

/** Events of the first `count` that have this one as their cause, in order. */
export function effectsOf(log: readonly SimEvent[], count: number, id: EventId): readonly SimEvent[] {
  const links = gather(INDEX, log, count);
  const found: SimEvent[] = [];
  let at = links.firstEffect[indexOf(log, id)] ?? -1;
  while (at >= 0 && at < count && at < log.length) {
    found.push(log[at]!);
    at = links.nextSibling[at] ?? -1;
  }
  return found;
}
