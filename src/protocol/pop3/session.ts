/** What a POP3 server remembers of one session, and what its commands decide. Plain data. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Eol } from '../note.ts';
import type { Pop3ErrWords, Pop3OkWords, Pop3WordValues } from './replies.ts';
import { fillWords, pop3Words } from './replies.ts';
import type { MaildropEntry, Pop3Question, Pop3ServerConfig } from './types.ts';

/** RFC 1939 §3: the states of a session; `closed` is what comes after. */
export type Pop3StateName = 'authorization' | 'transaction' | 'update' | 'closed';

export type Pop3Verb =
  | 'USER'
  | 'PASS'
  | 'STAT'
  | 'LIST'
  | 'RETR'
  | 'DELE'
  | 'NOOP'
  | 'RSET'
  | 'QUIT'
  | 'TOP'
  | 'UIDL';

/** A command line, understood. */
export interface HeardCommand {
  /** `UNKNOWN` for none of the table; `CONNECT` stands for the connection itself. */
  readonly verb: Pop3Verb | 'UNKNOWN' | 'CONNECT';
  /** The line without its ending, and how it ended. */
  readonly line: string;
  readonly eol: Eol;
  /** Everything behind the keyword, and the same cut at spaces. */
  readonly argument: string;
  readonly words: readonly string[];
  readonly stateBefore: Pop3StateName;
}

export interface Pop3ServerState {
  readonly config: Pop3ServerConfig;
  readonly state: Pop3StateName;
  /** Argument of the last USER; empty before it and after a refused PASS. */
  readonly user: string;
  /** The maildrop as it was at login: message numbers are positions in it, from 1, for the whole session. */
  readonly entries: readonly MaildropEntry[];
  /** Which of the entries DELE has marked, by position; empty while none is. */
  readonly marked: readonly boolean[];
  /** Messages not marked, and their octets. */
  readonly count: number;
  readonly octets: number;
  /** The command that waits for an answer. */
  readonly pending: HeardCommand | null;
  /** Bad commands in a row. */
  readonly badCommands: number;
}

export const sessionWith = (session: Pop3ServerState, changes: Partial<Pop3ServerState>): Pop3ServerState =>
  edited<Pop3ServerState>(
    {
      config: session.config,
      state: session.state,
      user: session.user,
      entries: session.entries,
      marked: session.marked,
      count: session.count,
      octets: session.octets,
      pending: session.pending,
      badCommands: session.badCommands,
    },
    changes,
  );

/** A reply before it is put on the wire. */
export interface Pop3Reply {
  readonly ok: boolean;
  /** What follows `+OK` or `-ERR`. */
  readonly text: string;
  /** Where this reply comes from, when it is not the clause of its command. */
  readonly clause?: string;
  /** The command was no command: too many in a row end the session. */
  readonly bad?: boolean;
  /** Multi-line reply (RFC 1939 §3): dot-stuffed lines with CRLF, without the final dot. */
  readonly body?: Octets;
  /** The body is a whole letter and travels as such. */
  readonly letter?: { readonly uid: string; readonly octets: number };
}

/** What a command comes to: a reply at once, or a question whose answer will bring it. */
export type Verdict =
  | { readonly kind: 'reply'; readonly session: Pop3ServerState; readonly reply: Pop3Reply }
  | { readonly kind: 'ask'; readonly question: Pop3Question };

const values = (session: Pop3ServerState, more: Pop3WordValues): Pop3WordValues => ({
  user: session.user,
  count: session.count,
  s: session.count === 1 ? '' : 's',
  octets: session.octets,
  hostname: session.config.hostname,
  ...more,
});

/** `+OK` in the words of the session's dialect. */
export function ok(
  session: Pop3ServerState,
  words: keyof Pop3OkWords,
  more: Pop3WordValues = {},
): Pop3Reply & { readonly ok: true } {
  const text = pop3Words(session.config.dialect).ok[words];
  return { ok: true, text: fillWords(text, values(session, more)) };
}

/** `-ERR` in the words of the session's dialect. */
export function err(
  session: Pop3ServerState,
  words: keyof Pop3ErrWords,
  more: Pop3WordValues = {},
): Pop3Reply & { readonly ok: false } {
  const text = pop3Words(session.config.dialect).err[words];
  return { ok: false, text: fillWords(text, values(session, more)) };
}

export const replied = (session: Pop3ServerState, reply: Pop3Reply): Verdict => ({
  kind: 'reply',
  session,
  reply,
});

/** A session with another maildrop or other marks, counted anew. */
export function withMaildrop(
  session: Pop3ServerState,
  entries: readonly MaildropEntry[],
  marked: readonly boolean[],
): Pop3ServerState {
  let count = 0;
  let octets = 0;
  entries.forEach((entry, index) => {
    if (marked[index]) return;
    count++;
    octets += entry.octets;
  });
  return sessionWith(session, { entries, marked, count, octets });
}
