/** Taking the next thing from the queue, and carrying out what programs do. */
import { peek, pop, push } from '../base/queue.ts';
import { closeConn, forgetConnections, hearInFlight, hearReset, sendSegment } from './connections.ts';
import { ringConnTimer, setConnTimer } from './conn-timers.ts';
import { cancelConnect, connect, connectFailed, hearSyn, hearSynAck, sendSyn } from './handshake.ts';
import { hostWithAddress, pairKey, pathIsUp, sourceAddress, transit } from './network.ts';
import type { ProgramEntry } from './network.ts';
import type { Run } from './run.ts';
import { bootOf, emit, isUp, schedule, stepProgram } from './run.ts';
import { settledItem } from './world.ts';
import type { Action, EventId, HostId, ProgramEffect, ProgramId, ProgramInput } from './types.ts';
import type { Due, Scheduled, World } from './world-types.ts';

/** Steps a program and carries out its effects, in order. */
export function deliver(run: Run, program: ProgramId, input: ProgramInput, event: EventId): void {
  const entry = run.topology.programs.get(program);
  if (!entry) throw new Error(`no program ${program}`);
  const effects = stepProgram(run, entry, input, event);
  for (let i = 0; i < effects.length; i++) carryOut(run, entry, effects[i]!, event);
}

function carryOut(run: Run, entry: ProgramEntry, effect: ProgramEffect, cause: EventId): void {
  const program = entry.id;
  const host = entry.host.id;
  switch (effect.kind) {
    case 'listen':
      run.world.listeners.set(`${host}:${effect.protocol}:${effect.port}`, program);
      return;
    case 'connect':
      connect(run, program, effect, cause);
      return;
    case 'cancel':
      cancelConnect(run, program, effect.handle);
      return;
    case 'send':
      sendSegment(run, program, effect.conn, effect.octets, effect.note, cause);
      return;
    case 'heard': {
      const conn = run.world.conns.get(effect.conn);
      const side = conn?.client.program === program ? 'client' : 'server';
      emit(run, cause, host, { kind: 'heard', conn: effect.conn, side, note: effect.note });
      return;
    }
    case 'close':
      closeConn(run, program, effect.conn, cause);
      return;
    case 'datagram':
      sendDatagram(run, host, effect, cause);
      return;
    case 'timer':
      setTimer(run, program, host, effect.name, effect.after, cause);
      return;
    case 'conn-timer':
      setConnTimer(run, program, effect.conn, effect.name, effect.after, cause);
      return;
    case 'tell': {
      const to = entry.siblings.get(effect.program);
      if (!to) throw new Error(`${program} tells ${host}/${effect.program}, which does not exist`);
      const due: Due = {
        kind: 'message',
        from: program,
        program: to.id,
        message: effect.message,
        boot: bootOf(run, host),
      };
      schedule(run, run.world.now, cause, due);
      return;
    }
    case 'record':
      emit(run, cause, host, { kind: 'fact', program, fact: effect.fact });
      return;
    case 'print':
      if (effect.text !== '')
        emit(run, cause, host, { kind: 'printed', program, text: effect.text, style: effect.style });
      return;
  }
}

function setTimer(
  run: Run,
  program: ProgramId,
  host: HostId,
  name: string,
  after: number | null,
  cause: EventId,
): void {
  const key = `${program}:${name}`;
  const { timers, now } = run.world;
  if (after === null) {
    timers.delete(key);
    return;
  }
  const deadline = now + after;
  const set = timers.get(key);
  if (set && set.deadline <= deadline) {
    set.deadline = deadline;
    set.cause = cause;
    return;
  }
  const due: Due = { kind: 'timer', program, name, boot: bootOf(run, host) };
  timers.set(key, { id: schedule(run, deadline, cause, due), deadline, cause });
}

function sendDatagram(
  run: Run,
  host: HostId,
  effect: Extract<ProgramEffect, { kind: 'datagram' }>,
  cause: EventId,
): void {
  const { world, topology } = run;
  const spec = topology.hosts.get(host)!;
  const source = sourceAddress(spec, effect.to.address);
  const to = source === null ? null : hostWithAddress(topology, host, effect.to.address);
  const from = { address: source ?? '', port: effect.from };
  let arrivesAt: number | null = null;
  if (to !== null) {
    const way = transit(world, run.scenario, topology, host, to, effect.octets.length);
    if (way.lost === 0 && pathIsUp(world, host, to)) arrivesAt = way.arrivesAt;
  }
  const { octets, note } = effect;
  const sent = emit(run, cause, host, {
    kind: 'datagram',
    from,
    peer: effect.to,
    to,
    octets,
    note,
    arrivesAt,
  });
  if (to === null || arrivesAt === null) return;
  schedule(run, arrivesAt, sent, { kind: 'datagram', to, local: effect.to, peer: from, octets });
}

/** Takes the head of the queue, which the caller has settled (see {@link settleHead}); false when nothing is left. */
export function takeNext(run: Run): boolean {
  const next = pop(run.world.queue);
  if (!next) return false;
  run.world.now = Math.max(run.world.now, next.at);
  handle(run, next);
  return true;
}

