/** `cd`, `pwd` and `echo`, which bash has in itself. */
import { absolute, joined, tidy } from '../../agents/files/paths.ts';
import { STRERROR } from '../../agents/files/types.ts';
import type { AskingCommand, Command } from './asking.ts';
import { ask, complain, statIn, why, write, writing } from './asking.ts';

export const pwd: Command = ({ place }) => {
  const to = writing();
  write(to, `${place.cwd}\n`);
  return to;
};

export const cd: AskingCommand = function* ({ words, place }) {
  const to = writing();
  const [, where, more] = words;
  if (more !== undefined) {
    complain(to, '-bash: cd: too many arguments');
    return to;
  }
  const wish = where === undefined ? place.home : where === '-' ? place.before : where;
  // Bash goes by names: `..` is what the path says, not where a symlink came from.
  const cwd = tidy(absolute(wish, place.cwd));
  const stat = yield* ask({ kind: 'stat', path: cwd, follow: true });
  const directory = statIn(stat)?.kind === 'directory';
  const inside = directory ? yield* ask({ kind: 'stat', path: joined(cwd, '.'), follow: true }) : stat;
  if (inside.kind === 'error') complain(to, `-bash: cd: ${wish}: ${why(inside)}`);
  else if (!directory) complain(to, `-bash: cd: ${wish}: ${STRERROR.ENOTDIR}`);
  else {
    if (where === '-') write(to, `${cwd}\n`);
    return { pieces: to.pieces, ok: true, cwd };
  }
  return to;
};

export const echo: Command = ({ words }) => {
  const to = writing();
  let rest = words.slice(1);
  let newline = true;
  let escapes = false;
  while (rest[0] !== undefined && /^-[neE]+$/.test(rest[0])) {
    if (rest[0].includes('n')) newline = false;
    if (rest[0].includes('e')) escapes = true;
    rest = rest.slice(1);
  }
  const text = rest.join(' ');
  write(to, `${escapes ? unescaped(text) : text}${newline ? '\n' : ''}`);
  return to;
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', e: '\x1b' };

const unescaped = (text: string): string =>
  text.replace(/\\([ntre\\])/g, (_, letter: string) => ESCAPES[letter]!);
