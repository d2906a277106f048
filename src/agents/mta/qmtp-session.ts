/**
 * A QMTP connection to the next host. QMTP waits for nothing (QMTP §2), so letters that wait for the same destination go
 * along on it, one after the other, and the outcomes come in their order.
 */
import type { Arrival } from '../../protocol/machine.ts';
import type { QmtpClientState } from '../../protocol/qmtp/client.ts';
import { qmtpClient, qmtpClientState } from '../../protocol/qmtp/client.ts';
import type {
  QmtpClientAnswer,
  QmtpClientQuestion,
  QmtpOutcome,
  QmtpRecipientOutcome,
} from '../../protocol/qmtp/types.ts';
import type { ConnId, ProgramEffect, StepContext } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import type { Link } from '../talk.ts';
import { linked, talk } from '../talk.ts';
import type { Trouble } from './entry.ts';
import { finish, setDelivery, viaOf } from './outbound.ts';
import type { Fate } from './runs.ts';
import { failed, finishRun, relayed } from './runs.ts';
import type { Delivery, Hop, MtaState } from './types.ts';
import { deliveryWith, mtaWith } from './types.ts';
import { ours, placeOf, serverOf } from './wording.ts';

/** qmail's client waits ten minutes. */
const REPLY_TIMEOUT_MS = 600_000;

export interface QmtpSession {
  readonly id: ConnId;
  readonly hop: Hop;
  readonly link: Link<QmtpClientState>;
  /** Deliveries that are to go, and those that went and have no outcome yet, in their order. */
  readonly next: readonly number[];
  readonly aboard: readonly number[];
}

/** The connection that a delivery asked for stands. */
export function qmtpOpened(
  state: MtaState,
  delivery: Delivery,
  hop: Hop,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const id = delivery.conn!;
  const link = linked(qmtpClientState({ lineEnd: 'lf', replyTimeoutMs: REPLY_TIMEOUT_MS }));
  const session: QmtpSession = { id, hop, link, next: [delivery.id], aboard: [] };
  const known = setDelivery(state, deliveryWith(delivery, { conn: null }));
  return hear(known, session, { kind: 'opened', peer: hop.address }, at, effects);
}

/** Octets, a timer or the end of a connection; null when it is none of these. */
export function qmtpHears(
  state: MtaState,
  conn: ConnId,
  arrival: Arrival<QmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState | null {
  const session = entryOf(state.qmtp, conn);
  return session ? hear(state, session, arrival, at, effects) : null;
}

function hear(
  state: MtaState,
  session: QmtpSession,
  arrival: Arrival<QmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  let next = state;
  let current = session;
  let over = false;
  const after = talk(
    qmtpClient,
    session.link,
    session.id,
    arrival,
    (question): QmtpClientAnswer | null => {
      if (question.kind === 'next') {
        const boarded = board(next, current, at);
        if (boarded === null) return { kind: 'done' };
        next = boarded.state;
        current = boarded.session;
        return boarded.answer;
      }
      [next, current] = hearQuestion(next, current, question, at, effects);
      over ||= question.kind === 'over';
      return null;
    },
    effects,
  );
  const left = { ...current, link: after.link };
  const qmtp = over ? withoutEntry(next.qmtp, session.id) : withEntry(next.qmtp, left);
  return mtaWith(next, { qmtp });
}

interface Boarded {
  readonly state: MtaState;
  readonly session: QmtpSession;
  readonly answer: QmtpClientAnswer;
}

/** The next letter goes: the one the connection was made for, then those that wait for the same destination. */
function board(state: MtaState, session: QmtpSession, at: StepContext): Boarded | null {
  const [first, ...rest] = session.next;
  const own = first === undefined ? undefined : entryOf(state.deliveries, first);
  const destination = own?.destination ?? entryOf(state.deliveries, session.aboard.at(-1) ?? -1)?.destination;
  const delivery =
    own ?? state.deliveries.find((one) => one.startedAt === null && one.destination === destination);
  const entry = delivery ? entryOf(state.queue, delivery.queueId) : undefined;
  if (!delivery || !entry) return null;
  const started = deliveryWith(delivery, {
    startedAt: delivery.startedAt ?? at.now,
    readyAt: at.now,
    handed: true,
    hops: delivery.hops ?? [session.hop],
  });
  const transaction = {
    letter: entry.id,
    reversePath: entry.envelope.reversePath,
    forwardPaths: delivery.recipients,
    content: entry.content,
  };
  return {
    state: setDelivery(state, started),
    session: { ...session, next: rest, aboard: [...session.aboard, delivery.id] },
    answer: { kind: 'transaction', transaction },
  };
}

function hearQuestion(
  state: MtaState,
  session: QmtpSession,
  question: Exclude<QmtpClientQuestion, { kind: 'next' }>,
  at: StepContext,
  effects: ProgramEffect[],
): [MtaState, QmtpSession] {
  if (question.kind === 'outcome') {
    const [first, ...aboard] = session.aboard;
    const delivery = entryOf(state.deliveries, first ?? -1);
    const taken = delivery ? settle(state, session.hop, delivery, question.outcome, at, effects) : state;
    return [taken, { ...session, aboard }];
  }
  // Whoever did not go waits.
  const trouble = lost(session.hop);
  const stranded = [...session.aboard, ...session.next].flatMap((id) => entryOf(state.deliveries, id) ?? []);
  const next = stranded.reduce(
    (all, delivery) => finish(all, deliveryWith(delivery, { trouble, site: true }), at, effects),
    state,
  );
  return [next, { ...session, aboard: [], next: [] }];
}

const lost = (hop: Hop): Trouble =>
  ours('4.4.2', `lost connection with ${serverOf(hop)} while waiting for the reply to a QMTP package`);

/** What the server said of each recipient: K, Z or D (QMTP §5). */
function settle(
  state: MtaState,
  hop: Hop,
  delivery: Delivery,
  outcome: QmtpOutcome,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { queueId } = delivery;
  const via = viaOf(delivery, placeOf(hop));
  const fates = outcome.recipients.map(
    (one): Fate => ({ id: one.recipient, via, trouble: troubleOf(hop, one) }),
  );
  const of = (digit: string): readonly Fate[] =>
    fates.filter(({ trouble }) => trouble.status.startsWith(digit));
  // QMTP carries no requests for reports, so this host's is the last.
  let next = relayed(state, queueId, hop, of('2'), 'relayed', at, effects);
  next = failed(next, queueId, of('5'), at, effects);
  const left = of('4');
  const silent = outcome.recipients.some(({ reply }) => reply === null);
  const done = deliveryWith(delivery, {
    recipients: left.map(({ id }) => id),
    trouble: left[0]?.trouble ?? delivery.trouble,
    relay: placeOf(hop),
    site: silent,
    lucky: !silent,
  });
  return finishRun(finish(next, done, at, effects), queueId, at, effects);
}

function troubleOf(hop: Hop, { reply }: QmtpRecipientOutcome): Trouble {
  if (reply === null) return lost(hop);
  const { code, enhanced, text } = reply;
  const digit = code === 'K' ? '2' : code === 'Z' ? '4' : '5';
  const status = enhanced.startsWith(digit) ? enhanced : `${digit}.0.0`;
  const why = code === 'K' ? text : `host ${serverOf(hop)} said: ${text}`;
  return { status, why, reply: text, remoteMta: hop.name };
}
