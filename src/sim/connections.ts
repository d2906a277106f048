/**
 * TCP as far as mail can tell, once a connection is open: segments in order, FIN, RST, retransmission.
 * (RFC 9293; congestion control is left out: links have a bandwidth and a latency.)
 */
import type { Octets } from '../base/octets.ts';
import type { Deliver } from './conn.ts';
import { endOf, leave, openedInput, other, ownSide, sendPacket } from './conn.ts';
import { alteredOnPath, MAX_RETRANSMITS, pathIsUp, retransmitAfter, transit } from './network.ts';
import type { Run } from './run.ts';
import { emit, isUp, schedule } from './run.ts';
import type { ConnId, EventId, HostId, ProgramId } from './types.ts';
import type { Conn, Due } from './world-types.ts';

export function sendSegment(
  run: Run,
  program: ProgramId,
  id: ConnId,
  octets: Octets,
  note: object,
  cause: EventId,
): void {
  const conn = run.world.conns.get(id);
  const side = ownSide(conn, program);
  if (!conn || side === null || octets.length === 0) return;
  const to = other(side);
  const own = endOf(conn, side);
  const far = endOf(conn, to);
  const { arrivesAt, lost } = transit(
    run.world,
    run.scenario,
    run.topology,
    own.host,
    far.host,
    octets.length,
  );
  const inOrder = Math.max(arrivesAt, far.lastArrivalMs);
  const arriving = alteredOnPath(run.topology, own.host, far.host, octets);
  const segment = {
    kind: 'segment',
    conn: id,
    side,
    to: far.host,
    octets,
    note,
    arrivesAt: inOrder,
    resent: lost,
  } as const;
  const sent = emit(run, cause, own.host, arriving === octets ? segment : { ...segment, altered: arriving });
  schedule(run, inOrder, sent, {
    kind: 'segment',
    conn: id,
    to,
    seq: own.sendNext++,
    octets: arriving,
    sent,
    tries: 0,
  });
  far.lastArrivalMs = inOrder;
}

export function closeConn(run: Run, program: ProgramId, id: ConnId, cause: EventId): void {
  const conn = run.world.conns.get(id);
  const side = ownSide(conn, program);
  if (!conn || side === null) return;
  const own = endOf(conn, side);
  const to = other(side);
  const far = endOf(conn, to);
  emit(run, cause, own.host, { kind: 'closed', conn: id, side, program, why: 'local' });
  if (far.phase === 'gone' && isUp(run, far.host)) {
    leave(run, conn, side);
    return;
  }
  const { arrivesAt } = transit(run.world, run.scenario, run.topology, own.host, far.host, 0);
  const inOrder = Math.max(arrivesAt, far.lastArrivalMs);
  const sent = emit(run, cause, own.host, {
    kind: 'packet',
    conn: id,
    flags: 'FIN',
    to: far.host,
    arrivesAt: inOrder,
  });
  schedule(run, inOrder, sent, { kind: 'fin', conn: id, to, seq: own.sendNext++, sent, tries: 0 });
  own.phase = 'closing';
  far.lastArrivalMs = inOrder;
}

type InFlight = Extract<Due, { kind: 'ack' | 'segment' | 'fin' }>;

/** An ACK, segment or FIN comes to where it was sent: heard, kept for later, sent again, or answered with RST. */
export function hearInFlight(run: Run, due: InFlight, deliver: Deliver): void {
  const conn = run.world.conns.get(due.conn);
  if (!conn) return;
  const near = endOf(conn, other(due.to));
  const far = endOf(conn, due.to);
  // A host that lost the connection has nothing left to send again.
  if (due.tries > 0 && near.phase === 'gone') return;
  if (!isUp(run, far.host) || !pathIsUp(run.world, near.host, far.host)) {
    sendAgain(run, conn, due);
    return;
  }
  if (far.phase === 'gone') {
    // The host forgot this connection (it crashed or closed): RFC 9293 §3.10.7.1 answers with RST.
    const arrives = sendPacket(run, due.sent, conn.id, 'RST', far.host, near.host);
    if (arrives !== null)
      schedule(run, arrives, due.sent, { kind: 'reset', conn: conn.id, to: other(due.to), why: 'reset' });
    return;
  }
  if (due.seq > far.hearNext) far.early = [...far.early, due];
  if (due.seq !== far.hearNext) return;
  hearNow(run, conn, due, deliver);
  while (far.early.length > 0) {
    const next = far.early.find((item): item is InFlight => 'seq' in item && item.seq === far.hearNext);
    if (!next) return;
    far.early = far.early.filter((item) => item !== next);
    hearNow(run, conn, next, deliver);
  }
}

