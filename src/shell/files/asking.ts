/**
 * How commands work with files: a generator asks for some, one round after the other, and gets the answers. No generator
 * is kept: with each answer the command runs again from its start, over the answers it had before.
 */
import type { Octets } from '../../base/octets.ts';
import type { Clock, Millis } from '../../base/time.ts';
import type { FileAnswer, FileRequest, NamedStat, Stat } from '../../agents/files/types.ts';
import { STRERROR } from '../../agents/files/types.ts';

export type Asking<T> = Generator<readonly FileRequest[], T, readonly FileAnswer[]>;

export interface Place {
  readonly user: string;
  readonly home: string;
  readonly cwd: string;
  /** Where `cd -` goes. */
  readonly before: string;
  readonly clock: Clock;
  readonly now: Millis;
}

/** A piece of what a command writes, in order. */
export interface Piece {
  readonly to: 'out' | 'err';
  readonly text: string;
}

export interface Invocation {
  /** Its own name first. */
  readonly words: readonly Octets[];
  readonly place: Place;
  /** What comes from a pipe or a file; null: the keyboard. */
  readonly input: Octets | null;
  /** It writes to the terminal, and no pipe or file. */
  readonly terminal: boolean;
}

export interface Outcome {
  readonly pieces: readonly Piece[];
  readonly ok: boolean;
  /** `cd` went there. */
  readonly cwd?: string;
}

export type AskingCommand = (invocation: Invocation) => Asking<Outcome>;

/** Some have nothing to ask. */
export type Command = AskingCommand | ((invocation: Invocation) => Outcome);

/** Collects what a command writes; one complaint makes it fail. */
export interface Writing {
  readonly pieces: Piece[];
  ok: boolean;
}

export const writing = (): Writing => ({ pieces: [], ok: true });

export const write = (to: Writing, text: string): void => {
  if (text !== '') to.pieces.push({ to: 'out', text });
};

export function complain(to: Writing, text: string): void {
  to.pieces.push({ to: 'err', text: `${text}\n` });
  to.ok = false;
}

/** Asks for one thing. */
export function* ask(request: FileRequest): Asking<FileAnswer> {
  const [answer] = yield [request];
  return answer!;
}

export const why = (answer: FileAnswer): string => (answer.kind === 'error' ? STRERROR[answer.error] : '');

export const statIn = (answer: FileAnswer | undefined): Stat | null =>
  answer?.kind === 'stat' ? answer.stat : null;

export const entriesIn = (answer: FileAnswer | undefined): readonly NamedStat[] =>
  answer?.kind === 'entries' ? answer.entries : [];

export const contentIn = (answer: FileAnswer | undefined): Octets | null =>
  answer?.kind === 'content' ? answer.content : null;
