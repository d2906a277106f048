/** Notifications as Postfix's bounce(8) writes them; the texts are its own (bounce(5)), as recorded from 3.7. */
import type { Octets } from '../base/octets.ts';
import { encodeUtf8 } from '../base/octets.ts';
import { paddedDate } from './date.ts';
import type { DsnAction, DsnFacts, DsnRecipient } from './dsn-parts.ts';
import {
  block,
  freeBoundary,
  gravest,
  isEightBit,
  returnedLetter,
  safe,
  statusOf,
  wrap,
} from './dsn-parts.ts';

const WIDTH = 79;

/** 2.2 and before had no notion of enhanced status codes, or of a character set. */
const isOld = ({ dialect }: DsnFacts): boolean => dialect === 'postfix2006';

export function postfixNotification(facts: DsnFacts): Octets {
  const returned = returnedPart(facts);
  const boundary = freeBoundary(facts.boundary, returned);
  const header = block(ownFields(facts, boundary, isEightBit(returned)));
  const parts = [notificationPart(facts), statusPart(facts), returned];
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `${header}\r\nThis is a MIME-encapsulated message.\r\n\r\n${body}--${boundary}--\r\n` as Octets;
}

const dated = (date: string, { zone }: DsnFacts): string => paddedDate(safe(date), safe(zone ?? ''));

const SUCCESS = 'Successful Mail Delivery Report';
const SUBJECTS: Readonly<Record<DsnAction, string>> = {
  failed: 'Undelivered Mail Returned to Sender',
  delayed: 'Delayed Mail (still being retried)',
  delivered: SUCCESS,
  relayed: SUCCESS,
  expanded: SUCCESS,
};
const POSTMASTER_SUBJECTS: Readonly<Record<DsnAction, string>> = {
  failed: 'Postmaster Copy: Undelivered Mail',
  delayed: 'Postmaster Warning: Delayed Mail',
  delivered: SUCCESS,
  relayed: SUCCESS,
  expanded: SUCCESS,
};

function ownFields(facts: DsnFacts, boundary: string, eightBit: boolean): readonly string[] {
  const { from, to, date, recipients, audience, messageId } = facts;
  const subjects = audience === 'sender' ? SUBJECTS : POSTMASTER_SUBJECTS;
  return [
    `Date: ${dated(date, facts)}`,
    isOld(facts)
      ? `From: ${safe(from)} (Mail Delivery System)`
      : `From: Mail Delivery System <${safe(from)}>`,
    `Subject: ${subjects[gravest(recipients)]}`,
    `To: ${safe(to)}`,
    // RFC 3834 §5: nothing may answer this letter automatically.
    ...(isOld(facts) ? [] : [`Auto-Submitted: auto-${audience === 'sender' ? 'replied' : 'generated'}`]),
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...(isOld(facts) && !eightBit ? [] : ['Content-Transfer-Encoding: 8bit']),
    `Message-Id: ${safe(messageId)}`,
  ];
}

const CLOSING = ['', '                   The mail system'];
const HELP = [
  '',
  'For further assistance, please send mail to postmaster.',
  '',
  'If you do so, please include this problem report. You can',
  'delete your own text from the attached returned message.',
  ...CLOSING,
];
const FAILED = [
  "I'm sorry to have to inform you that your message could not",
  "be delivered to one or more recipients. It's attached below.",
  ...HELP,
];
const OLD_FAILED = [
  "I'm sorry to have to inform you that your message could not be",
  "be delivered to one or more recipients. It's attached below.",
  '',
  'For further assistance, please send mail to <postmaster>',
  '',
  'If you do so, please include this problem report. You can',
  'delete your own text from the attached returned message.',
  '',
  '\t\t\tThe Postfix program',
];
const ARRIVED = [
  'Your message was successfully delivered to the destination(s)',
  'listed below. If the message was delivered to mailbox you will',
  'receive no further notifications. Otherwise you may still receive',
  'notifications of mail delivery errors from other systems.',
  ...CLOSING,
];

const delayed = ({ delayHours, lifetimeDays }: DsnFacts): readonly string[] => [
  '####################################################################',
  '# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #',
  '####################################################################',
  '',
  `Your message could not be delivered for more than ${delayHours} hour(s).`,
  `It will be retried until it is ${lifetimeDays} day(s) old.`,
  ...HELP,
];

