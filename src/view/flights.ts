/** Everything between hosts at one simulated instant. */
import type { Millis } from '../base/time.ts';
import type { Note, ProtocolName } from '../protocol/note.ts';
import type { ConnId, EventId, HostId, SimEvent } from '../sim/types.ts';
import { connectionsOf } from './connections.ts';
import type { LetterKey } from './letter.ts';
import { letterOnWire, lettersState } from './letters-fold.ts';
import { type Fold, project } from './project.ts';
import {
  noteLabel,
  noteOf,
  noteProtocol,
  octetsLabel,
  type Ports,
  type Protocol,
  portProtocol,
} from './wire.ts';

export type FlightKind = 'letter' | 'command' | 'reply' | 'handshake' | 'dns-query' | 'dns-answer';

export interface Flight {
  /** The event it left with. */
  readonly id: EventId;
  readonly conn: ConnId | null;
  readonly from: HostId;
  /** null when no host has the address: it flies off into the blue. */
  readonly to: HostId | null;
  readonly sentAt: Millis;
  /** For one that got lost: when it would have come. */
  readonly arrivesAt: Millis;
  readonly kind: FlightKind;
  readonly protocol: Protocol;
  /** Short wire text, never translated: `RCPT TO:<walter@example.org>`, `250 2.1.5 Ok`, `SYN`, `MX example.org?`. */
  readonly label: string;
  /** The letter it carries, when a host has accepted that letter before. */
  readonly letter: LetterKey | null;
  /** Postmarks the letter carries on this leg. */
  readonly postmarks: number;
  readonly lost: boolean;
  /** Times it had to be sent again before it got through. */
  readonly resent: number;
}

interface Sent {
  readonly event: SimEvent;
  readonly conn: ConnId | null;
  readonly to: HostId | null;
  readonly arrivesAt: Millis;
  readonly kind: FlightKind;
  readonly protocol: ProtocolName | null;
  readonly port: number;
  readonly lost: boolean;
}

interface State {
  open: Sent[];
  /** Length of `open` at which those that arrived are swept out. */
  sweepAt: number;
  /** Connections whose server waits for mail data. */
  readonly inData: Set<ConnId>;
  /** How long the last packet took, by `from>to`: a lost one is drawn as slow as its neighbours. */
  readonly took: Map<string, Millis>;
}

const FEWEST_TO_SWEEP = 64;
/** A lost packet between hosts of which nothing is known yet. */
const UNKNOWN_TRANSIT_MS = 100;

export const FLIGHTS: Fold<State> = {
  start: () => ({ open: [], sweepAt: FEWEST_TO_SWEEP, inData: new Set(), took: new Map() }),
  copy: (state) => ({
    open: state.open.slice(),
    sweepAt: state.sweepAt,
    inData: new Set(state.inData),
    took: new Map(state.took),
  }),
  step: (state, event, log) => {
    const sent = sentBy(state, event, log);
    if (sent === null) return;
    state.open.push(sent);
    if (state.open.length < state.sweepAt) return;
    state.open = state.open.filter(({ arrivesAt }) => arrivesAt > event.at);
    state.sweepAt = Math.max(FEWEST_TO_SWEEP, state.open.length * 2);
  },
};

function sentBy(state: State, event: SimEvent, log: readonly SimEvent[]): Sent | null {
  const { what } = event;
  switch (what.kind) {
    case 'connecting':
      // Nobody has that address: there is no SYN event, yet a SYN leaves.
      if (what.to !== null) return null;
      return sent(state, event, what.conn, null, null, 'handshake', null, what.peer.port);
    case 'packet': {
      const port = portOf(log, event, what.conn);
      return sent(state, event, what.conn, what.to, what.arrivesAt, 'handshake', null, port);
    }
    case 'segment': {
      const note = noteOf(what.note);
      const kind = segmentKind(state, what.conn, what.side === 'server', note);
      const port = portOf(log, event, what.conn);
      return sent(state, event, what.conn, what.to, what.arrivesAt, kind, noteProtocol(note), port);
    }
    case 'datagram': {
      const note = noteOf(what.note);
      const kind = note?.kind === 'dns' && note.response ? 'dns-answer' : 'dns-query';
      const port = kind === 'dns-answer' ? what.from.port : what.peer.port;
      return sent(state, event, null, what.to, what.arrivesAt, kind, noteProtocol(note), port);
    }
    default:
      return null;
  }
}

