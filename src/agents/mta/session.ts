/** One delivery's SMTP or LMTP session: what the client is given to say, and what came of it. */
import type { Octets } from '../../base/octets.ts';
import { decodeUtf8, isAscii } from '../../base/octets.ts';
import { toSevenBits } from '../../mail/seven-bits.ts';
import type { Arrival, Machine } from '../../protocol/machine.ts';
import type { SmtpClientState } from '../../protocol/smtp/client.ts';
import { smtpClient } from '../../protocol/smtp/client.ts';
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type {
  Outcome,
  RcptParameters,
  RecipientOutcome,
  SmtpClientAnswer,
  SmtpClientQuestion,
  Transaction,
} from '../../protocol/smtp/types.ts';
import { NO_RCPT_PARAMETERS } from '../../protocol/smtp/types.ts';
import { isTaken } from '../../protocol/smtp/verdicts.ts';
import type { TlsFacts } from '../../protocol/tls/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import { entryOf } from '../entries.ts';
import { tlsWords } from '../smtp-log-postfix.ts';
import { talk } from '../talk.ts';
import { tlsConfigFor } from './client-side.ts';
import type { QueueEntry, Trouble } from './entry.ts';
import { isPostfix, keepOpen, mayKeep, probed, unlessConfused } from './kept.ts';
import { logLine } from './log-lines.ts';
import { agentOf, deliveryOfConn, setDelivery, skipHop, tryHop, viaOf } from './outbound.ts';
import type { Fate } from './runs.ts';
import { failed, relayed } from './runs.ts';
import type { Delivery, Hop, MtaState } from './types.ts';
import { deliveryWith } from './types.ts';
import type { Silence, Wording } from './wording.ts';
import { blamesHost, placeOf } from './wording.ts';
import { wordsOf } from './words.ts';

