/** A client's session: its state, what it says, and how a transaction's recipients come to their outcomes. */
import type { Draft } from '../../base/draft.ts';
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { CRLF, encodeUtf8 } from '../../base/octets.ts';
import type { Effect } from '../machine.ts';
import type { SaslMechanism } from '../sasl/sasl.ts';
import { smtpClause } from './commands.ts';
import type { PartialReply } from './reply-reader.ts';
import { NO_REPLY } from './reply-reader.ts';
import type {
  Outcome,
  RecipientOutcome,
  Reply,
  SmtpClientConfig,
  SmtpClientQuestion,
  Stage,
  Transaction,
} from './types.ts';

/** What a reply that is awaited answers; `abandon`: the lone dot of a letter that nobody wants. */
export type Awaited =
  | 'greeting'
  | 'ehlo'
  | 'helo'
  | 'starttls'
  | 'auth'
  | 'rset'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'abandon'
  | 'quit';

/** `talking`: replies are awaited. `next`: the agent is. `handshake`: TLS is. `over`: nothing any more. */
export type ClientPhase = 'talking' | 'next' | 'handshake' | 'over';

export interface SmtpClientState {
  readonly config: SmtpClientConfig;
  readonly phase: ClientPhase;
  /** In the order in which the replies will come; more than one when commands went out together (RFC 2920). */
  readonly awaited: readonly Awaited[];
  readonly partial: PartialReply;
  /** EHLO keywords, and the whole lines: `SIZE 10240000`, `AUTH PLAIN LOGIN`. In upper case. */
  readonly offered: readonly string[];
  readonly offers: readonly string[];
  readonly secured: boolean;
  readonly loggedIn: boolean;
  /** AUTH under way: how, and whether the password has been said. */
  readonly mechanism: SaslMechanism | null;
  readonly authStep: number;
  /** The transaction before this one did not come to its final dot: RSET first. */
  readonly unclean: boolean;
  readonly transaction: Transaction | null;
  /** Of each forward-path, in order; null while nothing is decided. */
  readonly outcomes: readonly (RecipientOutcome | null)[];
  /** Index of the forward-path that the next RCPT (or, in LMTP, the next verdict) is about. */
  readonly at: number;
  /** What the session will have ended with, once QUIT is answered. */
  readonly end: { readonly stage: Stage | 'done'; readonly reply: Reply | null };
}

export type Step = readonly [SmtpClientState, readonly Effect<SmtpClientQuestion>[]];

export const LOST: SmtpClientState['end'] = { stage: 'done', reply: null };

export const smtpClientState = (config: SmtpClientConfig): SmtpClientState => ({
  config,
  phase: 'talking',
  awaited: ['greeting'],
  partial: NO_REPLY,
  offered: [],
  offers: [],
  secured: false,
  loggedIn: false,
  mechanism: null,
  authStep: 0,
  unclean: false,
  transaction: null,
  outcomes: [],
  at: 0,
  end: LOST,
});

function copyOf(state: SmtpClientState): Draft<SmtpClientState> {
  return {
    config: state.config,
    phase: state.phase,
    awaited: state.awaited,
    partial: state.partial,
    offered: state.offered,
    offers: state.offers,
    secured: state.secured,
    loggedIn: state.loggedIn,
    mechanism: state.mechanism,
    authStep: state.authStep,
    unclean: state.unclean,
    transaction: state.transaction,
    outcomes: state.outcomes,
    at: state.at,
    end: state.end,
  };
}

export const clientWith = (state: SmtpClientState, changes: Partial<SmtpClientState>): SmtpClientState =>
  edited<SmtpClientState>(copyOf(state), changes);

export const offers = (state: SmtpClientState, keyword: string): boolean => state.offered.includes(keyword);

/** For as long as is the client's way, or `atMost` milliseconds. */
export const waitForReply = (
  { config }: SmtpClientState,
  atMost = Number.POSITIVE_INFINITY,
): Effect<SmtpClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: Math.min(config.replyTimeoutMs, atMost),
});
export const STOP_WAITING: Effect<SmtpClientQuestion> = { kind: 'timer', name: 'reply', after: null };

