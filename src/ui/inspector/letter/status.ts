/** What became of a letter, in as few signs as will do. */
import type { Hop, Letter } from '../../../view/letter.ts';

export type Sign = 'way' | 'deferred' | 'bounced' | 'delivered' | 'fetched';

const ORDER: readonly Sign[] = ['way', 'deferred', 'bounced', 'delivered', 'fetched'];

/** One sign for each thing that happened to any recipient; what still needs doing first. */
export function signsOf(letter: Letter): readonly Sign[] {
  const signs = new Set<Sign>();
  for (const { status, host } of letter.recipients) {
    switch (status.kind) {
      case 'queued':
      case 'relayed':
        signs.add('way');
        break;
      case 'delivered':
        signs.add(letter.fetched.some(({ from }) => from === host) ? 'fetched' : 'delivered');
        break;
      default:
        signs.add(status.kind);
    }
  }
  return ORDER.filter((sign) => signs.has(sign));
}

/** Newest first; the letters of a view stand in the order they were first accepted. */
export const newestFirst = (letters: readonly Letter[]): readonly Letter[] => [...letters].reverse();

/** The one to show: the chosen one, else the newest that somebody wrote, else the newest. */
export function shownLetter(letters: readonly Letter[], chosen: string | null): Letter | null {
  const found = chosen === null ? undefined : letters.find(({ key }) => key === chosen);
  return found ?? letters.findLast(({ origin }) => origin !== 'dsn') ?? letters.at(-1) ?? null;
}

/** Hops where a copy of the letter is now: those that no other hop took it from. */
export function copiesOf(letter: Letter): readonly Hop[] {
  const left = new Set(letter.hops.map(({ parent }) => parent));
  return letter.hops.filter(({ index }) => !left.has(index));
}

/** The copy that came by `hop`; the one that moved last, if none is asked for or known. */
export function copyBy(letter: Letter, hop: number | null): Hop | null {
  const latest = letter.hops[letter.latestHop] ?? letter.hops.at(-1) ?? null;
  const asked = hop === null ? undefined : letter.hops[hop];
  if (asked === undefined || latest === null || cameBy(letter, latest, asked.index)) return latest;
  return copiesOf(letter).findLast((copy) => cameBy(letter, copy, asked.index)) ?? latest;
}

function cameBy(letter: Letter, copy: Hop, hop: number): boolean {
  let at: Hop | undefined = copy;
  for (let steps = 0; at !== undefined && steps <= letter.hops.length; steps++) {
    if (at.index === hop) return true;
    at = at.parent === null ? undefined : letter.hops[at.parent];
  }
  return false;
}

/** Where one copy is and in what state: the key of a sentence, and whether its envelope is still whole. */
export type Whereabouts = 'to' | 'at' | 'deferred' | 'bounced' | 'delivered';

export function whereabouts(hop: Hop, ahead: boolean): Whereabouts {
  const kinds = new Set(hop.recipients.map(({ status }) => status.kind));
  if (hop.removedAt !== null) {
    if (kinds.has('delivered')) return 'delivered';
    return kinds.has('bounced') && !kinds.has('relayed') ? 'bounced' : ahead ? 'to' : 'at';
  }
  if (kinds.has('queued')) return ahead ? 'to' : 'at';
  return kinds.has('deferred') ? 'deferred' : 'at';
}
