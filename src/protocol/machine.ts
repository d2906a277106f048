/**
 * One side of one connection, without I/O: a pure step from state and input to state and effects.
 * `drive` cuts the byte stream into the units a machine asks for, so pipelining, dots and literals need no special case.
 */
import type { Octets } from '../base/octets.ts';
import { NO_OCTETS } from '../base/octets.ts';
import type { Millis } from '../base/time.ts';
import type { Note } from './note.ts';

/**
 * How to cut the next unit from the stream.
 * `line`: up to and including LF; a line of more than `limit` octets comes as `overlong` and the rest up to its LF is dropped.
 * `text`: a run of whole lines, as many as have come in up to `limit` octets, ending behind the first that is a dot
 * alone (`.` CRLF); a first line of more than `limit` octets is cut as above.
 * `reply`: the same for a run of reply lines, ending behind the first that no hyphen continues (`250-`, RFC 5321 §4.2.1).
 * `octets`: exactly `count` octets. `hold`: leave everything in the buffer (an answer is pending).
 */
export type Framing =
  | { readonly kind: 'line'; readonly limit: number }
  | { readonly kind: 'text'; readonly limit: number }
  | { readonly kind: 'reply'; readonly limit: number }
  | { readonly kind: 'octets'; readonly count: number }
  | { readonly kind: 'hold' };

export type Input<A> =
  | { readonly kind: 'opened'; readonly peer: string }
  /** `more`: octets wait behind it, so the other side did not wait for what this unit is answered with. */
  | {
      readonly kind: 'unit';
      readonly octets: Octets;
      readonly overlong: boolean;
      readonly more?: boolean;
    }
  | { readonly kind: 'answer'; readonly answer: A }
  /** TLS stands; what comes now is secured. */
  | { readonly kind: 'secured'; readonly tls: Secured }
  | { readonly kind: 'timeout'; readonly name: string }
  | { readonly kind: 'closed' };

