/**
 * The server at pop.telenet.be in 2019. The course notes show its greeting and its replies to USER, PASS and LIST; the
 * rest keeps that terse tone.
 */
import type { Pop3Words } from '../replies.ts';

export const TELENET_POP: Pop3Words = {
  ok: {
    greeting: 'POP3 ready',
    user: '',
    pass: 'server ready',
    list: '{count} messages',
    retr: '{octets} octets',
    dele: '',
    noop: '',
    rset: '',
    top: '',
    uidl: '{count} messages',
    quitEarly: '',
    quit: '',
    quitDeleted: '',
  },
  err: {
    badLogin: 'invalid user or password',
    inUse: '[IN-USE] mailbox in use',
    unavailable: '[SYS/TEMP] mailbox unavailable',
    noUser: 'USER first',
    noSuchMessage: 'no such message',
    deleted: 'message is deleted',
    notNumber: 'invalid message number',
    notLines: 'invalid number of lines',
    tooFew: 'missing argument',
    tooMany: 'too many arguments',
    unknownEarly: 'command not recognized here',
    unknown: 'command not recognized here',
    emptyLine: 'empty command',
    gone: 'message unavailable',
    updateFailed: '[SYS/TEMP] some messages not deleted',
    tooLong: 'line too long',
    unprintable: 'command is not printable ASCII',
    tooManyBad: 'too many errors',
  },
};
