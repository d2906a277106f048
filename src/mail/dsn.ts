/**
 * Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522): the letter that says why a letter failed,
 * that it is late, or that it arrived. Each kind of server has its own words for it.
 */
import type { Octets } from '../base/octets.ts';
import type { DsnFacts } from './dsn-parts.ts';
import { eximNotification } from './dsn-exim.ts';
import { postfixNotification } from './dsn-postfix.ts';
import { qmailNotification } from './dsn-qmail.ts';
import { sendmailNotification } from './dsn-sendmail.ts';

export type { DsnAction, DsnFacts, DsnRecipient } from './dsn-parts.ts';
export { RETURN_LIMIT } from './dsn-parts.ts';

/** The whole notification, every line with its CRLF. It goes out with the null reverse-path (RFC 3464 §2). */
export function deliveryStatusNotification(facts: DsnFacts): Octets {
  if (facts.dialect.startsWith('postfix')) return postfixNotification(facts);
  if (facts.dialect === 'qmail') return qmailNotification(facts);
  return facts.dialect.startsWith('exim') ? eximNotification(facts) : sendmailNotification(facts);
}
