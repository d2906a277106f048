/** A letter as one reads it: header fields with their postmarks and what may be said of them, then the body. */
import type { Octets } from '../base/octets.ts';
import { type Field, splitMessage } from '../mail/message.ts';
import { type Hop, hopsTo, type Letter } from './letter.ts';
import { shown } from './wire.ts';

/** What the page may say about a field; a key of its string catalogues. */
export type FieldNote =
  /** Struck by a host of this network: it is what that host saw. */
  | 'postmark'
  /** A trace field that came in with the letter: whoever wrote it may have made it up. */
  | 'postmark-unchecked'
  /** What is left of the envelope's reverse-path after final delivery (RFC 5321 §4.4). */
  | 'return-path'
  /** Written by the sender; nobody checked it against the envelope. */
  | 'from-unchecked'
  /** Need not be who the envelope is for. */
  | 'to-unchecked'
  /** The recipient this copy was delivered for. */
  | 'delivered-to'
  /** The sender's own clock. */
  | 'date-of-sender';

export interface LetterField {
  readonly name: string;
  /** The field as it stands, folding kept, the last line end left out. */
  readonly text: string;
  /** Unfolded value. */
  readonly value: string;
  /** Number of the postmark, 1 for the first one struck; null for other fields and unchecked ones. */
  readonly postmark: number | null;
  /** Index in `letter.hops` of the host that struck it. */
  readonly hop: number | null;
  readonly note: FieldNote | null;
}

export interface LetterText {
  /** In the order they stand: the newest postmark on top. */
  readonly fields: readonly LetterField[];
  /** At most its first {@link BODY_LIMIT} octets. */
  readonly body: string;
  readonly blankLine: boolean;
}

/** Octets of the body that are shown: nobody reads more on one page. */
export const BODY_LIMIT = 200_000;

const NOTES: Readonly<Record<string, FieldNote>> = {
  'return-path': 'return-path',
  from: 'from-unchecked',
  sender: 'from-unchecked',
  'reply-to': 'from-unchecked',
  to: 'to-unchecked',
  cc: 'to-unchecked',
  'delivered-to': 'delivered-to',
  'x-original-to': 'delivered-to',
  date: 'date-of-sender',
};

/**
 * The letter as it is at one of its hops: as last seen, if none is given. Octets are read as UTF-8; other charsets and
 * MIME are for a mail reader to show.
 */
export function letterFields(letter: Letter, hop: number = letter.latestHop): LetterText {
  const at = letter.hops[hop];
  const content = hop === letter.latestHop || !at ? letter.content : at.content;
  const { fields, body, blankLine } = splitMessage(content);
  const struck = postmarks(hopsTo(letter, hop));
  return {
    fields: fields.map((field) => annotated(field, struck)),
    body: shownBody(body.slice(0, BODY_LIMIT) as Octets),
    blankLine,
  };
}

/** The trace fields of the hops; each can be found once, so that a copied one does not pass for it. */
function postmarks(hops: readonly Hop[]): Map<string, Hop> {
  const struck = new Map<string, Hop>();
  for (const hop of hops) if (hop.trace !== '') struck.set(hop.trace.trim(), hop);
  return struck;
}

function annotated(field: Field, struck: Map<string, Hop>): LetterField {
  const name = field.name.toLowerCase();
  const hop = name === 'received' ? struck.get(field.raw.trim()) : undefined;
  if (hop) struck.delete(field.raw.trim());
  const note = Object.hasOwn(NOTES, name) ? NOTES[name]! : null;
  return {
    name: field.name,
    text: shownBody(field.raw).replace(/\n+$/, ''),
    value: shown(field.value),
    postmark: hop?.postmarks ?? null,
    hop: hop?.index ?? null,
    note: name === 'received' ? (hop ? 'postmark' : 'postmark-unchecked') : note,
  };
}

/** Lines end in `\n`; tabs stay, other controls show as pictures. */
const shownBody = (octets: Octets): string =>
  octets
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => shown(part))
        .join('\t'),
    )
    .join('\n');