function hearNow(run: Run, conn: Conn, due: InFlight, deliver: Deliver): void {
  const far = endOf(conn, due.to);
  const { host, program, phase } = far;
  far.hearNext++;
  if (due.kind === 'fin') {
    // Both directions end here: a mail program that hears FIN has nothing more to say on this connection.
    leave(run, conn, due.to);
    const from = other(due.to);
    if (endOf(conn, from).phase === 'closing') leave(run, conn, from);
  }
  // A program that has closed its end does not listen any more.
  if (phase !== 'open') return;
  const { id } = conn;
  switch (due.kind) {
    case 'ack': {
      const event = emit(run, due.sent, host, {
        kind: 'opened',
        conn: id,
        side: due.to,
        program,
        local: far.address,
        peer: endOf(conn, other(due.to)).address,
      });
      deliver(run, program, openedInput(conn, due.to), event);
      return;
    }
    case 'segment': {
      const event = emit(run, due.sent, host, far.arrived);
      deliver(run, program, { kind: 'octets', conn: id, octets: due.octets }, event);
      return;
    }
    case 'fin': {
      const event = emit(run, due.sent, host, {
        kind: 'closed',
        conn: id,
        side: due.to,
        program,
        why: 'fin',
      });
      deliver(run, program, { kind: 'closed', conn: id, why: 'fin' }, event);
    }
  }
}

function sendAgain(run: Run, conn: Conn, due: InFlight): void {
  const from = other(due.to);
  // Nobody waits for an answer to a bare ACK: without data behind it the silence goes unnoticed.
  if (due.kind === 'ack' && endOf(conn, due.to).phase === 'gone') return;
  if (due.tries >= MAX_RETRANSMITS) {
    schedule(run, run.world.now, due.sent, { kind: 'reset', conn: conn.id, to: from, why: 'timeout' });
    return;
  }
  const at = run.world.now + retransmitAfter(due.tries);
  schedule(run, at, due.sent, { ...due, tries: due.tries + 1 });
}

export function hearReset(
  run: Run,
  due: Extract<Due, { kind: 'reset' }>,
  cause: EventId,
  deliver: Deliver,
): void {
  const conn = run.world.conns.get(due.conn);
  const end = conn && endOf(conn, due.to);
  if (!conn || !end || end.phase === 'gone') return;
  const was = end.phase;
  leave(run, conn, due.to);
  const from = other(due.to);
  if (endOf(conn, from).phase !== 'gone' && due.why === 'reset') leave(run, conn, from);
  if (was !== 'open' || !isUp(run, end.host)) return;
  const event = emit(run, cause, end.host, {
    kind: 'closed',
    conn: conn.id,
    side: due.to,
    program: end.program,
    why: due.why,
  });
  deliver(run, end.program, { kind: 'closed', conn: conn.id, why: due.why }, event);
}

/** The host lost its memory: its ends are gone, and nobody is told. */
export function forgetConnections(run: Run, host: HostId): void {
  for (const conn of [...run.world.conns.values()]) {
    if (conn.client.phase === 'opening' && conn.client.host === host) {
      run.world.conns.delete(conn.id);
      continue;
    }
    if (conn.client.host === host) leave(run, conn, 'client');
    if (conn.server.host === host && conn.server.phase !== 'opening') leave(run, conn, 'server');
  }
}
