/** The replies of a QMTP server, the code in the name; reading those of another. */
import type { Octets } from '../../base/octets.ts';
import { fill, printable } from '../smtp/replies.ts';
import type { Refusal } from '../smtp/types.ts';
import { QMAIL } from './dialects/qmail.ts';
import type { QmtpCode, QmtpReply, QmtpVerdict } from './types.ts';

export type QmtpReplyName =
  | 'KAccepted'
  | 'DRelaying'
  | 'DRecipient'
  | 'DSender'
  | 'DTooLarge'
  | 'DRejected'
  | 'DUserUnknown'
  | 'DDomainUnknown'
  | 'ZTryLater'
  | 'ZNoStorage';

const REFUSALS: Readonly<Record<Refusal, QmtpReplyName>> = {
  'sender-domain-unknown': 'DSender',
  'user-unknown': 'DUserUnknown',
  'relay-denied': 'DRelaying',
  'access-denied': 'DRelaying',
  'not-logged-in': 'DRelaying',
  'not-owner': 'DSender',
  'domain-unknown': 'DDomainUnknown',
  // qmail has no quotas: a full mailbox is a full disk.
  'mailbox-full': 'ZNoStorage',
  'insufficient-storage': 'ZNoStorage',
  'too-large': 'DTooLarge',
  'too-many-hops': 'DRejected',
  'too-many-connections': 'ZTryLater',
  'try-later': 'ZTryLater',
  rejected: 'DRejected',
};

const codeOf = (name: QmtpReplyName): QmtpCode => name[0] as QmtpCode;

const reply = (code: QmtpCode, text: string): QmtpReply => ({ code, enhanced: statusIn(text), text });

/** A reply in qmail's words. */
export const qmtpReply = (name: QmtpReplyName): QmtpReply => reply(codeOf(name), QMAIL[name]);

/** The reply an agent's verdict comes to; none counts as a passing failure. */
export function verdictReply(verdict: QmtpVerdict | undefined, epochSeconds: number): QmtpReply {
  if (verdict === undefined) return qmtpReply('ZTryLater');
  if (verdict.kind === 'queued') {
    const seconds = String(Math.floor(epochSeconds));
    const text = QMAIL.KAccepted.replace('{seconds}', seconds);
    return reply(
      'K',
      fill(text, (place) => (place === 'id' ? verdict.queueId : undefined)),
    );
  }
  const { why, text } = verdict;
  const own = why === 'rejected' || why === 'try-later' ? description(text) : '';
  const name = REFUSALS[why];
  return own === '' ? qmtpReply(name) : reply(codeOf(name), own);
}

/**
 * Words as QMTP §5 wants a description: no formatting but spaces, none in front (reserved for extensions), and `#`
 * only before a status code.
 */
const description = (text: string): string =>
  printable(text)
    .replace(/#(?!\d\.\d{1,3}\.\d{1,3}\b)/g, '')
    .trim();

/** The status code of RFC 3463 that a description holds as `#4.3.0`; empty without one. */
const statusIn = (text: string): string => /#([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? '';

export const isQmtpCode = (octet: string): octet is QmtpCode =>
  octet === 'K' || octet === 'Z' || octet === 'D';

/** The reply in the string of a netstring that begins with a code. */
export const readReply = (string: Octets): QmtpReply => reply(string[0] as QmtpCode, string.slice(1));
