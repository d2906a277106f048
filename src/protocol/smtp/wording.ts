/** A reply in the words of a session's dialect. */
import { edited } from '../../base/draft.ts';
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
  const { config, peer, clientName, helo, reversePath } = session;
  const role = heard.verb === 'MAIL' ? 'Sender' : 'Recipient';
  const all: Partial<ReplyValues> = {
    host: config.hostname,
    peer,
    helo,
    known: clientName === '' ? '' : `${clientName} `,
    client: clientName || helo,
    remote: clientName || 'unknown',
    verb: heard.verb,
    line: heard.line,
    mailbox: heard.argument,
    typed: heard.typed,
    sender: heard.verb === 'MAIL' ? heard.argument : (reversePath ?? ''),
    role,
    part: role.toLowerCase(),
    limit: String(config.sizeLimit),
    login: session.login,
  };
  const filled = edited<Partial<ReplyValues>>(all, values);
  return compose(DIALECTS[config.dialect], name, filled, own, lines, trouble);
}
