/** Writes a transcript and the edited line to xterm, adding where it can and repainting where it must. */
import type { Terminal } from '@xterm/xterm';
import type { LineState } from '../../shell/line-editor.ts';
import { EMPTY_LINE } from '../../shell/line-editor.ts';
import type { Run } from '../../view/terminal.ts';
import { caret, piecesOf, type Tone } from './text.ts';
import { widthOf } from './width.ts';

const SGR: Readonly<Record<Tone, string>> = { prompt: '90', typed: '33', plain: '0', good: '32', bad: '31' };
const RUNS_KEPT = 3000;
const CLEAR = '\x1b[0m\x1b[2J\x1b[3J\x1b[H';

export class Painter {
  #term: Terminal;
  #runs: readonly Run[] = [];
  #line: LineState = EMPTY_LINE;
  /** Columns the unfinished last line of the transcript takes. */
  #column = 0;
  /** Rows the cursor stands below the row where the edited line begins. */
  #below = 0;

  constructor(term: Terminal) {
    this.#term = term;
  }

  show(runs: readonly Run[], line: LineState): void {
    const before = this.#runs;
    const last = before.at(-1);
    const grown = runs.length >= before.length && (last === undefined || runs[before.length - 1] === last);
    if (grown && runs.length === before.length && line === this.#line) return;
    this.#paint(runs, line, !grown);
  }

  repaint(): void {
    this.#paint(this.#runs, this.#line, true);
  }

  #paint(runs: readonly Run[], line: LineState, whole: boolean): void {
    let out: string;
    let from = this.#runs.length;
    if (whole) {
      out = CLEAR;
      from = Math.max(0, runs.length - RUNS_KEPT);
      this.#column = 0;
    } else out = this.#erase();
    for (const run of runs.slice(from)) out += this.#run(run);
    this.#runs = runs;
    this.#line = line;
    this.#term.write(out + this.#edited(line));
  }

  #run(run: Run): string {
    let out = '';
    for (const { text, tone } of piecesOf(run, this.#column === 0)) {
      out += `\x1b[${SGR[tone]}m${text.replaceAll('\n', '\r\n')}\x1b[0m`;
      const lf = text.lastIndexOf('\n');
      this.#column = (lf < 0 ? this.#column : 0) + widthOf(text.slice(lf + 1));
    }
    return out;
  }

  /** Back to where the transcript ends, with everything after it gone. */
  #erase(): string {
    const up = this.#below > 0 ? `\x1b[${this.#below}A` : '';
    const right = this.#column % this.#term.cols;
    this.#below = 0;
    return `${up}\r${right > 0 ? `\x1b[${right}C` : ''}\x1b[J`;
  }

  #edited({ text, cursor }: LineState): string {
    const { cols } = this.#term;
    const shown = caret(text);
    const start = this.#column % cols;
    const end = start + widthOf(shown);
    const at = start + widthOf(caret(text.slice(0, cursor)));
    // A line that fills its last row exactly leaves the cursor hanging there: a space takes it over.
    const over = end > 0 && end % cols === 0 && shown !== '' ? ' \b' : '';
    const rowsUp = Math.floor(end / cols) - Math.floor(at / cols);
    this.#below = Math.floor(at / cols);
    const up = rowsUp > 0 ? `\x1b[${rowsUp}A` : '';
    const right = at % cols > 0 ? `\x1b[${at % cols}C` : '';
    return `\x1b[${SGR.typed}m${shown}${over}\x1b[0m${up}\r${right}`;
  }

  /** What stands on the screen, wrapped lines joined. */
  text(): string {
    const buffer = this.#term.buffer.active;
    const lines: string[] = [];
    for (let y = 0; y < buffer.length; y++) {
      const row = buffer.getLine(y);
      if (row === undefined) continue;
      const text = row.translateToString(true);
      if (row.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }
}
