/** A row of tabs with one panel, as the WAI-ARIA tabs pattern has it (arrows move and choose). */
import { type KeyboardEvent, type ReactNode, useId } from 'react';

export interface Tab {
  readonly key: string;
  readonly label: ReactNode;
}

interface Props {
  readonly tabs: readonly Tab[];
  readonly active: string;
  readonly label: string;
  readonly className?: string;
  /** Stands after the tabs, outside the tab list. */
  readonly after?: ReactNode;
  readonly children: ReactNode;
  onChange(key: string): void;
}

export function Tabs({ tabs, active, label, className = '', after, children, onChange }: Props) {
  const id = useId();
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const here = tabs.findIndex((tab) => tab.key === active);
    const last = tabs.length - 1;
    const to = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here <= 0 ? last : here - 1,
      Home: 0,
      End: last,
    }[event.key];
    const next = to === undefined ? undefined : tabs[to];
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <div className={`tabs ${className}`}>
      <div className="tab-row">
        <div role="tablist" aria-label={label} className="tab-list" onKeyDown={move}>
          {tabs.map((tab) => (
            <button
              key={tab.key}
              type="button"
              role="tab"
              id={`${id}-${tab.key}`}
              aria-selected={tab.key === active}
              aria-controls={tab.key === active ? `${id}-panel` : undefined}
              tabIndex={tab.key === active ? 0 : -1}
              className="tab"
              onClick={() => onChange(tab.key)}
            >
              {tab.label}
            </button>
          ))}
        </div>
        {after}
      </div>
      {active === '' && children}
      {active !== '' && (
        <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${active}`} className="tab-panel">
          {children}
        </div>
      )}
    </div>
  );
}
