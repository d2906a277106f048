/** EXPUNGE (RFC 3501 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1). */
import { positionsOf } from '../message-sets.ts';
import { completed } from '../replies.ts';
import { ask, bad, imapCommand, IN_SELECTED, ok, reply } from '../session.ts';

export const expunge = imapCommand({
  verb: 'EXPUNGE',
  tells: true,
  moves: IN_SELECTED,
  syntax: 'EXPUNGE',
  clause: 'RFC 3501 §6.4.3',
  uid: true,
  handle(session, heard) {
    const { examined, uids } = session.view!;
    if (heard.uid && heard.args.length === 0) return reply(bad(session, heard, 'Missing arguments'));
    const positions = heard.uid ? positionsOf(session, heard, heard.args[0]) : [];
    if (typeof positions === 'string') return reply(bad(session, heard, positions));
    if (examined) return ask({ kind: 'look' });
    // What the client has not heard of stays.
    const named = heard.uid ? positions.map((position) => uids[position]!) : uids;
    return ask({ kind: 'expunge', uids: named });
  },
  answered: (session) => ok(session, completed('Expunge')),
});
