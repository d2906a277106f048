/** DNS messages on a connection: each one behind its length in two octets (RFC 1035 §4.2.2, RFC 7766 §8). */
import type { Octets } from '../base/octets.ts';

const LENGTH_OCTETS = 2;
const MAX_MESSAGE_OCTETS = 65535;

/** A message as it goes out on a connection. Throws for more than 65535 octets, which no message has. */
export function frameMessage(message: Octets): Octets {
  if (message.length > MAX_MESSAGE_OCTETS) throw new RangeError(`a message of ${message.length} octets`);
  return (String.fromCharCode(message.length >> 8, message.length & 255) + message) as Octets;
}

export interface CutStream {
  /** Whole messages, in order, without their lengths. */
  readonly messages: readonly Octets[];
  /** The beginning of the next one: less than 65537 octets. */
  readonly rest: Octets;
}

/** Cuts what came so far into messages. Any octets are good: a length of 0 is an empty message. */
export function cutStream(octets: Octets): CutStream {
  const messages: Octets[] = [];
  let at = 0;
  while (at + LENGTH_OCTETS <= octets.length) {
    const end = at + LENGTH_OCTETS + octets.charCodeAt(at) * 256 + octets.charCodeAt(at + 1);
    if (end > octets.length) break;
    messages.push(octets.slice(at + LENGTH_OCTETS, end) as Octets);
    at = end;
  }
  return { messages, rest: octets.slice(at) as Octets };
}
