/** A letter comes into a mailbox, is fetched from it, and leaves it. */
import type { Fact } from '../agents/facts.ts';
import { NO_OCTETS } from '../base/octets.ts';
import type { SimEvent } from '../sim/types.ts';
import { type Fetched, letterKey, type Place } from './letter.ts';
import { accept, changeHop, withStatus } from './letters-hops.ts';
import { type LettersState, storeKey } from './letters-state.ts';
import { arrivalBehind } from './log.ts';

export function deliver(
  state: LettersState,
  event: SimEvent,
  fact: Extract<Fact, { kind: 'delivered' }>,
  log: readonly SimEvent[],
): void {
  const { queueId, recipient, mailbox, uid, content, envelope, blankLine } = fact;
  const own = letterKey(event.host, queueId);
  // A store that delivers at once (LMTP) may never have put the letter in a queue of its own.
  if (!state.entries.has(own)) {
    const hop = {
      queueId,
      envelope,
      content,
      trace: NO_OCTETS,
      origin: 'smtp',
      about: null,
      blankLine,
    } as const;
    accept(state, event, hop, log);
    changeHop(state, event, queueId, (made) => ({ ...made, removedAt: event.at }));
  }
  const entry = state.entries.get(own)!;
  const letter = state.letters.get(entry.key);
  if (!letter) return;
  const place: Place = { kind: 'mailbox', host: event.host, mailbox, uid };
  state.stored.set(storeKey(event.host, mailbox, uid), entry);
  changeHop(
    state,
    event,
    queueId,
    (hop) => withStatus({ ...hop, content }, event, [recipient], { kind: 'delivered', mailbox, uid }),
    { content, ...envelopeOf(envelope), latestHop: entry.hop, places: [...letter.places, place] },
  );
}

const envelopeOf = ({
  reversePath,
  forwardPaths,
}: {
  reversePath: string;
  forwardPaths: readonly string[];
}) => ({
  reversePath,
  forwardPaths,
});

export function fetch(
  state: LettersState,
  event: SimEvent,
  fact: Extract<Fact, { kind: 'fetched' }>,
  log: readonly SimEvent[],
): void {
  const behind = arrivalBehind(log, event, event.host, 'client');
  const carried = behind ? state.carried.get(behind.conn) : undefined;
  if (!behind || !carried?.pop3) return;
  const mailbox = state.loggedIn.get(behind.conn) ?? fact.account;
  const entry = state.stored.get(storeKey(carried.host, mailbox, fact.uid));
  const letter = entry && state.letters.get(entry.key);
  if (!letter) return;
  const { account, uid } = fact;
  const fetched: Fetched = {
    host: event.host,
    account,
    uid,
    at: event.at,
    event: event.id,
    from: carried.host,
  };
  const place: Place = { kind: 'folder', host: event.host, account, uid };
  state.letters.set(letter.key, {
    ...letter,
    fetched: [...letter.fetched, fetched],
    places: [...letter.places, place],
    changed: event.id,
  });
}

export function expunge(state: LettersState, event: SimEvent, mailbox: string, uid: string): void {
  const entry = state.stored.get(storeKey(event.host, mailbox, uid));
  const letter = entry && state.letters.get(entry.key);
  if (!letter) return;
  const places = letter.places.filter(
    (place) =>
      place.kind !== 'mailbox' || place.host !== event.host || place.mailbox !== mailbox || place.uid !== uid,
  );
  state.letters.set(letter.key, { ...letter, places, changed: event.id });
}
