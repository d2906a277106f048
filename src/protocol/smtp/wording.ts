/** A reply in the words of a session's dialect. */
import { DIALECTS } from './dialects/dialect.ts';
import type { PathTrouble } from './path-trouble.ts';
import type { ReplyName, ReplyValues } from './replies.ts';
import { compose } from './replies.ts';
import type { Heard, SmtpServerState } from './session.ts';
import type { Reply } from './types.ts';

/** A reply about to be said. */
export interface Said {
  readonly heard: Heard;
  readonly name: ReplyName;
  readonly reply: Reply;
}

/** What the server says unasked. */
export const SERVER: Heard = { verb: 'SERVER', line: '', eol: 'none', argument: '', typed: '' };

export const NO_VALUES: Partial<ReplyValues> = {};

export function word(
  session: SmtpServerState,
  heard: Heard,
  name: ReplyName,
  values: Partial<ReplyValues> = NO_VALUES,
  own = '',
  lines?: readonly string[],
  trouble?: PathTrouble,
): Reply {
  const valueFor = (place: keyof ReplyValues): string | undefined =>
    values[place] ?? known(session, heard, place);
  return compose(DIALECTS[session.config.dialect], name, valueFor, own, lines, trouble);
}

/** What the session itself has for a place-holder. */
function known(session: SmtpServerState, heard: Heard, place: keyof ReplyValues): string | undefined {
  const { config, peer, clientName, helo, reversePath, login } = session;
  switch (place) {
    case 'host':
      return config.hostname;
    case 'peer':
      return peer;
    case 'helo':
      return helo;
    case 'known':
      return clientName === '' ? '' : `${clientName} `;
    case 'client':
      return clientName || helo;
    case 'remote':
      return clientName || 'unknown';
    case 'nameless':
      return clientName === '' ? `. IP name lookup failed [${peer}]` : '';
    case 'verb':
      return heard.verb;
    case 'line':
      return heard.line;
    case 'mailbox':
      return heard.argument;
    case 'typed':
      return heard.typed;
    case 'sender':
      return heard.verb === 'MAIL' ? heard.argument : (reversePath ?? '');
    case 'role':
      return heard.verb === 'MAIL' ? 'Sender' : 'Recipient';
    case 'part':
      return heard.verb === 'MAIL' ? 'sender' : 'recipient';
    case 'limit':
      return String(config.sizeLimit);
    case 'login':
      return login;
    default:
      return undefined;
  }
}
