/** Letters on a POP3 wire: lines end in CRLF, a line that begins with a dot gets another (RFC 1939 §3). */
import type { Octets } from '../../base/octets.ts';

/** Content with every bare LF made CRLF; its length is what LIST and RETR call its octets. A bare CR is content and stays. */
export function withCrlf(content: Octets): Octets {
  for (let lf = content.indexOf('\n'); lf >= 0; lf = content.indexOf('\n', lf + 1)) {
    if (content.charCodeAt(lf - 1) !== 13) return content.replace(/\r?\n/g, '\r\n') as Octets;
  }
  return content;
}

/** The same with an end of its last line, which the final dot must stand behind. */
export const lineEnded = (content: Octets): Octets =>
  content === '' || content.endsWith('\r\n') ? content : (`${content}\r\n` as Octets);

/** Dot-stuffs content whose lines end in CRLF. */
export function dotStuffed(content: Octets): Octets {
  const first = content.startsWith('.') ? `.${content}` : content;
  return (first.includes('\n.') ? first.replaceAll('\n.', '\n..') : first) as Octets;
}

/**
 * RFC 1939 §7 TOP: the header, the blank line and the first `lines` lines of the body. Lines end in CRLF; content
 * without a blank line is all header.
 */
export function topOf(content: Octets, lines: number): Octets {
  const headerEnd = content.startsWith('\r\n') ? 0 : content.indexOf('\r\n\r\n') + 2;
  if (!content.startsWith('\r\n', headerEnd)) return content;
  let end = headerEnd + 2;
  for (let left = lines; left > 0 && end < content.length; left--) end = content.indexOf('\n', end) + 1;
  return content.slice(0, end) as Octets;
}
