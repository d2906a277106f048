/**
 * Tests written as transcripts, and a wire that exists only in a test.
 *
 * A transcript is text, one act a line, in the RFCs' own notation:
 *
 *     S: 220 mail.example.org ESMTP *      what the server says; `*` stands for anything
 *     C: NOOP                              the client's line; CRLF is added
 *     C| NOOP\n                            the client's octets as they are: \r \n \t \\ \xHH, no ending added
 *     C: <close>                           the client closes the connection
 *     T: idle                              the server's timer of that name runs out
 *     T: <tls>                             TLS stands
 *     S: <close>                           the server closes the connection
 *
 * The lines before the first act of the client are the greeting. Empty lines and lines that begin with `#` are skipped.
 */
import type { Octets } from '../base/octets.ts';
import { CRLF, octets } from '../base/octets.ts';
import type { Arrival, Driven, Effect, Machine } from './machine.ts';
import { drive, driven } from './machine.ts';
import type { Note } from './note.ts';

export type Act =
  | { readonly kind: 'open' }
  | { readonly kind: 'send'; readonly octets: Octets }
  | { readonly kind: 'timeout'; readonly name: string }
  | { readonly kind: 'secured' }
  | { readonly kind: 'close' };

/** One act of the client and what the server must send before the next act. */
export interface Exchange {
  readonly act: Act;
  /** Line of the transcript the act is on, from 1. */
  readonly at: number;
  /** Patterns of the server's lines, without CRLF. */
  readonly expected: readonly string[];
  readonly closes: boolean;
}

export type Transcript = readonly Exchange[];

/** The answer to a machine's question; undefined: this question gets none. */
export type Answerer<Q, A> = (question: Q) => A | undefined;

export interface Replayed<S, Q> {
  readonly state: S;
  /** Everything the server sent. */
  readonly sent: Octets;
  readonly closed: boolean;
  readonly effects: readonly Effect<Q>[];
  readonly questions: readonly Q[];
  /** Notes of what was sent and heard, in order. */
  readonly notes: readonly Note[];
}

/** Reads a transcript. Throws on a line that is none of the kinds above. */
export function parseTranscript(text: string): Transcript {
  const exchanges: { act: Act; at: number; expected: string[]; closes: boolean }[] = [];
  const begin = (act: Act, at: number): void => {
    exchanges.push({ act, at, expected: [], closes: false });
  };
  begin({ kind: 'open' }, 1);
  text.split('\n').forEach((raw, index) => {
    const line = raw.replace(/^[ \t]+/, '').replace(/\r$/, '');
    if (line === '' || line.startsWith('#')) return;
    const mark = line.slice(0, 2);
    const rest = line.startsWith(' ', 2) ? line.slice(3) : line.slice(2);
    const at = index + 1;
    const last = exchanges[exchanges.length - 1]!;
    if (mark === 'S:' && rest === '<close>') last.closes = true;
    else if (mark === 'S:') last.expected.push(rest);
    else if (mark === 'C:' && rest === '<close>') begin({ kind: 'close' }, at);
    else if (mark === 'C:') begin({ kind: 'send', octets: octets(rest + CRLF) }, at);
    else if (mark === 'C|') begin({ kind: 'send', octets: withEscapes(rest) }, at);
    else if (mark === 'T:' && rest === '<tls>') begin({ kind: 'secured' }, at);
    else if (mark === 'T:') begin({ kind: 'timeout', name: rest }, at);
    else throw new Error(`transcript line ${at}: ${line}`);
  });
  return exchanges;
}

function withEscapes(text: string): Octets {
  const named: Record<string, string> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };
  return octets(
    text.replace(
      /\\(?:x([0-9a-fA-F]{2})|(.))/g,
      (whole, hex: string | undefined, char: string | undefined) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        return named[char ?? ''] ?? whole;
      },
    ),
  );
}

/**
 * Plays a transcript against a server machine, one act at a time, and compares what the server sent after each.
 * Throws an error that shows the line when they differ.
 */
export function replay<S, Q, A>(
  machine: Machine<S, Q, A>,
  initialState: S,
  transcript: Transcript,
  answer: Answerer<Q, A>,
  peer = '192.0.2.1',
): Replayed<S, Q> {
  const server = seat(machine, initialState, answer);
  for (const { act, at, expected, closes } of transcript) {
    const from = server.so().sent.length;
    server.arrive(arrivalOf(act, peer));
    server.settle();
    const { sent, closed } = server.so();
    compare(sent.slice(from), expected, `after transcript line ${at}`);
    if (closed && !closes) throw new Error(`the server closed after transcript line ${at}`);
    if (closes && !closed) throw new Error(`the server did not close after transcript line ${at}`);
    if (closed) break;
  }
  return server.so();
}

