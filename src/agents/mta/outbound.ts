/** Handing letters to the next host: look-ups, exchangers in order, one SMTP or LMTP session, and what came of it. */
import type { Octets } from '../../base/octets.ts';
import { questionKey } from '../../dns/names.ts';
import type { Answer } from '../../dns/types.ts';
import type { Arrival } from '../../protocol/machine.ts';
import { smtpClient, smtpClientState } from '../../protocol/smtp/client.ts';
import { replyText } from '../../protocol/smtp/reply-text.ts';
import type {
  Outcome,
  RcptParameters,
  RecipientOutcome,
  SmtpClientAnswer,
  SmtpClientQuestion,
} from '../../protocol/smtp/types.ts';
import { NO_RCPT_PARAMETERS } from '../../protocol/smtp/types.ts';
import type { TlsConfig } from '../../protocol/tls/types.ts';
import { PREFERENCE } from '../../protocol/tls/versions.ts';
import type { ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import { CONNECT_FAILURES } from '../connect-failures.ts';
import { askDns } from '../stub-resolver.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { linked, talk } from '../talk.ts';
import { logLine } from './log-lines.ts';
import { beforeOurselves, nextHops, UNROUTABLE } from './next-hops.ts';
import type { Failure, Via } from './queue.ts';
import { bounce, defer, record, settle } from './queue.ts';
import type { Delivery, Hop, MtaState, QueueEntry } from './types.ts';
import { mtaWith, deliveryWith } from './types.ts';

const CONNECT_TIMEOUT_MS = 30_000;
const REPLY_TIMEOUT_MS = 300_000;

/** Deliveries under way at once; more letters wait a moment. */
export const MAX_DELIVERIES = 100;

const setDelivery = (state: MtaState, delivery: Delivery): MtaState =>
  mtaWith(state, { deliveries: withEntry(state.deliveries, delivery) });

/** Begins to deliver some recipients of a letter, all in the same domain. */
export function startDelivery(
  state: MtaState,
  queueId: QueueId,
  domain: string,
  recipients: readonly string[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const delivery: Delivery = {
    id: state.nextDelivery,
    queueId,
    domain,
    recipients,
    known: {},
    chance: at.chance,
    hops: null,
    hop: 0,
    conn: null,
    link: null,
    handed: false,
    why: '',
    status: '4.4.1',
    relay: 'none',
    needs: [],
  };
  const next = mtaWith(state, { nextDelivery: state.nextDelivery + 1 });
  return lookUp(setDelivery(next, delivery), delivery, at, effects);
}

/** A DNS answer came: the deliveries that asked for it try again. */
export function deliveriesAnswered(
  state: MtaState,
  answer: Answer,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  let next = state;
  const key = questionKey(answer.question);
  for (const delivery of state.deliveries) {
    if (delivery.hops !== null || !delivery.needs.includes(key)) continue;
    const known = { ...delivery.known, [key]: answer };
    next = lookUp(next, deliveryWith(delivery, { known }), at, effects);
  }
  return next;
}

/** Looks up as far as the answers go: asks for more, or connects, or gives the recipients back. */
function lookUp(state: MtaState, delivery: Delivery, at: StepContext, effects: ProgramEffect[]): MtaState {
  const found = nextHops(state, delivery);
  if ('need' in found) {
    const waiting = deliveryWith(delivery, { needs: found.need.map(questionKey) });
    const stub = askDns(state.stub, found.need, effects);
    return mtaWith(state, { deliveries: withEntry(state.deliveries, waiting), stub });
  }
  const { done } = found;
  if (done.kind === 'misconfigured') {
    const why = `configured next hop ${done.host} not found`;
    return finish(state, deliveryWith(delivery, { why, status: '4.3.5' }), at, effects);
  }
  if (done.kind === 'none') return unroutable(state, delivery, done.why, at, effects);
  const { by, port, protocol } = done;
  const exchangers = beforeOurselves(state, done);
  if (exchangers.length === 0) return unroutable(state, delivery, 'loop', at, effects);
  const hops: Hop[] = exchangers.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ name, address, port, protocol })),
  );
  record(effects, { kind: 'routed', queueId: delivery.queueId, domain: delivery.domain, exchangers, by });
  return tryHop(state, deliveryWith(delivery, { hops, hop: 0 }), at, effects);
}

