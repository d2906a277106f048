/** Mailbox names as commands give them (RFC 3501 §5.1) and as Dovecot refuses them. */
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, encodeUtf8, isUtf8 } from '../../base/octets.ts';
import { canonicalName, NAME_LIMIT, SEPARATOR } from '../../mail/account.ts';
import type { ImapServerState } from './session.ts';
import { hasEnabled } from './session.ts';
import { astring } from './strings.ts';
import { decodeUtf7, encodeUtf7, isUtf7 } from './utf7.ts';

/**
 * A name or a pattern of names as names are kept, in modified UTF-7. IMAP4rev2 clients write UTF-8, and `&` is a
 * character like others there (RFC 9051 §5.1); what is no UTF-8 stays as it is, and no valid name.
 */
export const keptName = (session: ImapServerState, text: Octets): string =>
  hasEnabled(session, 'IMAP4rev2') && isUtf8(text) ? encodeUtf7(decodeUtf8(text)) : text;

/** The canonical name behind an argument. */
export const readName = (session: ImapServerState, text: Octets): string =>
  canonicalName(keptName(session, text));

/** Why a mailbox can have no such name, in Dovecot's words; null: it can. */
export function invalidName(name: string): string | null {
  if (!isUtf7(name)) return 'Mailbox name is not valid mUTF-7';
  const why = misshapen(name);
  return why === null ? null : `[CANNOT] Invalid mailbox name: ${why}`;
}

function misshapen(name: string): string | null {
  if (name === '') return 'Name is empty';
  if (name.startsWith(SEPARATOR)) return 'Begins with hierarchy separator';
  if (name.includes(SEPARATOR + SEPARATOR)) return 'Has adjacent hierarchy separators';
  if (name.endsWith(SEPARATOR)) return 'Ends with hierarchy separator';
  if (name.includes('/')) return "Name must not have '/' characters";
  return name.startsWith('~') ? "Begins with '~'" : null;
}

/** The same for a mailbox that is to be made. */
export function invalidNewName(name: string): string | null {
  const why = invalidName(name);
  if (why !== null) return why;
  if (name.length > NAME_LIMIT) return '[CANNOT] Mailbox name too long';
  const text = decodeUtf7(name) ?? name;
  return /[\x00-\x1f\x7f-\x9f]/.test(text)
    ? '[CANNOT] Control characters not allowed in new mailbox names'
    : null;
}

/** A name as it goes out. */
export function nameText(session: ImapServerState, name: string): Octets {
  if (!hasEnabled(session, 'IMAP4rev2') || !name.includes('&')) return astring(name as Octets);
  const text = decodeUtf7(name);
  return text === null
    ? astring(name as Octets)
    : (`"${encodeUtf8(text).replace(/["\\]/g, '\\$&')}"` as Octets);
}

/** Dovecot shows the name itself there, in UTF-8. */
export const noSuchMailbox = (name: string): string =>
  `Mailbox doesn't exist: ${encodeUtf8(decodeUtf7(name) ?? name)}`;