/** What is known of the TLS a connection has. */
export interface Secured {
  /** `TLSv1.3`, … */
  readonly version: string;
  /** In OpenSSL's spelling, e.g. `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  readonly bits: number;
}

export type Effect<Q> =
  | { readonly kind: 'send'; readonly octets: Octets; readonly note: Note }
  /** What the machine understood of a unit it consumed; for the log, never for the wire. */
  | { readonly kind: 'heard'; readonly note: Note }
  | { readonly kind: 'ask'; readonly question: Q }
  | { readonly kind: 'startTls' }
  /** (Re)sets the named timer, or cancels it with `null`. */
  | { readonly kind: 'timer'; readonly name: string; readonly after: Millis | null }
  | { readonly kind: 'close' };

export interface Machine<S, Q = never, A = never> {
  framing(state: S): Framing;
  step(state: S, input: Input<A>): readonly [S, readonly Effect<Q>[]];
}

/** A machine's state with the octets it has not consumed yet. Plain data. */
export interface Driven<S> {
  readonly state: S;
  readonly buffer: Octets;
  /** Dropping the rest of an overlong line. */
  readonly skipping: boolean;
  /** Octets at the head of the buffer known to hold no LF: a line that comes in pieces is looked through once. */
  readonly scanned: number;
}

export const driven = <S>(state: S): Driven<S> => ({
  state,
  buffer: NO_OCTETS,
  skipping: false,
  scanned: 0,
});

/** What reaches a driven machine: octets as they come, or any other input. */
export type Arrival<A> =
  | { readonly kind: 'octets'; readonly octets: Octets }
  | Exclude<Input<A>, { kind: 'unit' }>;

/**
 * Feeds one arrival to a machine and every unit that becomes available by it.
 * After a `close` effect nothing more is cut; the rest of the buffer is dropped.
 */
export function drive<S, Q, A>(
  machine: Machine<S, Q, A>,
  from: Driven<S>,
  arrival: Arrival<A>,
): readonly [Driven<S>, readonly Effect<Q>[]] {
  if (from.buffer === '' && !from.skipping) {
    const input =
      arrival.kind === 'octets' ? wholeUnit(machine.framing(from.state), arrival.octets) : arrival;
    if (input !== null) {
      const [state, effects] = machine.step(from.state, input);
      return [driven(state), effects];
    }
  }
  return driveOn(machine, from, arrival);
}

/** The commonest arrival by far: nothing waits, and one unit came, whole and alone. Null: it is something else. */
function wholeUnit(framing: Framing, octets: Octets): Extract<Input<never>, { kind: 'unit' }> | null {
  return octets !== NO_OCTETS && isWhole(framing, octets)
    ? { kind: 'unit', octets, overlong: false, more: false }
    : null;
}

function isWhole(framing: Framing, octets: Octets): boolean {
  if (framing.kind === 'hold') return false;
  if (framing.kind === 'octets') return octets.length === framing.count;
  return octets.length <= framing.limit && endOfLines(framing, octets, 0) === octets.length;
}

function driveOn<S, Q, A>(
  machine: Machine<S, Q, A>,
  from: Driven<S>,
  arrival: Arrival<A>,
): readonly [Driven<S>, readonly Effect<Q>[]] {
  let { state, buffer, skipping, scanned } = from;
  const effects: Effect<Q>[] = [];
  const step = (input: Input<A>): boolean => {
    const [next, out] = machine.step(state, input);
    state = next;
    let open = true;
    for (const effect of out) {
      effects.push(effect);
      if (effect.kind === 'close') open = false;
      // RFC 3207 §4.2: what was pipelined in the clear behind STARTTLS must not be taken for secured input.
      if (effect.kind === 'startTls') buffer = NO_OCTETS;
    }
    return open;
  };

  let open = true;
  if (arrival.kind === 'octets') {
    buffer = (buffer + arrival.octets) as Octets;
    if (scanned > 0 && scanned === from.buffer.length && !arrival.octets.includes('\n')) {
      // Still no end of the line: without this, every piece of a long line would cost the whole of it.
      const framing = machine.framing(state);
      if (framing.kind !== 'octets' && framing.kind !== 'hold' && buffer.length <= framing.limit)
        return [{ state, buffer, skipping, scanned: buffer.length }, effects];
    }
  } else open = step(arrival);

  let position = 0;
  while (open && position < buffer.length) {
    if (skipping) {
      const lf = buffer.indexOf('\n', position);
      skipping = lf < 0;
      position = lf < 0 ? buffer.length : lf + 1;
      continue;
    }
    const framing = machine.framing(state);
    if (framing.kind === 'hold') break;
    let end: number;
    let overlong = false;
    if (framing.kind === 'octets') {
      end = position + framing.count;
      if (end > buffer.length) break;
    } else {
      end = buffer.indexOf('\n', Math.max(position, scanned)) + 1;
      const length = (end > 0 ? end : buffer.length) - position;
      if (length > framing.limit) {
        overlong = true;
        skipping = end === 0;
        if (end === 0) end = buffer.length;
      } else if (end === 0) {
        scanned = buffer.length;
        break;
      } else if (framing.kind !== 'line') end = endOfLines(framing, buffer, position);
    }
    scanned = 0;
    const unit = buffer.slice(position, overlong ? position + Math.min(end - position, 512) : end) as Octets;
    const before = buffer;
    position = end;
    open = step({ kind: 'unit', octets: unit, overlong, more: end < buffer.length });
    if (buffer !== before) position = 0;
  }
  scanned = open ? Math.max(0, scanned - position) : 0;
  buffer = open ? (buffer.slice(position) as Octets) : NO_OCTETS;
  return [{ state, buffer, skipping, scanned }, effects];
}

/**
 * Where the line or run of lines ends that begins at `position`: 0 when its first line has no end. That line has at most
 * `limit` octets.
 */
function endOfLines(
  { kind, limit }: Exclude<Framing, { kind: 'octets' | 'hold' }>,
  buffer: Octets,
  position: number,
): number {
  switch (kind) {
    case 'line':
      return buffer.indexOf('\n', position) + 1;
    case 'text':
      return endOfText(buffer, position, limit);
    case 'reply':
      return endOfReply(buffer, position, limit);
  }
}

function endOfText(buffer: Octets, position: number, limit: number): number {
  if (buffer.startsWith('.\r\n', position)) return position + 3;
  const dot = buffer.indexOf('\n.\r\n', position);
  const end = dot < 0 ? buffer.length : dot + 4;
  return buffer.lastIndexOf('\n', Math.min(end, position + limit) - 1) + 1;
}

const HYPHEN = 45;

function endOfReply(buffer: Octets, position: number, limit: number): number {
  let end = position;
  for (let goesOn = true; goesOn; ) {
    const lf = buffer.indexOf('\n', end);
    if (lf < 0 || lf >= position + limit) break;
    goesOn = buffer.charCodeAt(end + 3) === HYPHEN;
    end = lf + 1;
  }
  return end > position ? end : 0;
}
