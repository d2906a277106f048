/** Who talks to whom on each connection of the log. */
import type { Address, ConnId, EventId, HostId, ProgramId, SimEvent } from '../sim/types.ts';
import { gather, type Index } from './project.ts';

export interface Connection {
  readonly conn: ConnId;
  readonly client: HostId;
  readonly clientProgram: ProgramId;
  /** null when no host has the address. */
  readonly server: HostId | null;
  /** Address and port the client asked for. */
  readonly peer: Address;
  /** The `connecting` event. */
  readonly event: EventId;
}

const INDEX: Index<Map<ConnId, Connection>> = {
  start: () => new Map(),
  step: (state, { id, host, what }) => {
    if (what.kind !== 'connecting') return;
    const { conn, program, to, peer } = what;
    state.set(conn, { conn, client: host, clientProgram: program, server: to, peer, event: id });
  },
};

/** Connections begun within (at least) the first `count` events. */
export const connectionsOf = (log: readonly SimEvent[], count: number): ReadonlyMap<ConnId, Connection> =>
  gather(INDEX, log, count);

/** The connection an event belongs to, or null. */
export function connOf(event: SimEvent): ConnId | null {
  return 'conn' in event.what ? event.what.conn : null;
}
