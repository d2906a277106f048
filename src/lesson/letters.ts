/** Letters as lessons ask for them: header by name, body without its last line ending, envelope, who sent it. */
import type { Envelope } from '../agents/facts.ts';
import type { Octets } from '../base/octets.ts';
import { decodeUtf8 } from '../base/octets.ts';
import { splitMessage } from '../mail/message.ts';
import type { Values } from './matcher.ts';

/** A letter at one host. */
export interface Letter {
  readonly host: string;
  readonly queueId: string;
  readonly envelope: Envelope;
  readonly content: Octets;
  /** It had an empty line after its header on every hop so far. */
  readonly blankLine: boolean;
  /** `student` when it was typed by hand, `mua` when a mail program wrote it; and the names of the host it came from. */
  readonly sentBy: readonly string[];
  /** Number of lesson events before it came about. */
  readonly at: number;
}

/** A letter in a mailbox. */
export interface Kept extends Letter {
  uid: string;
  readonly recipient: string;
  /** Every way to name the mailbox: whose it is. */
  readonly mailbox: readonly string[];
  /** `INBOX`, or the IMAP folder it lies in. */
  folder: string;
  /** As IMAP knows them: `\\Seen`, `\\Flagged`, … */
  flags: readonly string[];
}

export function headerAndBody(content: Octets): {
  readonly header: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
} {
  const { fields, body } = splitMessage(content);
  // A field may have any name, `__proto__` too.
  const header = Object.create(null) as Record<string, string[]>;
  for (const field of fields) {
    const name = field.name.toLowerCase();
    const values = header[name] ?? [];
    values.push(decodeUtf8(field.value as Octets));
    header[name] = values;
  }
  let end = body.length;
  while (end > 0 && (body[end - 1] === '\n' || body[end - 1] === '\r')) end--;
  return { header, body: decodeUtf8(body.slice(0, end) as Octets) };
}

const cache = new WeakMap<Letter, Values>();

/** The fields of the `message`, `accepted` and `delivered` predicates. Worked out once for a letter. */
export function letterValues(letter: Letter, hostNames: readonly string[]): Values {
  const known = cache.get(letter);
  if (known) return known;
  const values: Values = {
    host: hostNames,
    envelope_from: letter.envelope.reversePath,
    envelope_to: letter.envelope.forwardPaths,
    ...headerAndBody(letter.content),
    blank_line: letter.blankLine,
    sent_by: letter.sentBy,
  };
  cache.set(letter, values);
  return values;
}
