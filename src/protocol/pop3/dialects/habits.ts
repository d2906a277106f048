/** What POP3 servers do each in their own way, as data. */
import type { Millis } from '../../../base/time.ts';
import type { Pop3Verb } from '../session.ts';
import type { Pop3Refusal } from '../types.ts';

/** The two states in which a client speaks. */
export interface EachState<T> {
  readonly authorization: T;
  readonly transaction: T;
}

export interface Pop3Habits {
  /** Commands it has never heard of. */
  readonly without: readonly Pop3Verb[];
  /**
   * What CAPA shows (RFC 2449 §5), in its order. `STLS`, `USER` and `SASL` are left out, or filled in, as the session has
   * it.
   */
  readonly capabilities: EachState<readonly string[]>;
  /** AUTH alone lists the mechanisms. */
  readonly authLists: boolean;
  /** Commands with too few or too many arguments are refused; if not, each looks for itself at what it needs. */
  readonly countsArguments: boolean;
  /** What parts keyword and arguments: a space, or any white space, which may also stand in front. */
  readonly blanks: 'space' | 'any';
  /**
   * How a number is read: `digits` and nothing else; `prefix`: the digits that it begins with, and zero without any (C's
   * `atoi`); `measured`: digits, each fault having words of its own.
   */
  readonly numbers: 'digits' | 'prefix' | 'measured';
  /** Octets of a command line, its end included. */
  readonly lineLimit: EachState<number>;
  /** Octets of a response of AUTH with the end of its line, on a line of its own or behind the mechanism. */
  readonly responseLimit: number;
  /** A line over the limit ends the session. */
  readonly longLineEnds: boolean;
  /** So many bad commands without a good one between end the session. */
  readonly badLimit: EachState<number>;
  /** Refused logins that end the session. */
  readonly endsAfter: readonly Pop3Refusal[];
  /** Those that it finds out about only after it has said that all is well. */
  readonly welcomesBefore: readonly Pop3Refusal[];
  /** How long a client may be silent; RFC 1939 §3: at least ten minutes. */
  readonly idleMs: EachState<Millis>;
  /** Before login that is the time there is to log in, whatever is said meanwhile. */
  readonly loginIsTimed: boolean;
  /** Nobody else opens the maildrop meanwhile (RFC 1939 §4). */
  readonly locks: boolean;
  /** A message that is marked can be marked again. */
  readonly marksTwice: boolean;
}

const TEN_MINUTES: Millis = 600_000;

/** As the RFCs have it. */
export const PLAIN_HABITS: Pop3Habits = {
  without: [],
  capabilities: { authorization: [], transaction: [] },
  authLists: false,
  countsArguments: true,
  blanks: 'space',
  numbers: 'digits',
  // RFC 2449 §4.
  lineLimit: { authorization: 255, transaction: 255 },
  // RFC 5034 §4.
  responseLimit: 12_288,
  longLineEnds: false,
  badLimit: { authorization: 20, transaction: 20 },
  endsAfter: [],
  welcomesBefore: [],
  idleMs: { authorization: TEN_MINUTES, transaction: TEN_MINUTES },
  loginIsTimed: false,
  locks: true,
  marksTwice: false,
};
