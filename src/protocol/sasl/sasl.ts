/**
 * The server's side of SASL (RFC 4422) as SMTP, POP3 and IMAP share it: PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195).
 * What is said is octets; the protocols put it in base64. Whether a password is right is the agent's to say.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { md5 } from '@noble/hashes/legacy.js';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';

export type SaslMechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5';

/** What a client proved itself with. */
export type Credentials =
  | {
      readonly kind: 'password';
      readonly mechanism: SaslMechanism;
      /** Who the client wants to act as; empty: the user itself (RFC 4616 §2). */
      readonly authorization: string;
      readonly user: string;
      readonly password: string;
    }
  | {
      readonly kind: 'digest';
      /** APOP is POP3's own (RFC 1939 §7), and no SASL. */
      readonly mechanism: 'CRAM-MD5' | 'APOP';
      readonly user: string;
      readonly challenge: string;
      /** Hexadecimal, lower case. */
      readonly digest: string;
    };

/** An exchange under way. `user` is LOGIN's first answer, `challenge` CRAM-MD5's. */
export interface SaslExchange {
  readonly mechanism: SaslMechanism;
  readonly expects: 'message' | 'user' | 'password' | 'response';
  readonly user: string;
  readonly challenge: string;
}

export type SaslStep =
  /** The server says `challenge` and waits. */
  | { readonly kind: 'go-on'; readonly exchange: SaslExchange; readonly challenge: Octets }
  /** Somebody must make up a challenge (RFC 2195 §2), then {@link challenged}. */
  | { readonly kind: 'challenge' }
  | { readonly kind: 'verify'; readonly credentials: Credentials }
  /** No credentials of this mechanism's form. */
  | { readonly kind: 'malformed' };

export const isSaslMechanism = (name: string): name is SaslMechanism =>
  name === 'PLAIN' || name === 'LOGIN' || name === 'CRAM-MD5';

const exchange = (
  mechanism: SaslMechanism,
  expects: SaslExchange['expects'],
  user = '',
  challenge = '',
): SaslExchange => ({ mechanism, expects, user, challenge });

/** LOGIN's prompts, as every server writes them; its draft knew no standard. */
const USERNAME = 'Username:' as Octets;
const PASSWORD = 'Password:' as Octets;

/** Begins an exchange. `initial`: the client's initial response (RFC 4422 §3.3), null without one. */
export function beginSasl(mechanism: SaslMechanism, initial: Octets | null): SaslStep {
  switch (mechanism) {
    case 'PLAIN':
      if (initial !== null) return plain(initial);
      return { kind: 'go-on', exchange: exchange('PLAIN', 'message'), challenge: NO_OCTETS };
    case 'LOGIN':
      if (initial !== null && initial !== '') return hearResponse(exchange('LOGIN', 'user'), initial);
      return { kind: 'go-on', exchange: exchange('LOGIN', 'user'), challenge: USERNAME };
    case 'CRAM-MD5':
      // A mechanism in which the server speaks first: Dovecot passes over an initial response.
      return { kind: 'challenge' };
  }
}

/** CRAM-MD5 goes on with a challenge `<digits.digits@host>`. */
export const challenged = (challenge: string): SaslStep => ({
  kind: 'go-on',
  exchange: exchange('CRAM-MD5', 'response', '', challenge),
  challenge: challenge as Octets,
});

/** The client's next response. */
export function hearResponse(under: SaslExchange, response: Octets): SaslStep {
  switch (under.expects) {
    case 'message':
      return plain(response);
    case 'user':
      if (!isUserName(response)) return { kind: 'malformed' };
      return {
        kind: 'go-on',
        exchange: exchange('LOGIN', 'password', response),
        challenge: PASSWORD,
      };
    case 'password': {
      const { user } = under;
      return { kind: 'verify', credentials: byPassword('LOGIN', '', user, response) };
    }
    case 'response': {
      const space = response.lastIndexOf(' ');
      if (space <= 0) return { kind: 'malformed' };
      const { challenge } = under;
      const [user, digest] = [response.slice(0, space), response.slice(space + 1)];
      return {
        kind: 'verify',
        credentials: { kind: 'digest', mechanism: 'CRAM-MD5', user, challenge, digest },
      };
    }
  }
}

/** Dovecot's `auth_username_chars`: any other name is refused as soon as it is heard. */
const isUserName = (name: string): boolean => /^[A-Za-z0-9._@-]+$/.test(name);

const byPassword = (
  mechanism: SaslMechanism,
  authorization: string,
  user: string,
  password: string,
): Credentials => ({ kind: 'password', mechanism, authorization, user, password });

/** RFC 4616 §2: `authzid NUL authcid NUL passwd`. */
function plain(message: Octets): SaslStep {
  const parts = message.split('\0');
  if (parts.length !== 3) return { kind: 'malformed' };
  const [authorization = '', user = '', password = ''] = parts;
  return { kind: 'verify', credentials: byPassword('PLAIN', authorization, user, password) };
}

/**
 * Whether the credentials are those of a user with this password, who acts for nobody else (RFC 4616 §2). Names compare as
 * the agent has decided already.
 */
export function proves(credentials: Credentials, password: string): boolean {
  if (credentials.kind === 'password') {
    const { authorization, user } = credentials;
    return credentials.password === password && (authorization === '' || authorization === user);
  }
  const { mechanism, challenge, digest } = credentials;
  return digest === (mechanism === 'APOP' ? apopDigest : cramDigest)(password, challenge);
}

/** RFC 2195 §2: HMAC-MD5 of the challenge under the password, in lower-case hexadecimal. */
export function cramDigest(password: string, challenge: string): string {
  return hexadecimal(hmac(md5, octetArray(password), octetArray(challenge)));
}

/** RFC 1939 §7: MD5 of the timestamp, angle brackets and all, with the password behind it, in lower-case hexadecimal. */
export const apopDigest = (password: string, timestamp: string): string =>
  hexadecimal(md5(octetArray(timestamp + password)));

const hexadecimal = (digest: Uint8Array): string =>
  Array.from(digest, (octet) => octet.toString(16).padStart(2, '0')).join('');

const octetArray = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
