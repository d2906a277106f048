/** Handing letters to the next host: whose turn it is, look-ups, exchangers in order, a connection to one of them. */
import { NOTHING_KNOWN, sameQuestion, withAnswer } from '../../dns/known.ts';
import { addressFamily } from '../../dns/names.ts';
import type { Answer } from '../../dns/types.ts';
import type { ProgramEffect, ProgramInput, StepContext } from '../../sim/types.ts';
import type { QueueId } from '../facts.ts';
import { askDns } from '../stub-resolver.ts';
import { entryOf, withEntry, withoutEntry } from '../entries.ts';
import { linked } from '../talk.ts';
import { blame, hasRoom, praise, revive, suspension } from './destinations.ts';
import type { Trouble } from './entry.ts';
import { allowCaching, NO_CACHING, NO_SESSION, noteDone, noteGone, takeKept } from './kept.ts';
import type { Via } from './log-lines.ts';
import { logLine } from './log-lines.ts';
import { nextHops } from './next-hops.ts';
import { record } from './queue.ts';
import type { Fate } from './runs.ts';
import { deferred, failed, finishRun } from './runs.ts';
import { isRelayed, sessionFor } from './client-side.ts';
import type { Delivery, Hop, MtaState } from './types.ts';
import { deliveryWith, mtaWith } from './types.ts';
import { wordsOf } from './words.ts';

/** `smtp_connect_timeout`. */
const CONNECT_TIMEOUT_MS = 30_000;

const NO_TROUBLE: Trouble = { why: '', status: '4.4.1', reply: null, remoteMta: null };

export const setDelivery = (state: MtaState, delivery: Delivery): MtaState =>
  mtaWith(state, { deliveries: withEntry(state.deliveries, delivery) });

/** Letters for one domain share a destination; those for the relay host do, which may have the name of a domain. */
const destinationOf = ({ config }: MtaState, domain: string): string =>
  isRelayed(config, domain) ? `relay:${config.relayHost}` : domain;

/** Some recipients of a letter, all in the same domain, wait for their turn; `startWaiting` gives it to them. */
export function addDelivery(
  state: MtaState,
  queueId: QueueId,
  domain: string,
  recipients: readonly string[],
  at: StepContext,
): MtaState {
  const delivery: Delivery = {
    id: state.nextDelivery,
    queueId,
    domain,
    destination: destinationOf(state, domain),
    recipients,
    startedAt: null,
    readyAt: null,
    known: NOTHING_KNOWN,
    chance: at.chance,
    hops: null,
    hop: 0,
    conn: null,
    link: null,
    session: NO_SESSION,
    caching: NO_CACHING,
    visited: false,
    handed: false,
    plain: false,
    lucky: false,
    trouble: NO_TROUBLE,
    relay: 'none',
    site: false,
    needs: [],
  };
  return mtaWith(state, {
    nextDelivery: state.nextDelivery + 1,
    deliveries: [...state.deliveries, delivery],
  });
}

/** Begins the deliveries whose turn it is; those to a destination that is dead are put off at once. */
export function startWaiting(state: MtaState, at: StepContext, effects: ProgramEffect[]): MtaState {
  if (state.deliveries.every(({ startedAt }) => startedAt !== null)) return state;
  let next = revive(state, at.now);
  // A delivery that is over at once makes room for others.
  for (let before = null as MtaState | null; before !== next; ) {
    before = next;
    for (const waiting of next.deliveries)
      if (waiting.startedAt === null) next = startOne(next, waiting, at, effects);
  }
  return next;
}

function startOne(state: MtaState, waiting: Delivery, at: StepContext, effects: ProgramEffect[]): MtaState {
  const suspended = suspension(state, waiting, at.now);
  if (suspended !== null) return suspend(state, waiting, suspended, at, effects);
  if (!hasRoom(state, waiting.destination)) return state;
  const [next, caching] = allowCaching(state, waiting, at.now);
  const started = deliveryWith(waiting, { startedAt: at.now, caching });
  return lookUp(setDelivery(next, started), started, at, effects);
}

function suspend(
  state: MtaState,
  { id, queueId, recipients, destination }: Delivery,
  trouble: Trouble,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const via = { agent: 'error', relay: 'none', startedAt: at.now, readyAt: at.now } as const;
  const fates = recipients.map((id) => ({ id, trouble, via }));
  const next = noteGone(mtaWith(state, { deliveries: withoutEntry(state.deliveries, id) }), destination);
  return finishRun(deferred(next, queueId, fates, at, effects), queueId, at, effects);
}

/** A DNS answer came: the deliveries that asked for it try again. */
export function deliveriesAnswered(
  state: MtaState,
  answer: Answer,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  let next = state;
  for (const delivery of state.deliveries) {
    if (delivery.hops !== null || !delivery.needs.some((need) => sameQuestion(need, answer.question)))
      continue;
    const known = withAnswer(delivery.known, answer);
    next = lookUp(next, deliveryWith(delivery, { known }), at, effects);
  }
  return next;
}

