/** STARTTLS (RFC 3501 §6.2.1). */
import { imapCommand, outcome, reply } from '../session.ts';

export const starttls = imapCommand({
  verb: 'STARTTLS',
  moves: { 'not-authenticated': 'not-authenticated' },
  syntax: 'STARTTLS',
  clause: 'RFC 3501 §6.2.1',
  reads: 'none',
  handle(session) {
    if (session.config.tls === 'none') return reply(outcome(session, 'BAD', "TLS support isn't enabled."));
    if (session.secured) return reply(outcome(session, 'BAD', 'TLS is already active.'));
    return reply(outcome(session, 'OK', 'Begin TLS negotiation now.', { startsTls: true }));
  },
});
