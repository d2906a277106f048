/** The client side of an SMTP (RFC 5321 §3) or LMTP (RFC 2033) connection: one command at a time, several transactions. */
import { edited } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import { CRLF, encodeUtf8, isAscii } from '../../base/octets.ts';
import type { Effect, Framing, Input, Machine } from '../machine.ts';
import type { Note } from '../note.ts';
import { smtpClause } from './commands.ts';
import { stuff, wirePath } from './outgoing.ts';
import type { PartialReply } from './reply-reader.ts';
import { NO_REPLY, readReplyLine, REPLY_LINE_LIMIT } from './reply-reader.ts';
import type {
  Outcome,
  RecipientOutcome,
  Reply,
  SmtpClientAnswer,
  SmtpClientConfig,
  SmtpClientQuestion,
  Stage,
  Transaction,
} from './types.ts';

/** What the client waits for: a reply to the command of that name, or (`next`) the agent. */
export type ClientPhase =
  | 'greeting'
  | 'ehlo'
  | 'helo'
  | 'next'
  | 'rset'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'quit'
  | 'over';

export interface SmtpClientState {
  readonly config: SmtpClientConfig;
  readonly phase: ClientPhase;
  readonly partial: PartialReply;
  /** The server offered SIZE, 8BITMIME. */
  readonly offersSize: boolean;
  readonly offers8Bit: boolean;
  /** The transaction before this one did not come to its final dot: RSET first. */
  readonly unclean: boolean;
  readonly transaction: Transaction | null;
  /** Of each forward-path, in order; null while nothing is decided. */
  readonly outcomes: readonly (RecipientOutcome | null)[];
  /** Index of the forward-path that the next reply is about. */
  readonly at: number;
  /** What the session will have ended with, once QUIT is answered. */
  readonly end: { readonly stage: Stage | 'done'; readonly reply: Reply | null };
}

const clientWith = (client: SmtpClientState, changes: Partial<SmtpClientState>): SmtpClientState =>
  edited<SmtpClientState>(
    {
      config: client.config,
      phase: client.phase,
      partial: client.partial,
      offersSize: client.offersSize,
      offers8Bit: client.offers8Bit,
      unclean: client.unclean,
      transaction: client.transaction,
      outcomes: client.outcomes,
      at: client.at,
      end: client.end,
    },
    changes,
  );

type Step = readonly [SmtpClientState, readonly Effect<SmtpClientQuestion>[]];

const LOST: SmtpClientState['end'] = { stage: 'done', reply: null };

export function smtpClientState(config: SmtpClientConfig): SmtpClientState {
  return {
    config,
    phase: 'greeting',
    partial: NO_REPLY,
    offersSize: false,
    offers8Bit: false,
    unclean: false,
    transaction: null,
    outcomes: [],
    at: 0,
    end: LOST,
  };
}

export const smtpClient: Machine<SmtpClientState, SmtpClientQuestion, SmtpClientAnswer> = { framing, step };

function framing(state: SmtpClientState): Framing {
  return state.phase === 'next' ? { kind: 'hold' } : { kind: 'line', limit: REPLY_LINE_LIMIT };
}

function step(state: SmtpClientState, input: Input<SmtpClientAnswer>): Step {
  if (state.phase === 'over') return [state, []];
  switch (input.kind) {
    case 'opened':
      return [state, [waitForReply(state)]];
    case 'unit': {
      const heard = readReplyLine(state.partial, input.octets);
      if (heard.kind === 'more') return [clientWith(state, { partial: heard.partial }), []];
      if (heard.kind === 'senseless') return lose(state, true);
      return hear(clientWith(state, { partial: NO_REPLY }), heard.reply);
    }
    case 'answer':
      if (state.phase !== 'next') return [state, []];
      return input.answer.kind === 'done' ? quit(state, LOST) : begin(state, input.answer.transaction);
    case 'timeout':
      return input.name === 'reply' && state.phase !== 'next' ? lose(state, true) : [state, []];
    case 'closed':
      return lose(state, false);
    case 'secured':
      return [state, []];
  }
}

