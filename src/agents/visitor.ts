/**
 * A client from outside the simulation: what real programs say on real sockets enters here, as inputs, and leaves as
 * facts. It is a telnet that speaks TLS, with nobody at the keyboard.
 */
import type { Octets } from '../base/octets.ts';
import type { Eol } from '../protocol/note.ts';
import { tlsClient, tlsClose, tlsHear, tlsSeal, tlsStart } from '../protocol/tls/session.ts';
import type { TlsFlight, TlsState } from '../protocol/tls/types.ts';
import type { Address, ConnId, Program, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from './entries.ts';
import type { Fact } from './facts.ts';
import { UNVERIFIED } from './talk.ts';

/** `call` is the visitor's own number for a connection, or for the source port of a datagram. */
export type VisitorInput =
  | { readonly kind: 'open'; readonly call: number; readonly to: Address; readonly secure: boolean }
  | { readonly kind: 'say'; readonly call: number; readonly octets: Octets }
  /** TLS stands on the real socket: here it begins. */
  | { readonly kind: 'secure'; readonly call: number }
  | { readonly kind: 'close'; readonly call: number }
  | { readonly kind: 'datagram'; readonly call: number; readonly to: Address; readonly octets: Octets };

interface Call {
  readonly id: number;
  /** null: the connection is not there yet. */
  readonly conn: ConnId | null;
  readonly secure: boolean;
  readonly tls: TlsState | null;
  /** Said before the connection stood, or before TLS did. */
  readonly waiting: Octets;
  /** The caller has hung up: what waits still goes out. */
  readonly leaving: boolean;
}

interface VisitorState {
  readonly calls: readonly Call[];
}

/** Datagrams leave from this port on, one port a call. */
const FIRST_PORT = 20_000;
const PORTS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;

function step(
  state: VisitorState,
  input: ProgramInput,
  at: StepContext,
): readonly [VisitorState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  return [hear(state, input, at, effects), effects];
}

function hear(
  state: VisitorState,
  input: ProgramInput,
  at: StepContext,
  effects: ProgramEffect[],
): VisitorState {
  switch (input.kind) {
    case 'input':
      return obey(state, input.input as VisitorInput, at, effects);
    case 'opened': {
      const call = entryOf(state.calls, Number(input.handle));
      if (!call) {
        effects.push({ kind: 'close', conn: input.conn });
        return state;
      }
      const opened: Call = { ...call, conn: input.conn };
      return call.secure ? begin(state, opened, at, effects) : flush(state, opened, effects);
    }
    case 'failed':
      record(effects, { kind: 'visit', call: Number(input.handle), what: 'ended', octets: '' as Octets });
      return without(state, Number(input.handle));
    case 'octets': {
      const call = state.calls.find(({ conn }) => conn === input.conn);
      return call ? heard(state, call, input.octets, at, effects) : state;
    }
    case 'closed': {
      const call = state.calls.find(({ conn }) => conn === input.conn);
      return call ? end(state, call, effects) : state;
    }
    case 'datagram': {
      const call = input.local.port - FIRST_PORT;
      record(effects, { kind: 'visit', call, what: 'datagram', octets: input.octets });
      return state;
    }
    default:
      return state;
  }
}

const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

const set = (state: VisitorState, call: Call): VisitorState => ({ calls: withEntry(state.calls, call) });
const without = (state: VisitorState, id: number): VisitorState => ({ calls: withoutEntry(state.calls, id) });

function end(state: VisitorState, call: Call, effects: ProgramEffect[]): VisitorState {
  record(effects, { kind: 'visit', call: call.id, what: 'ended', octets: '' as Octets });
  return without(state, call.id);
}

function obey(
  state: VisitorState,
  input: VisitorInput,
  at: StepContext,
  effects: ProgramEffect[],
): VisitorState {
  if (input.kind === 'open') {
    const { call: id, secure, to } = input;
    effects.push({ kind: 'connect', handle: String(id), to, timeoutMs: CONNECT_TIMEOUT_MS });
    const call: Call = { id, conn: null, secure, tls: null, waiting: '' as Octets, leaving: false };
    return set(state, call);
  }
  if (input.kind === 'datagram') {
    const port = FIRST_PORT + (input.call % PORTS);
    const note = { kind: 'typed', text: '', eol: 'none' };
    effects.push({ kind: 'listen', protocol: 'udp', port });
    effects.push({ kind: 'datagram', from: port, to: input.to, octets: input.octets, note });
    return state;
  }
  const call = entryOf(state.calls, input.call);
  if (!call) return state;
  switch (input.kind) {
    case 'say':
      return flush(state, { ...call, waiting: (call.waiting + input.octets) as Octets }, effects);
    case 'secure':
      return begin(state, { ...call, secure: true }, at, effects);
    case 'close':
      return flush(state, { ...call, leaving: true }, effects);
  }
}

/** The TLS of the simulation, behind the real one. */
function begin(state: VisitorState, call: Call, at: StepContext, effects: ProgramEffect[]): VisitorState {
  const said = tlsStart(tlsClient(UNVERIFIED), at.chance);
  fly(call, said.flights, effects);
  return set(state, { ...call, tls: said.state });
}

function fly(call: Call, flights: readonly TlsFlight[], effects: ProgramEffect[]): void {
  for (const { octets, note } of flights) effects.push({ kind: 'send', conn: call.conn!, octets, note });
}

/** Says what waits as soon as it can be said, and hangs up behind it. */
function flush(state: VisitorState, call: Call, effects: ProgramEffect[]): VisitorState {
  if (call.conn === null || (call.secure && call.tls?.phase !== 'secured')) return set(state, call);
  let { tls } = call;
  if (call.waiting !== '') {
    let wire = call.waiting;
    if (tls !== null) [tls, wire] = tlsSeal(tls, wire);
    const note = typed(call.waiting);
    effects.push({
      kind: 'send',
      conn: call.conn,
      octets: wire,
      note: tls === null ? note : { ...note, tls: true },
    });
  }
  if (!call.leaving) return set(state, { ...call, tls, waiting: '' as Octets });
  if (tls !== null) fly(call, tlsClose(tls).flights, effects);
  effects.push({ kind: 'close', conn: call.conn });
  return without(state, call.id);
}

/** Octets of what was said that its note shows. */
const SHOWN = 400;

function typed(octets: Octets): { readonly kind: 'typed'; readonly text: string; readonly eol: Eol } {
  const eol = octets.endsWith('\r\n') ? 'crlf' : octets.endsWith('\n') ? 'lf' : 'none';
  const text = octets.slice(0, octets.length - (eol === 'crlf' ? 2 : eol === 'lf' ? 1 : 0));
  return { kind: 'typed', text: text.slice(0, SHOWN), eol };
}

function heard(
  state: VisitorState,
  call: Call,
  octets: Octets,
  at: StepContext,
  effects: ProgramEffect[],
): VisitorState {
  if (call.tls === null) {
    record(effects, { kind: 'visit', call: call.id, what: 'said', octets });
    return state;
  }
  const {
    state: tls,
    flights,
    plain,
    secured,
    end: ended,
  } = tlsHear(call.tls, octets, at.clock.epochMs + at.now, at.chance);
  fly(call, flights, effects);
  if (plain !== '') record(effects, { kind: 'visit', call: call.id, what: 'said', octets: plain });
  const next = { ...call, tls };
  if (ended) {
    effects.push({ kind: 'close', conn: call.conn! });
    return end(state, next, effects);
  }
  return secured ? flush(state, next, effects) : set(state, next);
}

export const visitor: Program<VisitorState> = { init: () => ({ calls: [] }), step };
