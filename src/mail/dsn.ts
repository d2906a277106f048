/**
 * Delivery status notifications (RFC 3464) in a multipart/report (RFC 6522): the letter that says why a
 * letter failed.
 */
import type { Octets } from '../base/octets.ts';
import { paddedDate } from './date.ts';
import { headerOf } from './message.ts';
import type { ReceivedStyle } from './received.ts';

export type DsnAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export interface DsnRecipient {
  readonly recipient: string;
  /** As the sender named it (RFC 3461 §4.2), if another. */
  readonly originalRecipient?: string;
  readonly action: DsnAction;
  /** Enhanced status code (RFC 3463), e.g. `5.1.1`. */
  readonly status: string;
  /** The other side's reply, e.g. `550 5.1.1 …`; null when there was none. */
  readonly diagnostic: string | null;
  /** Name of the host that replied; null when there was none. */
  readonly remoteMta: string | null;
  /** What happened, in this host's words, for people. */
  readonly why: string;
}

export interface DsnFacts {
  /** Name of this host. */
  readonly reportingMta: string;
  /** Queue id of the letter reported on. */
  readonly queueId: string;
  /** When that letter came: an RFC 5322 date-time without comment. */
  readonly arrivalDate: string;
  /** Its reverse-path: never empty, for no report is sent about a report (RFC 5321 §6.1). */
  readonly reversePath: string;
  /** Address in the From field, e.g. `MAILER-DAEMON@neo.firma1.intr`. */
  readonly from: string;
  readonly to: string;
  readonly boundary: string;
  readonly date: string;
  /** Zone abbreviation, for the dialects that add it to dates; absent or empty: none. */
  readonly zone?: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly recipients: readonly DsnRecipient[];
  /** The letter reported on, as kept in the queue. */
  readonly original: Octets;
  readonly dialect: ReceivedStyle;
}

/** Octets of the original that are returned, Postfix's default. A longer letter returns its header alone. */
export const RETURN_LIMIT = 50_000;
const LINE_WIDTH = 76;
/** RFC 2046 §5.1.1. */
const BOUNDARY_LIMIT = 70;

/** The whole notification, every line with its CRLF. It goes out with the null reverse-path (RFC 3464 §2). */
export function deliveryStatusNotification(facts: DsnFacts): Octets {
  const returned = returnedPart(facts);
  const boundary = freeBoundary(facts.boundary, returned);
  const eightBit = /[\x80-\xff]/.test(returned);
  const header = [
    ...ownFields(facts),
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...(eightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
    `Message-Id: ${safe(facts.messageId)}`,
  ];
  const parts = [notificationPart(facts), statusPart(facts), returned];
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `${block(header)}\r\nA report in MIME form (RFC 3464).\r\n\r\n${body}--${boundary}--\r\n` as Octets;
}

/** Longer values are cut, so that no line exceeds 998 octets (RFC 5322 §2.1.1). */
const VALUE_LIMIT = 900;

/** Printable ASCII: nothing that a peer replied or a sender wrote may begin a line of the report. */
const safe = (text: string): string =>
  text
    .slice(0, VALUE_LIMIT)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/ {2,}/g, ' ')
    .trim();

const block = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

const isPostfix = (dialect: ReceivedStyle): boolean => dialect === 'postfix2006' || dialect === 'postfix3';

const SUBJECTS: Readonly<Record<DsnAction, string>> = {
  failed: 'Undeliverable mail, returned to you',
  delayed: 'Mail is late; delivery goes on being tried',
  delivered: 'Mail was delivered',
  relayed: 'Mail was passed on',
  expanded: 'Mail was passed on to a list',
};

/** What the report as a whole says: the gravest of its recipients' actions. */
const gravest = (recipients: readonly DsnRecipient[]): DsnAction =>
  recipients.find(({ action }) => action === 'failed')?.action ?? recipients[0]?.action ?? 'failed';

/** A date-time as the dialect writes it. */
const dated = (date: string, { dialect, zone }: DsnFacts): string =>
  isPostfix(dialect) ? paddedDate(safe(date), safe(zone ?? '')) : safe(date);

function ownFields(facts: DsnFacts): readonly string[] {
  const { dialect, from, to, date, recipients } = facts;
  const subject = `Subject: ${SUBJECTS[gravest(recipients)]}`;
  // RFC 3834 §5: nothing may answer this letter automatically.
  const automatic = 'Auto-Submitted: auto-replied';
  return isPostfix(dialect)
    ? [
        `Date: ${dated(date, facts)}`,
        `From: ${safe(from)} (Mail Delivery System)`,
        subject,
        `To: ${safe(to)}`,
        automatic,
      ]
    : [
        `Date: ${safe(date)}`,
        `From: Mail Delivery Subsystem <${safe(from)}>`,
        `To: <${safe(to)}>`,
        subject,
        automatic,
      ];
}

