/** Dovecot with IMAP beside POP3, mailboxes as Maildir and Debian's own names for the usual mailboxes. */
import { DOVECOT_SETTINGS, dovecotVersion, POP3_PORT } from './dovecot.ts';
import { ADDRESSES } from './room.ts';

export const IMAP_PORT = 10143;
export const IMAPS_PORT = 10993;

/** As Debian ships 10-mail.conf and 15-mailboxes.conf. */
const NAMESPACE = [
  'namespace inbox {',
  '  inbox = yes',
  ...[
    ['Drafts', '\\Drafts'],
    ['Junk', '\\Junk'],
    ['Trash', '\\Trash'],
    ['Sent', '\\Sent'],
    ['"Sent Messages"', '\\Sent'],
  ].map(([name, use]) => `  mailbox ${name} {\n    special_use = ${use}\n  }`),
  '}',
];

const IMAP_SETTINGS = [
  'protocols = imap pop3',
  ...DOVECOT_SETTINGS.slice(1, -1),
  'mail_location = maildir:~/Maildir',
  ...NAMESPACE,
];

/** Where it listens is the room's affair and not said in a recording's head. */
const PORTS = [
  'service imap-login {',
  '  chroot =',
  `  inet_listener imap {\n    port = ${IMAP_PORT}\n  }`,
  '  inet_listener imaps {\n    port = 0\n  }',
  '}',
];
export const TLS_PORTS = [`service imap-login {\n  inet_listener imaps {\n    port = ${IMAPS_PORT}\n  }\n}`];

export const imapConfiguration = (changes: readonly string[]): string[] => [
  ...IMAP_SETTINGS,
  ...PORTS,
  ...changes,
];

const key = (line: string): string => line.split(' = ')[0]!;

/** What a reader must know: every setting that counts, a changed one once. */
export const headOf = (changes: readonly string[], notes: readonly string[]): string[] => [
  `Dovecot ${dovecotVersion()} (Debian 12) as neo.firma1.intr [${ADDRESSES.neo}], IMAP on port ${IMAP_PORT}, POP3 on ${POP3_PORT}; all else as Dovecot sets it.`,
  ...[...IMAP_SETTINGS.filter((line) => !changes.some((one) => key(one) === key(line))), ...changes].flatMap(
    (line) => line.split('\n'),
  ),
  'users: jura and anna, password heslo. client: 192.0.2.10.',
  ...notes,
];
