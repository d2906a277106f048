/** Sessions that need other settings: quota, TLS, and mailboxes as single files. */
import type { Session, Step } from './converse.ts';
import { IMAPS_PORT } from './dovecot-imap.ts';
import { inside, LOGIN, literal, octets, on, quiet, raw, selected } from './dovecot-imap-say.ts';

const letter = 'Subject: x\r\n\r\nx\r\n';
const append = (rest = 'INBOX', text = letter): Step[] => literal(`APPEND ${rest}`, text);

export const QUOTA = [
  'mail_plugins = quota',
  'protocol imap {\n  mail_plugins = quota imap_quota\n}',
  'plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:storage=10M\n  quota_rule2 = Trash:storage=+1M\n}',
];
export const SMALL_QUOTA = [
  ...QUOTA.slice(0, 2),
  'plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:storage=4K:messages=6\n  quota_grace = 0\n}',
];

export const quotas: readonly Session[] = [
  inside('CAPABILITY', 'CAPABILITY'),
  inside(
    'GETQUOTA and GETQUOTAROOT',
    'GETQUOTAROOT INBOX',
    'GETQUOTAROOT inbox',
    'GETQUOTAROOT Neni',
    'GETQUOTAROOT ""',
    'GETQUOTAROOT',
    'GETQUOTAROOT INBOX x',
    'GETQUOTAROOT (INBOX)',
    'GETQUOTAROOT "&AWE"',
    'GETQUOTA "User quota"',
    'GETQUOTA ""',
    'GETQUOTA neni',
    'GETQUOTA',
    'GETQUOTA "User quota" x',
    'CREATE Trash',
    'GETQUOTAROOT Trash',
    'LOGOUT',
  ),
  inside(
    'SETQUOTA',
    'SETQUOTA "User quota" (STORAGE 100)',
    'SETQUOTA "User quota" ()',
    'SETQUOTA "User quota"',
    'SETQUOTA neni (STORAGE 100)',
    'SETQUOTA "User quota" (STORAGE x)',
    'SETQUOTA',
    'SETQUOTA "User quota" (FOO 1)',
    'GETQUOTA "User quota"',
  ),
  inside(
    'what counts',
    'GETQUOTA "User quota"',
    ...append('INBOX', `Subject: x\r\n\r\n${'x'.repeat(5000)}\r\n`),
    'GETQUOTA "User quota"',
    'SELECT INBOX',
    'COPY 5 INBOX',
    'GETQUOTA "User quota"',
    'STORE 5:6 +FLAGS.SILENT (\\Deleted)',
    'GETQUOTA "User quota"',
    'EXPUNGE',
    'GETQUOTA "User quota"',
  ),
  on('before login', 'GETQUOTA ""', 'GETQUOTAROOT INBOX'),
];

export const overQuota: readonly Session[] = [
  inside('how much there is', 'GETQUOTAROOT INBOX'),
  inside('APPEND of too much', 'APPEND INBOX {5000}', 'NOOP', 'GETQUOTA "User quota"'),
  inside(
    'APPEND of too much that does not wait',
    quiet(`b APPEND INBOX {5000+}\r\n${'x'.repeat(4998)}\r\n\r\n`),
    'NOOP',
  ),
  inside(
    'too many letters',
    ...append(),
    ...append(),
    `APPEND INBOX {${letter.length}}`,
    'NOOP',
    'GETQUOTA "User quota"',
    'STATUS INBOX (MESSAGES)',
  ),
  selected('COPY of too much', 'COPY 3 INBOX', 'COPY 1 INBOX', 'COPY 1:4 INBOX', 'UID COPY 3 INBOX', 'NOOP'),
  selected('MOVE', 'CREATE Prace', 'MOVE 1:3 Prace', 'MOVE 1 INBOX', 'GETQUOTA "User quota"'),
  inside(
    'MULTIAPPEND of too much',
    quiet(`b APPEND INBOX {${letter.length}+}\r\n${letter} {5000+}\r\n${'x'.repeat(4998)}\r\n\r\n`),
    'STATUS INBOX (MESSAGES)',
  ),
  selected(
    'room again',
    'COPY 3 INBOX',
    'STORE 3 +FLAGS.SILENT (\\Deleted)',
    'EXPUNGE',
    'COPY 1 INBOX',
    'GETQUOTA "User quota"',
  ),
];

