/** Shapes of the simulation. Everything here is plain data; the kernel knows hosts, links and octets, and no mail. */
import type { Octets } from '../base/octets.ts';
import type { Clock, Millis } from '../base/time.ts';
import type { World } from './world-types.ts';

export type HostId = string;
/** `host/program`, e.g. `neo/mta`. */
export type ProgramId = string;
export type ConnId = number;
export type EventId = number;

export interface Scenario {
  readonly id: string;
  readonly seed: number;
  readonly clock: Clock;
  readonly hosts: readonly HostSpec[];
  readonly links: readonly LinkSpec[];
  /** Used between two hosts that no link of `links` joins. */
  readonly defaultLink: LinkQuality;
}

export interface HostSpec {
  readonly id: HostId;
  /** Fully-qualified domain name. */
  readonly name: string;
  /** IPv4 and IPv6 literals; the first is the source address of what this host sends over that family. */
  readonly addresses: readonly string[];
  readonly programs: readonly ProgramSpec[];
  /** Starts switched off. */
  readonly down?: boolean;
}

export interface ProgramSpec {
  readonly name: string;
  /** Key in the program registry. */
  readonly kind: string;
  readonly config: unknown;
}

export interface LinkQuality {
  readonly latencyMs: Millis;
  /** Octets per simulated second; absent: unlimited. */
  readonly octetsPerSecond?: number;
  /** Chance in [0, 1) that one packet is lost. TCP sends again (and arrives later), UDP does not. */
  readonly loss?: number;
}

export interface LinkSpec extends LinkQuality {
  readonly between: readonly [HostId, HostId];
  readonly down?: boolean;
  /** Somebody sits on this link and changes what TCP carries over it, segment by segment, both ways. */
  readonly alters?: readonly Alteration[];
}

/** Every `find` becomes `put`, which is as long: TCP counts octets. */
export interface Alteration {
  readonly find: Octets;
  readonly put: Octets;
}

/** A gesture of a user: the only thing that enters the simulation. */
export type Action =
  /** Something for one program: a typed line, a click in a mail program. */
  | { readonly kind: 'input'; readonly program: ProgramId; readonly input: unknown }
  | { readonly kind: 'power'; readonly host: HostId; readonly up: boolean }
  | { readonly kind: 'link'; readonly between: readonly [HostId, HostId]; readonly up: boolean }
  /** Looked at something; changes nothing, but lessons may ask for it. */
  | { readonly kind: 'inspect'; readonly what: string };

export interface TimedAction {
  readonly at: Millis;
  readonly action: Action;
}

export interface Address {
  readonly address: string;
  readonly port: number;
}

export type ConnectFailure = 'refused' | 'timeout' | 'unreachable';

/** What a program hears. */
export type ProgramInput =
  /** The host (re)started; the state is what survived. */
  | { readonly kind: 'start' }
  | { readonly kind: 'input'; readonly input: unknown }
  /** A connection opened: as client (with the `handle` of the connect effect) or as server (`handle` null). */
  | {
      readonly kind: 'opened';
      readonly conn: ConnId;
      readonly handle: string | null;
      readonly local: Address;
      readonly peer: Address;
    }
  | { readonly kind: 'failed'; readonly handle: string; readonly why: ConnectFailure }
  | { readonly kind: 'octets'; readonly conn: ConnId; readonly octets: Octets }
  /** The peer closed (`fin`), or the connection broke (`reset`, `timeout`). The program need not close it any more. */
  | { readonly kind: 'closed'; readonly conn: ConnId; readonly why: 'fin' | 'reset' | 'timeout' }
  | { readonly kind: 'datagram'; readonly local: Address; readonly peer: Address; readonly octets: Octets }
  | { readonly kind: 'timer'; readonly name: string }
  /** A timer of one connection rang. */
  | { readonly kind: 'conn-timer'; readonly conn: ConnId; readonly name: string }
  /** From another program of the same host. */
  | { readonly kind: 'message'; readonly from: ProgramId; readonly message: unknown };

/** What a program does. */
export type ProgramEffect =
  | { readonly kind: 'listen'; readonly protocol: 'tcp' | 'udp'; readonly port: number }
  | {
      readonly kind: 'connect';
      /** Chosen by the program, unique among its pending connects. */
      readonly handle: string;
      readonly to: Address;
      readonly timeoutMs: Millis;
    }
  /** Gives up a pending connect. */
  | { readonly kind: 'cancel'; readonly handle: string }
  | { readonly kind: 'send'; readonly conn: ConnId; readonly octets: Octets; readonly note: object }
  /** Logged as a `heard` event. */
  | { readonly kind: 'heard'; readonly conn: ConnId; readonly note: object }
  /** Closes in order: what was sent before still arrives. */
  | { readonly kind: 'close'; readonly conn: ConnId }
  | {
      readonly kind: 'datagram';
      readonly from: number;
      readonly to: Address;
      readonly octets: Octets;
      readonly note: object;
    }
  /** (Re)sets the named timer, or cancels it with null. */
  | { readonly kind: 'timer'; readonly name: string; readonly after: Millis | null }
  /** The same for a timer of one connection; it ends with this side of the connection. */
  | {
      readonly kind: 'conn-timer';
      readonly conn: ConnId;
      readonly name: string;
      readonly after: Millis | null;
    }
  /** To a program of the same host, by its name there. It arrives at the same instant, as an event of its own. */
  | { readonly kind: 'tell'; readonly program: string; readonly message: unknown }
  /** A fact for the log; the fact's vocabulary is the agents' (`agents/facts.ts`). */
  | { readonly kind: 'record'; readonly fact: object }
  /** Characters for this host's terminal; `\n` ends a line. */
  | { readonly kind: 'print'; readonly text: string; readonly style: PrintStyle };

