/**
 * The client side of a QMTP connection: packages go out as fast as the agent has them, replies are taken as they come
 * (QMTP §2: the client need not wait, but must watch for replies).
 */
import type { Draft } from '../../base/draft.ts';
import type { Octets } from '../../base/octets.ts';
import type { Effect, Input, Machine } from '../machine.ts';
import type { CommandNote, ContentNote } from '../note.ts';
import { rawAddress } from './addresses.ts';
import { qmtpClause } from './commands.ts';
import { encodedMessage } from './message.ts';
import type { Incoming } from './netstring.ts';
import { hearNetstring, NOT_BEGUN, netstring, netstringFraming } from './netstring.ts';
import { isQmtpCode, readReply } from './replies.ts';
import type {
  QmtpClientAnswer,
  QmtpClientConfig,
  QmtpClientQuestion,
  QmtpEnd,
  QmtpOutcome,
  QmtpReply,
  Transaction,
} from './types.ts';

/** Octets kept of a reply; the rest is heard and dropped. */
export const REPLY_LIMIT = 5000;
/** QMTP §2: a session takes at most one hour. */
const SESSION_MS = 3_600_000;

/** A package sent, with the replies it has so far. */
export interface Sent {
  readonly letter: string;
  readonly recipients: readonly string[];
  readonly replies: readonly QmtpReply[];
}

export interface QmtpClientState {
  readonly config: QmtpClientConfig;
  /** `next`: the agent is asked for a package. `drained`: it has no more, replies may be due. */
  readonly phase: 'closed' | 'next' | 'drained' | 'over';
  /** The reply that is being heard. */
  readonly incoming: Incoming;
  /** Packages with replies due, oldest first. */
  readonly sent: readonly Sent[];
}

type Effects = readonly Effect<QmtpClientQuestion>[];
type Step = readonly [QmtpClientState, Effects];

const NOTHING: Effects = [];
const ASK_NEXT: Effect<QmtpClientQuestion> = { kind: 'ask', question: { kind: 'next' } };
const START_SESSION: Effect<QmtpClientQuestion> = { kind: 'timer', name: 'session', after: SESSION_MS };
const STOP_SESSION: Effect<QmtpClientQuestion> = { kind: 'timer', name: 'session', after: null };
const STOP_WAITING: Effect<QmtpClientQuestion> = { kind: 'timer', name: 'reply', after: null };
const CLOSE: Effect<QmtpClientQuestion> = { kind: 'close' };

export const qmtpClientState = (config: QmtpClientConfig): QmtpClientState => ({
  config,
  phase: 'closed',
  incoming: NOT_BEGUN,
  sent: [],
});

export const qmtpClient: Machine<QmtpClientState, QmtpClientQuestion, QmtpClientAnswer> = {
  framing: ({ incoming }) => netstringFraming(incoming),
  step,
};

function copyOf(state: QmtpClientState): Draft<QmtpClientState> {
  return { config: state.config, phase: state.phase, incoming: state.incoming, sent: state.sent };
}

function step(state: QmtpClientState, input: Input<QmtpClientAnswer>): Step {
  if (state.phase === 'over') return [state, NOTHING];
  switch (input.kind) {
    case 'opened':
      return opened(state);
    case 'unit':
      return hear(state, input.octets);
    case 'answer':
      if (state.phase !== 'next') return [state, NOTHING];
      return input.answer.kind === 'done' ? drained(state) : send(state, input.answer.transaction);
    case 'timeout':
      if (input.name === 'session') return finish(state, 'overtime', true);
      return input.name === 'reply' && state.sent.length > 0
        ? finish(state, 'silent', true)
        : [state, NOTHING];
    case 'closed':
      return finish(state, 'lost', false);
    case 'secured':
      return [state, NOTHING];
  }
}

function opened(state: QmtpClientState): Step {
  const next = copyOf(state);
  next.phase = 'next';
  return [next, [START_SESSION, ASK_NEXT]];
}