/** Octets, a timer or the end of a connection; null when it is no delivery's. */
export function deliveryHears(
  state: MtaState,
  conn: number,
  arrival: Arrival<SmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState | null {
  const delivery = deliveryOfConn(state, conn);
  return delivery ? sessionHears(state, delivery, arrival, at, effects) : null;
}

export function sessionHears(
  state: MtaState,
  delivery: Delivery,
  arrival: Arrival<SmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  let next = state;
  let current = delivery;
  let over: Extract<SmtpClientQuestion, { kind: 'over' }> | null = null;
  let stays = false;
  const hop = delivery.session.probed ?? delivery.hops![delivery.hop]!;
  let session = delivery.link!.driven.state;
  const silence = (): Silence => silenceOf(delivery.link!.driven.state, arrival.kind);
  // The session as it is when it asks: what the server offers decides what it is given.
  const watched: Machine<SmtpClientState, SmtpClientQuestion, SmtpClientAnswer> = {
    framing: smtpClient.framing,
    step: (before, input) => {
      const step = smtpClient.step(before, input);
      session = step[0];
      return step;
    },
  };
  const after = talk(
    watched,
    delivery.link!,
    delivery.conn!,
    arrival,
    (question): SmtpClientAnswer | null => {
      if (question.outcome) {
        [next, current] = takeOutcome(next, current, question.outcome, silence(), at, effects);
        current = unlessConfused(current, question.outcome);
      }
      if (question.kind === 'over') {
        over = question;
        return null;
      }
      if (current.session.probed !== null) current = probed(current);
      const entry = entryOf(next.queue, current.queueId);
      if (current.handed || !entry || current.recipients.length === 0) {
        const last = parting(state, current, session, at);
        stays = last === null;
        return last;
      }
      current = deliveryWith(current, { handed: true, readyAt: current.readyAt ?? at.now });
      const trouble = unfit(wordsOf(state.config.dialect), session, entry, hop);
      if (trouble === null)
        return { kind: 'transaction', transaction: transactionFor(session, current, entry) };
      [next, current] = refuseAll(next, current, hop, trouble, at, effects);
      return { kind: 'done' };
    },
    effects,
    { config: tlsConfigFor(state, hop), at },
  );
  if (after.secured) logSecured(next, hop, current, after.secured, at, effects);
  current = deliveryWith(current, { link: after.link });
  if (over !== null) return sessionOver(next, current, over, silence(), at, effects);
  if (!stays) return setDelivery(next, current);
  [next, current] = keepOpen(next, current, hop, effects);
  return skipHop(next, current, at, effects);
}

/** What is said when nothing is left to send. null: nothing, and the connection stays. */
function parting(
  state: MtaState,
  delivery: Delivery,
  session: SmtpClientState,
  at: StepContext,
): SmtpClientAnswer | null {
  // Postfix leaves no transaction half done, whether it goes or stays.
  if (session.unclean && isPostfix(state)) return { kind: 'reset' };
  return mayKeep(delivery, at.now) ? null : { kind: 'done' };
}

function silenceOf({ phase, awaited }: SmtpClientState, kind: string): Silence {
  if (phase === 'handshake') return 'handshake';
  if (kind === 'timeout') return 'timeout';
  return awaited[0] === 'quit' ? 'not-offered' : 'lost';
}

function logSecured(
  state: MtaState,
  hop: Hop,
  delivery: Delivery,
  { version, cipher, bits, verification }: TlsFacts,
  at: StepContext,
  effects: ProgramEffect[],
): void {
  const trust = verification?.code === 0 ? 'Trusted' : 'Untrusted';
  const words = `${trust} TLS connection established to ${placeOf(hop)}: ${tlsWords(version, cipher, bits)}`;
  logLine(state, effects, { kind: 'secured', agent: agentOf(delivery), words }, at);
}

/** What the letter needs and the server does not offer; null: it may go. */
function unfit(words: Wording, session: SmtpClientState, entry: QueueEntry, hop: Hop): Trouble | null {
  const { reversePath } = entry.envelope;
  const needsUtf8 =
    entry.parameters.utf8 && ![reversePath, ...entry.recipients.map(({ address }) => address)].every(isAscii);
  if (needsUtf8 && !session.offered.includes('SMTPUTF8')) return words.needsUtf8(hop);
  const size = session.offers.find((offer) => offer.startsWith('SIZE '));
  const limit = size !== undefined && /^SIZE \d+$/.test(size) ? Number(size.slice(5)) : 0;
  return limit > 0 && entry.content.length > limit ? words.tooBig(hop, entry.content.length, limit) : null;
}

function transactionFor(session: SmtpClientState, delivery: Delivery, entry: QueueEntry): Transaction {
  return {
    letter: entry.id,
    reversePath: pathText(entry.envelope.reversePath),
    forwardPaths: delivery.recipients.map(pathText),
    parameters: entry.parameters,
    recipientParameters: delivery.recipients.map((address) => dsnOf(entry, address)),
    // RFC 6152 §3: what is not offered is not sent; a letter without MIME cannot be helped.
    content: session.offered.includes('8BITMIME') ? entry.content : toSevenBits(entry.content as Octets),
  };
}

/** Paths are octets here, as they came; the client takes text. */
const pathText = (path: string): string => (isAscii(path) ? path : decodeUtf8(path as Octets));

const dsnOf = (entry: QueueEntry, address: string): RcptParameters =>
  entry.recipients.find((recipient) => recipient.address === address)?.dsn ?? NO_RCPT_PARAMETERS;

function refuseAll(
  state: MtaState,
  delivery: Delivery,
  hop: Hop,
  trouble: Trouble,
  at: StepContext,
  effects: ProgramEffect[],
): [MtaState, Delivery] {
  const via = viaOf(delivery, placeOf(hop));
  const fates = delivery.recipients.map((id) => ({ id, trouble, via }));
  const next = failed(state, delivery.queueId, fates, at, effects);
  return [next, deliveryWith(delivery, { recipients: [], lucky: true })];
}

/** What the server said of each recipient. 2xx and 5xx are final; the others are left in the delivery. */
function takeOutcome(
  state: MtaState,
  delivery: Delivery,
  outcome: Outcome,
  silence: Silence,
  at: StepContext,
  effects: ProgramEffect[],
): [MtaState, Delivery] {
  const { queueId } = delivery;
  const hop = delivery.hops![delivery.hop]!;
  const via = viaOf(delivery, placeOf(hop));
  const words = wordsOf(state.config.dialect);
  // The outcomes are in the order in which the recipients were handed over.
  const fateOf = (one: RecipientOutcome, index: number): Fate => ({
    id: delivery.recipients[index]!,
    via,
    trouble: isTaken(one) ? acceptance(hop, one) : words.at(hop, one, silence),
  });
  const fates = outcome.recipients.map(fateOf);
  const taken = fates.filter(({ trouble }) => trouble.status.startsWith('2'));
  const refused = fates.filter(({ trouble }) => trouble.status.startsWith('5'));
  const left = fates.filter(({ trouble }) => trouble.status.startsWith('4'));
  // RFC 3461 §5.2.2: a server that does not know DSN will not report, so this host does. LMTP is the end of the way.
  const action = hop.protocol === 'lmtp' ? 'delivered' : outcome.offered.includes('DSN') ? null : 'relayed';
  let next = relayed(state, queueId, hop, taken, action, at, effects);
  next = failed(next, queueId, refused, at, effects);
  const said = left.at(-1);
  // The final dot went out and no reply came: the letter may have arrived (RFC 1047). Another exchanger would make
  // a second copy certain now; a later try may make one all the same, and that window is the protocol's own.
  const doubtful = outcome.recipients.some(({ reply, stage }) => reply === null && stage === 'content');
  return [
    next,
    deliveryWith(delivery, {
      ...(said ? { trouble: said.trouble, relay: said.via.relay } : {}),
      recipients: left.map(({ id }) => id),
      lucky: delivery.lucky || taken.length + refused.length > 0,
      hops: doubtful ? delivery.hops!.slice(0, delivery.hop + 1) : delivery.hops,
    }),
  ];
}

/** Not a trouble at all, but told in the same way. */
function acceptance({ name }: Hop, { reply }: RecipientOutcome): Trouble {
  const said = replyText(reply!);
  const status = reply!.enhanced.startsWith('2') ? reply!.enhanced : '2.0.0';
  return { why: said, status, reply: said, remoteMta: name };
}

/** The session ended: whoever is left tries the next exchanger, or waits. */
function sessionOver(
  state: MtaState,
  delivery: Delivery,
  { outcome, stage, reply }: Extract<SmtpClientQuestion, { kind: 'over' }>,
  silence: Silence,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const closed = deliveryWith(delivery, { conn: null, link: null });
  // What was kept for it is not there any more; that is nobody's fault.
  if (delivery.session.probed !== null) return tryHop(state, closed, at, effects);
  // The letter was dealt with before: only a last RSET or QUIT went wrong.
  if (stage === 'done' || (delivery.handed && outcome === null))
    return skipHop(state, deliveryWith(closed, { visited: true }), at, effects);
  const hop = delivery.hops![delivery.hop]!;
  if (outcome !== null) {
    const site = delivery.recipients.length > 0 && blamesHost(stage, reply);
    return skipHop(state, deliveryWith(closed, { site }), at, effects);
  }
  const trouble = wordsOf(state.config.dialect).at(hop, { recipient: '', stage, reply }, silence);
  // RFC 7435 §4: where TLS is a matter of luck, a handshake that fails is no reason to keep the letter.
  if (stage === 'tls' && silence === 'handshake' && state.config.clientTls === 'may' && !delivery.plain) {
    const { queueId } = delivery;
    const agent = agentOf(delivery);
    const text = `SSL_connect error to ${placeOf(hop)}: lost connection`;
    logLine(state, effects, { kind: 'not-connected', queueId, agent, hop, why: text }, at);
    const why = `${queueId}: ${trouble.why}`;
    logLine(state, effects, { kind: 'not-connected', queueId, agent, hop, why }, at);
    return tryHop(state, deliveryWith(closed, { plain: true }), at, effects);
  }
  const blamed = { trouble, relay: placeOf(hop), site: true };
  // RFC 5321 §4.2.1: 5yz is final. Only in the greeting it speaks for this one host (RFC 7504), so another is tried.
  if (trouble.status.startsWith('5'))
    return tryHop(state, deliveryWith(closed, { ...blamed, hop: delivery.hops!.length }), at, effects);
  return skipHop(state, deliveryWith(closed, blamed), at, effects);
}
