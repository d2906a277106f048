/** Letters this host writes about others: bounces, warnings, delivery reports, and the postmaster's copies of them. */
import type { Octets } from '../../base/octets.ts';
import { NO_OCTETS } from '../../base/octets.ts';
import { mailDate } from '../../base/time.ts';
import { paddedDate } from '../../mail/date.ts';
import type { DsnAction, DsnFacts, DsnRecipient } from '../../mail/dsn.ts';
import { deliveryStatusNotification } from '../../mail/dsn.ts';
import { NO_MAIL_PARAMETERS, NO_RCPT_PARAMETERS } from '../../protocol/smtp/types.ts';
import type { ProgramEffect, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import type { QueueEntry, Recipient, Trouble } from './entry.ts';
import { recipientOf } from './entry.ts';
import { logLine, type Occurrence } from './log-lines.ts';
import { enqueue, nextQueueId, ownDomain, ownMessageId } from './queue.ts';
import { scheduleOf } from './schedule.ts';
import type { MtaState } from './types.ts';
import { mtaWith } from './types.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a report says of one recipient. */
export interface Told {
  readonly recipient: Recipient;
  readonly action: DsnAction;
  readonly trouble: Trouble;
}

export type ReportKind = 'non-delivery' | 'delay' | 'delivery status';

/** What the sender asked to hear of (RFC 3461 §4.1). Nothing asked: failures and delays. */
const WANTED: Readonly<Record<ReportKind, 'FAILURE' | 'DELAY' | 'SUCCESS'>> = {
  'non-delivery': 'FAILURE',
  delay: 'DELAY',
  'delivery status': 'SUCCESS',
};

const wants = ({ dsn }: Recipient, kind: ReportKind): boolean =>
  dsn.notify.length === 0 ? kind !== 'delivery status' : dsn.notify.includes(WANTED[kind]);

/** `double-bounce@…`: what Postfix sends to the postmaster; a bounce of it would go nowhere. */
export const doubleBounceSender = ({ hostname }: MtaState): string => `double-bounce@${hostname}`;

/** The id of the sender's report, which is null when none is due: nobody asked, or the letter is a report itself. */
export interface Reported {
  readonly state: MtaState;
  readonly notification: QueueId | null;
}

/**
 * Tells the sender. None is ever told about a letter with the null reverse-path (RFC 5321 §4.5.5, §6.1), nor about the
 * postmaster's copies.
 */
export function tellSender(
  state: MtaState,
  entry: QueueEntry,
  kind: ReportKind,
  told: readonly Told[],
  at: StepContext,
  effects: ProgramEffect[],
): Reported {
  const { reversePath } = entry.envelope;
  if (reversePath === doubleBounceSender(state)) {
    logLine(state, effects, { kind: 'undeliverable', queueId: entry.id }, at);
    return { state, notification: null };
  }
  if (reversePath === '') {
    if (kind === 'delivery status') logLine(state, effects, { kind: 'not-told', queueId: entry.id }, at);
    return { state, notification: null };
  }
  const wanted = told.filter(({ recipient }) => wants(recipient, kind));
  if (wanted.length === 0) return { state: begunInVain(state, at, effects), notification: null };
  const notification = nextQueueId(state, at);
  const written = write(state, entry, notification, 'sender', reversePath, wanted, at, effects);
  logLine(written, effects, reported(state, entry, kind, 'sender', notification, wanted), at);
  return { state: written, notification };
}

function reported(
  { config }: MtaState,
  { id }: QueueEntry,
  report: ReportKind,
  to: 'sender' | 'postmaster',
  notification: QueueId,
  told: readonly Told[],
): Occurrence {
  const trouble = told[0]?.trouble ?? null;
  // What waited for a better time and is given up has become too old.
  const expired = report === 'non-delivery' && trouble?.status.startsWith('4') === true;
  const after = report === 'delay' ? (config.delayWarningMs ?? 0) : scheduleOf(config.dialect).lifetimeMs;
  return { kind: 'reported', queueId: id, report, to, notification, about: expired ? null : trouble, after };
}

/** Postfix begins the notification before it knows that nobody wants one; cleanup(8) notes its id all the same. */
function begunInVain(state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState {
  if (!state.config.dialect.startsWith('postfix')) return state;
  const queueId = nextQueueId(state, at);
  const messageId = ownMessageId(state, queueId, at);
  logLine(state, effects, { kind: 'begun', queueId, messageId }, at);
  return mtaWith(state, { nextNumber: state.nextNumber + 1 });
}

/** A copy for the postmaster, where `notifyPostmaster` says so. Of a bounce that bounces it is the only trace. */
export function tellPostmaster(
  state: MtaState,
  entry: QueueEntry,
  kind: 'non-delivery' | 'delay',
  told: readonly Told[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { reversePath } = entry.envelope;
  const wanted = kind === 'delay' ? 'delay' : reversePath === '' ? '2bounce' : 'bounce';
  if (!state.config.notifyPostmaster?.includes(wanted) || reversePath === doubleBounceSender(state))
    return state;
  const notification = nextQueueId(state, at);
  const to = `postmaster@${ownDomain(state)}`;
  const written = write(state, entry, notification, 'postmaster', to, told, at, effects);
  logLine(written, effects, reported(state, entry, kind, 'postmaster', notification, told), at);
  return written;
}

function write(
  state: MtaState,
  entry: QueueEntry,
  id: QueueId,
  audience: DsnFacts['audience'],
  to: string,
  told: readonly Told[],
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const messageId = ownMessageId(state, id, at);
  const { lifetimeMs } = scheduleOf(state.config.dialect);
  const report = deliveryStatusNotification({
    audience,
    reportingMta: state.hostname,
    queueId: entry.id,
    envid: entry.parameters.envid,
    arrivalDate: mailDate(at.clock, entry.arrivedAt),
    reversePath: entry.envelope.reversePath,
    client: entry.client,
    from: `${state.config.dialect.startsWith('exim') ? 'Mailer-Daemon' : 'MAILER-DAEMON'}@${ownDomain(state)}`,
    to,
    boundary: `${entry.id}.${Math.floor((at.clock.epochMs + at.now) / 1000)}/${state.hostname}`,
    date: mailDate(at.clock, at.now),
    zone: at.clock.zone ?? '',
    messageId,
    recipients: told.map(dsnRecipient),
    original: entry.content,
    ret: entry.parameters.ret,
    delayHours: Math.floor((state.config.delayWarningMs ?? 0) / HOUR_MS),
    lifetimeDays: Math.floor(lifetimeMs / DAY_MS),
    retryUntil: mailDate(at.clock, entry.arrivedAt + lifetimeMs),
    dialect: state.config.dialect,
  });
  const trace = traceOf(state, id, to, at);
  const reversePath = audience === 'sender' ? '' : doubleBounceSender(state);
  const letter: QueueEntry = {
    id,
    envelope: { reversePath, forwardPaths: [to] },
    parameters: NO_MAIL_PARAMETERS,
    content: (trace + report) as Octets,
    blankLine: true,
    hops: trace === NO_OCTETS ? 0 : 1,
    client: null,
    arrivedAt: at.now,
    acceptedAt: at.now,
    activeAt: at.now,
    recipients: [
      recipientOf(to, audience === 'sender' ? to : 'postmaster', {
        ...NO_RCPT_PARAMETERS,
        orcpt: `rfc822;${to}`,
      }),
    ],
    successes: [],
    warned: false,
    attempts: 0,
    nextTryAt: null,
    why: '',
  };
  // It is taken up at this same instant, in a step of its own.
  effects.push({ kind: 'timer', name: `retry:${id}`, after: 0 });
  const source = {
    trace,
    origin: 'dsn',
    about: entry.id,
    messageId,
    brought: null,
    numbered: false,
  } as const;
  return enqueue(state, letter, source, at, effects);
}

const dsnRecipient = ({ recipient, action, trouble }: Told): DsnRecipient => ({
  recipient: recipient.address,
  original: recipient.original,
  orcpt: recipient.dsn.orcpt,
  action,
  status: trouble.status,
  diagnostic: trouble.reply,
  remoteMta: trouble.remoteMta,
  remoteAddress: trouble.remoteAddress ?? '',
  why: trouble.why,
});

/** The trace field of a letter that no client brought. */
function traceOf({ config, hostname }: MtaState, id: QueueId, to: string, at: StepContext): Octets {
  const date = mailDate(at.clock, at.now);
  const lines = config.dialect.startsWith('postfix')
    ? [`by ${hostname} (Postfix)`, `id ${id}; ${paddedDate(date, at.clock.zone ?? '')}`]
    : config.dialect.startsWith('exim')
      ? [`from Debian-exim by ${hostname} with local (Exim 4.96)`, `id ${id}`, `for ${to};`, date]
      : config.dialect === 'sendmail8'
        ? [`from localhost (localhost)`, `by ${hostname} (8.17.1/8.17.1) id ${id};`, date]
        : [];
  const field = `Received: ${lines.join('\r\n\t').replace(/[^\t\r\n\x20-\xff]/g, '?')}\r\n`;
  return lines.length === 0 ? NO_OCTETS : (field as Octets);
}
