/** When a letter is tried again and when it is given up, in the manner of each kind of server (RFC 5321 §4.5.4.1). */
import type { Millis } from '../../base/time.ts';
import type { DialectName } from '../../protocol/smtp/types.ts';
import type { QueueEntry } from './entry.ts';

export interface Schedule {
  /** Letters are taken up in runs of the queue, which come at this distance from the start of the host on; 0: each at its own time. */
  readonly runMs: Millis;
  /** How long a letter rests that has been here for so long and was put aside so many times. */
  readonly rest: (age: Millis, attempts: number) => Millis;
  /** So old a letter comes back to its sender. */
  readonly lifetimeMs: Millis;
  /** For so long nothing is tried at a destination that does not answer. */
  readonly shunMs: Millis;
  /** From its first failure on; else when a whole cohort of deliveries has failed. */
  readonly shunsAtOnce: boolean;
}

const SECOND: Millis = 1000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/** `minimal_backoff_time`, `maximal_backoff_time`: as long as it has been here, within bounds. `queue_run_delay`, `maximal_queue_lifetime`. */
const POSTFIX: Schedule = {
  runMs: 5 * MINUTE,
  rest: (age) => Math.min(4000 * SECOND, Math.max(5 * MINUTE, age)),
  lifetimeMs: 5 * DAY,
  shunMs: 5 * MINUTE,
  shunsAtOnce: false,
};

/** Debian's `F,2h,15m; G,16h,1h,1.5; F,4d,6h`, looked at every half hour. */
const EXIM: Schedule = {
  runMs: 30 * MINUTE,
  rest: (age) => {
    if (age < 2 * HOUR) return 15 * MINUTE;
    if (age >= 16 * HOUR) return 6 * HOUR;
    let step = HOUR;
    for (let from = 2 * HOUR; from + step <= age; step *= 1.5) from += step;
    return step;
  },
  lifetimeMs: 4 * DAY,
  shunMs: 15 * MINUTE,
  shunsAtOnce: true,
};

/** Every run of the queue tries everything: `-q10m` as Debian has it, `Timeout.queuereturn`. */
const SENDMAIL: Schedule = {
  runMs: 10 * MINUTE,
  rest: () => 0,
  lifetimeMs: 5 * DAY,
  shunMs: 0,
  shunsAtOnce: false,
};

const OLD_SENDMAIL: Schedule = { ...SENDMAIL, runMs: 30 * MINUTE, lifetimeMs: 3 * DAY };

/** qmail-send: at 400, 1600, 3600, 6400 … seconds; `queuelifetime`. */
const QMAIL: Schedule = {
  runMs: 0,
  rest: (age) => {
    const seconds = age / SECOND;
    const root = Math.floor(Math.sqrt(seconds)) + 20;
    return (root * root - seconds) * SECOND;
  },
  lifetimeMs: 7 * DAY,
  shunMs: HOUR,
  shunsAtOnce: false,
};

/** `QueueGlitchRetry`, `TransientFailureRetry`, `OutboundConnectionFailureRetry`, `MessageExpirationTimeout`. */
const EXCHANGE: Schedule = {
  runMs: 0,
  rest: (_, attempts) => (attempts < 4 ? MINUTE : attempts < 10 ? 5 * MINUTE : 10 * MINUTE),
  lifetimeMs: 2 * DAY,
  shunMs: MINUTE,
  shunsAtOnce: false,
};

const SCHEDULES: Readonly<Partial<Record<DialectName, Schedule>>> = {
  exim4: EXIM,
  sendmail8: SENDMAIL,
  'pre-esmtp': OLD_SENDMAIL,
  qmail: QMAIL,
  exchange: EXCHANGE,
};

export const scheduleOf = (dialect: DialectName): Schedule => SCHEDULES[dialect] ?? POSTFIX;

/**
 * The instant of the next try. Nothing is polled: the run in which a letter will be found ripe is known when it is put
 * aside.
 */
export function nextTry(
  { runMs, rest }: Schedule,
  { arrivedAt, attempts }: QueueEntry,
  startedAt: Millis,
  now: Millis,
): Millis {
  const ripe = now + Math.max(SECOND, rest(now - arrivedAt, attempts));
  return runMs === 0 ? Math.ceil(ripe) : startedAt + Math.ceil((ripe - startedAt) / runMs) * runMs;
}

export const isExpired = ({ lifetimeMs }: Schedule, { arrivedAt }: QueueEntry, now: Millis): boolean =>
  now >= arrivedAt + lifetimeMs;

export const isLate = (entry: QueueEntry, warnAfterMs: Millis, now: Millis): boolean =>
  warnAfterMs > 0 && !entry.warned && now >= entry.arrivedAt + warnAfterMs;
