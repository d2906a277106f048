/** Reading the multi-line replies to UIDL and LIST (RFC 1939 §5, §7). Their lines end in CRLF. */
import type { Octets } from '../../base/octets.ts';
import type { MaildropEntry } from './types.ts';

/** A message of the maildrop with its number in this session. */
export interface Listed extends MaildropEntry {
  readonly number: number;
}

export type Listing =
  | { readonly kind: 'listed'; readonly listed: readonly Listed[] }
  /** The first line that makes no sense. */
  | { readonly kind: 'unreadable'; readonly line: string };

export const entriesOf = (listed: readonly Listed[]): readonly MaildropEntry[] =>
  listed.map(({ uid, octets }) => ({ uid, octets }));

/** UIDL: `number unique-id`, the latter 1–70 characters from 0x21 to 0x7E. Sizes are not known yet: 0. */
export function readUniqueIds(body: Octets): Listing {
  return read(body, (number, rest) => (/^[!-~]{1,70}$/.test(rest) ? { number, uid: rest, octets: 0 } : null));
}

/**
 * LIST: `number octets`, and perhaps more behind a space. Gives sizes to what UIDL listed, or, with null, the whole
 * listing with message numbers for unique-ids.
 */
export function readScanListing(body: Octets, known: readonly Listed[] | null): Listing {
  const sizes = read(body, (number, rest) => {
    const octets = numberIn(rest.split(' ', 1)[0]!);
    return octets === null ? null : { number, uid: String(number), octets };
  });
  if (sizes.kind === 'unreadable' || known === null) return sizes;
  const byNumber = new Map(sizes.listed.map(({ number, octets }) => [number, octets]));
  return {
    kind: 'listed',
    listed: known.map((entry) => ({ ...entry, octets: byNumber.get(entry.number) ?? 0 })),
  };
}

function read(body: Octets, listedIn: (number: number, rest: string) => Listed | null): Listing {
  const listed: Listed[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const line = body.slice(at, end);
    at = end + 2;
    const space = line.indexOf(' ');
    const number = numberIn(space < 0 ? '' : line.slice(0, space));
    const entry = number === null || number === 0 ? null : listedIn(number, line.slice(space + 1).trimEnd());
    if (entry === null) return { kind: 'unreadable', line: line.slice(0, 512) };
    listed.push(entry);
  }
  return { kind: 'listed', listed };
}

/** Up to 15 digits: more than any maildrop has octets, and still exact. */
const numberIn = (text: string): number | null => (/^[0-9]{1,15}$/.test(text) ? Number(text) : null);
