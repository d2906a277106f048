/**
 * The two encodings of a message (QMTP §4): CR and lines with CRLF between them, or LF and lines with LF between them.
 *
 * Between agent and machine a message is a content with CRLF between its lines. QMTP §3 calls a message safe when none
 * of its lines holds an LF; §5 wants a safe message stored without corruption and lets servers change the others. So:
 * a CR that no LF follows is part of its line and stays, in both encodings (`a` CR, at the end of a line, is `a` CR CR LF
 * in a content); NUL and octets above 127 stay; no line end is added behind the last line. Only an LF without CR inside
 * encoding #1, which no safe message has, is changed: it ends a line, as it does when qmail writes it to its queue.
 */
import type { Octets } from '../../base/octets.ts';

const BARE_LF = /(?<!\r)\n/;

/** The content of an encoded message, whose first octet is CR or LF. */
export function contentOf(message: Octets): Octets {
  const rest = message.slice(1);
  if (message.startsWith('\n')) return rest.replaceAll('\n', '\r\n') as Octets;
  return (BARE_LF.test(rest) ? rest.replace(/\r?\n/g, '\r\n') : rest) as Octets;
}

/**
 * A content, encoded. A bare LF in it goes as it is: with `crlf` inside its line, an unsafe message the server may
 * change; with `lf` it cannot but end a line.
 */
export const encodedMessage = (content: Octets, lineEnd: 'crlf' | 'lf'): Octets =>
  (lineEnd === 'crlf' ? `\r${content}` : `\n${content.replaceAll('\r\n', '\n')}`) as Octets;

/** Octets of a content with each line end counted as one. */
export function messageSize(content: Octets): number {
  let size = content.length;
  for (let lf = content.indexOf('\n'); lf >= 0; lf = content.indexOf('\n', lf + 1)) size--;
  return size;
}
