/** Ticks of the transport bar. */
import type { Millis } from '../base/time.ts';
import type { EventId, SimEvent } from '../sim/types.ts';
import { describe } from './describe.ts';
import { gather, type Index, remembered, rowsWithin } from './project.ts';
import { factOf, noteOf, type Protocol } from './wire.ts';

export interface Tick {
  readonly id: EventId;
  readonly at: Millis;
  readonly protocol: Protocol;
  /** 1: a packet's worth; 2: a refusal, a gesture; 3: something befell a host; 4: something became of a letter. */
  readonly weight: 1 | 2 | 3 | 4;
}

const INDEX: Index<Tick[]> = {
  start: () => [],
  step: (ticks, event, log) => {
    const weight = weightOf(event);
    if (weight === null) return;
    ticks.push({ id: event.id, at: event.at, protocol: describe(event, log).protocol, weight });
  },
};

const LETTER_FACTS = [
  'accepted',
  'relayed',
  'delivered',
  'deferred',
  'bounced',
  'fetched',
  'submitted',
  'filed',
  'expunged',
];

const REFUSED = /^(?:[45-]|NO$|BAD$)/;

/** null: no tick. */
function weightOf(event: SimEvent): Tick['weight'] | null {
  const { what } = event;
  switch (what.kind) {
    case 'segment': {
      const note = noteOf(what.note);
      if (note?.kind === 'content') return 4;
      return note?.kind === 'reply' && REFUSED.test(note.code) ? 2 : 1;
    }
    case 'datagram':
    case 'connecting':
      return 1;
    case 'failed':
      return 2;
    case 'action':
      return what.action.kind === 'inspect' ? null : 2;
    case 'power':
    case 'link':
      return 3;
    case 'fact':
      return LETTER_FACTS.includes(factOf(event)?.kind ?? '') ? 4 : null;
    default:
      return null;
  }
}

/**
 * Ticks of the first `count` events in order, at most `most`. What became of letters is thinned last. Ticks stay where
 * they are while the log grows, but for the moments when its span doubles.
 */
export const timeline = remembered(
  (log: readonly SimEvent[], count: number, most: number): readonly Tick[] => {
    const all = gather(INDEX, log, count);
    const ticks = all.slice(0, rowsWithin(all, log, count));
    if (ticks.length <= most) return ticks;
    const letters = thinned(
      ticks.filter(({ weight }) => weight === 4),
      most,
    );
    const others = thinned(
      ticks.filter(({ weight }) => weight < 4),
      most - letters.length,
    );
    return [...letters, ...others].sort((a, b) => a.id - b.id);
  },
);

/** The heaviest tick of each stretch of time; stretches are a power of two long. */
function thinned(ticks: readonly Tick[], most: number): readonly Tick[] {
  if (ticks.length <= most) return ticks;
  if (most <= 0) return [];
  const span = ticks.at(-1)!.at + 1;
  let stretch = 1;
  while (Math.ceil(span / stretch) > most) stretch *= 2;
  const heaviest = new Map<number, Tick>();
  for (const tick of ticks) {
    const slot = Math.floor(tick.at / stretch);
    const held = heaviest.get(slot);
    if (!held || tick.weight > held.weight) heaviest.set(slot, tick);
  }
  return [...heaviest.values()];
}
