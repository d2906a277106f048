/** What opening a connection and using it have in common. */
import { pathIsUp, transit } from './network.ts';
import type { Run } from './run.ts';
import { emit } from './run.ts';
import type { ConnId, EventId, HostId, ProgramId, ProgramInput, Side } from './types.ts';
import type { Conn, ConnEnd } from './world-types.ts';

/** Gives an input to a program and carries out what it does; passed in, since effects open connections in turn. */
export type Deliver = (run: Run, program: ProgramId, input: ProgramInput, event: EventId) => void;

export const other = (side: Side): Side => (side === 'client' ? 'server' : 'client');

/** The end on this side: every packet asks, and a name in the code is found faster than one in a string. */
export const endOf = (conn: Conn, side: Side): ConnEnd => (side === 'client' ? conn.client : conn.server);

/** Which end of the connection this program is; null when it has none, or may not send on it any more. */
export function ownSide(conn: Conn | undefined, program: ProgramId): Side | null {
  if (conn?.client.program === program && conn.client.phase === 'open') return 'client';
  if (conn?.server.program === program && conn.server.phase === 'open') return 'server';
  return null;
}

/** This end is over; the connection is forgotten with its second end. */
export function leave(run: Run, conn: Conn, side: Side): void {
  endOf(conn, side).phase = 'gone';
  if (endOf(conn, other(side)).phase === 'gone') run.world.conns.delete(conn.id);
}

/** A packet of the connection's own bookkeeping; null arrival when it got lost on the way. */
export function sendPacket(
  run: Run,
  cause: EventId,
  conn: ConnId,
  flags: 'SYN' | 'SYN-ACK' | 'RST' | 'FIN',
  from: HostId,
  to: HostId,
): number | null {
  const { arrivesAt, lost } = transit(run.world, run.scenario, run.topology, from, to, 0);
  // A lost SYN is sent again by its own timer; the rest arrives late, as after a retransmission.
  const arrives = (flags === 'SYN' && lost > 0) || !pathIsUp(run.world, from, to) ? null : arrivesAt;
  emit(run, cause, from, { kind: 'packet', conn, flags, to, arrivesAt: arrives });
  return arrives;
}

/** How a program hears that its side of a connection is open. */
export const openedInput = ({ id, handle, client, server }: Conn, side: Side): ProgramInput => ({
  kind: 'opened',
  conn: id,
  handle: side === 'client' ? handle : null,
  local: (side === 'client' ? client : server).address,
  peer: (side === 'client' ? server : client).address,
});
