/** Notifications in the form of Sendmail 8's `savemail`; the texts are its own. */
import type { Octets } from '../base/octets.ts';
import type { DsnAction, DsnFacts, DsnRecipient } from './dsn-parts.ts';
import {
  block,
  freeBoundary,
  gravest,
  isEightBit,
  returnedLetter,
  safe,
  safeAscii,
  statusOf,
  wrap,
} from './dsn-parts.ts';

export function sendmailNotification(facts: DsnFacts): Octets {
  const returned = returnedPart(facts);
  const boundary = freeBoundary(facts.boundary, returned);
  const parts = [transcript(facts), statusPart(facts), returned];
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  const header = block(ownFields(facts, boundary, isEightBit(returned)));
  return `${header}\r\nThis is a MIME-encapsulated message\r\n\r\n${body}--${boundary}--\r\n` as Octets;
}

const RECEIPT = 'Return receipt';
const SUBJECTS: Readonly<Record<DsnAction, string>> = {
  failed: 'Returned mail: see transcript for details',
  delayed: 'Warning: could not send message for past ',
  delivered: RECEIPT,
  relayed: RECEIPT,
  expanded: RECEIPT,
};

function ownFields(facts: DsnFacts, boundary: string, eightBit: boolean): readonly string[] {
  const { from, to, date, messageId, recipients } = facts;
  const action = gravest(recipients);
  const kind = action === 'failed' ? 'failure' : action === 'delayed' ? 'warning-timeout' : 'return-receipt';
  const more = action === 'delayed' ? `${facts.delayHours} hours` : '';
  return [
    `Date: ${safe(date)}`,
    `From: Mail Delivery Subsystem <${safe(from)}>`,
    `Message-Id: ${safe(messageId)}`,
    `To: <${safe(to)}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...(eightBit ? ['Content-Transfer-Encoding: 8bit'] : []),
    `Subject: ${SUBJECTS[action]}${more}`,
    // RFC 3834 §5: nothing may answer this letter automatically.
    `Auto-Submitted: auto-generated (${kind})`,
  ];
}

const LISTS: Readonly<Record<DsnAction, string>> = {
  failed: 'The following addresses had permanent fatal errors',
  delayed: 'The following addresses had transient non-fatal errors',
  delivered: 'The following addresses had successful delivery notifications',
  relayed: 'The following addresses had successful delivery notifications',
  expanded: 'The following addresses had successful delivery notifications',
};

/** The part for people: who, and what was said. */
function transcript(facts: DsnFacts): string {
  const { arrivalDate, client, recipients } = facts;
  const action = gravest(recipients);
  const lines = ['', `The original message was received at ${safe(arrivalDate)}`];
  lines.push(client === null ? 'from localhost' : `from ${clientName(client)}`);
  lines.push('', `   ----- ${LISTS[action]} -----`);
  for (const about of recipients) {
    lines.push(`<${safeAscii(about.recipient)}>${about.action === 'failed' ? '' : `  (${receipt(about)})`}`);
    if (about.action === 'failed' || about.action === 'delayed')
      lines.push(...wrap(`    (reason: ${safeAscii(about.diagnostic ?? about.why)})`, 900, 4));
  }
  lines.push('', '   ----- Transcript of session follows -----');
  for (const about of recipients) lines.push(...said(about));
  if (action === 'delayed')
    lines.push(
      `Warning: message still undelivered after ${facts.delayHours} hours`,
      `Will keep trying until message is ${facts.lifetimeDays} days old`,
    );
  return block(lines);
}

const clientName = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  name === '' || name === 'unknown'
    ? `[${safeAscii(address)}]`
    : `${safeAscii(name)} [${safeAscii(address)}]`;

const receipt = ({ action }: DsnRecipient): string =>
  action === 'relayed'
    ? 'relayed to non-DSN-aware mailer'
    : action === 'expanded'
      ? 'expanded by mailing list'
      : action === 'delayed'
        ? 'transient failure'
        : 'successfully delivered to mailbox';

function said({ recipient, action, diagnostic, remoteMta, why }: DsnRecipient): readonly string[] {
  if (action !== 'failed' && action !== 'delayed') return [`<${safeAscii(recipient)}>... ${safeAscii(why)}`];
  if (diagnostic === null || remoteMta === null)
    return [`550 5.1.1 <${safeAscii(recipient)}>... ${safeAscii(why)}`];
  return [
    `... while talking to ${safeAscii(remoteMta)}.:`,
    `<<< ${safeAscii(diagnostic)}`,
    `${action === 'failed' ? '550 5.1.1' : '451 4.4.1'} <${safeAscii(recipient)}>... ${
      action === 'failed' ? 'User unknown' : 'Deferred'
    }`,
  ];
}

/** The part for programs (RFC 3464 §2.1). */
function statusPart(facts: DsnFacts): string {
  const { reportingMta, envid, client, arrivalDate } = facts;
  const lines = [
    'Content-Type: message/delivery-status',
    '',
    ...(envid === '' ? [] : [`Original-Envelope-Id: ${safeAscii(envid)}`]),
    `Reporting-MTA: dns; ${safeAscii(reportingMta)}`,
    ...(client === null || client.name === 'unknown'
      ? []
      : [`Received-From-MTA: DNS; ${safeAscii(client.name)}`]),
    `Arrival-Date: ${safe(arrivalDate)}`,
  ];
  for (const recipient of facts.recipients) lines.push('', ...recipientFields(recipient, facts));
  return block(lines);
}

/** RFC 3464 §2.3, in its order. */
function recipientFields(about: DsnRecipient, { date, retryUntil }: DsnFacts): readonly string[] {
  const { recipient, orcpt, original, action, diagnostic, remoteMta } = about;
  const asked = orcpt !== '' && orcpt.toLowerCase() !== `rfc822;${recipient.toLowerCase()}`;
  const lines: string[] = asked
    ? [`Original-Recipient: ${safeAscii(orcpt)}`]
    : original !== '' && original !== recipient
      ? [`Original-Recipient: rfc822;${safeAscii(original)}`]
      : [];
  lines.push(
    `Final-Recipient: RFC822; ${safeAscii(recipient)}`,
    `Action: ${action}${action === 'relayed' ? ' (to non-DSN-aware mailer)' : ''}`,
    `Status: ${statusOf(about)}`,
  );
  if (remoteMta !== null) lines.push(`Remote-MTA: DNS; ${safeAscii(remoteMta)}`);
  if (diagnostic !== null) lines.push(`Diagnostic-Code: SMTP; ${safeAscii(diagnostic)}`);
  lines.push(`Last-Attempt-Date: ${safe(date)}`);
  if (action === 'delayed') lines.push(`Will-Retry-Until: ${safe(retryUntil)}`);
  return lines;
}

function returnedPart(facts: DsnFacts): string {
  const { content, whole } = returnedLetter(facts);
  return `${block([
    `Content-Type: ${whole ? 'message/rfc822' : 'text/rfc822-headers'}`,
    ...(isEightBit(content) ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    ...(facts.reversePath === '' ? [] : [`Return-Path: <${safe(facts.reversePath)}>`]),
  ])}${content}`;
}
