/** What is known of a secured connection, and how Postfix tells it. */
import type { TlsFacts, TlsState } from './types.ts';
import { TLS_VERSIONS } from './versions.ts';

/** Null before the versions are agreed on. */
export function tlsFacts(state: TlsState): TlsFacts | null {
  const { version, serverName, peerChain, verification } = state;
  if (version === null) return null;
  const { cipher, bits, cipherBits } = TLS_VERSIONS[version];
  return { version, cipher, bits, cipherBits, serverName, peerChain, verification };
}

/** What Postfix 3.4 and later adds for TLS 1.3, which does not say it in the name of the cipher suite. */
export const exchangeDetail = (facts: TlsFacts): string =>
  facts.version === 'TLSv1.3'
    ? 'key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256'
    : '';

/** `TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`: Postfix's log, and its Received field behind `using`. */
export const cipherSummary = (facts: TlsFacts): string =>
  `${facts.version} with cipher ${facts.cipher} (${facts.bits}/${facts.cipherBits} bits)`;

/**
 * First word of Postfix's `… TLS connection established`: `Anonymous` when the peer has no certificate, or it was not
 * looked at; `Untrusted` when it does not lead to a root we trust or its time is not now; `Trusted` when it is only the
 * name that fails or was not asked; `Verified` when the name was asked and fits.
 */
export function trustWord(
  facts: TlsFacts,
  expectedName: string,
): 'Anonymous' | 'Untrusted' | 'Trusted' | 'Verified' {
  const { verification } = facts;
  if (verification === null) return 'Anonymous';
  if (verification.errors.some(({ code }) => code !== 62)) return 'Untrusted';
  return verification.ok && expectedName !== '' ? 'Verified' : 'Trusted';
}