function drained(state: QmtpClientState): Step {
  if (state.sent.length === 0) return finish(state, 'done', true);
  const next = copyOf(state);
  next.phase = 'drained';
  return [next, NOTHING];
}

/** A package on its way, in two segments: the message, and the envelope. */
function send(state: QmtpClientState, transaction: Transaction): Step {
  const { letter, reversePath, forwardPaths, content } = transaction;
  // QMTP §2: one or more recipients. For none there is nothing to send.
  if (forwardPaths.length === 0) return [state, [report({ letter, recipients: [], replies: [] }), ASK_NEXT]];
  const { lineEnd } = state.config;
  const octets = netstring(encodedMessage(content, lineEnd));
  const letterNote: ContentNote = {
    kind: 'content',
    protocol: 'qmtp',
    octets: content.length,
    letter,
    text: '',
  };
  const list = forwardPaths.map((path) => netstring(rawAddress(path))).join('') as Octets;
  const envelope = (netstring(rawAddress(reversePath)) + netstring(list)) as Octets;
  const envelopeNote: CommandNote = {
    kind: 'command',
    protocol: 'qmtp',
    verb: 'PACKAGE',
    line: envelope,
    clause: qmtpClause('PACKAGE'),
  };
  const next = copyOf(state);
  next.sent = [...state.sent, { letter, recipients: forwardPaths, replies: [] }];
  return [
    next,
    [
      { kind: 'send', octets, note: letterNote },
      { kind: 'send', octets: envelope, note: envelopeNote },
      waitForReply(state),
      ASK_NEXT,
    ],
  ];
}

const waitForReply = ({ config }: QmtpClientState): Effect<QmtpClientQuestion> => ({
  kind: 'timer',
  name: 'reply',
  after: config.replyTimeoutMs,
});

/** QMTP §5: a reply is not empty and begins with its code. One that nothing asked for is none. */
function hear(state: QmtpClientState, unit: Octets): Step {
  const incoming = hearNetstring(state.incoming, unit, REPLY_LIMIT);
  if (incoming === null || state.sent.length === 0) return finish(state, 'senseless', true);
  const { length, left, kept } = incoming;
  const sensible = left === null || (length !== 0 && (kept === '' || isQmtpCode(kept[0]!)));
  if (!sensible) return finish(state, 'senseless', true);
  const next = copyOf(state);
  next.incoming = left === 0 ? NOT_BEGUN : incoming;
  return left === 0 ? take(next, readReply(kept)) : [next, NOTHING];
}

/** A reply, to the first recipient that has none. */
function take(state: QmtpClientState, reply: QmtpReply): Step {
  const [first, ...others] = state.sent;
  const { letter, recipients, replies } = first!;
  const answered: Sent = { letter, recipients, replies: [...replies, reply] };
  const next = copyOf(state);
  if (answered.replies.length < recipients.length) {
    next.sent = [answered, ...others];
    return [next, [waitForReply(state)]];
  }
  next.sent = others;
  if (others.length > 0) return [next, [report(answered), waitForReply(state)]];
  if (state.phase !== 'drained') return [next, [STOP_WAITING, report(answered)]];
  const [over, effects] = finish(next, 'done', true);
  return [over, [report(answered), ...effects]];
}

function report({ letter, recipients, replies }: Sent): Effect<QmtpClientQuestion> {
  const outcome: QmtpOutcome = {
    letter,
    recipients: recipients.map((recipient, i) => ({ recipient, reply: replies[i] ?? null })),
  };
  return { kind: 'ask', question: { kind: 'outcome', outcome } };
}

/** The session is over; whoever has no reply gets none. */
function finish(state: QmtpClientState, end: QmtpEnd, hangUp: boolean): Step {
  const over = copyOf(state);
  over.phase = 'over';
  over.incoming = NOT_BEGUN;
  over.sent = [];
  const effects: Effect<QmtpClientQuestion>[] = [STOP_WAITING, STOP_SESSION, ...state.sent.map(report)];
  effects.push({ kind: 'ask', question: { kind: 'over', end } });
  if (hangUp) effects.push(CLOSE);
  return [over, effects];
}
