/** Timers that belong to one side of one connection: a machine resets its own at every command, so they cost little. */
import type { Deliver } from './conn.ts';
import { endOf, ownSide } from './conn.ts';
import type { Run } from './run.ts';
import { emit, schedule } from './run.ts';
import type { ConnId, EventId, ProgramId } from './types.ts';
import type { ConnTimer, Due } from './world-types.ts';
import { connTimer } from './world.ts';

export function setConnTimer(
  run: Run,
  program: ProgramId,
  id: ConnId,
  name: string,
  after: number | null,
  cause: EventId,
): void {
  const conn = run.world.conns.get(id);
  const side = ownSide(conn, program);
  if (!conn || side === null) return;
  const end = endOf(conn, side);
  const set = connTimer(end, name);
  if (after === null) {
    if (set) end.timers = without(end.timers, set);
    return;
  }
  const deadline = run.world.now + after;
  if (set && set.deadline <= deadline) {
    set.deadline = deadline;
    set.cause = cause;
    return;
  }
  const others = set ? without(end.timers, set) : end.timers;
  const scheduled = schedule(run, deadline, cause, { kind: 'conn-timer', conn: id, side, name });
  end.timers = [...others, { name, id: scheduled, deadline, cause }];
}

const without = (timers: readonly ConnTimer[], gone: ConnTimer): readonly ConnTimer[] =>
  timers.filter((timer) => timer !== gone);

/** The head of the queue, settled: the connection is there and this side of it open. */
export function ringConnTimer(
  run: Run,
  due: Extract<Due, { kind: 'conn-timer' }>,
  cause: EventId,
  deliver: Deliver,
): void {
  const end = run.world.conns.get(due.conn)?.[due.side];
  if (!end) return;
  end.timers = end.timers.filter(({ name }) => name !== due.name);
  const { host, program } = end;
  const event = emit(run, cause, host, { kind: 'timer', program, name: `${due.conn}:${due.name}` });
  deliver(run, program, { kind: 'conn-timer', conn: due.conn, name: due.name }, event);
}
