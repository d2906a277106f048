/** Whatever can be pointed at. Parts of the page that show the same thing light up together. */
import type { ConnId, EventId, HostId } from '../../sim/types.ts';

export type Thing =
  | { readonly kind: 'host'; readonly host: HostId }
  /** A letter by the id `view/letters` gives it. */
  | { readonly kind: 'letter'; readonly letter: string }
  /** One postmark of a letter: its `Received` line, its ring on the envelope, its hop on the map. */
  | { readonly kind: 'hop'; readonly letter: string; readonly hop: number }
  | { readonly kind: 'conn'; readonly conn: ConnId }
  | { readonly kind: 'event'; readonly event: EventId };

export function sameThing(a: Thing | null, b: Thing | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  switch (a.kind) {
    case 'host':
      return b.kind === 'host' && a.host === b.host;
    case 'letter':
      return b.kind === 'letter' && a.letter === b.letter;
    case 'hop':
      return b.kind === 'hop' && a.letter === b.letter && a.hop === b.hop;
    case 'conn':
      return b.kind === 'conn' && a.conn === b.conn;
    case 'event':
      return b.kind === 'event' && a.event === b.event;
  }
}
