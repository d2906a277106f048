/**
 * The SMTP command table. The server machine runs from it and the live session view draws it, so the two cannot disagree.
 */
import type { ReplyName } from './replies.ts';

/**
 * `closed`: no session (before the greeting and after the end). `connected`: greeted, no HELO yet. `ready`: a transaction
 * may begin. `mail`: reverse-path given. `rcpt`: at least one forward-path accepted. `data`: hearing mail data.
 */
export const SMTP_STATES = ['closed', 'connected', 'ready', 'mail', 'rcpt', 'data'] as const;
export type SmtpState = (typeof SMTP_STATES)[number];

export type SmtpVerb =
  | 'HELO'
  | 'EHLO'
  | 'LHLO'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'RSET'
  | 'NOOP'
  | 'VRFY'
  | 'EXPN'
  | 'HELP'
  | 'QUIT';

export type SmtpHandler =
  | 'hello'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'reset'
  | 'noop'
  | 'verify'
  | 'unimplemented'
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
}

const BOTH = ['smtp', 'lmtp'] as const;

/** Anywhere, and back to where a transaction may begin. */
const BEGIN_AGAIN: SmtpMoves = { connected: 'ready', ready: 'ready', mail: 'ready', rcpt: 'ready' };
/** Anywhere, without moving. */
const STAY: SmtpMoves = { connected: 'connected', ready: 'ready', mail: 'mail', rcpt: 'rcpt' };

type Row = Pick<SmtpCommand, 'verb' | 'syntax' | 'clause' | 'handler' | 'moves'> & Partial<SmtpCommand>;
const row = (entry: Row): SmtpCommand => ({ variants: BOTH, outOfOrder: {}, wantsHello: false, ...entry });

export const SMTP_COMMANDS: readonly SmtpCommand[] = [
  row({
    verb: 'HELO',
    syntax: 'HELO <domain>',
    clause: 'RFC 5321 §4.1.1.1',
    handler: 'hello',
    variants: ['smtp'],
    moves: BEGIN_AGAIN,
  }),
  row({
    verb: 'EHLO',
    syntax: 'EHLO <domain>',
    clause: 'RFC 5321 §4.1.1.1',
    handler: 'hello',
    variants: ['smtp'],
    moves: BEGIN_AGAIN,
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
    verb: 'MAIL',
    syntax: 'MAIL FROM:<reverse-path> [SIZE=octets] [BODY=7BIT|8BITMIME]',
    clause: 'RFC 5321 §4.1.1.2',
    handler: 'mail',
    moves: { connected: 'mail', ready: 'mail' },
    outOfOrder: { mail: 'R503NestedMail', rcpt: 'R503NestedMail' },
    wantsHello: true,
  }),
  row({
    verb: 'RCPT',
    syntax: 'RCPT TO:<forward-path>',
    clause: 'RFC 5321 §4.1.1.3',
    handler: 'rcpt',
    moves: { mail: 'rcpt', rcpt: 'rcpt' },
    outOfOrder: { connected: 'R503NeedMail', ready: 'R503NeedMail' },
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
    },
  }),
  row({
    verb: 'RSET',
    syntax: 'RSET',
    clause: 'RFC 5321 §4.1.1.5',
    handler: 'reset',
    moves: { connected: 'connected', ready: 'ready', mail: 'ready', rcpt: 'ready' },
  }),
  row({
    verb: 'VRFY',
    syntax: 'VRFY <user or mailbox>',
    clause: 'RFC 5321 §4.1.1.6',
    handler: 'verify',
    moves: STAY,
  }),
  row({
    verb: 'EXPN',
    syntax: 'EXPN <mailing list>',
    clause: 'RFC 5321 §4.1.1.7',
    handler: 'unimplemented',
    moves: STAY,
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
  }),
  row({
    verb: 'QUIT',
    syntax: 'QUIT',
    clause: 'RFC 5321 §4.1.1.10',
    handler: 'quit',
    moves: { connected: 'closed', ready: 'closed', mail: 'closed', rcpt: 'closed' },
  }),
];

/** What moves a session without being a command. */
export interface SmtpEvent {
  readonly verb: 'CONNECT' | 'END-OF-DATA' | 'SERVER';
  readonly clause: string;
  readonly moves: SmtpMoves;
}

/** The greeting, the final dot (accepted or refused, RFC 5321 §4.1.1.4), and 421 (RFC 5321 §3.8). */
export const SMTP_EVENTS: readonly SmtpEvent[] = [
  { verb: 'CONNECT', clause: 'RFC 5321 §3.1', moves: { closed: 'connected' } },
  { verb: 'END-OF-DATA', clause: 'RFC 5321 §4.1.1.4', moves: { data: 'ready' } },
  {
    verb: 'SERVER',
    clause: 'RFC 5321 §3.8',
    moves: { connected: 'closed', ready: 'closed', mail: 'closed', rcpt: 'closed', data: 'closed' },
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
