/** What a POP3 server remembers of one session, and what its commands decide. Plain data. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Eol } from '../note.ts';
import type { SaslExchange } from '../sasl/sasl.ts';
import type { Pop3Dialect } from './dialects/dialect.ts';
import { POP3_DIALECTS } from './dialects/dialect.ts';
import type { Pop3Habits } from './dialects/habits.ts';
import type { Pop3ErrWords, Pop3OkWords, Pop3WordValues } from './replies.ts';
import { fillWords } from './replies.ts';
import type { MaildropEntry, Pop3Question, Pop3ServerConfig } from './types.ts';

/** RFC 1939 §3: the states of a session; `closed` is what comes after. */
export type Pop3StateName = 'authorization' | 'transaction' | 'update' | 'closed';

export type Pop3Verb =
  | 'USER'
  | 'PASS'
  | 'APOP'
  | 'AUTH'
  | 'STLS'
  | 'CAPA'
  | 'STAT'
  | 'LIST'
  | 'RETR'
  | 'DELE'
  | 'NOOP'
  | 'RSET'
  | 'LAST'
  | 'TOP'
  | 'UIDL'
  | 'QUIT';

/** A command line, understood; or a response line of AUTH, which goes on with that command. */
export interface HeardCommand {
  /**
   * `UNKNOWN` for none of the table; `CONNECT` stands for the connection itself, `SERVER` for what the server says
   * unasked.
   */
  readonly verb: Pop3Verb | 'UNKNOWN' | 'CONNECT' | 'SERVER';
  /** The keyword as it was typed. */
  readonly keyword: string;
  /** The line without its ending, and how it ended. */
  readonly line: string;
  readonly eol: Eol;
  /** Everything behind the keyword as it is; without the blanks around it; and cut at blanks. */
  readonly rest: string;
  readonly argument: string;
  readonly words: readonly string[];
  readonly stateBefore: Pop3StateName;
  /** More octets came along behind the line. */
  readonly more: boolean;
}

const NO_WORDS: readonly string[] = [];

/** What is heard without a line. */
export const heardOf = (verb: 'CONNECT' | 'SERVER', stateBefore: Pop3StateName): HeardCommand => ({
  verb,
  keyword: '',
  line: '',
  eol: 'none',
  rest: '',
  argument: '',
  words: NO_WORDS,
  stateBefore,
  more: false,
});

export interface Pop3ServerState {
  readonly config: Pop3ServerConfig;
  readonly state: Pop3StateName;
  /** TLS stands. */
  readonly secured: boolean;
  /** A handshake must come first: nothing is heard before it is done. */
  readonly awaitsTls: boolean;
  /** What the greeting had for APOP; empty: nothing. */
  readonly timestamp: string;
  /** Argument of the last USER, and after login whose maildrop it is; null before, and after a refused PASS. */
  readonly user: string | null;
  /** Whose credentials are being looked at. */
  readonly claims: string;
  /** An AUTH under way: the next line is a response, not a command (RFC 5034 §4). */
  readonly exchange: SaslExchange | null;
  /** The maildrop as it was at login: message numbers are positions in it, from 1, for the whole session. */
  readonly entries: readonly MaildropEntry[];
  /** Which of the entries DELE has marked, by position; empty while none is. */
  readonly marked: readonly boolean[];
  /** Messages not marked, and their octets. */
  readonly count: number;
  readonly octets: number;
  /** Highest message number retrieved or marked (RFC 1460, LAST). */
  readonly last: number;
  /** Unique-ids of the messages retrieved whole. */
  readonly retrieved: readonly string[];
  /** The command that waits for an answer. */
  readonly pending: HeardCommand | null;
  /** Bad commands since the last good one. */
  readonly badCommands: number;
}

export const sessionWith = (session: Pop3ServerState, changes: Partial<Pop3ServerState>): Pop3ServerState =>
  edited<Pop3ServerState>(
    {
      config: session.config,
      state: session.state,
      secured: session.secured,
      awaitsTls: session.awaitsTls,
      timestamp: session.timestamp,
      user: session.user,
      claims: session.claims,
      exchange: session.exchange,
      entries: session.entries,
      marked: session.marked,
      count: session.count,
      octets: session.octets,
      last: session.last,
      retrieved: session.retrieved,
      pending: session.pending,
      badCommands: session.badCommands,
    },
    changes,
  );

