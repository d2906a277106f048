/** LOGIN (RFC 3501 §6.2.3), and what every login ends with. */
import { astringOf } from '../arguments.ts';
import { CAPABILITIES, WORDS } from '../replies.ts';
import type { ImapServerState, Outcome } from '../session.ts';
import { ask, imapCommand, no, ok, outcome, reply, sessionWith, untagged } from '../session.ts';
import type { ImapAnswer } from '../types.ts';

export const BEFORE_LOGIN = { 'not-authenticated': 'authenticated' } as const;

/** Passwords in clear are refused where somebody might listen in (RFC 3501 §6.2.3 LOGINDISABLED). */
const forbidsPlaintext = ({ config, secured }: ImapServerState): boolean => !config.plaintext && !secured;

/** Dovecot also warns whoever has just shown a password. */
const plaintextRefused = (session: ImapServerState): Outcome =>
  outcome(session, 'NO', WORDS.plaintextForbidden, {
    data: [untagged(`BAD ${WORDS.plaintextAlert}`)],
  });

export const login = imapCommand({
  verb: 'LOGIN',
  moves: BEFORE_LOGIN,
  syntax: 'LOGIN user password',
  clause: 'RFC 3501 §6.2.3',
  handle(session, { args }) {
    const [user, password] = [astringOf(args[0]), astringOf(args[1])];
    if (user === null || password === null || args.length > 2)
      return reply(outcome(session, 'BAD', WORDS.preLogin, { bad: true }));
    if (forbidsPlaintext(session)) return reply(plaintextRefused(session));
    return ask({
      kind: 'login',
      credentials: { kind: 'password', mechanism: 'PLAIN', authorization: '', user, password },
    });
  },
  answered: (session, _heard, _plan, answer) => loggedIn(session, answer),
});

export function loggedIn(session: ImapServerState, { result }: ImapAnswer): Outcome {
  if (result.kind !== 'welcome') return no(session, WORDS.badLogin);
  const next = sessionWith(session, { user: result.user });
  if (session.ignoresCode) return ok(next, WORDS.loggedIn, untagged(`CAPABILITY ${CAPABILITIES}`));
  return ok(next, `[CAPABILITY ${CAPABILITIES}] ${WORDS.loggedIn}`);
}
