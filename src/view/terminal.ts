/** What the terminal of a host shows. */
import type { EventId, HostId, PrintStyle, SimEvent } from '../sim/types.ts';
import { type Fold, gather, type Index, project, remembered, rowsWithin } from './project.ts';

/** One `printed` event. Ids rise, so a terminal that shows the runs up to some id only adds those after it. */
export interface Run {
  readonly id: EventId;
  readonly text: string;
  readonly style: PrintStyle;
}

const RUNS: Index<Map<HostId, Run[]>> = {
  start: () => new Map(),
  step: (state, { id, host, what }) => {
    if (what.kind !== 'printed') return;
    const run = { id, text: harmless(what.text, what.style), style: what.style };
    const runs = state.get(host);
    if (runs) runs.push(run);
    else state.set(host, [run]);
  },
};

/**
 * What came over the wire or from the keyboard must not drive the terminal: of its controls only line ends, tab and
 * backspace stay, the others show as pictures (␛).
 */
function harmless(text: string, style: PrintStyle): string {
  if (style !== 'remote' && style !== 'typed') return text;
  return text.replace(/[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, picture);
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
}

/** Everything printed on this host within the first `count` events, in order. */
export const transcript = remembered(
  (log: readonly SimEvent[], count: number, host: HostId): readonly Run[] => {
    const runs = gather(RUNS, log, count).get(host) ?? [];
    return runs.slice(0, rowsWithin(runs, log, count));
  },
);

/** Whether the last thing this host's terminal shows is a prompt: the shell's, or one of a program in it. */
export const isAtPrompt = (log: readonly SimEvent[], count: number, host: HostId): boolean =>
  transcript(log, count, host).at(-1)?.style === 'prompt';

/** A line of plain text. `id` is the event that began it. */
export interface TerminalLine {
  readonly id: EventId;
  readonly text: string;
}

/** Immutable but for `lines`, which is shared with later states and only ever grows past `done`. */
interface Screen {
  readonly lines: TerminalLine[];
  readonly done: number;
  /** The line that is not finished; null when the last one is. */
  readonly open: TerminalLine | null;
}

/** A line longer than this is broken: it must not cost more with every character. */
const LINE_LIMIT = 4096;

const LINES: Fold<Map<HostId, Screen>> = {
  start: () => new Map(),
  copy: (state) => new Map(state),
  step: (state, { id, host, what }) => {
    if (what.kind !== 'printed') return;
    const screen = state.get(host) ?? { lines: [], done: 0, open: null };
    state.set(host, printOn(screen, id, harmless(what.text, what.style)));
  },
};

function printOn(screen: Screen, id: EventId, text: string): Screen {
  const { done } = screen;
  const lines = screen.lines.length === done ? screen.lines : screen.lines.slice(0, done);
  let open = screen.open;
  let from = 0;
  while (from < text.length) {
    const lf = text.indexOf('\n', from);
    const part = text.slice(from, lf < 0 ? text.length : lf);
    const line: TerminalLine = { id: open?.id ?? id, text: typedOver((open?.text ?? '') + part) };
    const full = line.text.length >= LINE_LIMIT;
    if (lf >= 0 || full) lines.push(line);
    open = lf >= 0 || full ? null : line;
    from = lf < 0 ? text.length : lf + 1;
  }
  return { lines, done: lines.length, open };
}

/** The line as it looks: backspaces take away what they stand behind, carriage returns are not drawn. */
function typedOver(text: string): string {
  const plain = text.includes('\r') ? text.replaceAll('\r', '') : text;
  if (!plain.includes('\b')) return plain;
  const kept: string[] = [];
  for (const char of plain) {
    if (char === '\b') kept.pop();
    else kept.push(char);
  }
  return kept.join('');
}

/** The same as lines of plain text, for a screen reader; the last one may be unfinished. */
export const transcriptLines = remembered(
  (log: readonly SimEvent[], count: number, host: HostId): readonly TerminalLine[] => {
    const screen = project(LINES, log, count).get(host);
    if (!screen) return [];
    const lines = screen.lines.slice(0, screen.done);
    if (screen.open) lines.push(screen.open);
    return lines;
  },
);
