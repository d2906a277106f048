/** Making, copying and carrying worlds. */
import { hashText } from '../base/prng.ts';
import { push } from '../base/queue.ts';
import { pairKey, topologyOf } from './network.ts';
import type { Registry, Scenario } from './types.ts';
import type { Conn, ConnEnd, ConnTimer, Scheduled, TimerEntry, World } from './world-types.ts';

/** The world at instant 0: programs initialised, hosts that are up about to start. */
export function createWorld(scenario: Scenario, registry: Registry): World {
  const world: World = {
    now: 0,
    prng: (scenario.seed ^ hashText(scenario.id)) | 0,
    nextId: 1,
    nextEvent: 0,
    queue: [],
    states: new Map(),
    conns: new Map(),
    listeners: new Map(),
    timers: new Map(),
    power: new Map(),
    cut: new Set(),
    busyUntil: new Map(),
  };
  for (const link of scenario.links) if (link.down) world.cut.add(pairKey(...link.between));
  for (const host of scenario.hosts) {
    const up = !host.down;
    world.power.set(host.id, { up, boot: up ? 1 : 0 });
  }
  for (const [id, { spec, host }] of topologyOf(scenario).programs) {
    const program = registry[spec.kind];
    if (!program) throw new Error(`scenario ${scenario.id}: no program of kind "${spec.kind}"`);
    world.states.set(id, program.init(spec.config, host));
    if (host.down) continue;
    push(world.queue, { at: 0, id: world.nextId++, cause: -1, due: { kind: 'start', program: id, boot: 1 } });
  }
  return world;
}

const copyConn = ({ id, handle, client, server, deadline }: Conn): Conn => ({
  id,
  handle,
  client: copyEnd(client),
  server: copyEnd(server),
  deadline,
});

const copyEnd = (end: ConnEnd): ConnEnd => ({
  host: end.host,
  program: end.program,
  address: end.address,
  arrived: end.arrived,
  phase: end.phase,
  sendNext: end.sendNext,
  hearNext: end.hearNext,
  early: end.early,
  lastArrivalMs: end.lastArrivalMs,
  timers: end.timers.map(({ name, id, deadline, cause }) => ({ name, id, deadline, cause })),
});

/** A copy that shares every immutable part with the original: the cost is that of the tables, not of the states. */
export function copyWorld(world: World): World {
  return {
    ...world,
    queue: world.queue.slice(),
    states: new Map(world.states),
    conns: new Map(Array.from(world.conns, ([id, conn]) => [id, copyConn(conn)])),
    listeners: new Map(world.listeners),
    timers: new Map(
      Array.from(world.timers, ([key, { id, deadline, cause }]) => [key, { id, deadline, cause }]),
    ),
    power: new Map(world.power),
    cut: new Set(world.cut),
    busyUntil: new Map(world.busyUntil),
  };
}

/**
 * A queued thing as it will happen: itself, with its later deadline when it is a timer that was put off (it keeps its
 * id), or null when it will not happen any more.
 */
export function settledItem(world: World, item: Scheduled): Scheduled | null {
  const { due } = item;
  switch (due.kind) {
    case 'timer':
      return settledTimer(item, world.timers.get(`${due.program}:${due.name}`));
    case 'conn-timer': {
      const end = world.conns.get(due.conn)?.[due.side];
      return settledTimer(item, end?.phase === 'open' ? connTimer(end, due.name) : undefined);
    }
    case 'syn-again':
    case 'connect-failed':
      return world.conns.get(due.conn)?.client.phase === 'opening' ? item : null;
    default:
      return item;
  }
}

function settledTimer(item: Scheduled, set: TimerEntry | undefined): Scheduled | null {
  if (set?.id !== item.id) return null;
  // Also when it was set again for the same instant: the last to set it is its cause.
  if (set.deadline === item.at && set.cause === item.cause) return item;
  return { at: set.deadline, id: item.id, cause: set.cause, due: item.due };
}

export function connTimer({ timers }: ConnEnd, name: string): ConnTimer | undefined {
  for (let i = 0; i < timers.length; i++) if (timers[i]!.name === name) return timers[i];
  return undefined;
}

/**
 * A world as JSON text; every part of it is plain data. Two worlds that will do the same have the same text, however
 * their runs were cut into calls: that shows in the heap's layout alone, and a sorted array is a heap too.
 */
export function worldToJson(world: World): string {
  const queue = world.queue.flatMap((item) => settledItem(world, item) ?? []);
  queue.sort((a, b) => a.at - b.at || a.id - b.id);
  return JSON.stringify({ ...world, queue }, (_key, value: unknown) =>
    value instanceof Map ? { map: [...value] } : value instanceof Set ? { set: [...value] } : value,
  );
}

export function worldFromJson(text: string): World {
  const raw = JSON.parse(text) as Record<string, unknown>;
  const map = <V>(key: string): Map<never, V> => new Map((raw[key] as { map: [never, V][] }).map);
  return {
    ...(raw as unknown as World),
    states: map('states'),
    conns: map('conns'),
    listeners: map('listeners'),
    timers: map('timers'),
    power: map('power'),
    cut: new Set((raw.cut as { set: string[] }).set),
    busyUntil: map('busyUntil'),
  };
}
