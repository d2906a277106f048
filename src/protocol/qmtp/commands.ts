/**
 * QMTP as a table: the states of a session and what leads from one to another. The server machine moves by it and the
 * live session view draws it. The protocol has one command, the package, and no word for it but its three netstrings.
 */

/** `closed`: no session. `package`: the next package may come. `responses`: a whole one came, its replies are due. */
export const QMTP_STATES = ['closed', 'package', 'responses'] as const;
export type QmtpState = (typeof QMTP_STATES)[number];

export type QmtpVerb = 'CONNECT' | 'PACKAGE' | 'RCPT' | 'CLOSE';

export interface QmtpMove {
  readonly verb: QmtpVerb;
  /** As shown to a student. */
  readonly syntax: string;
  readonly clause: string;
  readonly moves: Readonly<Partial<Record<QmtpState, QmtpState>>>;
}

export const QMTP_COMMANDS: readonly QmtpMove[] = [
  {
    verb: 'PACKAGE',
    syntax: '<message> <sender> <recipients>',
    clause: 'QMTP §4',
    moves: { package: 'responses' },
  },
];

/**
 * What moves a session without being a command. The server says nothing when a client connects; `RCPT` is the reply for
 * one recipient, and the last of a package moves; either side closes, after a violation without a word.
 */
export const QMTP_EVENTS: readonly QmtpMove[] = [
  { verb: 'CONNECT', syntax: 'CONNECT', clause: 'QMTP §2', moves: { closed: 'package' } },
  { verb: 'RCPT', syntax: '<len>:K|Z|D<text>,', clause: 'QMTP §5', moves: { responses: 'package' } },
  { verb: 'CLOSE', syntax: 'CLOSE', clause: 'QMTP §2', moves: { package: 'closed', responses: 'closed' } },
];

/** The netstrings of a package in their order; an empty sender is the null reverse-path. */
export const QMTP_PARTS = ['message', 'sender', 'recipients'] as const;
export type QmtpPart = (typeof QMTP_PARTS)[number];

/** What each of them looks like, for whoever types one. */
export const QMTP_PART_SYNTAX: Readonly<Record<QmtpPart, string>> = {
  message: '<len>:<LF or CR><lines, with LF or CRLF between them>,',
  sender: '<len>:<address>,',
  recipients: '<len>:<one netstring for each address>,',
};

const BY_VERB: ReadonlyMap<QmtpVerb, QmtpMove> = new Map(
  [...QMTP_COMMANDS, ...QMTP_EVENTS].map((move) => [move.verb, move]),
);

/** The state `verb` leads to from `state`; `state` itself where the table has no move. */
export const qmtpMove = (verb: QmtpVerb, state: QmtpState): QmtpState =>
  BY_VERB.get(verb)?.moves[state] ?? state;

export const qmtpClause = (verb: QmtpVerb): string => BY_VERB.get(verb)?.clause ?? 'QMTP §2';
