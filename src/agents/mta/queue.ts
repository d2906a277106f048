/** The mail queue: what comes in, what waits, what leaves. Every accepted recipient ends as relayed, delivered or bounced. */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import { mailDate } from '../../base/time.ts';
import { sameAddress } from '../../mail/address.ts';
import { deliveryStatusNotification } from '../../mail/dsn.ts';
import type { MissingFields } from '../../mail/message.ts';
import { addMissingFields, fieldValue, fieldValues, splitMessage } from '../../mail/message.ts';
import { queueIdText, receivedField } from '../../mail/received.ts';
import type { RcptParameters, ReceivedMessage } from '../../protocol/smtp/types.ts';
import { NO_MAIL_PARAMETERS, NO_RCPT_PARAMETERS } from '../../protocol/smtp/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { Envelope, Fact, QueueId } from '../facts.ts';
import type { Client } from '../smtp-service.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { logLine } from './log-lines.ts';
import type { MtaState, QueueEntry, Recipient } from './types.ts';
import { mtaWith, queueEntryWith, recipientWith } from './types.ts';

const MIN_BACKOFF_MS: Millis = 300_000;
const MAX_BACKOFF_MS: Millis = 4_000_000;
/** RFC 5321 §4.5.4.1: give up after four to five days. */
export const LIFETIME_MS: Millis = 5 * 86_400_000;

export const record = (effects: ProgramEffect[], fact: Fact): void => {
  effects.push({ kind: 'record', fact });
};

const recipientOf = (address: string, dsn: RcptParameters): Recipient => ({
  address,
  original: address,
  expanded: false,
  dsn,
  active: false,
});

/** The mail domain this host writes in the addresses and ids it makes up. */
const ownDomain = (state: MtaState): string => state.config.domains[0] ?? state.hostname;

/**
 * Takes a letter from the wire, adds the trace field, and keeps it. `complete` also adds the fields a letter should not
 * lack: an MSA does (RFC 6409 §8), Sendmail does, Postfix before 2.6 did; since then it leaves strangers' letters alone.
 */
export function enqueueReceived(
  state: MtaState,
  received: ReceivedMessage,
  client: Client,
  complete: boolean,
  at: StepContext,
  effects: ProgramEffect[],
): readonly [MtaState, QueueId] {
  const { dialect } = state.config;
  const queueId = queueIdText(dialect, state.nextNumber, at.now, at.clock);
  const split = splitMessage(received.content);
  const { blankLine, fields } = split;
  const trace = receivedField(dialect, {
    helo: received.helo,
    clientName: client.name,
    clientAddress: client.address,
    by: state.hostname,
    protocol: received.protocol,
    queueId,
    reversePath: received.reversePath,
    recipient: received.forwardPaths.length === 1 ? received.forwardPaths[0]! : null,
    date: mailDate(at.clock, at.now),
    zone: at.clock.zone ?? '',
    ...(received.tls === null ? {} : { tls: received.tls }),
  });
  const ownId = complete ? `<${queueId}.${at.now}@${state.hostname}>` : '<>';
  const messageId = fieldValue(fields, 'Message-ID') ?? ownId;
  const missing = {
    from: received.reversePath === '' ? `MAILER-DAEMON@${ownDomain(state)}` : received.reversePath,
    date: mailDate(at.clock, at.now),
    messageId,
  };
  const letter = addMissingFields(received.content, complete ? missing : NOTHING_MISSING, split);
  const envelope: Envelope = { reversePath: received.reversePath, forwardPaths: received.forwardPaths };
  const entry: QueueEntry = {
    id: queueId,
    envelope,
    parameters: received.parameters,
    content: (trace + letter) as Octets,
    blankLine,
    hops: fieldValues(fields, 'Received').length + 1,
    acceptedAt: at.now,
    recipients: unique(received.forwardPaths).map((address) =>
      recipientOf(address, dsnOf(received, address)),
    ),
    attempts: 0,
    nextTryAt: null,
    why: '',
  };
  const source = { trace, origin: 'smtp', about: null, messageId, client } as const;
  return [enqueue(state, entry, source, at, effects), queueId];
}