/**
 * Plays a transcript act by act, then whole, octet by octet, octet by octet with all answers late, and at every split of
 * the client's octets in two. Throws unless the server says the same each time. Returns the act-by-act run.
 */
export function replayAllWays<S, Q, A>(
  machine: Machine<S, Q, A>,
  initialState: S,
  transcript: Transcript,
  answer: Answerer<Q, A>,
  peer = '192.0.2.1',
): Replayed<S, Q> {
  const first = replay(machine, initialState, transcript, answer, peer);
  const acts = mergeSends(transcript);
  const again = (
    way: string,
    cut: (octets: Octets, index: number) => readonly Octets[],
    late = false,
  ): void => {
    const server = seat(machine, initialState, answer);
    acts.forEach((act, index) => {
      const pieces = act.kind === 'send' ? cut(act.octets, index) : null;
      for (const arrival of pieces?.map((octets) => ({ kind: 'octets', octets }) as const) ?? [
        arrivalOf(act, peer),
      ]) {
        server.arrive(arrival);
        if (!late) server.settle();
      }
      server.settle();
    });
    const { sent, closed } = server.so();
    if (sent !== first.sent || closed !== first.closed) {
      throw new Error(
        `${way}: the server said\n${visible(sent)}\ninstead of (line by line)\n${visible(first.sent)}`,
      );
    }
  };
  const singly = (text: Octets): readonly Octets[] => text.split('') as Octets[];
  again('whole', (text) => [text]);
  again('octet by octet', singly);
  again('octet by octet, answers late', singly, true);
  acts.forEach((act, which) => {
    if (act.kind !== 'send') return;
    for (let at = 1; at < act.octets.length; at++) {
      again(`act ${which} split before octet ${at}`, (text, index) =>
        index === which ? [text.slice(0, at) as Octets, text.slice(at) as Octets] : [text],
      );
    }
  });
  return first;
}

function mergeSends(transcript: Transcript): readonly Act[] {
  const acts: Act[] = [];
  for (const { act } of transcript) {
    const last = acts[acts.length - 1];
    if (act.kind === 'send' && last?.kind === 'send') {
      acts[acts.length - 1] = { kind: 'send', octets: (last.octets + act.octets) as Octets };
    } else acts.push(act);
  }
  return acts;
}

/** A machine at one end of a wire, with everything it has done so far. */
interface Seat<S, Q, A> {
  readonly arrive: (arrival: Arrival<A>) => void;
  /** Answers the questions that wait. */
  readonly settle: () => void;
  readonly so: () => Replayed<S, Q>;
}

function seat<S, Q, A>(
  machine: Machine<S, Q, A>,
  state: S,
  answer: Answerer<Q, A>,
  onEffect: (effect: Effect<Q>) => void = () => {},
): Seat<S, Q, A> {
  let held: Driven<S> = driven(state);
  let sent = '' as Octets;
  let closed = false;
  const effects: Effect<Q>[] = [];
  const questions: Q[] = [];
  const notes: Note[] = [];
  const unanswered: Q[] = [];
  const arrive = (arrival: Arrival<A>): void => {
    if (closed) return;
    const [next, out] = drive(machine, held, arrival);
    held = next;
    for (const effect of out) {
      effects.push(effect);
      if (effect.kind === 'send') sent = (sent + effect.octets) as Octets;
      if (effect.kind === 'send' || effect.kind === 'heard') notes.push(effect.note);
      if (effect.kind === 'close') closed = true;
      if (effect.kind === 'ask') {
        questions.push(effect.question);
        unanswered.push(effect.question);
      }
      onEffect(effect);
    }
  };
  const settle = (): void => {
    while (unanswered.length > 0) {
      const given = answer(unanswered.shift() as Q);
      if (given !== undefined) arrive({ kind: 'answer', answer: given });
    }
  };
  return { arrive, settle, so: () => ({ state: held.state, sent, closed, effects, questions, notes }) };
}

function arrivalOf(act: Act, peer: string): Exclude<Arrival<never>, { kind: 'answer' }> {
  if (act.kind === 'open') return { kind: 'opened', peer };
  if (act.kind === 'close') return { kind: 'closed' };
  if (act.kind === 'secured') return { kind: 'secured', tls: TLS };
  return act.kind === 'send' ? { kind: 'octets', octets: act.octets } : act;
}

function compare(sent: string, expected: readonly string[], where: string): void {
  const lines = sent.split(CRLF);
  const unended = lines.pop();
  const same = lines.length === expected.length && lines.every((line, i) => matches(line, expected[i]!));
  if (same && unended === '') return;
  throw new Error(`${where} the server said\n${visible(sent)}\ninstead of\n${expected.join('\n')}`);
}

