/** What the mail log says of logins (AUTH, RFC 4954): who got in, and who claimed to be whom and did not. */
import type { Octets } from '../base/octets.ts';
import { decodeBase64, isBase64 } from '../mail/mime.ts';
import type { ReplyNote } from '../protocol/note.ts';
import type { SessionLog } from './smtp-log.ts';
import { sessionLogWith } from './smtp-log.ts';

/** `, sasl_method=PLAIN, sasl_username=jura` behind the client of a letter; empty for strangers. */
export const loginWords = ({ login, mechanism }: SessionLog): string =>
  login === '' ? '' : `, sasl_method=${mechanism}, sasl_username=${login}`;

/** Follows an exchange, and words its failure. */
export function hearLogin(log: SessionLog, note: ReplyNote): readonly [SessionLog, readonly string[]] {
  if (note.verb !== 'AUTH') return [log, NOTHING];
  const typed = /^auth +(\S+)(?: +(\S+))?/i.exec(note.line);
  const mechanism = log.claims?.mechanism ?? typed?.[1] ?? '';
  const response = log.claims === null ? (typed?.[2] ?? '') : note.line;
  const user = log.claims?.user ?? userIn(mechanism, response);
  const { name, address } = log.client;
  const warning = `warning: ${name}[${address}]: SASL ${mechanism}`;
  switch (note.code) {
    case '334':
      return [sessionLogWith(log, { claims: { mechanism, user } }), NOTHING];
    case '535':
    case '504': {
      const reason = note.code === '504' ? 'Invalid authentication mechanism' : reasonOf(note.text);
      const known = note.code === '504' ? null : user;
      const text = `${warning} authentication failed: ${reason}, sasl_username=${known ?? '(unavailable)'}`;
      return [sessionLogWith(log, { claims: null }), [text]];
    }
    case '501':
      return [
        sessionLogWith(log, { claims: null }),
        log.claims === null ? NOTHING : [`${warning} authentication aborted`],
      ];
    default:
      return [log.claims === null ? log : sessionLogWith(log, { claims: null }), NOTHING];
  }
}

const NOTHING: readonly string[] = [];

const reasonOf = (text: string): string => /failed: (.*)$/.exec(text)?.[1] ?? '(reason unavailable)';

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
