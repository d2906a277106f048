/** What a client puts on the wire. */
import type { Octets } from '../../base/octets.ts';

/** A path or domain without octets that could end its command line: those become `?`. */
export const wirePath = (text: string): string =>
  /[\x00-\x1f\x7f]/.test(text) ? text.replace(/[\x00-\x1f\x7f]/g, '?') : text;

/** Mail data as sent: leading dots doubled (RFC 5321 §4.5.2), lines ended by CRLF, the final dot. */
export function stuff(content: Octets): Octets {
  let text: string = content;
  // A bare LF may end a line for the receiver; sent as CRLF it cannot be misunderstood.
  if (/(?:^|[^\r])\n/.test(text)) text = text.replace(/\r?\n/g, '\r\n');
  if (text.startsWith('.')) text = `.${text}`;
  text = text.replaceAll('\n.', '\n..');
  const ended = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
  return `${ended}.\r\n` as Octets;
}
