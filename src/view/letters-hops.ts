/** A host accepts a letter; what becomes of it there. */
import type { Fact, QueueId } from '../agents/facts.ts';
import type { SimEvent } from '../sim/types.ts';
import {
  currentRecipients,
  type Hop,
  type Letter,
  letterKey,
  type Place,
  type Recipient,
  type RecipientStatus,
} from './letter.ts';
import { shownHeader, traceTokens } from './letter-header.ts';
import type { Entry, LettersState } from './letters-state.ts';
import { arrivalBehind, causeOf } from './log.ts';
import { noteOf } from './wire.ts';

/** Who handed a letter over: found by going up the causes to the arrival that brought its last octets. */
function bringer(
  state: LettersState,
  event: SimEvent,
  log: readonly SimEvent[],
): Pick<Hop, 'from' | 'conn' | 'segment' | 'arrived'> & { readonly parent: Entry | null; typed: boolean } {
  const behind = arrivalBehind(log, event, event.host, 'server');
  if (behind === null)
    return { from: null, conn: null, segment: null, arrived: null, parent: null, typed: false };
  const { arrived, conn } = behind;
  const segment = causeOf(log, arrived);
  const carried = state.carried.get(conn);
  const typed = segment?.what.kind === 'segment' && noteOf(segment.what.note)?.kind === 'typed';
  const content = typed ? undefined : carried;
  return {
    from: segment?.host ?? null,
    conn,
    segment: content?.segment ?? segment?.id ?? null,
    arrived: arrived.id,
    parent: (content && state.entries.get(letterKey(content.host, content.letter))) ?? null,
    typed,
  };
}

type Accepted = Pick<
  Extract<Fact, { kind: 'accepted' }>,
  'queueId' | 'envelope' | 'content' | 'trace' | 'origin' | 'about' | 'blankLine'
>;

export function accept(state: LettersState, event: SimEvent, fact: Accepted, log: readonly SimEvent[]): void {
  const { host, id, at } = event;
  const own = letterKey(host, fact.queueId);
  const brought = fact.origin === 'smtp' ? bringer(state, event, log) : null;
  const parent = brought?.parent ?? null;
  const before = parent ? state.letters.get(parent.key) : undefined;
  const { reversePath, forwardPaths } = fact.envelope;
  const index = before?.hops.length ?? 0;
  const previous = before?.hops[parent!.hop];
  const hop: Hop = {
    index,
    host,
    queueId: fact.queueId,
    parent: previous ? parent!.hop : null,
    from: brought?.from ?? null,
    conn: brought?.conn ?? null,
    segment: brought?.segment ?? null,
    arrived: brought?.arrived ?? null,
    event: id,
    acceptedAt: at,
    trace: fact.trace,
    postmarks: (previous?.postmarks ?? 0) + (fact.trace === '' ? 0 : 1),
    ...traceTokens(fact.trace),
    reversePath,
    forwardPaths,
    content: fact.content,
    recipients: forwardPaths.map((address) => ({
      address,
      host,
      hop: index,
      status: { kind: 'queued' },
      event: id,
      at,
    })),
    routes: [],
    removedAt: null,
  };
  const key = before?.key ?? own;
  state.entries.set(own, { key, hop: index });
  if (before) {
    const hops = [...before.hops, hop];
    const latest = { reversePath, forwardPaths, content: fact.content, latestHop: index };
    state.letters.set(key, settled({ ...before, ...latest, hops, changed: id }));
    return;
  }
  const about = fact.about === null ? null : (state.entries.get(letterKey(host, fact.about))?.key ?? null);
  state.letters.set(
    key,
    settled({
      key,
      ...shownHeader(fact.content),
      origin: brought?.typed ? 'typed' : fact.origin,
      startedAt: brought?.from ?? host,
      reversePath,
      forwardPaths,
      content: fact.content,
      blankLine: fact.blankLine,
      latestHop: 0,
      hops: [hop],
      recipients: [],
      places: [],
      fetched: [],
      about,
      notifications: [],
      openedEnvelope: false,
      changed: id,
    }),
  );
  const reported = about === null ? undefined : state.letters.get(about);
  if (reported)
    state.letters.set(reported.key, {
      ...reported,
      notifications: [...reported.notifications, key],
      changed: id,
    });
}

/** What follows from the hops: recipients, places in queues, whether the envelope is gone. */
function settled(letter: Letter): Letter {
  const queued: Place[] = [];
  for (const hop of letter.hops) {
    if (hop.removedAt !== null) continue;
    queued.push({ kind: 'queue', host: hop.host, queueId: hop.queueId, hop: hop.index });
  }
  const recipients = currentRecipients(letter.hops);
  return {
    ...letter,
    recipients,
    places: [...queued, ...letter.places.filter((place) => place.kind !== 'queue')],
    openedEnvelope: queued.length === 0 && recipients.some(({ status }) => status.kind === 'delivered'),
  };
}

export function changeHop(
  state: LettersState,
  event: SimEvent,
  queueId: QueueId,
  change: (hop: Hop) => Hop,
  more: Partial<Letter> = {},
): void {
  const entry = state.entries.get(letterKey(event.host, queueId));
  const letter = entry && state.letters.get(entry.key);
  const hop = entry && letter?.hops[entry.hop];
  if (!letter || !hop) return;
  const hops = letter.hops.with(hop.index, change(hop));
  state.letters.set(letter.key, settled({ ...letter, ...more, hops, changed: event.id }));
}

export function withStatus(
  hop: Hop,
  event: SimEvent,
  addresses: readonly string[],
  status: RecipientStatus,
): Hop {
  const told = new Map(addresses.map((address) => [address.toLowerCase(), address]));
  const news = (address: string): Recipient => ({
    address,
    host: hop.host,
    hop: hop.index,
    status,
    event: event.id,
    at: event.at,
  });
  const recipients = hop.recipients.map((recipient) =>
    told.delete(recipient.address.toLowerCase()) ? news(recipient.address) : recipient,
  );
  // An address the envelope did not have: an alias or a .forward made it.
  return { ...hop, recipients: [...recipients, ...[...told.values()].map(news)] };
}

export function settle(
  state: LettersState,
  event: SimEvent,
  queueId: QueueId,
  addresses: readonly string[],
  status: RecipientStatus,
): void {
  changeHop(state, event, queueId, (hop) => withStatus(hop, event, addresses, status));
}
