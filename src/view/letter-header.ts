/** What a letter's header tells the list of letters and its postmarks. */
import type { Octets } from '../base/octets.ts';
import { fieldValue, splitMessage } from '../mail/message.ts';
import { parseReceived } from '../mail/received.ts';
import { shown } from './wire.ts';

/** Characters of a header field kept for lists. */
const FIELD_LIMIT = 998;

/** A letter's header is not read further than this to find its subject. */
const HEADER_LIMIT = 65_536;

/** Subject, From, To and Message-ID as they stand in the header; empty when absent. */
export function shownHeader(content: Octets): {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
} {
  const { fields } = splitMessage(content.slice(0, HEADER_LIMIT) as Octets);
  const value = (name: string): string => shown(fieldValue(fields, name) ?? '', FIELD_LIMIT);
  return {
    subject: value('Subject'),
    from: value('From'),
    to: value('To'),
    messageId: value('Message-ID'),
  };
}

/** The tokens of a trace field (RFC 5321 §4.4) a postmark shows; empty where it has none. */
export function traceTokens(trace: Octets): {
  readonly by: string;
  readonly with: string;
  readonly id: string;
  readonly date: string;
} {
  const { by, with: protocol, id, date } = parseReceived(trace.slice(trace.indexOf(':') + 1));
  return { by, with: protocol, id, date };
}
