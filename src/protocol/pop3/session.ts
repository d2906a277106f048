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
  /** Where this reply comes from, when it is not the clause of its command; else empty. */
  readonly clause: string;
  /** The command was no command: too many in a row end the session. */
  readonly bad: boolean;
  /** Multi-line reply (RFC 1939 §3): dot-stuffed lines with CRLF, without the final dot. */
  readonly body: Octets | null;
  /** The body is a whole letter and travels as such. */
  readonly letter: { readonly uid: string; readonly octets: number } | null;
}

export const oneLine = (isOk: boolean, text: string): Pop3Reply => ({
  ok: isOk,
  text,
  clause: '',
  bad: false,
  body: null,
  letter: null,
});

export const replyWith = (reply: Pop3Reply, changes: Partial<Pop3Reply>): Pop3Reply =>
  edited<Pop3Reply>(
    {
      ok: reply.ok,
      text: reply.text,
      clause: reply.clause,
      bad: reply.bad,
      body: reply.body,
      letter: reply.letter,
    },
    changes,
  );

/** What a command comes to: a reply at once, or a question whose answer will bring it. */
export type Verdict =
  | { readonly kind: 'reply'; readonly session: Pop3ServerState; readonly reply: Pop3Reply }
  | { readonly kind: 'ask'; readonly question: Pop3Question };

const NO_VALUES: Pop3WordValues = {};

/** Words of a dialect with what the session has for their place-holders; `more` counts first. */
const filled = (session: Pop3ServerState, text: string, more: Pop3WordValues): string =>
  fillWords(text, (name) => more[name] ?? valueFor(session, name));

function valueFor({ user, count, octets, config }: Pop3ServerState, name: string): string | number {
  switch (name) {
    case 'user':
      return user;
    case 'count':
      return count;
    case 's':
      return count === 1 ? '' : 's';
    case 'octets':
      return octets;
    case 'hostname':
      return config.hostname;
    default:
      return '';
  }
}

/** `+OK` in the words of the session's dialect. */
export const ok = (
  session: Pop3ServerState,
  words: keyof Pop3OkWords,
  more: Pop3WordValues = NO_VALUES,
): Pop3Reply => oneLine(true, filled(session, pop3Words(session.config.dialect).ok[words], more));

/** `-ERR` in the words of the session's dialect. */
export const err = (
  session: Pop3ServerState,
  words: keyof Pop3ErrWords,
  more: Pop3WordValues = NO_VALUES,
): Pop3Reply => oneLine(false, filled(session, pop3Words(session.config.dialect).err[words], more));

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