/** What printed characters are: the prompt, what the student typed, what a program says, what came over the wire. */
export type PrintStyle = 'prompt' | 'typed' | 'plain' | 'remote';

export interface StepContext {
  readonly now: Millis;
  readonly clock: Clock;
  readonly host: HostSpec;
  /** This program's own id. */
  readonly id: ProgramId;
  /** The id of the event that is being handled: unique, and the same in every replay. */
  readonly event: EventId;
  /** A pseudo-random number in [0, 1) for this step, drawn from the world's word. */
  readonly chance: number;
}

/** One program on one host: a pure function over plain data. */
export interface Program<S = unknown> {
  init(config: unknown, host: HostSpec): S;
  step(state: S, input: ProgramInput, at: StepContext): readonly [S, readonly ProgramEffect[]];
  /** What a crash leaves (what was on disk). Without it the state begins again from `init`. */
  survive?(state: S, config: unknown, host: HostSpec): S;
}

export type Registry = Readonly<Record<string, Program>>;

export type Side = 'client' | 'server';

/** What happened. Frozen vocabulary: every view, grader and exporter reads this and nothing else. */
export type What =
  | { readonly kind: 'action'; readonly action: Action }
  | { readonly kind: 'power'; readonly up: boolean }
  | { readonly kind: 'link'; readonly between: readonly [HostId, HostId]; readonly up: boolean }
  /** The client sends SYN; `host` is the client. `to` is null when no host has that address. */
  | {
      readonly kind: 'connecting';
      readonly conn: ConnId;
      readonly program: ProgramId;
      readonly to: HostId | null;
      readonly from: Address;
      readonly peer: Address;
    }
  /** The handshake's SYN, SYN-ACK, RST or FIN on its way; `host` sends it. */
  | {
      readonly kind: 'packet';
      readonly conn: ConnId;
      readonly flags: 'SYN' | 'SYN-ACK' | 'RST' | 'FIN';
      readonly to: HostId;
      /** Simulated instant of arrival, null when lost. */
      readonly arrivesAt: Millis | null;
    }
  /** One side has the connection; `host` is that side's. */
  | {
      readonly kind: 'opened';
      readonly conn: ConnId;
      readonly side: Side;
      readonly program: ProgramId;
      readonly local: Address;
      readonly peer: Address;
    }
  | {
      readonly kind: 'failed';
      readonly conn: ConnId;
      readonly program: ProgramId;
      readonly why: ConnectFailure;
    }
  /** Octets leave `host`. */
  | {
      readonly kind: 'segment';
      readonly conn: ConnId;
      readonly side: Side;
      readonly to: HostId;
      readonly octets: Octets;
      readonly note: object;
      readonly arrivesAt: Millis;
      /** Times it had to be sent again before it got through. */
      readonly resent: number;
      /** What comes out at the other end, where somebody on the link changed it. */
      readonly altered?: Octets;
    }
  /** A segment reached `host`. Its `cause` is the segment event. */
  | { readonly kind: 'arrived'; readonly conn: ConnId; readonly side: Side; readonly program: ProgramId }
  /** A machine on `host` understood something of what arrived. */
  | { readonly kind: 'heard'; readonly conn: ConnId; readonly side: Side; readonly note: object }
  /** This side's connection ended. `why` `local`: this side closed it. */
  | {
      readonly kind: 'closed';
      readonly conn: ConnId;
      readonly side: Side;
      readonly program: ProgramId;
      readonly why: 'local' | 'fin' | 'reset' | 'timeout';
    }
  /** A datagram leaves `host`; `to` and `arrivesAt` are null when it gets nowhere. */
  | {
      readonly kind: 'datagram';
      readonly from: Address;
      readonly peer: Address;
      readonly to: HostId | null;
      readonly octets: Octets;
      readonly note: object;
      readonly arrivesAt: Millis | null;
    }
  | { readonly kind: 'datagram-arrived'; readonly program: ProgramId }
  | { readonly kind: 'timer'; readonly program: ProgramId; readonly name: string }
  | { readonly kind: 'message'; readonly from: ProgramId; readonly program: ProgramId }
  | { readonly kind: 'start'; readonly program: ProgramId }
  | { readonly kind: 'fact'; readonly program: ProgramId; readonly fact: object }
  | {
      readonly kind: 'printed';
      readonly program: ProgramId;
      readonly text: string;
      readonly style: PrintStyle;
    };

export interface SimEvent {
  /** Rises by one with every event of the log. */
  readonly id: EventId;
  /** The event that brought this one about; itself for actions and starts. */
  readonly cause: EventId;
  readonly at: Millis;
  readonly host: HostId;
  readonly what: What;
}

/** A run: `History = f(scenario, actions)`. Grown in place by the kernel; a fork is a new history. */
export interface History {
  readonly scenario: Scenario;
  readonly registry: Registry;
  readonly actions: TimedAction[];
  readonly keyframes: Keyframe[];
  readonly log: SimEvent[];
  /** The world at the live end. */
  world: World;
}

export interface Keyframe {
  /** Number of log events before it. */
  readonly events: number;
  /** Number of actions taken before it. */
  readonly actions: number;
  readonly world: World;
}
