/** What components read of the run, at the view instant. They render again when an event happens, not with time. */
import { useMemo } from 'react';
import type { StageHost } from '../../agents/stage.ts';
import type { SimEvent } from '../../sim/types.ts';
import { isLit } from './lit.ts';
import { useStore } from './store.ts';
import { sameThing, type Thing } from './thing.ts';
import { counters, type HostCounters } from '../../view/counters.ts';

const NO_EVENTS: readonly SimEvent[] = [];

/** The log and how much of it has happened: what every projection of `src/view` takes. */
export function useLog(): { readonly log: readonly SimEvent[]; readonly count: number } {
  const log = useStore((state) => state.history?.log ?? NO_EVENTS);
  const count = useStore((state) => state.count);
  return { log, count };
}

/** A projection, computed anew when an event happened. */
export function useView<T>(project: (log: readonly SimEvent[], count: number) => T): T {
  const { log, count } = useLog();
  // biome-ignore lint/correctness/useExhaustiveDependencies: projections are pure; the log and its count decide
  return useMemo(() => project(log, count), [log, count]);
}

export interface HostNumbers {
  readonly up: boolean;
  readonly queue: number;
  readonly mailboxes: readonly (readonly [owner: string, count: number])[];
}

export function useHostCounters(host: StageHost): HostNumbers {
  const stage = useStore((state) => state.stage);
  const mine = useView((log, count): HostCounters | undefined =>
    stage === null ? undefined : counters(log, count, stage).hosts[host.id],
  );
  return {
    up: mine?.up ?? true,
    queue: mine?.queue ?? 0,
    mailboxes: host.mailboxes.map((owner) => [owner, mine?.mailboxes[owner] ?? 0] as const),
  };
}

/** Whether this thing, or what is the same thing, is being pointed at somewhere. */
export const useLit = (thing: Thing): boolean => useStore(({ lit }) => isLit(lit, thing));

/** Spread on whatever shows a thing: pointing at it, or focusing it, lights it up everywhere. */
export function hoverProps(thing: Thing): {
  onPointerEnter(): void;
  onPointerLeave(): void;
  onFocus(): void;
  onBlur(): void;
} {
  const enter = (): void => useStore.getState().hover(thing);
  const leave = (): void => {
    if (sameThing(useStore.getState().hovered, thing)) useStore.getState().hover(null);
  };
  return { onPointerEnter: enter, onPointerLeave: leave, onFocus: enter, onBlur: leave };
}
