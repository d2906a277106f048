/** Runs a line of commands about files: patterns expanded, pipes and redirections laid, one command after the other. */
import { absolute, tidy } from '../../agents/files/paths.ts';
import type { Octets } from '../../base/octets.ts';
import type { Asking, Command, Outcome, Piece, Place } from './asking.ts';
import { ask, contentIn, why } from './asking.ts';
import { cd, echo, pwd } from './builtins.ts';
import { cp, mkdir, mv, rm, rmdir, touch } from './changing.ts';
import { expanded } from './glob.ts';
import { grep } from './grep.ts';
import { ls } from './ls.ts';
import { cat, head, tail, wc } from './reading.ts';
import type { Command as Parsed, Pipeline, Redirection } from './syntax.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  cat,
  cd,
  cp,
  echo,
  grep,
  head,
  ls,
  mkdir,
  mv,
  pwd,
  rm,
  rmdir,
  tail,
  touch,
  wc,
};

export const isFileCommand = (name: string): boolean => Object.hasOwn(COMMANDS, name);

/** Those that, without a file, read what is typed at them. */
const READERS: readonly string[] = ['cat', 'head', 'tail', 'wc', 'grep'];

export interface LineOutcome {
  /** What the terminal shows. */
  readonly text: Octets;
  /** Of the last command. */
  readonly ok: boolean;
  readonly cwd: string;
  readonly before: string;
}

/** `others`: names of commands that are there but know nothing of pipes. */
export function* runPipelines(
  pipelines: readonly Pipeline[],
  start: Place,
  others: (name: string) => boolean,
): Asking<LineOutcome> {
  let place = start;
  let text = '';
  let ok = true;
  for (const pipeline of pipelines) {
    const { pieces, ok: done, cwd } = yield* runPipeline(pipeline, place, others);
    text += pieces.map((piece) => piece.text).join('');
    ok = done;
    if (cwd !== undefined) place = { ...place, cwd, before: place.cwd };
  }
  return { text: text as Octets, ok, cwd: place.cwd, before: place.before };
}

function* runPipeline(pipeline: Pipeline, place: Place, others: (name: string) => boolean): Asking<Outcome> {
  let input: Octets | null = null;
  const shown: Piece[] = [];
  let last: Outcome = { pieces: [], ok: true };
  for (const [i, command] of pipeline.entries()) {
    const piped = i < pipeline.length - 1;
    last = yield* runCommand(command, place, input, piped, others);
    const { pieces } = last;
    shown.push(...pieces.filter(({ to }) => to === 'err' || !piped));
    input = pieces.map(({ to, text }) => (to === 'out' ? text : '')).join('') as Octets;
  }
  // In a pipe each command is a shell of its own: `cd` goes nowhere.
  return { pieces: shown, ok: last.ok, ...(pipeline.length === 1 && last.cwd ? { cwd: last.cwd } : {}) };
}

const failed = (text: string): Outcome => ({ pieces: [{ to: 'err', text: `-bash: ${text}\n` }], ok: false });

function* runCommand(
  { words, redirections }: Parsed,
  place: Place,
  piped: Octets | null,
  intoPipe: boolean,
  others: (name: string) => boolean,
): Asking<Outcome> {
  const expandedWords: Octets[] = [];
  for (const word of words) expandedWords.push(...(yield* expanded(word, place)));
  let input = piped;
  let output: { readonly path: string; readonly how: 'replace' | 'append' } | null = null;
  for (const redirection of redirections) {
    const opened = yield* redirect(redirection, place);
    if (typeof opened === 'string') return failed(opened);
    if (redirection.how === '<') input = opened.content;
    else output = { path: opened.path, how: redirection.how === '>' ? 'replace' : 'append' };
  }
  const [name = ''] = expandedWords;
  if (name === '') return { pieces: [], ok: true };
  const command = isFileCommand(name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    return failed(others(name) ? `${name}: here it stands alone on its line` : `${name}: command not found`);
  if (input === null && READERS.includes(name) && !namesFile(name, expandedWords))
    return failed(`${name}: here it reads files, or what a pipe brings`);
  const terminal = output === null && !intoPipe;
  const begun = command({ words: expandedWords, place, input, terminal });
  const outcome = 'next' in begun ? yield* begun : begun;
  if (output === null) return outcome;
  const content = outcome.pieces.map(({ to, text }) => (to === 'out' ? text : '')).join('') as Octets;
  const written = yield* ask({ kind: 'write', path: output.path, how: output.how, content });
  const errors = outcome.pieces.filter(({ to }) => to === 'err');
  if (written.kind !== 'error') return { ...outcome, pieces: errors };
  const complaint = { to: 'err', text: `${name}: write error: ${why(written)}\n` } as const;
  return { pieces: [...errors, complaint], ok: false };
}

/** `grep` has a pattern before its files, unless -e brings one. */
function namesFile(name: string, words: readonly Octets[]): boolean {
  const operands = words.slice(1).filter((word) => !word.startsWith('-') || word === '-');
  if (operands.includes('-' as Octets)) return false;
  if (name === 'grep') return operands.length !== 1 || words.some((word) => /^-[a-zA-Z]*[erR]/.test(word));
  return operands.length > 0 || words.length > 1;
}

/**
 * Opens a file, making it if need be; or says why not. It keeps what it has until the command is through: a mailbox that
 * was empty in between would have lost its letters.
 */
function* redirect(
  { how, word }: Redirection,
  place: Place,
): Asking<{ readonly path: string; readonly content: Octets } | string> {
  const [named = '' as Octets, more] = yield* expanded(word, place);
  if (more !== undefined) return `${word.text}: ambiguous redirect`;
  const path = absolute(named, place.cwd);
  const nothing = '' as Octets;
  const answer = yield* ask(
    how === '<' ? { kind: 'read', path } : { kind: 'write', path, how: 'open', content: nothing },
  );
  if (answer.kind === 'error') return `${named}: ${why(answer)}`;
  return { path, content: contentIn(answer) ?? nothing };
}

/** A directory as the prompt shows it: the home is a tilde. */
export function shortened(cwd: string, home: string): string {
  if (cwd === home) return '~';
  return cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : tidy(cwd);
}
