/** Trace fields (RFC 5321 §4.4) in the look of each kind of server. */
import type { Octets } from '../base/octets.ts';
import { isAscii, isUtf8 } from '../base/octets.ts';
import { mailDate } from '../base/time.ts';
import { paddedDate, parseMailDate } from './date.ts';

export { type ParsedReceived, parseReceived } from './parse-received.ts';
export { messageIdText, queueIdText } from './queue-id.ts';

export type ReceivedStyle =
  | 'postfix2006'
  | 'postfix3'
  | 'sendmail8'
  | 'bizsmtp'
  | 'exim4'
  | 'exchange'
  | 'qmail'
  | 'pre-esmtp'
  | 'dovecot-lmtp';

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
  return /[^\x20-\x7e]/.test(cut) ? cut.replace(/[^\x20-\x7e]/g, '?') : cut;
}

/** The same of a server that knows UTF-8 where it meets it (Postfix 3.0). */
const safeUtf8 = (text: string): string =>
  isAscii(text) || text.length > VALUE_LIMIT || !isUtf8(text as Octets) || /[\x00-\x1f\x7f]/.test(text)
    ? safe(text)
    : text;

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3). */
const literal = (address: string): string => `[${address.includes(':') ? 'IPv6:' : ''}${safe(address)}]`;

/** The whole field, folded, each line with its CRLF. */
export function receivedField(style: ReceivedStyle, facts: ReceivedFacts): Octets {
  const lines = STYLES[style](facts);
  return `Received: ${lines.join(`\r\n${FOLDS[style] ?? '\t'}`)}\r\n` as Octets;
}

/** What a folded line begins with, where it is no tab. */
const FOLDS: Readonly<Partial<Record<ReceivedStyle, string>>> = { exchange: ' ', qmail: '  ' };

const STYLES: Readonly<Record<ReceivedStyle, (facts: ReceivedFacts) => readonly string[]>> = {
  postfix2006: (facts) => postfixLines(facts, safe),
  postfix3: (facts) => postfixLines(facts, safeUtf8),
  sendmail8: sendmailLines,
  bizsmtp: bizsmtpLines,
  exim4: eximLines,
  exchange: exchangeLines,
  qmail: qmailLines,
  'pre-esmtp': preEsmtpLines,
  'dovecot-lmtp': dovecotLines,
};

const TLS13_DETAIL = 'key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256';

function postfixLines(facts: ReceivedFacts, said: (text: string) => string): readonly string[] {
  const { helo, clientName, clientAddress, by, protocol, queueId, recipient, date, zone, tls } = facts;
  const lines = [`from ${said(helo || clientName)} (${safe(clientName)} ${literal(clientAddress)})`];
  if (tls !== undefined) {
    const { version, cipher, bits } = tls;
    const suite = `(using ${safe(version)} with cipher ${safe(cipher)} (${bits}/${bits} bits)`;
    // TLS 1.3 suites do not name these; Postfix has said them since 3.4.
    if (version === 'TLSv1.3') lines.push(suite, ` ${TLS13_DETAIL})`);
    else lines.push(`${suite})`);
    lines.push('(No client certificate requested)');
  }
  const when = safe(paddedDate(date, zone ?? ''));
  const taken = `by ${safe(by)} (Postfix) with ${safe(protocol)} id ${safe(queueId)}`;
  if (recipient === null) lines.push(`${taken};`, when);
  else lines.push(taken, `for <${safe(recipient)}>; ${when}`);
  return lines;
}

const SENDMAIL_VERSION = '8.17.1.9/8.17.1.9';

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

/** The suite's name in the IANA registry, from OpenSSL's: `ECDHE-RSA-AES128-GCM-SHA256`. */
function standardSuite(cipher: string): string {
  const parts = /^(ECDHE|DHE)-(RSA|ECDSA)-AES(\d+)-(?:(GCM)-)?SHA(\d*)$/.exec(cipher);
  if (parts === null) return cipher;
  const [, exchange, signature, bits, mode = 'CBC', digest] = parts;
  return `TLS_${exchange}_${signature}_WITH_AES_${bits}_${mode}_SHA${digest}`;
}

/** Names of protocols, versions and suites are short. */
const short = (text: string): string => safe(text).slice(0, 60);

