/** Shapes of what runs in the foreground of a shell, and small things all of it needs. */
import type { ShellConfig } from '../agents/shell-config.ts';
import { decodeUtf8 } from '../base/octets.ts';
import type { Octets } from '../base/octets.ts';
import type { Question } from '../dns/types.ts';
import type { PrintStyle, ProgramEffect, StepContext } from '../sim/types.ts';

/** Where a program in the foreground finds itself during one step. */
export interface Here {
  readonly config: ShellConfig;
  /** Name of the connection it opens. */
  readonly handle: string;
  /** The working directory, and the one before it. */
  readonly cwd: string;
  readonly before: string;
  readonly at: StepContext;
  readonly effects: ProgramEffect[];
}

/** `need`: questions for the host's own resolver library. */
export type JobStep<J> =
  | { readonly kind: 'running'; readonly job: J; readonly need: readonly Question[] }
  /** `went`: the working directory afterwards; absent: as before. */
  | { readonly kind: 'ended'; readonly went?: { readonly cwd: string; readonly before: string } };

export const running = <J>(job: J, need: readonly Question[] = []): JobStep<J> => ({
  kind: 'running',
  job,
  need,
});

export const ENDED: { readonly kind: 'ended' } = { kind: 'ended' };

export const say = ({ effects }: Here, text: string, style: PrintStyle = 'plain'): void => {
  if (text !== '') effects.push({ kind: 'print', text, style });
};

/** Puts on record that a command was run, and whether it came to something. */
export const record = ({ effects }: Here, command: string, ok: boolean): void => {
  effects.push({ kind: 'record', fact: { kind: 'shell', command, ok } });
};

export function ended(here: Here, command: string, ok: boolean): { readonly kind: 'ended' } {
  record(here, command, ok);
  return ENDED;
}

/** Octets from the far side, as a terminal shows them: CR LF is a new line. */
export const remote = (octets: Octets): string => decodeUtf8(octets).replaceAll('\r\n', '\n');