/**
 * Clears the head of the queue of what will not happen any more (timers cancelled or put off, connects decided), so
 * that the head's instant is that of the next real thing. When this is done, and how often, does not show in the log.
 */
export function settleHead(world: World): void {
  for (;;) {
    const item = peek(world.queue);
    if (!item) return;
    const settled = settledItem(world, item);
    if (settled === item) return;
    pop(world.queue);
    if (settled) push(world.queue, settled);
  }
}

function handle(run: Run, next: Scheduled): void {
  const { due, cause } = next;
  switch (due.kind) {
    case 'start': {
      const host = run.topology.programs.get(due.program)!.host.id;
      if (due.boot !== bootOf(run, host) || !isUp(run, host)) return;
      const event = emit(run, cause, host, { kind: 'start', program: due.program });
      deliver(run, due.program, { kind: 'start' }, event);
      return;
    }
    case 'syn':
      hearSyn(run, due.conn, cause);
      return;
    case 'syn-again':
      sendSyn(run, due.conn, due.tries, cause);
      return;
    case 'syn-ack':
      hearSynAck(run, due.conn, cause, deliver);
      return;
    case 'connect-failed':
      connectFailed(run, due.conn, due.why, cause, deliver);
      return;
    case 'ack':
    case 'segment':
    case 'fin':
      hearInFlight(run, due, deliver);
      return;
    case 'reset':
      hearReset(run, due, cause, deliver);
      return;
    case 'datagram': {
      const program = run.world.listeners.get(`${due.to}:udp:${due.local.port}`);
      if (program === undefined || !isUp(run, due.to)) return;
      const event = emit(run, cause, due.to, run.topology.programs.get(program)!.datagramArrived);
      const { local, peer, octets } = due;
      deliver(run, program, { kind: 'datagram', local, peer, octets }, event);
      return;
    }
    case 'timer': {
      const host = run.topology.programs.get(due.program)!.host.id;
      run.world.timers.delete(`${due.program}:${due.name}`);
      if (due.boot !== bootOf(run, host)) return;
      const event = emit(run, cause, host, { kind: 'timer', program: due.program, name: due.name });
      deliver(run, due.program, { kind: 'timer', name: due.name }, event);
      return;
    }
    case 'conn-timer':
      ringConnTimer(run, due, cause, deliver);
      return;
    case 'message': {
      const host = run.topology.programs.get(due.program)!.host.id;
      if (due.boot !== bootOf(run, host) || !isUp(run, host)) return;
      const event = emit(run, cause, host, { kind: 'message', from: due.from, program: due.program });
      deliver(run, due.program, { kind: 'message', from: due.from, message: due.message }, event);
      return;
    }
  }
}

/** A gesture enters the world, now. */
export function takeAction(run: Run, action: Action): void {
  switch (action.kind) {
    case 'input': {
      const entry = run.topology.programs.get(action.program);
      const event = emit(run, -1, entry?.host.id ?? '', { kind: 'action', action });
      if (!entry || !isUp(run, entry.host.id)) return;
      deliver(run, action.program, { kind: 'input', input: action.input }, event);
      return;
    }
    case 'power':
      setPower(run, action.host, action.up, emit(run, -1, action.host, { kind: 'action', action }));
      return;
    case 'link': {
      const [a] = action.between;
      const event = emit(run, -1, a, { kind: 'action', action });
      if (action.up) run.world.cut.delete(pairKey(...action.between));
      else run.world.cut.add(pairKey(...action.between));
      emit(run, event, a, { kind: 'link', between: action.between, up: action.up });
      return;
    }
    case 'inspect':
      emit(run, -1, '', { kind: 'action', action });
  }
}

/** Off is a power cut: what was in memory is gone, what was on disk survives, and no peer is told. */
function setPower(run: Run, host: HostId, up: boolean, cause: EventId): void {
  const was = run.world.power.get(host);
  const spec = run.topology.hosts.get(host);
  if (!was || !spec || was.up === up) return;
  const boot = up ? was.boot + 1 : was.boot;
  run.world.power.set(host, { up, boot });
  const event = emit(run, cause, host, { kind: 'power', up });
  for (const entry of spec.programs) {
    const id = `${host}/${entry.name}`;
    if (up) {
      schedule(run, run.world.now, event, { kind: 'start', program: id, boot });
      continue;
    }
    const program = run.registry[entry.kind]!;
    const state = run.world.states.get(id);
    run.world.states.set(
      id,
      program.survive ? program.survive(state, entry.config, spec) : program.init(entry.config, spec),
    );
  }
  if (up) return;
  forgetConnections(run, host);
  for (const key of [...run.world.listeners.keys()])
    if (key.startsWith(`${host}:`)) run.world.listeners.delete(key);
  for (const key of [...run.world.timers.keys()])
    if (key.startsWith(`${host}/`)) run.world.timers.delete(key);
}
