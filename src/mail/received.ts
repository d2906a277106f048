/** Trace fields (RFC 5321 §4.4) in the look of each kind of server. */
import type { Octets } from '../base/octets.ts';
import { paddedDate } from './date.ts';

export { type ParsedReceived, parseReceived } from './parse-received.ts';
export { queueIdText } from './queue-id.ts';

export type ReceivedStyle = 'postfix2006' | 'postfix3' | 'sendmail8' | 'bizsmtp' | 'dovecot-lmtp';

export interface ReceivedFacts {
  /** What the client said in HELO, EHLO or LHLO; empty if it said nothing. */
  readonly helo: string;
  /** Name the client's address maps back to; `unknown` when it has none. */
  readonly clientName: string;
  /** IPv4 or IPv6 address without brackets. */
  readonly clientAddress: string;
  /** This host's name. */
  readonly by: string;
  /** `SMTP`, `ESMTP`, `LMTP`, … (RFC 3848). */
  readonly protocol: string;
  readonly queueId: string;
  /** Named only when it is the only one: else one recipient would learn of another (RFC 5321 §7.2). */
  readonly recipient: string | null;
  /** RFC 5322 date-time without comment, as `mailDate` writes it. */
  readonly date: string;
  /** Zone abbreviation, for the styles that add it; absent or empty: none. */
  readonly zone?: string;
  /** Reverse-path, for the style that shows it. */
  readonly reversePath?: string;
  readonly tls?: { readonly version: string; readonly cipher: string; readonly bits: number };
}

/** Longer values are cut, so that no line of the field exceeds 998 octets (RFC 5322 §2.1.1). */
const VALUE_LIMIT = 320;

/** Printable ASCII and nothing else: what a client says must not begin a new line, let alone a new field. */
function safe(text: string): string {
  const cut = text.length > VALUE_LIMIT ? text.slice(0, VALUE_LIMIT) : text;
  return cut.replace(/[^\x20-\x7e]/g, '?');
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
const literal = (address: string): string => `[${address.includes(':') ? 'IPv6:' : ''}${safe(address)}]`;

/** The whole field, folded, each line with its CRLF. */
export function receivedField(style: ReceivedStyle, facts: ReceivedFacts): Octets {
  const lines = STYLES[style](facts);
  return `Received: ${lines.join('\r\n\t')}\r\n` as Octets;
}

const STYLES: Readonly<Record<ReceivedStyle, (facts: ReceivedFacts) => readonly string[]>> = {
  postfix2006: postfixLines,
  postfix3: postfixLines,
  sendmail8: sendmailLines,
  bizsmtp: bizsmtpLines,
  'dovecot-lmtp': dovecotLines,
};

function postfixLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, protocol, queueId, recipient, date, zone, tls } = facts;
  const lines = [`from ${safe(helo || clientName)} (${safe(clientName)} ${literal(clientAddress)})`];
  if (tls !== undefined) {
    const { version, cipher, bits } = tls;
    lines.push(`(using ${safe(version)} with cipher ${safe(cipher)} (${bits}/${bits} bits))`);
    lines.push('(No client certificate requested)');
  }
  const when = safe(paddedDate(date, zone ?? ''));
  const taken = `by ${safe(by)} (Postfix) with ${safe(protocol)} id ${safe(queueId)}`;
  if (recipient === null) lines.push(`${taken}; ${when}`);
  else lines.push(taken, `for <${safe(recipient)}>; ${when}`);
  return lines;
}

const SENDMAIL_VERSION = '8.17.1/8.17.1';

function sendmailLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, protocol, queueId, recipient, date, tls } = facts;
  const known = clientName !== '' && clientName !== 'unknown';
  const peer = known ? `${safe(clientName)} ${literal(clientAddress)}` : literal(clientAddress);
  const lines = [`from ${safe(helo || clientName)} (${peer})`];
  let taken = `by ${safe(by)} (${SENDMAIL_VERSION}) with ${safe(protocol)} id ${safe(queueId)}`;
  if (tls !== undefined) {
    lines.push(taken);
    taken = `(version=${safe(tls.version)} cipher=${safe(tls.cipher)} bits=${tls.bits} verify=NO)`;
  }
  if (recipient === null) lines.push(`${taken};`, safe(date));
  else lines.push(taken, `for <${safe(recipient)}>; ${safe(date)}`);
  return lines;
}

/** As in the course's Dutch notes; this server names neither the reverse look-up nor a recipient. */
function bizsmtpLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, queueId, date } = facts;
  return [
    `from ${safe(helo || clientName)} (${literal(clientAddress)})`,
    `by ${safe(by)} with bizsmtp`,
    `id ${safe(queueId)}; ${safe(date)}`,
  ];
}

function dovecotLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, protocol, queueId, recipient, date, reversePath } = facts;
  const lines = [
    `from ${safe(helo || clientName)} (${literal(clientAddress)})`,
    `by ${safe(by)} with ${safe(protocol)}`,
    `id ${safe(queueId)}`,
  ];
  if (reversePath !== undefined) lines.push(`(envelope-from <${safe(reversePath)}>)`);
  if (recipient !== null) lines.push(`for <${safe(recipient)}>`);
  lines[lines.length - 1] += `; ${safe(date)}`;
  return lines;
}
