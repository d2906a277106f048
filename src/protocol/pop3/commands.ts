/**
 * POP3 as a table (RFC 1939, RFC 2449): the states of a session, and each command with the states it is allowed in, where
 * it leads, its syntax and what it does. The server machine runs from this table and the session view draws it.
 */
import { auth, authAnswered } from './auth.ts';
import { capa, stls } from './extensions.ts';
import { upperCase } from './letter-case.ts';
import { apop, loginAnswered, pass, quit, quitAnswered, user } from './login.ts';
import {
  dele,
  last,
  list,
  noop,
  retr,
  retrAnswered,
  rset,
  stat,
  top,
  topAnswered,
  uidl,
} from './maildrop.ts';
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
  /** What it does: called in an allowed state, with the right number of arguments where that is looked at. */
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

type Row = Pick<Pop3Command, 'verb' | 'moves' | 'syntax' | 'clause' | 'arity' | 'handle'> &
  Partial<Pick<Pop3Command, 'movesAtOnce' | 'restOfLine' | 'answered'>>;

const command = (row: Row): Pop3Command => ({
  movesAtOnce: false,
  restOfLine: false,
  answered: null,
  ...row,
});

const inTransaction = (
  syntax: string,
  clause: string,
  arity: readonly [number, number],
  handle: Pop3Command['handle'],
  answered: Pop3Command['answered'] = null,
): Pop3Command => {
  const verb = syntax.split(' ', 1)[0] as Pop3Verb;
  return command({ verb, moves: { transaction: 'transaction' }, syntax, clause, arity, handle, answered });
};

export const POP3_COMMANDS: readonly Pop3Command[] = [
  command({
    verb: 'USER',
    moves: { authorization: 'authorization' },
    syntax: 'USER name',
    clause: 'RFC 1939 §7',
    arity: [1, 1],
    handle: user,
  }),
  command({
    verb: 'PASS',
    moves: { authorization: 'transaction' },
    syntax: 'PASS password',
    clause: 'RFC 1939 §7',
    arity: [1, Number.POSITIVE_INFINITY],
    restOfLine: true,
    handle: pass,
    answered: loginAnswered,
  }),
  command({
    verb: 'APOP',
    moves: { authorization: 'transaction' },
    syntax: 'APOP name digest',
    clause: 'RFC 1939 §7',
    arity: [2, 2],
    handle: apop,
    answered: loginAnswered,
  }),
  command({
    verb: 'AUTH',
    moves: { authorization: 'transaction' },
    syntax: 'AUTH mechanism [response]',
    clause: 'RFC 5034 §4',
    arity: [0, 2],
    handle: auth,
    answered: authAnswered,
  }),
  command({
    verb: 'STLS',
    moves: { authorization: 'authorization' },
    syntax: 'STLS',
    clause: 'RFC 2595 §4',
    arity: [0, 0],
    handle: stls,
  }),
  command({
    verb: 'CAPA',
    moves: { authorization: 'authorization', transaction: 'transaction' },
    syntax: 'CAPA',
    clause: 'RFC 2449 §5',
    arity: [0, 0],
    handle: capa,
  }),
  inTransaction('STAT', 'RFC 1939 §5', [0, 0], stat),
  inTransaction('LIST [message]', 'RFC 1939 §5', [0, 1], list),
  inTransaction('RETR message', 'RFC 1939 §5', [1, 1], retr, retrAnswered),
  inTransaction('DELE message', 'RFC 1939 §5', [1, 1], dele),
  inTransaction('NOOP', 'RFC 1939 §5', [0, 0], noop),
  inTransaction('RSET', 'RFC 1939 §5', [0, 0], rset),
  inTransaction('TOP message lines', 'RFC 1939 §7', [2, 2], top, topAnswered),
  inTransaction('UIDL [message]', 'RFC 1939 §7', [0, 1], uidl),
  command({
    verb: 'QUIT',
    moves: { authorization: 'closed', transaction: 'update' },
    movesAtOnce: true,
    syntax: 'QUIT',
    clause: 'RFC 1939 §6',
    arity: [0, 0],
    handle: quit,
    answered: quitAnswered,
  }),
];

/** Commands that went out of the protocol: RFC 1725 dropped LAST in 1994, and only old servers still have it. */
export const OLD_POP3_COMMANDS: readonly Pop3Command[] = [inTransaction('LAST', 'RFC 1460', [0, 0], last)];

const BY_VERB: ReadonlyMap<string, Pop3Command> = new Map(
  [...POP3_COMMANDS, ...OLD_POP3_COMMANDS].map((row) => [row.verb, row]),
);

/** The command of that name, in any case (RFC 1939 §3: keywords are case-insensitive). */
export const pop3Command = (verb: string): Pop3Command | undefined => BY_VERB.get(upperCase(verb));
