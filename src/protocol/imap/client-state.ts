/** A client's session: its state, and how it says a command, takes leave and ends. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { CRLF, NO_OCTETS } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { ClientMailbox } from './client-mailbox.ts';
import { NO_MAILBOX } from './client-mailbox.ts';
import { imapCommand } from './commands.ts';
import type { ImapClientConfig, ImapClientQuestion } from './types.ts';

/**
 * What the client waits for: the tagged response to a command, but `greeting`; `challenge`: a server's word in an
 * authentication; `handshake`: TLS; `choice` and `noted`: the mail program; `idle`: to be let IDLE; `idling`: that
 * something happens; `pause`: the same, of a server without IDLE; `over`: nothing any more.
 */
export type Awaiting =
  | 'greeting'
  | 'capability'
  | 'starttls'
  | 'handshake'
  | 'challenge'
  | 'login'
  | 'select'
  | 'listing'
  | 'choice'
  | 'letter'
  | 'noted'
  | 'marking'
  | 'expunging'
  | 'idle'
  | 'idling'
  | 'done'
  | 'pause'
  | 'noop'
  | 'logout'
  | 'over';

/** What is to be done with messages, and how far it is done. All UIDs, ascending. */
export interface Work {
  readonly retrieve: readonly number[];
  /** In `retrieve`: the next one. */
  readonly position: number;
  /** Those of `retrieve` that did not come: they stay on the server. */
  readonly missed: readonly number[];
  /** Refused retrievals. */
  readonly refusals: number;
  readonly see: readonly number[];
  readonly remove: readonly number[];
  /** Commands behind the last retrieval; null: not there yet. */
  readonly tasks: readonly Task[] | null;
}

export type Task =
  | { readonly kind: 'flag'; readonly uids: readonly number[]; readonly flag: '\\Seen' | '\\Deleted' }
  | { readonly kind: 'expunge'; readonly uids: readonly number[] }
  /** Without UIDPLUS. */
  | { readonly kind: 'expunge-all'; readonly uids: readonly number[] };

export const NO_WORK: Work = {
  retrieve: [],
  position: 0,
  missed: [],
  refusals: 0,
  see: [],
  remove: [],
  tasks: [],
};

export interface ImapClientState {
  readonly config: ImapClientConfig;
  readonly awaiting: Awaiting;
  /** Commands said so far: the last one's tag is `A` and this number. */
  readonly commands: number;
  /** Name of the last command, `UID FETCH`; empty before the first. */
  readonly command: string;
  /** Pieces of the command that are still to be said, each when the server invites it (RFC 3501 §4.3, §7.5). */
  readonly unsaid: readonly string[];
  readonly secured: boolean;
  readonly loggedIn: boolean;
  /** In capitals; null: not told, or not since they may have changed. */
  readonly capabilities: readonly string[] | null;
  /** The response so far, while a literal of it is awaited or has just come. */
  readonly reading: Octets;
  /** Octets of that literal still to come; null: a line is awaited. */
  readonly literal: number | null;
  /** What the responses to this command weigh so far. */
  readonly weight: number;
  /** Responses about the mailbox that have not been taken in yet, with their line ends. */
  readonly news: Octets;
  readonly mailbox: ClientMailbox;
  readonly work: Work;
  readonly leaving: boolean;
  /** The server's BYE; empty: it has said none. */
  readonly bye: string;
  /** The first thing that went wrong; empty when nothing did. */
  readonly error: string;
}

export const imapClientState = (config: ImapClientConfig): ImapClientState => ({
  config,
  awaiting: 'greeting',
  commands: 0,
  command: '',
  unsaid: [],
  secured: false,
  loggedIn: false,
  capabilities: null,
  reading: NO_OCTETS,
  literal: null,
  weight: 0,
  news: NO_OCTETS,
  mailbox: NO_MAILBOX,
  work: NO_WORK,
  leaving: false,
  bye: '',
  error: '',
});

