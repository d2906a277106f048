/** Opening connections: SYN, SYN-ACK, refusal, retransmission, giving up (RFC 9293 §3.5). */
import type { Deliver } from './conn.ts';
import { leave, openedInput, sendPacket } from './conn.ts';
import { hostWithAddress, retransmitAfter, sourceAddress, transit } from './network.ts';
import type { Run } from './run.ts';
import { emit, isUp, schedule } from './run.ts';
import type { Address, ConnectFailure, ConnId, EventId, HostId, ProgramId, Side, What } from './types.ts';
import type { ConnEnd } from './world-types.ts';

export function connect(
  run: Run,
  program: ProgramId,
  effect: { readonly handle: string; readonly to: Address; readonly timeoutMs: number },
  cause: EventId,
): void {
  const id = run.world.nextId++;
  const host = run.topology.programs.get(program)!.host;
  const target = hostWithAddress(run.topology, host.id, effect.to.address);
  const source = sourceAddress(host, effect.to.address);
  const from: Address = { address: source ?? '', port: 32768 + (id % 28232) };
  const event = emit(run, cause, host.id, {
    kind: 'connecting',
    conn: id,
    program,
    to: target,
    from,
    peer: effect.to,
  });
  run.world.conns.set(id, {
    id,
    handle: effect.handle,
    client: newEnd(id, 'client', host.id, program, from),
    server: newEnd(id, 'server', target ?? '', '', effect.to),
    deadline: run.world.now + effect.timeoutMs,
  });
  if (source === null) {
    schedule(run, run.world.now, event, { kind: 'connect-failed', conn: id, why: 'unreachable' });
    return;
  }
  schedule(run, run.world.now + effect.timeoutMs, event, {
    kind: 'connect-failed',
    conn: id,
    why: 'timeout',
  });
  sendSyn(run, id, 0, event);
}

const newEnd = (conn: ConnId, side: Side, host: HostId, program: ProgramId, address: Address): ConnEnd => ({
  host,
  program,
  address,
  arrived: arrivedAt(conn, side, program),
  phase: 'opening',
  sendNext: 0,
  hearNext: 0,
  early: NOTHING_EARLY,
  lastArrivalMs: 0,
  timers: NO_TIMERS,
});

const arrivedAt = (conn: ConnId, side: Side, program: ProgramId): What => ({
  kind: 'arrived',
  conn,
  side,
  program,
});

const NOTHING_EARLY: ConnEnd['early'] = [];
const NO_TIMERS: ConnEnd['timers'] = [];

/** Sends a SYN, and sets the timer that sends it again. */
export function sendSyn(run: Run, id: ConnId, tries: number, cause: EventId): void {
  const conn = run.world.conns.get(id);
  if (conn?.client.phase !== 'opening' || conn.server.phase !== 'opening') return;
  const { host: to } = conn.server;
  if (to !== '') {
    const arrives = sendPacket(run, cause, id, 'SYN', conn.client.host, to);
    if (arrives !== null) schedule(run, arrives, cause, { kind: 'syn', conn: id, tries });
  }
  const again = run.world.now + retransmitAfter(tries);
  if (again < conn.deadline) schedule(run, again, cause, { kind: 'syn-again', conn: id, tries: tries + 1 });
}

export function hearSyn(run: Run, id: ConnId, cause: EventId): void {
  const conn = run.world.conns.get(id);
  if (conn?.client.phase !== 'opening' || conn.server.phase !== 'opening') return;
  const { client, server } = conn;
  if (!isUp(run, server.host)) return;
  const program = run.world.listeners.get(`${server.host}:tcp:${server.address.port}`);
  // A program has one number for a connection, so it cannot be both of its ends.
  if (program === undefined || program === client.program) {
    const arrives = sendPacket(run, cause, id, 'RST', server.host, client.host);
    if (arrives !== null) schedule(run, arrives, cause, { kind: 'connect-failed', conn: id, why: 'refused' });
    return;
  }
  const arrives = sendPacket(run, cause, id, 'SYN-ACK', server.host, client.host);
  if (arrives === null) return;
  server.program = program;
  server.arrived = arrivedAt(id, 'server', program);
  server.phase = 'open';
  schedule(run, arrives, cause, { kind: 'syn-ack', conn: id });
}

export function hearSynAck(run: Run, id: ConnId, cause: EventId, deliver: Deliver): void {
  const conn = run.world.conns.get(id);
  if (conn?.client.phase === 'gone') run.world.conns.delete(id);
  if (conn?.client.phase !== 'opening') return;
  const { client, server } = conn;
  client.phase = 'open';
  const event = emit(run, cause, client.host, {
    kind: 'opened',
    conn: id,
    side: 'client',
    program: client.program,
    local: client.address,
    peer: server.address,
  });
  // The ACK is the first thing in the client's sequence: the server hears it before anything the client says.
  const { arrivesAt } = transit(run.world, run.scenario, run.topology, client.host, server.host, 0);
  server.lastArrivalMs = arrivesAt;
  const seq = client.sendNext++;
  schedule(run, arrivesAt, event, { kind: 'ack', conn: id, to: 'server', seq, sent: event, tries: 0 });
  deliver(run, client.program, openedInput(conn, 'client'), event);
}

export function connectFailed(
  run: Run,
  id: ConnId,
  why: ConnectFailure,
  cause: EventId,
  deliver: Deliver,
): void {
  const conn = run.world.conns.get(id);
  if (conn?.client.phase !== 'opening') return;
  run.world.conns.delete(id);
  const { client } = conn;
  const event = emit(run, cause, client.host, { kind: 'failed', conn: id, program: client.program, why });
  deliver(run, client.program, { kind: 'failed', handle: conn.handle, why }, event);
}

/** The program gave a pending connect up. */
export function cancelConnect(run: Run, program: ProgramId, handle: string): void {
  for (const conn of run.world.conns.values()) {
    if (conn.client.program !== program || conn.handle !== handle || conn.client.phase !== 'opening')
      continue;
    if (conn.server.phase === 'open') leave(run, conn, 'client');
    else run.world.conns.delete(conn.id);
    return;
  }
}
