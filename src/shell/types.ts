/** The state of one host's terminal: a prompt, what runs in the foreground, and what was typed ahead. */
import type { ShellConfig } from '../agents/shell-config.ts';
import type { StubState } from '../agents/stub-resolver.ts';
import type { KnownAnswers } from '../dns/types.ts';
import type { ConnId } from '../sim/types.ts';
import type { FileLine } from './files/job.ts';
import type { ShellInput } from './input.ts';
import type { LookingUp } from './look-up.ts';
import type { Netcat } from './netcat.ts';
import type { QueueListing } from './queue-commands.ts';
import type { SClient } from './s-client.ts';

export interface Telnet {
  readonly kind: 'telnet';
  readonly command: string;
  readonly host: string;
  readonly port: number;
  readonly known: KnownAnswers;
  /** Addresses still to be tried, the one being tried first; null: the name is being looked up. */
  readonly addresses: readonly string[] | null;
  readonly conn: ConnId | null;
  /** `^]` was typed: the next line is for telnet itself. */
  readonly escaped: boolean;
  /** Raw mode: characters of the line sent so far. */
  readonly rawLine: string;
  /** The last octet printed was no line end. */
  readonly midLine: boolean;
}

/** What runs, one at a time. */
export type Foreground = Telnet | LookingUp | SClient | Netcat | QueueListing | FileLine;

export interface ShellState {
  readonly config: ShellConfig;
  readonly hostname: string;
  readonly stub: StubState;
  readonly foreground: Foreground | null;
  readonly typeAhead: readonly ShellInput[];
  readonly history: readonly string[];
  /** The working directory, and the one before it; absolute, without `.` and `..`. */
  readonly cwd: string;
  readonly before: string;
  /** Counts foreground connections, so that an old one's answer is not taken for a new one's. */
  readonly nextHandle: number;
}

/** Lines kept for `history`, and lines typed ahead of a busy foreground. */
export const MAX_HISTORY = 500;
export const MAX_TYPE_AHEAD = 2000;
