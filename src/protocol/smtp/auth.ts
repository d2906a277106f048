/** AUTH (RFC 4954): a SASL exchange in which lines are responses, then the agent's word on the credentials. */
import type { Octets } from '../../base/octets.ts';
import { decodeBase64, encodeBase64Line, isBase64 } from '../../mail/mime.ts';
import type { SaslStep } from '../sasl/sasl.ts';
import { beginSasl, challenged, hearResponse, isSaslMechanism } from '../sasl/sasl.ts';
import { DIALECTS } from './dialects/dialect.ts';
import { authWantsTls, mechanismsNow } from './extensions.ts';
import type { Heard, SmtpServerState, Step } from './session.ts';
import { accept, ask, conclude, copyOf, heardAs, refuse, word } from './session.ts';
import type { SmtpAnswer } from './types.ts';

export function auth(session: SmtpServerState, heard: Heard, rest: string): Step {
  if (authWantsTls(session)) return refuse(session, heard, 'R538TlsForAuth');
  if (session.login !== '') return refuse(session, heard, 'R503Authenticated');
  const words = rest.split(/[ \t]+/).filter((one) => one !== '');
  const mechanism = words[0]?.toUpperCase();
  if (mechanism === undefined) return refuse(session, heard, 'R501AuthSyntax');
  if (words.length > 2) return refuse(session, heard, 'R501AuthArguments');
  const named = heardAs(heard, mechanism, mechanism);
  // A mechanism may be shown that this server cannot do (GSSAPI, NTLM, DIGEST-MD5): it is refused like an unknown one.
  if (!isSaslMechanism(mechanism) || !mechanismsNow(session).includes(mechanism)) {
    return refuse(session, named, 'R504Mechanism', { parameter: mechanism });
  }
  const { takesAnyInitial } = DIALECTS[session.config.dialect].auth;
  if (mechanism === 'CRAM-MD5' && words[1] !== undefined && !takesAnyInitial)
    return refuse(session, named, 'R501InitialUnexpected');
  const initial = words[1] === undefined ? null : initialResponse(words[1]);
  if (initial === undefined) return refuse(session, named, 'R535BadInitialEncoding');
  const began = copyOf(session);
  began.mechanism = mechanism;
  return goOn(began, named, beginSasl(mechanism, initial));
}

/** RFC 4954 §4: `=` stands for an initial response without octets; undefined for no base64. */
function initialResponse(text: string): Octets | undefined {
  if (text === '=') return '' as Octets;
  return isBase64(text) ? decodeBase64(text as Octets) : undefined;
}

/** A line while an exchange is under way. */
export function hearResponseLine(session: SmtpServerState, line: string, heard: Heard): Step {
  const { exchange } = session;
  const over = copyOf(session);
  over.exchange = null;
  // RFC 4954 §4: `*` cancels.
  if (line === '*') return refuse(withoutMechanism(over), heard, 'R501AuthCancelled');
  if (!isBase64(line)) return refuse(withoutMechanism(over), heard, 'R535BadEncoding');
  return goOn(over, heard, hearResponse(exchange!, decodeBase64(line as Octets)));
}

function goOn(session: SmtpServerState, heard: Heard, step: SaslStep): Step {
  switch (step.kind) {
    case 'challenge':
      return ask(session, heard, { kind: 'challenge' });
    case 'malformed':
      return refuse(withoutMechanism(session), heard, 'R535BadCredentials');
    case 'verify':
      return ask(session, heard, { kind: 'login', credentials: step.credentials });
    case 'go-on': {
      const waiting = copyOf(session);
      waiting.exchange = step.exchange;
      const challenge = encodeBase64Line(step.challenge);
      const name = 'R334Challenge';
      return conclude(session, waiting, [{ heard, name, reply: word(session, heard, name, { challenge }) }]);
    }
  }
}

function withoutMechanism(session: SmtpServerState): SmtpServerState {
  const next = copyOf(session);
  next.mechanism = '';
  return next;
}

/** The agent has made up a challenge, or knows who it is. */
export function settleAuth(session: SmtpServerState, pending: Heard, answer: SmtpAnswer): Step {
  if (answer.kind === 'challenge') return goOn(session, pending, challenged(answer.challenge));
  if (answer.kind === 'login' && answer.login !== null) {
    const known = copyOf(session);
    known.login = answer.login;
    return accept(known, pending, 'R235Authenticated');
  }
  // RFC 4954 §6: 454 when whoever knows the passwords cannot be asked.
  const later = answer.kind === 'refuse' && answer.why === 'try-later';
  return refuse(withoutMechanism(session), pending, later ? 'R454AuthLater' : 'R535BadCredentials');
}
