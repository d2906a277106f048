/**
 * Dovecot as it spoke in February 2006. The course notes record the greeting and the replies to USER, PASS, STAT, LIST,
 * RETR, DELE, RSET and QUIT; what they do not show is said as later versions say it, without the response codes
 * (RFC 2449 §8) those added.
 */
import type { Pop3Words } from '../replies.ts';
import { DOVECOT } from './dovecot.ts';

export const DOVECOT_2006: Pop3Words = {
  ok: {
    ...DOVECOT.ok,
    greeting: 'dovecot ready.',
    quitEarly: 'Logging out.',
    quitDeleted: 'Logging out.',
  },
  err: {
    ...DOVECOT.err,
    badLogin: 'Authentication failed.',
    inUse: 'Mailbox is locked by another session.',
    unavailable: 'Internal error occurred. Refer to server log for more information.',
    updateFailed: "Couldn't sync mailbox.",
  },
};