const NOTHING_MISSING: MissingFields = {};

const dsnOf = ({ forwardPaths, recipientParameters }: ReceivedMessage, address: string): RcptParameters =>
  recipientParameters[forwardPaths.indexOf(address)] ?? NO_RCPT_PARAMETERS;

/** Each recipient once; as servers deliver, the case of the local part makes no other recipient. */
function unique(addresses: readonly string[]): readonly string[] {
  const byKey = new Map<string, string>();
  for (const address of addresses) {
    const key = address.toLowerCase();
    if (!byKey.has(key)) byKey.set(key, address);
  }
  return [...byKey.values()];
}

/** Where a letter comes from: a client, or this host's own news about another letter. */
interface Source {
  readonly trace: Octets;
  readonly origin: 'smtp' | 'dsn';
  readonly about: QueueId | null;
  readonly messageId: string;
  readonly client: Client | null;
}

function enqueue(
  state: MtaState,
  entry: QueueEntry,
  { trace, origin, about, messageId, client }: Source,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { id: queueId, envelope, content, blankLine } = entry;
  record(effects, { kind: 'accepted', queueId, envelope, content, trace, origin, about, blankLine });
  logLine(state, effects, { kind: 'accepted', entry, messageId, client }, at);
  return mtaWith(state, { nextNumber: state.nextNumber + 1, queue: [...state.queue, entry] });
}

export const setEntry = (state: MtaState, entry: QueueEntry): MtaState =>
  mtaWith(state, { queue: withEntry(state.queue, entry) });

/** These recipients are done with (relayed, delivered, bounced, or replaced). The last one takes the entry along. */
export function settle(
  state: MtaState,
  queueId: QueueId,
  addresses: readonly string[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  const recipients = entry.recipients.filter(({ address }) => !addresses.includes(address));
  if (recipients.length > 0) return setEntry(state, queueEntryWith(entry, { recipients }));
  record(effects, { kind: 'removed', queueId });
  logLine(state, effects, { kind: 'removed', queueId }, at);
  effects.push({ kind: 'timer', name: `retry:${queueId}`, after: null });
  return mtaWith(state, { queue: withoutEntry(state.queue, queueId) });
}

/** An alias stands for these: the entry is now responsible for each of them. */
export function replaceRecipient(
  state: MtaState,
  queueId: QueueId,
  alias: string,
  targets: readonly string[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  const known = entry.recipients.filter(({ address }) => address !== alias);
  const replaced = entry.recipients.find(({ address }) => address === alias);
  const original = replaced?.original ?? alias;
  const dsn = replaced?.dsn ?? NO_RCPT_PARAMETERS;
  const added = unique(targets)
    .filter((target) => !known.some(({ address }) => sameAddress(address, target)))
    .map((address) => ({ address, original, expanded: true, dsn, active: false }));
  return setEntry(state, queueEntryWith(entry, { recipients: [...known, ...added] }));
}

/** Temporary failure: these recipients wait for the next try, or are given up when the letter is too old. */
export function defer(
  state: MtaState,
  queueId: QueueId,
  addresses: readonly string[],
  why: string,
  via: Via,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry || addresses.length === 0) return state;
  if (at.now - entry.acceptedAt >= LIFETIME_MS) {
    const failures = addresses.map((address) => ({
      address,
      why,
      status: '4.4.7',
      reply: null,
      remoteMta: null,
      via,
    }));
    return bounce(state, queueId, failures, at, effects);
  }
  const planned = entry.nextTryAt !== null && entry.nextTryAt > at.now;
  const attempts = planned ? entry.attempts : entry.attempts + 1;
  const backoff = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** Math.min(attempts - 1, 10));
  const nextTryAt = planned ? entry.nextTryAt! : at.now + backoff;
  const recipients = entry.recipients.map((recipient) =>
    addresses.includes(recipient.address) ? recipientWith(recipient, { active: false }) : recipient,
  );
  record(effects, { kind: 'deferred', queueId, recipients: addresses, why, retryAt: nextTryAt });
  logLine(state, effects, { kind: 'deferred', queueId, addresses, why, via }, at);
  effects.push({ kind: 'timer', name: `retry:${queueId}`, after: nextTryAt - at.now });
  return setEntry(state, queueEntryWith(entry, { recipients, attempts, nextTryAt, why }));
}

