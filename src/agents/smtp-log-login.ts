/** Logins (AUTH, RFC 4954) as a mail log sees them: who claims to be whom. */
import type { Octets } from '../base/octets.ts';
import { decodeBase64, isBase64 } from '../mail/mime.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { SessionLog } from './smtp-log-session.ts';
import { sessionLogWith } from './smtp-log-session.ts';

export interface Claims {
  /** As the client spelled it. */
  readonly mechanism: string;
  /** Who it says it is; null: it has not said yet, or in no way that can be read. */
  readonly user: string | null;
}

/** What the client has claimed up to this reply of an exchange. */
export function claimOf(log: SessionLog, note: ReplyNote): Claims {
  const typed = /^auth +(\S+)(?: +(\S+))?/i.exec(note.line);
  const mechanism = log.claims?.mechanism ?? typed?.[1] ?? '';
  const response = log.claims === null ? (typed?.[2] ?? '') : note.line;
  return { mechanism, user: log.claims?.user ?? userIn(mechanism, response) };
}

/** An exchange goes on, or is over. */
export function claimsAfter(log: SessionLog, note: ReplyNote): SessionLog {
  if (note.verb !== 'AUTH') return log;
  if (note.code === '334') return sessionLogWith(log, { claims: claimOf(log, note) });
  return log.claims === null ? log : sessionLogWith(log, { claims: null });
}

/** Who a response claims to be; null when it does not say. */
function userIn(mechanism: string, response: string): string | null {
  if (response === '' || !isBase64(response)) return null;
  const text = decodeBase64(response as Octets);
  switch (mechanism.toUpperCase()) {
    case 'PLAIN':
      return text.split('\0').length === 3 ? text.split('\0')[1]! : null;
    case 'LOGIN':
      return text;
    case 'CRAM-MD5':
      return text.includes(' ') ? text.slice(0, text.lastIndexOf(' ')) : null;
    default:
      return null;
  }
}