const portOf = (log: readonly SimEvent[], event: SimEvent, conn: ConnId): number =>
  connectionsOf(log, event.id - log[0]!.id + 1).get(conn)?.peer.port ?? 0;

function sent(
  state: State,
  event: SimEvent,
  conn: ConnId | null,
  to: HostId | null,
  arrivesAt: Millis | null,
  kind: FlightKind,
  protocol: ProtocolName | null,
  port: number,
): Sent {
  const way = `${event.host}>${to ?? ''}`;
  if (arrivesAt !== null) state.took.set(way, arrivesAt - event.at);
  const arrives = arrivesAt ?? event.at + (state.took.get(way) ?? UNKNOWN_TRANSIT_MS);
  return { event, conn, to, arrivesAt: arrives, kind, protocol, port, lost: arrivesAt === null };
}

/** What a segment is; remembers which servers wait for mail data, since a typed dot then ends a letter. */
function segmentKind(state: State, conn: ConnId, byServer: boolean, note: Note | null): FlightKind {
  if (note?.kind === 'content') return 'letter';
  if (note?.kind === 'reply') {
    if (note.state === 'data' && note.protocol !== 'pop3') state.inData.add(conn);
    else state.inData.delete(conn);
  }
  if (byServer) return 'reply';
  const endsData =
    note?.kind === 'typed' && note.text === '.' && note.eol === 'crlf' && state.inData.has(conn);
  return endsData ? 'letter' : 'command';
}

/**
 * What is under way at `now`, oldest first. `count` is the number of events visible at that instant
 * (`eventsUntil(log, now)`); `ports` comes from the stage.
 */
export function flightsAt(
  log: readonly SimEvent[],
  count: number,
  now: Millis,
  ports: Ports,
): readonly Flight[] {
  const flights: Flight[] = [];
  for (const one of project(FLIGHTS, log, count).open) {
    if (one.event.at > now || one.arrivesAt <= now) continue;
    flights.push(flightOf(one, log, count, ports));
  }
  return flights;
}

function flightOf(one: Sent, log: readonly SimEvent[], count: number, ports: Ports): Flight {
  const { event, conn, to, arrivesAt, kind, lost } = one;
  const carried = kind === 'letter' ? letterOnWire(lettersState(log, count), event) : null;
  return {
    id: event.id,
    conn,
    from: event.host,
    to,
    sentAt: event.at,
    arrivesAt,
    kind,
    protocol: one.protocol ?? portProtocol(ports, one.port),
    label: labelOf(event),
    letter: carried?.letter ?? null,
    postmarks: carried?.postmarks ?? 0,
    lost,
    resent: event.what.kind === 'segment' ? event.what.resent : 0,
  };
}

function labelOf({ what }: SimEvent): string {
  if (what.kind === 'packet') return what.flags;
  if (what.kind !== 'segment' && what.kind !== 'datagram') return 'SYN';
  const note = noteOf(what.note);
  // Who looks at the wire sees records, whatever the ends know.
  if (note?.tls) return `TLS · ${octetsLabel(what.octets)}`;
  return note ? noteLabel(note) : octetsLabel(what.octets);
}

/** How far a flight is, 0 to 1. A lost one never gets further than half way. */
export function progressOf(flight: Flight, now: Millis): number {
  const way = flight.arrivesAt - flight.sentAt;
  const done = way > 0 ? (now - flight.sentAt) / way : 1;
  return Math.max(0, Math.min(flight.lost ? 0.5 : 1, done));
}
