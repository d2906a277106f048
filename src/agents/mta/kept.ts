/**
 * Connections that outlive their letter. While letters for one destination follow upon each other, Postfix leaves a
 * connection open for the next (CONNECTION_CACHE_README): RSET shows whether the server is still there, and `conn_use`
 * in the log says how often it served. Sendmail, qmail and Exim close each connection behind its letter here.
 */
import { NO_OCTETS } from '../../base/octets.ts';
import type { Millis } from '../../base/time.ts';
import type { Arrival } from '../../protocol/machine.ts';
import { smtpClient } from '../../protocol/smtp/client.ts';
import type { Outcome, Reply, SmtpClientAnswer } from '../../protocol/smtp/types.ts';
import { isRefusal, isTaken } from '../../protocol/smtp/verdicts.ts';
import type { ConnId, ProgramEffect } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { talk } from '../talk.ts';
import { loginFor } from './client-side.ts';
import type { Caching, Delivery, Hop, KeptConnection, MtaState, SessionOrigin } from './types.ts';
import { deliveryWith, mtaWith } from './types.ts';

/** `smtp_connection_cache_time_limit`, `smtp_connection_reuse_time_limit`. */
const IDLE_MS = 2000;
const LIFETIME_MS = 300_000;
const IDLE_TIMER = 'kept';

export const NO_CACHING: Caching = { take: false, keep: false };

/** No connection yet. */
export const NO_SESSION: SessionOrigin = { openedAt: 0, use: 0, probed: null };

export const isPostfix = ({ config }: MtaState): boolean => config.dialect.startsWith('postfix');

/** Whether the one happened in the second of the other, or in the one before: the queue manager counts whole seconds. */
const isBackToBack = (done: Millis, now: Millis): boolean =>
  Math.floor(done / 1000) + 1 >= Math.floor(now / 1000);

/**
 * A delivery begins: what it may do. Keeping begins once a delivery follows upon another, not with the first few at the
 * same time, and ends when they come one by one; what is kept may still be taken (qmgr_entry.c).
 */
export function allowCaching(state: MtaState, delivery: Delivery, now: Millis): [MtaState, Caching] {
  const surge = entryOf(state.surges, delivery.destination);
  if (surge === undefined) return [state, NO_CACHING];
  const follows = isBackToBack(surge.lastDone, now);
  const keep = follows || (surge.keep && isBusy(state, delivery));
  const take = surge.take || keep;
  const surges = withEntry(state.surges, { ...surge, take, keep });
  return [mtaWith(state, { surges }), { take, keep }];
}

const isBusy = ({ deliveries }: MtaState, { id, destination }: Delivery): boolean =>
  deliveries.some((one) => one.destination === destination && one.id !== id && one.startedAt !== null);

/** A delivery is over, and not in the list any more: as long as others are, what begins now follows upon it. */
export function noteDone(state: MtaState, destination: string, now: Millis): MtaState {
  if (!isPostfix(state)) return state;
  if (!state.deliveries.some((one) => one.destination === destination)) return forget(state, destination);
  const surge = entryOf(state.surges, destination) ?? NO_CACHING;
  return mtaWith(state, {
    surges: withEntry(state.surges, { ...surge, id: destination, lastDone: now }),
  });
}

/** A delivery did not even begin. */
export const noteGone = (state: MtaState, destination: string): MtaState =>
  state.deliveries.some((one) => one.destination === destination) ? state : forget(state, destination);

const forget = (state: MtaState, destination: string): MtaState =>
  entryOf(state.surges, destination) === undefined
    ? state
    : mtaWith(state, { surges: withoutEntry(state.surges, destination) });

/**
 * Whether the connection under a delivery that is through with it may stay: one with TLS may not, nor one that went
 * without because TLS failed.
 */
export const mayKeep = ({ caching, session, link, plain }: Delivery, now: Millis): boolean =>
  caching.keep && link !== null && link.tls === null && !plain && now < session.openedAt + LIFETIME_MS;

/** Replies after which the two sides may not mean the same any more: the connection is not used again (smtp_trouble.c). */
const breaksProtocol = (reply: Reply): boolean =>
  !isRefusal(reply) || (reply.code >= 500 && reply.code < 510) || reply.code === 555;

