/** CAPA (RFC 2449 §5) and STLS (RFC 2595 §4), and what of logging in is allowed now. */
import type { Octets } from '../../base/octets.ts';
import type { SaslMechanism } from '../sasl/sasl.ts';
import type { HeardCommand, Pop3ServerState, Verdict } from './session.ts';
import { err, habitsOf, ok, replied, replyWith, sessionWith } from './session.ts';

/** Nobody may log in before TLS. */
export const tlsWanted = ({ config, secured }: Pop3ServerState): boolean =>
  config.tls === 'required' && !secured;

/** A password may travel as it is: TLS hides it, or nobody minds. */
export const plaintextAllowed = (session: Pop3ServerState): boolean =>
  session.secured || (session.config.plaintext && !tlsWanted(session));

export const isPlaintext = (mechanism: SaslMechanism): boolean => mechanism !== 'CRAM-MD5';

/** What AUTH takes now. */
export function mechanismsNow(session: Pop3ServerState): readonly SaslMechanism[] {
  if (tlsWanted(session)) return [];
  const { mechanisms } = session.config;
  return plaintextAllowed(session) ? mechanisms : mechanisms.filter((name) => !isPlaintext(name));
}

export function capa(session: Pop3ServerState, _heard: HeardCommand): Verdict {
  const { authorization, transaction } = habitsOf(session).capabilities;
  const shown = session.state === 'transaction' ? transaction : authorization;
  const lines = shown.flatMap((name) => capability(session, name));
  const body = lines.map((line) => `${line}\r\n`).join('') as Octets;
  return replied(session, replyWith(ok(session, 'capa'), { body }));
}

function capability(session: Pop3ServerState, name: string): readonly string[] {
  const { config, secured } = session;
  switch (name) {
    case 'STLS':
      return (config.tls === 'may' || config.tls === 'required') && !secured ? [name] : [];
    case 'USER':
      return config.plaintext || secured ? [name] : [];
    case 'SASL':
      return config.mechanisms.length === 0 ? [] : [['SASL', ...mechanismsNow(session)].join(' ')];
    default:
      return [name];
  }
}

/** What is said behind it in clear must not be heard as if it had come over TLS: whoever does not wait is left. */
export function stls(session: Pop3ServerState, heard: HeardCommand): Verdict {
  if (session.secured) return replied(session, err(session, 'tlsActive'));
  if (session.config.tls === 'none') return replied(session, err(session, 'noTls'));
  const reply = ok(session, 'stls');
  if (heard.more) return replied(session, replyWith(reply, { end: '' }));
  return replied(sessionWith(session, { awaitsTls: true }), replyWith(reply, { startsTls: true }));
}