/** A whole reply to what was said last. */
function hear(state: SmtpClientState, reply: Reply): Step {
  const positive = reply.code < 300;
  if (state.phase === 'quit') return finish(clientWith(state, { end: lastWord(state.end, reply) }), true);
  // RFC 5321 §3.8: after 421 the server closes, whatever it answered.
  if (reply.code === 421) return giveUp(state, reply, true);
  switch (state.phase) {
    case 'greeting':
      return positive ? hello(state, 'ehlo') : giveUp(state, reply, false);
    case 'ehlo':
      if (positive) return next(offered(state, reply), null);
      // RFC 5321 §3.2: a server that does not know EHLO may know HELO.
      if (reply.code >= 500 && state.config.variant === 'smtp') return hello(state, 'helo');
      return giveUp(state, reply, false);
    case 'helo':
      return positive ? next(state, null) : giveUp(state, reply, false);
    case 'rset':
      return positive ? sendMail(clientWith(state, { unclean: false })) : giveUp(state, reply, false);
    case 'mail':
      return positive ? sendRcpt(state) : conclude(decideAll(state, 'mail', reply));
    case 'rcpt':
      return sendRcpt(positive ? clientWith(state, { at: state.at + 1 }) : decide(state, 'rcpt', reply));
    case 'data':
      return reply.code >= 300 && reply.code < 400
        ? sendContent(state)
        : conclude(decideAll(state, 'data', reply));
    case 'content':
      return hearVerdict(state, reply);
    default:
      return [state, []];
  }
}

/** RFC 2033 §4.2: in LMTP one reply for each recipient that was accepted. */
function hearVerdict(state: SmtpClientState, reply: Reply): Step {
  const decided =
    state.config.variant === 'lmtp' ? decide(state, 'content', reply) : decideAll(state, 'content', reply);
  if (!decided.outcomes.includes(null)) return conclude(clientWith(decided, { unclean: false }));
  return [decided, [waitForReply(decided)]];
}

/** Notes what SIZE and 8BITMIME the reply to EHLO offers (RFC 5321 §4.1.1.1). */
function offered(state: SmtpClientState, reply: Reply): SmtpClientState {
  const keywords = reply.lines.slice(1).map((line) => line.split(' ', 1)[0]!.toUpperCase());
  return clientWith(state, {
    offersSize: keywords.includes('SIZE'),
    offers8Bit: keywords.includes('8BITMIME'),
  });
}

function hello(state: SmtpClientState, phase: 'ehlo' | 'helo'): Step {
  const verb = phase === 'helo' ? 'HELO' : state.config.variant === 'lmtp' ? 'LHLO' : 'EHLO';
  return say(clientWith(state, { phase }), verb, `${verb} ${wirePath(state.config.helo)}`);
}

/** Asks the agent for a transaction. */
function next(state: SmtpClientState, outcome: Outcome | null): Step {
  return [
    clientWith(state, { phase: 'next', transaction: null, outcomes: [], at: 0 }),
    [
      { kind: 'timer', name: 'reply', after: null },
      { kind: 'ask', question: { kind: 'next', outcome } },
    ],
  ];
}

function begin(before: SmtpClientState, transaction: Transaction): Step {
  const outcomes = transaction.forwardPaths.map(() => null);
  const state: SmtpClientState = clientWith(before, { transaction, outcomes, at: 0 });
  if (outcomes.length === 0) return next(state, { letter: transaction.letter, recipients: [] });
  return state.unclean ? say(clientWith(state, { phase: 'rset' }), 'RSET', 'RSET') : sendMail(state);
}

function sendMail(state: SmtpClientState): Step {
  const { reversePath, content } = state.transaction!;
  let line = `MAIL FROM:<${wirePath(reversePath)}>`;
  if (state.offersSize) line += ` SIZE=${content.length}`;
  if (state.offers8Bit && !isAscii(content)) line += ' BODY=8BITMIME';
  // Until the final dot is answered the server is in the middle of something.
  return say(clientWith(state, { phase: 'mail', unclean: true }), 'MAIL', line);
}

/** RCPT for the recipient at `at`; after the last, DATA if any was accepted. */
function sendRcpt(state: SmtpClientState): Step {
  const path = state.transaction!.forwardPaths[state.at];
  if (path !== undefined) {
    return say(clientWith(state, { phase: 'rcpt' }), 'RCPT', `RCPT TO:<${wirePath(path)}>`);
  }
  if (!state.outcomes.includes(null)) return conclude(state);
  return say(clientWith(state, { phase: 'data' }), 'DATA', 'DATA');
}

