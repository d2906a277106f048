/** Notifications as Exim 4 writes them; the texts are its own, as recorded from 4.96. */
import type { Octets } from '../base/octets.ts';
import type { DsnFacts, DsnRecipient } from './dsn-parts.ts';
import {
  block,
  freeBoundary,
  gravest,
  isEightBit,
  returnedLetter,
  safe,
  safeAscii,
  statusOf,
} from './dsn-parts.ts';
import { fieldValue, splitMessage } from './message.ts';

export function eximNotification(facts: DsnFacts): Octets {
  const returned = returnedPart(facts);
  const boundary = freeBoundary(facts.boundary, returned);
  const parts = [notificationPart(facts), statusPart(facts), returned];
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `${block(ownFields(facts, boundary))}\r\n${body}--${boundary}--\r\n` as Octets;
}

function ownFields(facts: DsnFacts, boundary: string): readonly string[] {
  const { recipients, from, to, queueId, reportingMta, messageId, date } = facts;
  const failed = recipients
    .filter(({ action }) => action === 'failed')
    .map(({ recipient }) => safe(recipient));
  return [
    ...(failed.length === 0 ? [] : [`X-Failed-Recipients: ${failed.join(',\r\n  ')}`]),
    'Auto-Submitted: auto-replied',
    `From: Mail Delivery System <${safe(from)}>`,
    `To: ${safe(to)}`,
    `References: <E${safe(queueId)}@${safe(reportingMta)}>`,
    `Content-Type: multipart/report; report-type=delivery-status; boundary=${boundary}`,
    'MIME-Version: 1.0',
    `Subject: ${subject(facts)}`,
    `Message-Id: ${safe(messageId)}`,
    `Date: ${safe(date)}`,
  ];
}

function subject(facts: DsnFacts): string {
  switch (gravest(facts.recipients)) {
    case 'failed':
      return 'Mail delivery failed: returning message to sender';
    case 'delayed':
      return `Warning: message ${safe(facts.queueId)} delayed ${facts.delayHours} hours`;
    default:
      return 'Delivery Status Notification';
  }
}

const CREATED = 'This message was created automatically by mail delivery software.';

/** The part for people. */
function notificationPart(facts: DsnFacts): string {
  const { recipients } = facts;
  const lines = ['Content-type: text/plain; charset=us-ascii', '', CREATED];
  switch (gravest(recipients)) {
    case 'failed':
      lines.push(
        '',
        'A message that you sent could not be delivered to one or more of its',
        'recipients. This is a permanent error. The following address(es) failed:',
        '',
        ...recipients.flatMap((about) => [`  ${safeAscii(about.recipient)}`, ...reasonLines(about)]),
      );
      break;
    case 'delayed':
      lines.push(...delayedLines(facts));
      break;
    default:
      lines.push(
        ' ----- The following addresses had successful delivery notifications -----',
        ...recipients.map(({ recipient }) => `  <${safeAscii(recipient)}>  (successfully delivered)`),
      );
  }
  return block(lines);
}

function delayedLines({
  reportingMta,
  delayHours,
  queueId,
  original,
  recipients,
}: DsnFacts): readonly string[] {
  const { fields } = splitMessage(original);
  const is = recipients.length === 1 ? 'address to which the message has not yet been delivered is' : '';
  return [
    'A message that you sent has not yet been delivered to one or more of its',
    `recipients after more than ${delayHours} hours on the queue on ${safeAscii(reportingMta)}.`,
    '',
    `The message identifier is:     ${safe(queueId)}`,
    `The subject of the message is: ${safeAscii(fieldValue(fields, 'Subject') ?? '')}`,
    `The date of the message is:    ${safeAscii(fieldValue(fields, 'Date') ?? '')}`,
    '',
    `The ${is || 'addresses to which the message has not yet been delivered are'}:`,
    '',
    ...recipients.map(({ recipient }) => `  ${safeAscii(recipient)}`),
    '',
    'No action is required on your part. Delivery attempts will continue for',
    'some time, and this warning may be repeated at intervals if the message',
    'remains undelivered. Eventually the mail delivery software will give up,',
    'and when that happens, the message will be returned to you.',
  ];
}

/** A reason breaks behind a colon once a line has 45 characters. */
function reasonLines({ why, remoteMta, remoteAddress }: DsnRecipient): readonly string[] {
  const lines =
    remoteMta === null || remoteAddress === ''
      ? []
      : [`    host ${safeAscii(remoteMta)} [${safeAscii(remoteAddress)}]`];
  let line = '';
  for (const piece of safeAscii(why).split(/(?<=: )/)) {
    line += piece;
    if (line.length <= 45 || !line.endsWith(': ')) continue;
    lines.push(`    ${line.trimEnd()}`);
    line = '';
  }
  return line === '' ? lines : [...lines, `    ${line}`];
}

/** The part for programs (RFC 3464 §2.1). */
function statusPart({ reportingMta, envid, recipients }: DsnFacts): string {
  const lines = ['Content-type: message/delivery-status', '', `Reporting-MTA: dns; ${safe(reportingMta)}`];
  if (envid !== '') lines.push(`Original-Envelope-ID: ${safeAscii(envid)}`);
  for (const about of recipients) {
    const { action, recipient, remoteMta, diagnostic } = about;
    // Exim keeps no enhanced status codes: the class is all it tells.
    const status = `${statusOf(about)[0] === '2' ? '2' : action === 'failed' ? '5' : '4'}.0.0`;
    lines.push(
      '',
      `Action: ${action}`,
      `Final-Recipient: rfc822;${safeAscii(recipient)}`,
      `Status: ${status}`,
    );
    if (remoteMta !== null) lines.push(`Remote-MTA: dns; ${safeAscii(remoteMta)}`);
    if (diagnostic !== null) lines.push(`Diagnostic-Code: smtp; ${safeAscii(diagnostic)}`);
  }
  return block(lines);
}

function returnedPart(facts: DsnFacts): string {
  const { content, whole } = returnedLetter(facts);
  return `${block([
    `Content-type: ${whole ? 'message/rfc822' : 'text/rfc822-headers'}`,
    ...(isEightBit(content) ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    `Return-path: <${safe(facts.reversePath)}>`,
  ])}${content}${whole ? '' : '\r\n'}`;
}
