/** Whether a thing is among those that light up. */
import type { Related } from '../../view/related.ts';
import type { Thing } from './thing.ts';

export const NOTHING_LIT: Related = { events: [], letters: [], hosts: [], conns: [] };

export function isLit(all: Related, thing: Thing): boolean {
  switch (thing.kind) {
    case 'host':
      return all.hosts.includes(thing.host);
    case 'conn':
      return all.conns.includes(thing.conn);
    case 'event':
      return all.events.includes(thing.event);
    case 'letter':
      return all.letters.some(({ letter }) => letter === thing.letter);
    case 'hop':
      return all.letters.some(
        ({ letter, hop }) => letter === thing.letter && (hop === thing.hop || hop === null),
      );
  }
}
