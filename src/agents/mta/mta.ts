/**
 * MTA, the mail transfer agent (RFC 5598 §4.3): receives by SMTP, keeps letters in a queue that survives crashes,
 * routes by MX, relays, hands local letters to the MDA, and answers for every recipient it accepted.
 */
import type { Answer } from '../../dns/types.ts';
import { splitAddress } from '../../mail/address.ts';
import type { HostSpec, Program, ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { DeliverAnswer, DeliverRequest } from '../mda.ts';
import type { Heard } from '../smtp-service.ts';
import { serviceAnswered, serviceHears, serviceOpened, serviceState } from '../smtp-service.ts';
import { askDns, dnsTimer, hearDns, hearDnsConnection, stubState } from '../stub-resolver.ts';
import { entryOf } from '../entries.ts';
import { isOwnLiteral } from '../networks.ts';
import { logLine } from './log-lines.ts';
import {
  deliveriesAnswered,
  deliveryFailed,
  deliveryHears,
  deliveryOpened,
  MAX_DELIVERIES,
  startDelivery,
} from './outbound.ts';
import { bounce, defer, enqueueReceived, replaceRecipient, setEntry, settle } from './queue.ts';
import type { MtaConfig, MtaState, SubmitAnswer, SubmitRequest } from './types.ts';
import { mtaWith, queueEntryWith, recipientWith } from './types.ts';

const STUB_PORT = 1053;
/** Trace fields after which a letter counts as going in circles (RFC 5321 §6.3 asks for at least 100). */
const MAX_HOPS = 100;

function init(config: unknown, host: HostSpec): MtaState {
  const own = config as MtaConfig;
  return {
    config: own,
    hostname: host.name,
    nextNumber: 1,
    nextDelivery: 1,
    service: serviceState(own, host),
    stub: stubState(own.resolver, STUB_PORT),
    queue: [],
    deliveries: [],
  };
}

/** The queue is on disk; sessions, look-ups and deliveries under way are not. */
function survive(state: MtaState, config: unknown, host: HostSpec): MtaState {
  const queue = state.queue.map((entry) =>
    queueEntryWith(entry, {
      recipients: entry.recipients.map((recipient) => recipientWith(recipient, { active: false })),
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
  return [hear(state, input, at, effects), effects];
}

function hear(state: MtaState, input: ProgramInput, at: StepContext, effects: ProgramEffect[]): MtaState {
  const dns = hearDnsConnection(state.stub, input, effects);
  if (dns) return answered(mtaWith(state, { stub: dns[0] }), dns[1], at, effects);
  switch (input.kind) {
    case 'start':
      effects.push({ kind: 'listen', protocol: 'tcp', port: state.config.port });
      effects.push({ kind: 'listen', protocol: 'udp', port: STUB_PORT });
      return activateAll(state, at, effects);
    case 'opened':
      if (input.handle !== null) return deliveryOpened(state, input, at, effects);
      logLine(state, effects, { kind: 'connected', client: clientOf(state, input.peer.address) }, at);
      return received(state, serviceOpened(state.service, input, at, effects), at, effects);
    case 'failed':
      return deliveryFailed(state, input, at, effects);
    case 'octets': {
      const arrival = { kind: 'octets', octets: input.octets } as const;
      const delivered = deliveryHears(state, input.conn, arrival, at, effects);
      if (delivered) return delivered;
      return received(state, serviceHears(state.service, input.conn, arrival, at, effects), at, effects);
    }
    case 'closed': {
      const delivered = deliveryHears(state, input.conn, { kind: 'closed' }, at, effects);
      if (delivered) return delivered;
      const session = entryOf(state.service.sessions, input.conn);
      if (session) logLine(state, effects, { kind: 'disconnected', client: session }, at);
      return received(
        state,
        serviceHears(state.service, input.conn, { kind: 'closed' }, at, effects),
        at,
        effects,
      );
    }
    case 'timer':
      return timer(state, input.name, at, effects);
    case 'conn-timer': {
      const arrival = { kind: 'timeout', name: input.name } as const;
      return (
        deliveryHears(state, input.conn, arrival, at, effects) ??
        received(state, serviceHears(state.service, input.conn, arrival, at, effects), at, effects)
      );
    }
    case 'datagram': {
      const [stub, answer] = hearDns(state.stub, input.octets, effects);
      return answered(mtaWith(state, { stub }), answer, at, effects);
    }
    case 'message':
      return message(state, input.from, input.message, at, effects);
    case 'input':
      return flush(state, at, effects);
  }
}

const clientOf = (state: MtaState, address: string) => ({
  address,
  name: state.config.clientNames[address] ?? 'unknown',
});

function timer(state: MtaState, name: string, at: StepContext, effects: ProgramEffect[]): MtaState {
  if (name.startsWith('more:')) return activate(state, name.slice('more:'.length), at, effects);
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
  const next = deliveriesAnswered(state, answer, at, effects);
  return received(next, serviceAnswered(next.service, answer, at, effects), at, effects);
}

const completes = ({ config }: MtaState): boolean => config.dialect !== 'postfix3';

/** What the receiving side was left with: look-ups to make, letters to keep. The 250 leaves with the letter kept. */
function received(state: MtaState, heard: Heard, at: StepContext, effects: ProgramEffect[]): MtaState {
  let next: MtaState = mtaWith(state, { service: heard.service });
  if (heard.questions.length > 0) next = mtaWith(next, { stub: askDns(next.stub, heard.questions, effects) });
  for (const { conn, received: letter, client } of heard.letters) {
    const [kept, queueId] = enqueueReceived(next, letter, client, completes(next), at, effects);
    const answer = { kind: 'answer', answer: { kind: 'queued', queueId } } as const;
    next = received(kept, serviceHears(kept.service, conn, answer, at, effects), at, effects);
    next = activate(next, queueId, at, effects);
  }
  return next;
}

function message(
  state: MtaState,
  from: string,
  content: unknown,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (from.endsWith('/mda')) return deliveredLocally(state, content as DeliverAnswer, at, effects);
  const request = content as SubmitRequest;
  const [next, queueId] = enqueueReceived(state, request.received, request.client, true, at, effects);
  const answer: SubmitAnswer = { kind: 'queued', token: request.token, queueId };
  effects.push({ kind: 'tell', program: from.slice(from.indexOf('/') + 1), message: answer });
  return activate(next, queueId, at, effects);
}

/** Takes up every recipient of a letter that waits: local ones go to the MDA, the others by domain to the next host. */
function activate(state: MtaState, queueId: string, at: StepContext, effects: ProgramEffect[]): MtaState {
  const entry = entryOf(state.queue, queueId);
  const waiting = entry?.recipients.filter(({ active }) => !active) ?? [];
  if (!entry || waiting.length === 0) return state;
  if (state.deliveries.length >= MAX_DELIVERIES) {
    effects.push({ kind: 'timer', name: `retry:${queueId}`, after: 1000 });
    return state;
  }
  if (entry.hops > MAX_HOPS) {
    const failures = waiting.map(({ address }) => ({
      address,
      why: 'too many hops',
      status: '5.4.6',
      reply: null,
      remoteMta: null,
      via: { agent: 'smtp' as const, relay: 'none', status: '5.4.6' },
    }));
    return bounce(state, queueId, failures, at, effects);
  }
  const recipients = entry.recipients.map((recipient) => recipientWith(recipient, { active: true }));
  let next = setEntry(state, queueEntryWith(entry, { recipients, nextTryAt: null }));
  const remote = new Map<string, string[]>();
  for (const recipient of waiting) {
    const { domain } = splitAddress(recipient.address);
    if (isLocal(state, domain)) {
      const request: DeliverRequest = {
        kind: 'deliver',
        queueId,
        envelope: entry.envelope,
        content: entry.content,
        recipient: recipient.address,
        original: recipient.original,
        expanded: recipient.expanded,
        blankLine: entry.blankLine,
      };
      effects.push({ kind: 'tell', program: 'mda', message: request });
    } else {
      const addresses = remote.get(domain);
      if (addresses) addresses.push(recipient.address);
      else remote.set(domain, [recipient.address]);
    }
  }
  const later: string[] = [];
  for (const [domain, addresses] of remote)
    if (next.deliveries.length >= MAX_DELIVERIES) later.push(...addresses);
    else next = startDelivery(next, queueId, domain, addresses, at, effects);
  return later.length === 0 ? next : postpone(next, queueId, new Set(later), effects);
}

/** More domains than deliveries at once: these recipients are taken up in a moment. */
function postpone(
  state: MtaState,
  queueId: string,
  addresses: ReadonlySet<string>,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  effects.push({ kind: 'timer', name: `more:${queueId}`, after: 1000 });
  const recipients = entry.recipients.map((recipient) =>
    addresses.has(recipient.address) ? recipientWith(recipient, { active: false }) : recipient,
  );
  return setEntry(state, queueEntryWith(entry, { recipients }));
}

const isLocal = (state: MtaState, domain: string): boolean =>
  domain === '' || state.config.domains.includes(domain) || isOwnLiteral(domain, state.service.addresses);

function deliveredLocally(
  state: MtaState,
  answer: DeliverAnswer,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { queueId, recipient, result } = answer;
  switch (result) {
    case 'delivered': {
      const reply = 'delivered to mailbox';
      const sent = {
        kind: 'sent',
        queueId,
        addresses: [recipient],
        reply,
        via: { agent: 'local', relay: 'local', status: '2.0.0' },
      } as const;
      logLine(state, effects, sent, at);
      return settle(state, queueId, [recipient], at, effects);
    }
    case 'aliased': {
      const next = replaceRecipient(state, queueId, recipient, answer.targets);
      return activate(settle(next, queueId, [], at, effects), queueId, at, effects);
    }
    case 'mailbox-full':
      return defer(
        state,
        queueId,
        [recipient],
        'mailbox is full',
        { agent: 'local', relay: 'local', status: '4.2.2' },
        at,
        effects,
      );
    case 'user-unknown': {
      const why = `unknown user: "${splitAddress(recipient).localPart}"`;
      const via = { agent: 'local', relay: 'local', status: '5.1.1' } as const;
      const failure = { address: recipient, why, status: '5.1.1', reply: null, remoteMta: null, via };
      return bounce(state, queueId, [failure], at, effects);
    }
  }
}

/** `postqueue -f`: every letter that waits is tried now. */
function flush(state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState {
  return activateAll(state, at, effects);
}

const activateAll = (state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState =>
  state.queue.reduce((next, { id }) => activate(next, id, at, effects), state);

export const mta: Program<MtaState> = { init, step, survive };