/** Looks up as far as the answers go: asks for more, or connects, or gives the recipients back. */
function lookUp(state: MtaState, delivery: Delivery, at: StepContext, effects: ProgramEffect[]): MtaState {
  const found = nextHops(state, delivery);
  if ('need' in found) {
    const waiting = deliveryWith(delivery, { needs: found.need });
    const stub = askDns(state.stub, found.need, effects);
    return mtaWith(state, { deliveries: withEntry(state.deliveries, waiting), stub });
  }
  const { done } = found;
  if (done.kind === 'none') {
    const site = done.trouble.status.startsWith('4');
    return finish(state, deliveryWith(delivery, { trouble: done.trouble, site }), at, effects);
  }
  const { by, port, protocol, exchangers } = done;
  const hops: Hop[] = exchangers.flatMap(({ name, addresses }) =>
    addresses.map((address) => ({ name, address, port, protocol })),
  );
  for (const { name } of exchangers) {
    if (by !== 'mx' || addressFamily(name) === null) continue;
    const text = `numeric domain name in resource data of MX record for ${delivery.domain}: ${name}`;
    logLine(state, effects, { kind: 'warning', agent: 'smtp', text }, at);
  }
  record(effects, { kind: 'routed', queueId: delivery.queueId, domain: delivery.domain, exchangers, by });
  const routed = deliveryWith(delivery, { hops, hop: 0 });
  return takeKept(state, routed, null, effects) ?? tryHop(state, routed, at, effects);
}

/** On to the next exchanger; without one left, the recipients wait in the queue. */
export function tryHop(
  state: MtaState,
  delivery: Delivery,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const hop = delivery.hops?.[delivery.hop];
  if (!hop || delivery.recipients.length === 0) return finish(state, delivery, at, effects);
  const taken = takeKept(state, delivery, hop, effects);
  if (taken !== null) return taken;
  const to = { address: hop.address, port: hop.port };
  effects.push({ kind: 'connect', handle: `d:${delivery.id}`, to, timeoutMs: CONNECT_TIMEOUT_MS });
  return setDelivery(
    state,
    deliveryWith(delivery, { conn: null, link: null, session: NO_SESSION, handed: false }),
  );
}

/** The hop did not do: whoever is left tries the next one, and the log says why where it is not the last. */
export function skipHop(
  state: MtaState,
  delivery: Delivery,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { queueId, hop, hops, recipients, trouble } = delivery;
  if (hops !== null && hop + 1 < hops.length && recipients.length > 0 && trouble.why !== '')
    logLine(state, effects, { kind: 'skipped', queueId, agent: agentOf(delivery), why: trouble.why }, at);
  return tryHop(state, deliveryWith(delivery, { hop: hop + 1, plain: false }), at, effects);
}

/** The delivery is over. Whoever is left waits, or fails where the trouble is for good. */
export function finish(
  state: MtaState,
  delivery: Delivery,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const { id, queueId, recipients, trouble, destination } = delivery;
  let next = mtaWith(state, { deliveries: withoutEntry(state.deliveries, id) });
  next = noteDone(next, destination, at.now);
  const via = viaOf(delivery, delivery.relay);
  const fates = recipients.map((id): Fate => ({ id, trouble, via }));
  next = trouble.status.startsWith('5')
    ? failed(next, queueId, fates, at, effects)
    : deferred(next, queueId, fates, at, effects);
  const hopeless = recipients.length > 0 && delivery.site && !delivery.lucky;
  next = hopeless ? blame(next, destination, trouble, at.now) : praise(next, destination);
  return finishRun(next, queueId, at, effects);
}

export const agentOf = (delivery: Delivery): Via['agent'] => delivery.hops?.[0]?.protocol ?? 'smtp';

/** For the log: who had the letter, where it was going, and since when. */
export const viaOf = (delivery: Delivery, relay: string): Via => ({
  agent: agentOf(delivery),
  relay,
  startedAt: delivery.startedAt ?? 0,
  readyAt: delivery.readyAt,
  use: delivery.session.use,
});

export const deliveryOfConn = (state: MtaState, conn: number): Delivery | undefined =>
  state.deliveries.find((delivery) => delivery.conn === conn);

const deliveryOfHandle = (state: MtaState, handle: string): Delivery | undefined =>
  handle.startsWith('d:') ? entryOf(state.deliveries, Number(handle.slice(2))) : undefined;

/** A connection stands; the delivery it was made for is gone, or ready to speak. */
export function deliveryOpened(
  state: MtaState,
  input: Extract<ProgramInput, { kind: 'opened' }>,
  at: StepContext,
  effects: ProgramEffect[],
): Delivery | null {
  const delivery = deliveryOfHandle(state, input.handle ?? '');
  const hop = delivery?.hops?.[delivery.hop];
  if (!delivery || !hop) {
    effects.push({ kind: 'close', conn: input.conn });
    return null;
  }
  const link = hop.protocol === 'qmtp' ? null : linked(sessionFor(state, delivery, hop.protocol));
  const session = { openedAt: at.now, use: 1, probed: null };
  return deliveryWith(delivery, { conn: input.conn, link, session });
}

export function deliveryFailed(
  state: MtaState,
  input: Extract<ProgramInput, { kind: 'failed' }>,
  at: StepContext,
  effects: ProgramEffect[],
): MtaState {
  const delivery = deliveryOfHandle(state, input.handle);
  const hop = delivery?.hops?.[delivery.hop];
  if (!delivery || !hop) return state;
  const trouble = wordsOf(state.config.dialect).connect(hop, input.why);
  const { queueId } = delivery;
  const agent = agentOf(delivery);
  logLine(state, effects, { kind: 'not-connected', queueId, agent, hop, why: trouble.why }, at);
  const next = deliveryWith(delivery, {
    trouble,
    site: true,
    relay: 'none',
    hop: delivery.hop + 1,
    plain: false,
  });
  return tryHop(state, next, at, effects);
}
