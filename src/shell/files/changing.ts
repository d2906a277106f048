/** `mkdir`, `rmdir`, `rm`, `mv`, `cp` and `touch`: what changes the tree. */
import { absolute, baseName, joined, tidy, withoutSlashes } from '../../agents/files/paths.ts';
import type { FileAnswer, FileRequest } from '../../agents/files/types.ts';
import { STRERROR } from '../../agents/files/types.ts';
import type { Octets } from '../../base/octets.ts';
import type { Asking, AskingCommand, Invocation, Outcome, Place, Writing } from './asking.ts';
import { ask, complain, contentIn, entriesIn, statIn, why, writing } from './asking.ts';
import type { Options, OptionTable } from './options.ts';
import { readOptions } from './options.ts';
import { curly, quoted } from './quoting.ts';

/** A command that reads its options, wants an operand at least, and then does its work. */
const withOperands = (
  table: OptionTable,
  missing: string,
  work: (options: Options, to: Writing, invocation: Invocation) => Asking<void>,
): AskingCommand =>
  function* (invocation): Asking<Outcome> {
    const to = writing();
    const options = readOptions(invocation.words, table);
    const name = invocation.words[0]!;
    if ('complaint' in options) complain(to, options.complaint);
    else if (options.operands.length === 0 && !options.given.has('f'))
      complain(to, `${name}: missing ${missing}\nTry '${name} --help' for more information.`);
    else yield* work(options, to, invocation);
    return to;
  };

const at = ({ cwd }: Place, path: string): string => absolute(path, cwd);

export const mkdir = withOperands(
  { letters: 'p', elsewhere: 'mvZ' },
  'operand',
  function* ({ given, operands }, to, { place }) {
    for (const path of operands) {
      const steps = given.has('p') ? parentsOf(path) : [path];
      for (const step of steps) {
        const answer = yield* ask({ kind: 'mkdir', path: at(place, step) });
        if (answer.kind !== 'error' || (given.has('p') && (yield* isDirectory(step, place)))) continue;
        complain(to, `mkdir: cannot create directory ${curly(step)}: ${why(answer)}`);
        break;
      }
    }
  },
);

/** `a/b/c` as `a`, `a/b` and `a/b/c`. */
function parentsOf(path: string): readonly string[] {
  const names = withoutSlashes(path).split('/');
  return names.map((_, i) => names.slice(0, i + 1).join('/')).filter((each) => each !== '');
}

function* isDirectory(path: string, place: Place): Asking<boolean> {
  const answer = yield* ask({ kind: 'stat', path: at(place, path), follow: true });
  return statIn(answer)?.kind === 'directory';
}

export const rmdir = withOperands(
  { letters: '', elsewhere: 'pv' },
  'operand',
  function* ({ operands }, to, { place }) {
    const answers = yield operands.map((path) => ({ kind: 'rmdir', path: at(place, path) }));
    operands.forEach((path, i) => {
      const answer = answers[i]!;
      if (answer.kind === 'error') complain(to, `rmdir: failed to remove ${quoted(path)}: ${why(answer)}`);
    });
  },
);

const isError = (answer: FileAnswer, error: keyof typeof STRERROR): boolean =>
  answer.kind === 'error' && answer.error === error;

export const rm = withOperands(
  { letters: 'frR', elsewhere: 'diIv' },
  'operand',
  function* ({ given, operands }, to, { place }) {
    const deep = given.has('r') || given.has('R');
    for (const path of operands) {
      const answer = deep
        ? yield* removeTree(path, place)
        : yield* ask({ kind: 'unlink', path: at(place, path) });
      if (answer.kind !== 'error' || (given.has('f') && isError(answer, 'ENOENT'))) continue;
      complain(to, `rm: cannot remove ${quoted(path)}: ${why(answer)}`);
    }
  },
);

/** Directories deeper than this are left alone. */
const DEPTH_LIMIT = 40;

