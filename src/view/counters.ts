/** The numbers on the map: queues, mailboxes, what is up, what is cut. */
import type { Stage } from '../agents/stage.ts';
import type { HostId, SimEvent } from '../sim/types.ts';
import { letterKey } from './letter.ts';
import { type Fold, project, remembered } from './project.ts';
import { factOf } from './wire.ts';

export interface HostCounters {
  /** Letters accepted and not yet removed from the queue. */
  readonly queue: number;
  /** Messages in the INBOX of each mailbox. */
  readonly mailboxes: Readonly<Record<string, number>>;
  /** Letters a mail program shows, by account. */
  readonly folders: Readonly<Record<string, number>>;
  readonly up: boolean;
  /** Ports it answers on: those of its badges while it is up. */
  readonly listening: readonly number[];
}

export interface Counters {
  readonly hosts: Readonly<Record<HostId, HostCounters>>;
  /** Pairs of hosts between which the link is cut. */
  readonly cut: readonly (readonly [HostId, HostId])[];
}

type Counts = Readonly<Record<string, number>>;

interface Host {
  readonly queue: number;
  readonly mailboxes: Counts;
  readonly folders: Counts;
}

interface State {
  readonly hosts: Map<HostId, Host>;
  /** `host/queueId` of what is queued: no fact may count twice. */
  readonly queued: Set<string>;
  readonly up: Map<HostId, boolean>;
  /** By `a|b`, a < b. */
  readonly links: Map<string, { readonly between: readonly [HostId, HostId]; readonly up: boolean }>;
}

const INBOX = 'INBOX';

const NOTHING: Host = { queue: 0, mailboxes: {}, folders: {} };

export const COUNTERS: Fold<State> = {
  start: () => ({ hosts: new Map(), queued: new Set(), up: new Map(), links: new Map() }),
  copy: (state) => ({
    hosts: new Map(state.hosts),
    queued: new Set(state.queued),
    up: new Map(state.up),
    links: new Map(state.links),
  }),
  step: (state, event) => {
    const { what } = event;
    if (what.kind === 'power') state.up.set(event.host, what.up);
    else if (what.kind === 'link')
      state.links.set(pair(what.between), { between: what.between, up: what.up });
    else if (what.kind === 'fact') take(state, event);
  },
};

const pair = ([a, b]: readonly [HostId, HostId]): string => (a < b ? `${a}|${b}` : `${b}|${a}`);

const added = (counts: Counts, name: string, by: number): Counts => ({
  ...counts,
  [name]: Math.max(0, (Object.hasOwn(counts, name) ? counts[name]! : 0) + by),
});

function take(state: State, event: SimEvent): void {
  const fact = factOf(event);
  if (fact === null) return;
  const host = state.hosts.get(event.host) ?? NOTHING;
  const set = (news: Partial<Host>): void => void state.hosts.set(event.host, { ...host, ...news });
  switch (fact.kind) {
    case 'accepted': {
      const key = letterKey(event.host, fact.queueId);
      if (state.queued.has(key)) return;
      state.queued.add(key);
      set({ queue: host.queue + 1 });
      return;
    }
    case 'removed':
      if (state.queued.delete(letterKey(event.host, fact.queueId))) set({ queue: host.queue - 1 });
      return;
    case 'delivered':
      set({ mailboxes: added(host.mailboxes, fact.mailbox, 1) });
      return;
    case 'expunged':
      if ((fact.folder ?? INBOX) === INBOX) set({ mailboxes: added(host.mailboxes, fact.mailbox, -1) });
      return;
    case 'filed':
      if (fact.folder === INBOX) set({ mailboxes: added(host.mailboxes, fact.mailbox, fact.uids.length) });
      return;
    case 'folder':
      // RFC 3501 §6.3.5: to rename INBOX is to move all that is in it.
      if (fact.what === 'renamed' && fact.from === INBOX)
        set({ mailboxes: { ...host.mailboxes, [fact.mailbox]: 0 } });
      return;
    case 'fetched':
      set({ folders: added(host.folders, fact.account, 1) });
      return;
    case 'vanished':
      set({ folders: added(host.folders, fact.account, -1) });
  }
}

/** What the map shows after the first `count` events. Hosts come from the stage; its mailboxes begin at 0. */
export const counters = remembered((log: readonly SimEvent[], count: number, stage: Stage): Counters => {
  const state = project(COUNTERS, log, count);
  const hosts: Record<HostId, HostCounters> = {};
  const down = new Set<HostId>();
  for (const { id, down: off } of stage.scenario.hosts) if (off) down.add(id);
  for (const { id, mailboxes, badges } of stage.hosts) {
    const host = state.hosts.get(id) ?? NOTHING;
    const up = state.up.get(id) ?? !down.has(id);
    hosts[id] = {
      ...host,
      mailboxes: { ...Object.fromEntries(mailboxes.map((name) => [name, 0])), ...host.mailboxes },
      up,
      listening: up ? badges.flatMap(({ port }) => (port === undefined ? [] : [port])) : [],
    };
  }
  return { hosts, cut: cutLinks(state, stage) };
});

function cutLinks(state: Readonly<State>, stage: Stage): readonly (readonly [HostId, HostId])[] {
  const cut = new Map<string, readonly [HostId, HostId]>();
  for (const { between, down } of stage.scenario.links) if (down) cut.set(pair(between), between);
  for (const [key, { between, up }] of state.links) {
    if (up) cut.delete(key);
    else cut.set(key, between);
  }
  return [...cut.values()];
}
