/**
 * Qpopper 4. The course notes give the greeting, the replies to USER and PASS and the login errors (their userName is
 * filled in); the rest are that server's words for the same events.
 */
import type { Pop3Words } from '../replies.ts';

export const QPOPPER: Pop3Words = {
  ok: {
    greeting: 'ready',
    user: 'Password required for {user}.',
    pass: '{user} has {count} visible message{s} (0 hidden) in {octets} octets.',
    list: '{count} visible messages ({octets} octets)',
    retr: '{octets} octets',
    dele: 'Message {number} has been deleted.',
    noop: '',
    rset: 'Maildrop has {count} messages ({octets} octets)',
    top: 'Message follows',
    uidl: 'uidl command accepted.',
    quitEarly: 'Pop server at {hostname} signing off.',
    quit: 'Pop server at {hostname} signing off.',
    quitDeleted: 'Pop server at {hostname} signing off.',
  },
  err: {
    badLogin: '[AUTH] Password supplied for "{user}" is incorrect.',
    inUse: '[IN-USE] /var/spool/mail/.{user}.pop lock busy!  Is another session active? (11)',
    unavailable: '[SYS/TEMP] Unable to copy mail spool file, quota exceeded (122)',
    noUser: 'Unknown command: "{command}".',
    noSuchMessage: 'Message {number} does not exist.',
    deleted: 'Message {number} has been deleted.',
    notNumber: 'Message number expected, not "{argument}".',
    notLines: 'Number of lines expected, not "{argument}".',
    tooFew: 'Too few arguments for the {command} command.',
    tooMany: 'Too many arguments for the {command} command.',
    unknownEarly: 'Unknown command: "{command}".',
    unknown: 'Unknown command: "{command}".',
    emptyLine: 'Unknown command: "".',
    gone: 'Message {number} cannot be read.',
    updateFailed: '[SYS/TEMP] Unable to update the mail spool file.',
    tooLong: 'Command line too long.',
    unprintable: 'Unknown command: only printable ASCII is understood.',
    tooManyBad: 'Too many bad commands.',
  },
};
