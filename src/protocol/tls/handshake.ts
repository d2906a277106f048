/** The handshake (RFC 8446 §4; for the versions before, RFC 5246 §7.3): what a message heard leads to. */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import type { AlertName } from './alerts.ts';
import type { Digest } from './digest.ts';
import { absorb, EMPTY_DIGEST, squeeze } from './digest.ts';
import { tlsFacts } from './facts.ts';
import type { HandshakeName } from './messages.ts';
import * as messages from './messages.ts';
import type { Direction } from './record.ts';
import { finishedFlight, newFlight, sayChangeCipherSpec, sayMessage } from './speaking.ts';
import type { TlsEnd, TlsFacts, TlsFlight, TlsPhase, TlsState } from './types.ts';
import type { Verification, VerifyCode } from './verify.ts';
import { verifyCertificate } from './verify.ts';
import type { TlsVersion } from './versions.ts';
import { commonVersion, PREFERENCE, TLS_VERSIONS } from './versions.ts';

/** A call of `tlsHear` at work: the state it may write to, and what comes of it. */
export interface Hearing {
  readonly state: Draft<TlsState>;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly instant: Millis;
  readonly chance: number;
  readonly flights: TlsFlight[];
  plain: string;
  secured: TlsFacts | null;
  end: TlsEnd | null;
}

type Order = Partial<Readonly<Record<HandshakeName, TlsPhase>>>;

const CLIENT_1_2: Order = {
  ServerHello: 'Certificate',
  Certificate: 'ServerKeyExchange',
  ServerKeyExchange: 'ServerHelloDone',
  ServerHelloDone: 'ChangeCipherSpec',
  Finished: 'secured',
};
const SERVER_1_2: Order = {
  ClientHello: 'ClientKeyExchange',
  ClientKeyExchange: 'ChangeCipherSpec',
  Finished: 'secured',
};

/** What a side awaits after each message it hears. */
const ORDER: Readonly<Record<Direction, Readonly<Record<TlsVersion, Order>>>> = {
  client: {
    'TLSv1.3': {
      ServerHello: 'EncryptedExtensions',
      EncryptedExtensions: 'Certificate',
      Certificate: 'CertificateVerify',
      CertificateVerify: 'Finished',
      Finished: 'secured',
    },
    'TLSv1.2': CLIENT_1_2,
    TLSv1: CLIENT_1_2,
  },
  server: {
    'TLSv1.3': { ClientHello: 'Finished', Finished: 'secured' },
    'TLSv1.2': SERVER_1_2,
    TLSv1: SERVER_1_2,
  },
};

/** Why the connection cannot go on. `alert` null: the peer is not told. */
export interface Trouble {
  readonly alert: AlertName | null;
  readonly reason: string;
}

export function trouble(alert: AlertName | null, reason: string): Trouble {
  return { alert, reason };
}

/** `count` octets from a number in [0, 1), for the purpose named. */
const dice = (chance: number, purpose: string, count: number): Octets =>
  squeeze(absorb(EMPTY_DIGEST, `${purpose} ${chance}`), count);

const SHARE_OCTETS = 32;
/** Of an RSA key of 2048 bits. */
const SIGNATURE_OCTETS = 256;

/** A client's first words. */
export function sayClientHello(state: Draft<TlsState>, chance: number): TlsFlight {
  const { config } = state;
  const flight = newFlight();
  if (config.side === 'client') {
    const { serverName, versions } = config;
    const random = dice(chance, 'client random', messages.RANDOM_OCTETS);
    const session = dice(chance, 'client session', 32);
    state.serverName = messages.isServerName(serverName) ? serverName : '';
    const hello = { random, session, serverName: state.serverName, versions };
    flight.offers = PREFERENCE.filter((version) => versions.includes(version));
    sayMessage(
      state,
      flight,
      'ClientHello',
      messages.clientHello(hello, dice(chance, 'client share', SHARE_OCTETS)),
    );
  }
  state.phase = 'ServerHello';
  return finishedFlight(state, flight);
}

