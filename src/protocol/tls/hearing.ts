/** How a side hears: octets as records, records as content, content as messages and alerts (RFC 8446 §5, §6). */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import { alertName, alertReason } from './alerts.ts';
import type { Hearing, Trouble } from './handshake.ts';
import { hearMessage, trouble } from './handshake.ts';
import { handshakeName } from './messages.ts';
import type { Cut, TlsRecord } from './record.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  cutRecord,
  HANDSHAKE,
  HEADER_OCTETS,
  openRecord,
  PLAIN_LIMIT,
} from './record.ts';
import { alertFlight } from './speaking.ts';
import type { TlsState } from './types.ts';

/** A handshake message may have this many octets: RFC 8446 §4 allows 2^24, OpenSSL less, too. */
const MESSAGE_LIMIT = 32_768;
const MESSAGE_HEADER_OCTETS = 4;

/** Every whole record of the inbox. */
export function hearRecords(hearing: Hearing): void {
  const { state } = hearing;
  const { inbox } = state;
  let at = 0;
  while (hearing.end === null) {
    const cut = cutRecord(inbox, at);
    if (cut.kind === 'short') {
      state.wanted = cut.wanted;
      break;
    }
    const found = hearCut(hearing, cut, inbox.slice(at, at + HEADER_OCTETS));
    if (found !== null) fail(hearing, found);
    else if (cut.kind === 'record') at += HEADER_OCTETS + cut.record.fragment.length;
  }
  state.inbox = inbox.slice(at) as Octets;
  if (state.phase === 'over') forget(state);
  else if (state.peerClosed) state.inbox = NO_OCTETS;
}

/** Ends in failure, and tells the peer unless it would not understand. */
function fail(hearing: Hearing, { alert, reason }: Trouble): void {
  const { state } = hearing;
  if (alert !== null) hearing.flights.push(alertFlight(state, alert, reason));
  hearing.end = { kind: 'failed', alert, byPeer: false, reason };
  state.phase = 'over';
}

function hearCut(hearing: Hearing, cut: Exclude<Cut, { kind: 'short' }>, head: string): Trouble | null {
  const { state } = hearing;
  switch (cut.kind) {
    case 'foreign':
      return state.met ? trouble('protocol_version', 'wrong version number') : noTls(head);
    case 'too-long':
      return trouble('record_overflow', 'packet length too long');
    case 'record':
      state.met = true;
      return hearRecord(hearing, cut.record);
  }
}

/**
 * Somebody types at port 465, or a server greets in plain text. OpenSSL knows HTTP when it sees it, and does not answer
 * in a language the peer does not speak.
 */
function noTls(head: string): Trouble {
  if (/^(GET |POST |HEAD |PUT )/.test(head)) return trouble(null, 'http request');
  return trouble(null, head === 'CONNE' ? 'https proxy request' : 'wrong version number');
}

function hearRecord(hearing: Hearing, record: TlsRecord): Trouble | null {
  const { state } = hearing;
  const { version, secret } = state;
  if (!state.hearsSealed || version === null || secret === null || isBare(state, record))
    return hearContent(hearing, record.type, record.fragment);
  if (version === 'TLSv1.3' && record.type !== APPLICATION_DATA) return UNEXPECTED;
  const peer = state.config.side === 'client' ? 'server' : 'client';
  const opened = openRecord(secret, peer, state.heardCount, version, record);
  if (opened === null) return trouble('bad_record_mac', 'decryption failed or bad record mac');
  state.heardCount++;
  // RFC 8446 §5: a protected ChangeCipherSpec is none.
  if (version === 'TLSv1.3' && opened.type === CHANGE_CIPHER_SPEC) return UNEXPECTED;
  return hearContent(hearing, opened.type, opened.octets);
}

/** TLS 1.3 lets two things through unprotected before Finished: ChangeCipherSpec, and an alert of a peer without keys. */
const isBare = (state: TlsState, { type }: TlsRecord): boolean =>
  state.version === 'TLSv1.3' &&
  state.phase !== 'secured' &&
  (type === CHANGE_CIPHER_SPEC || (type === ALERT && state.heardCount === 0));

