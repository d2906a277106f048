/** `ls`: what there is in directories. */
import { absolute, joined } from '../../agents/files/paths.ts';
import type { FileAnswer, NamedStat, Stat } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import type { Asking, AskingCommand, Writing } from './asking.ts';
import { complain, entriesIn, statIn, why, write, writing } from './asking.ts';
import { inColumns, longLines, onePerLine } from './ls-format.ts';
import type { OptionTable } from './options.ts';
import { readOptions } from './options.ts';
import { quoted, quotedIfNeeded } from './quoting.ts';

const TABLE: OptionTable = { letters: '1AaCdlRrSt', elsewhere: 'bBcDfFgGhHiIkLmnNopqQsTuUvwxXZ' };

/** Directories that -R goes down to. */
const DEPTH_LIMIT = 40;

interface Listing {
  readonly path: string;
  readonly answer: FileAnswer;
  /** Of `.` and `..`, where they are shown. */
  readonly dots: readonly NamedStat[];
}

export const ls: AskingCommand = function* ({ words, place, terminal }) {
  const to = writing();
  const options = readOptions(words, TABLE);
  if ('complaint' in options) {
    complain(to, options.complaint);
    return to;
  }
  const { given, operands } = options;
  const show = (entries: readonly NamedStat[], total: boolean): string => {
    const sorted = inOrder(entries, given);
    if (given.has('l')) return longLines(sorted, { total, terminal, clock: place.clock, now: place.now });
    if (given.has('C') || (terminal && !given.has('1'))) return inColumns(sorted, terminal);
    return onePerLine(sorted, terminal);
  };
  const paths = operands.length > 0 ? operands : ['.' as Octets];
  const follow = !given.has('l') && !given.has('d');
  const stats = yield paths.map((path) => ({ kind: 'stat', path: absolute(path, place.cwd), follow }));
  const alone: NamedStat[] = [];
  const directories: string[] = [];
  paths.forEach((path, i) => {
    const stat = statIn(stats[i]);
    if (stat === null) complain(to, `ls: cannot access ${quoted(path)}: ${why(stats[i]!)}`);
    else if (stat.kind === 'directory' && !given.has('d')) directories.push(path);
    else alone.push({ name: path, stat });
  });
  write(to, show(alone, false));
  directories.sort();
  const listings = yield* listed(directories, place.cwd, given);
  const headers = paths.length > 1 || given.has('R');
  printListings(to, listings, directories, { headers, first: alone.length === 0, given, show });
  return to;
};

/** Lists directories, and with -R those in them, a level at a time. */
function* listed(
  directories: readonly string[],
  cwd: string,
  given: ReadonlyMap<string, Octets>,
): Asking<ReadonlyMap<string, Listing>> {
  const listings = new Map<string, Listing>();
  let level = directories;
  for (let depth = 0; level.length > 0 && depth < DEPTH_LIMIT; depth++) {
    const answers = yield level.flatMap((path) => [
      { kind: 'list', path: absolute(path, cwd) } as const,
      { kind: 'stat', path: absolute(joined(path, '.'), cwd), follow: true } as const,
      { kind: 'stat', path: absolute(joined(path, '..'), cwd), follow: true } as const,
    ]);
    const below: string[] = [];
    level.forEach((path, i) => {
      const [answer, self, parent] = answers.slice(3 * i, 3 * i + 3);
      const dots = ['.', '..'].flatMap((name, k) => {
        const stat = statIn([self, parent][k]);
        return stat === null || !given.has('a') ? [] : [{ name, stat }];
      });
      listings.set(path, { path, answer: answer!, dots });
      below.push(...subdirectories(path, answer!, given));
    });
    level = given.has('R') ? below : [];
  }
  return listings;
}

const subdirectories = (
  path: string,
  answer: FileAnswer,
  given: ReadonlyMap<string, Octets>,
): readonly string[] =>
  inOrder(shownOf(entriesIn(answer), given), given)
    .filter(({ stat }) => stat.kind === 'directory')
    .map(({ name }) => joined(path, name));

const shownOf = (entries: readonly NamedStat[], given: ReadonlyMap<string, Octets>): readonly NamedStat[] =>
  given.has('a') || given.has('A') ? entries : entries.filter(({ name }) => !name.startsWith('.'));

interface Look {
  readonly headers: boolean;
  /** Nothing was printed yet. */
  readonly first: boolean;
  readonly given: ReadonlyMap<string, Octets>;
  readonly show: (entries: readonly NamedStat[], total: boolean) => string;
}

function printListings(
  to: Writing,
  listings: ReadonlyMap<string, Listing>,
  directories: readonly string[],
  { headers, first: nothingYet, given, show }: Look,
): void {
  const open = directories.slice().reverse();
  let first = nothingYet;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const listing = listings.get(path);
    if (!listing) continue;
    const { answer, dots } = listing;
    if (answer.kind === 'error') {
      complain(to, `ls: cannot open directory ${quoted(path)}: ${why(answer)}`);
      continue;
    }
    if (headers) write(to, `${first ? '' : '\n'}${quotedIfNeeded(path)}:\n`);
    first = false;
    write(to, show([...dots, ...shownOf(entriesIn(answer), given)], true));
    if (given.has('R')) open.push(...subdirectories(path, answer, given).slice().reverse());
  }
}

function inOrder(entries: readonly NamedStat[], given: ReadonlyMap<string, Octets>): readonly NamedStat[] {
  const key = (stat: Stat): number => (given.has('t') ? stat.mtime : given.has('S') ? stat.size : 0);
  const sorted = entries
    .slice()
    .sort((a, b) => key(b.stat) - key(a.stat) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return given.has('r') ? sorted.reverse() : sorted;
}
