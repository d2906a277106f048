/** AUTH (RFC 5034): a SASL exchange in which lines are responses, then the agent's word on the credentials. */
import type { Octets } from '../../base/octets.ts';
import { decodeBase64, encodeBase64Line, isBase64 } from '../../mail/mime.ts';
import type { SaslStep } from '../sasl/sasl.ts';
import { beginSasl, challenged, hearResponse, isSaslMechanism } from '../sasl/sasl.ts';
import { isPlaintext, mechanismsNow, plaintextAllowed, tlsWanted } from './extensions.ts';
import { upperCase } from './letter-case.ts';
import { login, loginAnswered } from './login.ts';
import type { Pop3ErrWords } from './replies.ts';
import type { HeardCommand, Pop3Reply, Pop3ServerState, Verdict } from './session.ts';
import { asked, err, habitsOf, ok, oneLine, replied, replyWith, sessionWith } from './session.ts';
import type { Pop3Answer } from './types.ts';

/** AUTH is no command like the others: whatever comes of it, bad commands before it count on. */
const uncounted = (reply: Pop3Reply): Pop3Reply => replyWith(reply, { counts: 'neither' });

const refused = (session: Pop3ServerState, words: keyof Pop3ErrWords, argument = ''): Verdict =>
  replied(session, uncounted(err(session, words, { argument })));

export function auth(session: Pop3ServerState, heard: HeardCommand): Verdict {
  const [name, ...rest] = heard.words;
  if (name === undefined) return listed(session);
  if (tlsWanted(session)) return refused(session, 'tlsFirst');
  const mechanism = upperCase(name);
  if (!isSaslMechanism(mechanism) || !session.config.mechanisms.includes(mechanism)) {
    return refused(session, 'noMechanism', name);
  }
  if (isPlaintext(mechanism) && !plaintextAllowed(session)) return refused(session, 'mechanismOff');
  const initial = rest.length === 0 ? null : initialResponse(rest.join(' '));
  if (initial === undefined) return refused(session, 'badInitial');
  return goOn(session, beginSasl(mechanism, initial));
}

/** The mechanisms, as servers showed them before CAPA did. */
function listed(session: Pop3ServerState): Verdict {
  if (!habitsOf(session).authLists) return refused(session, 'tooFew');
  const body = mechanismsNow(session)
    .map((name) => `${name}\r\n`)
    .join('') as Octets;
  return replied(session, replyWith(uncounted(ok(session, 'auth')), { body, moves: false }));
}

/** RFC 5034 §4: `=` stands for an initial response without octets; undefined for no base64. */
function initialResponse(text: string): Octets | undefined {
  if (text === '=') return '' as Octets;
  return isBase64(text) ? decodeBase64(text as Octets) : undefined;
}

/** A line while an exchange is under way. */
export function authResponse(session: Pop3ServerState, line: string): Verdict {
  const { exchange } = session;
  const over = sessionWith(session, { exchange: null });
  // RFC 5034 §4: `*` cancels.
  if (line === '*') return refused(over, 'cancelled');
  if (!isBase64(line)) return refused(over, 'badResponse');
  return goOn(over, hearResponse(exchange!, decodeBase64(line as Octets)));
}

function goOn(session: Pop3ServerState, step: SaslStep): Verdict {
  switch (step.kind) {
    case 'challenge':
      return asked(session, { kind: 'challenge' });
    case 'malformed':
      return refused(session, 'badLogin');
    case 'verify':
      return login(session, step.credentials);
    case 'go-on': {
      const waiting = sessionWith(session, { exchange: step.exchange });
      return replied(waiting, uncounted(oneLine('+', encodeBase64Line(step.challenge))));
    }
  }
}

/** The agent has made up a challenge, or knows who it is. */
export function authAnswered(
  session: Pop3ServerState,
  heard: HeardCommand,
  answer: Pop3Answer,
): readonly [Pop3ServerState, Pop3Reply] {
  if (answer.kind === 'challenge') {
    const verdict = goOn(session, challenged(answer.challenge));
    if (verdict.kind === 'reply') return [verdict.session, verdict.reply];
  }
  const [next, reply] = loginAnswered(session, heard, answer);
  return [next, uncounted(reply)];
}
