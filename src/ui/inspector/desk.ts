/** What lies open in the inspector. It outlives the panel, which some layouts put away. */
import { create } from 'zustand';
import type { ConnId, EventId, HostId } from '../../sim/types.ts';
import type { LetterKey } from '../../view/letter.ts';
import type { Protocol } from '../../view/wire.ts';
import type { Thing } from '../store/thing.ts';

export const TABS = ['letter', 'session', 'log'] as const;
export type TabKey = (typeof TABS)[number];

export interface Desk {
  readonly tab: TabKey;
  /** null: the newest one that is no report. */
  readonly letter: LetterKey | null;
  /** Hop of a letter that was split; null: the copy that moved last. */
  readonly hop: number | null;
  /** null: an open one, else the newest. */
  readonly conn: ConnId | null;
  /** The chosen row of the log. */
  readonly event: EventId | null;
  readonly host: HostId | null;
  readonly protocol: Protocol | null;
  readonly find: string;

  show(part: Partial<Omit<Desk, 'show'>>): void;
}

const NOTHING_CHOSEN = {
  letter: null,
  hop: null,
  conn: null,
  event: null,
  host: null,
  protocol: null,
  find: '',
};

export const useDesk = create<Desk>()((set) => ({
  tab: 'letter',
  ...NOTHING_CHOSEN,
  show: (part) => set(part),
}));

/** Another network: nothing of the old one is chosen any more. */
export const clearDesk = (): void => useDesk.setState(NOTHING_CHOSEN);

/** Opens what was chosen elsewhere on the page. `conn`: the connection an event belongs to, null for none. */
export function follow(selected: Thing, conn: ConnId | null): void {
  const { show, tab, event } = useDesk.getState();
  switch (selected.kind) {
    case 'letter':
      show({ tab: 'letter', letter: selected.letter, hop: null });
      return;
    case 'hop':
      show({ tab: 'letter', letter: selected.letter, hop: selected.hop });
      return;
    case 'conn':
      show({ tab: 'session', conn: selected.conn });
      return;
    case 'event':
      if (tab === 'log' || event === selected.event) show({ event: selected.event });
      else if (conn !== null) show({ tab: 'session', conn, event: selected.event });
      else show({ tab: 'log', event: selected.event });
      return;
    case 'host':
  }
}
