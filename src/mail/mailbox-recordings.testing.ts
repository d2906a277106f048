/** What `src/node/record/mailbox-files.ts` recorded of mailboxes as files, one look after the other. */
import { readFileSync } from 'node:fs';
import type { Octets } from '../base/octets.ts';

const recording = (name: string): string =>
  readFileSync(new URL(`../node/recordings/mailbox-files-${name}.txt`, import.meta.url), 'latin1');

/** Lines behind a mark, with their octets. */
function unmarked(lines: readonly string[]): Octets {
  const text = lines.map((line) => {
    const bare = line.length < 3 ? '' : line.slice(3);
    return `${bare
      .replace(/<0x([0-9A-F]{2})>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replaceAll('<TAB>', '\t')
      .replace(/^(From .*) (?:<ctime>|<queue-time> \d{4})$/, '$1 Wed Feb  1 12:52:24 2006')
      .replace(/<SP>$/, ' ')}\n`;
  });
  return text.join('') as Octets;
}

const markedWith = (mark: string, block: string): Octets => {
  const lines = block.split('\n').slice(1);
  const end = lines.findIndex((line) => !line.startsWith(mark));
  return unmarked(end < 0 ? lines : lines.slice(0, end));
};

/** A file as it was at each look. */
export const looksAt = (name: string, path: string): readonly Octets[] =>
  recording(name)
    .split(/^(?=# (?:no )?\/)/m)
    .filter((block) => block.startsWith(`# ${path}\n`))
    .map((block) => markedWith('M:', block));

/** What a command printed, each time it was run. */
export const printedBy = (name: string, command: string): readonly Octets[] =>
  recording(name)
    .split(/^(?=\$ )/m)
    .filter((block) => block.startsWith(`$ ${command}\n`))
    .map((block) => markedWith('O:', block));