/** A whole handshake message: `body` without its header. */
export function hearMessage(
  hearing: Hearing,
  name: HandshakeName | null,
  body: Octets,
  whole: Octets,
): Trouble | null {
  const { state } = hearing;
  if (name === null || name !== state.phase) return trouble('unexpected_message', 'unexpected message');
  const before = state.transcript;
  state.transcript = absorb(before, whole);
  const found = hear(hearing, name, body, before);
  if (found !== null || state.version === null) return found;
  state.phase = ORDER[state.config.side][state.version][name] ?? 'over';
  if (state.phase === 'secured') hearing.secured = tlsFacts(state);
  return null;
}

function hear(hearing: Hearing, name: HandshakeName, body: Octets, before: Digest): Trouble | null {
  switch (name) {
    case 'ClientHello':
      return hearClientHello(hearing, body);
    case 'ServerHello':
      return hearServerHello(hearing, body);
    case 'Certificate':
      return hearCertificate(hearing, body);
    case 'CertificateVerify':
      return hearCertificateVerify(hearing, body, before);
    case 'ServerHelloDone':
      return answerServerHelloDone(hearing);
    case 'Finished':
      return hearFinished(hearing, body, before);
    // Nothing in these is looked at; Finished covers them.
    case 'EncryptedExtensions':
    case 'ServerKeyExchange':
    case 'ClientKeyExchange':
      return null;
  }
}

const MALFORMED = trouble('decode_error', 'length too short');

function hearClientHello(hearing: Hearing, body: Octets): Trouble | null {
  const { state } = hearing;
  const { config } = state;
  const hello = messages.readClientHello(body);
  if (hello === null) return MALFORMED;
  const version = commonVersion(config.versions, hello.versions);
  if (version === null) return trouble('protocol_version', 'unsupported protocol');
  if (config.side !== 'server' || config.chain.length === 0)
    return trouble('handshake_failure', 'no shared cipher');
  state.serverName = hello.serverName;
  state.version = version;
  sayServerFlight(hearing, version, hello.session);
  return null;
}

/** ServerHello and all that follows it without another word from the client. */
function sayServerFlight(hearing: Hearing, version: TlsVersion, echo: Octets): void {
  const { state, chance } = hearing;
  const chain = state.config.side === 'server' ? state.config.chain : [];
  const modern = version === 'TLSv1.3';
  const flight = newFlight();
  flight.certificate = chain[0] ?? null;
  const random = dice(chance, 'server random', messages.RANDOM_OCTETS);
  const session = modern ? echo : dice(chance, 'server session', 32);
  const share = dice(chance, 'server share', SHARE_OCTETS);
  sayMessage(state, flight, 'ServerHello', messages.serverHello({ random, session, version }, share));
  agree(state);
  if (modern) {
    sayChangeCipherSpec(state, flight);
    sayMessage(state, flight, 'EncryptedExtensions', messages.encryptedExtensions());
  }
  sayMessage(state, flight, 'Certificate', messages.certificateMessage(chain, version));
  const signature = signatureOf(state.transcript, chain[0]?.keyId ?? '');
  if (modern) {
    sayMessage(state, flight, 'CertificateVerify', messages.certificateVerify(signature));
    sayFinished(state, flight);
  } else {
    sayMessage(state, flight, 'ServerKeyExchange', messages.serverKeyExchange(share, signature));
    sayMessage(state, flight, 'ServerHelloDone', messages.message('ServerHelloDone', ''));
  }
  hearing.flights.push(finishedFlight(state, flight));
}

/** Both hellos are out: the secret comes from them, and TLS 1.3 protects everything from here (RFC 8446 §7.1). */
function agree(state: Draft<TlsState>): void {
  state.secret = absorb(state.transcript, 'secret');
  state.hearsSealed = state.version === 'TLSv1.3';
  state.speaksSealed = state.hearsSealed;
}

/** Whoever knows the certificate could make it: it stands for one only the key's owner can. */
const signatureOf = (transcript: Digest, keyId: string): Octets =>
  squeeze(absorb(transcript, `signature ${keyId}`), SIGNATURE_OCTETS);

