/** What an IMAP server remembers of one session, and what its commands decide. Plain data. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { MailboxId } from '../../mail/mailbox.ts';
import type { Eol } from '../note.ts';
import type { SaslExchange } from '../sasl/sasl.ts';
import type { Argument, Reads } from './arguments.ts';
import { errorIn } from './replies.ts';
import type { ImapAnswer, ImapQuestion, ImapRequest, ImapServerConfig } from './types.ts';

/** RFC 3501 §3: the states of a session. */
export type ImapStateName = 'not-authenticated' | 'authenticated' | 'selected' | 'logout';

/** A command, understood as far as the grammar common to all goes. */
export interface HeardCommand {
  /** `*` while there is none to answer with. */
  readonly tag: string;
  /** Of the table, in capitals; `UNKNOWN` for none of them, `CONNECT` stands for the connection itself. */
  readonly verb: string;
  /** `UID FETCH` and the like: message numbers are UIDs, here and in what comes back. */
  readonly uid: boolean;
  readonly args: readonly Argument[];
  /** The first line, as it came, without its ending. */
  readonly line: string;
  readonly eol: Eol;
  readonly stateBefore: ImapStateName;
}

/** The mailbox a session has selected, as its client knows it: message numbers are positions in `uids`, from 1. */
export interface View {
  readonly id: MailboxId;
  readonly uidValidity: number;
  /** Opened with EXAMINE: nothing here changes the mailbox. */
  readonly examined: boolean;
  readonly uids: readonly number[];
  /** Ascending UIDs of the messages that are `\Recent` in this session. */
  readonly recent: readonly number[];
  /** Modification sequence up to which the client has been told of changes. */
  readonly told: number;
  /** Some of `uids` are gone, and the client has not been told. */
  readonly behind: boolean;
  /** Messages from this UID on are recent here, though the client has not been told of them; null: none are. */
  readonly claimedFrom: number | null;
  readonly keywords: readonly string[];
}

export type Extension = 'CONDSTORE' | 'IMAP4rev2';

/** The command that waits for an answer, with what it made of its arguments. */
export interface Pending {
  readonly heard: HeardCommand;
  readonly plan: unknown;
}

/** A command that is not whole yet. Its octets are `checked` and behind them `text`. */
export interface Reading {
  /** What its first line says; `end`: where the arguments begin; `why`: what is wrong with it, or empty. */
  readonly heard: HeardCommand;
  readonly end: number;
  readonly why: string;
  /** What APPEND has looked at before it asked for a message, and need not look at again. */
  readonly checked: Octets;
  readonly text: Octets;
  /** What it found there; null: nothing yet. */
  readonly appends: Appends | null;
}

/** The mailbox, and how many messages there were for it; `wrong`: its arguments cannot be read so far. */
export type Appends =
  | { readonly kind: 'messages'; readonly name: string; readonly count: number }
  | { readonly kind: 'wrong' };

export interface ImapServerState {
  readonly config: ImapServerConfig;
  readonly state: ImapStateName;
  readonly secured: boolean;
  /** The login; empty before. */
  readonly user: string;
  /** The command so far, while a literal of it is awaited or has just come. */
  readonly reading: Reading | null;
  /** Octets of the literal awaited; null: a line is. */
  readonly literal: number | null;
  readonly pending: Pending | null;
  /** AUTHENTICATE under way. */
  readonly exchange: { readonly heard: HeardCommand; readonly sasl: SaslExchange } | null;
  /** IDLE under way. */
  readonly idling: HeardCommand | null;
  readonly view: View | null;
  readonly enabled: readonly Extension[];
  /** UIDs of the last search with RETURN (SAVE) (RFC 5182). */
  readonly saved: readonly number[];
  /** The client asked for CAPABILITY though the greeting's code had said it: login tells it in a line of its own. */
  readonly ignoresCode: boolean;
  /** Bad commands in a row. */
  readonly badCommands: number;
}

