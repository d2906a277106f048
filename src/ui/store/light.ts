/**
 * Finds what lights up while something is pointed at: the same thing, wherever it is shown. Fetched after the first
 * paint, since nothing is pointed at before.
 */
import type { SimEvent } from '../../sim/types.ts';
import { letterByKey } from '../../view/letters.ts';
import { type Related, related, relatedToHop } from '../../view/related.ts';
import { NOTHING_LIT } from './lit.ts';
import { useStore } from './store.ts';
import type { Thing } from './thing.ts';

/** Everything that is the same thing as `pointed`, among the first `count` events. */
export function litBy(log: readonly SimEvent[], count: number, pointed: Thing | null): Related {
  if (pointed === null) return NOTHING_LIT;
  switch (pointed.kind) {
    case 'host':
      return { ...NOTHING_LIT, hosts: [pointed.host] };
    case 'conn':
      return { ...NOTHING_LIT, conns: [pointed.conn] };
    case 'event':
      return related(log, count, pointed.event);
    case 'hop':
      return relatedToHop(log, count, pointed.letter, pointed.hop);
    case 'letter': {
      const letter = letterByKey(log, count, pointed.letter);
      const events = letter === null ? [] : letter.hops.map((hop) => hop.event);
      return { ...NOTHING_LIT, letters: [{ letter: pointed.letter, hop: null }], events };
    }
  }
}

/** Keeps the store's `lit` to what is hovered. */
export function startLight(): () => void {
  return useStore.subscribe((state, before) => {
    const { hovered, history, count } = state;
    const moved = hovered !== before.hovered;
    const grown = hovered !== null && (count !== before.count || history !== before.history);
    if (moved || grown) useStore.setState({ lit: litBy(history?.log ?? [], count, hovered) });
  });
}