/** A command as it goes out; the note shows `shown` where the line itself is a secret. */
export function commandEffect(
  state: SmtpClientState,
  verb: string,
  line: string,
): Effect<SmtpClientQuestion> {
  const protocol = state.config.variant;
  const note = { kind: 'command', protocol, verb, line, clause: smtpClause(verb) } as const;
  return { kind: 'send', octets: encodeUtf8(line + CRLF) as Octets, note };
}

/** Says one command and waits for its reply, `atMost` milliseconds. */
export const say = (
  state: SmtpClientState,
  awaited: Awaited,
  verb: string,
  line: string,
  atMost?: number,
): Step => [
  clientWith(state, { awaited: [awaited] }),
  [commandEffect(state, verb, line), waitForReply(state, atMost)],
];

/** Decides the outcome of the first recipient, from `at` on, that has none. */
export function decide(state: SmtpClientState, stage: Stage, reply: Reply | null): SmtpClientState {
  const index = state.outcomes.indexOf(null, state.at);
  const recipient = state.transaction?.forwardPaths[index];
  if (recipient === undefined) return state;
  const outcomes = state.outcomes.with(index, { recipient, stage, reply });
  return clientWith(state, { outcomes, at: index + 1 });
}

export function decideAll(state: SmtpClientState, stage: Stage, reply: Reply | null): SmtpClientState {
  const paths = state.transaction?.forwardPaths ?? [];
  const outcomes = state.outcomes.map((known, i) => known ?? { recipient: paths[i]!, stage, reply });
  return clientWith(state, { outcomes });
}

export function outcomeOf(state: SmtpClientState): Outcome | null {
  if (state.transaction === null) return null;
  const recipients = state.outcomes.filter((outcome) => outcome !== null);
  return { letter: state.transaction.letter, offered: state.offered, recipients };
}

/** Asks the agent for a transaction. */
export const next = (state: SmtpClientState, outcome: Outcome | null): Step => [
  clientWith(state, { phase: 'next', awaited: [], transaction: null, outcomes: [], at: 0 }),
  [STOP_WAITING, { kind: 'ask', question: { kind: 'next', outcome } }],
];

const STAGES: Readonly<Record<Awaited, Stage | 'done'>> = {
  greeting: 'connect',
  ehlo: 'helo',
  helo: 'helo',
  starttls: 'tls',
  auth: 'auth',
  rset: 'mail',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
  content: 'content',
  abandon: 'data',
  quit: 'done',
};

/** Where the session stands, for the outcomes of those who hear no more. */
export function stageOf({ phase, awaited }: SmtpClientState): Stage | 'done' {
  if (phase === 'handshake') return 'tls';
  return awaited[0] === undefined ? 'mail' : STAGES[awaited[0]];
}

/** The server will not go on: 421 (it closes), or a refused greeting, HELO, TLS, AUTH or RSET (QUIT is fair, RFC 5321 §3.1). */
export function giveUp(state: SmtpClientState, reply: Reply, serverCloses: boolean): Step {
  const stage = stageOf(state);
  const decided = stage === 'done' ? state : decideAll(state, stage, reply);
  const end = { stage, reply };
  return serverCloses ? finish(clientWith(decided, { end }), true) : quit(decided, end);
}

/** The connection is gone, or the server is silent and `hangUp` ends it. */
export function lose(state: SmtpClientState, hangUp: boolean): Step {
  const stage = stageOf(state);
  // A refusal stays the reason when only the answer to QUIT is missing.
  if (stage === 'done') return finish(state, hangUp);
  return finish(clientWith(decideAll(state, stage, null), { end: { stage, reply: null } }), hangUp);
}

export const quit = (state: SmtpClientState, end: SmtpClientState['end']): Step =>
  say(clientWith(state, { phase: 'talking', end }), 'quit', 'QUIT', 'QUIT');

export function finish(state: SmtpClientState, hangUp: boolean): Step {
  const { stage, reply } = state.end;
  const effects: Effect<SmtpClientQuestion>[] = [
    STOP_WAITING,
    { kind: 'ask', question: { kind: 'over', outcome: outcomeOf(state), stage, reply } },
  ];
  if (hangUp) effects.push({ kind: 'close' });
  return [clientWith(state, { phase: 'over' }), effects];
}
