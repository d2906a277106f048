/** The queue manager takes letters up: local recipients go to the MDA, the others by domain to the next host. */
import { splitAddress } from '../../mail/address.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import { entryOf } from '../entries.ts';
import { RECIPIENT_LIMIT } from './destinations.ts';
import type { QueueEntry, Recipient } from './entry.ts';
import { queueEntryWith, recipientWith } from './entry.ts';
import { deliverLocally } from './local.ts';
import { logLine } from './log-lines.ts';
import { addDelivery } from './outbound.ts';
import { isLocal, setEntry } from './queue.ts';
import { failed, finishRun } from './runs.ts';
import type { MtaState } from './types.ts';
import { wordsOf } from './words.ts';

/** Takes up every recipient of a letter that waits. */
export function activate(
  state: MtaState,
  queueId: QueueId,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  const waiting = entry.recipients.filter((recipient) => recipient.state === 'waiting');
  // Nothing left to try: what a crash interrupted may still be to report.
  if (waiting.length === 0) return finishRun(state, queueId, at, effects);
  if (entry.nextTryAt !== null) logLine(state, effects, { kind: 'active', entry }, at);
  const fresh = entry.recipients.every((recipient) => recipient.state !== 'active');
  const recipients = entry.recipients.map((recipient) =>
    recipient.state === 'waiting' ? recipientWith(recipient, { state: 'active' }) : recipient,
  );
  const activeAt = fresh ? at.now : entry.activeAt;
  const taken = queueEntryWith(entry, { recipients, nextTryAt: null, activeAt });
  return finishRun(hand(setEntry(state, taken), taken, waiting, at, effects), queueId, at, effects);
}

function hand(
  state: MtaState,
  entry: QueueEntry,
  waiting: readonly Recipient[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { hopLimit, tooManyHops: trouble } = wordsOf(state.config.dialect);
  if (entry.hops > hopLimit) {
    const via = { agent: 'smtp', relay: 'none', startedAt: at.now, readyAt: at.now } as const;
    const fates = waiting.map(({ id }) => ({ id, trouble, via }));
    return failed(state, entry.id, fates, at, effects);
  }
  let next = state;
  const remote = new Map<string, string[]>();
  for (const recipient of sorted(waiting)) {
    const { domain } = splitAddress(recipient.address);
    if (isLocal(state, domain)) next = deliverLocally(next, entry, recipient, at, effects);
    else remote.set(domain, [...(remote.get(domain) ?? []), recipient.address]);
  }
  for (const [domain, addresses] of remote)
    for (let i = 0; i < addresses.length; i += RECIPIENT_LIMIT)
      next = addDelivery(next, entry.id, domain, addresses.slice(i, i + RECIPIENT_LIMIT), at);
  return next;
}

/** By domain, then by name: the order in which Postfix's queue manager goes through them. */
const sorted = (recipients: readonly Recipient[]): readonly Recipient[] =>
  recipients.length < 2
    ? recipients
    : recipients.toSorted((a, b) => {
        const one = sortKey(a.address);
        const other = sortKey(b.address);
        return one < other ? -1 : one > other ? 1 : 0;
      });

function sortKey(address: string): string {
  const { domain, localPart } = splitAddress(address.toLowerCase());
  return `${domain}\0${localPart}`;
}

export const activateAll = (state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState =>
  state.queue.reduce((next, { id }) => activate(next, id, at, effects), state);

/** ETRN (RFC 1985): whatever waits for a domain, or for one below it, is tried now. */
export function flushDomain(
  state: MtaState,
  domain: string,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const suits = (address: string): boolean => {
    const own = splitAddress(address).domain.toLowerCase();
    return own === domain.toLowerCase();
  };
  return state.queue
    .filter(({ recipients }) => recipients.some((one) => one.state === 'waiting' && suits(one.address)))
    .reduce((next, { id }) => activate(next, id, at, effects), state);
}
