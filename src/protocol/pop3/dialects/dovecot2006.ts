/**
 * Dovecot as it spoke in February 2006. The course notes record the greeting and the replies to USER, PASS, STAT, LIST,
 * RETR, DELE, RSET and QUIT; what they do not show is said and done as later versions do, without the response codes
 * (RFC 2449 §8) those added.
 */
import type { Pop3Dialect } from './dialect.ts';
import { DOVECOT } from './dovecot.ts';

const { ok, err, habits } = DOVECOT;
const withoutCode = (text: string): string => text.replace(/^\[[A-Z/-]+\] /, '');
const FAILURE = 'Internal error occurred. Refer to server log for more information. [{at}]';
const CAPABILITIES = ['CAPA', 'TOP', 'UIDL', 'PIPELINING'];

export const DOVECOT_2006: Pop3Dialect = {
  ...DOVECOT,
  ok: {
    ...ok,
    greeting: 'dovecot ready.',
    greetingWithTimestamp: 'dovecot ready. {challenge}',
    quitEarly: 'Logging out.',
    quitDeleted: 'Logging out.',
  },
  err: {
    ...err,
    badLogin: 'Authentication failed.',
    pam: 'Authentication failed.',
    tryLater: 'Temporary authentication failure.',
    inUse: 'Mailbox is locked by another session.',
    overQuota: FAILURE,
    corrupt: FAILURE,
    unavailable: FAILURE,
    plaintextOff: 'Plaintext authentication disabled.',
    mechanismOff: 'Plaintext authentication disabled.',
    tlsFirst: withoutCode(err.tlsFirst),
    noMechanism: withoutCode(err.noMechanism),
    badInitial: withoutCode(err.badInitial),
    badResponse: withoutCode(err.badResponse),
    updateFailed: withoutCode(err.updateFailed),
  },
  habits: {
    ...habits,
    capabilities: {
      authorization: [...CAPABILITIES, 'STLS', 'USER', 'SASL'],
      transaction: CAPABILITIES,
    },
  },
};
