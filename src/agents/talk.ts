/**
 * Joins a protocol machine to a program: machine effects become program effects, questions are put to the agent, and
 * TLS lies between the two where the machine asks for it.
 */
import type { Draft } from '../base/draft.ts';
import { NO_OCTETS } from '../base/octets.ts';
import type { Octets } from '../base/octets.ts';
import type { Arrival, Driven, Effect, Machine } from '../protocol/machine.ts';
import { drive, driven } from '../protocol/machine.ts';
import { joined } from '../protocol/body-note.ts';
import type { BodyNote, Note } from '../protocol/note.ts';
import type { Chain } from '../protocol/tls/certificate.ts';
import { tlsClient, tlsClose, tlsHear, tlsSeal, tlsServer, tlsStart } from '../protocol/tls/session.ts';
import type {
  TlsClientConfig,
  TlsConfig,
  TlsEnd,
  TlsFacts,
  TlsFlight,
  TlsState,
} from '../protocol/tls/types.ts';
import { PREFERENCE } from '../protocol/tls/versions.ts';
import type { ConnId, ProgramEffect, ProgramInput, StepContext } from '../sim/types.ts';

/** A machine at one end of a connection, and the TLS of that end. */
export interface Link<S> {
  readonly driven: Driven<S>;
  readonly tls: TlsState | null;
}

export const linked = <S>(state: S): Link<S> => ({ driven: driven(state), tls: null });

/** How this end does TLS when its machine asks; null: it never does. */
export interface Secrecy {
  readonly config: TlsConfig;
  readonly at: StepContext;
}

/** What a connection brings to the machine at its end, before TLS. */
export type ConnArrival = Extract<Arrival<never>, { kind: 'octets' | 'closed' | 'timeout' }>;

/** TLS with whatever server it is, whose name is not asked after. */
export const UNVERIFIED: TlsClientConfig = {
  side: 'client',
  serverName: '',
  expectedName: '',
  trust: [],
  verify: 'none',
  versions: PREFERENCE,
};

/** How a server does TLS with its certificates, whenever that begins; null: never, for `tls` is `none`. */
export const serverSecrecy = (
  { tls, certificates }: { readonly tls: string; readonly certificates: Chain },
  at: StepContext,
): Secrecy | null =>
  tls === 'none' ? null : { config: { side: 'server', chain: certificates, versions: PREFERENCE }, at };

export function arrivalOf(
  input: Extract<ProgramInput, { kind: 'octets' | 'closed' | 'conn-timer' }>,
): ConnArrival {
  switch (input.kind) {
    case 'octets':
      return { kind: 'octets', octets: input.octets };
    case 'closed':
      return { kind: 'closed' };
    case 'conn-timer':
      return { kind: 'timeout', name: input.name };
  }
}

export interface Talk<S, Q> {
  readonly link: Link<S>;
  /** Asked and not answered yet: the machine holds until `answer` arrives. */
  readonly pending: Q | null;
  readonly closed: boolean;
  /** The handshake was done just now. */
  readonly secured: TlsFacts | null;
  /** TLS ended the connection. */
  readonly tlsEnd: TlsEnd | null;
}

/** What one call of `talk` is about, and what has come of it so far: what it returns in the end. */
interface Talking<S, Q, A> {
  readonly machine: Machine<S, Q, A>;
  readonly conn: ConnId;
  readonly answer: (question: Q) => A | null;
  readonly effects: ProgramEffect[];
  readonly secrecy: Secrecy | null;
  readonly link: Draft<Link<S>>;
  pending: Q | null;
  closed: boolean;
  secured: TlsFacts | null;
  tlsEnd: TlsEnd | null;
}

/**
 * Lets a machine hear one arrival and goes on for as long as the agent answers at once. `answer` returns null when it
 * must find out first (or when no answer is awaited); the program then comes back with `{ kind: 'answer' }`.
 */
export function talk<S, Q, A>(
  machine: Machine<S, Q, A>,
  link: Link<S>,
  conn: ConnId,
  arrival: Arrival<A>,
  answer: (question: Q) => A | null,
  effects: ProgramEffect[],
  secrecy: Secrecy | null = null,
): Talk<S, Q> {
  const talking: Talking<S, Q, A> = {
    machine,
    conn,
    answer,
    effects,
    secrecy,
    link: { driven: link.driven, tls: link.tls },
    pending: null,
    closed: false,
    secured: null,
    tlsEnd: null,
  };
  if (talking.link.tls !== null && arrival.kind === 'octets') hearSecret(talking, arrival.octets);
  else hear(talking, arrival);
  return talking;
}

