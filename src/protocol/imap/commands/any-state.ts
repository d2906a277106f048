/** CAPABILITY, NOOP, LOGOUT and ID: in every state (RFC 3501 §6.1, RFC 2971). */
import type { Argument } from '../arguments.ts';
import { keywordOf } from '../arguments.ts';
import { CAPABILITIES, completed, preLoginCapabilities, WORDS } from '../replies.ts';
import type { ImapServerState } from '../session.ts';
import { ask, imapCommand, IN_EVERY_STATE, ok, outcome, reply, sessionWith, untagged } from '../session.ts';

const isNil = (argument: Argument): boolean => keywordOf(argument) === 'NIL';

const isEarly = ({ state }: ImapServerState): boolean => state === 'not-authenticated';

export const capability = imapCommand({
  verb: 'CAPABILITY',
  moves: IN_EVERY_STATE,
  syntax: 'CAPABILITY',
  clause: 'RFC 3501 §6.1.1',
  reads: 'none',
  handle(session) {
    // Behind STARTTLS every client has to ask (RFC 3501 §6.2.1): it tells nothing of what this one reads.
    const upgraded = session.secured && session.config.tls === 'may';
    const next = upgraded ? session : sessionWith(session, { ignoresCode: true });
    const early = isEarly(session);
    const names = early ? preLoginCapabilities(session.config, session.secured) : CAPABILITIES;
    const words = early
      ? 'Pre-login capabilities listed, post-login capabilities have more.'
      : completed('Capability');
    return reply(ok(next, words, untagged(`CAPABILITY ${names}`)));
  },
});

export const noop = imapCommand({
  verb: 'NOOP',
  tells: true,
  moves: IN_EVERY_STATE,
  syntax: 'NOOP',
  clause: 'RFC 3501 §6.1.2',
  reads: 'none',
  handle: (session) => (isEarly(session) ? reply(ok(session, 'NOOP completed.')) : ask({ kind: 'look' })),
  answered: (session) => ok(session, completed('NOOP')),
});

export const logout = imapCommand({
  verb: 'LOGOUT',
  moves: { 'not-authenticated': 'logout', authenticated: 'logout', selected: 'logout' },
  syntax: 'LOGOUT',
  clause: 'RFC 3501 §6.1.3',
  reads: 'none',
  handle: (session) =>
    reply(
      outcome(session, 'OK', isEarly(session) ? 'Logout completed.' : completed('Logout'), {
        ending: { kind: 'bye', words: WORDS.goodbye, place: 'before' },
      }),
    ),
});

export const id = imapCommand({
  verb: 'ID',
  moves: IN_EVERY_STATE,
  syntax: 'ID (field value …) | NIL',
  clause: 'RFC 2971 §3.1',
  handle(session, { args }) {
    const [first] = args;
    const words = isEarly(session) ? 'ID completed.' : completed('ID');
    const isList =
      first?.kind === 'list' && first.items.every((item) => item.kind === 'string' || isNil(item));
    if (isEarly(session) && first !== undefined && !isList && !isNil(first))
      return reply(outcome(session, 'BAD', 'Invalid ID parameters', { bad: true }));
    return reply(ok(session, words, untagged('ID ("name" "Dovecot")')));
  },
});