/** The first failure, or that all of it is gone. */
function* removeTree(path: string, place: Place): Asking<FileAnswer> {
  const answer = yield* ask({ kind: 'unlink', path: at(place, path) });
  if (!isError(answer, 'EISDIR')) return answer;
  const { directories, files } = yield* treeOf(path, place);
  const requests: FileRequest[] = [
    ...files.map((each) => ({ kind: 'unlink', path: at(place, each) }) as const),
    ...directories.reverse().map((each) => ({ kind: 'rmdir', path: at(place, each) }) as const),
  ];
  const answers = yield requests;
  return answers.find(({ kind }) => kind === 'error') ?? { kind: 'done' };
}

/** A directory and what is below it, directories from the top down. */
function* treeOf(
  path: string,
  place: Place,
): Asking<{ readonly directories: string[]; readonly files: string[] }> {
  const directories: string[] = [path];
  const files: string[] = [];
  let level: readonly string[] = [path];
  for (let depth = 0; level.length > 0 && depth < DEPTH_LIMIT; depth++) {
    const lists = yield level.map((each) => ({ kind: 'list', path: at(place, each) }));
    const next: string[] = [];
    level.forEach((each, i) => {
      for (const { name, stat } of entriesIn(lists[i]))
        (stat.kind === 'directory' ? next : files).push(joined(each, name));
    });
    directories.push(...next);
    level = next;
  }
  return { directories, files };
}

/** Where operands go: all but the last into a directory, or one to another name. Null: it was said why not. */
function* targets(
  { operands }: Options,
  to: Writing,
  { words, place }: Invocation,
): Asking<readonly { readonly from: Octets; readonly target: string }[] | null> {
  const name = words[0]!;
  const [only] = operands;
  if (operands.length < 2) {
    const missing = only === undefined ? 'file operand' : `destination file operand after ${quoted(only)}`;
    complain(to, `${name}: missing ${missing}\nTry '${name} --help' for more information.`);
    return null;
  }
  const last = operands.at(-1)!;
  const sources = operands.slice(0, -1);
  const answer = yield* ask({ kind: 'stat', path: at(place, last), follow: true });
  if (statIn(answer)?.kind === 'directory')
    return sources.map((from) => ({ from, target: joined(last, baseName(from)) }));
  if (sources.length === 1) return [{ from: sources[0]!, target: last }];
  complain(
    to,
    `${name}: target ${quoted(last)}: ${answer.kind === 'error' ? why(answer) : STRERROR.ENOTDIR}`,
  );
  return null;
}

export const mv = withOperands(
  { letters: 'f', elsewhere: 'binStTuvZ' },
  'file operand',
  function* (options, to, invocation) {
    const { place } = invocation;
    for (const { from, target } of (yield* targets(options, to, invocation)) ?? []) {
      const path = at(place, from);
      const stat = yield* ask({ kind: 'stat', path, follow: false });
      if (stat.kind === 'error') {
        complain(to, `mv: cannot stat ${quoted(from)}: ${why(stat)}`);
        continue;
      }
      const inside = tidy(at(place, target)).startsWith(`${tidy(path)}/`);
      const answer = yield* ask({ kind: 'rename', path, to: at(place, target) });
      if (inside && isError(answer, 'EINVAL'))
        complain(to, `mv: cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(target)}`);
      else if (isError(answer, 'EXDEV')) yield* moveAcross(from, target, to, place);
      else if (answer.kind === 'error')
        complain(to, `mv: cannot move ${quoted(from)} to ${quoted(target)}: ${why(answer)}`);
    }
  },
);

