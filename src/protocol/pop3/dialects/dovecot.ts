/**
 * Dovecot 2.3 as Debian ships it. Most words were heard from that server; those for a locked maildrop, an inner failure,
 * an expunged message, a long line and QUIT before login are the ones its programs hold for the occasion. It has none
 * for a wrong number of arguments (it overlooks a superfluous one of STAT, NOOP or RSET) nor for octets
 * that are no printable ASCII: those are ours.
 */
import type { Pop3Words } from '../replies.ts';

export const DOVECOT: Pop3Words = {
  ok: {
    greeting: 'Dovecot (Debian) ready.',
    user: '',
    pass: 'Logged in.',
    list: '{count} messages:',
    retr: '{octets} octets',
    dele: 'Marked to be deleted.',
    noop: '',
    rset: '',
    top: '',
    uidl: '',
    quitEarly: 'Logging out',
    quit: 'Logging out.',
    quitDeleted: 'Logging out, messages deleted.',
  },
  err: {
    badLogin: '[AUTH] Authentication failed.',
    inUse: '[IN-USE] Mailbox is locked by another POP3 session.',
    unavailable: '[SYS/TEMP] Internal error occurred. Refer to server log for more information.',
    noUser: 'No username given.',
    noSuchMessage: "There's no message {number}.",
    deleted: 'Message is deleted.',
    notNumber: 'Invalid message number: {argument}',
    notLines: 'Invalid size: {argument}',
    tooFew: '{verb}: an argument is missing.',
    tooMany: '{verb}: too many arguments.',
    unknownEarly: 'Unknown command.',
    unknown: 'Unknown command: {verb}',
    emptyLine: 'Unknown command.',
    gone: 'Message {number} expunged.',
    updateFailed: "[SYS/TEMP] Couldn't sync mailbox.",
    tooLong: 'Input line too long.',
    unprintable: 'Unknown command: only printable ASCII is understood.',
    tooManyBad: 'Too many bad commands.',
  },
};
