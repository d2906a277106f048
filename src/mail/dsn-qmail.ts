/**
 * Failure notices as qmail-send writes them: no multipart/report but the older format for people, which programs can read
 * as well (QSBMF): a paragraph that says who speaks, one for each recipient, then the letter.
 */
import type { Octets } from '../base/octets.ts';
import type { DsnFacts } from './dsn-parts.ts';
import { block, safe } from './dsn-parts.ts';

export function qmailNotification(facts: DsnFacts): Octets {
  const { date, from, to, reportingMta, recipients, reversePath, original } = facts;
  const header = [`Date: ${safe(date)}`, `From: ${safe(from)}`, `To: ${safe(to)}`, 'Subject: failure notice'];
  const introduction = [
    `Hi. This is the qmail-send program at ${safe(reportingMta)}.`,
    ...(facts.audience === 'postmaster' ? BOUNCED_TWICE : SORRY),
  ];
  const paragraphs = recipients.flatMap(({ recipient, why }) => [
    `<${safe(recipient)}>:`,
    ...why.split('\n').map((line) => safe(line)),
    '',
  ]);
  const copy = ['--- Below this line is a copy of the message.', '', `Return-Path: <${safe(reversePath)}>`];
  return (block([...header, '', ...introduction, '', ...paragraphs, ...copy]) + original) as Octets;
}

const SORRY = [
  "I'm afraid I wasn't able to deliver your message to the following addresses.",
  "This is a permanent error; I've given up. Sorry it didn't work out.",
];

const BOUNCED_TWICE = ['I tried to deliver a bounce message to this address, but the bounce bounced!'];
