/**
 * MTA, the mail transfer agent (RFC 5598 §4.3): receives by SMTP, keeps letters in a queue that survives crashes,
 * routes by MX, relays, hands local letters to the MDA, and answers for every recipient it accepted.
 */
import type { Answer } from '../../dns/types.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { DeliverAnswer } from '../mda/types.ts';
import type { LogStyle, Occasion } from '../smtp-log.ts';
import { logSession, sessionOpened } from '../smtp-log.ts';
import type { Heard } from '../smtp-service.ts';
import { serviceAnswered, serviceHears, serviceOpened, serviceState } from '../smtp-service.ts';
import { askDns, dnsTimer, hearDns, hearDnsConnection, stubState } from '../stub-resolver.ts';
import { entryOf } from '../entries.ts';
import { enqueueReceived, refusesHops } from './accept.ts';
import { activate, activateAll, flushDomain } from './activate.ts';
import { queueEntryWith, recipientWith } from './entry.ts';
import { keptHears } from './kept.ts';
import { deliveredLocally } from './local.ts';
import { deliveriesAnswered, deliveryFailed, deliveryOpened, startWaiting } from './outbound.ts';
import { queueListing } from './queue-listing.ts';
import { replaceRecipient } from './queue.ts';
import { expanded, finishRun } from './runs.ts';
import { qmtpHears, qmtpOpened } from './qmtp-session.ts';
import { deliveryHears, sessionHears } from './session.ts';
import type {
  FlushRequest,
  MtaConfig,
  MtaState,
  QueueAnswer,
  QueueRequest,
  SubmitAnswer,
  SubmitRequest,
} from './types.ts';
import { mtaWith } from './types.ts';
import { arrivalOf } from '../talk.ts';

const STUB_PORT = 1053;

function init(config: unknown, host: HostSpec): MtaState {
  const own = config as MtaConfig;
  return {
    config: own,
    hostname: host.name,
    nextNumber: 1,
    nextDelivery: 1,
    startedAt: 0,
    service: serviceState(own, host),
    logs: [],
    stub: stubState(own.resolver, STUB_PORT),
    queue: [],
    deliveries: [],
    qmtp: [],
    destinations: [],
    kept: [],
    surges: [],
  };
}

/** The queue is on disk; sessions, look-ups and deliveries under way are not. */
function survive(state: MtaState, config: unknown, host: HostSpec): MtaState {
  const queue = state.queue.map((entry) =>
    queueEntryWith(entry, {
      recipients: entry.recipients.map((recipient) =>
        recipient.state === 'active' ? recipientWith(recipient, { state: 'waiting' }) : recipient,
      ),
    }),
  );
  return { ...init(config, host), nextNumber: state.nextNumber, queue };
}

function step(
  state: MtaState,
  input: ProgramInput,
  at: StepContext,
): readonly [MtaState, readonly ProgramEffect[]] {
  const effects: ProgramEffect[] = [];
  const next = hear(state, input, at, effects);
  return [startWaiting(next, at, effects), effects];
}

function hear(state: MtaState, input: ProgramInput, at: StepContext, effects: ProgramEffect[]): MtaState {
  const dns = hearDnsConnection(state.stub, input, effects);
  if (dns) return answered(mtaWith(state, { stub: dns[0] }), dns[1], at, effects);
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'tcp', port: state.config.port });
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      return activateAll(mtaWith(state, { startedAt: at.now }), at, effects);
    case 'opened':
      return opened(state, input, at, effects);
    case 'failed':
      return deliveryFailed(state, input, at, effects);
    case 'octets':
    case 'closed':
    case 'conn-timer':
      return connection(state, input.conn, arrivalOf(input), at, effects);
    case 'timer':
      return timer(state, input.name, at, effects);
    case 'datagram': {
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered(mtaWith(state, { stub }), answer, at, effects);
    }
    case 'message':
      return message(state, input.from, input.message, at, effects);
    case 'input':
      return flushAll(state, at, effects);
  }
}

function opened(
  state: MtaState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { address } = input.peer;
  if (input.handle !== null) {
    const delivery = deliveryOpened(state, input, at, effects);
    const hop = delivery?.hops?.[delivery.hop];
    if (delivery && hop?.protocol === 'qmtp') return qmtpOpened(state, delivery, hop, at, effects);
    return delivery ? sessionHears(state, delivery, { kind: 'opened', peer: address }, at, effects) : state;
  }
  const client = { address, name: state.config.clientNames[address] ?? 'unknown' };
  const logged = sessionOpened(state, styleOf(state), input.conn, client, at, effects);
  const next = mtaWith(state, { logs: logged.logs, nextNumber: logged.nextNumber });
  const from = effects.length;
  const heard = serviceOpened(next.service, input, at, effects);
  const after = noted(next, input.conn, 'opened', next.service, heard, from, at, effects);
  return received(after, heard, at, effects);
}

type Arrival = Parameters<typeof serviceHears>[2] &
  Parameters<typeof deliveryHears>[2] &
  Parameters<typeof qmtpHears>[2];

function connection(
  state: MtaState,
  conn: number,
  arrival: Arrival,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const outward =
    deliveryHears(state, conn, arrival, at, effects) ??
    keptHears(state, conn, arrival, effects) ??
    qmtpHears(state, conn, arrival, at, effects);
  return outward ?? clientHears(state, conn, arrival, at, effects);
}

