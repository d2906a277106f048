/**
 * One run of a letter: each recipient comes to its fate, and when none is under way any more the reports are written and
 * the letter is put aside or removed. Every accepted recipient ends as relayed, delivered or bounced.
 */
import type { DsnAction } from '../../mail/dsn.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import { entryOf, withoutEntry } from '../entries.ts';
import type { QueueEntry, Recipient, Success, Trouble } from './entry.ts';
import { queueEntryWith, recipientWith } from './entry.ts';
import type { Via } from './log-lines.ts';
import { logLine } from './log-lines.ts';
import { changeRecipients, record, setEntry } from './queue.ts';
import type { Told } from './reports.ts';
import { tellPostmaster, tellSender } from './reports.ts';
import { isExpired, isLate, nextTry, scheduleOf } from './schedule.ts';
import type { Hop, MtaState } from './types.ts';
import { mtaWith } from './types.ts';
import { wordsOf } from './words.ts';

/** What came of one recipient, and where. */
export interface Fate {
  /** The recipient's. */
  readonly id: string;
  readonly trouble: Trouble;
  readonly via: Via;
}

/** A server took the letter for these recipients. `action`: see {@link succeeded}. */
export function relayed(
  state: MtaState,
  queueId: QueueId,
  { name, address, protocol }: Hop,
  fates: readonly Fate[],
  action: DsnAction | null,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (fates.length === 0) return state;
  const recipients = fates.map(({ id }) => id);
  const reply = fates[0]!.trouble.reply!;
  const by = protocol === 'smtp' ? {} : { by: protocol };
  record(effects, { kind: 'relayed', queueId, recipients, to: name, address, reply, ...by });
  return succeeded(state, queueId, fates, action, at, effects);
}

/** These recipients are done with. `action`: what a success report calls it; null: another host will report. */
export function succeeded(
  state: MtaState,
  queueId: QueueId,
  fates: readonly Fate[],
  action: DsnAction | null,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry) return state;
  const successes: Success[] = [];
  for (const { id, trouble, via } of fates) {
    const recipient = entryOf(entry.recipients, id);
    if (!recipient) continue;
    logLine(state, effects, { kind: 'fate', status: 'sent', entry, recipient, trouble, via }, at);
    const success = action === null ? null : successOf(recipient, action, trouble, via);
    if (success) successes.push(success);
  }
  const ids = fates.map(({ id }) => id);
  return drop(state, entry, ids, successes);
}

/** What the sender will be told, if it asked to. */
function successOf(
  recipient: Recipient,
  action: DsnAction,
  { status, reply, remoteMta, why }: Trouble,
  { relay }: Via,
): Success | null {
  if (!recipient.dsn.notify.includes('SUCCESS')) return null;
  return { recipient, action, status, reply, remoteMta, why: `delivery via ${relay}: ${why}` };
}

/** An alias was expanded: the letter's report says so, the members' fates are no news. */
export function expanded(state: MtaState, queueId: QueueId, alias: string): MtaState {
  const entry = entryOf(state.queue, queueId);
  const recipient = entryOf(entry?.recipients ?? [], alias);
  if (!entry || !recipient) return state;
  const trouble = { why: 'alias expanded', status: '2.0.0', reply: null, remoteMta: null };
  const via = { agent: 'local', relay: 'local', startedAt: 0, readyAt: 0 } as const;
  const success = successOf(recipient, 'expanded', trouble, via);
  return success === null ? state : drop(state, entry, [], [success]);
}

function drop(
  state: MtaState,
  entry: QueueEntry,
  ids: readonly string[],
  successes: readonly Success[],
): MtaState {
  const recipients = entry.recipients.filter(({ id }) => !ids.includes(id));
  return setEntry(
    state,
    queueEntryWith(entry, { recipients, successes: [...entry.successes, ...successes] }),
  );
}

