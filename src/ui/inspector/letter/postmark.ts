/** How a relay's postmark looks: what is written on it, and how crookedly it was struck. */
import { hashText } from '../../../base/prng.ts';
import { type Clock, clockTime } from '../../../base/time.ts';
import type { Hop } from '../../../view/letter.ts';

export interface Postmark {
  readonly hop: number;
  /** 1 for the first one struck. */
  readonly number: number;
  /** What the trace field says after `by`; the host's id where it says nothing. */
  readonly host: string;
  /** As much of it as fits on the stamp. */
  readonly short: string;
  /** `12:52:24` as the trace field has it. */
  readonly time: string;
  readonly protocol: string;
  readonly newest: boolean;
  /** Degrees, and pixels up or down. The same letter is struck the same way each time. */
  readonly turn: number;
  readonly shift: number;
}

const STAMP_CHARACTERS = 12;

/** Postmarks of the hops on one way, the oldest first. Hops that struck none are left out. */
export function postmarksOf(way: readonly Hop[], clock: Clock): readonly Postmark[] {
  const struck = way.filter(({ trace }) => trace !== '');
  return struck.map((hop, index) => {
    const hash = hashText(hop.trace);
    const host = hop.by === '' ? hop.host : hop.by;
    return {
      hop: hop.index,
      number: hop.postmarks,
      host,
      short: shortName(host),
      time: /\b\d\d:\d\d:\d\d\b/.exec(hop.date)?.[0] ?? clockTime(clock, hop.acceptedAt),
      protocol: hop.with === '' ? 'SMTP' : hop.with.slice(0, 10),
      newest: index === struck.length - 1,
      turn: (index % 2 === 0 ? -1 : 1) * (5 + (hash % 90) / 10),
      shift: ((hash >>> 8) % 9) - 4,
    };
  });
}

/** `mx1.example.org` → `mx1.example`: the top-level domain goes first, then what is too long. */
export function shortName(host: string): string {
  const labels = host.split('.');
  const name = labels.length > 2 ? labels.slice(0, -1).join('.') : host;
  if (name.length <= STAMP_CHARACTERS) return name;
  return labels[0]!.length <= STAMP_CHARACTERS ? labels[0]! : `${labels[0]!.slice(0, STAMP_CHARACTERS - 1)}…`;
}
