/** The terminal driver's part in what is typed at programs that leave it its line editing (canonical mode). */

/** A line longer than this is cut: Linux's limit. */
export const LINE_LIMIT = 4096;

/** What reading programs get: a line, or the end of input (`^D`), or they are interrupted (`^C`). */
export type Read =
  | { readonly kind: 'line'; readonly text: string; readonly eol: boolean }
  | { readonly kind: 'end' | 'interrupt' };

export interface Keyed {
  /** Characters of a line that is not finished. */
  readonly rawLine: string;
  readonly reads: readonly Read[];
  /** What the terminal shows of it. */
  readonly echo: string;
}

/** Keys as they come in raw mode: the page does not edit the line, so the driver does. */
export function keyed(rawLine: string, keys: string): Keyed {
  const reads: Read[] = [];
  let line = rawLine;
  let echo = '';
  for (const key of keys.slice(0, LINE_LIMIT)) {
    if (key === '\r' || key === '\n') {
      reads.push({ kind: 'line', text: line, eol: true });
      line = '';
      echo += '\n';
    } else if (key === '\b' || key === '\x7f') {
      if (line !== '') echo += '\b';
      line = [...line].slice(0, -1).join('');
    } else if (key === '\x03') {
      reads.push({ kind: 'interrupt' });
      line = '';
    } else if (key === '\x04') {
      // POSIX: it ends the reading; only one that read nothing is the end of the input.
      reads.push(line === '' ? { kind: 'end' } : { kind: 'line', text: line, eol: false });
      line = '';
    } else if (line.length < LINE_LIMIT) {
      line += key;
      echo += key;
    }
  }
  return { rawLine: line, reads, echo };
}
