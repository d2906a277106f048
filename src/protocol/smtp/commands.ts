/**
 * The SMTP command table. The server machine runs from it and the live session view draws it, so the two cannot disagree.
 */
import type { ReplyName } from './replies.ts';

/**
 * `closed`: no session (before the greeting and after the end). `connected`: greeted, no HELO yet. `ready`: a transaction
 * may begin. `mail`: reverse-path given. `rcpt`: at least one forward-path accepted. `data`: hearing mail data.
 * `chunks`: between the chunks of BDAT (RFC 3030).
 */
export const SMTP_STATES = ['closed', 'connected', 'ready', 'mail', 'rcpt', 'data', 'chunks'] as const;
export type SmtpState = (typeof SMTP_STATES)[number];

export type SmtpVerb =
  | 'HELO'
  | 'EHLO'
  | 'LHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'BDAT'
  | 'RSET'
  | 'NOOP'
  | 'VRFY'
  | 'EXPN'
  | 'ETRN'
  | 'HELP'
  | 'QUIT';

export type SmtpHandler =
  | 'hello'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'chunk'
  | 'starttls'
  | 'auth'
  | 'reset'
  | 'noop'
  | 'verify'
  | 'expand'
  | 'turn'
  | 'help'
  | 'quit';

/** State it may be given in → state it leads to when it succeeds. A refused command changes nothing. */
export type SmtpMoves = Readonly<Partial<Record<SmtpState, SmtpState>>>;

export interface SmtpCommand {
  readonly verb: SmtpVerb;
  /** As shown to a student. */
  readonly syntax: string;
  readonly clause: string;
  readonly handler: SmtpHandler;
  /** Where the command exists: RFC 2033 §4.1 puts LHLO in the place of HELO and EHLO. */
  readonly variants: readonly ('smtp' | 'lmtp')[];
  readonly moves: SmtpMoves;
  /** What a command that comes in another state is told. */
  readonly outOfOrder: Readonly<Partial<Record<SmtpState, ReplyName>>>;
  /** Refused in `connected` when the server insists on HELO first. */
  readonly wantsHello: boolean;
  /** Allowed before TLS where TLS is a must (RFC 3207 §4). */
  readonly beforeTls: boolean;
  /** Serves no transaction: a server bears only so many of these (Postfix `smtpd_junk_command_limit`). */
  readonly junk: boolean;
}

const BOTH = ['smtp', 'lmtp'] as const;

/** Anywhere, and back to where a transaction may begin. */
const BEGIN_AGAIN: SmtpMoves = {
  connected: 'ready',
  ready: 'ready',
  mail: 'ready',
  rcpt: 'ready',
  chunks: 'ready',
};
/** Anywhere, without moving. */
const STAY: SmtpMoves = {
  connected: 'connected',
  ready: 'ready',
  mail: 'mail',
  rcpt: 'rcpt',
  chunks: 'chunks',
};

type Row = Pick<SmtpCommand, 'verb' | 'syntax' | 'clause' | 'handler' | 'moves'> & Partial<SmtpCommand>;
const row = (entry: Row): SmtpCommand => ({
  variants: BOTH,
  outOfOrder: {},
  wantsHello: false,
  beforeTls: false,
  junk: false,
  ...entry,
});

