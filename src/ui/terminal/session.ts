/** What the open terminals keep between renders: the line being edited per host, and how keys become actions. */
import { create } from 'zustand';
import type { HostId } from '../../sim/types.ts';
import type { ShellInput } from '../../shell/input.ts';
import {
  EMPTY_LINE,
  editLine,
  type LineEffect,
  type LineKey,
  type LineState,
} from '../../shell/line-editor.ts';
import { isAtPrompt } from '../../view/terminal.ts';
import { useStore } from '../store/store.ts';

interface Sessions {
  readonly lines: Readonly<Record<HostId, LineState>>;
  readonly raw: Readonly<Record<HostId, boolean>>;
  /** Words Tab could not choose between; shown under the terminal. */
  readonly choices: readonly string[];
  setLine(host: HostId, line: LineState): void;
  setRaw(host: HostId, raw: boolean): void;
  setChoices(choices: readonly string[]): void;
}

export const useSessions = create<Sessions>()((set, get) => ({
  lines: {},
  raw: {},
  choices: [],
  setLine: (host, line) => set({ lines: { ...get().lines, [host]: line }, choices: [] }),
  setRaw: (host, raw) => set({ raw: { ...get().raw, [host]: raw } }),
  setChoices: (choices) => set({ choices }),
}));

export const lineOf = (host: HostId): LineState => useSessions.getState().lines[host] ?? EMPTY_LINE;

/** Raw mode is on, and a connection gets the keys: at a prompt the line is edited here as ever. */
export function sendsKeys(host: HostId): boolean {
  const { history, count } = useStore.getState();
  return (
    useSessions.getState().raw[host] === true && history !== null && !isAtPrompt(history.log, count, host)
  );
}

export const sendToShell = (host: HostId, input: ShellInput): void =>
  useStore.getState().act({ kind: 'input', program: `${host}/shell`, input });

/** Each line of a paste becomes an action of its own, in order. */
export function pressKeys(host: HostId, keys: readonly LineKey[]): void {
  let line = lineOf(host);
  const effects: LineEffect[] = [];
  for (const key of keys) {
    const [next, out] = editLine(line, key);
    line = next;
    effects.push(...out);
  }
  useSessions.getState().setLine(host, line);
  for (const effect of effects) {
    sendToShell(
      host,
      effect.kind === 'submit' ? { kind: 'line', text: effect.text } : { kind: 'key', key: effect.key },
    );
  }
}
