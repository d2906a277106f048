/** A host's transcript as a terminal shows it: controls in caret notation, colours by style. Pure but for `terminalText`. */
import type { HostId, PrintStyle } from '../../sim/types.ts';
import { type Run, transcript } from '../../view/terminal.ts';
import { useStore } from '../store/store.ts';

/** Classes of text: the xterm theme and the style sheet give them their colours. */
export type Tone = 'prompt' | 'typed' | 'plain' | 'good' | 'bad';

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

/** Every control but line end and tab as `^H`, pictures of controls (U+2400…) too: nothing reaches a terminal as an escape. */
export function caret(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2400-\u241f\u2421]/g, (control) => {
    const code = control.charCodeAt(0);
    if (code === 0x7f || code === 0x2421) return '^?';
    if (code >= 0x2400) return `^${String.fromCharCode(code - 0x2400 + 64)}`;
    return code < 0x20 ? `^${String.fromCharCode(code + 64)}` : '\ufffd';
  });
}

/** Of SMTP and POP3; of IMAP with a tag as people write them, so that no word in front of OK is taken for one. */
const GOOD = /^(?:[23]\d\d|\+OK|(?:\*|[A-Za-z]{0,4}\d{1,6}|[a-z.]) OK)(?=[ \-\r\n]|$)/;
const BAD = /^(?:[45]\d\d|-ERR|(?:\*|[A-Za-z]{0,4}\d{1,6}|[a-z.]) (?:NO|BAD))(?=[ \-\r\n]|$)/;

/** A remote line's leading reply code, coloured as good or bad; the rest is plain. */
function remotePieces(line: string): readonly Piece[] {
  const good = GOOD.exec(line);
  const code = good ?? BAD.exec(line);
  if (code === null) return [{ text: line, tone: 'plain' }];
  return [
    { text: code[0], tone: good === null ? 'bad' : 'good' },
    { text: line.slice(code[0].length), tone: 'plain' },
  ];
}

const TONES: Readonly<Record<Exclude<PrintStyle, 'remote'>, Tone>> = {
  prompt: 'prompt',
  typed: 'typed',
  plain: 'plain',
};

/** The pieces of one run; line ends stay `\n`. `atLineStart`: what was printed before ended its line. */
export function piecesOf(run: Run, atLineStart: boolean): readonly Piece[] {
  const text = caret(run.text.replaceAll('\r\n', '\n'));
  if (run.style !== 'remote') return [{ text, tone: TONES[run.style] }];
  const pieces: Piece[] = [];
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const own = index > 0 || atLineStart ? remotePieces(line) : [{ text: line, tone: 'plain' as const }];
    for (const piece of own) if (piece.text !== '') pieces.push(piece);
    if (index < lines.length - 1) pieces.push({ text: '\n', tone: 'plain' });
  });
  return pieces;
}

/** What is printed after the last `clear` (a form feed of the shell's own; one from the wire is shown instead). */
export function sinceClear(runs: readonly Run[]): readonly Run[] {
  const at = runs.findLastIndex(({ text, style }) => style === 'plain' && text.includes('\f'));
  return at < 0 ? runs : runs.slice(at + 1);
}

export interface ShownLine {
  readonly key: number;
  readonly pieces: readonly Piece[];
}

/** The last `limit` lines of a transcript; the last of them may be unfinished. */
export function linesOf(runs: readonly Run[], limit: number): readonly ShownLine[] {
  const lines: { key: number; pieces: Piece[] }[] = [{ key: 0, pieces: [] }];
  let fresh = true;
  // Far more runs than lines can be on screen only when most are whole lines: those far back are not looked at.
  for (const run of runs.slice(-limit * 4)) {
    for (const piece of piecesOf(run, fresh)) {
      const parts = piece.text.split('\n');
      parts.forEach((part, index) => {
        if (index > 0) lines.push({ key: lines.length, pieces: [] });
        if (part !== '') lines.at(-1)!.pieces.push({ text: part, tone: piece.tone });
      });
    }
    if (run.text !== '') fresh = run.text.endsWith('\n');
  }
  return lines.slice(-limit);
}

export const plainText = (runs: readonly Run[]): string =>
  runs.map((run) => caret(run.text.replaceAll('\r\n', '\n'))).join('');

/** The terminal of a host as plain text, at the view instant. */
export function terminalText(host: HostId): string {
  const { history, count } = useStore.getState();
  return history === null ? '' : plainText(transcript(history.log, count, host));
}
