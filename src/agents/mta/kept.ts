/**
 * Connections that outlive their letter. While letters for one destination follow upon each other, Postfix leaves a
 * connection open for the next (CONNECTION_CACHE_README): RSET shows whether the server is still there, and `conn_use`
 * in the log says how often it served. Sendmail, qmail and Exim close each connection behind its letter here.
 */
import type { Millis } from '../../base/time.ts';
import type { Arrival } from '../../protocol/machine.ts';
import { smtpClient } from '../../protocol/smtp/client.ts';
import type { SmtpClientAnswer } from '../../protocol/smtp/types.ts';
import type { ConnId, ProgramEffect } from '../../sim/types.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { talk } from '../talk.ts';
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

/** Whether the connection under a delivery that is through with it may stay. One with TLS may not. */
export const mayKeep = ({ caching, session, link }: Delivery, now: Millis): boolean =>
  caching.keep && link !== null && link.tls === null && now < session.openedAt + LIFETIME_MS;

/** The delivery lets go of its connection, which waits for another. */
export function keepOpen(
  state: MtaState,
  delivery: Delivery,
  hop: Hop,
  effects: ProgramEffect[],
): [MtaState, Delivery] {
  const { conn, link, session, destination, named } = delivery;
  const { openedAt, use } = session;
  const kept: KeptConnection = {
    id: conn!,
    hop,
    destination: named ? null : destination,
    link: link!,
    openedAt,
    use,
  };
  effects.push({ kind: 'conn-timer', conn: kept.id, name: IDLE_TIMER, after: IDLE_MS });
  return [
    mtaWith(state, { kept: [...state.kept, kept] }),
    deliveryWith(delivery, { conn: null, link: null, named: true }),
  ];
}

/** Something of a kept connection; null: it is none. Nobody says QUIT when its time is over. */
export function keptHears(
  state: MtaState,
  conn: ConnId,
  arrival: Arrival<SmtpClientAnswer>,
  effects: ProgramEffect[],
): MtaState | null {
  const kept = entryOf(state.kept, conn);
  if (kept === undefined) return null;
  if (arrival.kind === 'octets') {
    // Whatever it is will be taken for the answer to RSET.
    const { link } = talk(smtpClient, kept.link, conn, arrival, () => null, effects);
    return mtaWith(state, { kept: withEntry(state.kept, { ...kept, link }) });
  }
  if (arrival.kind === 'timeout' && arrival.name !== IDLE_TIMER) return state;
  effects.push({ kind: 'close', conn });
  return mtaWith(state, { kept: withoutEntry(state.kept, conn) });
}

/**
 * Looks for a connection that was kept for the delivery's destination, or (`hop`) one to this host, and says RSET on it.
 * `taken` is the delivery with it; null: there is none.
 */
export function takeKept(
  state: MtaState,
  delivery: Delivery,
  hop: Hop | null,
  effects: ProgramEffect[],
): { readonly state: MtaState; readonly taken: Delivery | null } {
  if (!delivery.caching.take || state.kept.length === 0) return { state, taken: null };
  let { kept } = state;
  for (const one of state.kept) {
    if (!(hop === null ? one.destination === delivery.destination : leadsTo(one, hop))) continue;
    kept = withoutEntry(kept, one.id);
    effects.push({ kind: 'conn-timer', conn: one.id, name: IDLE_TIMER, after: null });
    let alive = true;
    const answer = (): SmtpClientAnswer | null => {
      alive = false;
      return null;
    };
    const probe = { kind: 'answer', answer: { kind: 'reset' } } as const;
    const { link } = talk(smtpClient, one.link, one.id, probe, answer, effects);
    if (!alive) continue;
    const session = { openedAt: one.openedAt, use: one.use + 1, probed: one.hop };
    const taken = deliveryWith(delivery, { conn: one.id, link, session, handed: false });
    return { state: mtaWith(state, { kept }), taken };
  }
  return { state: mtaWith(state, { kept }), taken: null };
}

/** By its address a connection is found only if it is nobody's in particular. */
const leadsTo = ({ hop, link }: KeptConnection, { address, port, protocol }: Hop): boolean =>
  hop.address === address && hop.port === port && hop.protocol === protocol && !link.driven.state.loggedIn;

/** The server answered RSET: the delivery is with that host; whoever is left tries the others. */
export function probed(delivery: Delivery): Delivery {
  const { session, hops } = delivery;
  const hop = session.probed!;
  const others = hops!.filter(({ address, port }) => address !== hop.address || port !== hop.port);
  return deliveryWith(delivery, { session: { ...session, probed: null }, hops: [hop, ...others], hop: 0 });
}
