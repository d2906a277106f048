/** `cat`, `head`, `tail` and `wc`: what files say. */
import { absolute } from '../../agents/files/paths.ts';
import type { FileAnswer } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import type { Asking, AskingCommand, Invocation } from './asking.ts';
import { complain, contentIn, why, write, writing } from './asking.ts';
import type { OptionTable } from './options.ts';
import { readOptions } from './options.ts';
import { curly, quoted, quotedIfNeeded } from './quoting.ts';

/** What the operands say, each at its place; `-`, or none of them, is the input. */
export function* contents(
  operands: readonly Octets[],
  { place, input }: Invocation,
): Asking<readonly { readonly name: Octets; readonly answer: FileAnswer }[]> {
  const names = operands.length > 0 ? operands : ['-' as Octets];
  const paths = names.filter((name) => name !== '-');
  const read =
    paths.length === 0 ? [] : yield paths.map((path) => ({ kind: 'read', path: absolute(path, place.cwd) }));
  let next = 0;
  return names.map((name) => {
    if (name === '-') return { name, answer: { kind: 'content', content: input ?? ('' as Octets) } };
    return { name, answer: read[next++]! };
  });
}

/** Lines with their ends; the last one may have none. */
export const linesOf = (text: Octets): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const CAT: OptionTable = { letters: 'AbEensTtv', elsewhere: 'u' };

export const cat: AskingCommand = function* (invocation) {
  const to = writing();
  const options = readOptions(invocation.words, CAT);
  if ('complaint' in options) {
    complain(to, options.complaint);
    return to;
  }
  const { given, operands } = options;
  const has = (...letters: readonly string[]) => letters.some((letter) => given.has(letter));
  const look = {
    ends: has('A', 'E', 'e'),
    tabs: has('A', 'T', 't'),
    controls: has('A', 'e', 't', 'v'),
    numbers: has('b') ? 'filled' : has('n') ? 'all' : 'none',
    squeeze: has('s'),
  } as const;
  const joined: string[] = [];
  const flush = () => {
    write(to, shown(joined.join('') as Octets, look));
    joined.length = 0;
  };
  for (const { name, answer } of yield* contents(operands, invocation)) {
    const content = contentIn(answer);
    if (content !== null) joined.push(content);
    else {
      flush();
      complain(to, `cat: ${quotedIfNeeded(name)}: ${why(answer)}`);
    }
  }
  flush();
  return to;
};

interface Look {
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly controls: boolean;
  readonly numbers: 'none' | 'all' | 'filled';
  readonly squeeze: boolean;
}

function shown(text: Octets, { ends, tabs, controls, numbers, squeeze }: Look): string {
  if (!ends && !tabs && !controls && numbers === 'none' && !squeeze) return text;
  let number = 0;
  let empty = false;
  const lines: string[] = [];
  for (const line of linesOf(text)) {
    const bare = line.endsWith('\n') ? line.slice(0, -1) : line;
    if (squeeze && bare === '' && empty) continue;
    empty = bare === '';
    const counted = numbers === 'all' || (numbers === 'filled' && bare !== '');
    const mark = counted ? `${String(++number).padStart(6)}\t` : '';
    // With its line end, a CR before it shows as ^M even where controls do not.
    const marked = ends && !controls ? bare.replace(/\r$/, '^M') : bare;
    const visible = controls ? caret(marked) : marked;
    const end = line.endsWith('\n') ? `${ends ? '$' : ''}\n` : '';
    lines.push(mark + (tabs ? visible.replaceAll('\t', '^I') : visible) + end);
  }
  return lines.join('');
}

/** Controls as `^M`, octets above 127 as `M-` and what they would be without their highest bit. TAB stays. */
const caret = (text: string): string =>
  text.replace(/[\x00-\x08\x0b-\x1f\x7f-\xff]/g, (char) => {
    const code = char.charCodeAt(0);
    const low = code & 0x7f;
    const sign =
      low < 0x20 ? `^${String.fromCharCode(low + 64)}` : low === 0x7f ? '^?' : String.fromCharCode(low);
    return code > 0x7f ? `M-${sign}` : sign;
  });

const ENDS: OptionTable = { letters: 'c:n:qv', elsewhere: 'fFsz' };

/** `head -3` is `head -n 3`. */
const withCount = (words: readonly Octets[]): readonly Octets[] =>
  words.map((word, i) => (i === 1 && /^-\d+$/.test(word) ? (`-n${word.slice(1)}` as Octets) : word));

