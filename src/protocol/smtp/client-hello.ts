/** How a client comes to where it may send: greeting, EHLO, STARTTLS, AUTH (RFC 5321 §3.1, §3.2; RFC 3207; RFC 4954). */
import type { Octets } from '../../base/octets.ts';
import { decodeBase64, encodeBase64Line, isBase64 } from '../../mail/mime.ts';
import type { SaslMechanism } from '../sasl/sasl.ts';
import { cramDigest } from '../sasl/sasl.ts';
import type { SmtpClientState, Step } from './client-state.ts';
import { clientWith, decideAll, giveUp, next, offers, quit, say, waitForReply } from './client-state.ts';
import { wirePath } from './outgoing.ts';
import type { Reply } from './types.ts';
import { isPositive } from './verdicts.ts';

export function hello(state: SmtpClientState, awaited: 'ehlo' | 'helo'): Step {
  const verb = awaited === 'helo' ? 'HELO' : state.config.variant === 'lmtp' ? 'LHLO' : 'EHLO';
  return say(state, awaited, verb, `${verb} ${wirePath(state.config.helo)}`);
}

export function hearEhlo(state: SmtpClientState, reply: Reply): Step {
  // RFC 5321 §3.2: a server that does not know EHLO may know HELO.
  if (reply.code >= 500 && state.config.variant === 'smtp') return hello(state, 'helo');
  if (!isPositive(reply)) return giveUp(state, reply, false);
  const lines = reply.lines.slice(1).map((line) => line.toUpperCase());
  const offered = lines.map(keywordOf);
  return enter(clientWith(state, { offers: lines, offered }));
}

function keywordOf(line: string): string {
  let end = 0;
  while (end < line.length && line[end] !== ' ' && line[end] !== '=') end++;
  return line.slice(0, end);
}

/** Greeted: secured if it is to be, logged in if it is to be, then ready for letters. */
export function enter(state: SmtpClientState): Step {
  const { tls, login } = state.config;
  if ((tls === 'may' || tls === 'encrypt') && !state.secured) {
    if (offers(state, 'STARTTLS')) return say(state, 'starttls', 'STARTTLS', 'STARTTLS');
    if (tls === 'encrypt') return quit(decideAll(state, 'tls', null), { stage: 'tls', reply: null });
  }
  if (login !== null && !state.loggedIn) {
    const mechanism = mechanismFor(state);
    if (mechanism !== null) return beginAuth(state, mechanism);
    // A server that offers no way to log in may still take letters, as from its own network.
  }
  return next(state, null);
}

/** RFC 3207 §4.2: after the handshake everything begins again, but for the greeting. */
export function hearStartTls(state: SmtpClientState, reply: Reply): Step {
  if (reply.code === 220) {
    // A handshake takes no longer than a reply.
    return [
      clientWith(state, { phase: 'handshake', awaited: [] }),
      [waitForReply(state), { kind: 'startTls' }],
    ];
  }
  if (state.config.tls === 'encrypt') return giveUp(state, reply, false);
  const without = clientWith(state, { offered: state.offered.filter((keyword) => keyword !== 'STARTTLS') });
  return enter(without);
}

/** Passwords are not said in clear where a digest will do. */
function mechanismFor(state: SmtpClientState): SaslMechanism | null {
  const line = state.offers.find((offer) => /^AUTH[ =]/.test(offer));
  const mechanisms = line === undefined ? [] : line.slice('AUTH '.length).split(' ');
  const preferred: readonly SaslMechanism[] = state.secured
    ? ['PLAIN', 'LOGIN', 'CRAM-MD5']
    : ['CRAM-MD5', 'PLAIN', 'LOGIN'];
  return preferred.find((mechanism) => mechanisms.includes(mechanism)) ?? null;
}

function beginAuth(state: SmtpClientState, mechanism: SaslMechanism): Step {
  const { user, password } = state.config.login!;
  const line = mechanism === 'PLAIN' ? `AUTH PLAIN ${base64(`\0${user}\0${password}`)}` : `AUTH ${mechanism}`;
  return say(clientWith(state, { mechanism, authStep: 0 }), 'auth', 'AUTH', line);
}

const base64 = (text: string): string => encodeBase64Line(text as Octets);

export function hearAuth(state: SmtpClientState, reply: Reply): Step {
  if (reply.code === 235) return next(clientWith(state, { loggedIn: true, mechanism: null }), null);
  if (reply.code !== 334 || state.authStep > 1) return giveUp(state, reply, false);
  const answer = answerTo(state, reply.lines[0] ?? '');
  // RFC 4954 §4: `*` where there is nothing to say.
  const line = answer === null ? '*' : base64(answer);
  return say(clientWith(state, { authStep: state.authStep + 1 }), 'auth', 'AUTH', line);
}

function answerTo({ mechanism, authStep, config }: SmtpClientState, challenge: string): string | null {
  const { user, password } = config.login!;
  switch (mechanism) {
    case 'LOGIN':
      return authStep === 0 ? user : password;
    case 'CRAM-MD5':
      if (authStep > 0 || !isBase64(challenge)) return null;
      return `${user} ${cramDigest(password, decodeBase64(challenge as Octets))}`;
    default:
      return null;
  }
}
