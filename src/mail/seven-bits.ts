/** A letter for hosts that take no octets above 127 (RFC 6152 §3): its 8bit parts become quoted-printable (RFC 2045 §6). */
import type { Octets } from '../base/octets.ts';
import { isAscii } from '../base/octets.ts';
import type { Field } from './message.ts';
import { fieldValue, splitMessage } from './message.ts';
import { encodeQuotedPrintable, parseContentType } from './mime.ts';

/** Parts within parts that are looked into; deeper ones stay as they are. */
const MAX_DEPTH = 20;

/**
 * The letter with its 8bit parts encoded. What is no MIME, or claims to be 7bit, stays as it is: nothing says how to
 * read it.
 */
export function toSevenBits(content: Octets): Octets {
  if (isAscii(content)) return content;
  const { fields } = splitMessage(content);
  return fieldValue(fields, 'MIME-Version') === null ? content : convertPart(content, 0);
}

function convertPart(content: Octets, depth: number): Octets {
  const { fields, body } = splitMessage(content);
  if (depth >= MAX_DEPTH || isAscii(body)) return content;
  const { type, boundary } = parseContentType(fieldValue(fields, 'Content-Type'));
  const encoding = (fieldValue(fields, 'Content-Transfer-Encoding') ?? '7bit').toLowerCase();
  const header = content.slice(0, content.length - body.length);
  if (type.startsWith('multipart/') && boundary !== '')
    return (recoded(header, fields, '7bit') + convertParts(body, boundary, depth)) as Octets;
  if (type === 'message/rfc822')
    return (recoded(header, fields, '7bit') + convertPart(body, depth + 1)) as Octets;
  if (encoding !== '8bit') return content;
  return (recoded(header, fields, 'quoted-printable') + encodeQuotedPrintable(body)) as Octets;
}

/** The header with what stands in its Content-Transfer-Encoding changed, if it has one. */
function recoded(header: string, fields: readonly Field[], encoding: string): string {
  const field = fields.find(({ name }) => name.toLowerCase() === 'content-transfer-encoding');
  return field ? header.replace(field.raw, `${field.name}: ${encoding}\r\n`) : header;
}

/** RFC 2046 §5.1.1: the parts between the lines of the boundary; what is before and behind them stays. */
function convertParts(body: string, boundary: string, depth: number): string {
  const pieces = `\r\n${body}`.split(`\r\n--${boundary}`);
  const converted = pieces.map((piece, i) => {
    // Before the first boundary, behind the last, and no boundary at all: `--…-more`.
    const eol = piece.indexOf('\r\n');
    if (i === 0 || eol < 0 || piece.startsWith('--') || piece.slice(0, eol).trim() !== '') return piece;
    return piece.slice(0, eol + 2) + convertPart(piece.slice(eol + 2) as Octets, depth + 1);
  });
  return converted.join(`\r\n--${boundary}`).slice(2);
}
