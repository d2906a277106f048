/** `window.posthorn`: what browser tests read and a curious student may, too. */
import { useStore } from '../store/store.ts';
import { terminalText } from '../terminal/text.ts';

export interface Hook {
  readonly store: typeof useStore;
  /** The transcript of a host's terminal as plain text, as of the view instant. */
  terminal(host: string): string;
  /** Text on the screen of the open terminal, the line being edited included; null in line mode. */
  screen(): string | null;
}

declare global {
  interface Window {
    posthorn: Hook;
  }
}

let readScreen: (() => string) | null = null;

/** The terminal on screen lends its buffer while it is mounted. */
export function lendScreen(read: (() => string) | null): void {
  readScreen = read;
}

export function exposeHook(): void {
  window.posthorn = {
    store: useStore,
    terminal: (host) => terminalText(host),
    screen: () => readScreen?.() ?? null,
  };
}