/** Which delivery agent had the letter, and where it was handing it: `mx1.example.org[203.0.113.10]:25`, `local`, `none`. */
export interface Via {
  readonly agent: 'smtp' | 'lmtp' | 'local';
  readonly relay: string;
  /** Enhanced status code of a deferral. */
  readonly status: string;
}

export interface Failure {
  readonly address: string;
  readonly why: string;
  /** Enhanced status code for the DSN. */
  readonly status: string;
  /** The remote server's reply; null when it was this host that gave up. */
  readonly reply: string | null;
  readonly remoteMta: string | null;
  readonly via: Via;
}

/**
 * Permanent failure: the sender gets a delivery status notification with a null reverse-path, and none is ever sent
 * about a letter that has one itself (RFC 5321 §4.5.5, §6.1).
 */
export function bounce(
  state: MtaState,
  queueId: QueueId,
  failures: readonly Failure[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry || failures.length === 0) return state;
  const addresses = failures.map(({ address }) => address);
  const why = failures[0]!.why;
  const { reversePath } = entry.envelope;
  const notify = reversePath !== '';
  const notification = notify ? queueIdText(state.config.dialect, state.nextNumber, at.now, at.clock) : null;
  record(effects, { kind: 'bounced', queueId, recipients: addresses, why, notification });
  logLine(state, effects, { kind: 'bounced', queueId, failures, notification }, at);
  let next = state;
  if (notification !== null) {
    const messageId = `<${notification}.${at.now}@${state.hostname}>`;
    const dsn = notificationEntry(state, entry, failures, notification, messageId, at);
    const source = { trace: NO_OCTETS, origin: 'dsn', about: queueId, messageId, client: null } as const;
    next = enqueue(next, dsn, source, at, effects);
    // It is taken up at this same instant, in a step of its own.
    effects.push({ kind: 'timer', name: `retry:${notification}`, after: 0 });
  }
  return settle(next, queueId, addresses, at, effects);
}

function notificationEntry(
  state: MtaState,
  entry: QueueEntry,
  failures: readonly Failure[],
  id: QueueId,
  messageId: string,
  at: StepContext,
): QueueEntry {
  const { reversePath } = entry.envelope;
  const content = deliveryStatusNotification({
    reportingMta: state.hostname,
    queueId: entry.id,
    arrivalDate: mailDate(at.clock, entry.acceptedAt),
    reversePath,
    from: `MAILER-DAEMON@${ownDomain(state)}`,
    to: reversePath,
    boundary: `${id}.${at.now}/${state.hostname}`,
    date: mailDate(at.clock, at.now),
    messageId,
    recipients: failures.map(({ address, why, status, reply, remoteMta }) => ({
      recipient: address,
      action: 'failed' as const,
      status,
      diagnostic: reply,
      remoteMta,
      why,
    })),
    original: entry.content,
    dialect: state.config.dialect,
  });
  return {
    id,
    envelope: { reversePath: '', forwardPaths: [reversePath] },
    parameters: NO_MAIL_PARAMETERS,
    content,
    blankLine: true,
    hops: 0,
    acceptedAt: at.now,
    recipients: [recipientOf(reversePath, NO_RCPT_PARAMETERS)],
    attempts: 0,
    nextTryAt: null,
    why: '',
  };
}
