/** The log as rows one can read: what matters of the event log, filtered by host and protocol. */
import type { Millis } from '../base/time.ts';
import type { ConnId, EventId, HostId, SimEvent } from '../sim/types.ts';
import { connOf } from './connections.ts';
import { describe } from './describe.ts';
import type { Description } from './description.ts';
import { causeOf } from './log.ts';
import { gather, type Index, remembered, rowsWithin } from './project.ts';
import type { Protocol } from './wire.ts';

export interface LogRow extends Description {
  readonly id: EventId;
  readonly at: Millis;
  readonly host: HostId;
  readonly conn: ConnId | null;
  /** Events that are the same thing in the row: the reply and the command it answers. The row's own first. */
  readonly about: readonly EventId[];
}

/** Rows of one host (as either side) or protocol; null: of all. */
export interface LogFilter {
  readonly host: HostId | null;
  readonly protocol: Protocol | null;
}

interface Book {
  readonly rows: LogRow[];
  /** Connections one side of which has closed: the other side's close says nothing new. */
  readonly closed: Set<ConnId>;
}

const INDEX: Index<Book> = {
  start: () => ({ rows: [], closed: new Set() }),
  step: ({ rows, closed }, event, log) => {
    if (event.what.kind === 'closed') {
      if (closed.has(event.what.conn)) return;
      closed.add(event.what.conn);
    }
    if (!isRow(event)) return;
    const description = describe(event, log);
    if (description.kind === 'inner') return;
    const { id, at, host } = event;
    rows.push({ ...description, id, at, host, conn: connOf(event), about: about(event, log) });
  },
};

/** Leaves out what never makes a row before it is described, and the client's half of a handshake. */
function isRow({ what }: SimEvent): boolean {
  switch (what.kind) {
    case 'action':
      return !(what.action.kind === 'input' && isTyping(what.action.input));
    case 'opened':
      return what.side === 'server';
    case 'fact':
      // That the queue file is gone tells nothing that its cause did not.
      return !('kind' in what.fact && what.fact.kind === 'removed');
    case 'arrived':
    case 'datagram-arrived':
    case 'heard':
    case 'packet':
    case 'printed':
    case 'message':
    case 'start':
    case 'timer':
      return false;
    default:
      return true;
  }
}

/** A typed line shows as the shell's command or in the exchange it begins. */
const isTyping = (input: unknown): boolean =>
  typeof input === 'object' &&
  input !== null &&
  'kind' in input &&
  (input.kind === 'line' || input.kind === 'raw' || input.kind === 'key');

function about(event: SimEvent, log: readonly SimEvent[]): readonly EventId[] {
  const arrived = event.what.kind === 'segment' ? causeOf(log, event) : null;
  const asked = arrived?.what.kind === 'arrived' ? causeOf(log, arrived) : null;
  return asked ? [event.id, asked.id] : [event.id];
}

/** Rows of the first `count` events, oldest first. Pass the host and protocol of the filter, null for all. */
export const logbook = remembered(
  (
    log: readonly SimEvent[],
    count: number,
    host: HostId | null = null,
    protocol: Protocol | null = null,
  ): readonly LogRow[] => {
    const rows = matching(gather(INDEX, log, count).rows, { host, protocol });
    return rows.slice(0, rowsWithin(rows, log, count));
  },
);

interface Filtered {
  readonly rows: LogRow[];
  /** How many of all rows were looked at. */
  seen: number;
}

/** By the array of all rows of a log, then by filter. */
const filters = new WeakMap<readonly LogRow[], Map<string, Filtered>>();

/** Every row is put to each filter once, however often the log grew. */
function matching(all: readonly LogRow[], filter: LogFilter): readonly LogRow[] {
  if (filter.host === null && filter.protocol === null) return all;
  const known = filters.get(all) ?? new Map<string, Filtered>();
  filters.set(all, known);
  const key = `${filter.protocol ?? ''} ${filter.host ?? ''}`;
  const filtered = known.get(key) ?? { rows: [], seen: 0 };
  known.set(key, filtered);
  for (; filtered.seen < all.length; filtered.seen++) {
    const row = all[filtered.seen]!;
    if (matches(row, filter)) filtered.rows.push(row);
  }
  return filtered.rows;
}

export const matches = (row: LogRow, { host, protocol }: LogFilter): boolean =>
  (host === null || row.host === host || row.peer === host) &&
  (protocol === null || row.protocol === protocol);