const OPENINGS: Readonly<Record<DsnAction, string>> = {
  failed:
    'Your letter did not reach everybody. For the addresses below this host has given up; ' +
    'the reason stands beside each.',
  delayed:
    'Your letter is still here. For the addresses below delivery failed so far and will be tried again; ' +
    'there is no need to send it once more.',
  delivered: 'Your letter reached the addresses below.',
  relayed: 'Your letter was passed on for the addresses below, to hosts that may send no further report.',
  expanded: 'Your letter was passed on to the members of the lists below.',
};

/** The part for people. */
function notificationPart({ dialect, reportingMta, arrivalDate, recipients }: DsnFacts): string {
  const lines = ['Content-Description: Notification', 'Content-Type: text/plain; charset=us-ascii', ''];
  const opening = OPENINGS[gravest(recipients)];
  if (isPostfix(dialect)) {
    lines.push(`The mail system on ${safe(reportingMta)} writes to you.`, '', ...wrap(opening, 0), '');
    lines.push(...wrap('Should you need help, show this whole report to your postmaster.', 0), '');
    for (const { recipient, why } of recipients)
      lines.push(...wrap(`<${safe(recipient)}>: ${safe(why)}`, 4), '');
    return block(lines.slice(0, -1));
  }
  lines.push(...wrap(`About your letter that ${safe(reportingMta)} took in on ${safe(arrivalDate)}:`, 0), '');
  lines.push(...wrap(opening, 0), '', '   ----- Addresses and reasons -----');
  for (const { recipient, why } of recipients) {
    lines.push(`<${safe(recipient)}>`, ...wrap(`(reason: ${safe(why)})`, 4));
  }
  return block(lines);
}

/**
 * The part for programs (RFC 3464 §2.1): fields of the message, an empty line, then fields of each
 * recipient.
 */
function statusPart(facts: DsnFacts): string {
  const { dialect, reportingMta, queueId, reversePath, arrivalDate } = facts;
  const lines = [
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${safe(reportingMta)}`,
  ];
  if (isPostfix(dialect)) {
    lines.push(`X-Postfix-Queue-ID: ${safe(queueId)}`, `X-Postfix-Sender: rfc822; ${safe(reversePath)}`);
  }
  lines.push(`Arrival-Date: ${dated(arrivalDate, facts)}`);
  for (const recipient of facts.recipients) lines.push('', ...recipientFields(recipient, facts));
  return block(lines);
}

/** RFC 3464 §2.3, in its order. */
function recipientFields(about: DsnRecipient, { dialect, date }: DsnFacts): readonly string[] {
  const { recipient, originalRecipient, action, status, diagnostic, remoteMta, why } = about;
  const lines: string[] = [];
  if (originalRecipient !== undefined) lines.push(`Original-Recipient: rfc822; ${safe(originalRecipient)}`);
  lines.push(`Final-Recipient: rfc822; ${safe(recipient)}`, `Action: ${action}`);
  lines.push(`Status: ${/^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : unknownStatus(action)}`);
  if (remoteMta !== null) lines.push(`Remote-MTA: dns; ${safe(remoteMta)}`);
  if (diagnostic !== null) lines.push(...wrap(`Diagnostic-Code: smtp; ${safe(diagnostic)}`, 4));
  else if (isPostfix(dialect)) lines.push(...wrap(`Diagnostic-Code: X-Postfix; ${safe(why)}`, 4));
  if (!isPostfix(dialect)) lines.push(`Last-Attempt-Date: ${safe(date)}`);
  return lines;
}

/** RFC 3463 §3: a class alone, when nothing more is known. */
const unknownStatus = (action: DsnAction): string =>
  action === 'failed' ? '5.0.0' : action === 'delayed' ? '4.0.0' : '2.0.0';

/** Lines of at most 76 characters where the words allow it, all but the first indented. */
function wrap(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return line.trim() === '' && lines.length > 0 ? lines : [...lines, line];
}

/** The original, or only its header when it is long or (RFC 3461 §4.3) nothing failed. */
function returnedPart({ original, recipients }: DsnFacts): string {
  const whole = gravest(recipients) === 'failed' && original.length <= RETURN_LIMIT;
  const content = whole ? original : cutAtLine(headerOf(original), RETURN_LIMIT);
  const lines = [
    `Content-Description: ${whole ? 'Undelivered message' : 'Message header'}`,
    `Content-Type: ${whole ? 'message/rfc822' : 'text/rfc822-headers'}`,
  ];
  if (/[\x80-\xff]/.test(content)) lines.push('Content-Transfer-Encoding: 8bit');
  return `${block(lines)}\r\n${content}${content.endsWith('\n') ? '' : '\r\n'}`;
}

const cutAtLine = (text: string, limit: number): string =>
  text.length <= limit ? text : text.slice(0, text.lastIndexOf('\n', limit - 1) + 1);

/**
 * A boundary no line of the returned letter can be taken for, though the sender may have guessed the one
 * proposed.
 */
function freeBoundary(proposed: string, returned: string): string {
  const base = proposed.replace(/[^A-Za-z0-9'()+_,./:=?-]/g, '_').slice(0, BOUNDARY_LIMIT - 6) || 'report';
  let boundary = base;
  // A returned letter is too short to hold every one of these.
  for (let n = 1; returned.includes(`--${boundary}`); n++) boundary = `${base}.${n}`;
  return boundary;
}