export const imapServerState = (config: ImapServerConfig): ImapServerState => ({
  config,
  state: 'not-authenticated',
  secured: config.tls === 'implicit',
  user: '',
  reading: null,
  literal: null,
  pending: null,
  exchange: null,
  idling: null,
  view: null,
  enabled: [],
  saved: [],
  ignoresCode: false,
  badCommands: 0,
});

export const sessionWith = (session: ImapServerState, changes: Partial<ImapServerState>): ImapServerState =>
  edited<ImapServerState>(
    {
      config: session.config,
      state: session.state,
      secured: session.secured,
      user: session.user,
      reading: session.reading,
      literal: session.literal,
      pending: session.pending,
      exchange: session.exchange,
      idling: session.idling,
      view: session.view,
      enabled: session.enabled,
      saved: session.saved,
      ignoresCode: session.ignoresCode,
      badCommands: session.badCommands,
    },
    changes,
  );

export const viewWith = (view: View, changes: Partial<View>): View =>
  edited<View>(
    {
      id: view.id,
      uidValidity: view.uidValidity,
      examined: view.examined,
      uids: view.uids,
      recent: view.recent,
      told: view.told,
      behind: view.behind,
      claimedFrom: view.claimedFrom,
      keywords: view.keywords,
    },
    changes,
  );

export const hasEnabled = (session: ImapServerState, extension: Extension): boolean =>
  session.enabled.includes(extension);

/** Untagged responses with their line ends; one that holds a whole message says which. */
export interface Data {
  readonly octets: Octets;
  /** `uniqueId` and size of the message that these octets carry whole. */
  readonly letter?: { readonly id: string; readonly octets: number };
}

export type Status = 'OK' | 'NO' | 'BAD';

/** What a command comes to. */
export interface Outcome {
  readonly session: ImapServerState;
  readonly data: readonly Data[];
  readonly status: Status;
  /** Response code and words (RFC 3501 §7.1). */
  readonly text: string;
  /** It could not be understood: too many such in a row end the session. */
  readonly bad: boolean;
  /** UIDs whose new flags the client does not want to hear of (`.SILENT`). */
  readonly silent: ReadonlySet<number> | null;
  /** What other sessions have changed is not told behind this, whatever the command. */
  readonly quiet: boolean;
  /** EXPUNGE waits, even with the UID form. */
  readonly keepsNumbers: boolean;
  /** TLS begins behind this. */
  readonly startsTls: boolean;
  /** Null: the session goes on. */
  readonly ending: Ending | null;
}

/** How a session ends: with BYE (RFC 3501 §7.1.5) before the tagged response, behind it or in its stead, or without a word. */
export type Ending =
  | { readonly kind: 'bye'; readonly words: string; readonly place: 'before' | 'behind' | 'instead' }
  | { readonly kind: 'silence' };

export const outcome = (
  session: ImapServerState,
  status: Status,
  text: string,
  more: Partial<Outcome> = {},
): Outcome =>
  edited<Outcome>(
    {
      session,
      data: NO_DATA,
      status,
      text,
      bad: false,
      silent: null,
      quiet: false,
      keepsNumbers: false,
      startsTls: false,
      ending: null,
    },
    more,
  );

const NO_DATA: readonly Data[] = [];

/** One untagged response: `* ` and CRLF are added. */
export const untagged = (text: string): Data => ({ octets: `* ${text}\r\n` as Octets });

export const ok = (session: ImapServerState, text: string, ...data: readonly Data[]): Outcome =>
  outcome(session, 'OK', text, data.length === 0 ? {} : { data });

/** Refused, and nothing else is told. */
export const no = (session: ImapServerState, text: string): Outcome =>
  outcome(session, 'NO', text, { quiet: true });

/** `BAD Error in IMAP command FETCH: why`. */
export const bad = (session: ImapServerState, heard: HeardCommand, why: string): Outcome =>
  outcome(session, 'BAD', errorIn(nameOf(heard), why), { bad: true });