function unroutable(
  state: MtaState,
  delivery: Delivery,
  reason: string,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { domain, queueId, recipients } = delivery;
  const next = mtaWith(state, { deliveries: withoutEntry(state.deliveries, delivery.id) });
  const permanent = UNROUTABLE[reason];
  if (!permanent)
    return finish(
      next,
      deliveryWith(delivery, { why: `${domain}: name look-up failed, try again`, status: '4.4.3' }),
      at,
      effects,
    );
  const failures = recipients.map((address) => ({
    address,
    why: `${domain}: ${permanent.why}`,
    status: permanent.status,
    reply: null,
    remoteMta: null,
    via: { agent: 'smtp' as const, relay: 'none', status: permanent.status },
  }));
  return bounce(next, queueId, failures, at, effects);
}

/** Connects to the next exchanger; without one left, the recipients wait in the queue. */
function tryHop(state: MtaState, delivery: Delivery, at: StepContext, effects: ProgramEffect[]): MtaState {
  const hop = delivery.hops?.[delivery.hop];
  if (!hop || delivery.recipients.length === 0) return finish(state, delivery, at, effects);
  const to = { address: hop.address, port: hop.port };
  effects.push({ kind: 'connect', handle: `d:${delivery.id}`, to, timeoutMs: CONNECT_TIMEOUT_MS });
  return setDelivery(state, deliveryWith(delivery, { conn: null, link: null, handed: false }));
}

function finish(state: MtaState, delivery: Delivery, at: StepContext, effects: ProgramEffect[]): MtaState {
  const next = mtaWith(state, { deliveries: withoutEntry(state.deliveries, delivery.id) });
  const { queueId, recipients, why } = delivery;
  return defer(next, queueId, recipients, why, viaOf(delivery, delivery.status), at, effects);
}

const deliveryOfHandle = (state: MtaState, handle: string): Delivery | undefined =>
  handle.startsWith('d:') ? entryOf(state.deliveries, Number(handle.slice(2))) : undefined;

const deliveryOfConn = (state: MtaState, conn: number): Delivery | undefined =>
  state.deliveries.find((delivery) => delivery.conn === conn);

/** For the log: who had the letter, where it was going, and how it ended. */
const viaOf = (delivery: Delivery, status: string): Via => ({
  agent: delivery.hops?.[0]?.protocol ?? 'smtp',
  relay: delivery.relay,
  status,
});

/** The server as replies are quoted with it: `mx1.example.org[203.0.113.10]`. */
const serverOf = (delivery: Delivery): string => {
  const hop = delivery.hops![delivery.hop]!;
  return `${hop.name}[${hop.address}]`;
};

const placeOf = (delivery: Delivery): string => {
  const hop = delivery.hops![delivery.hop]!;
  return `${hop.name}[${hop.address}]:${hop.port}`;
};

export function deliveryOpened(
  state: MtaState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const delivery = deliveryOfHandle(state, input.handle ?? '');
  const hop = delivery?.hops?.[delivery.hop];
  if (!delivery || !hop) {
    effects.push({ kind: 'close', conn: input.conn });
    return state;
  }
  const client = smtpClientState({
    helo: state.hostname,
    variant: hop.protocol,
    replyTimeoutMs: REPLY_TIMEOUT_MS,
    tls: hop.protocol === 'lmtp' ? 'none' : state.config.clientTls,
    login: relaying(state, delivery) ? state.config.clientLogin : null,
    pipelines: state.config.dialect !== 'sendmail8',
  });
  const opened = deliveryWith(delivery, { conn: input.conn, link: linked(client) });
  return hear(state, opened, { kind: 'opened', peer: hop.address }, at, effects);
}