/** Whether a line fits a pattern in which `*` stands for any run of characters. */
export function matches(line: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0]!;
  if (parts.length === 1) return line === pattern;
  const last = parts[parts.length - 1]!;
  if (line.length < first.length + last.length || !line.startsWith(first) || !line.endsWith(last))
    return false;
  let position = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = line.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= line.length - last.length;
}

const visible = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replace(/[^\n\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256 } as const;

/** A machine and the state it begins with. */
export interface JoinSide<S, Q, A> {
  readonly machine: Machine<S, Q, A>;
  readonly state: S;
}

export interface JoinOptions {
  /** Octets per delivery; 0 (the default): as sent. */
  readonly pieces?: number;
  /** The connection is lost after this many sends of both sides together. */
  readonly cutAfter?: number;
  /** Deliveries after which the test gives up with an error; 10,000 by default. */
  readonly limit?: number;
  /** What happens besides, one after the other, each when the wire has fallen silent. */
  readonly afterwards?: readonly (() => Happening)[];
}

/** Something that reaches one side from elsewhere than the wire: an answer, a timer that runs out. */
export interface Happening {
  readonly to: 'C' | 'S';
  readonly arrival: Exclude<Arrival<unknown>, { readonly kind: 'octets' }>;
}

export interface Joined<SC, QC, SS, QS> {
  readonly client: Replayed<SC, QC>;
  readonly server: Replayed<SS, QS>;
  /** Everything said, in order. */
  readonly wire: readonly { readonly from: 'C' | 'S'; readonly octets: Octets; readonly note: Note }[];
  /** The same as a transcript: `C: …` and `S: …` lines. */
  readonly text: string;
  /** Who closed first; null when the wire fell silent with both sides open. */
  readonly closedBy: 'C' | 'S' | null;
}

/**
 * Runs a client machine against a server machine until both are closed or nothing more is said. Timers never run out;
 * TLS stands as soon as both sides have asked for it. Throws when `limit` deliveries did not bring the end.
 */
export function join<SC, QC, AC, SS, QS, AS>(
  client: JoinSide<SC, QC, AC>,
  server: JoinSide<SS, QS, AS>,
  answerers: { readonly client: Answerer<QC, AC>; readonly server: Answerer<QS, AS> },
  options: JoinOptions = {},
): Joined<SC, QC, SS, QS> {
  type Side = 'C' | 'S';
  const wire: { from: Side; octets: Octets; note: Note }[] = [];
  const inFlight: { readonly to: Side; readonly octets: Octets | null }[] = [];
  const wantTls = new Set<Side>();
  let closedBy: Side | null = null;
  let cut = false;
  const hear = (from: Side) => (effect: Effect<unknown>) => {
    const to = from === 'C' ? 'S' : 'C';
    if (effect.kind === 'close') {
      closedBy ??= from;
      inFlight.push({ to, octets: null });
    }
    if (effect.kind === 'startTls') wantTls.add(from);
    if (effect.kind !== 'send' || cut) return;
    const { octets: said, note } = effect;
    wire.push({ from, octets: said, note });
    const size = options.pieces || said.length;
    for (let at = 0; at < said.length; at += size) {
      inFlight.push({ to, octets: said.slice(at, at + size) as Octets });
    }
    cut = wire.length === options.cutAfter;
  };
  const c = seat(client.machine, client.state, answerers.client, hear('C'));
  const s = seat(server.machine, server.state, answerers.server, hear('S'));
  const deliver = (to: Side, arrival: Arrival<unknown>): void => {
    const end = to === 'C' ? c : s;
    end.arrive(arrival as Arrival<never>);
    end.settle();
  };

  deliver('S', { kind: 'opened', peer: '192.0.2.1' });
  deliver('C', { kind: 'opened', peer: '192.0.2.2' });
  let left = options.limit ?? 10_000;
  const secure = (): void => {
    if (wantTls.size < 2) return;
    wantTls.clear();
    for (const side of ['S', 'C'] as const) deliver(side, { kind: 'secured', tls: TLS });
  };
  const fallSilent = (): void => {
    secure();
    for (let next = inFlight.shift(); next !== undefined && !cut; next = inFlight.shift()) {
      if (left-- === 0) throw new Error(`no end in sight after ${wire.length} sends`);
      deliver(next.to, next.octets === null ? { kind: 'closed' } : { kind: 'octets', octets: next.octets });
      secure();
    }
  };
  fallSilent();
  for (const happening of options.afterwards ?? []) {
    if (cut || closedBy !== null) break;
    const { to, arrival } = happening();
    deliver(to, arrival);
    fallSilent();
  }
  if (cut) {
    deliver('S', { kind: 'closed' });
    deliver('C', { kind: 'closed' });
  }
  return {
    client: c.so(),
    server: s.so(),
    wire,
    text: wire.map(({ from, octets: said }) => visible(said).replace(/^(?=.)/gm, `${from}: `)).join(''),
    closedBy,
  };
}