export const clientWith = (client: ImapClientState, changes: Partial<ImapClientState>): ImapClientState =>
  edited<ImapClientState>(
    {
      config: client.config,
      awaiting: client.awaiting,
      commands: client.commands,
      command: client.command,
      unsaid: client.unsaid,
      secured: client.secured,
      loggedIn: client.loggedIn,
      capabilities: client.capabilities,
      reading: client.reading,
      literal: client.literal,
      weight: client.weight,
      news: client.news,
      mailbox: client.mailbox,
      work: client.work,
      leaving: client.leaving,
      bye: client.bye,
      error: client.error,
    },
    changes,
  );

export const workWith = (work: Work, changes: Partial<Work>): Work =>
  edited<Work>(
    {
      retrieve: work.retrieve,
      position: work.position,
      missed: work.missed,
      refusals: work.refusals,
      see: work.see,
      remove: work.remove,
      tasks: work.tasks,
    },
    changes,
  );

export type Effects = readonly Effect<ImapClientQuestion>[];
export type Step = readonly [ImapClientState, Effects];

export const NOTHING: Effects = [];
export const CLOSE: Effect<ImapClientQuestion> = { kind: 'close' };
export const STOP_WAITING: Effect<ImapClientQuestion> = { kind: 'timer', name: 'reply', after: null };
export const STOP_POLLING: Effect<ImapClientQuestion> = { kind: 'timer', name: 'poll', after: null };

export const restartWaiting = ({ config }: ImapClientState): Effect<ImapClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: config.replyTimeoutMs,
});

export const offers = ({ capabilities }: ImapClientState, name: string): boolean =>
  capabilities?.includes(name) ?? false;

export const tagOf = ({ commands }: ImapClientState): string => `A${commands}`;

/**
 * Says a command and waits. `name` is `LOGIN`, `UID FETCH`; where it has literals the server must invite, the pieces
 * behind the first are said later.
 */
export function say(
  state: ImapClientState,
  awaiting: Awaiting,
  name: string,
  ...[first, ...unsaid]: readonly string[]
): Step {
  const commands = state.commands + 1;
  const next = clientWith(state, { awaiting, commands, command: name, unsaid, weight: 0 });
  const line = `${tagOf(next)} ${name}${first === undefined ? '' : ` ${first}`}`;
  return [next, [lineEffect(next, line), restartWaiting(next)]];
}

/** Says more of the last command. */
export const sayMore = (state: ImapClientState, line: string): Step => [
  state,
  [lineEffect(state, line), restartWaiting(state)],
];

function lineEffect(state: ImapClientState, line: string): Effect<ImapClientQuestion> {
  const verb = state.command.slice(state.command.lastIndexOf(' ') + 1);
  const { clause } = imapCommand(verb)!;
  const note = { kind: 'command', protocol: 'imap', tag: tagOf(state), verb, line, clause } as const;
  return { kind: 'send', octets: (line + CRLF) as Octets, note };
}

export const ask = (state: ImapClientState, question: ImapClientQuestion): Step => [
  state,
  [STOP_WAITING, { kind: 'ask', question }],
];

export function over(state: ImapClientState, error: string, before: Effects): Step {
  const first = state.error || error;
  return [
    clientWith(state, { awaiting: 'over', reading: NO_OCTETS, news: NO_OCTETS, error: first }),
    [...before, { kind: 'ask', question: { kind: 'over', error: first } }],
  ];
}

export function hangUp(state: ImapClientState, error: string): Step {
  const [next, effects] = over(state, error, [STOP_WAITING, STOP_POLLING]);
  return [next, [...effects, CLOSE]];
}

/** Takes leave; because of an error, unless it is empty. */
export const logOut = (state: ImapClientState, error = ''): Step =>
  say(clientWith(state, { error: state.error || error }), 'logout', 'LOGOUT');