function clientHears(
  state: MtaState,
  conn: number,
  arrival: Parameters<typeof serviceHears>[2],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const from = effects.length;
  const heard = serviceHears(state.service, conn, arrival, at, effects);
  const occasion = arrival.kind === 'secured' ? 'octets' : arrival.kind;
  const after = noted(state, conn, occasion, state.service, heard, from, at, effects);
  return received(after, heard, at, effects);
}

const styleOf = ({ config, hostname }: MtaState): LogStyle => ({
  dialect: config.dialect,
  hostname,
  daemon: 'postfix/smtpd',
  lane: 0,
});

/** The mail log hears of a session what its client heard. */
function noted(
  state: MtaState,
  conn: number,
  occasion: Occasion,
  before: MtaState['service'],
  heard: Heard,
  from: number,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { service } = heard;
  const logged = logSession(state, styleOf(state), conn, occasion, before, service, from, at, effects);
  return mtaWith(state, { service, logs: logged.logs, nextNumber: logged.nextNumber });
}

function timer(state: MtaState, name: string, at: StepContext, effects: ProgramEffect[]): MtaState {
  if (name.startsWith('retry:')) return activate(state, name.slice('retry:'.length), at, effects);
  if (name.startsWith('dns:')) {
    const [stub, answer] = dnsTimer(state.stub, name, effects);
    return answered(mtaWith(state, { stub }), answer, at, effects);
  }
  return state;
}

function answered(
  state: MtaState,
  answer: Answer | null,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (!answer) return state;
  let next = deliveriesAnswered(state, answer, at, effects);
  const from = effects.length;
  const before = next.service;
  const heard = serviceAnswered(before, answer, at, effects);
  for (const { id } of next.logs) next = noted(next, id, 'answer', before, heard, from, at, effects);
  return received(next, heard, at, effects);
}

const completes = ({ config }: MtaState): boolean => !['postfix3', 'qmail'].includes(config.dialect);

const TOO_MANY_HOPS = { kind: 'answer', answer: { kind: 'refuse', why: 'too-many-hops', text: '' } } as const;

/** What the receiving side was left with: look-ups to make, letters to keep. The 250 leaves with the letter kept. */
function received(state: MtaState, heard: Heard, at: StepContext, effects: ProgramEffect[]): MtaState {
  let next = state.service === heard.service ? state : mtaWith(state, { service: heard.service });
  if (heard.questions.length > 0) next = mtaWith(next, { stub: askDns(next.stub, heard.questions, effects) });
  for (const domain of heard.turned) next = flushDomain(next, domain, at, effects);
  for (const { conn, received: letter, client } of heard.letters) {
    const named = entryOf(next.logs, conn)?.letter ?? null;
    if (refusesHops(next, letter, named, at, effects)) {
      next = clientHears(next, conn, TOO_MANY_HOPS, at, effects);
      continue;
    }
    const [kept, queueId] = enqueueReceived(next, letter, client, completes(next), named, at, effects);
    const answer = { kind: 'answer', answer: { kind: 'queued', queueId } } as const;
    next = activate(clientHears(kept, conn, answer, at, effects), queueId, at, effects);
  }
  return next;
}

/** `postqueue -f`: every letter that waits is tried now, and nobody is held to be dead. */
const flushAll = (state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState =>
  activateAll(mtaWith(state, { destinations: [] }), at, effects);

function tellQueue(state: MtaState, from: string, at: StepContext, effects: ProgramEffect[]): MtaState {
  const answer: QueueAnswer = { kind: 'mailq', text: queueListing(state, at) };
  effects.push({ kind: 'tell', program: from.slice(from.indexOf('/') + 1), message: answer });
  return state;
}

function message(
  state: MtaState,
  from: string,
  content: unknown,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (from.endsWith('/mda')) return mdaAnswered(state, content as DeliverAnswer, at, effects);
  const request = content as SubmitRequest | FlushRequest | QueueRequest;
  if (request.kind === 'flush') return flushDomain(state, request.domain, at, effects);
  if (request.kind === 'flush-all') return flushAll(state, at, effects);
  if (request.kind === 'mailq') return tellQueue(state, from, at, effects);
  const { received: letter, client, token, named } = request;
  const answerWith = (answer: SubmitAnswer): void => {
    effects.push({ kind: 'tell', program: from.slice(from.indexOf('/') + 1), message: answer });
  };
  if (refusesHops(state, letter, named ?? null, at, effects)) {
    answerWith({ kind: 'refused', token, why: 'too-many-hops' });
    return state;
  }
  const [next, queueId] = enqueueReceived(state, letter, client, true, named ?? null, at, effects);
  answerWith({ kind: 'queued', token, queueId });
  return activate(next, queueId, at, effects);
}

function mdaAnswered(
  state: MtaState,
  answer: DeliverAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { queueId, id, result, targets } = answer;
  if (result !== 'aliased')
    return finishRun(deliveredLocally(state, answer, at, effects), queueId, at, effects);
  const next = replaceRecipient(expanded(state, queueId, id), queueId, id, targets);
  return finishRun(activate(next, queueId, at, effects), queueId, at, effects);
}

export const mta: Program<MtaState> = { init, step, survive };
