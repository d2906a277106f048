/** F6 and Shift+F6 go from pane to pane, as in desktop programs: the sure way out of the terminal. */

const PANES = '.lesson-area, .map-area, .terminal-area, .inspector-area, header';
const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex]:not([tabindex="-1"])';

export function listenForPanes(): void {
  addEventListener('keydown', (event) => {
    if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey) return;
    // A dialog keeps the keyboard.
    if (document.querySelector('[role="dialog"]') !== null) return;
    const panes = [...document.querySelectorAll<HTMLElement>(PANES)].filter((pane) => target(pane) !== null);
    if (panes.length === 0) return;
    const here = panes.findIndex((pane) => pane.contains(document.activeElement));
    const step = event.shiftKey ? -1 : 1;
    const next = panes[(here + step + panes.length) % panes.length]!;
    event.preventDefault();
    target(next)?.focus();
  });
}

/** What takes the focus in a pane: the terminal's own input, or the first thing that can. */
function target(pane: HTMLElement): HTMLElement | null {
  const typing = pane.querySelector<HTMLElement>('.xterm-helper-textarea, .line-form input');
  if (typing) return typing;
  const all = [...pane.querySelectorAll<HTMLElement>(FOCUSABLE)];
  return all.find((element) => element.getClientRects().length > 0) ?? null;
}