const begin: Step = { tls: {} };
const wrapped = (title: string, ...steps: Step[]): Session => {
  const session = on(title, ...steps);
  return { ...session, to: { ...session.to, port: IMAPS_PORT }, wrapped: true };
};
const JURA = Buffer.from('\0jura\0heslo').toString('base64');

export const tls: readonly Session[] = [
  on(
    'before and after STARTTLS',
    'CAPABILITY',
    'STARTTLS',
    begin,
    'CAPABILITY',
    LOGIN,
    'CAPABILITY',
    'LOGOUT',
  ),
  on('LOGIN before TLS', LOGIN, 'LOGIN jura spatne', 'LOGOUT'),
  on('LOGIN with literals before TLS', 'LOGIN {4}', raw('jura {5}'), raw('heslo'), 'LOGOUT'),
  on('AUTHENTICATE PLAIN before TLS', 'AUTHENTICATE PLAIN', `AUTHENTICATE PLAIN ${JURA}`, 'LOGOUT'),
  on('LOGIN before TLS, then after', LOGIN, 'STARTTLS', begin, LOGIN, 'LOGOUT'),
  on('ID before TLS', 'ID NIL', 'LOGOUT'),
  on('STARTTLS with an argument', 'STARTTLS x', begin, 'CAPABILITY', 'LOGOUT'),
  on('STARTTLS twice', 'STARTTLS', begin, 'STARTTLS', 'LOGOUT'),
  on('STARTTLS after login', 'STARTTLS', begin, LOGIN, 'STARTTLS', 'LOGOUT'),
  on('STARTTLS, AUTHENTICATE', 'STARTTLS', begin, `AUTHENTICATE PLAIN ${JURA}`, 'LOGOUT'),
  on(
    'a command in clear right behind STARTTLS',
    octets('a STARTTLS\r\nb CAPABILITY\r\n'),
    begin,
    quiet(),
    'CAPABILITY',
    'LOGOUT',
  ),
  on('no handshake but a command', 'STARTTLS', quiet('b NOOP\r\n', 500)),
  on('gone instead of a handshake', 'STARTTLS'),
  on('TLS 1.2', 'STARTTLS', { tls: { maxVersion: 'TLSv1.2' } }, 'CAPABILITY', 'LOGOUT'),
  wrapped('TLS from the start', 'CAPABILITY', LOGIN, 'CAPABILITY', 'STARTTLS', 'LOGOUT'),
  wrapped('TLS from the start: STARTTLS', 'STARTTLS', 'LOGOUT'),
  wrapped('TLS from the start: AUTHENTICATE', 'AUTHENTICATE PLAIN', raw(JURA), 'LOGOUT'),
];

export const tlsOrClear: readonly Session[] = [
  on('before and after STARTTLS', 'CAPABILITY', 'STARTTLS', begin, 'CAPABILITY', 'LOGOUT'),
  on('LOGIN in clear', LOGIN, 'STARTTLS', 'LOGOUT'),
];

export const mboxes: readonly Session[] = [
  inside(
    'names',
    'NAMESPACE',
    'LIST "" ""',
    'LIST "" *',
    'CREATE Prace',
    'CREATE Prace/Nove',
    'CREATE Slozka/',
    'CREATE Slozka/Nove',
    'CREATE a.b',
    'CREATE x/y/z',
    'CREATE Sent',
    'LIST "" *',
    'LIST "" %',
    'LIST Slozka/ %',
    'LIST "" Slozka/%',
    'SELECT Slozka',
    'STATUS Slozka (MESSAGES)',
    'STATUS Slozka/Nove (MESSAGES UIDNEXT)',
    'DELETE Slozka',
    'DELETE Slozka/Nove',
    'DELETE Slozka/',
    'RENAME x w',
    'SUBSCRIBE a.b',
    'LSUB "" *',
    'LIST "" *',
    'CREATE /a',
    'CREATE a//b',
    'CREATE ../a',
    'CREATE .a',
    'LOGOUT',
  ),
  selected(
    'letters',
    'FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)',
    'STORE 1 +FLAGS (\\Flagged vlastni)',
    'COPY 1 INBOX',
    'FETCH 1:* (UID FLAGS)',
    // An mbox's UIDVALIDITY is the second it was made in.
    quiet('', 1200),
    'CREATE Prace',
    'MOVE 1 Prace',
    'EXPUNGE',
    ...append(),
    'STATUS Prace (MESSAGES RECENT)',
    'STATUS INBOX (MESSAGES RECENT UIDNEXT SIZE)',
    'CLOSE',
    'LOGOUT',
  ),
];