export function deliveryFailed(
  state: MtaState,
  input: Extract<ProgramInput, { kind: 'failed' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const delivery = deliveryOfHandle(state, input.handle);
  if (!delivery) return state;
  const why = `connect to ${placeOf(delivery)}: ${CONNECT_FAILURES[input.why]}`;
  const status = '4.4.1';
  return tryHop(
    state,
    deliveryWith(delivery, { why, status, relay: 'none', hop: delivery.hop + 1 }),
    at,
    effects,
  );
}

/** Octets, a timer or the end of a connection; null when it is no delivery's. */
export function deliveryHears(
  state: MtaState,
  conn: number,
  arrival: Arrival<SmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState | null {
  const delivery = deliveryOfConn(state, conn);
  return delivery ? hear(state, delivery, arrival, at, effects) : null;
}

function hear(
  state: MtaState,
  delivery: Delivery,
  arrival: Arrival<SmtpClientAnswer>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  let next = state;
  let current = delivery;
  let over: Extract<SmtpClientQuestion, { kind: 'over' }> | null = null;
  const hop = delivery.hops![delivery.hop]!;
  const after = talk(
    smtpClient,
    delivery.link!,
    delivery.conn!,
    arrival,
    (question): SmtpClientAnswer | null => {
      if (question.outcome) [next, current] = takeOutcome(next, current, question.outcome, at, effects);
      if (question.kind === 'over') {
        over = question;
        return null;
      }
      const entry = entryOf(next.queue, current.queueId);
      if (current.handed || !entry || current.recipients.length === 0) return { kind: 'done' };
      current = deliveryWith(current, { handed: true });
      const transaction = {
        letter: entry.id,
        reversePath: entry.envelope.reversePath,
        forwardPaths: current.recipients,
        parameters: entry.parameters,
        recipientParameters: current.recipients.map((address) => dsnOf(entry, address)),
        content: entry.content as Octets,
      };
      return { kind: 'transaction', transaction };
    },
    effects,
    { config: tlsConfigFor(state, hop), at },
  );
  current = deliveryWith(current, { link: after.link });
  if (over !== null) return sessionOver(next, current, over, at, effects);
  return setDelivery(next, current);
}

const dsnOf = (entry: QueueEntry, address: string): RcptParameters =>
  entry.recipients.find((recipient) => recipient.address === address)?.dsn ?? NO_RCPT_PARAMETERS;

/** Whether a delivery goes to the configured relay host, where this host may have a login. */
const relaying = ({ config }: MtaState, { domain }: Delivery): boolean =>
  config.relayHost !== '' && !Object.hasOwn(config.transports, domain);

/** RFC 7435: what cannot be verified is still better than nothing, and the log says which it was. */
const tlsConfigFor = ({ config }: MtaState, { name }: Hop): TlsConfig => ({
  side: 'client',
  serverName: name,
  expectedName: name,
  trust: config.trust,
  verify: 'opportunistic',
  versions: PREFERENCE,
});

/** What the server said of each recipient. 2xx and 5xx are final; the others are left in the delivery. */
function takeOutcome(
  state: MtaState,
  delivery: Delivery,
  outcome: Outcome,
  at: StepContext,
  effects: ProgramEffect[],
): [MtaState, Delivery] {
  const { queueId } = delivery;
  const hop = delivery.hops![delivery.hop]!;
  const byClass = (test: (code: number) => boolean): readonly RecipientOutcome[] =>
    outcome.recipients.filter(({ reply }) => reply !== null && test(reply.code));
  const taken = byClass((code) => code < 300);
  const refused = byClass((code) => code >= 500);
  let next = state;
  if (taken.length > 0) {
    const recipients = taken.map(({ recipient }) => recipient);
    const reply = replyText(taken[0]!.reply!);
    const status = taken[0]!.reply!.enhanced || '2.0.0';
    record(effects, { kind: 'relayed', queueId, recipients, to: hop.name, address: hop.address, reply });
    const via = { ...viaOf(delivery, status), relay: placeOf(delivery) };
    logLine(next, effects, { kind: 'sent', queueId, addresses: recipients, reply, via }, at);
    next = settle(next, queueId, recipients, at, effects);
  }
  if (refused.length > 0) {
    next = bounce(next, queueId, failuresOf(delivery, refused), at, effects);
  }
  const left = outcome.recipients.filter(
    ({ reply }) => reply === null || (reply.code >= 300 && reply.code < 500),
  );
  const said = left[0] ? because(delivery, left[0]) : null;
  // The final dot went out and no reply came: the letter may have arrived (RFC 1047). Another exchanger would make
  // a second copy certain now; a later try may make one all the same, and that window is the protocol's own.
  const doubtful = left.some(({ reply, stage }) => reply === null && stage === 'content');
  const recipients = left.map(({ recipient }) => recipient);
  const hops = doubtful ? delivery.hops!.slice(0, delivery.hop + 1) : delivery.hops;
  return [next, deliveryWith(delivery, { ...said, recipients, hops })];
}

/** What the DSN says of recipients whom the server refused for good. */
function failuresOf(delivery: Delivery, refused: readonly RecipientOutcome[]): readonly Failure[] {
  const { name } = delivery.hops![delivery.hop]!;
  return refused.map((outcome) => ({
    address: outcome.recipient,
    why: because(delivery, outcome).why,
    status: outcome.reply!.enhanced || '5.0.0',
    reply: replyText(outcome.reply!),
    remoteMta: name,
    via: { ...viaOf(delivery, ''), relay: placeOf(delivery) },
  }));
}

const STAGE_NAMES: Readonly<Record<RecipientOutcome['stage'], string>> = {
  connect: 'initial connection',
  helo: 'HELO command',
  tls: 'STARTTLS command',
  auth: 'AUTH command',
  mail: 'MAIL FROM command',
  rcpt: 'RCPT TO command',
  data: 'DATA command',
  content: 'end of DATA command',
};

/** Why a recipient waits, for the queue, the log and the DSN. */
function because(
  delivery: Delivery,
  { reply, stage }: Omit<RecipientOutcome, 'recipient'>,
): Pick<Delivery, 'why' | 'status' | 'relay'> {
  const server = serverOf(delivery);
  const relay = placeOf(delivery);
  if (reply === null) {
    const why = `lost connection with ${server} while waiting for the reply to ${STAGE_NAMES[stage]}`;
    return { why, status: '4.4.2', relay };
  }
  const why = `host ${server} said: ${replyText(reply)} (in reply to ${STAGE_NAMES[stage]})`;
  return { why, status: reply.enhanced || '4.0.0', relay };
}

/** The session ended: whoever is left tries the next exchanger, or waits. */
function sessionOver(
  state: MtaState,
  delivery: Delivery,
  over: Extract<SmtpClientQuestion, { kind: 'over' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const closed = deliveryWith(delivery, { conn: null, link: null });
  if (over.outcome !== null || over.stage === 'done') {
    return tryHop(state, deliveryWith(closed, { hop: delivery.hop + 1 }), at, effects);
  }
  const { stage, reply } = over;
  const outcomes = delivery.recipients.map((recipient) => ({ recipient, stage, reply }));
  // RFC 5321 §4.2.1: 5yz is final. Only in the greeting it speaks for this one host (RFC 7504), so another is tried.
  if (stage === 'helo' && reply !== null && reply.code >= 500) {
    const refused = bounce(state, delivery.queueId, failuresOf(delivery, outcomes), at, effects);
    return mtaWith(refused, { deliveries: withoutEntry(refused.deliveries, delivery.id) });
  }
  const said = because(delivery, { reply, stage });
  return tryHop(state, deliveryWith(closed, { ...said, hop: delivery.hop + 1 }), at, effects);
}