function sendContent(state: SmtpClientState): Step {
  const { content, letter } = state.transaction!;
  const note: Note = {
    kind: 'content',
    protocol: state.config.variant,
    octets: content.length,
    letter,
    text: '',
  };
  const waiting: SmtpClientState = clientWith(state, { phase: 'content', at: 0 });
  return [waiting, [{ kind: 'send', octets: stuff(content), note }, waitForReply(waiting)]];
}

/** Decides the outcome of the first recipient, from `at` on, that has none. */
function decide(state: SmtpClientState, stage: Stage, reply: Reply | null): SmtpClientState {
  const index = state.outcomes.indexOf(null, state.at);
  const recipient = state.transaction?.forwardPaths[index];
  if (recipient === undefined) return state;
  return clientWith(state, {
    outcomes: state.outcomes.with(index, { recipient, stage, reply }),
    at: index + 1,
  });
}

function decideAll(state: SmtpClientState, stage: Stage, reply: Reply | null): SmtpClientState {
  const paths = state.transaction?.forwardPaths ?? [];
  const outcomes = state.outcomes.map((known, i) => known ?? { recipient: paths[i]!, stage, reply });
  return clientWith(state, { outcomes });
}

/** The transaction is over; the agent may have another. */
function conclude(state: SmtpClientState): Step {
  return next(state, outcomeOf(state));
}

function outcomeOf(state: SmtpClientState): Outcome | null {
  if (state.transaction === null) return null;
  const recipients = state.outcomes.filter((outcome) => outcome !== null);
  return { letter: state.transaction.letter, recipients };
}

const STAGES: Readonly<Record<ClientPhase, Stage | 'done'>> = {
  greeting: 'connect',
  ehlo: 'helo',
  helo: 'helo',
  next: 'mail',
  rset: 'mail',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
  content: 'content',
  quit: 'done',
  over: 'done',
};

/** The server will not go on: 421 (it closes), or a refused greeting, HELO or RSET (QUIT is fair, RFC 5321 §3.1). */
function giveUp(state: SmtpClientState, reply: Reply, serverCloses: boolean): Step {
  const stage = STAGES[state.phase];
  const decided = stage === 'done' ? state : decideAll(state, stage, reply);
  const end = { stage, reply };
  return serverCloses ? finish(clientWith(decided, { end }), true) : quit(decided, end);
}

/** The connection is gone, or the server is silent and `hangUp` ends it. */
function lose(state: SmtpClientState, hangUp: boolean): Step {
  const stage = STAGES[state.phase];
  // A refusal stays the reason when only the answer to QUIT is missing.
  if (stage === 'done') return finish(state, hangUp);
  return finish(clientWith(decideAll(state, stage, null), { end: { stage, reply: null } }), hangUp);
}

/** A session that went to its end ends with the reply to QUIT; one that was refused, with the refusal. */
const lastWord = (end: SmtpClientState['end'], reply: Reply): SmtpClientState['end'] =>
  end.stage === 'done' ? { stage: 'done', reply } : end;

function quit(state: SmtpClientState, end: SmtpClientState['end']): Step {
  return say(clientWith(state, { phase: 'quit', end }), 'QUIT', 'QUIT');
}

function finish(state: SmtpClientState, hangUp: boolean): Step {
  const { stage, reply } = state.end;
  const effects: Effect<SmtpClientQuestion>[] = [
    { kind: 'timer', name: 'reply', after: null },
    { kind: 'ask', question: { kind: 'over', outcome: outcomeOf(state), stage, reply } },
  ];
  if (hangUp) effects.push({ kind: 'close' });
  return [clientWith(state, { phase: 'over' }), effects];
}

const waitForReply = (state: SmtpClientState): Effect<SmtpClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: state.config.replyTimeoutMs,
});

function say(state: SmtpClientState, verb: string, line: string): Step {
  const note: Note = {
    kind: 'command',
    protocol: state.config.variant,
    verb,
    line,
    clause: smtpClause(verb),
  };
  return [state, [{ kind: 'send', octets: encodeUtf8(line + CRLF) as Octets, note }, waitForReply(state)]];
}
