/** How a client comes to where it may select a mailbox: capabilities, TLS, login (RFC 3501 §6.1.1, §6.2). */
import type { Octets } from '../../base/octets.ts';
import { encodeUtf8 } from '../../base/octets.ts';
import { decodeBase64, encodeBase64Line, isBase64 } from '../../mail/mime.ts';
import { cramDigest } from '../sasl/sasl.ts';
import type { ClientResponse } from './client-responses.ts';
import type { ImapClientState, Step } from './client-state.ts';
import { clientWith, hangUp, logOut, offers, restartWaiting, say, sayMore } from './client-state.ts';

type Status = Extract<ClientResponse, { kind: 'status' }>;

export function greeted(state: ImapClientState, { status, words }: Status): Step | null {
  if (status !== 'OK' && status !== 'PREAUTH') return hangUp(state, words);
  return enter(clientWith(state, { loggedIn: status === 'PREAUTH' }));
}

/** The next step on the way; null: the client is logged in, knows what the server offers, and nobody listens in who must not. */
export function enter(state: ImapClientState): Step | null {
  const { tls } = state.config;
  const inClear = tls !== 'none' && !state.secured;
  if (inClear && tls === 'implicit') return hangUp(state, 'no secure connection');
  // RFC 3501 §6.2.1: STARTTLS is for those who are not logged in yet.
  if (inClear && state.loggedIn) return logOut(state, 'the server logs in before there is TLS');
  if (state.capabilities === null) return say(state, 'capability', 'CAPABILITY');
  if (inClear && !offers(state, 'STARTTLS')) return logOut(state, 'the server offers no STARTTLS');
  if (inClear) return say(state, 'starttls', 'STARTTLS');
  return state.loggedIn ? null : logIn(state);
}

export function capabilitiesTold(state: ImapClientState, { status, words }: Status): Step | null {
  if (status !== 'OK') return logOut(state, words);
  return enter(clientWith(state, { capabilities: state.capabilities ?? [] }));
}

export function startTls(state: ImapClientState, { status, words }: Status): Step {
  if (status !== 'OK') return logOut(state, words);
  // A handshake takes no longer than a reply.
  return [clientWith(state, { awaiting: 'handshake' }), [restartWaiting(state), { kind: 'startTls' }]];
}

/** RFC 3501 §6.2.1: what was offered in the clear is forgotten. */
export function secured(state: ImapClientState): Step | null {
  const fresh = clientWith(state, { secured: true, capabilities: null });
  return state.awaiting === 'handshake' ? enter(fresh) : [fresh, []];
}

/** Passwords are not said in clear where a digest will do; with TLS, SASL is preferred (RFC 9051 §6.2.3). */
function logIn(state: ImapClientState): Step {
  const { user, password } = state.config;
  const missing = user === '' ? 'user name' : password === '' ? 'password' : null;
  if (missing !== null) return logOut(state, `there is no ${missing}`);
  if (`${user}${password}`.includes('\0'))
    return logOut(state, 'user name or password have characters that IMAP cannot carry');
  // Whoever has logged in may do other things than before.
  const fresh = clientWith(state, { capabilities: null });
  if (!state.secured && offers(state, 'AUTH=CRAM-MD5'))
    return say(fresh, 'challenge', 'AUTHENTICATE', 'CRAM-MD5');
  if (state.secured && offers(state, 'AUTH=PLAIN')) {
    const credentials = base64(`\0${user}\0${password}`);
    if (!offers(state, 'SASL-IR')) return say(fresh, 'login', 'AUTHENTICATE', 'PLAIN', credentials);
    return say(fresh, 'login', 'AUTHENTICATE', `PLAIN ${credentials}`);
  }
  if (offers(state, 'LOGINDISABLED'))
    return logOut(state, `the server takes no password${state.secured ? '' : ' without TLS'}`);
  return say(fresh, 'login', 'LOGIN', ...stringsOf([user, password], offers(state, 'LITERAL+')));
}

const base64 = (text: string): string => encodeBase64Line(encodeUtf8(text));

/**
 * Texts as strings: quoted, or literals where they cannot be (RFC 3501 §4.3, §9). A literal ends the piece, unless the
 * server waits for none to be invited (RFC 7888).
 */
function stringsOf(texts: readonly string[], unasked: boolean): readonly string[] {
  const pieces = [''];
  const add = (text: string) => {
    pieces[pieces.length - 1] += text;
  };
  texts.forEach((text, i) => {
    if (i > 0) add(' ');
    const octets = encodeUtf8(text);
    if (/^[\x20-\x7e]*$/.test(octets)) add(`"${octets.replace(/["\\]/g, '\\$&')}"`);
    else if (unasked) add(`{${octets.length}+}\r\n${octets}`);
    else {
      add(`{${octets.length}}`);
      pieces.push(octets);
    }
  });
  return pieces;
}

/** The server has let the client go on; null: it was not to. */
export function invited(state: ImapClientState, text: string): Step | null {
  if (state.awaiting === 'challenge') return digest(state, text);
  const [piece, ...unsaid] = state.unsaid;
  if (state.awaiting !== 'login' || piece === undefined) return null;
  return sayMore(clientWith(state, { unsaid }), piece);
}

/** RFC 2195 §2; `*` where there is nothing to digest. */
function digest(state: ImapClientState, text: string): Step {
  const { user, password } = state.config;
  const next = clientWith(state, { awaiting: 'login' });
  if (!isBase64(text)) return sayMore(next, '*');
  const challenge = decodeBase64(text as Octets);
  return sayMore(next, base64(`${user} ${cramDigest(encodeUtf8(password), challenge)}`));
}

export function loggedIn(state: ImapClientState, { status, words }: Status): Step | null {
  return status === 'OK' ? enter(clientWith(state, { loggedIn: true })) : logOut(state, words);
}
