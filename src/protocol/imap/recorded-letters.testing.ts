/** Recordings of what Dovecot said of letters (`src/node/recordings/dovecot-mime-*.txt`), read back to octets. */
import { readFileSync } from 'node:fs';
import type { Octets } from '../../base/octets.ts';
import { octets } from '../../base/octets.ts';

export interface RecordedLetter {
  readonly name: string;
  readonly content: Octets;
  readonly asked: readonly Asked[];
}

export interface Asked {
  /** The command without tag and line end. */
  readonly command: string;
  /** Everything the server said. */
  readonly answer: string;
}

export function recordedLetters(name: string): readonly RecordedLetter[] {
  const text = readFileSync(new URL(`../../node/recordings/${name}.txt`, import.meta.url), 'latin1');
  const [, ...sections] = text.split(/^# --- /m);
  return sections.map(readSection);
}

function readSection(section: string): RecordedLetter {
  const [name = '', ...lines] = section.split('\n');
  let content = '';
  const asked: { command: string; answer: string }[] = [];
  let last = '';
  for (const line of lines) {
    const kind = line.slice(0, 2);
    const shown = octetsOf(line.slice(3));
    if (kind === 'M:') content += shown;
    else if (kind === 'C:' && last === 'C:') asked.at(-1)!.command += shown;
    else if (kind === 'C:') asked.push({ command: shown, answer: '' });
    else if (kind === 'S:') asked.at(-1)!.answer += shown;
    else if (line !== '') throw new Error(`recording line ${line}`);
    last = kind;
  }
  const bare = asked.map(({ command, answer }) => ({
    command: command.replace(/^a\d+ |\r\n$/g, ''),
    answer,
  }));
  return { name, content: octets(content), asked: bare };
}

const NAMED: Readonly<Record<string, string>> = { NUL: '\0', TAB: '\t', LF: '\n', CR: '\r', SP: ' ' };

const octetOf = (shown: string): string => {
  const [, hex, name = ''] = /^<(?:0x([0-9A-F]{2})|([A-Z]+))>$/.exec(shown) ?? [];
  return hex === undefined ? (NAMED[name] ?? shown) : String.fromCharCode(Number.parseInt(hex, 16));
};

function octetsOf(shown: string): string {
  const eol = shown.endsWith('<end>') || shown.endsWith('<LF>') ? '' : '\r\n';
  return (
    shown
      .replace(/<end>$/, '')
      .replace(/<(\d+) x "(<[^>]+>|.)">/g, (_, count: string, one: string) =>
        octetOf(one).repeat(Number(count)),
      )
      .replace(/<(?:0x[0-9A-F]{2}|NUL|TAB|LF|CR|SP)>/g, octetOf) + eol
  );
}

/** The items of the FETCH responses in an answer, by their names, each as it was written. */
export function fetchItems(answer: string): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  for (let at = 0; at < answer.length; ) {
    const start = /^\* \d+ FETCH \(/.exec(answer.slice(at, at + 30))?.[0];
    if (start === undefined) {
      const lineEnd = answer.indexOf('\r\n', at);
      at = lineEnd < 0 ? answer.length : lineEnd + 2;
      continue;
    }
    at += start.length;
    while (answer[at] !== ')') {
      if (answer[at] === ' ') at++;
      const nameEnd = itemNameEnd(answer, at);
      const end = valueEnd(answer, nameEnd + 1);
      items.set(answer.slice(at, nameEnd), answer.slice(nameEnd + 1, end));
      at = end;
    }
    at += 3;
  }
  return items;
}

function itemNameEnd(answer: string, at: number): number {
  let end = at;
  while (answer[end] !== ' ') {
    if (end < at || end >= answer.length) throw new Error(`no item at ${answer.slice(at, at + 80)}`);
    end = answer[end] === '[' ? answer.indexOf(']', end) : end + 1;
  }
  return end;
}

function valueEnd(answer: string, at: number): number {
  const literal = /^~?\{(\d+)\}\r\n/.exec(answer.slice(at, at + 30));
  if (literal !== null) return at + literal[0].length + Number(literal[1]);
  let end = at;
  if (answer[at] === '"') {
    for (end++; answer[end] !== '"'; end++) if (answer[end] === '\\') end++;
    return end + 1;
  }
  if (answer[at] === '(') {
    for (end++; answer[end] !== ')'; ) end = answer[end] === ' ' ? end + 1 : valueEnd(answer, end);
    return end + 1;
  }
  while (!' ()\r'.includes(answer[end]!)) end++;
  return end;
}
