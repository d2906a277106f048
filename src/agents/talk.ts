/** Joins a protocol machine to a program: machine effects become program effects, questions are put to the agent. */
import type { Arrival, Driven, Effect, Machine } from '../protocol/machine.ts';
import { drive } from '../protocol/machine.ts';
import type { BodyNote } from '../protocol/note.ts';
import type { ConnId, ProgramEffect } from '../sim/types.ts';

export interface Talk<S, Q> {
  readonly driven: Driven<S>;
  /** Asked and not answered yet: the machine holds until `answer` arrives. */
  readonly pending: Q | null;
  readonly closed: boolean;
}

/** Lines of mail data kept in one `heard` event. */
const BODY_LINES_KEPT = 64;

/**
 * Lets a machine hear one arrival and goes on for as long as the agent answers at once. `answer` returns null when it
 * must find out first (or when no answer is awaited); the program then comes back with `{ kind: 'answer' }`.
 */
export function talk<S, Q, A>(
  machine: Machine<S, Q, A>,
  driven: Driven<S>,
  conn: ConnId,
  arrival: Arrival<A>,
  answer: (question: Q) => A | null,
  effects: ProgramEffect[],
): Talk<S, Q> {
  let current = driven;
  let next: Arrival<A> | null = arrival;
  let pending: Q | null = null;
  let closed = false;
  while (next && !closed) {
    const [after, out]: readonly [Driven<S>, readonly Effect<Q>[]] = drive(machine, current, next);
    current = after;
    next = null;
    let body: BodyNote[] = [];
    for (const effect of out) {
      if (effect.kind === 'heard' && effect.note.kind === 'body') {
        body.push(effect.note);
        continue;
      }
      if (body.length > 0) {
        gatherBody(effects, conn, body);
        body = [];
      }
      if (effect.kind === 'ask') {
        const given = answer(effect.question);
        pending = given === null ? effect.question : null;
        if (given !== null) next = { kind: 'answer', answer: given };
      } else {
        if (effect.kind === 'close') closed = true;
        pushEffect(effects, conn, effect);
      }
    }
    gatherBody(effects, conn, body);
  }
  return { driven: current, pending, closed };
}

function pushEffect<Q>(
  effects: ProgramEffect[],
  conn: ConnId,
  effect: Exclude<Effect<Q>, { kind: 'ask' }>,
): void {
  switch (effect.kind) {
    case 'send':
      effects.push({ kind: 'send', conn, octets: effect.octets, note: effect.note });
      return;
    case 'heard':
      effects.push({ kind: 'heard', conn, note: effect.note });
      return;
    case 'timer':
      effects.push({ kind: 'conn-timer', conn, name: effect.name, after: effect.after });
      return;
    case 'close':
      effects.push({ kind: 'close', conn });
      return;
    case 'startTls':
      throw new Error('no machine offers STARTTLS');
  }
}

/** Body lines heard in one go become one event. */
function gatherBody(effects: ProgramEffect[], conn: ConnId, notes: readonly BodyNote[]): void {
  const first = notes[0];
  if (!first) return;
  if (notes.length === 1) {
    effects.push({ kind: 'heard', conn, note: first });
    return;
  }
  const lines = notes.flatMap((note) => note.lines);
  const more = notes.reduce((sum, note) => sum + note.more, Math.max(0, lines.length - BODY_LINES_KEPT));
  const { kind, protocol } = first;
  effects.push({
    kind: 'heard',
    conn,
    note: { kind, protocol, lines: lines.slice(0, BODY_LINES_KEPT), more },
  });
}