export const closed = (session: Pop3ServerState): Pop3ServerState =>
  sessionWith(session, { state: 'closed', exchange: null });

/** A reply before it is put on the wire. */
export interface Pop3Reply {
  /** `+` asks for a response of AUTH (RFC 5034 §4). */
  readonly code: '+OK' | '-ERR' | '+';
  /** What follows the code. */
  readonly text: string;
  /** Where this reply comes from, when it is not the clause of its command; else empty. */
  readonly clause: string;
  /** What it means for the count of bad commands, too many of which end the session; `neither` leaves it as it is. */
  readonly counts: 'bad' | 'good' | 'neither';
  /** The command leads where the table says; a refused one does so only when it moves at once. */
  readonly moves: boolean;
  /** The server closes behind it, after saying this line if it is not empty; null: it goes on. */
  readonly end: string | null;
  /** TLS begins behind it. */
  readonly startsTls: boolean;
  /** Multi-line reply (RFC 1939 §3): dot-stuffed lines with CRLF, without the final dot. */
  readonly body: Octets | null;
  /** The body is a whole letter and travels as such. */
  readonly letter: { readonly uid: string; readonly octets: number } | null;
}

export const oneLine = (code: Pop3Reply['code'], text: string): Pop3Reply => ({
  code,
  text,
  clause: '',
  counts: 'good',
  moves: code === '+OK',
  end: null,
  startsTls: false,
  body: null,
  letter: null,
});

export const replyWith = (reply: Pop3Reply, changes: Partial<Pop3Reply>): Pop3Reply =>
  edited<Pop3Reply>(
    {
      code: reply.code,
      text: reply.text,
      clause: reply.clause,
      counts: reply.counts,
      moves: reply.moves,
      end: reply.end,
      startsTls: reply.startsTls,
      body: reply.body,
      letter: reply.letter,
    },
    changes,
  );

/** What a command comes to: a reply at once, or a question whose answer will bring it. */
export type Verdict =
  | { readonly kind: 'reply'; readonly session: Pop3ServerState; readonly reply: Pop3Reply }
  | { readonly kind: 'ask'; readonly session: Pop3ServerState; readonly question: Pop3Question };

export const replied = (session: Pop3ServerState, reply: Pop3Reply): Verdict => ({
  kind: 'reply',
  session,
  reply,
});

export const asked = (session: Pop3ServerState, question: Pop3Question): Verdict => ({
  kind: 'ask',
  session,
  question,
});

export const dialectOf = ({ config }: Pop3ServerState): Pop3Dialect => POP3_DIALECTS[config.dialect];
export const habitsOf = (session: Pop3ServerState): Pop3Habits => dialectOf(session).habits;

const NO_VALUES: Pop3WordValues = {};

/** Words of a dialect with what the session has for their place-holders; `more` counts first. */
export const filled = (session: Pop3ServerState, text: string, more: Pop3WordValues = NO_VALUES): string =>
  fillWords(text, (name) => more[name] ?? valueFor(session, name));

function valueFor(session: Pop3ServerState, name: string): string | number {
  const { user, count, octets, last, entries, config } = session;
  switch (name) {
    case 'user':
      return user ?? '';
    case 'count':
      return count;
    case 's':
      return count === 1 ? '' : 's';
    case 'octets':
      return octets;
    case 'total':
      return entries.length;
    case 'last':
      return last;
    case 'hostname':
      return config.hostname;
    case 'challenge':
      return session.timestamp;
    default:
      return '';
  }
}

/** `+OK` in the words of the session's dialect. */
export const ok = (
  session: Pop3ServerState,
  words: keyof Pop3OkWords,
  more: Pop3WordValues = NO_VALUES,
): Pop3Reply => oneLine('+OK', filled(session, dialectOf(session).ok[words], more));

/** `-ERR` in the words of the session's dialect. */
export const err = (
  session: Pop3ServerState,
  words: keyof Pop3ErrWords,
  more: Pop3WordValues = NO_VALUES,
): Pop3Reply => oneLine('-ERR', filled(session, dialectOf(session).err[words], more));

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
