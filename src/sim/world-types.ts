/** Shapes of the world: the kernel's own, which nobody else reads. Plain data. */
import type { Octets } from '../base/octets.ts';
import type { PriorityQueue } from '../base/queue.ts';
import type { Millis } from '../base/time.ts';
import type { Address, ConnectFailure, ConnId, EventId, HostId, ProgramId, Side, What } from './types.ts';

/** One end of a connection; the kernel changes it in place, and `copyWorld` copies it. */
export interface ConnEnd {
  readonly host: HostId;
  program: ProgramId;
  readonly address: Address;
  /** What the log says of each segment that reaches this end: one for all, for the log keeps every one. */
  arrived: What;
  /** `open`: may send. `closing`: it sent FIN. `gone`: closed, or its host lost it. */
  phase: 'opening' | 'open' | 'closing' | 'gone';
  /** Number of the next ACK, segment or FIN this end sends, and of the next one it expects to hear. */
  sendNext: number;
  hearNext: number;
  /** Heard out of order: kept until the gap is filled. */
  early: readonly Due[];
  /** No later segment to this end may arrive before this instant: segments stay in order. */
  lastArrivalMs: Millis;
  /** Timers of its program for this connection, by name. */
  timers: readonly ConnTimer[];
}

export interface Conn {
  readonly id: ConnId;
  readonly handle: string;
  readonly client: ConnEnd;
  readonly server: ConnEnd;
  /** The client gives up at this instant if it has no answer. */
  readonly deadline: Millis;
}

/** Something that will happen. `id` is drawn from the counter at scheduling: ties break by it. */
export interface Scheduled {
  readonly at: Millis;
  readonly id: number;
  readonly cause: EventId;
  readonly due: Due;
}

export type Due =
  | { readonly kind: 'start'; readonly program: ProgramId; readonly boot: number }
  | { readonly kind: 'syn'; readonly conn: ConnId; readonly tries: number }
  | { readonly kind: 'syn-again'; readonly conn: ConnId; readonly tries: number }
  | { readonly kind: 'syn-ack'; readonly conn: ConnId }
  /** The ACK that ends the handshake; it has a number like a segment, so what follows cannot overtake it. */
  | {
      readonly kind: 'ack';
      readonly conn: ConnId;
      readonly to: Side;
      readonly seq: number;
      readonly sent: EventId;
      readonly tries: number;
    }
  | { readonly kind: 'connect-failed'; readonly conn: ConnId; readonly why: ConnectFailure }
  | {
      readonly kind: 'segment';
      readonly conn: ConnId;
      readonly to: Side;
      readonly seq: number;
      readonly octets: Octets;
      /** The `segment` event it left with. */
      readonly sent: EventId;
      readonly tries: number;
    }
  | {
      readonly kind: 'fin';
      readonly conn: ConnId;
      readonly to: Side;
      readonly seq: number;
      readonly sent: EventId;
      readonly tries: number;
    }
  | { readonly kind: 'reset'; readonly conn: ConnId; readonly to: Side; readonly why: 'reset' | 'timeout' }
  | {
      readonly kind: 'datagram';
      readonly to: HostId;
      readonly local: Address;
      readonly peer: Address;
      readonly octets: Octets;
    }
  | { readonly kind: 'timer'; readonly program: ProgramId; readonly name: string; readonly boot: number }
  | { readonly kind: 'conn-timer'; readonly conn: ConnId; readonly side: Side; readonly name: string }
  | {
      readonly kind: 'message';
      readonly from: ProgramId;
      readonly program: ProgramId;
      readonly message: unknown;
      readonly boot: number;
    };

/**
 * The kernel's own: it alone changes a world, in place. A keyframe is a shallow copy (`copyWorld`), and
 * `worldToJson`/`worldFromJson` carry one through JSON and back.
 */
export interface World {
  now: Millis;
  prng: number;
  /** Next number for connections and scheduled things. */
  nextId: number;
  /** Next event id of the log. */
  nextEvent: EventId;
  queue: PriorityQueue<Scheduled>;
  states: Map<ProgramId, unknown>;
  conns: Map<ConnId, Conn>;
  /** `host:tcp:25` → program. */
  listeners: Map<string, ProgramId>;
  /** `program:name` → the timers that are set. */
  timers: Map<string, TimerEntry>;
  /** Number of boots so far, and whether it is up. */
  power: Map<HostId, { readonly up: boolean; readonly boot: number }>;
  /** Links that are cut, as `a|b` with a < b. */
  cut: Set<string>;
  /** `a|b` → instant until which that direction of the link is busy sending. */
  busyUntil: Map<string, Millis>;
}

/**
 * A timer that was put off is not scheduled anew each time: the queued item `id` finds the later deadline when it
 * comes, and goes back. A machine may so reset its idle timer at every command at no cost.
 */
export interface TimerEntry {
  readonly id: number;
  deadline: Millis;
  cause: EventId;
}

export interface ConnTimer extends TimerEntry {
  readonly name: string;
}
