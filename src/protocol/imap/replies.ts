/** The words of Dovecot 2.3 as an IMAP server. */
import type { ImapServerConfig } from './types.ts';

/** What Dovecot says of the time a command took. The simulation answers at once. */
const TOOK = '(0.001 + 0.000 secs).';

/** `Fetch completed (0.001 + 0.000 secs).` */
export const completed = (what: string): string => `${what} completed ${TOOK}`;

/** Behind `* BAD`: there is no tag to answer with. */
export const errorInTag = (why: string): string => `Error in IMAP tag: ${why} ${TOOK}`;

/** Any other words behind OK or NO, with the time taken. */
export const timed = (text: string): string => `${text} ${TOOK}`;

/** Behind BAD: a command, or what stands in its place, that cannot be obeyed. */
export const errorIn = (name: string, why: string): string =>
  `Error in IMAP command${name === '' ? '' : ` ${name.slice(0, 100)}`}: ${why} ${TOOK}`;

export const WORDS = {
  greeting: 'Dovecot (Debian) ready.',
  preLogin: 'Error in IMAP command received by server.',
  tooManyBad: 'Too many invalid IMAP commands.',
  loggedIn: 'Logged in',
  badLogin: '[AUTHENTICATIONFAILED] Authentication failed.',
  plaintextDisabled: '[PRIVACYREQUIRED] Plaintext authentication disabled.',
  plaintextForbidden:
    '[PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
  plaintextAlert:
    '[ALERT] Plaintext authentication not allowed without SSL/TLS, but your client did it anyway. If anyone was listening, the password was exposed.',
  noMailbox: 'No mailbox selected',
  idleTooLong: 'Disconnected for inactivity.',
  deleted: 'Selected mailbox was deleted, have to disconnect.',
  inconsistent: 'IMAP session state is inconsistent, please relogin.',
  goodbye: 'Logging out',
  literalTooLarge: 'Literal size too large',
  inputFull: 'Input buffer full, aborting',
} as const;

/** RFC 3501 §6.1.1: what is offered before login, on this connection. */
export function preLoginCapabilities(config: ImapServerConfig, secured: boolean): string {
  const offers = ['IMAP4rev1', 'SASL-IR', 'LOGIN-REFERRALS', 'ID', 'ENABLE', 'IDLE', 'LITERAL+'];
  if (config.tls === 'may' && !secured) offers.push('STARTTLS');
  if (!config.plaintext && !secured) offers.push('LOGINDISABLED');
  return [...offers, ...mechanismsOffered(config, secured).map((name) => `AUTH=${name}`)].join(' ');
}

/** Mechanisms that may be used on this connection: those with plain passwords only where nobody listens in. */
export const mechanismsOffered = (
  config: ImapServerConfig,
  secured: boolean,
): ImapServerConfig['mechanisms'] =>
  config.mechanisms.filter((name) => secured || config.plaintext || name === 'CRAM-MD5');

/** After login. Dovecot 2.3 has some more that no client here needs, and has no IMAP4rev2. */
export const CAPABILITIES = [
  'IMAP4rev1',
  'SASL-IR',
  'LOGIN-REFERRALS',
  'ID',
  'ENABLE',
  'IDLE',
  'MULTIAPPEND',
  'UNSELECT',
  'CHILDREN',
  'NAMESPACE',
  'UIDPLUS',
  'LIST-EXTENDED',
  'CONDSTORE',
  'ESEARCH',
  'SEARCHRES',
  'WITHIN',
  'LIST-STATUS',
  'BINARY',
  'MOVE',
  'STATUS=SIZE',
  'LITERAL+',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'QUOTA',
  'IMAP4rev2',
].join(' ');