/** Exim's default `received_header_text`. */
function eximLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, protocol, queueId, recipient, date, reversePath, tls } = facts;
  const named = clientName !== '' && clientName !== 'unknown';
  const said = helo !== '' && helo.toLowerCase() !== clientName.toLowerCase() ? `helo=${safe(helo)}` : '';
  const address = `[${safe(clientAddress)}]`;
  const from = named
    ? `from ${safe(clientName)} (${address}${said && ` ${said}`})`
    : `from ${address}${said && ` (${said})`}`;
  const taken = `by ${safe(by)} with ${short(protocol.toLowerCase())}`;
  const lines = [from];
  if (tls === undefined) lines.push(`${taken} (Exim 4.96)`);
  else {
    const version = short(tls.version.replace('TLSv', 'TLS'));
    lines.push(`${taken}  (${version}) tls ${short(standardSuite(tls.cipher))}`, '(Exim 4.96)');
  }
  if (reversePath) lines.push(`(envelope-from <${safe(reversePath)}>)`);
  lines.push(`id ${safe(queueId)}`);
  if (recipient !== null) lines.push(`for ${safe(recipient)}`);
  lines[lines.length - 1] += ';';
  return [...lines, safe(date)];
}

/** The build of Exchange Server 2019 that stands where others have the letter's id. */
const EXCHANGE_BUILD = '15.2.1118.7';
const EXCHANGE_WIDTH = 78;

/** Words filled into lines, wherever they break. */
function exchangeLines(facts: ReceivedFacts): readonly string[] {
  const { helo, clientName, clientAddress, by, date, tls } = facts;
  const suite =
    tls &&
    `(version=${tls.version.replace('TLSv', 'TLS').replace('.', '_')}, cipher=${standardSuite(tls.cipher)})`;
  const server = `Microsoft SMTP Server ${suite ? `${safe(suite)} ` : ''}id ${EXCHANGE_BUILD}`;
  const from = `from ${safe(helo || clientName)} (${safe(clientAddress)}) by ${safe(by)}`;
  const lines: string[] = [];
  let line = '';
  for (const word of `${from} with ${server}; ${safe(date)}`.split(' ')) {
    const room = EXCHANGE_WIDTH - (lines.length === 0 ? 'Received: '.length : 1);
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** The line of qmail-smtpd, to which ESMTP is SMTP too, or of qmail-qmtpd; qmail-queue strikes another above it, {@link invokedField}. */
function qmailLines({
  helo,
  clientName,
  clientAddress,
  by,
  protocol,
  date,
}: ReceivedFacts): readonly string[] {
  const name = clientName || 'unknown';
  const said = helo !== '' && helo.toLowerCase() !== name.toLowerCase() ? ` (HELO ${qmailSafe(helo)})` : '';
  return [
    `from ${qmailSafe(name)}${said} (${qmailSafe(clientAddress)})`,
    `by ${qmailSafe(by)} with ${protocol === 'QMTP' ? 'QMTP' : 'SMTP'}; ${qmailDate(date)}`,
  ];
}

const qmailSafe = (text: string): string => safe(text).replace(/[^\w.@%+/=:[\]-]|_/g, '?');

/** qmail knows no zone but UTC, and names no weekday: `17 Oct 2019 06:30:00 -0000`. */
function qmailDate(date: string): string {
  const instant = parseMailDate(date);
  if (instant === null) return safe(date);
  const utc = mailDate({ epochMs: instant, offsetMinutes: 0 }, 0);
  return utc.slice(utc.indexOf(' ') + 1).replace('+0000', '-0000');
}

/** What qmail-queue adds above everything: its process, the id's second half, and the user who called it. */
export const invokedField = (queueId: string, date: string): Octets =>
  `Received: (qmail ${safe(queueId.slice(queueId.indexOf('.') + 1))} invoked by uid 64011); ${qmailDate(date)}\r\n` as Octets;

/** Sendmail 5: the client is who it says it is, and years have two digits (RFC 822 §5.1). */
function preEsmtpLines({ helo, clientName, by, queueId, date }: ReceivedFacts): readonly string[] {
  const old = safe(date).replace(/^(\w+, \d+ \w+ )\d\d(\d\d)/, '$1$2');
  return [`from ${safe(helo || clientName)} by ${safe(by)} (5.61/1.34)`, `id ${safe(queueId)}; ${old}`];
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
