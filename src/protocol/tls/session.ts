/**
 * One side of a TLS connection, *simulated*: the records have the shapes of RFC 8446 and the handshake its messages, but
 * what protects them is no cryptography (`digest.ts`); whoever has the log can read everything. It lies between a
 * protocol machine and its connection: `tlsStart`, then everything that comes goes through `tlsHear` and, once it said
 * `secured`, everything that goes through `tlsSeal`; `tlsClose` before the connection is closed. Nothing here throws,
 * whatever the peer sends.
 *
 * Simplified: one cipher suite for each version; keys of both directions last for the whole connection, and their
 * records are counted through; no resumption, no client certificates, no KeyUpdate or renegotiation.
 */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import { EMPTY_DIGEST } from './digest.ts';
import type { Hearing } from './handshake.ts';
import { sayClientHello } from './handshake.ts';
import { forget, hearRecords } from './hearing.ts';
import { APPLICATION_DATA, HEADER_OCTETS } from './record.ts';
import { alertFlight, copyOf, speak } from './speaking.ts';
import type {
  TlsClientConfig,
  TlsConfig,
  TlsEnd,
  TlsFacts,
  TlsFlight,
  TlsPhase,
  TlsServerConfig,
  TlsState,
} from './types.ts';

/** What goes out, each flight as one segment, and the state after. */
export interface TlsSaid {
  readonly state: TlsState;
  readonly flights: readonly TlsFlight[];
}

/** In this order: flights go out, then it is secured, then `plain` is for the machine, then it ends. */
export interface TlsHeard extends TlsSaid {
  /** The handshake is done with this. */
  readonly secured: TlsFacts | null;
  /** What the peer said, for the machine. */
  readonly plain: Octets;
  readonly end: TlsEnd | null;
}

export const tlsClient = (config: TlsClientConfig): TlsState => fresh(config, 'start');

/** A server begins by listening: it needs no `tlsStart`. */
export const tlsServer = (config: TlsServerConfig): TlsState => fresh(config, 'ClientHello');

function fresh(config: TlsConfig, phase: TlsPhase): TlsState {
  return {
    config,
    phase,
    inbox: NO_OCTETS,
    wanted: HEADER_OCTETS,
    partial: NO_OCTETS,
    met: false,
    version: null,
    serverName: '',
    transcript: EMPTY_DIGEST,
    secret: null,
    hearsSealed: false,
    speaksSealed: false,
    heardCount: 0,
    spokenCount: 0,
    peerChain: [],
    verification: null,
    peerClosed: false,
  };
}

/** Once, when the connection is there (or STARTTLS was answered). `chance` is in [0, 1), one for each connection. */
export function tlsStart(state: TlsState, chance: number): TlsSaid {
  if (state.phase !== 'start') return { state, flights: [] };
  const after = copyOf(state);
  const flights = [sayClientHello(after, chance)];
  return { state: after, flights };
}

/**
 * Octets from the connection, cut anyhow. `instant` is milliseconds since 1970-01-01T00:00:00Z (a `Clock`'s epochMs +
 * now), for the validity of certificates; `chance` in [0, 1).
 */
export function tlsHear(state: TlsState, octets: Octets, instant: Millis, chance: number): TlsHeard {
  if (state.phase === 'over' || state.phase === 'start' || state.peerClosed) return nothing(state);
  const after = copyOf(state);
  after.inbox = (state.inbox + octets) as Octets;
  // A record that comes in pieces is looked at once.
  if (after.inbox.length < state.wanted) return nothing(after);
  const hearing: Hearing = {
    state: after,
    instant,
    chance,
    flights: [],
    plain: '',
    secured: null,
    end: null,
  };
  hearRecords(hearing);
  const { flights, plain, secured, end } = hearing;
  return { state: after, flights, secured, plain: plain as Octets, end };
}

const nothing = (state: TlsState): TlsHeard => ({
  state,
  flights: [],
  secured: null,
  plain: NO_OCTETS,
  end: null,
});

/**
 * Octets of the machine as they go on the wire, as many records as it takes. None before `secured` and after the end:
 * nobody could read them.
 */
export function tlsSeal(state: TlsState, octets: Octets): readonly [TlsState, Octets] {
  if (state.phase !== 'secured') return [state, NO_OCTETS];
  const after = copyOf(state);
  const records = speak(after, APPLICATION_DATA, octets);
  return [after, records];
}

/** Says close_notify (RFC 8446 §6.1), if it is secured; the connection may be closed behind it. */
export function tlsClose(state: TlsState): TlsSaid {
  if (state.phase === 'over') return { state, flights: [] };
  const after = copyOf(state);
  const flights = state.phase === 'secured' ? [alertFlight(after, 'close_notify', '')] : [];
  forget(after);
  return { state: after, flights };
}
