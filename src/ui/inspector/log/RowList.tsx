/** The rows as a list box: one stop for the keyboard, arrows within. Only the last few hundred are drawn. */
import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, memo, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventId } from '../../../sim/types.ts';
import type { LogRow } from '../../../view/logbook.ts';
import { useStore } from '../../store/store.ts';
import { sameThing } from '../../store/thing.ts';
import { clockText } from '../../transport/clock-text.ts';
import { useHostNames } from '../hosts.ts';
import { ProtocolChip } from '../parts.tsx';
import { plainLine } from '../plain.ts';

const AT_ONCE = 200;
/** Nearer to its end than this the list follows the newest row. */
const NEAR_END_PX = 40;
const PAGE = 10;

interface Props {
  readonly rows: readonly LogRow[];
  readonly chosen: EventId | null;
  say(row: LogRow): string;
}

export function RowList({ rows, chosen, say }: Props) {
  const { t } = useTranslation('inspector');
  const id = useId();
  const select = useStore((state) => state.select);
  const nameOf = useHostNames();
  const lit = useLitRows();
  const { from, earlier } = useWindow(rows, chosen);
  const { box, following, onScroll, toNewest } = useFollowing(rows.at(-1)?.id ?? 0);
  const drawn = rows.slice(from);
  const chosenIndex = chosen === null ? -1 : drawn.findIndex((row) => row.about.includes(chosen));
  const active = drawn[chosenIndex];
  useLayoutEffect(() => {
    if (active === undefined) return;
    document.getElementById(`${id}-${active.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const move = (event: KeyboardEvent): void => {
    const last = drawn.length - 1;
    const to = {
      ArrowDown: chosenIndex < 0 ? last : Math.min(last, chosenIndex + 1),
      ArrowUp: chosenIndex < 0 ? last : Math.max(0, chosenIndex - 1),
      PageDown: Math.min(last, chosenIndex + PAGE),
      PageUp: Math.max(0, (chosenIndex < 0 ? last : chosenIndex) - PAGE),
      Home: 0,
      End: last,
    }[event.key];
    const row = to === undefined ? undefined : drawn[to];
    if (row === undefined) return;
    event.preventDefault();
    select({ kind: 'event', event: row.id });
  };
  return (
    <div className="log-frame">
      {from > 0 && (
        <button type="button" className="button log-earlier" onClick={earlier}>
          {t('logbook.earlier', { count: Math.min(from, AT_ONCE) })}
        </button>
      )}
      <div
        className="log-rows"
        ref={box}
        role="listbox"
        tabIndex={0}
        aria-label={t('logbook.title')}
        aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
        onKeyDown={move}
        onScroll={onScroll}
        onPointerLeave={() => useStore.getState().hover(null)}
      >
        {drawn.map((row) => (
          <Row
            key={row.id}
            id={`${id}-${row.id}`}
            row={row}
            say={say}
            nameOf={nameOf}
            chosen={row === active}
            lit={lit(row)}
          />
        ))}
      </div>
      {!following && (
        <button type="button" className="button log-newest" onClick={toNewest}>
          <ArrowDown size={15} aria-hidden="true" />
          {t('logbook.newest')}
        </button>
      )}
    </div>
  );
}

/** Which rows are the same thing as what is being pointed at. */
function useLitRows(): (row: LogRow) => boolean {
  const hovered = useStore((state) => state.hovered);
  const lit = useStore((state) => state.lit);
  return useMemo(() => {
    if (hovered?.kind === 'conn') return (row) => row.conn === hovered.conn;
    const events = new Set(lit.events);
    return (row) => row.about.some((event) => events.has(event));
  }, [hovered, lit]);
}

/** The part of the rows that is drawn: its end, more on demand, and always the chosen one. */
function useWindow(rows: readonly LogRow[], chosen: EventId | null): { from: number; earlier(): void } {
  /** Id of the first row that was asked for; the window begins there as long as it reaches further back. */
  const [asked, setAsked] = useState<EventId | null>(null);
  const wanted = Math.min(asked ?? Number.POSITIVE_INFINITY, chosen ?? Number.POSITIVE_INFINITY);
  const end = Math.max(0, rows.length - AT_ONCE);
  const from = Number.isFinite(wanted) ? Math.min(end, Math.max(0, firstAt(rows, wanted) - PAGE)) : end;
  return { from, earlier: () => setAsked(rows[Math.max(0, from - AT_ONCE + PAGE)]?.id ?? null) };
}

/** Index of the first row of this event or a later one; rows stand in the order of their events. */
function firstAt(rows: readonly LogRow[], event: EventId): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.id < event) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Stays at the newest row as long as nobody scrolls away from it. */
function useFollowing(newest: EventId) {
  const box = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const toNewest = (): void => {
    const list = box.current;
    if (list !== null) list.scrollTop = list.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new row moves the list
  useLayoutEffect(() => {
    if (following) toNewest();
  }, [newest]);
  const onScroll = (): void => {
    const list = box.current;
    if (list !== null) setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX);
  };
  return { box, following, onScroll, toNewest };
}

interface RowProps {
  readonly id: string;
  readonly row: LogRow;
  readonly chosen: boolean;
  readonly lit: boolean;
  say(row: LogRow): string;
  nameOf(id: string): string;
}

const Row = memo(function Row({ id, row, chosen, lit, say, nameOf }: RowProps) {
  const { hover, select } = useStore.getState();
  const thing = { kind: 'event', event: row.id } as const;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus and says which row is active
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box hears the keys
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      className={`log-row ${row.kind}${lit ? ' lit' : ''}`}
      onClick={() => select(thing)}
      onPointerEnter={() => hover(thing)}
      onPointerLeave={() => {
        if (sameThing(useStore.getState().hovered, thing)) hover(null);
      }}
    >
      <span className="log-time">{clockText(row.at)}</span>
      <span className="log-host">{nameOf(row.host)}</span>
      <ProtocolChip protocol={row.protocol} />
      <span className="log-words">{say(row)}</span>
      {row.text !== '' && <span className="log-text">{plainLine(row.text)}</span>}
    </div>
  );
});