/** What stands above the addresses. The postmaster needs no explanation. */
function opening(facts: DsnFacts): readonly string[] {
  if (facts.audience === 'postmaster') return [''];
  const action = gravest(facts.recipients);
  const text =
    action === 'failed'
      ? isOld(facts)
        ? OLD_FAILED
        : FAILED
      : action === 'delayed'
        ? delayed(facts)
        : ARRIVED;
  const system = isOld(facts) ? 'Postfix program' : 'mail system';
  return [`This is the ${system} at host ${safe(facts.reportingMta)}.`, '', ...text, ''];
}

/** The part for people. */
function notificationPart(facts: DsnFacts): string {
  const lines = [
    'Content-Description: Notification',
    ...(isOld(facts)
      ? ['Content-Type: text/plain']
      : ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit']),
    '',
    ...opening(facts),
  ];
  for (const { recipient, original, why } of facts.recipients) {
    const from = differs(recipient, original) ? ` (expanded from <${safe(original)}>)` : '';
    lines.push(...wrap(`<${safe(recipient)}>${from}: ${safe(why)}`, WIDTH, 4), '');
  }
  return block(lines.slice(0, -1));
}

const differs = (recipient: string, original: string): boolean =>
  original !== '' && recipient.toLowerCase() !== original.toLowerCase();

/** The part for programs (RFC 3464 §2.1): fields of the message, an empty line, then fields of each recipient. */
function statusPart(facts: DsnFacts): string {
  const { reportingMta, queueId, envid, reversePath, arrivalDate } = facts;
  const sender = reversePath === '' ? `MAILER-DAEMON@${reportingMta}` : reversePath;
  const lines = [
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    `Reporting-MTA: dns; ${safe(reportingMta)}`,
    ...(envid === '' ? [] : [`Original-Envelope-Id: ${safe(envid)}`]),
    `X-Postfix-Queue-ID: ${safe(queueId)}`,
    `X-Postfix-Sender: rfc822; ${safe(sender)}`,
    `Arrival-Date: ${dated(arrivalDate, facts)}`,
  ];
  for (const recipient of facts.recipients) lines.push('', ...recipientFields(recipient, facts));
  return block(lines);
}

/** RFC 3464 §2.3, in Postfix's order. */
function recipientFields(about: DsnRecipient, facts: DsnFacts): readonly string[] {
  const { recipient, orcpt, action, diagnostic, remoteMta, why } = about;
  const lines = [`Final-Recipient: rfc822; ${safe(recipient)}`];
  if (isOld(facts)) {
    const status = action === 'failed' ? '5.0.0' : action === 'delayed' ? '4.0.0' : '2.0.0';
    return [
      ...lines,
      `Action: ${action}`,
      `Status: ${status}`,
      ...wrap(`Diagnostic-Code: X-Postfix; ${safe(why)}`, WIDTH, 4),
    ];
  }
  if (orcpt !== '') lines.push(`Original-Recipient: ${safe(unquoteUtf8(orcpt))}`);
  lines.push(`Action: ${action}`, `Status: ${statusOf(about)}`);
  if (remoteMta !== null) lines.push(`Remote-MTA: dns; ${safe(remoteMta)}`);
  const code = diagnostic === null ? `X-Postfix; ${safe(why)}` : `smtp; ${safe(diagnostic)}`;
  lines.push(...wrap(`Diagnostic-Code: ${code}`, WIDTH, 4));
  if (action === 'delayed') lines.push(`Will-Retry-Until: ${dated(facts.retryUntil, facts)}`);
  return lines;
}

/** RFC 6533 §3: an address of type utf-8 has its characters beyond ASCII as `\\x{E1}`; the report shows them. */
const unquoteUtf8 = (orcpt: string): string =>
  /^utf-8;/i.test(orcpt)
    ? orcpt.replace(/\\x\{([0-9A-F]{2,6})\}/gi, (quoted, hex: string) => {
        const code = Number.parseInt(hex, 16);
        return code > 0x10ffff ? quoted : encodeUtf8(String.fromCodePoint(code));
      })
    : orcpt;

function returnedPart(facts: DsnFacts): string {
  const { content, whole } = returnedLetter(facts);
  const action = gravest(facts.recipients);
  const name = action === 'failed' || action === 'delayed' ? 'Undelivered Message' : 'Message';
  const sender = facts.reversePath === '' ? `MAILER-DAEMON@${facts.reportingMta}` : facts.reversePath;
  return (
    block([
      `Content-Description: ${name}${whole ? '' : ' Headers'}`,
      `Content-Type: ${whole ? 'message/rfc822' : 'text/rfc822-headers'}`,
      ...(isOld(facts) && !isEightBit(content) ? [] : ['Content-Transfer-Encoding: 8bit']),
      '',
      ...(isOld(facts) ? [] : [`Return-Path: <${safe(sender)}>`]),
    ]) + content
  );
}
