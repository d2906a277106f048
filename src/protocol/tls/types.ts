/** Shapes of one side of a TLS connection. All plain data. */
import type { Octets } from '../../base/octets.ts';
import type { TlsNote } from '../note.ts';
import type { AlertName } from './alerts.ts';
import type { Chain, TrustStore } from './certificate.ts';
import type { Digest } from './digest.ts';
import type { HandshakeName } from './messages.ts';
import type { Verification } from './verify.ts';
import type { TlsVersion } from './versions.ts';

export interface TlsClientConfig {
  readonly side: 'client';
  /** Said to the server (SNI); empty, or no DNS name: nothing is said. */
  readonly serverName: string;
  /** Name the certificate must be good for; empty: any. */
  readonly expectedName: string;
  readonly trust: TrustStore;
  /**
   * `none`: the certificate is not looked at. `opportunistic`: the result is told, and the connection goes on whatever
   * it is (RFC 7435; also for a program that judges for itself, as Postfix does at every level). `required`: a
   * certificate that fails ends the handshake with an alert, as in a mail reader.
   */
  readonly verify: 'none' | 'opportunistic' | 'required';
  readonly versions: readonly TlsVersion[];
}

export interface TlsServerConfig {
  readonly side: 'server';
  /** Leaf first; empty: the server has no certificate, and every handshake fails. */
  readonly chain: Chain;
  readonly versions: readonly TlsVersion[];
}

export type TlsConfig = TlsClientConfig | TlsServerConfig;

/**
 * The handshake message that is awaited; `start`: the client has said nothing yet; `secured`: octets pass; `over`:
 * failed or closed, nothing is heard or said any more.
 */
export type TlsPhase = 'start' | HandshakeName | 'ChangeCipherSpec' | 'secured' | 'over';

export interface TlsState {
  readonly config: TlsConfig;
  readonly phase: TlsPhase;
  /** Octets heard that are no whole record yet: less than one record's. */
  readonly inbox: Octets;
  /** Octets the inbox must have before there is anything to do. */
  readonly wanted: number;
  /** Handshake octets that are no whole message yet; bounded. */
  readonly partial: Octets;
  /** A record was heard: it is TLS that is spoken there. */
  readonly met: boolean;
  /** Negotiated; null before the hellos. */
  readonly version: TlsVersion | null;
  /** As said or heard in the ClientHello. */
  readonly serverName: string;
  /** All handshake messages so far, both ways (RFC 8446 §4.4.1). */
  readonly transcript: Digest;
  /** From the hellos; null before. */
  readonly secret: Digest | null;
  /** Records heard, and said, are protected; and how many have been. */
  readonly hearsSealed: boolean;
  readonly speaksSealed: boolean;
  readonly heardCount: number;
  readonly spokenCount: number;
  /** A client's: what the server presented, and what came of the verification (null: not looked at). */
  readonly peerChain: Chain;
  readonly verification: Verification | null;
  /** The peer said close_notify. */
  readonly peerClosed: boolean;
}

/** What is known once the handshake is done: for `Received` lines, logs and `openssl s_client`. */
export interface TlsFacts {
  /** OpenSSL's names: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
  readonly version: TlsVersion;
  readonly cipher: string;
  /** `(256/256 bits)`: used, and of the algorithm. */
  readonly bits: number;
  readonly cipherBits: number;
  /** Server name indication; empty: none. */
  readonly serverName: string;
  /** The server's chain as the client heard it; empty on the server: clients have no certificates. */
  readonly peerChain: Chain;
  /** Null when nothing was verified: on the server, or with `verify: 'none'`. */
  readonly verification: Verification | null;
}

/** Octets that go out together, as one segment. */
export interface TlsFlight {
  readonly octets: Octets;
  readonly note: TlsNote;
}

/** How it ended. `closed`: the peer said close_notify. */
export type TlsEnd =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'failed';
      /** The alert said or heard; null: what came was not TLS at all, and got no answer. */
      readonly alert: AlertName | null;
      readonly byPeer: boolean;
      /** In OpenSSL's words: `wrong version number`, `certificate verify failed`, `tlsv1 alert unknown ca`. */
      readonly reason: string;
    };