function verifyData(state: TlsState, transcript: Digest, from: Direction): Octets {
  const count = TLS_VERSIONS[state.version ?? 'TLSv1.3'].finishedOctets;
  const [a, b, c, d] = state.secret ?? EMPTY_DIGEST;
  return squeeze(absorb(transcript, `${from} finished ${a} ${b} ${c} ${d}`), count);
}

function sayFinished(state: Draft<TlsState>, flight: ReturnType<typeof newFlight>): void {
  const data = verifyData(state, state.transcript, state.config.side);
  sayMessage(state, flight, 'Finished', messages.message('Finished', data));
}

function hearServerHello(hearing: Hearing, body: Octets): Trouble | null {
  const { state } = hearing;
  const hello = messages.readServerHello(body);
  if (hello === 'malformed') return MALFORMED;
  if (hello === 'suite') return trouble('illegal_parameter', 'wrong cipher returned');
  if (hello === 'version' || !state.config.versions.includes(hello.version))
    return trouble('protocol_version', 'unsupported protocol');
  state.version = hello.version;
  agree(state);
  return null;
}

function hearCertificate(hearing: Hearing, body: Octets): Trouble | null {
  const { state, instant } = hearing;
  const { config, version } = state;
  if (config.side !== 'client' || version === null) return null;
  const chain = messages.readCertificateMessage(body, version);
  if (chain === null) return trouble('bad_certificate', 'bad certificate');
  if (chain.length === 0) return trouble('decode_error', 'no certificates returned');
  state.peerChain = chain;
  if (config.verify === 'none') return null;
  state.verification = verifyCertificate(chain, config.trust, config.expectedName, instant);
  if (config.verify === 'required' && !state.verification.ok)
    return trouble(alertFor(state.verification), 'certificate verify failed');
  return null;
}

/** OpenSSL's alert for the first thing it finds wrong. */
const VERIFY_ALERTS: Readonly<Record<VerifyCode, AlertName>> = {
  1: 'certificate_unknown',
  9: 'bad_certificate',
  10: 'certificate_expired',
  18: 'unknown_ca',
  19: 'unknown_ca',
  20: 'unknown_ca',
  21: 'unknown_ca',
  22: 'unknown_ca',
  62: 'bad_certificate',
};

const alertFor = (verification: Verification): AlertName => VERIFY_ALERTS[verification.errors[0]?.code ?? 1];

function hearCertificateVerify(hearing: Hearing, body: Octets, before: Digest): Trouble | null {
  const signature = signatureOf(before, hearing.state.peerChain[0]?.keyId ?? '');
  // The message with its header of four octets.
  if (messages.certificateVerify(signature).slice(4) !== body)
    return trouble('decrypt_error', 'bad signature');
  return null;
}

/** Before TLS 1.3 the client is the first to finish. */
function answerServerHelloDone(hearing: Hearing): Trouble | null {
  const { state, chance } = hearing;
  const flight = newFlight();
  const share = dice(chance, 'client share', SHARE_OCTETS);
  sayMessage(state, flight, 'ClientKeyExchange', messages.clientKeyExchange(share));
  sayChangeCipherSpec(state, flight);
  state.speaksSealed = true;
  sayFinished(state, flight);
  hearing.flights.push(finishedFlight(state, flight));
  return null;
}

/** The side that did not finish first does so now: the client in TLS 1.3, the server before. */
function hearFinished(hearing: Hearing, body: Octets, before: Digest): Trouble | null {
  const { state } = hearing;
  const { side } = state.config;
  const from = side === 'client' ? 'server' : 'client';
  if (verifyData(state, before, from) !== body) return trouble('decrypt_error', 'digest check failed');
  if ((side === 'client') !== (state.version === 'TLSv1.3')) return null;
  const flight = newFlight();
  sayChangeCipherSpec(state, flight);
  state.speaksSealed = true;
  sayFinished(state, flight);
  hearing.flights.push(finishedFlight(state, flight));
  return null;
}
