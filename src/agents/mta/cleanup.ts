/** What Postfix's smtpd(8) and cleanup(8) mend in a letter that comes in; the other kinds of server leave it alone. */
import type { Octets } from '../../base/octets.ts';
import { CRLF } from '../../base/octets.ts';
import type { Field, SplitMessage } from '../../mail/message.ts';
import { splitMessage } from '../../mail/message.ts';
import type { DialectName } from '../../protocol/smtp/types.ts';

/** Postfix's `message_drop_headers`: what the envelope says better, and what the sender wanted nobody to see. */
const DROPPED: ReadonlySet<string> = new Set(['bcc', 'content-length', 'resent-bcc', 'return-path']);

const DROPPED_LENGTHS: readonly number[] = Array.from(DROPPED, ({ length }) => length);

/** The letter as this kind of server keeps it, and its parts. */
export function cleanedUp(
  dialect: DialectName,
  received: Octets,
): { readonly content: Octets; readonly split: SplitMessage } {
  if (!dialect.startsWith('postfix')) return { content: received, split: splitMessage(received) };
  const plain = dialect === 'postfix3' ? withoutStrayCr(received) : received;
  // A mailbox's separator that came along would end the header before it began.
  const content = (isSeparator(plain) ? `X-Mailbox-Line: ${plain}` : plain) as Octets;
  const split = splitMessage(content);
  if (!split.fields.some((field) => isDropped(field) || isSpaced(field))) return { content, split };
  const fields = split.fields.filter((field) => !isDropped(field)).map(closedUp);
  let header = '';
  for (const { raw } of fields) header += raw;
  const cleaned = { ...split, fields };
  return { content: `${header}${split.blankLine ? CRLF : ''}${split.body}` as Octets, split: cleaned };
}

/**
 * Since the end of 2023 a CR without LF becomes a blank, so that no later server sees a line end in it. Several in front
 * of an LF are one, as they have always been.
 */
function withoutStrayCr(content: Octets): Octets {
  for (let at = content.indexOf('\r'); at >= 0; at = content.indexOf('\r', at + 1))
    if (content[at + 1] !== '\n')
      return content.replace(/\r+\n?/g, (run) =>
        run.endsWith('\n') ? CRLF : ' '.repeat(run.length),
      ) as Octets;
  return content;
}

const isSeparator = (content: Octets): boolean =>
  (content[0] === 'F' || content[0] === '>') && /^>*From /.test(content);

// Lengths are compared first: nearly every field has another.
const isDropped = ({ name }: Field): boolean =>
  DROPPED_LENGTHS.includes(name.length) && DROPPED.has(name.toLowerCase());

const isSpaced = ({ name, raw }: Field): boolean => raw[name.length] !== ':';

/** Blanks in front of the colon, which RFC 5322 §4.5 lets nobody write any more, are taken out. */
const closedUp = (field: Field): Field =>
  isSpaced(field)
    ? { ...field, raw: (field.name + field.raw.slice(field.raw.indexOf(':'))) as Octets }
    : field;