/** The delivery, which keeps nothing if the server lost the thread. */
export function unlessConfused(delivery: Delivery, { recipients }: Outcome): Delivery {
  const confused = recipients.some((one) => !isTaken(one) && one.reply !== null && breaksProtocol(one.reply));
  return confused ? deliveryWith(delivery, { caching: { ...delivery.caching, keep: false } }) : delivery;
}

/** The delivery lets go of its connection, which waits for another; one that has more to say already is closed. */
export function keepOpen(
  state: MtaState,
  delivery: Delivery,
  hop: Hop,
  effects: ProgramEffect[],
): [MtaState, Delivery] {
  const { session, destination, visited } = delivery;
  const conn = delivery.conn!;
  const link = delivery.link!;
  const free = deliveryWith(delivery, { conn: null, link: null, visited: true });
  if (link.driven.buffer !== NO_OCTETS) {
    effects.push({ kind: 'close', conn });
    return [state, free];
  }
  effects.push({ kind: 'conn-timer', conn, name: IDLE_TIMER, after: IDLE_MS });
  const { openedAt, use } = session;
  const kept = { id: conn, hop, destination: visited ? null : destination, link, openedAt, use };
  return [mtaWith(state, { kept: [...state.kept, kept] }), free];
}

/**
 * Something of a kept connection; null: it is none. Nobody says QUIT when its time is over. A server that speaks unasked
 * is on its way out (421), and what it said must not be taken for the answer to what comes next.
 */
export function keptHears(
  state: MtaState,
  conn: ConnId,
  arrival: Arrival<SmtpClientAnswer>,
  effects: ProgramEffect[],
): MtaState | null {
  if (entryOf(state.kept, conn) === undefined) return null;
  if (arrival.kind === 'timeout' && arrival.name !== IDLE_TIMER) return state;
  effects.push({ kind: 'close', conn });
  return mtaWith(state, { kept: withoutEntry(state.kept, conn) });
}

/**
 * Looks for a connection that was kept for the delivery's destination, or (`hop`) one to this host, and says RSET on it.
 * null: there is none.
 */
export function takeKept(
  state: MtaState,
  delivery: Delivery,
  hop: Hop | null,
  effects: ProgramEffect[],
): MtaState | null {
  if (!delivery.caching.take) return null;
  // Who is known there by a login must not be taken for somebody else, nor the other way round.
  if (hop !== null && loginFor(state, delivery) !== null) return null;
  const one = state.kept.find((kept) =>
    hop === null ? kept.destination === delivery.destination : leadsTo(kept, hop),
  );
  if (one === undefined) return null;
  effects.push({ kind: 'conn-timer', conn: one.id, name: IDLE_TIMER, after: null });
  const probe = { kind: 'answer', answer: { kind: 'reset' } } as const;
  const { link } = talk(smtpClient, one.link, one.id, probe, () => null, effects);
  const session = { openedAt: one.openedAt, use: one.use + 1, probed: one.hop };
  const taken = deliveryWith(delivery, { conn: one.id, link, session, handed: false });
  return mtaWith(state, {
    kept: withoutEntry(state.kept, one.id),
    deliveries: withEntry(state.deliveries, taken),
  });
}

const leadsTo = ({ hop, link }: KeptConnection, { address, port, protocol }: Hop): boolean =>
  hop.address === address && hop.port === port && hop.protocol === protocol && !link.driven.state.loggedIn;

/** The server answered RSET: the delivery is with that host, and whoever is left tries those it has not been to. */
export function probed(delivery: Delivery): Delivery {
  const { session, hops, hop } = delivery;
  const here = session.probed!;
  const settled = deliveryWith(delivery, { session: { ...session, probed: null } });
  if (isSame(hops![hop]!, here)) return settled;
  // For the destination any of its hosts will do, and it was the first thing that was tried.
  const others = hops!.filter((other) => !isSame(other, here));
  return deliveryWith(settled, { hops: [here, ...others], hop: 0 });
}

const isSame = (one: Hop, other: Hop): boolean => one.address === other.address && one.port === other.port;