/** Begins TLS before the first word of the protocol (RFC 8314 §3). */
export function secureFirst<S>(
  link: Link<S>,
  conn: ConnId,
  secrecy: Secrecy,
  effects: ProgramEffect[],
): Link<S> {
  return { driven: link.driven, tls: beginTls(conn, secrecy, effects) };
}

function beginTls(conn: ConnId, { config, at }: Secrecy, effects: ProgramEffect[]): TlsState {
  if (config.side === 'server') return tlsServer(config);
  const said = tlsStart(tlsClient(config), at.chance);
  fly(conn, said.flights, effects);
  return said.state;
}

function fly(conn: ConnId, flights: readonly TlsFlight[], effects: ProgramEffect[]): void {
  for (const { octets, note } of flights) effects.push({ kind: 'send', conn, octets, note });
}

/** Octets behind which TLS stands. */
function hearSecret<S, Q, A>(talking: Talking<S, Q, A>, octets: Octets): void {
  const { at } = talking.secrecy!;
  const heard = tlsHear(talking.link.tls!, octets, at.clock.epochMs + at.now, at.chance);
  talking.link.tls = heard.state;
  fly(talking.conn, heard.flights, talking.effects);
  if (heard.secured) {
    talking.secured = heard.secured;
    const { version, cipher, bits } = heard.secured;
    hear(talking, { kind: 'secured', tls: { version, cipher, bits } });
  }
  if (heard.plain !== NO_OCTETS && !talking.closed) hear(talking, { kind: 'octets', octets: heard.plain });
  if (heard.end === null || talking.closed) return;
  talking.tlsEnd = heard.end;
  const said = tlsClose(talking.link.tls);
  talking.link.tls = said.state;
  fly(talking.conn, said.flights, talking.effects);
  hear(talking, { kind: 'closed' });
  talking.closed = true;
  talking.effects.push({ kind: 'close', conn: talking.conn });
}

function hear<S, Q, A>(talking: Talking<S, Q, A>, arrival: Arrival<A>): void {
  let next: Arrival<A> | null = arrival;
  while (next && !talking.closed) {
    const [after, out]: readonly [Driven<S>, readonly Effect<Q>[]] = drive(
      talking.machine,
      talking.link.driven,
      next,
    );
    talking.link.driven = after;
    next = null;
    let body: BodyNote | null = null;
    for (const effect of out) {
      if (effect.kind === 'heard' && effect.note.kind === 'body') {
        // Lines heard in one go become one event.
        body = body === null ? effect.note : joined(body, effect.note);
        continue;
      }
      if (body !== null) {
        talking.effects.push({ kind: 'heard', conn: talking.conn, note: body });
        body = null;
      }
      if (effect.kind === 'ask') {
        const given = talking.answer(effect.question);
        talking.pending = given === null ? effect.question : null;
        if (given !== null) next = { kind: 'answer', answer: given };
      } else carryOut(talking, effect);
    }
    if (body !== null) talking.effects.push({ kind: 'heard', conn: talking.conn, note: body });
  }
}

function carryOut<S, Q, A>(talking: Talking<S, Q, A>, effect: Exclude<Effect<Q>, { kind: 'ask' }>): void {
  const { conn, effects } = talking;
  switch (effect.kind) {
    case 'send':
      send(talking, effect.octets, effect.note);
      return;
    case 'heard':
      effects.push({ kind: 'heard', conn, note: effect.note });
      return;
    case 'timer':
      effects.push({ kind: 'conn-timer', conn, name: effect.name, after: effect.after });
      return;
    case 'close':
      talking.closed = true;
      if (talking.link.tls !== null) {
        const said = tlsClose(talking.link.tls);
        talking.link.tls = said.state;
        fly(conn, said.flights, effects);
      }
      effects.push({ kind: 'close', conn });
      return;
    case 'startTls':
      if (talking.secrecy === null) throw new Error('a machine asks for TLS and its program has none');
      talking.link.tls = beginTls(conn, talking.secrecy, effects);
      return;
  }
}

/** What a machine says; under TLS the wire carries records, and the note tells the ends what is in them. */
function send<S, Q, A>(talking: Talking<S, Q, A>, octets: Octets, note: Note): void {
  const { conn, effects } = talking;
  const { tls } = talking.link;
  if (tls === null) {
    effects.push({ kind: 'send', conn, octets, note });
    return;
  }
  const [state, records] = tlsSeal(tls, octets);
  talking.link.tls = state;
  // Before the handshake is done nobody could read it.
  if (records === NO_OCTETS) return;
  effects.push({ kind: 'send', conn, octets: records, note: { ...note, tls: true } });
}
