/** AUTHENTICATE (RFC 3501 §6.2.2) with an initial response (RFC 4959). */
import type { Octets } from '../../../base/octets.ts';
import { NO_OCTETS } from '../../../base/octets.ts';
import { decodeBase64, encodeBase64Line, isBase64 } from '../../../mail/mime.ts';
import type { SaslStep } from '../../sasl/sasl.ts';
import { beginSasl, challenged, hearResponse as hearSasl, isSaslMechanism } from '../../sasl/sasl.ts';
import { astringOf, keywordOf } from '../arguments.ts';
import { mechanismsOffered, WORDS } from '../replies.ts';
import type { HeardCommand, ImapServerState, Verdict } from '../session.ts';
import { ask, imapCommand, no, outcome, reply, sessionWith } from '../session.ts';
import { BEFORE_LOGIN, loggedIn } from './login.ts';

const refused = (session: ImapServerState, words: string): Verdict => reply(outcome(session, 'BAD', words));

export const authenticate = imapCommand({
  verb: 'AUTHENTICATE',
  moves: BEFORE_LOGIN,
  syntax: 'AUTHENTICATE mechanism [initial-response]',
  clause: 'RFC 3501 §6.2.2',
  handle(session, heard) {
    if (heard.args.length === 0) return reply(outcome(session, 'BAD', WORDS.preLogin, { bad: true }));
    const mechanism = keywordOf(heard.args[0]) ?? '';
    if (!isSaslMechanism(mechanism) || !session.config.mechanisms.includes(mechanism))
      return reply(no(session, '[ALERT] Unsupported authentication mechanism.'));
    if (!mechanismsOffered(session.config, session.secured).includes(mechanism))
      return reply(no(session, WORDS.plaintextDisabled));
    const initial = initialResponse(heard);
    if (initial === undefined) return refused(session, 'Invalid base64 data in initial response');
    return proceed(session, heard, beginSasl(mechanism, initial));
  },
  answered(session, heard, _plan, answer) {
    if (answer.result.kind !== 'challenge') return loggedIn(session, answer);
    return proceed(session, heard, challenged(answer.result.challenge));
  },
});

/** Null: there is none; undefined: it is no base64. `=` stands for an empty one (RFC 4959 §3). */
function initialResponse({ args }: HeardCommand): Octets | null | undefined {
  if (args.length < 2) return null;
  const text = astringOf(args[1]);
  if (text === null || args.length > 2) return undefined;
  if (text === '=') return NO_OCTETS;
  return isBase64(text) ? decodeBase64(text) : undefined;
}

function proceed(session: ImapServerState, heard: HeardCommand, step: SaslStep): Verdict {
  switch (step.kind) {
    case 'go-on':
      return {
        kind: 'invite',
        session: sessionWith(session, { exchange: { heard, sasl: step.exchange } }),
        text: encodeBase64Line(step.challenge),
        request: null,
      };
    case 'challenge':
      return ask({ kind: 'challenge' });
    case 'verify':
      return ask({ kind: 'login', credentials: step.credentials });
    case 'malformed':
      return reply(no(session, WORDS.badLogin));
  }
}

/** The client's line in an exchange under way. */
export function hearResponse(
  session: ImapServerState,
  { heard, sasl }: NonNullable<ImapServerState['exchange']>,
  unit: Octets,
  overlong: boolean,
): Verdict {
  const ended = sessionWith(session, { exchange: null });
  const line = unit.replace(/\r?\n$/, '') as Octets;
  if (line === '*') return refused(ended, 'Authentication aborted by client.');
  if (overlong) return reply(outcome(ended, 'BAD', '', { ending: { kind: 'silence' } }));
  if (/[^A-Za-z0-9+/=]/.test(line)) return reply(no(ended, '[ALERT] Invalid base64 in response'));
  if (!isBase64(line)) return refused(ended, 'Invalid base64 data in continued response');
  return proceed(ended, heard, hearSasl(sasl, decodeBase64(line)));
}