export const SMTP_COMMANDS: readonly SmtpCommand[] = [
  row({
    verb: 'HELO',
    syntax: 'HELO <domain>',
    clause: 'RFC 5321 §4.1.1.1',
    handler: 'hello',
    variants: ['smtp'],
    moves: BEGIN_AGAIN,
    beforeTls: true,
    junk: true,
  }),
  row({
    verb: 'EHLO',
    syntax: 'EHLO <domain>',
    clause: 'RFC 5321 §4.1.1.1',
    handler: 'hello',
    variants: ['smtp'],
    moves: BEGIN_AGAIN,
    beforeTls: true,
    junk: true,
  }),
  row({
    verb: 'LHLO',
    syntax: 'LHLO <domain>',
    clause: 'RFC 2033 §4.1',
    handler: 'hello',
    variants: ['lmtp'],
    moves: BEGIN_AGAIN,
  }),
  row({
    verb: 'STARTTLS',
    syntax: 'STARTTLS',
    clause: 'RFC 3207 §4',
    handler: 'starttls',
    variants: ['smtp'],
    moves: STAY,
    beforeTls: true,
  }),
  row({
    verb: 'AUTH',
    syntax: 'AUTH <mechanism> [initial response]',
    clause: 'RFC 4954 §4',
    handler: 'auth',
    variants: ['smtp'],
    moves: { connected: 'connected', ready: 'ready' },
    outOfOrder: {
      mail: 'R503AuthInTransaction',
      rcpt: 'R503AuthInTransaction',
      chunks: 'R503AuthInTransaction',
    },
  }),
  row({
    verb: 'MAIL',
    syntax: 'MAIL FROM:<reverse-path> [SIZE=…] [BODY=…] [RET=…] [ENVID=…] [AUTH=…] [SMTPUTF8]',
    clause: 'RFC 5321 §4.1.1.2',
    handler: 'mail',
    moves: { connected: 'mail', ready: 'mail' },
    outOfOrder: { mail: 'R503NestedMail', rcpt: 'R503NestedMail', chunks: 'R503NestedMail' },
    wantsHello: true,
  }),
  row({
    verb: 'RCPT',
    syntax: 'RCPT TO:<forward-path> [NOTIFY=…] [ORCPT=…]',
    clause: 'RFC 5321 §4.1.1.3',
    handler: 'rcpt',
    moves: { mail: 'rcpt', rcpt: 'rcpt' },
    outOfOrder: { connected: 'R503NeedMail', ready: 'R503NeedMail', chunks: 'R503RcptAfterChunk' },
  }),
  row({
    verb: 'DATA',
    syntax: 'DATA',
    clause: 'RFC 5321 §4.1.1.4',
    handler: 'data',
    moves: { rcpt: 'data' },
    outOfOrder: {
      connected: 'R503DataBeforeMail',
      ready: 'R503DataBeforeMail',
      mail: 'R503DataBeforeRcpt',
      chunks: 'R503DataAfterChunk',
    },
  }),
  row({
    verb: 'BDAT',
    syntax: 'BDAT <octets> [LAST]',
    clause: 'RFC 3030 §2',
    handler: 'chunk',
    moves: { rcpt: 'chunks', chunks: 'chunks' },
    // Refused only behind its octets, which must not be taken for commands.
    outOfOrder: {},
  }),
  row({
    verb: 'RSET',
    syntax: 'RSET',
    clause: 'RFC 5321 §4.1.1.5',
    handler: 'reset',
    moves: { connected: 'connected', ready: 'ready', mail: 'ready', rcpt: 'ready', chunks: 'ready' },
    junk: true,
  }),
  row({
    verb: 'VRFY',
    syntax: 'VRFY <user or mailbox>',
    clause: 'RFC 5321 §4.1.1.6',
    handler: 'verify',
    moves: STAY,
    junk: true,
  }),
  row({
    verb: 'EXPN',
    syntax: 'EXPN <mailing list>',
    clause: 'RFC 5321 §4.1.1.7',
    handler: 'expand',
    moves: STAY,
    junk: true,
  }),
  row({
    verb: 'ETRN',
    syntax: 'ETRN <domain>',
    clause: 'RFC 1985 §5',
    handler: 'turn',
    variants: ['smtp'],
    moves: { connected: 'connected', ready: 'ready' },
    outOfOrder: {
      mail: 'R503TurnInTransaction',
      rcpt: 'R503TurnInTransaction',
      chunks: 'R503TurnInTransaction',
    },
    junk: true,
  }),
  row({
    verb: 'HELP',
    syntax: 'HELP [topic]',
    clause: 'RFC 5321 §4.1.1.8',
    handler: 'help',
    moves: STAY,
  }),
  row({
    verb: 'NOOP',
    syntax: 'NOOP',
    clause: 'RFC 5321 §4.1.1.9',
    handler: 'noop',
    moves: STAY,
    beforeTls: true,
    junk: true,
  }),
  row({
    verb: 'QUIT',
    syntax: 'QUIT',
    clause: 'RFC 5321 §4.1.1.10',
    handler: 'quit',
    moves: { connected: 'closed', ready: 'closed', mail: 'closed', rcpt: 'closed', chunks: 'closed' },
    beforeTls: true,
  }),
];

/** What moves a session without being a command. */
export interface SmtpEvent {
  readonly verb: 'CONNECT' | 'SECURED' | 'END-OF-DATA' | 'LAST-CHUNK' | 'SERVER';
  readonly clause: string;
  readonly moves: SmtpMoves;
}

/** The greeting, TLS behind STARTTLS (from wherever it was), the final dot or the last chunk (accepted or refused), and 421 (RFC 5321 §3.8). */
export const SMTP_EVENTS: readonly SmtpEvent[] = [
  { verb: 'CONNECT', clause: 'RFC 5321 §3.1', moves: { closed: 'connected' } },
  { verb: 'SECURED', clause: 'RFC 3207 §4.2', moves: { ready: 'connected' } },
  { verb: 'END-OF-DATA', clause: 'RFC 5321 §4.1.1.4', moves: { data: 'ready' } },
  { verb: 'LAST-CHUNK', clause: 'RFC 3030 §2', moves: { mail: 'ready', rcpt: 'ready', chunks: 'ready' } },
  {
    verb: 'SERVER',
    clause: 'RFC 5321 §3.8',
    moves: {
      connected: 'closed',
      ready: 'closed',
      mail: 'closed',
      rcpt: 'closed',
      data: 'closed',
      chunks: 'closed',
    },
  },
];

const BY_VERB: ReadonlyMap<string, SmtpCommand> = new Map(SMTP_COMMANDS.map((entry) => [entry.verb, entry]));
const EVENT_BY_VERB: ReadonlyMap<string, SmtpEvent> = new Map(
  SMTP_EVENTS.map((entry) => [entry.verb, entry]),
);

/** The table's entry for a verb in upper case; undefined when the variant does not know it. */
export function smtpCommand(verb: string, variant: 'smtp' | 'lmtp'): SmtpCommand | undefined {
  const command = BY_VERB.get(verb);
  return command?.variants.includes(variant) ? command : undefined;
}

/** The state `verb` leads to from `state` when it succeeds; `state` itself where the table has no move. */
export function smtpMove(verb: string, state: SmtpState): SmtpState {
  return (BY_VERB.get(verb) ?? EVENT_BY_VERB.get(verb))?.moves[state] ?? state;
}

/** The RFC clause of a command or event; that of unknown commands for anything else. */
export function smtpClause(verb: string): string {
  return (BY_VERB.get(verb) ?? EVENT_BY_VERB.get(verb))?.clause ?? 'RFC 5321 §4.2.4';
}