const UNEXPECTED = trouble('unexpected_message', 'unexpected message');

function hearContent(hearing: Hearing, type: number, octets: Octets): Trouble | null {
  const { state } = hearing;
  if (octets.length > PLAIN_LIMIT) return trouble('record_overflow', 'data length too long');
  if (type === ALERT) return hearAlert(hearing, octets);
  if (type === HANDSHAKE) return hearHandshake(hearing, octets);
  // RFC 8446 §5.1: nothing may come between the records of one message.
  if (!isBoundary(state)) return UNEXPECTED;
  if (type === APPLICATION_DATA && state.phase === 'secured') hearing.plain += octets;
  else if (type !== CHANGE_CIPHER_SPEC || octets !== '\x01') return UNEXPECTED;
  else if (state.phase === 'ChangeCipherSpec') hearChangeCipherSpec(state);
  else if (!mayIgnoreChangeCipherSpec(state)) return UNEXPECTED;
  return null;
}

/** RFC 8446 §5: between the first ClientHello and the peer's Finished. */
const mayIgnoreChangeCipherSpec = ({ phase, version }: TlsState): boolean =>
  phase === 'ServerHello' || (version === 'TLSv1.3' && phase !== 'secured');

/** Whole messages are heard, the rest waits for more. */
function hearHandshake(hearing: Hearing, octets: Octets): Trouble | null {
  const { state } = hearing;
  // RFC 8446 §5.1: no empty ones; and after the handshake none at all, here.
  if (octets.length === 0 || state.phase === 'secured') return UNEXPECTED;
  state.partial = (state.partial + octets) as Octets;
  while (state.partial.length >= MESSAGE_HEADER_OCTETS) {
    const { partial, hearsSealed } = state;
    const length = partial.charCodeAt(1) * 65_536 + partial.charCodeAt(2) * 256 + partial.charCodeAt(3);
    if (length > MESSAGE_LIMIT) return trouble('illegal_parameter', 'excessive message size');
    const end = MESSAGE_HEADER_OCTETS + length;
    if (partial.length < end) return null;
    state.partial = partial.slice(end) as Octets;
    const body = partial.slice(MESSAGE_HEADER_OCTETS, end) as Octets;
    const whole = partial.slice(0, end) as Octets;
    const found = hearMessage(hearing, handshakeName(partial.charCodeAt(0)), body, whole);
    if (found !== null) return found;
    if (!isBoundary(state) && (hearsSealed !== state.hearsSealed || isSecured(state)))
      return trouble('unexpected_message', 'not on record boundary');
  }
  return null;
}

/** Its own function, so that what `hearMessage` did to the phase is seen. */
const isSecured = ({ phase }: TlsState): boolean => phase === 'secured';

/** RFC 8446 §6: but for close_notify and user_canceled every alert is the end, whatever its level. */
function hearAlert(hearing: Hearing, octets: Octets): Trouble | null {
  const { state } = hearing;
  if (octets.length !== 2) return trouble('decode_error', 'invalid alert');
  const code = octets.charCodeAt(1);
  const name = alertName(code);
  if (name === 'user_canceled') return null;
  if (name === 'close_notify') {
    hearing.end = { kind: 'closed' };
    state.peerClosed = true;
    // Before the handshake is done there is nothing left to say either.
    if (state.phase !== 'secured') state.phase = 'over';
    return null;
  }
  hearing.end = { kind: 'failed', alert: name, byPeer: true, reason: alertReason(code) };
  state.phase = 'over';
  return null;
}

/** ChangeCipherSpec where the versions before TLS 1.3 await it: what follows is protected (RFC 5246 §7.1). */
function hearChangeCipherSpec(state: Draft<TlsState>): void {
  state.hearsSealed = true;
  state.phase = 'Finished';
}

/** No octets of a message are left over (RFC 8446 §5.1). */
const isBoundary = (state: TlsState): boolean => state.partial === NO_OCTETS;

/** Nothing will be heard or said any more. */
export function forget(state: Draft<TlsState>): void {
  state.phase = 'over';
  state.inbox = NO_OCTETS;
  state.partial = NO_OCTETS;
}
