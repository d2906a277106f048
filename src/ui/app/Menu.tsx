/** A button with a menu, as the WAI-ARIA menu-button pattern has it. The menu hangs over everything. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly icon?: ReactNode;
  readonly about?: string;
  /** Given: the item is one of a choice. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly lang?: string;
  onSelect(): void;
}

interface Props {
  readonly items: readonly MenuItem[];
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
  /** Shown over the items; a sentence about the thing the menu belongs to. */
  readonly heading?: ReactNode;
  readonly align?: 'start' | 'end';
  readonly title?: string;
  readonly onOpen?: () => void;
}

const GAP = 6;

export function Menu({
  items,
  label,
  children,
  className = 'button',
  heading,
  align = 'end',
  title,
  onOpen,
}: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();
  const close = useCallback((refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  }, []);
  const toggle = (): void => {
    if (!open) onOpen?.();
    setOpen(!open);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        title={title}
        onClick={toggle}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && !open) {
            event.preventDefault();
            toggle();
          }
        }}
      >
        {children}
      </button>
      {open && button.current !== null && (
        <MenuSheet
          id={id}
          label={label}
          anchor={button.current}
          items={items}
          heading={heading}
          align={align}
          onClose={close}
        />
      )}
    </>
  );
}

interface SheetProps {
  readonly id: string;
  readonly label: string;
  readonly anchor: HTMLElement;
  readonly items: readonly MenuItem[];
  readonly heading: ReactNode;
  readonly align: 'start' | 'end';
  onClose(refocus: boolean): void;
}

function MenuSheet({ id, label, anchor, items, heading, align, onClose }: SheetProps) {
  const sheet = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useEffect(() => {
    const element = sheet.current;
    if (element === null) return;
    const from = anchor.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const left = align === 'end' ? from.right - width : from.left;
    const below = from.bottom + GAP;
    const top = below + height > innerHeight - GAP ? Math.max(GAP, from.top - GAP - height) : below;
    setPlace({ left: Math.max(GAP, Math.min(left, innerWidth - width - GAP)), top });
  }, [anchor, align]);

  useEffect(() => {
    if (place === null) return;
    const checked = sheet.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (checked ?? sheet.current?.querySelector<HTMLElement>('[role^="menuitem"]:not(:disabled)'))?.focus();
  }, [place]);

  useEffect(() => {
    const away = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!sheet.current?.contains(target) && !anchor.contains(target)) onClose(false);
    };
    const shut = (): void => onClose(false);
    document.addEventListener('pointerdown', away, true);
    addEventListener('resize', shut);
    addEventListener('wheel', shut, { passive: true });
    return () => {
      document.removeEventListener('pointerdown', away, true);
      removeEventListener('resize', shut);
      removeEventListener('wheel', shut);
    };
  }, [anchor, onClose]);

  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onClose(true);
      return;
    }
    if (event.key === 'Tab') {
      onClose(true);
      return;
    }
    const entries = [
      ...(sheet.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)') ?? []),
    ];
    const here = entries.indexOf(document.activeElement as HTMLElement);
    const last = entries.length - 1;
    const to =
      event.key === 'ArrowDown'
        ? here === last
          ? 0
          : here + 1
        : event.key === 'ArrowUp'
          ? here <= 0
            ? last
            : here - 1
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? last
              : null;
    if (to === null) return;
    event.preventDefault();
    entries[to]?.focus();
  };

  return createPortal(
    <div
      ref={sheet}
      className="menu"
      style={place === null ? { visibility: 'hidden', left: 0, top: 0 } : place}
    >
      {heading !== undefined && <div className="menu-heading">{heading}</div>}
      <div role="menu" id={id} aria-label={label} onKeyDown={move} tabIndex={-1}>
        {items.map((item) => (
          <button
            key={item.key}
            type="button"
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            {...(item.checked === undefined ? {} : { 'aria-checked': item.checked })}
            tabIndex={-1}
            lang={item.lang}
            disabled={item.disabled ?? false}
            className="menu-item"
            onClick={() => {
              onClose(true);
              item.onSelect();
            }}
          >
            <span className="menu-mark" aria-hidden="true">
              {item.icon ?? (item.checked === true ? '✓' : '')}
            </span>
            <span>
              <span className="menu-label">{item.label}</span>
              {item.about !== undefined && <span className="menu-about">{item.about}</span>}
            </span>
          </button>
        ))}
      </div>
    </div>,
    // Inside the landmark it belongs to, over everything in it.
    anchor.closest('header, main') ?? document.body,
  );
}