/** Given up: they stay with the letter until the report is written. */
export function failed(
  state: MtaState,
  queueId: QueueId,
  fates: readonly Fate[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  return come(state, queueId, fates, 'bounced', at, effects);
}

/** Not now: they wait for another run. */
export function deferred(
  state: MtaState,
  queueId: QueueId,
  fates: readonly Fate[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  return come(state, queueId, fates, 'deferred', at, effects);
}

function come(
  state: MtaState,
  queueId: QueueId,
  fates: readonly Fate[],
  status: 'bounced' | 'deferred',
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry || fates.length === 0) return state;
  for (const { id, trouble, via } of fates) {
    const recipient = entryOf(entry.recipients, id);
    if (recipient) logLine(state, effects, { kind: 'fate', status, entry, recipient, trouble, via }, at);
  }
  const next = status === 'bounced' ? 'failed' : 'waiting';
  const troubles = new Map(fates.map(({ id, trouble }) => [id, trouble]));
  return changeRecipients(
    state,
    queueId,
    fates.map(({ id }) => id),
    ({ id }) => ({ state: next, trouble: troubles.get(id)! }),
  );
}

/** Once nobody is being delivered to any more: the reports, and then the queue file is removed or put aside. */
export function finishRun(
  state: MtaState,
  queueId: QueueId,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId);
  if (!entry || entry.recipients.some((recipient) => recipient.state === 'active')) return state;
  const given = entry.recipients.filter((recipient) => recipient.state === 'failed');
  const left = entry.recipients.filter((recipient) => recipient.state === 'waiting');
  let next = bounce(state, entry, given, at, effects);
  next = reportSuccesses(next, queueId, at, effects);
  if (left.length === 0) return remove(next, queueId, at, effects);
  const now = entryOf(next.queue, queueId)!;
  if (isExpired(scheduleOf(state.config.dialect), now, at.now)) {
    logLine(next, effects, { kind: 'expired', entry: now }, at);
    const words = wordsOf(state.config.dialect);
    const old = left.map((one) => recipientWith(one, { trouble: words.expired(one.trouble ?? NO_TROUBLE) }));
    return remove(bounce(next, now, old, at, effects), queueId, at, effects);
  }
  return putAside(warn(next, now, left, at, effects), queueId, at, effects);
}

const told = (recipients: readonly Recipient[], action: DsnAction): readonly Told[] =>
  recipients.map((recipient) => ({ recipient, action, trouble: recipient.trouble ?? NO_TROUBLE }));

const NO_TROUBLE: Trouble = { why: 'unknown reason', status: '', reply: null, remoteMta: null };

/** These will not be tried again: one report for all of them. */
function bounce(
  state: MtaState,
  entry: QueueEntry,
  given: readonly Recipient[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (given.length === 0) return state;
  const news = told(given, 'failed');
  const later: ProgramEffect[] = [];
  const { state: told1, notification } = tellSender(state, entry, 'non-delivery', news, at, later);
  const recipients = given.map(({ address }) => address);
  const why = given[0]!.trouble?.why ?? '';
  // The log tells of the bounce before it tells of the letter that brings the news.
  record(effects, { kind: 'bounced', queueId: entry.id, recipients, why, notification });
  effects.push(...later);
  const next = tellPostmaster(told1, entry, 'non-delivery', news, at, effects);
  const ids = given.map(({ id }) => id);
  return drop(next, entryOf(next.queue, entry.id)!, ids, []);
}

function reportSuccesses(
  state: MtaState,
  queueId: QueueId,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const entry = entryOf(state.queue, queueId)!;
  if (entry.successes.length === 0) return state;
  const news = entry.successes.map(({ recipient, action, ...trouble }) => ({ recipient, action, trouble }));
  const next = tellSender(state, entry, 'delivery status', news, at, effects).state;
  return setEntry(next, queueEntryWith(entryOf(next.queue, queueId)!, { successes: [] }));
}

/** Once in its life: the letter is late. */
function warn(
  state: MtaState,
  entry: QueueEntry,
  left: readonly Recipient[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  if (!isLate(entry, state.config.delayWarningMs ?? 0, at.now)) return state;
  const news = told(left, 'delayed');
  const next = tellSender(state, entry, 'delay', news, at, effects).state;
  const copied = tellPostmaster(next, entry, 'delay', news, at, effects);
  return setEntry(copied, queueEntryWith(entryOf(copied.queue, entry.id)!, { warned: true }));
}

function putAside(state: MtaState, queueId: QueueId, at: StepContext, effects: ProgramEffect[]): MtaState {
  const entry = entryOf(state.queue, queueId)!;
  const nextTryAt = nextTry(scheduleOf(state.config.dialect), entry, state.startedAt, at.now);
  const byReason = new Map<string, string[]>();
  for (const { address, trouble } of entry.recipients) {
    const why = trouble?.why ?? '';
    byReason.set(why, [...(byReason.get(why) ?? []), address]);
  }
  for (const [why, recipients] of byReason)
    record(effects, { kind: 'deferred', queueId, recipients, why, retryAt: nextTryAt });
  effects.push({ kind: 'timer', name: `retry:${queueId}`, after: nextTryAt - at.now });
  const why = entry.recipients.at(-1)?.trouble?.why ?? '';
  return setEntry(state, queueEntryWith(entry, { attempts: entry.attempts + 1, nextTryAt, why }));
}

function remove(state: MtaState, queueId: QueueId, at: StepContext, effects: ProgramEffect[]): MtaState {
  record(effects, { kind: 'removed', queueId });
  logLine(state, effects, { kind: 'removed', queueId }, at);
  effects.push({ kind: 'timer', name: `retry:${queueId}`, after: null });
  return mtaWith(state, { queue: withoutEntry(state.queue, queueId) });
}
