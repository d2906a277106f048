/** IDLE (RFC 2177): the client waits, and hears what happens. */
import { AFTER_LOGIN, imapCommand, sessionWith } from '../session.ts';

export const idle = imapCommand({
  verb: 'IDLE',
  moves: AFTER_LOGIN,
  syntax: 'IDLE … DONE',
  clause: 'RFC 2177 §3',
  reads: 'none',
  handle: (session, heard) => ({
    kind: 'invite',
    session: sessionWith(session, { idling: heard }),
    text: 'idling',
    request: { kind: 'watch' },
  }),
});