export const nameOf = ({ verb, uid }: HeardCommand): string => (uid ? `UID ${verb}` : verb);

/** What a command does when it has been heard: it is answered at once, or asks something first. */
export type Verdict =
  | { readonly kind: 'reply'; readonly outcome: Outcome }
  | { readonly kind: 'ask'; readonly request: ImapRequest; readonly plan: unknown }
  /** `+ text` (RFC 3501 §7.5): the client says more. `request` is put besides; its answers are awaited by nobody. */
  | {
      readonly kind: 'invite';
      readonly session: ImapServerState;
      readonly text: string;
      readonly request: ImapRequest | null;
    };

export const reply = (of: Outcome): Verdict => ({ kind: 'reply', outcome: of });

export const ask = (request: ImapRequest, plan: unknown = null): Verdict => ({ kind: 'ask', request, plan });

/** The question behind a request, for the mailbox that is selected. `tells`: the client hears of the answer. */
export const questionOf = (
  { user, view }: ImapServerState,
  request: ImapRequest,
  tells: boolean,
): ImapQuestion => ({
  user,
  selected: view === null ? null : { id: view.id, claims: tells && !view.examined },
  request,
});

/** A command of the table (`commands.ts`): RFC 3501 §6. */
export interface ImapCommand {
  readonly verb: string;
  /** State it may be given in → state its OK leads to. */
  readonly moves: Readonly<Partial<Record<ImapStateName, ImapStateName>>>;
  /** As shown to students; optional arguments in brackets. */
  readonly syntax: string;
  readonly clause: string;
  /** There is a `UID` form of it. */
  readonly uid: boolean;
  /** Arguments are read by the common grammar; `none`: whatever stands there is passed over. */
  readonly reads: Reads | 'none';
  /** Message numbers must not change under it: EXPUNGE waits (RFC 3501 §7.4.1), but for the UID form. */
  readonly keepsNumbers: boolean;
  /** What others have changed in the selected mailbox is told behind it. */
  readonly tells: boolean;
  readonly handle: (session: ImapServerState, heard: HeardCommand) => Verdict;
  /** What the answer brings; `plan` is what `handle` made up. Null: it never asks. */
  readonly answered:
    | ((session: ImapServerState, pending: Pending, answer: ImapAnswer) => Outcome | Verdict)
    | null;
}

interface Row<P> {
  readonly verb: string;
  readonly moves: ImapCommand['moves'];
  readonly syntax: string;
  readonly clause: string;
  readonly uid?: boolean;
  readonly reads?: ImapCommand['reads'];
  readonly keepsNumbers?: boolean;
  readonly tells?: boolean;
  readonly handle: ImapCommand['handle'];
  readonly answered?: (
    session: ImapServerState,
    heard: HeardCommand,
    plan: P,
    answer: ImapAnswer,
  ) => Outcome | Verdict;
}

/** A row of the table; `P` is the shape of the plan its question carries along. */
export function imapCommand<P = null>(row: Row<P>): ImapCommand {
  const { answered } = row;
  return {
    verb: row.verb,
    moves: row.moves,
    syntax: row.syntax,
    clause: row.clause,
    uid: row.uid ?? false,
    reads: row.reads ?? 'arguments',
    keepsNumbers: row.keepsNumbers ?? false,
    tells: row.tells ?? false,
    handle: row.handle,
    answered: answered
      ? (session, { heard, plan }, answer) => answered(session, heard, plan as P, answer)
      : null,
  };
}

export const IN_SELECTED: ImapCommand['moves'] = { selected: 'selected' };

export const AFTER_LOGIN: ImapCommand['moves'] = { authenticated: 'authenticated', selected: 'selected' };

export const IN_EVERY_STATE: ImapCommand['moves'] = {
  'not-authenticated': 'not-authenticated',
  authenticated: 'authenticated',
  selected: 'selected',
};
