/**
 * POP3 as a table (RFC 1939): the states of a session, and each command with the states it is allowed in, where it
 * leads, its syntax and what it does. The server machine runs from this table and the session view draws it.
 */
import { pass, passAnswered, quit, quitAnswered, user } from './login.ts';
import { dele, list, noop, retr, retrAnswered, rset, stat, top, topAnswered, uidl } from './maildrop.ts';
import type {
  HeardCommand,
  Pop3Reply,
  Pop3ServerState,
  Pop3StateName,
  Pop3Verb,
  Verdict,
} from './session.ts';
import type { Pop3Answer } from './types.ts';

/** In the order a session goes through them; it begins in the first, and from `update` goes on to `closed` by itself. */
export const POP3_STATES: readonly Pop3StateName[] = ['authorization', 'transaction', 'update', 'closed'];

export const POP3_STATE_CLAUSES: Readonly<Record<Pop3StateName, string>> = {
  authorization: 'RFC 1939 §4',
  transaction: 'RFC 1939 §5',
  update: 'RFC 1939 §6',
  closed: 'RFC 1939 §3',
};

export interface Pop3Command {
  readonly verb: Pop3Verb;
  /** State it may be given in → state its `+OK` leads to. A refused command changes nothing. */
  readonly moves: Readonly<Partial<Record<Pop3StateName, Pop3StateName>>>;
  /** It moves as soon as it is heard, whatever the reply will be. */
  readonly movesAtOnce: boolean;
  /** As shown to students; optional arguments in brackets. */
  readonly syntax: string;
  readonly clause: string;
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  /** The rest of the line, spaces included, is one argument. */
  readonly restOfLine: boolean;
  /** What it does: called with the right number of arguments, in an allowed state. */
  readonly handle: (session: Pop3ServerState, heard: HeardCommand) => Verdict;
  /** What the answer to the question of `handle` brings; null for a command that never asks. */
  readonly answered:
    | ((
        session: Pop3ServerState,
        heard: HeardCommand,
        answer: Pop3Answer,
      ) => readonly [Pop3ServerState, Pop3Reply])
    | null;
}

const inTransaction = (
  verb: Pop3Verb,
  syntax: string,
  clause: string,
  arity: readonly [number, number],
  handle: Pop3Command['handle'],
  answered: Pop3Command['answered'] = null,
): Pop3Command => ({
  verb,
  moves: { transaction: 'transaction' },
  movesAtOnce: false,
  syntax,
  clause,
  arity,
  restOfLine: false,
  handle,
  answered,
});

export const POP3_COMMANDS: readonly Pop3Command[] = [
  {
    verb: 'USER',
    moves: { authorization: 'authorization' },
    movesAtOnce: false,
    syntax: 'USER name',
    clause: 'RFC 1939 §7',
    arity: [1, 1],
    restOfLine: false,
    handle: user,
    answered: null,
  },
  {
    verb: 'PASS',
    moves: { authorization: 'transaction' },
    movesAtOnce: false,
    syntax: 'PASS password',
    clause: 'RFC 1939 §7',
    arity: [1, 1],
    restOfLine: true,
    handle: pass,
    answered: passAnswered,
  },
  inTransaction('STAT', 'STAT', 'RFC 1939 §5', [0, 0], stat),
  inTransaction('LIST', 'LIST [message]', 'RFC 1939 §5', [0, 1], list),
  inTransaction('RETR', 'RETR message', 'RFC 1939 §5', [1, 1], retr, retrAnswered),
  inTransaction('DELE', 'DELE message', 'RFC 1939 §5', [1, 1], dele),
  inTransaction('NOOP', 'NOOP', 'RFC 1939 §5', [0, 0], noop),
  inTransaction('RSET', 'RSET', 'RFC 1939 §5', [0, 0], rset),
  inTransaction('TOP', 'TOP message lines', 'RFC 1939 §7', [2, 2], top, topAnswered),
  inTransaction('UIDL', 'UIDL [message]', 'RFC 1939 §7', [0, 1], uidl),
  {
    verb: 'QUIT',
    moves: { authorization: 'closed', transaction: 'update' },
    movesAtOnce: true,
    syntax: 'QUIT',
    clause: 'RFC 1939 §6',
    arity: [0, 0],
    restOfLine: false,
    handle: quit,
    answered: quitAnswered,
  },
];

const BY_VERB: ReadonlyMap<string, Pop3Command> = new Map(
  POP3_COMMANDS.map((command) => [command.verb, command]),
);

/** The command of that name, in any case (RFC 1939 §3: keywords are case-insensitive). */
export const pop3Command = (verb: string): Pop3Command | undefined => BY_VERB.get(verb.toUpperCase());