/** To another file system: a copy, and the file itself taken away. */
function* moveAcross(from: Octets, target: string, to: Writing, place: Place): Asking<void> {
  const read = yield* ask({ kind: 'read', path: at(place, from) });
  const content = contentIn(read);
  const written =
    content === null ? read : yield* ask({ kind: 'write', path: at(place, target), how: 'replace', content });
  if (written.kind === 'error') {
    complain(to, `mv: cannot move ${quoted(from)} to ${quoted(target)}: ${why(written)}`);
    return;
  }
  const gone = yield* ask({ kind: 'unlink', path: at(place, from) });
  if (gone.kind === 'error') complain(to, `mv: cannot remove ${quoted(from)}: ${why(gone)}`);
}

export const cp = withOperands(
  { letters: 'afprR', elsewhere: 'bdHilLnPsStTuvxZ' },
  'file operand',
  function* (options, to, invocation) {
    const { place } = invocation;
    const deep = ['a', 'r', 'R'].some((letter) => options.given.has(letter));
    for (const { from, target } of (yield* targets(options, to, invocation)) ?? []) {
      const path = at(place, from);
      const answer = yield* ask({ kind: 'stat', path, follow: true });
      const stat = statIn(answer);
      if (stat === null) complain(to, `cp: cannot stat ${quoted(from)}: ${why(answer)}`);
      else if (tidy(path) === tidy(at(place, target)))
        complain(to, `cp: ${quoted(from)} and ${quoted(target)} are the same file`);
      else if (stat.kind !== 'directory') yield* copyFiles([[from, target]], to, place);
      else if (!deep) complain(to, `cp: -r not specified; omitting directory ${quoted(from)}`);
      else if (tidy(at(place, target)).startsWith(`${tidy(path)}/`))
        complain(to, `cp: cannot copy a directory, ${quoted(from)}, into itself, ${quoted(target)}`);
      else yield* copyTree(from, target, to, place);
    }
  },
);

function* copyTree(from: string, target: string, to: Writing, place: Place): Asking<void> {
  const { directories, files } = yield* treeOf(from, place);
  const beside = (path: string): string => target + path.slice(from.length);
  const made = yield directories.map((path) => ({ kind: 'mkdir', path: at(place, beside(path)) }));
  directories.forEach((path, i) => {
    const answer = made[i]!;
    if (answer.kind === 'error' && !isError(answer, 'EEXIST'))
      complain(to, `cp: cannot create directory ${quoted(beside(path))}: ${why(answer)}`);
  });
  yield* copyFiles(
    files.map((path) => [path, beside(path)]),
    to,
    place,
  );
}

function* copyFiles(
  pairs: readonly (readonly [from: string, target: string])[],
  to: Writing,
  place: Place,
): Asking<void> {
  const read = yield pairs.map(([from]) => ({ kind: 'read', path: at(place, from) }));
  const writes: { readonly target: string; readonly request: FileRequest }[] = [];
  pairs.forEach(([from, target], i) => {
    const content = contentIn(read[i]);
    if (content === null) complain(to, `cp: cannot open ${quoted(from)} for reading: ${why(read[i]!)}`);
    else
      writes.push({ target, request: { kind: 'write', path: at(place, target), how: 'replace', content } });
  });
  const written = yield writes.map(({ request }) => request);
  writes.forEach(({ target }, i) => {
    const answer = written[i]!;
    if (answer.kind !== 'error') return;
    const what =
      isError(answer, 'ENOSPC') || isError(answer, 'EDQUOT') ? 'error writing' : 'cannot create regular file';
    complain(to, `cp: ${what} ${quoted(target)}: ${why(answer)}`);
  });
}

export const touch = withOperands(
  { letters: '', elsewhere: 'acdfhmrt' },
  'file operand',
  function* ({ operands }, to, { place }) {
    const nothing = '' as Octets;
    const answers = yield operands.map((path) => ({
      kind: 'write',
      path: at(place, path),
      how: 'append',
      content: nothing,
    }));
    operands.forEach((path, i) => {
      const answer = answers[i]!;
      if (answer.kind === 'error' && !isError(answer, 'EISDIR'))
        complain(to, `touch: cannot touch ${quoted(path)}: ${why(answer)}`);
    });
  },
);
