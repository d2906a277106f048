/** How a side says something: handshake messages, alerts and data as records, and the notes of what it said. */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { TlsNote } from '../note.ts';
import type { AlertName } from './alerts.ts';
import { ALERTS } from './alerts.ts';
import type { Certificate } from './certificate.ts';
import { opensslDate } from './certificate-text.ts';
import { absorb } from './digest.ts';
import type { HandshakeName } from './messages.ts';
import { ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, number, plainRecords, sealedRecords } from './record.ts';
import type { TlsFlight, TlsState } from './types.ts';
import type { TlsVersion } from './versions.ts';
import { TLS_VERSIONS } from './versions.ts';

export function copyOf(state: TlsState): Draft<TlsState> {
  return {
    config: state.config,
    phase: state.phase,
    inbox: state.inbox,
    wanted: state.wanted,
    partial: state.partial,
    met: state.met,
    version: state.version,
    serverName: state.serverName,
    transcript: state.transcript,
    secret: state.secret,
    hearsSealed: state.hearsSealed,
    speaksSealed: state.speaksSealed,
    heardCount: state.heardCount,
    spokenCount: state.spokenCount,
    peerChain: state.peerChain,
    verification: state.verification,
    peerClosed: state.peerClosed,
  };
}

/** The octets as records of this type, protected if this side's are by now. */
export function speak(state: Draft<TlsState>, type: number, octets: Octets): Octets {
  const { config, version, secret, speaksSealed } = state;
  if (!speaksSealed || version === null || secret === null) {
    // RFC 8446 §5.1: a first ClientHello may say 1.0, which old servers want to see.
    const first = state.phase === 'start' ? 0x0301 : 0x0303;
    return plainRecords(type, version === null ? first : TLS_VERSIONS[version].recordVersion, octets);
  }
  const [records, count] = sealedRecords(secret, config.side, state.spokenCount, version, type, octets);
  state.spokenCount += count;
  return records;
}

/** A flight while it is put together. */
export interface FlightDraft {
  octets: string;
  readonly messages: string[];
  certificate: Certificate | null;
  offers: readonly TlsVersion[];
}

export const newFlight = (): FlightDraft => ({ octets: '', messages: [], certificate: null, offers: [] });

export function sayMessage(
  state: Draft<TlsState>,
  flight: FlightDraft,
  name: HandshakeName,
  whole: Octets,
): void {
  state.transcript = absorb(state.transcript, whole);
  flight.octets += speak(state, HANDSHAKE, whole);
  flight.messages.push(name);
}

/** RFC 5246 §7.1. In TLS 1.3 it means nothing, and is said for the sake of old firewalls (RFC 8446 §D.4). */
export function sayChangeCipherSpec(state: Draft<TlsState>, flight: FlightDraft): void {
  const version = state.version ?? 'TLSv1.3';
  flight.octets += plainRecords(CHANGE_CIPHER_SPEC, TLS_VERSIONS[version].recordVersion, '\x01' as Octets);
  flight.messages.push('ChangeCipherSpec');
}

/** The flight as it goes out. */
export function finishedFlight(state: TlsState, flight: FlightDraft): TlsFlight {
  const { certificate } = flight;
  const note: TlsNote = {
    ...plainNote(state),
    messages: flight.messages,
    offers: flight.offers,
    certificate: certificate && {
      subject: certificate.subject,
      issuer: certificate.issuer,
      names: certificate.names,
      notBefore: opensslDate(certificate.notBefore),
      notAfter: opensslDate(certificate.notAfter),
    },
    clause: state.version === null || state.version === 'TLSv1.3' ? 'RFC 8446 §2' : 'RFC 5246 §7.3',
  };
  return { octets: flight.octets as Octets, note };
}

/** An alert; the state is left as it is but for the count of records. */
export function alertFlight(state: Draft<TlsState>, name: AlertName, reason: string): TlsFlight {
  const level = name === 'close_notify' ? 'warning' : 'fatal';
  const code = ALERTS[name];
  const octets = speak(state, ALERT, (number(level === 'fatal' ? 2 : 1, 1) + number(code, 1)) as Octets);
  const note: TlsNote = {
    ...plainNote(state),
    messages: ['Alert'],
    alert: { level, name, code },
    reason,
    clause: name === 'close_notify' ? 'RFC 8446 §6.1' : 'RFC 8446 §6.2',
  };
  return { octets, note };
}

const plainNote = ({ version, serverName }: TlsState): TlsNote => ({
  kind: 'tls',
  protocol: 'tls',
  messages: [],
  version: version ?? '',
  cipher: version === null ? '' : TLS_VERSIONS[version].cipher,
  offers: [],
  serverName,
  certificate: null,
  alert: null,
  reason: '',
  clause: '',
});