const endOf = (which: 'head' | 'tail'): AskingCommand =>
  function* (invocation) {
    const to = writing();
    const options = readOptions(withCount(invocation.words), ENDS);
    if ('complaint' in options) {
      complain(to, options.complaint);
      return to;
    }
    const { given, operands } = options;
    const octets = given.has('c');
    const count = given.get('c') ?? given.get('n') ?? ('10' as Octets);
    if (!/^[-+]?\d{1,15}$/.test(count)) {
      complain(to, `${which}: invalid number of ${octets ? 'bytes' : 'lines'}: ${curly(count)}`);
      return to;
    }
    const headers = (operands.length > 1 || given.has('v')) && !given.has('q');
    let first = true;
    for (const { name, answer } of yield* contents(operands, invocation)) {
      const content = contentIn(answer);
      const directory = answer.kind === 'error' && answer.error === 'EISDIR';
      if (content === null && !directory) {
        complain(to, `${which}: cannot open ${quoted(name)} for reading: ${why(answer)}`);
        continue;
      }
      const title = name === '-' ? 'standard input' : name;
      if (headers) write(to, `${first ? '' : '\n'}==> ${title} <==\n`);
      first = false;
      if (content === null) complain(to, `${which}: error reading ${quoted(name)}: ${why(answer)}`);
      else write(to, part(which, content, count, octets));
    }
    return to;
  };

function part(which: 'head' | 'tail', content: Octets, count: string, octets: boolean): string {
  const units: readonly string[] | string = octets ? content : linesOf(content);
  const number = Number(count.replace(/^[-+]/, ''));
  // `head -n -2`: all but the last two; `tail -n +2`: from the second on.
  const from =
    which === 'head'
      ? 0
      : count.startsWith('+')
        ? Math.max(0, number - 1)
        : Math.max(0, units.length - number);
  const to =
    which === 'tail' ? units.length : count.startsWith('-') ? Math.max(0, units.length - number) : number;
  const taken = units.slice(from, to);
  return typeof taken === 'string' ? taken : taken.join('');
}

export const head = endOf('head');
export const tail = endOf('tail');

const WC: OptionTable = { letters: 'clmw', elsewhere: 'L' };

export const wc: AskingCommand = function* (invocation) {
  const to = writing();
  const options = readOptions(invocation.words, WC);
  if ('complaint' in options) {
    complain(to, options.complaint);
    return to;
  }
  const { given, operands } = options;
  const letters =
    given.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'm', 'c'].filter((letter) => given.has(letter));
  const all = yield* contents(operands, invocation);
  const width = columnWidth(all, letters.length);
  const totals = letters.map(() => 0);
  const say = (counts: readonly number[], name: string) =>
    write(to, `${counts.map((n) => String(n).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`);
  for (const { name, answer } of all) {
    const content = contentIn(answer);
    const directory = answer.kind === 'error' && answer.error === 'EISDIR';
    if (content === null) complain(to, `wc: ${quotedIfNeeded(name)}: ${why(answer)}`);
    if (content === null && !directory) continue;
    const counts = countsOf(content ?? ('' as Octets), letters);
    for (const [i, n] of counts.entries()) totals[i] = totals[i]! + n;
    say(counts, operands.length === 0 ? '' : name);
  }
  if (all.length > 1) say(totals, 'total');
  return to;
};

/** As wide as all the octets together; where those are not known beforehand, seven. */
function columnWidth(
  all: readonly { readonly name: Octets; readonly answer: FileAnswer }[],
  columns: number,
): number {
  if (all.length === 1 && columns === 1) return 1;
  let octets = 0;
  let least = 1;
  for (const { name, answer } of all) {
    const content = contentIn(answer);
    if (name === '-' || (answer.kind === 'error' && answer.error === 'EISDIR')) least = 7;
    else if (content !== null) octets += content.length;
  }
  return Math.max(least, String(octets).length);
}

const countsOf = (text: Octets, letters: readonly string[]): readonly number[] =>
  letters.map((letter) => {
    switch (letter) {
      case 'l':
        return count(text, /\n/g);
      case 'w':
        return count(text, /[^ \t-\r]+/g);
      case 'm':
        return count(text, /[\x00-\x7f\xc2-\xf4]/g);
      default:
        return text.length;
    }
  });

function count(text: string, what: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(what)) found++;
  return found;
}
